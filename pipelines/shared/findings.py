"""Findings: what a rule had to say, where, and how to put it right. Builds and joins findings; checks nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd

from pipelines.shared.frames import sort_rows, to_arrow, to_frame
from schemas.columns import RESTRICTED
from schemas.rules import rule
from schemas.tables import table

LOCATORS = ("source", "file", "sheet", "row")
ORDER = ("source", "file", "sheet", "row", "rule_id", "column", "value")
"""The order of every table of findings; nulls first."""


def empty_findings() -> pd.DataFrame:
    """A findings table without rows."""
    return conform(pd.DataFrame(), "findings")


def conform(frame: pd.DataFrame, table_name: str) -> pd.DataFrame:
    """Give a frame exactly the columns, order and types of a declared table; missing columns become null.

    Raises ValueError when the frame has a column that the table does not declare.
    """
    declared = table(table_name)
    extra = sorted(set(frame.columns) - set(declared.column_names))
    if extra:
        raise ValueError(f"{table_name} does not declare {', '.join(extra)}")
    if frame.empty:
        return _empty(table_name).copy()
    out = {
        name: _cast(frame[name], dtype) if name in frame else pd.Series(pd.NA, index=frame.index, dtype=dtype)
        for name, dtype in declared.pandas_types.items()
    }
    return pd.DataFrame(out, index=frame.index).reset_index(drop=True)


@cache
def _empty(table_name: str) -> pd.DataFrame:
    return pd.DataFrame({n: pd.Series(dtype=t) for n, t in table(table_name).pandas_types.items()})


def _cast(values: pd.Series, dtype: str) -> pd.Series:
    return values if str(values.dtype) == dtype else values.astype(dtype)


def is_hidden(rule_id: str, column: str | None) -> bool:
    """Whether a finding of that rule and column shows no value: the column, or what the rule looks at, is restricted."""
    return column in RESTRICTED or rule(rule_id).shows == "restricted"


def row_findings(
    rows: pd.DataFrame,
    rule_id: str,
    *,
    stage: str,
    school_year: str,
    column: str | None = None,
    spelled: str | None = None,
    values: pd.Series | None = None,
    expected: str | None = None,
) -> pd.DataFrame:
    """One finding per row of `rows`, which carries source, file, sheet and row.

    `column` is our name, `spelled` the file's. Values of restricted columns are never taken over.
    """
    if rows.empty:
        return empty_findings()
    declared = rule(rule_id)
    hide = is_hidden(rule_id, column)
    out = rows.reindex(columns=list(LOCATORS)).copy()
    out["school_year"] = school_year
    out["stage"] = stage
    out["column"] = spelled or column
    out["rule_id"] = rule_id
    out["severity"] = declared.severity
    out["value"] = None if hide or values is None else values.reindex(rows.index).astype("str")
    out["expected"] = expected or declared.sentence
    out["fix"] = declared.fix
    out["finding_rows"] = 1
    return conform(out, "findings")


def file_finding(
    rule_id: str,
    *,
    stage: str,
    school_year: str,
    source: str,
    file: str,
    expected: str | None = None,
    value: str | None = None,
    column: str | None = None,
    rows: int = 0,
    sheet: str | None = None,
    row: int | None = None,
) -> pd.DataFrame:
    """One finding that speaks of a whole file (or one place in it)."""
    declared = rule(rule_id)
    record = {
        "school_year": school_year,
        "stage": stage,
        "source": source,
        "file": file,
        "sheet": sheet,
        "row": row,
        "column": column,
        "rule_id": rule_id,
        "severity": declared.severity,
        "value": None if is_hidden(rule_id, column) else value,
        "expected": expected or declared.sentence,
        "fix": declared.fix,
        "finding_rows": rows,
    }
    return conform(pd.DataFrame([record]), "findings")


def join_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All findings in one table, in a fixed order: source, file, row, rule, column."""
    kept = [part for part in parts if not part.empty]
    if not kept:
        return empty_findings()
    frame = kept[0] if len(kept) == 1 else pd.concat(kept, ignore_index=True)
    data = to_arrow(frame, table("findings").arrow_schema)
    return to_frame(sort_rows(data, list(ORDER)))
