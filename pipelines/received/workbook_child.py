"""Runs in a process of its own: reads a workbook from standard input and writes its cells as text, a JSON line per row.

Imports nothing heavy, so that it starts fast. What a reader of cells does not see (merged, hidden, errors) is looked
up in workbook_parts.py and its like.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from typing import Any

from pipelines.received import limits
from pipelines.received.refusal import Refused
from pipelines.received.workbook_facts import Facts, facts_of

_BIGGEST_EXACT = 10**15
"""Excel keeps 15 digits; a longer number has been rounded and is shown as such."""
_HEAD = 24
"""Rows of a hidden sheet that are handed on: enough to see whether it holds a table of the source."""


def main() -> int:
    """Write {"sheet": name, ...} before the rows of each sheet, or refuse on standard error (see run_child)."""
    limits.hold_to_limits()
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        _write_sheets(sys.stdin.buffer.read(), wanted)
    except Refused as refusal:
        return _refuse(refusal.rule_id, refusal.sentence)
    except MemoryError:
        return _refuse("F04", f"the workbook needs more than {limits.CHILD_MEMORY // 1024**2:,} MB of memory")
    except Exception as error:
        # A part gave up in a way nobody foresaw. Its own words may quote cells, so only its kind is told.
        return _refuse("F03", f"the workbook is damaged ({type(error).__name__})")
    return 0


def _refuse(rule_id: str, sentence: str) -> int:
    print(json.dumps({"refused": [rule_id, sentence]}), file=sys.stderr)
    return 0


def _write(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def _write_sheets(data: bytes, wanted: str) -> None:
    facts = facts_of(data)
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        if wanted and wanted not in book.sheet_names:
            raise Refused("F03", f"the workbook has no sheet {wanted!r}; it has {', '.join(book.sheet_names)}")
        for meta in book.sheets_metadata:
            if meta.typ != calamine.SheetTypeEnum.WorkSheet or (wanted and meta.name != wanted):
                continue
            visible = meta.visible == calamine.SheetVisibleEnum.Visible
            _write_sheet(book, meta.name, visible, visible or bool(wanted), facts.get(meta.name) or Facts())
    except calamine.PasswordError:
        raise Refused("F03", "the workbook is protected by a password") from None
    except (calamine.CalamineError, OSError, ValueError):
        raise Refused("F03", "the workbook cannot be opened; it is damaged, or is no workbook") from None


def _write_sheet(book: Any, name: str, visible: bool, whole: bool, facts: Facts) -> None:
    if whole and facts.spoiled:
        raise Refused("F14", f"{facts.spoiled[0]} of sheet {name!r} holds {facts.spoiled[1]}")
    if facts.cells > limits.MAX_CELLS:
        raise Refused("F04", f"sheet {name!r} reaches over more than {limits.MAX_CELLS:,} cells")
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > limits.MAX_CELLS:
        raise Refused("F04", f"sheet {name!r} reaches over more than {limits.MAX_CELLS:,} cells")
    rows = sheet.to_python(skip_empty_area=False, nrows=None if whole else _HEAD)
    shown = sum(_show_zeros(rows, *place, digits) for place, digits in facts.zeros.items())
    head = {"sheet": name, "visible": visible, "merged": facts.merged, "hidden": facts.hidden, "zeros": shown}
    _write(head)
    for cells in rows:
        _write([as_text(cell) for cell in cells])


def _show_zeros(rows: list[list[Any]], row: int, column: int, digits: int) -> bool:
    """Make text of a number as the sheet shows it, with leading zeros; returns whether that changed it."""
    if row > len(rows) or column > len(rows[row - 1]):
        return False
    number = rows[row - 1][column - 1]
    if not isinstance(number, float) or number < 0 or number != int(number):
        return False
    rows[row - 1][column - 1] = as_text(number).zfill(digits)
    return len(as_text(number)) < digits


def as_text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates and times in ISO form, TRUE and FALSE as Excel shows them.

    A code that Excel turned into a date stays a date, for rule F26 to set aside.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return str(int(cell)) if cell == int(cell) and abs(cell) < _BIGGEST_EXACT else f"{cell:.15G}"
    if isinstance(cell, (dt.datetime, dt.date, dt.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    sys.exit(main())
