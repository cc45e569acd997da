"""Runs in a process of its own: reads a workbook from standard input and writes its cells as text, a JSON line per row.

Imports nothing of ours, so that it starts fast and a hostile workbook can only end this process.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

MEMORY = 1024**3
CPU_SECONDS = 10
MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 100
SMALL = 16 * 1024 * 1024
MAX_CELLS = 20_000_000
_BIGGEST_EXACT = 10**15
"""Excel keeps 15 digits; a longer number has been rounded and is shown as such."""
_ERROR_CELL = re.compile(rb'<c\b[^>]*\bt="e"[^>]*>')
_NO_VALUE = re.compile(rb"<c\b[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_REFERENCE = re.compile(rb'\br="([A-Z]+\d+)"')


class Unreadable(Exception):  # noqa: N818 - an outcome, not a fault
    """The workbook is refused: rule id and sentence."""


def main() -> int:
    """Write {"sheet": name} before the rows of each sheet, then {"end": true}; or {"refused": [rule, sentence]}."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        _write_sheets(sys.stdin.buffer.read(), wanted)
    except Unreadable as refusal:
        _write({"refused": list(refusal.args)})
    except MemoryError:
        _write({"refused": ["F04", f"the workbook needs more than {MEMORY // 1024**2:,} MB of memory"]})
    return 0


def _write(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")


def _write_sheets(data: bytes, wanted: str) -> None:
    check_members(data)
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [s.name for s in book.sheets_metadata if s.visible == calamine.SheetVisibleEnum.Visible]
        if wanted and wanted not in book.sheet_names:
            raise Unreadable("F03", f"the workbook has no sheet {wanted!r}; it has {', '.join(book.sheet_names)}")
        for name in [wanted] if wanted else shown:
            check_sheet(data, name)
            _write({"sheet": name})
            cells = 0
            for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False):
                cells += len(row)
                if cells > MAX_CELLS:
                    raise Unreadable("F04", f"sheet {name!r} has more than {MAX_CELLS:,} cells")
                _write([as_text(cell) for cell in row])
    except calamine.PasswordError:
        raise Unreadable("F03", "the workbook is protected by a password") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("F03", f"the workbook cannot be opened ({type(error).__name__})") from None
    _write({"end": True})


def as_text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates and times in ISO form, TRUE and FALSE as Excel shows them.

    A grade span that Excel turned into a date stays a date, for the reader of the column to reject.
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


def check_members(data: bytes) -> None:
    """Refuse archives that unpack to too much, or whose members have odd names, before anything is opened."""
    if not data.startswith(b"PK"):
        return
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError):
        raise Unreadable("F21", "the workbook is not a whole archive; it seems to be cut off") from None
    total = sum(member.file_size for member in members)
    if total > MAX_UNPACKED or (total > SMALL and total > MAX_RATIO * len(data)):
        raise Unreadable("F04", f"the workbook of {len(data):,} bytes unpacks to {total:,}")
    names = [member.filename for member in members]
    if len(set(names)) != len(names) or any(n.startswith("/") or ".." in n.split("/") for n in names):
        raise Unreadable("F03", "the workbook has parts with doubled or unsafe names")


def check_sheet(data: bytes, name: str) -> None:
    """Refuse a sheet with error cells or formulas without a saved value: a reader would show them as blank."""
    if not data.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = _member_of(archive, name)
        xml = archive.read(member) if member else b""
    for hint, pattern, what in (
        (b't="e"', _ERROR_CELL, "an error"),
        (b"<f", _NO_VALUE, "a formula without a saved value"),
    ):
        # The plain search spares sheets of pure values the slow one.
        if hint in xml and (found := pattern.search(xml)):
            reference = _REFERENCE.search(found[0])
            where = reference[1].decode() if reference else "a cell"
            raise Unreadable("F03", f"{where} of sheet {name!r} holds {what}; save the sheet with plain values")


def _member_of(archive: zipfile.ZipFile, name: str) -> str | None:
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return None
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    for sheet in _named(book.iter(), "sheet"):
        if sheet.get("name") == name:
            ids = [value for key, value in sheet.attrib.items() if key.endswith("}id")]
            target = targets.get(ids[0], "") if ids else ""
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return path if path in archive.namelist() else None
    return None


def _named(elements: Iterable[ElementTree.Element], name: str) -> Iterable[ElementTree.Element]:
    return (e for e in elements if isinstance(e.tag, str) and e.tag.rsplit("}", 1)[-1] == name)


if __name__ == "__main__":
    sys.exit(main())
