"""The CSV reader: every hazard of validation-and-reliability.md E ends in the exact value, or in a named refusal."""

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.received import read_csv
from pipelines.received.grid import Grid, without_notes
from pipelines.received.read_csv import decode, peek, read_grid
from pipelines.received.refusal import Refused

BOTH = ("utf-8-sig", "utf-16", "cp1252")


def read(body: str, width: int = 3, delimiter: str = ",", skip: int = 1) -> Grid:
    header = delimiter.join(f"h{n}" for n in range(width)) + "\n" if skip else ""
    return without_notes(read_grid((header + body).encode(), delimiter, width, skip))


def cells(grid: Grid) -> list[list[str]]:
    return [grid.record(at) for at in range(len(grid.rows))]


@pytest.mark.parametrize(
    "cell",
    [
        "010000500870",
        "1.20009E+11",
        "None",
        "NA",
        "N/A",
        "nan",
        "NULL",
        "",
        " ",
        "T",
        "F",
        "True",
        "1,234",
        "Phoenix \u00a0Sch",
        " spaces ",
        "A3580100",
        "=1+1",
        "†",
        'O\'Neil "Bud" High',
        "two\nlines",
        "two\r\nlines\r\n\r\nand more",
        "-",
        "#N/A",
        "\ufeff",
        "x" * 200_000,
    ],
)
def test_a_cell_is_kept_exactly(cell: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["a", cell, "b"], ["c", "", "d"]])
    grid = read(text.getvalue())
    assert cells(grid) == [["a", cell, "b"], ["c", "", "d"]]
    assert list(grid.rows) == [2, 3]


def test_text_after_many_numbers_is_text() -> None:
    grid = read("1,2,3\n" * 40_000 + "A3580100,2,3\n")
    assert grid.record(40_000) == ["A3580100", "2", "3"]
    assert grid.record(0) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ("a,b,c\nd,e,f\n", [2, 3]),
        ("a,b,c\r\nd,e,f\r\n", [2, 3]),
        ("a,b,c\rd,e,f\r", [2, 3]),
        ("a,b,c\nd,e,f", [2, 3]),
        ("a,b,c\nd,e,f\n\n\n", [2, 3]),
        ("\na,b,c\n\n\nd,e,f\n", [3, 6]),
        ("a,b,c\n,,\n , ,\nd,e,f\n", [2, 5]),
    ],
)
def test_line_ends_and_blank_rows_do_not_matter(body: str, rows: list[int]) -> None:
    grid = read(body)
    assert cells(grid) == [["a", "b", "c"], ["d", "e", "f"]]
    assert list(grid.rows) == rows
    assert grid.rows_in == 2


def test_a_line_break_in_quotes_is_no_new_row() -> None:
    grid = read('a,"x\n\ny",c\nd,e,f\n')
    assert list(grid.rows) == [2, 3]
    assert grid.record(0)[1] == "x\n\ny"


@pytest.mark.parametrize(
    ("body", "uneven"),
    [
        ("a,b,c\nd,e,f,g\nh,i,j\n", [(3, 4)]),
        ("a,b,c\nd,e\nh,i,j\n", [(3, 2)]),
        ('a,b,c\nd,"e"x,f\nh,i,j\n', [(3, 1)]),
        ("a,b,c\nd\nh,i,j\n", [(3, 1)]),
    ],
)
def test_a_row_of_another_width_is_kept_apart(body: str, uneven: list[tuple[int, int]]) -> None:
    grid = read(body)
    assert [(row, len(fields)) for row, fields in grid.uneven] == uneven
    assert cells(grid) == [["a", "b", "c"], ["h", "i", "j"]]
    assert list(grid.rows) == [2, 4]
    assert grid.rows_in == 3


def test_a_stray_quote_inside_a_cell_is_text() -> None:
    assert cells(read('a,5" disk,c\nd,e,f\n')) == [["a", '5" disk', "c"], ["d", "e", "f"]]


def test_a_stray_quote_in_a_file_of_one_column_is_no_value() -> None:
    grid = read('a\n"b"x\nc\n', width=1)
    assert cells(grid) == [["a"], ["c"]]
    assert [row for row, _ in grid.uneven] == [3]


@pytest.mark.parametrize(
    "body",
    [
        'a,"b,c\nd,e,f\ng,h,i\n',
        'a,"b,c\nd,e,f\ng,"h",i\n',
        'a,"b,c\nd,e,f\ng,h,i"\nj,k,l\n',
    ],
)
def test_an_unclosed_quote_refuses_the_file(body: str) -> None:
    with pytest.raises(Refused, match=r"quote .*row 2") as refusal:
        read(body)
    assert refusal.value.rule_id == "F21"


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_rows_hidden_in_a_cell_refuse_the_file(break_: str) -> None:
    rows = ['"Foo,1,2,3,4', "Bar,1,2,3,4", 'Baz",1,2,3,4', "Qux,1,2,3,4", ""]
    with pytest.raises(Refused) as refusal:
        read(break_.join(rows), width=5)
    assert refusal.value.rule_id == "F21"


def test_a_comment_of_several_lines_is_text() -> None:
    grid = read('1,2,3,4,"We teach, a bit.\n\nMore, soon, we hope"\n', width=5)
    assert grid.record(0)[4] == "We teach, a bit.\n\nMore, soon, we hope"


def test_a_cell_without_end_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        read("a,b," + "x" * (read_csv.MAX_FIELD + 1) + "\n")
    assert refusal.value.rule_id == "F04"


