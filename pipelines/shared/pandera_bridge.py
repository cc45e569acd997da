"""Holds a table against its Pandera schema, lazily, and says in one sentence what breaks it. Never drops or repairs a row.

dagster-pandera caps pandas below 3 and reports one text per table; see docs/decisions/.
"""

from __future__ import annotations

import pandas as pd

from schemas.table_model import Table


def require_valid(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame, or raise ValueError when it breaks its declaration: what a stage hands on is always valid.

    The error names columns, checks and counts, never values, so that nothing restricted reaches a log.
    """
    import pandera.errors

    try:
        table.pandera_schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        counts = cases.groupby(["column", "check"], dropna=False).size()
        what = "; ".join(f"{column}: {check} ({n})" for (column, check), n in counts.items())
        raise ValueError(f"{table.name} breaks its declaration in schemas/tables/{table.name}.py: {what}") from None
    return frame
