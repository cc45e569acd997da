"""Grades, counties and places of a school as states and lists write them."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.shared.coded import Coded, constant, nothing
from pipelines.standard.school_details import GIVEN, first_grade, is_odd_grade, last_grade, read_details
from schemas.columns import GRADES


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("09", "09", "09"),
        ("6 ", "06", "06"),
        ("K", "KG", "KG"),
        ("-1", "PK", "PK"),
        ("Pre-K", "PK", "PK"),
        ("12th", "12", "12"),
        ("Grade 9", "09", "09"),
        ("09-12", "09", "12"),
        ("'09-12", "09", "12"),
        ("09 - 12", "09", "12"),
        ("KG:11", "KG", "11"),
        ("KK--05", "KG", "05"),
        ("PK to 8", "PK", "08"),
        ("Grades K–5", "KG", "05"),
        ("PK-KG", "PK", "KG"),
    ],
)
def test_a_grade_or_a_span_of_grades(cell: str, first: str, last: str):
    assert (first_grade(cell), last_grade(cell)) == (first, last)
    assert {first, last} <= set(GRADES)
    assert not is_odd_grade(cell)


@pytest.mark.parametrize("cell", ["Mar-04", "High School", "9-Dec", "14", "K-5, 9", "1;5"])
def test_what_is_no_grade_is_said(cell: str):
    assert first_grade(cell) is None
    assert last_grade(cell) is None
    assert is_odd_grade(cell)


@pytest.mark.parametrize("cell", ["n/a", "M", "†", "--"])
def test_marks_for_nothing_are_no_odd_grades(cell: str):
    assert first_grade(cell) is None
    assert not is_odd_grade(cell)


def details(**cells: str) -> tuple[dict[str, str | None], set[str]]:
    given = {name: constant(cells[name], 1) if name in cells else nothing(1) for name in GIVEN}
    read, odd = read_details(given)
    return {name: column.text()[0].as_py() for name, column in read.items()}, {n for n, f in odd.items() if f.any()}


def test_a_span_in_one_column_fills_both_ends_where_they_are_not_given():
    for cells, span in (({}, ("KG", "05")), ({"grade_low": "1"}, ("01", "05")), ({"grade_high": "?"}, ("KG", "05"))):
        read, _ = details(grade_span="KG-05", **cells)
        assert (read["grade_low"], read["grade_high"]) == span
        assert {read["street"], read["county"], read["school_level"]} == {None}


def test_the_number_of_a_county_is_no_name():
    assert details(county="53061")[0]["county"] is None
    assert details(county="St. Mary's")[0]["county"] == "St. Mary's"


def test_only_columns_that_say_something_are_checked():
    assert read_details({name: Coded(np.full(2, -1), []) for name in GIVEN})[1] == {}
    assert details(grade_low="9", grade_high="Dec")[1] == {"grade_high"}
