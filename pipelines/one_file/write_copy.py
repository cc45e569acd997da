"""Writes the repaired copy of a file and its change list. Never overwrites, and no cell of them runs as a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from pipelines.one_file.safe_repairs import FORMULA, Change, Repaired

_OFFICE = "http://schemas.openxmlformats.org"
_XML_LEAVES_OUT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_copy(repaired: Repaired, out: Path) -> list[Path]:
    """Write the copy (CSV as UTF-8, or a workbook where the layout reads one) and `<out>.changes.csv` beside it.

    Raises ValueError when one of them exists or the ending does not fit.
    """
    changes = change_list_path(out)
    workbook = repaired.layout.reader == "workbook"
    ending = ".xlsx" if workbook else ".csv"
    if out.suffix.lower() != ending:
        raise ValueError(f"the copy is written as {ending}: name it {out.stem}{ending} instead of {out.name}")
    for path in (out, changes):
        if path.exists():
            raise ValueError(f"{path} exists and is never overwritten; give another name to --fix")
    if workbook:
        body = _workbook(repaired.sheet, repaired.records)
    else:
        safe = [[_without_formula(cell) for cell in record] for record in repaired.records]
        body = _csv(safe, repaired.layout.delimiter)
    out.write_bytes(body)
    changes.write_bytes(_csv(_change_rows(repaired.changes), ","))
    return [out, changes]


def change_list_path(out: Path) -> Path:
    """Where the change list of a copy lies: copy.csv -> copy.changes.csv."""
    return out.with_name(f"{out.stem}.changes.csv")


def _change_rows(changes: Sequence[Change]) -> list[list[str]]:
    rows = [["row", "column", "was", "is", "rule"]]
    for change in changes:
        cells = ["" if change.row is None else str(change.row), change.column, change.was, change.now, change.rule]
        rows.append([_without_formula(cell) for cell in cells])
    return rows


def _without_formula(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def _csv(rows: Sequence[Sequence[str]], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def _workbook(sheet: str, rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet whose cells are all text: nothing is run, and no zero is lost."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{_letters(place)}{number}" t="inlineStr"><is><t xml:space="preserve">'
            f"{escape(_XML_LEAVES_OUT.sub('', cell))}</t></is></c>"
            for place, cell in enumerate(row, start=1)
            if cell
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    main, relations = f"{_OFFICE}/spreadsheetml/2006/main", f"{_OFFICE}/officeDocument/2006/relationships"
    package = f"{_OFFICE}/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        f'<sheet name={quoteattr(sheet or "Sheet1")} sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
    return out.getvalue()


def _letters(place: int) -> str:
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
