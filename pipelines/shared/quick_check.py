"""Says whether a table certainly satisfies its declaration, column by column in Arrow. Explains nothing: Pandera does.

Pandera spends milliseconds on each column whatever its length, and a season writes hundreds of small tables. A test
compares both on every table: what passes here passes there.
"""

from __future__ import annotations

import pyarrow as arrow
import pyarrow.compute as compute

from schemas.table_model import Column, Table


def certainly_valid(data: arrow.Table, table: Table) -> bool:
    """True when columns, types, required values, allowed values, patterns, bounds and the key all hold."""
    if data.schema.remove_metadata() != table.arrow_schema:
        return False
    required = {*table.required, *table.key}
    for column in table.columns:
        values = data.column(column.name)
        if column.name in required and values.null_count:
            return False
        if len(values) - values.null_count and not _holds(values, column):
            return False
    return not table.key or _is_unique(data.select(list(table.key)))


def _holds(values: arrow.ChunkedArray, column: Column) -> bool:
    if column.allowed or column.pattern:
        values = compute.drop_null(compute.unique(values))
    if column.allowed and not set(values.to_pylist()) <= set(column.allowed):
        return False
    if column.pattern and not _all(compute.match_substring_regex(values, f"^(?:{column.pattern})")):
        return False
    if column.minimum is not None and not _all(compute.greater_equal(values, column.minimum)):
        return False
    return column.maximum is None or _all(compute.less_equal(values, column.maximum))


def _all(flags: arrow.ChunkedArray) -> bool:
    return bool(compute.all(flags).as_py())


def _is_unique(keys: arrow.Table) -> bool:
    if keys.num_columns == 1:
        return len(compute.unique(keys.column(0))) == keys.num_rows
    return keys.group_by(keys.column_names).aggregate([]).num_rows == keys.num_rows
