"""School years are text such as 2018-19; everything else is converted once or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.shared.school_year import nearest, parse_range, parse_school_year, school_year, shift, start_of


@pytest.mark.parametrize("text", ["2018-19", "2018-2019", "2018_2019", "2018/2019", "2018", " 2018-19 "])
def test_every_spelling_becomes_one(text: str) -> None:
    assert parse_school_year(text) == "2018-19"


@pytest.mark.parametrize("text", ["2018-20", "2018-2018", "18-19", "", "fall", "2018-9", "1998-99", "20182019"])
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a school year"):
        parse_school_year(text)


@given(st.integers(2000, 2098))
def test_parsing_is_idempotent(start: int) -> None:
    year = school_year(start)
    assert parse_school_year(year) == year
    assert start_of(year) == start
    assert shift(shift(year, 1), -1) == year


def test_ranges() -> None:
    assert parse_range("2016-17..2018-19") == ["2016-17", "2017-18", "2018-19"]
    assert parse_range("2018") == ["2018-19"]
    with pytest.raises(ValueError, match="ends before it starts"):
        parse_range("2018-19..2016-17")


@pytest.mark.parametrize(
    ("year", "available", "expected"),
    [
        ("2018-19", ["2017-18", "2018-19"], "2018-19"),
        ("2018-19", ["2015-16", "2016-17", "2019-20"], "2016-17"),
        ("2018-19", ["2020-21", "2019-20"], "2019-20"),
        ("2018-19", [], None),
    ],
)
def test_the_nearest_year_is_earlier_before_later(year: str, available: list[str], expected: str | None) -> None:
    assert nearest(year, available) == expected
