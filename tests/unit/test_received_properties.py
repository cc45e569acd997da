"""Normalisers are total, idempotent and do not depend on order; readers do not depend on where columns and rows stand."""

from __future__ import annotations

import contextlib
import csv
import io

import pandas as pd
import pyarrow as arrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.received.hide_addresses import hide_addresses
from pipelines.received.read_csv import decode
from pipelines.received.read_file import read_table
from pipelines.received.refusal import Refused
from pipelines.received.text_cells import first_bytes, holds_byte, holds_foreign, put_back
from pipelines.received.workbook_child import as_text
from pipelines.shared.school_year import nearest, parse_range, parse_school_year, school_year, shift, start_of
from pipelines.shared.text import blank_to_null, fold_spaces, header_key, is_among, match_key
from schemas.source_model import Layout, Source
from tests.unit.received_by_hand import shape_rows

ANY = st.text(st.characters(codec="utf-8"), max_size=12)
CELL = st.one_of(st.none(), ANY, st.text(st.sampled_from(" \u00a0\u200b\ufeff\n\taAéÉ’'.-&@"), max_size=8))
CELLS = st.lists(CELL, max_size=24)
"""Long lists and few examples: a call costs the same for one cell and for twenty."""
YEARS = st.integers(2000, 2098).map(school_year)
FEW = settings(max_examples=25, deadline=None)


def series(cells: list[str | None]) -> pd.Series:
    return pd.Series(cells, dtype="str")


def same(left: pd.Series, right: pd.Series) -> bool:
    return left.fillna("\0").tolist() == right.fillna("\0").tolist()


NORMALISERS = {
    "fold_spaces": fold_spaces,
    "blank_to_null": lambda cells: blank_to_null(cells, ("", "unspecified", "a")),
    "match_key": match_key,
}


@pytest.mark.parametrize("name", NORMALISERS)
@FEW
@given(cells=CELLS, at=st.integers(0, 24))
def test_a_normaliser_is_total_idempotent_and_looks_at_one_cell(name: str, cells: list[str | None], at: int) -> None:
    normal = NORMALISERS[name]
    once = normal(series(cells))
    assert str(once.dtype) == "str"
    assert len(once) == len(cells)
    assert all(pd.isna(new) for new, old in zip(once, cells, strict=True) if old is None)
    assert same(normal(once), once)
    assert same(normal(series(cells[::-1])), once[::-1])
    assert same(normal(series(cells[:at])), once[:at])
    assert same(normal(series(cells[at : at + 1])), once[at : at + 1])


@FEW
@given(ANY)
def test_a_header_key_is_idempotent(name: str) -> None:
    assert header_key(header_key(name)) == header_key(name)
    assert header_key(f"  {name}\u00a0") == header_key(name)


@FEW
@given(CELLS, CELLS)
def test_being_among_does_not_depend_on_order(cells: list[str | None], many: list[str | None]) -> None:
    found = is_among(series(cells), series(many))
    assert found.tolist() == [cell is not None and cell in many for cell in cells]
    assert found.tolist() == is_among(series(cells), series(many[::-1] + many)).tolist()


@FEW
@given(ANY)
def test_a_school_year_is_parsed_once_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        year = parse_school_year(text)
        assert parse_school_year(year) == year


@FEW
@given(YEARS, st.integers(0, 20), st.lists(YEARS, max_size=6))
def test_school_years_add_up(year: str, by: int, others: list[str]) -> None:
    for spelled in (
        year,
        f"{year[:4]}-{start_of(year) + 1}",
        f"{year[:4]}_{start_of(year) + 1}",
        year[:4],
        f" {year} ",
    ):
        assert parse_school_year(spelled) == year
    assert shift(shift(year, by), -by) == year
    if start_of(year) + by <= 2098:
        assert parse_range(f"{year}..{shift(year, by)}")[-1] == shift(year, by)
        assert len(parse_range(f"{year}..{shift(year, by)}")) == by + 1
    assert nearest(year, others) == nearest(year, others[::-1]) == nearest(year, set(others))
    assert nearest(year, [*others, year]) == year


# ------------------------------------------------------------------------------------------------ received


@FEW
@given(st.text(max_size=20))
def test_letters_encoded_twice_or_three_times_come_back(text: str) -> None:
    assert put_back(put_back(text)) == put_back(text)


