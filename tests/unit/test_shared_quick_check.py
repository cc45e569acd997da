"""The quick check never accepts what Pandera refuses, on every declared table and every way to break it."""

from __future__ import annotations

import pandas as pd
import pyarrow as arrow
import pytest

from pipelines.shared.pandera_bridge import require_valid
from pipelines.shared.quick_check import certainly_valid
from schemas.table_model import Column, Table
from schemas.tables import load_tables

EXAMPLES = {
    r"^20\d\d-\d\d$": "2018-19",
    r"^[0-9a-f]{64}$": "0" * 64,
    r"^(\d{12}|[0-9A-Z]{2}\d{6})$": "010000500870",
    r"^[A-Z]{2}-.+-.+$": "FL-03-0491",
    r"^\d{7}$": "0100005",
    r"^[A-Z]{2}$": "FL",
    r"^\d{5}$": "33610",
    r"^[1-4][1-3]$": "11",
    r"^(el|__)(mi|__)(hi|__)$": "__mihi",
    r"^\d{6}$": "010025",
}
TABLES = load_tables()


def good_value(column: Column) -> object:
    if column.allowed:
        return column.allowed[0]
    if column.type == "text":
        return EXAMPLES[column.pattern] if column.pattern else "x"
    return True if column.type == "flag" else (column.minimum or 1)


def one_row(table: Table, **changes: object) -> pd.DataFrame:
    values = {c.name: good_value(c) for c in table.columns} | changes
    return pd.DataFrame([values]).astype(table.pandas_types)


def quick(frame: pd.DataFrame, table: Table) -> bool:
    return certainly_valid(arrow.Table.from_pandas(frame, schema=table.arrow_schema, preserve_index=False), table)


def accepted(frame: pd.DataFrame, table: Table) -> bool:
    try:
        require_valid(frame, table)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_a_sound_row_passes_both(table: Table) -> None:
    frame = one_row(table)
    assert quick(frame, table)
    assert accepted(frame, table)


def breaks(table: Table) -> list[pd.DataFrame]:
    rows = []
    for column in table.columns:
        if column.allowed or column.pattern:
            rows.append(one_row(table, **{column.name: "§ not allowed"}))
        if column.minimum is not None:
            rows.append(one_row(table, **{column.name: int(column.minimum) - 1}))
        if column.maximum is not None:
            rows.append(one_row(table, **{column.name: int(column.maximum) + 1}))
        if column.name in {*table.required, *table.key}:
            rows.append(one_row(table, **{column.name: None}))
    if table.key:
        rows.append(pd.concat([one_row(table), one_row(table)], ignore_index=True))
    return rows


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_whatever_breaks_the_declaration_fails_both(table: Table) -> None:
    broken = breaks(table)
    assert broken
    assert [quick(frame, table) for frame in broken] == [False] * len(broken)
    assert [accepted(frame, table) for frame in broken] == [False] * len(broken)
