"""Sheets of a workbook, all cells text, read by a child process with memory and time limits. Knows no column name.

The parent never opens a workbook: bombs, far cells and entities can only end the child.
"""

from __future__ import annotations

import json

from pipelines.received.grid import RawTable, Records
from pipelines.received.run_child import run_child


def read_workbook(data: bytes, sheet: str = "") -> list[RawTable]:
    """The named sheet, or every one, in order; hidden ones are marked, and only their first rows are there.

    XLSX, XLSM, XLS, XLSB and ODS. Raises Refused F03, F04, F14 (a value that cannot be known) or F21.
    """
    tables: list[RawTable] = []
    records: Records = []
    for line in run_child("workbook_child", data, "the workbook", *([sheet] if sheet else [])).splitlines():
        value = json.loads(line)
        if isinstance(value, list):
            records.append((len(records) + 1, value))
            continue
        records = []
        merged = tuple((top, left, bottom, right) for top, left, bottom, right in value["merged"])
        tables.append(
            RawTable(
                value["sheet"],
                records,
                visible=value["visible"] or bool(sheet),
                merged=merged,
                hidden=value["hidden"],
                zeros=value["zeros"],
            )
        )
    return tables


def read_sheets(data: bytes, sheet: str = "") -> dict[str, Records]:
    """The named sheet, or every visible one, as (row, fields). Raises Refused as `read_workbook` does."""
    return {table.name: table.records for table in read_workbook(data, sheet) if table.visible}