@pytest.mark.parametrize("word", ["José", "Peña", "O’Neil", "“High”", "Ångström", "½ day", "Señor", "naïve", "€"])
def test_a_word_that_was_encoded_twice_comes_back(word: str) -> None:
    broken = "".join(bytes([b]).decode("cp1252", errors="replace").replace("\ufffd", chr(b)) for b in word.encode())
    assert put_back(broken) == word
    assert put_back(word) == word


@FEW
@given(CELLS)
def test_hiding_addresses_is_idempotent_and_keeps_all_else(cells: list[str | None]) -> None:
    given_ = {"x": arrow.chunked_array([arrow.array([*cells, "me@home.org", "b"], arrow.large_string())])}
    once, found = hide_addresses(given_)
    assert found["x"].tolist()[-1] == len(cells)
    twice, again = hide_addresses(once)
    assert not again
    assert twice["x"].to_pylist() == once["x"].to_pylist()
    kept = [n for n in range(len(cells) + 2) if n not in found["x"]]
    assert [once["x"][n].as_py() for n in kept] == [given_["x"][n].as_py() for n in kept]


@FEW
@given(st.lists(CELLS, max_size=3), st.integers(0, 3))
def test_quick_looks_at_columns_are_right(chunks: list[list[str | None]], drop: int) -> None:
    parts = [arrow.array(cells, arrow.large_string()) for cells in chunks]
    cells = arrow.chunked_array(parts, arrow.large_string()).slice(drop)
    texts = [cell or "" for cell in cells.to_pylist()]
    assert holds_byte(cells, b"'") == any("'" in text for text in texts)
    assert holds_foreign(cells) == any(not text.isascii() for text in texts)
    assert first_bytes(cells).tolist() == [text.encode()[0] if text else 0 for text in texts]


@FEW
@given(st.one_of(st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False), ANY))
def test_a_cell_of_a_workbook_is_text_once_and_for_all(cell: object) -> None:
    assert as_text(as_text(cell)) == as_text(cell)


@FEW
@given(ANY)
def test_what_was_written_in_an_encoding_is_read_in_it(text: str) -> None:
    allowed = ("utf-8-sig", "utf-16", "cp1252")
    plain = text.replace("\ufeff", "").replace("\0", "")
    for data in (plain.encode(), b"\xef\xbb\xbf" + plain.encode(), b"\xff\xfe" + plain.encode("utf-16-le")):
        if data and not data.startswith(b"\xff\xfe\x00\x00"):
            assert decode(data, allowed)[0].decode() == plain


LAYOUT = Layout(
    name="a", columns={"school_name": "School", "city": ("City", "Town"), "zip": "Zip"}, required=("school_name",)
)
SOURCE = Source(source="x", title="x", produces="nces_schools", publisher="x", layouts=(LAYOUT,))
NAMES = ["School", "City", "Town", "Zip", "Extra"]
WORD = st.text(st.sampled_from("ab1 é,\"'-="), min_size=1, max_size=4)
ROWS = st.lists(st.tuples(*[WORD] * len(NAMES)).filter(lambda row: row[0].strip()), min_size=1, max_size=5)


def shaped(names: list[str], rows: list[tuple[str, ...]]) -> pd.DataFrame:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([names, *rows])
    table = read_table(text.getvalue().encode(), (LAYOUT,))
    return shape_rows(table.grid, table.header, SOURCE)


@FEW
@given(ROWS, st.permutations(range(len(NAMES))))
def test_the_order_of_columns_and_rows_does_not_matter(rows: list[tuple[str, ...]], order: list[int]) -> None:
    straight = shaped(NAMES, rows)
    moved = shaped([NAMES[n] for n in order], [tuple(row[n] for n in order) for row in rows])
    pd.testing.assert_frame_equal(straight, moved)
    pd.testing.assert_frame_equal(shaped(NAMES, rows[::-1]), straight[::-1].reset_index(drop=True))
    pd.testing.assert_frame_equal(shaped([f" {name.upper()} " for name in NAMES], rows), straight)


def test_a_file_that_is_refused_is_refused_in_any_order() -> None:
    for names in (["City", "Zip"], ["Zip", "City"]):
        with pytest.raises(Refused, match="School"):
            shaped(names, [("a", "b")])


def test_an_address_is_found_behind_a_column_without_one() -> None:
    plain, odd = (arrow.chunked_array([arrow.array([cell], arrow.large_string())]) for cell in ("a", "me@home.org"))
    _, found = hide_addresses({"a": plain, "b": odd, "c": plain})
    assert list(found) == ["b"]
