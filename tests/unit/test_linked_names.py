"""Name keys: which spellings are one name, and that a key of a key is the key."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.linked.names import (
    LEVELS,
    SCHOOL_WORDS,
    campus_suffix,
    district_key,
    district_kinds,
    kinds_contradict,
    place_key,
    school_name_key,
)


def text(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="str")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ELKHART H S", "Elkhart High School"),
        ("Elkhart HS", "Elkhart High"),
        ("M.S. 223", "MS 223"),
        ("Maple El", "Maple Elementary School"),
        ("Maple Elem Sch", "MAPLE ELEMENTARY"),
        ("King Jr Sr High", "King Junior/Senior High School"),
        ("Haas Acad", "HAAS ACADEMY"),
        ("St. Mary’s", "ST MARYS"),
        ("BON HOMME HIGH SCHOOL - 01", "Bon Homme High School"),
        ("Sequoyah Sch  -  Chalkville", "Sequoyah School Chalkville"),
    ],
)
def test_spellings_of_one_name(one, other):
    keys = school_name_key(text(one, other))
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lincoln High School", "Lincoln Middle School"),
        ("Lincoln", "Lincoln High School"),
        ("PS 10", "PS 11"),
        ("Lincoln School", "Lincoln"),
        ("Hudson", "H S Hudson"),
        ("Lincoln High School II", "Lincoln High School"),
        ("School-01", "School"),
    ],
)
def test_names_that_stay_apart(one, other):
    keys = school_name_key(text(one, other))
    assert keys[0] != keys[1]


def test_null_and_signs_only_stay_null():
    assert school_name_key(text(None, "", " - ", "Elm")).tolist()[3] == "elm"
    assert school_name_key(text(None, "", " - ")).isna().all()
    assert district_key(text(None, "")).isna().all()
    assert place_key(text(None)).isna().all()
    assert school_name_key(text()).empty


def test_index_is_kept():
    names = pd.Series(["Elm HS", "Oak HS"], index=[7, 3], dtype="str")
    assert school_name_key(names).index.tolist() == [7, 3]


def test_campus_suffix_is_two_digits_behind_a_dash():
    names = text("Bison High School - 01", "Bison High School – 12 ", "PS 10", "High - 1", "High - 101", "K-12", None)
    assert campus_suffix(names).fillna("").tolist() == ["01", "12", "", "", "", "", ""]


WORDS = st.sampled_from([*"hsmeljr", *SCHOOL_WORDS, *LEVELS, "school", "- 01", "st.", "s", "Ø", "&", "'s"])
NAMES = st.one_of(st.none(), st.text(max_size=30), st.lists(WORDS, max_size=6).map(" ".join))


@settings(deadline=None, max_examples=12)
@given(st.lists(NAMES, max_size=40))
def test_keys_are_total_and_idempotent(names):
    series = pd.Series(names, dtype="str")
    for make in (school_name_key, district_key, place_key):
        once = make(series)
        assert len(once) == len(series)
        assert once[series.isna()].isna().all()
        pd.testing.assert_series_equal(make(once), once)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Henrico County Public Schools", "HENRICO CO PBLC SCHS"),
        ("Boise Independent District", "Boise City Independent School District"),
        ("Elkhart ISD", "Elkhart Independent School District"),
        ("School City of Hammond", "Hammond"),
    ],
)
def test_one_district(one, other):
    names = text(one, other)
    keys, kinds = district_key(names), district_kinds(names)
    assert keys[0] == keys[1]
    assert not kinds_contradict(kinds[:1], kinds[1:].set_axis([0])).any()


def test_city_and_county_contradict():
    kinds = district_kinds(text("Fairfax City Schools", "Fairfax County Schools", "Fairfax Schools", None))
    assert kinds.tolist() == [2, 1, 0, 0]
    assert kinds_contradict(kinds[[0, 0, 1]].reset_index(drop=True), kinds[1:].reset_index(drop=True)).tolist() == [
        True,
        False,
        False,
    ]


def test_a_district_of_common_words_keeps_them():
    assert district_key(text("Community School District")).tolist() == ["community school district"]


def test_kinds_contradict_in_either_order():
    left, right = pd.Series([1, 2, 1, 0]), pd.Series([2, 1, 1, 2])
    assert kinds_contradict(left, right).tolist() == [True, True, False, False]