def test_too_many_columns_and_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_csv, "MAX_ROWS", 2)
    for body in ("a,b,c\n" * 3, "a,b,c\n\n" * 3):
        with pytest.raises(Refused, match="rows"):
            read(body)
    with pytest.raises(Refused, match="columns"):
        read("", width=3_000)


@pytest.mark.parametrize(
    ("note", "is_note"),
    [
        ("Note: counts below 10 are hidden", True),
        ("Source: Department of Education,,", True),
        ("* hidden", True),
        ("Total,,", True),
        ("Total,12,1", True),
        ("GRAND TOTAL:,12,", True),
        ("Totalview High,FL-1,2", False),
        ("Notre Dame High,FL-1,2", False),
        ("Source Academy,FL-1,2", False),
        ("Total,FL-1,2", False),
        ("x,Note: no,", False),
    ],
)
def test_notes_below_the_table(note: str, is_note: bool) -> None:
    for ending in ("", "\n"):
        grid = read(f"a,b,c\n\n{note}{ending}")
        assert [row for row, _ in grid.notes] == ([4] if is_note else [])
        assert grid.rows_in == (1 if is_note else 2)


def test_a_note_in_the_middle_is_a_row() -> None:
    grid = read("a,b,c\nNote: x,,\nd,e,f\n")
    assert grid.rows_in == 3
    assert not grid.notes


def test_several_notes_keep_their_order() -> None:
    grid = read("a,b,c\nTotal,1,2\n\nNote: one\nSource: two,,\n")
    assert [row for row, _ in grid.notes] == [3, 5, 6]


@pytest.mark.parametrize(
    ("data", "allowed", "encoding", "text"),
    [
        (b"a\xc3\xa9", BOTH, "utf-8-sig", "aé"),
        (b"\xef\xbb\xbfa", BOTH, "utf-8-sig", "a"),
        ("aé".encode("utf-16"), BOTH, "utf-16", "aé"),
        ("\ufeffaé".encode("utf-16-be"), BOTH, "utf-16", "aé"),
        (b"O\x92Neil", BOTH, "cp1252", "O’Neil"),
        ("São".encode("cp1252"), ("cp1252",), "cp1252", "São"),
        (b"", BOTH, "utf-8-sig", ""),
    ],
)
def test_an_encoding_that_is_allowed_is_decoded(
    data: bytes, allowed: tuple[str, ...], encoding: str, text: str
) -> None:
    assert decode(data, allowed) == (text.encode(), encoding)


@pytest.mark.parametrize(
    ("data", "allowed", "sentence"),
    [
        (b"O\x92Neil", ("utf-8-sig",), "not text in any encoding"),
        (b"\x81\x8d", BOTH, "not text in any encoding"),
        ("abc".encode("utf-16-le"), BOTH, "without a byte order mark"),
        ("abc".encode("utf-16"), ("utf-8-sig",), "is UTF-16"),
        ("abc".encode("utf-32"), BOTH, "UTF-32"),
        (b"\xff\xfea", BOTH, "cannot be decoded"),
        ("é\nèéé".encode() + b"\xc3", BOTH, "1 damaged characters, the first in line 2"),
        ("a\ud800".encode("utf-16", "surrogatepass"), BOTH, "cannot be decoded"),
    ],
)
def test_an_encoding_that_is_not_allowed_is_refused(data: bytes, allowed: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        decode(data, allowed)
    assert refusal.value.rule_id == "F05"


def test_peek_stops_at_what_it_cannot_read() -> None:
    assert peek(b'a,b\n\nc,"d', ",") == [["a", "b"], []]


CELL = st.text(st.sampled_from("ab1,;\"\n\r \t\u00e9\u2028='*\ufeff\x0b\x00"), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_a_writer_wrote_is_read_exactly(rows: list[list[str]], ending: str, quoted: bool) -> None:
    text = io.StringIO(newline="")
    # Python's writer leaves a lone CR without quotes, which no reader can undo.
    quoting = csv.QUOTE_ALL if quoted or any("\r" in cell for row in rows for cell in row) else csv.QUOTE_MINIMAL
    csv.writer(text, lineterminator=ending, quoting=quoting).writerows([["h0", "h1", "h2"], *rows])
    grid = read_grid(text.getvalue().encode(), ",", 3, 1)
    assert cells(grid) == [row for row in rows if any(cell.strip() for cell in row)]
    assert not grid.uneven


@settings(max_examples=120, deadline=None)
@given(st.text(st.sampled_from('ab,,"\n\n\r '), max_size=40), st.sampled_from([1, 2, 3]))
def test_the_fast_way_reads_what_the_strict_way_reads(body: str, width: int) -> None:
    data = body.encode()
    fast = read_csv._read_plain(data, ",", width, 0)
    if fast is None:
        return
    strict = read_csv._read_strict(data, ",", width, 0)
    assert cells(fast) == cells(strict)
    assert list(fast.rows) == list(strict.rows)
    assert not strict.uneven


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("quoted", [False, True])
def test_plain_files_go_the_fast_way(ending: str, quoted: bool) -> None:
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    rows = [["Smith, High", 'the "old" one', "1"], ["two\n\nlines", "", "2"]] if quoted else [["a", "b", "c"]]
    csv.writer(text, lineterminator=ending, quoting=quoting).writerows(rows)
    grid = read_csv._read_plain(text.getvalue().encode(), ",", 3, 0)
    assert grid is not None
    assert cells(grid) == rows


def test_a_hundred_thousand_rows_take_under_a_second() -> None:
    data = ("0123456789," * 19 + "last\n").encode() * 100_000
    start = time.perf_counter()
    assert read_grid(data, ",", 20, 0).rows_in == 100_000
    assert time.perf_counter() - start < 3  # 0.3 s alone; other work on the machine must not fail the test
