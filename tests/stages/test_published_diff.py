"""Tests of what a new release changes for schools, and of the hash that an approval is bound to."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.published.diff import COLUMNS, diff_hash, diff_releases
from tests.unit.published_builder import schools

YEAR = "2018-19"


def one(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"school_cs_access": frame}


def changed(column: str, value: object, row: int = 0) -> dict[str, pd.DataFrame]:
    frame = schools(YEAR)
    frame.loc[row, column] = value
    return one(frame)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("teaches_cs", "N", [("answer", "Y", "N")]),
        ("school_name", "Oak High", [("name", "FL High 0", "Oak High")]),
        ("street", None, [("place", "0 Oak St, Tampa, FL, 33601 (27.9, -82.4)", "?, Tampa, FL, 33601 (27.9, -82.4)")]),
        (
            "city",
            "Miami",
            [("place", "0 Oak St, Tampa, FL, 33601 (27.9, -82.4)", "0 Oak St, Miami, FL, 33601 (27.9, -82.4)")],
        ),
        (
            "latitude",
            28.0,
            [("place", "0 Oak St, Tampa, FL, 33601 (27.9, -82.4)", "0 Oak St, Tampa, FL, 33601 (28.0, -82.4)")],
        ),
        ("students_total", 5, []),
        ("county", "Hillsborough", []),
    ],
)
def test_a_change_of_one_cell(column: str, value: object, expected: list) -> None:
    diff = diff_releases(one(schools(YEAR)), changed(column, value))
    assert list(diff.columns) == COLUMNS
    assert list(diff[["change", "was", "now"]].itertuples(index=False, name=None)) == expected
    assert (diff["nces_school_id"] == "120001000000").all()


def test_equal_releases_have_no_diff() -> None:
    assert diff_releases(one(schools(YEAR)), one(schools(YEAR).sample(frac=1, random_state=1))).empty


def test_schools_that_come_and_go() -> None:
    old, new = schools(YEAR, "Y N"), schools(YEAR, "Y N U").tail(2)
    diff = diff_releases(one(old), one(new)).set_index("change")
    assert set(diff.index) == {"gone", "new school"}
    assert diff.loc["gone", ["school_name", "state", "was"]].tolist() == ["FL High 0", "FL", "Y"]
    assert pd.isna(diff.loc["gone", "now"])
    assert diff.loc["new school", "now"] == "U"


def test_years_that_come_and_go() -> None:
    diff = diff_releases(one(schools("2017-18", "Y")), one(schools("2018-19", "Y N")))
    assert diff["change"].value_counts().to_dict() == {"new year": 2, "year gone": 1}


def test_the_first_release_is_all_new() -> None:
    diff = diff_releases(None, one(schools(YEAR)))
    assert set(diff["change"]) == {"new year"}
    assert len(diff) == 5


def test_the_hash_depends_on_the_changes_and_not_on_their_order() -> None:
    diff = diff_releases(one(schools(YEAR, "Y N Y")), one(schools(YEAR, "N Y N")))
    other = diff_releases(one(schools(YEAR, "Y N Y")), one(schools(YEAR, "N Y Y")))
    assert diff_hash(diff) == diff_hash(diff.sample(frac=1, random_state=2))
    assert len({diff_hash(diff), diff_hash(other), diff_hash(other.head(0))}) == 3
