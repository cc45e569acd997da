"""The quick check never accepts what Pandera refuses, on every declared table and every way to break it."""

from __future__ import annotations

from copy import copy

import pandas as pd
import pyarrow as arrow
import pytest
from pandera.errors import SchemaErrors

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


def one_row(table: Table) -> pd.DataFrame:
    return pd.DataFrame([{c.name: good_value(c) for c in table.columns}]).astype(table.pandas_types)


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


def broken_cells(table: Table) -> list[tuple[str, object]]:
    """Every way in which a cell can break the declaration: its column, and the cell."""
    cells: list[tuple[str, object]] = []
    for column in table.columns:
        if column.allowed or column.pattern:
            cells.append((column.name, "§ not allowed"))
        if column.minimum is not None:
            cells.append((column.name, int(column.minimum) - 1))
        if column.maximum is not None:
            cells.append((column.name, int(column.maximum) + 1))
        if column.name in {*table.required, *table.key}:
            cells.append((column.name, None))
    return cells


def refused_cells(frame: pd.DataFrame, table: Table) -> set[tuple[int, str]]:
    """Place and column of each cell that Pandera refuses, keys not looked at."""
    schema = copy(table.pandera_schema)
    schema.unique = None
    with pytest.raises(SchemaErrors) as refusal:
        schema.validate(frame, lazy=True)
    cases = refusal.value.failure_cases
    return set(zip(cases["index"].astype(int), cases["column"], strict=True))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_whatever_breaks_the_declaration_fails_both(table: Table) -> None:
    broken = broken_cells(table)
    assert broken
    sound = {c.name: good_value(c) for c in table.columns}
    frame = pd.DataFrame([sound | {name: cell} for name, cell in broken]).astype(table.pandas_types)
    data = arrow.Table.from_pandas(frame, schema=table.arrow_schema, preserve_index=False)
    passed = [name for place, (name, _) in enumerate(broken) if certainly_valid(data.slice(place, 1), table)]
    assert passed == []
    assert refused_cells(frame, table) == {(place, name) for place, (name, _) in enumerate(broken)}


@pytest.mark.parametrize("table", [t for t in TABLES.values() if t.key], ids=lambda t: t.name)
def test_a_key_that_stands_twice_fails_both(table: Table) -> None:
    twice = pd.concat([one_row(table), one_row(table)], ignore_index=True)
    assert not quick(twice, table)
    assert not accepted(twice, table)
