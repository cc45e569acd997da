"""Workbooks: every cell as text, in a child process, and hostile ones refused within limits."""

import contextlib
import datetime as dt
import io
import time
import zipfile
from typing import Any

import openpyxl
import pytest

from pipelines.received import run_child, workbook_facts
from pipelines.received.read_file import read_table
from pipelines.received.read_workbook import read_sheets
from pipelines.received.refusal import Refused
from pipelines.received.workbook_child import as_text
from schemas.source_model import Layout

LAYOUT = Layout(
    name="a",
    reader="workbook",
    columns={"school_name": "School", "nces_school_id_given": "NCES ID"},
    required=("school_name", "nces_school_id_given"),
)
ROWS = [["School", "NCES ID"], ["A", "010000500870"]]


def workbook(*sheets: list[list[Any]], hidden: tuple[int, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
        if number in hidden:
            sheet.sheet_state = "hidden"
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def changed(data: bytes, old: bytes, new: bytes, member: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The workbook with one part changed, as a hostile sender would."""
    body = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as now:
        for name in was.namelist():
            content = was.read(name)
            now.writestr(name, content.replace(old, new, 1) if name == member else content)
    return body.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("0012", "0012"),
        (" x ", " x "),
        (12.0, "12"),
        (120009000067.0, "120009000067"),
        (0.5, "0.5"),
        (-3, "-3"),
        (1e15, "1E+15"),
        (5.3e20, "5.3E+20"),
        (123456789012345678, "1.23456789012346E+17"),
        (True, "TRUE"),
        (False, "FALSE"),
        (None, ""),
        (dt.date(2024, 3, 4), "2024-03-04"),
        (dt.datetime(2024, 3, 4, 5, 6), "2024-03-04T05:06:00"),
        (dt.time(5, 6), "05:06:00"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_a_cell_becomes_text(cell: Any, text: str) -> None:
    assert as_text(cell) == text


def test_sheets_are_read_as_text_with_their_rows() -> None:
    notes = [["Notes"], ["School: the name"]]
    data = workbook(notes, [["Report"], [], *ROWS, [None, None], [True, 120009000067, None]])
    table = read_table(data, (LAYOUT,))
    assert table.sheet == "S2"
    assert table.header.skip == 3
    assert list(table.grid.rows) == [4, 6]
    assert table.grid.record(0) == ["A", "010000500870"]
    assert table.grid.record(1) == ["TRUE", "120009000067"]


def test_a_grade_span_that_became_a_date_stays_visible_as_one() -> None:
    sheets = read_sheets(workbook([["Span"], [dt.date(2024, 3, 4)]]))
    assert sheets == {"S1": [(1, ["Span"]), (2, ["2024-03-04"])]}


def test_hidden_sheets_are_left_alone_unless_they_are_named() -> None:
    data = workbook([["x"]], ROWS, hidden=(2,))
    assert list(read_sheets(data)) == ["S1"]
    assert list(read_sheets(data, "S2")) == ["S2"]


@pytest.mark.parametrize(
    ("data", "rule_id", "sentence"),
    [
        (workbook(ROWS, ROWS), "F04", "several sheets have the required columns (S1, S2)"),
        (workbook([["x"]]), "F07", "none of the first 1 rows"),
        (workbook([*ROWS, ["=1+1", "1"]]), "F14", "A3 of sheet 'S1' holds a formula without a saved value"),
        (workbook([*ROWS, ["#N/A", "1"]]), "F14", "A3 of sheet 'S1' holds an error"),
        (workbook(ROWS)[:-200], "F21", "cut off"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "F03", "begins like an old Excel workbook and is none"),
        (b"School,NCES ID\nA,1\n", "F03", "the file is text; the source declares an Excel workbook"),
    ],
)
def test_a_workbook_that_does_not_fit_is_refused(data: bytes, rule_id: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_table(data, (LAYOUT,))
    assert refusal.value.rule_id == rule_id
    assert sentence in refusal.value.sentence


def test_a_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(Refused, match="no sheet 'Data'; it has S1"):
        read_sheets(workbook(ROWS), "Data")


LAUGHS = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><worksheet"""


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(changed(workbook(ROWS), b'r="A2"', b'r="XFD1048576"'), id="far cell"),
        pytest.param(changed(workbook(ROWS), b"</sheetData>", b" " * 30_000_000 + b"</sheetData>"), id="bomb"),
        pytest.param(changed(workbook(ROWS), b"<worksheet", LAUGHS), id="laughs"),
    ],
)
def test_a_hostile_workbook_ends_the_child_only(data: bytes) -> None:
    start = time.perf_counter()
    with contextlib.suppress(Refused):
        sheets = read_sheets(data)
        assert all("aaaaaaaaaaaa" not in cell for rows in sheets.values() for _, fields in rows for cell in fields)
    assert time.perf_counter() - start < 10


def test_members_that_lie_are_refused() -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("../evil.xml", b"x")
    with pytest.raises(Refused, match="leads out of it"):
        workbook_facts.facts_of(body.getvalue())


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_child, "SECONDS", 0.001)
    with pytest.raises(Refused, match="could not be read within"):
        read_sheets(workbook(ROWS))
