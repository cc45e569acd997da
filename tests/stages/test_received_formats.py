"""What a layout may declare about a format, and the file rules F02, F12, F15, F22 to F31: each fires and stays silent."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from pipelines.received.file_names import odd_ending
from pipelines.received.find_header import find_header
from pipelines.received.read_file import read_table
from pipelines.received.read_parquet import read_parquet
from pipelines.received.refusal import Refused
from schemas.source_model import Layout
from tests.hostile import workbooks
from tests.hostile.hazards import FIRST, GOOD, HEAD, PLAIN, SECOND, page
from tests.hostile.reading import LAYOUTS, REQUIRED, layout, read


def rules(tmp_path: Path, text: str, name: str = "a.csv", layouts: tuple[str, ...] = ("csv",)) -> tuple[str, ...]:
    return read(tmp_path, name, text.encode(), layouts).rules


# ------------------------------------------------------------------------------------------------ layouts


def test_the_upper_line_of_a_header_may_speak_for_the_columns_to_its_right() -> None:
    two = Layout(
        name="two", header_rows=2, columns={"school_name": "School Name", "city": "School City", "zip": "Zip"}, required=("city",)
    )  # fmt: skip
    header = find_header([["Report"], ["School", "", "Zip"], ["Name", "City", ""], ["A", "B", "1"]], two)
    assert (header.skip, header.places) == (3, {"school_name": (0,), "city": (1,), "zip": (2,)})


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"reader": "fixed_width"}, "positions belong to"),
        ({"positions": {"School": (1, 2)}}, "positions belong to"),
        ({"reader": "fixed_width", "positions": {"School": (1, 5), "Course": (5, 9)}}, "do not overlap"),
        ({"reader": "fixed_width", "positions": {"School": (0, 5)}}, "counted from 1"),
        ({"sheets": "all"}, "belongs to a workbook"),
        ({"reader": "workbook", "sheets": "all", "sheet": "S1"}, "without `sheet`"),
    ],
)
def test_a_layout_that_contradicts_itself_is_refused(keys: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        layout(**keys)


def test_rows_of_two_sheets_have_numbers_of_their_own() -> None:
    data = workbooks.xlsx([*PLAIN, ["Total", None, None, "21"]], [["Report"], *PLAIN])
    table = read_table(data, (LAYOUTS["all_sheets"],))
    assert table.grid.rows.tolist() == [2, 3, 100_003, 100_004]
    assert table.sheet_of(table.grid.rows) == ["S1", "S1", "S2", "S2"]
    with pytest.raises(Refused, match="other columns"):
        read_table(workbooks.xlsx(PLAIN, [[*row, "x"] for row in PLAIN]), (LAYOUTS["all_sheets"],))


def test_fixed_width_counts_characters_and_refuses_what_stands_between() -> None:
    lines = [
        "Ñandú High" + "".join(FIRST[1:3]) + "  12",
        "B High    " + "".join(SECOND[1:3]) + "   9  ",
        "x\ty".ljust(32),
        "z" * 40,
    ]
    table = read_table("\r\n".join([*lines, ""]).encode(), (LAYOUTS["fixed"],))
    assert [table.grid.record(at) for at in range(2)] == [["Ñandú High", *FIRST[1:]], SECOND]
    assert [row for row, _ in table.grid.uneven] == [3, 4]


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (["School", "NCES ID", "Course", "Enrolled2"], 3),
        (["School", "NCES ID", "Course", "Enrolled (12)"], 3),
        (["School", "NCES ID", "Course", "Enrolled*†"], 3),
        (["School", "NCES ID", "Course", "Enrolled¹"], 3),
        (["School", "NCES ID", "Course", "Enrolled2", "Enrolled"], 4),
        (["School", "NCES ID", "Course", "Enrolled1", "Enrolled2"], None),
        (["School", "NCES ID", "Course", "Enrolled 2"], None),
        (["School", "NCES ID", "Course", "Enrolled12"], None),
    ],
)
def test_a_footnote_is_taken_off_a_name_only_where_one_column_is_meant(names: list[str], place: int | None) -> None:
    if place is None:
        with pytest.raises(Refused, match="Enrolled"):
            find_header([names], LAYOUTS["csv"])
    else:
        header = find_header([names], LAYOUTS["csv"])
        assert header.places["enrolled"] == (place,)
        assert bool(header.marked) == (names[place] != "Enrolled")


# ------------------------------------------------------------------------------------------------ rules


@pytest.mark.parametrize(
    ("name", "fires"),
    [
        ("FL-2018-2019.csv", False),
        ("fl_2018_2019 second.csv", False),
        ("GA-2018-2019.csv", True),
        ("FL-2017-2018.csv", True),
        ("FL-2017-2019.csv", False),
        ("XX-2017-2018.csv", False),
        ("courses 2017-2018.csv", False),
    ],
)
def test_f02_the_name_of_a_file_is_believed(tmp_path: Path, name: str, fires: bool) -> None:
    assert rules(tmp_path, GOOD, name) == (("F02",) if fires else ())


@pytest.mark.parametrize(
    ("name", "data", "kind", "odd"),
    [
        ("a.csv", GOOD.encode(), "text", False),
        ("a.XLS", b"<html>", "html", False),
        ("a.xls", GOOD.encode(), "text", True),
        ("a.csv", b"<html>", "html", True),
        ("a.csv.gz", b"\x1f\x8b", "text", False),
        ("a.xlsx.gz", b"\x1f\x8b", "text", True),
        ("a.csv", b"\x1f\x8b", "text", True),
        ("a.gz", GOOD.encode(), "text", True),
        ("a", GOOD.encode(), "text", False),
        ("a.2019", GOOD.encode(), "text", False),
    ],
)
def test_f28_an_ending_that_promises_something_else_is_told(name: str, data: bytes, kind: str, odd: bool) -> None:
    assert bool(odd_ending(name, data, kind)) == odd  # type: ignore[arg-type]


def many(count: int, **cells: str) -> str:
    values = dict(zip(REQUIRED, FIRST, strict=True)) | cells
    return ",".join(values[name] for name in REQUIRED).join(["", "\n"]) * count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (many(200) + many(1, school_name="Pe\ufffda"), ("F22",)),
        (many(200) + many(3, school_name="Pe\ufffda"), ("F05",)),
        (many(2, school_name="Ñandú São Â"), ()),
        (many(2, school_name="PeÃ±a"), ("F31",)),
        (many(2, school_name="A\u200dB"), ("F29",)),
        (many(1) + HEAD + many(1), ("F24",)),
        (many(1) + "Subtotal,,,12\n" + many(1), ("F24",)),
        (many(1) + "Total Tech High,120009000069,1,2\n" + many(1), ()),
        (many(2, school_name="'12 High"), ("F25",)),
        (many(2, school_name="'Aiea High"), ()),
        (many(2, school_name="=1+1"), ("F13",)),
        (many(2, school_name="@home"), ("F13",)),
        (many(2, school_name="-5"), ()),
        (many(2, school_name="--"), ()),
        (many(2, course_code="4-Mar") + many(1), ("F26",)),
        (many(2, course_code="3/4/2019") + many(1), ("F26",)),
        (many(2, course_code="March 4"), ()),
    ],
)  # fmt: skip
def test_a_rule_about_cells_fires_and_stays_silent(tmp_path: Path, text: str, expected: tuple[str, ...]) -> None:
    assert rules(tmp_path, HEAD + text) == expected


def test_f15_a_required_column_that_is_blank_is_told(tmp_path: Path) -> None:
    for number, fires in ((4, False), (6, True)):
        text = HEAD + many(20 - number) + many(number, enrolled="unspecified")
        findings = read(tmp_path, "a.csv", text.encode(), ("csv",)).received.findings
        assert (findings["rule_id"].tolist() == ["F15"]) == fires


def test_f27_hidden_rows_and_sheets_are_told_in_every_format(tmp_path: Path) -> None:
    second = b'<table:table-row><table:table-cell office:value-type="string"><text:p>A High'
    hidden = second.replace(b"<table:table-row>", b'<table:table-row table:visibility="collapse">')
    books = {
        "a.xls": workbooks.xls(PLAIN, extra=workbooks.XLS_HIDDEN_ROW),
        "a.xlsb": workbooks.xlsb(PLAIN, hidden_row=2),
        "a.ods": workbooks.changed(workbooks.ods(PLAIN), second, hidden, "content.xml"),
        "a.html": page(PLAIN).replace("<tr><td>A", "<tr hidden><td>A").encode(),
    }
    for name, data in books.items():
        reading = read(tmp_path / name, name, data, ("workbook", "html"))
        assert (reading.rules, reading.rows) == (("F27",), [FIRST, SECOND])


def test_f14_merged_cells_are_found_in_every_format(tmp_path: Path) -> None:
    books = {
        "a.xls": workbooks.xls(PLAIN, extra=workbooks.XLS_MERGED),
        "a.xlsb": workbooks.xlsb(PLAIN, extra=workbooks.XLSB_MERGED),
        "a.ods": workbooks.changed(workbooks.ods(PLAIN), b"<table:table-cell", b'<table:table-cell table:number-rows-spanned="3"', "content.xml"),
    }  # fmt: skip
    for name, data in books.items():
        reading = read(tmp_path / name, name, data, ("workbook",))
        assert (reading.status, reading.rules) == ("refused", ("F14",)), name


def test_f30_zeros_that_an_old_workbook_shows_are_kept(tmp_path: Path) -> None:
    rows = [PLAIN[0], ["A", "120009000067", 8022, 5.5]]
    data = workbooks.xls(rows, globals_=workbooks.xls_zeros(12), style=1)
    reading = read(tmp_path, "a.xls", data, ("workbook",))
    assert reading.rows == [["A", "120009000067", "000000008022", "5.5"]]
    assert reading.rules == ("F30",)


# ------------------------------------------------------------------------------------------------ Parquet


def parquet_file(**columns: pyarrow.Array) -> bytes:
    body = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), body)
    return body.getvalue()


def test_parquet_is_read_as_text_and_whole_numbers() -> None:
    ids, words = pyarrow.array(["0101", None]), pyarrow.array(["a", "b"]).dictionary_encode()
    table = read_parquet(parquet_file(id=ids, word=words, count=pyarrow.array([7, 8])))
    assert table.records == [(1, ["id", "word", "count"]), (2, ["0101", "a", "7"]), (3, ["", "b", "8"])]


@pytest.mark.parametrize(
    ("data", "rule_id", "words"),
    [
        (parquet_file(id=pyarrow.array([3.9046e11])), "F03", "column 'id' holds double values"),
        (parquet_file(id=pyarrow.array([["a"]])), "F03", "holds list"),
        (parquet_file(id=pyarrow.array(["a" * 99] * 999))[:-9], "F03", "damaged or cut off"),
        (b"PAR1" + b"\0" * 99, "F03", "damaged or cut off"),
        (parquet_file(**{f"c{n}": pyarrow.array(["a"]) for n in range(2_001)}), "F04", "2,001 columns"),
        (parquet_file(id=pyarrow.nulls(9_000_000)), "F04", "9,000,000 cells"),
    ],
)
def test_parquet_that_cannot_be_trusted_is_refused(data: bytes, rule_id: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        read_parquet(data)
    assert refused.value.rule_id == rule_id
