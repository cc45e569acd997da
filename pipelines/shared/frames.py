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
_OURS = (pd.arrays.ArrowStringArray, pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray)


def to_frame(data: arrow.Table) -> pd.DataFrame:
    """The table as a frame with the types of `schemas.table_model.PANDAS_TYPES`."""
    # Half the time of Table.to_pandas, which matters where a run reads hundreds of small tables.
    columns = {
        name: PANDAS_OF_ARROW[column.type].__from_arrow__(column)
        for name, column in zip(data.column_names, data.columns, strict=True)
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(data.num_rows), copy=False)


def to_arrow(frame: pd.DataFrame, schema: arrow.Schema) -> arrow.Table:
    """The columns of the schema as Arrow; the index is left behind. Raises KeyError for a column that is not there."""
    columns = dict(frame.items())
    return arrow.Table.from_arrays([_to_array(columns[field.name], field.type) for field in schema], schema=schema)


def _to_array(column: pd.Series, kind: arrow.DataType) -> arrow.Array | arrow.ChunkedArray:
    # Half the time of Table.from_pandas for the types of `PANDAS_OF_ARROW`.
    if isinstance(column.array, _OURS):
        cells = column.array.__arrow_array__(kind)
        return cells if cells.type == kind else cells.cast(kind)
    return arrow.array(column, kind, from_pandas=True)


def sort_rows(data: arrow.Table, by: list[str]) -> arrow.Table:
    """The rows in ascending order of those columns, nulls first; equal rows keep their order."""
    return data.take(compute.sort_indices(data, sort_keys=[(name, "ascending", "at_start") for name in by]))
