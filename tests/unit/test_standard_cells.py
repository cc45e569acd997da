"""Cells of surveys, ledgers and lists: states, countries, ZIP codes, times and choices, one cell at a time."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.standard.cells import (
    is_foreign,
    pad_codes,
    per_value,
    read_states,
    read_times,
    read_years,
    read_zips,
    start_year,
)
from pipelines.standard.survey_responses import read_choices, read_flags
from schemas.columns import HOW_MANY


def text(*values):
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    ("country", "foreign"),
    [("UNITED STATES", False), ("U.S.A.", False), ("us", False), ("Guam", False), (None, False), ("Canada", True)],
)
def test_territories_are_not_foreign_and_a_blank_country_is_not_known_to_be(country, foreign):
    assert is_foreign(text(country))[0] == foreign


@pytest.mark.parametrize(
    ("given_", "code"),
    [("Ca", "CA"), ("HAWAII", "HI"), ("D.C.", "DC"), ("New  York", "NY"), ("U.S. Virgin Islands", "VI")],
)
def test_states_are_read_by_code_or_name(given_, code):
    codes_, odd = read_states(text(given_))
    assert codes_[0] == code
    assert not odd[0]


@pytest.mark.parametrize(
    ("given_", "time"),
    [
        ("2018-09-12", "2018-09-12T00:00:00"),
        ("2018-09-12 14:03:22 UTC", "2018-09-12T14:03:22"),
        ("2018-09-12T14:03:22Z", "2018-09-12T14:03:22"),
        ("2018-09-12T14:03:22.123-07:00", "2018-09-12T21:03:22"),
        ("9/12/2018", "2018-09-12T00:00:00"),
        ("9/12/2018 2:03 PM", "2018-09-12T14:03:00"),
        ("9/12/2018 12:03 AM", "2018-09-12T00:03:00"),
        ("13/12/2018", None),
        ("2018", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_times_are_read_or_null(given_, time):
    found = read_times(text(given_))[0]
    assert (found if pd.notna(found) else None) == time


@pytest.mark.parametrize(
    ("given_", "state", "zip_", "odd"),
    [
        ("01234-5678", "MA", "01234", False),
        ("012345678", "MA", "01234", False),
        ("1234-5678", "MA", "01234", True),
        ("27713.0", "NC", "27713", True),
        ("7753", None, None, True),
        ("7753", "NJ", "07753", True),
        ("612", "PR", "00612", True),
        ("612", "NJ", None, True),
        ("00612", "PR", "00612", False),
        ("77530042", "NJ", "07753", True),
        ("6120042", "PR", "00612", True),
        ("6120042", "NJ", None, True),
        ("7753", "FL", None, True),
        ("K1A 0B1", None, None, True),
        (None, "MA", None, False),
    ],
)
def test_zips_are_read_or_null(given_, state, zip_, odd):
    found, was_odd = read_zips(text(given_), text(state))
    assert (found[0] if pd.notna(found[0]) else None) == zip_
    assert was_odd[0] == odd


CELLS = st.one_of(st.none(), st.text(max_size=9), st.from_regex(r"\d{1,9}(-\d{4})?", fullmatch=True))


@settings(max_examples=20, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=40))
def test_normalisers_are_total_and_idempotent(cells):
    given_ = text(*cells)
    code, _, unusable = pad_codes(given_)
    again, padded, _ = pad_codes(code)
    assert again.equals(code)
    assert not padded.any()
    assert unusable.tolist() == code.isna().tolist()
    state = text(*["MA"] * len(cells))
    zips, _ = read_zips(given_, state)
    assert read_zips(zips, state)[0].equals(zips)
    times = read_times(given_)
    assert read_times(times).equals(times)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=40))
def test_reading_a_choice_is_total_and_idempotent(cells):
    once = read_choices(text(*cells), HOW_MANY)
    assert read_choices(once, HOW_MANY).equals(once)


def test_a_choice_is_known_in_any_letter_case():
    for spell in (str.lower, str.title, str.upper):
        assert read_choices(text(*map(spell, HOW_MANY)), HOW_MANY).tolist() == list(HOW_MANY)


@pytest.mark.parametrize("value", ["true", "TRUE", "t", "1", "1.0", "yes", "Y"])
def test_yes_in_its_spellings(value):
    assert read_flags(text(value))[0][0]


@pytest.mark.parametrize("value", ["false", "F", "0", "0.0", "no"])
def test_no_in_its_spellings(value):
    flags, unknown = read_flags(text(value))
    assert not flags[0]
    assert not unknown[0]


def test_a_blank_flag_is_unknown_and_not_no():
    flags, unknown = read_flags(text(None))
    assert pd.isna(flags[0])
    assert not unknown[0]


@pytest.mark.parametrize(
    ("time", "year"),
    [
        ("2018-06-30T23:59:59", 2017),
        ("2018-07-01T00:00:00", 2018),
        ("2018-12-31T00:00:00", 2018),
        ("2019-01-01T00:00:00", 2018),
        (None, None),
    ],
)
def test_a_school_year_starts_on_the_first_of_july(time, year):
    found = start_year(text(time))
    assert str(found.dtype) == "Int64"
    assert (None if pd.isna(found[0]) else found[0]) == year


@pytest.mark.parametrize(
    ("cells", "times", "years"),
    [
        (("9/12/2018", None, "2018-09-12"), ("2018-09-12T00:00:00", None, "2018-09-12T00:00:00"), (None, None, None)),
        (("2018-19", None, "2018"), (None, None, None), ("2018-19", None, "2018-19")),
        ((None, None, None), (None, None, None), (None, None, None)),
        ((), (), ()),
    ],
)
def test_readers_keep_the_labels_of_rows_and_give_text(cells, times, years):
    given_ = pd.Series(list(cells), index=[7, 3, 5][: len(cells)], dtype="str")
    for read, wanted in ((read_times, times), (read_years, years)):
        expected = pd.Series(list(wanted), index=given_.index, dtype="str")
        pd.testing.assert_series_equal(read(given_), expected)
    for found in (*read_states(given_), is_foreign(given_), *pad_codes(given_), *read_zips(given_, given_)):
        assert found.index.equals(given_.index)


def test_values_are_asked_once_each_and_a_short_answer_is_an_error():
    asked = []
    cells = pd.Series(["a", "b", "a", None], index=[4, 3, 2, 1], dtype="str")

    def upper(values):
        asked.extend(values)
        return values.str.upper()

    pd.testing.assert_series_equal(
        per_value(cells, upper), pd.Series(["A", "B", "A", None], index=cells.index, dtype="str")
    )
    assert asked == ["a", "b"]
    with pytest.raises(ValueError, match="one value for each"):
        per_value(cells, lambda values: values.head(1))
