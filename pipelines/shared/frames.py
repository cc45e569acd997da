"""Between Arrow and pandas: the same four types of columns everywhere, and findings in their fixed order.

Knows no table; which columns a table has is declared in `schemas/tables/`.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

PANDAS_OF_ARROW = {
    arrow.string(): pd.StringDtype(na_value=float("nan")),
    arrow.int64(): pd.Int64Dtype(),
    arrow.float64(): pd.Float64Dtype(),
    arrow.bool_(): pd.BooleanDtype(),
}

WORTH_THREADS = 50_000
"""Rows from which on several threads are done sooner than they are started."""


def to_frame(data: arrow.Table) -> pd.DataFrame:
    """The table as a frame with the types of `schemas.table_model.PANDAS_TYPES`."""
    return data.to_pandas(types_mapper=PANDAS_OF_ARROW.get, use_threads=data.num_rows > WORTH_THREADS)


def sort_rows(data: arrow.Table, by: list[str]) -> arrow.Table:
    """The rows in ascending order of those columns, nulls first; equal rows keep their order."""
    return data.take(compute.sort_indices(data, sort_keys=[(name, "ascending", "at_start") for name in by]))
