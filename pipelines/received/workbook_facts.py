"""What the parts of a workbook say and a reader of cells does not: errors, unsaved formulas, merged and hidden cells.

Runs in the child process only. Zip-based formats are here; the records of XLS and XLSB are in workbook_records.py.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.etree import ElementTree

from pipelines.received import limits, workbook_records
from pipelines.received.refusal import Refused
from pipelines.received.workbook_parts import check_parts, column_number, sheet_paths

_ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*\bt=["']e["'][^>]*>""")
# t="str" is a text result, which may be saved as an empty text.
_NO_VALUE = re.compile(
    rb"""<(?:\w+:)?c\b(?![^>]*\bt=["']str["'])[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"""
    rb"""\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_END_OF_CELLS = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_REFERENCE = re.compile(rb"""\br=["']([A-Z]+\d+)["']""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*\bref=["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""")
_HIDDEN = re.compile(rb"""<(?:\w+:)?(?:row|col)\b[^>]*\bhidden=["'](?:1|true)["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,9})["']""")
_COLUMN = re.compile(rb"""\br=["']([A-Z]{1,3})\d""")
_FAR_COLUMN = re.compile(rb"""\br=["'][A-Z]{3}\d""")
_FORMAT = re.compile(r"0{2,30}")
_SPREADSHEET_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


@dataclass
class Facts:
    """Of one sheet. Rows and columns count from 1.

    spoiled: the first cell whose value cannot be known, and what it holds. merged: (row, column, row, column) of each.
    hidden: rows and columns. cells: the area a reader would lay out. zeros: digits that a number is shown with.
    """

    spoiled: tuple[str, str] | None = None
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: int = 0
    cells: int = 0
    zeros: dict[tuple[int, int], int] = field(default_factory=dict)


def facts_of(data: bytes) -> dict[str, Facts]:
    """Facts of each sheet by name. Raises Refused F03, F04 or F21 for what must not be opened at all."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return {name: Facts(*found) for name, found in workbook_records.facts_of_xls(data).items()}
    if not data.startswith(b"PK"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_parts(archive, len(data))
            names = set(archive.namelist())
            if "xl/workbook.bin" in names:
                return {n: Facts(*found) for n, found in workbook_records.facts_of_xlsb(archive).items()}
            if "xl/workbook.xml" in names:
                return _facts_of_xlsx(archive)
            return _facts_of_ods(archive) if "content.xml" in names else {}
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError):
        raise Refused("F21", "the workbook is not a whole archive; it seems to be cut off") from None
    except (KeyError, RuntimeError, ElementTree.ParseError):
        raise Refused("F03", "a part of the workbook is missing or cannot be read") from None


# ------------------------------------------------------------------------------------------------ XLSX and XLSM


def _facts_of_xlsx(archive: zipfile.ZipFile) -> dict[str, Facts]:
    styles = _styles_with_zeros(archive)
    return {name: _facts_of_sheet(archive.read(path), styles) for name, path in sheet_paths(archive, "xl/workbook.xml")}


def _facts_of_sheet(xml: bytes, styles: dict[bytes, int]) -> Facts:
    if not _END_OF_CELLS.search(xml):
        raise Refused("F21", "a sheet of the workbook is cut off")
    facts = Facts(cells=_area(xml))
    # The plain search spares sheets of pure values the slow one.
    if (b't="e"' in xml or b"t='e'" in xml) and (found := _ERROR_CELL.search(xml)):
        facts.spoiled = _where(found[0]), "an error; save the sheet with plain values"
    elif b"f>" in xml and (found := _NO_VALUE.search(xml)):
        facts.spoiled = _where(found[0]), "a formula without a saved value; save the sheet with plain values"
    if b"hidden=" in xml:
        facts.hidden = len(_HIDDEN.findall(xml))
    facts.merged = [
        (int(top), column_number(left), int(bottom), column_number(right))
        for left, top, right, bottom in _MERGED.findall(xml)
    ]
    if styles:
        pattern = rb"""<(?:\w+:)?c r="([A-Z]+)(\d+)" s="(%s)"(?: t="n")?>""" % b"|".join(styles)
        facts.zeros = {
            (int(row), column_number(column)): styles[style] for column, row, style in re.findall(pattern, xml)
        }
    return facts


def _where(cell: bytes) -> str:
    reference = _REFERENCE.search(cell)
    return reference[1].decode() if reference else "a cell"


def _area(xml: bytes) -> int:
    rows = max((int(row) for row in _ROW.findall(xml)), default=0)
    # The columns are looked at only where they could matter: each cell costs time.
    if rows * 702 <= limits.MAX_CELLS and not _FAR_COLUMN.search(xml):
        return 0
    return rows * max(map(column_number, set(_COLUMN.findall(xml))), default=0)


def _styles_with_zeros(archive: zipfile.ZipFile) -> dict[bytes, int]:
    """Number of each cell style that shows leading zeros -> digits shown."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    formats: dict[str, int] = {}
    styles: dict[bytes, int] = {}
    for element in ElementTree.fromstring(archive.read("xl/styles.xml")).iter():
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if tag == "numFmt" and _FORMAT.fullmatch(element.get("formatCode", "")):
            formats[element.get("numFmtId", "")] = len(element.get("formatCode", ""))
        elif tag == "cellXfs":
            for number, style in enumerate(element):
                if digits := formats.get(style.get("numFmtId", "")):
                    styles[str(number).encode()] = digits
    return styles


# ------------------------------------------------------------------------------------------------ ODS


def _facts_of_ods(archive: zipfile.ZipFile) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    facts, row, columns = Facts(), 0, 0
    with archive.open("content.xml") as part:
        for event, element in ElementTree.iterparse(part, ("start", "end")):
            if event == "start" and element.tag == _SPREADSHEET_TABLE + "table":
                facts, row, columns = Facts(), 0, 0
                found[element.get(_SPREADSHEET_TABLE + "name", "")] = facts
            elif event == "end" and element.tag == _SPREADSHEET_TABLE + "table-row":
                repeated = int(element.get(_SPREADSHEET_TABLE + "number-rows-repeated", "1"))
                filled, width = _look_at_row(element, row + 1, facts)
                if filled:
                    columns = max(columns, width)
                    row += repeated
                    facts.cells = max(facts.cells, row * columns)
                    hidden = element.get(_SPREADSHEET_TABLE + "visibility", "visible") != "visible"
                    facts.hidden += repeated if hidden else 0
                else:
                    row += repeated
                element.clear()
    return found


def _look_at_row(row: ElementTree.Element, number: int, facts: Facts) -> tuple[bool, int]:
    """Note what is odd about a row; returns whether it has a value, and the last column that has one."""
    column, last = 0, 0
    for cell in row:
        tag = cell.tag.rpartition("}")[2]
        if tag not in ("table-cell", "covered-table-cell"):
            continue
        repeated = int(cell.get(_SPREADSHEET_TABLE + "number-columns-repeated", "1"))
        text = "".join(cell.itertext())
        down = int(cell.get(_SPREADSHEET_TABLE + "number-rows-spanned", "1"))
        across = int(cell.get(_SPREADSHEET_TABLE + "number-columns-spanned", "1"))
        if down > 1 or across > 1:
            facts.merged.append((number, column + 1, number + down - 1, column + across))
        is_error = cell.get(_CALC + "value-type") == "error" or text.startswith(("#DIV/0!", "#REF!", "#NAME?", "Err:"))
        has_formula = cell.get(_SPREADSHEET_TABLE + "formula") is not None
        if has_formula and facts.spoiled is None:
            if is_error or text in ("#N/A", "#VALUE!", "#NUM!", "#NULL!"):
                facts.spoiled = f"row {number}", "an error; save the sheet with plain values"
            elif cell.get(_OFFICE + "value-type") is None:
                facts.spoiled = f"row {number}", "a formula without a saved value; save the sheet with plain values"
        column += repeated
        if text or cell.get(_OFFICE + "value-type"):
            last = column
    return last > 0, last
