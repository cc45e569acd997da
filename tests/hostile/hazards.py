"""The measured hazards of reading tables (validation-and-reliability.md E), as small files with the one right answer.

Shared by the tests, which demand that answer of our reader, and by bench/readers.py, which asks others for it.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import openpyxl

from tests.hostile import workbooks
from tests.hostile.reading import HEADER

Outcome = Literal["exact", "repair", "refused"]
Rows = list[list[str]]
FIRST = ["A High", "120009000067", "802201", "12"]
SECOND = ["B High", "120009000068", "802201", "9"]
HEAD = ",".join(HEADER) + "\n"
GOOD = HEAD + ",".join(FIRST) + "\n" + ",".join(SECOND) + "\n"
PLAIN = [list(HEADER), FIRST, SECOND]


@dataclass(frozen=True)
class Hazard:
    """A file, how it is read, and what must come of it.

    rows: the right rows, none when the file must be refused. rules: those that must speak; none for exact.
    harmless: ours refuses the file, and another reader may rightly find the two good rows in it.
    """

    name: str
    file: str
    make: Callable[[], bytes]
    outcome: Outcome
    rows: Rows
    rules: tuple[str, ...] = ()
    layout: str = "csv"
    harmless: bool = False

    @property
    def kind(self) -> str:
        """What a plain reader would be asked to read: csv, workbook, html or zip."""
        ending = self.file.rpartition(".")[2]
        return {"xlsx": "workbook", "xls": "workbook", "ods": "workbook", "zip": "zip"}.get(ending, "csv")


def _csv(
    name: str,
    text: str | bytes,
    outcome: Outcome,
    rows: Rows,
    *rules: str,
    layout: str = "csv",
    file: str = "a.csv",
    harmless: bool = False,
) -> Hazard:
    data = text.encode() if isinstance(text, str) else text
    return Hazard(name, file, lambda: data, outcome, rows, rules, layout, harmless)


def _cell(name: str, cell: str, column: int = 0, *, quoted: str = "") -> Hazard:
    row = [cell if at == column else value for at, value in enumerate(FIRST)]
    text = HEAD + ",".join((quoted or cell) if at == column else value for at, value in enumerate(FIRST)) + "\n"
    return _csv(name, text + ",".join(SECOND) + "\n", "exact", [row, SECOND])


def page(rows: Rows) -> str:
    """An HTML page with one table."""
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<html><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table></html>"


BOTH = [FIRST, SECOND]
CSV: tuple[Hazard, ...] = (
    _cell("leading zero of an id", "010000500870", 1),
    _cell("rounded number 1.20009E+11", "1.20009E+11", 1),
    _cell("school called None", "None"),
    _cell("code NA", "NA", 2),
    _cell("cell N/A", "N/A", 3),
    _cell("school called nan", "nan"),
    _csv("cp1252 bytes", GOOD.replace("A High", "Peña High").encode("cp1252"), "exact", [["Peña High", *FIRST[1:]], SECOND]),
    _csv("byte order mark", b"\xef\xbb\xbf" + GOOD.encode(), "exact", BOTH),
    _csv("UTF-16", GOOD.encode("utf-16"), "exact", BOTH),
    _csv("NUL inside a cell", GOOD.replace("A High", "A\0High"), "repair", [SECOND], "F06"),
    _csv("column name twice", GOOD.replace("Enrolled", "Course"), "refused", [], "F09"),
    _csv("column name twice, one needed", GOOD.replace("\n", ",1\n").replace("Enrolled,1", "Enrolled,Course"), "refused", [], "F08"),
    _csv("header in row 4", "Report,,,\n\nYear 2018,,,\n" + GOOD, "exact", BOTH),
    _csv("note below the table", GOOD + "Note: counts below 10 are hidden\n", "repair", BOTH, "F11"),
    _csv("total below the table", GOOD + "Total,,,21\n", "repair", BOTH, "F11"),
    _csv("one row too wide", GOOD + "C High,120009000069,802201,5,x\n", "repair", BOTH, "F10"),
    _csv("one row too narrow", GOOD.replace("A High", "C High\nA High"), "repair", BOTH, "F10"),
    _csv("every row one wider", HEAD + "x," + ",".join(FIRST) + "\nx," + ",".join(SECOND) + "\n", "refused", [], "F10"),
    _csv("comma behind every row", HEAD + ",".join(FIRST) + ",\n" + ",".join(SECOND) + ",\n", "refused", [], "F10"),
    _cell("number with a comma", "1,234", 3, quoted='"1,234"'),
    _cell("no-break and outer spaces", " A\u00a0High ", 0),
    _csv("semicolons", GOOD.replace(",", ";"), "refused", [], "F03", harmless=True),
    _csv("tabs", GOOD.replace(",", "\t"), "refused", [], "F03", harmless=True),
    _csv("quote not closed", GOOD.replace("A High", '"A High'), "refused", [], "F21"),
    Hazard(
        "text after 30,000 numbers",
        "a.csv",
        lambda: (HEAD + "A,120009000067,8022,1\n" * 30_000 + "A,120009000067,A3580100,1\n").encode(),
        "exact",
        [["A", "120009000067", "8022", "1"]] * 30_000 + [["A", "120009000067", "A3580100", "1"]],
    ),
    _csv("T and F", HEAD + "T,120009000067,802201,T\nF,120009000068,802201,F\n", "exact", [["T", *FIRST[1:3], "T"], ["F", *SECOND[1:3], "F"]]),
    _csv("CR-only lines", GOOD.replace("\n", "\r"), "exact", BOTH),
    _csv("empty file", "", "refused", [], "F19"),
    _cell("field of 200 KB", "x" * 200_000),
    _csv("letters encoded twice", GOOD.replace("A High", "PeÃ±a â€™18"), "repair", [["Peña ’18", *FIRST[1:]], SECOND], "F31"),
    _csv("letter lost", GOOD.replace("A High", "Pe\ufffda High"), "refused", [], "F05"),
    _csv("header again in the middle", GOOD + HEAD + "C High,120009000069,802201,5\n", "repair", [*BOTH, ["C High", "120009000069", "802201", "5"]], "F24"),
    _csv("total in the middle", GOOD + "Total,,,21\nC High,120009000069,802201,5\n", "repair", [*BOTH, ["C High", "120009000069", "802201", "5"]], "F24"),
    _csv("footnote digit glued to a header", GOOD.replace("Enrolled", "Enrolled2"), "repair", BOTH, "F23"),
    _csv("footnote in brackets in a header", GOOD.replace("Enrolled", "Enrolled (1)"), "repair", BOTH, "F23"),
    _csv("header of two lines", "School,,,Students\nName,NCES ID,Course,Enrolled\n" + GOOD.partition("\n")[2], "exact", BOTH, layout="two_lines"),
    _csv("text guarded as a formula", GOOD.replace("120009000067", '"=""120009000067"""'), "repair", BOTH, "F25"),
    _csv("formula in a cell", GOOD.replace("A High", "=HYPERLINK(1)"), "repair", [["=HYPERLINK(1)", *FIRST[1:]], SECOND], "F13"),
    _csv("zero-width characters in an id", GOOD.replace("120009000067", "1200\u200b09000\u202e067"), "repair", BOTH, "F29"),
    _csv("code made a date", GOOD.replace("A High,120009000067,802201", "A High,120009000067,Mar-04"), "repair", [SECOND], "F26"),
    _csv("fixed width", "A High    120009000067802201  12\nB High    120009000068802201   9\n", "exact", BOTH, layout="fixed", file="a.txt"),
    _csv("fixed width, one line short", "A High    120009000067802201  12\nC High\nB High    120009000068802201   9\n", "repair", BOTH, "F10", layout="fixed", file="a.txt"),
    _csv("page called xls", page([list(HEADER), FIRST, SECOND]), "exact", BOTH, layout="html", file="a.xls"),
    _csv("file that ends in a row", GOOD + "C High,0100", "refused", [], "F21"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ workbooks


def _book(change: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> Callable[[], bytes]:
    def make() -> bytes:
        book = openpyxl.Workbook()
        for row in PLAIN:
            book.active.append(row)
        change(book.active)
        return workbooks.saved(book)

    return make


def _number_with_zeros(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    sheet["B2"] = 10000500870
    sheet["B2"].number_format = "000000000000"


def _hidden_sheet() -> bytes:
    return workbooks.xlsx(PLAIN, [list(HEADER), ["C High", "120009000069", "802201", "5"]], hidden=(2,))


def _part(old: bytes, new: bytes) -> Callable[[], bytes]:
    return lambda: workbooks.changed(workbooks.xlsx(PLAIN), old, new)


def _zip(*members: tuple[str, bytes]) -> Callable[[], bytes]:
    def make() -> bytes:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return body.getvalue()

    return make


LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8))
    + b"]><worksheet"
)
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><worksheet'
WORKBOOK: tuple[Hazard, ...] = (
    Hazard("number shown with leading zeros", "a.xlsx", _book(_number_with_zeros), "repair", [[FIRST[0], "010000500870", *FIRST[2:]], SECOND], ("F30",), "workbook"),
    Hazard("Mar-04 typed into a code", "a.xlsx", _book(lambda s: s.__setitem__("C2", dt.date(2024, 3, 4))), "repair", [SECOND], ("F26",), "workbook"),
    Hazard("formula without a saved value", "a.xlsx", _book(lambda s: s.__setitem__("D2", "=6+6")), "refused", [], ("F14",), "workbook"),
    Hazard("error cell", "a.xlsx", _book(lambda s: s.__setitem__("D2", "#N/A")), "refused", [], ("F14",), "workbook"),
    Hazard("error cell in XLS", "a.xls", lambda: workbooks.xls([*PLAIN, ["C", "120009000069", "8", workbooks.ERROR]]), "refused", [], ("F14",), "workbook"),
    Hazard("error cell in XLSB", "a.xlsb", lambda: workbooks.xlsb([*PLAIN, ["C", "120009000069", "8", workbooks.ERROR]]), "refused", [], ("F14",), "workbook"),
    Hazard("error cell in ODS", "a.ods", lambda: workbooks.ods([*PLAIN, ["C", "120009000069", "8", workbooks.ERROR]]), "refused", [], ("F14",), "workbook"),
    Hazard("merged cells in the rows", "a.xlsx", _book(lambda s: s.merge_cells("A2:A3")), "refused", [], ("F14",), "workbook"),
    Hazard("merged title above the header", "a.xlsx", _book(lambda s: (s.insert_rows(1), s.__setitem__("A1", "Report"), s.merge_cells("A1:D1"))), "exact", BOTH, (), "workbook"),
    Hazard("hidden row", "a.xlsx", _book(lambda s: setattr(s.row_dimensions[3], "hidden", True)), "repair", BOTH, ("F27",), "workbook"),
    Hazard("hidden sheet", "a.xlsx", _hidden_sheet, "repair", BOTH, ("F27",), "workbook"),
    Hazard("only a hidden sheet fits", "a.xlsx", lambda: workbooks.xlsx([["Cover"]], PLAIN, hidden=(2,)), "refused", [], ("F14",), "workbook"),
    Hazard("two sheets with the header", "a.xlsx", lambda: workbooks.xlsx(PLAIN, PLAIN), "refused", [], ("F04",), "workbook"),
    Hazard("two sheets, declared", "a.xlsx", lambda: workbooks.xlsx(PLAIN[:2], [PLAIN[0], SECOND]), "exact", BOTH, (), "all_sheets"),
    Hazard("booleans in a mixed column", "a.xlsx", _book(lambda s: s.__setitem__("D2", True)), "exact", [[*FIRST[:3], "TRUE"], SECOND], (), "workbook"),
    Hazard("XLS", "a.xls", lambda: workbooks.xls(PLAIN), "exact", BOTH, (), "workbook"),
    Hazard("XLSB", "a.xlsb", lambda: workbooks.xlsb(PLAIN), "exact", BOTH, (), "workbook"),
    Hazard("ODS", "a.ods", lambda: workbooks.ods(PLAIN), "exact", BOTH, (), "workbook"),
    Hazard("billion laughs", "a.xlsx", _part(b"<worksheet", LAUGHS), "refused", [], ("F03",), "workbook"),
    Hazard("external entity", "a.xlsx", _part(b"<worksheet", EXTERNAL), "refused", [], ("F03",), "workbook", harmless=True),
    Hazard("one far cell", "a.xlsx", _part(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'), "refused", [], ("F04",), "workbook"),
    Hazard("string of 40 MB in a small workbook", "a.xlsx", _part(b"A High", b"A" * 40_000_000), "refused", [], ("F04",), "workbook"),
    Hazard("zip with ../../evil.csv", "a.zip", _zip(("../../evil.csv", GOOD.encode())), "refused", [], ("F03",), harmless=True),
    Hazard("zip with /abs.csv", "a.zip", _zip(("/abs.csv", GOOD.encode())), "refused", [], ("F03",), harmless=True),
    Hazard("zip with two files", "a.zip", _zip(("a.csv", GOOD.encode()), ("b.csv", GOOD.encode())), "refused", [], ("F04",)),
    Hazard("1000:1 zip", "a.zip", _zip(("a.csv", GOOD.encode() + b"," * 40_000_000)), "refused", [], ("F04",)),
    Hazard("zip with one file", "a.csv.zip", _zip(("a.csv", GOOD.encode())), "exact", BOTH),
)  # fmt: skip
HAZARDS = (*CSV, *WORKBOOK)
