"""A likely school is named where one school of the state is far nearer than all others, and nowhere else."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.linked.ladder import link_records
from pipelines.one_file.suggest_school import likely_schools
from pipelines.shared.findings import conform

NAMES = ["Alder Creek High School", "Birch High School", "Birch High School", "Cedar Grove Academy"]


def directory() -> pd.DataFrame:
    frame = pd.DataFrame({"nces_school_id": [f"13000600000{n}" for n in range(4)], "school_name": NAMES})
    return conform(frame.assign(school_year="2018-19", state="GA", city="Atlanta", is_operating=True), "nces_schools")


def rows(name: str | None, state: str = "GA") -> pd.DataFrame:
    row = {"record_id": "ga:x:2", "source": "ga", "school_year": "2018-19", "file": "x", "row": 2, "state": state}
    row |= {"school_name": name, "nces_school_id_given": "130006999999"}
    return conform(pd.DataFrame([row]), "course_offerings")


@pytest.mark.parametrize(
    ("name", "state", "meant"),
    [
        ("Alder Creek High School", "GA", "130006000000"),
        ("ALDER CREK H S", "GA", "130006000000"),
        ("Cedar Grove Acad", "GA", "130006000003"),
        ("Birch High School", "GA", ""),
        ("Alder Creek High School", "FL", ""),
        ("Dogwood High School", "GA", ""),
        (None, "GA", ""),
    ],
)
def test_likely_school(name: str | None, state: str, meant: str) -> None:
    said = likely_schools(link_records(rows(name, state), directory()), directory())
    assert bool(said) == bool(meant)
    assert all(meant in sentence for sentence in said.values())
    assert set(said) <= {"130006999999"}


def test_no_row_without_a_match_is_no_suggestion() -> None:
    assert likely_schools(link_records(rows(None).iloc[:0], directory()), directory()) == {}
