"""Sheets of a workbook, all cells text, read by a child process with memory and time limits. Knows no column name.

The parent never opens a workbook: bombs, far cells and entities can only end the child.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from pipelines.received.refusal import Refused

SECONDS = 30
"""By the clock; the child may use 10 seconds of processor time, so that a busy machine refuses nothing it should read."""
ROOT = Path(__file__).parents[2]


def read_sheets(data: bytes, sheet: str = "") -> dict[str, list[tuple[int, list[str]]]]:
    """The named sheet, or every visible one, as (row, fields). Raises Refused F03, F04 or F21.

    Refused too: error cells and formulas without a saved value, which every reader would show as blank.
    """
    command = [sys.executable, "-m", "pipelines.received.workbook_child", *([sheet] if sheet else [])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=SECONDS, env=environment, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("F04", f"the workbook could not be read within {SECONDS} seconds") from error
    sheets: dict[str, list[tuple[int, list[str]]]] = {}
    rows: list[tuple[int, list[str]]] = []
    for line in done.stdout.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            break
        if isinstance(value, list):
            rows.append((len(rows) + 1, value))
        elif "sheet" in value:
            rows = sheets.setdefault(value["sheet"], [])
        elif "refused" in value:
            raise Refused(*value["refused"])
        elif value.get("end"):
            return sheets
    raise Refused("F04", "the workbook could not be read within the limits on memory and time")
