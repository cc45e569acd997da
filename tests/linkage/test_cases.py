"""Runs cases.yml through the ladder: all cases of one directory together, and one case alone for comparison."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import yaml

from pipelines.linked.ladder import link_records
from pipelines.shared.findings import conform

WORLD = yaml.safe_load((Path(__file__).parent / "cases.yml").read_text(encoding="utf-8"))
GIVEN = {
    "state": "state",
    "nces": "nces_school_id_given",
    "sid": "state_school_id_given",
    "name": "school_name",
    "district": "district_name",
    "city": "city",
    "zip": "zip",
}


def directory_of(name: str) -> pd.DataFrame:
    rows = [
        {
            "nces_school_id": school["id"],
            "school_year": "2018-19",
            "state": school["state"],
            "state_school_id": school.get("sid"),
            "district_name": school.get("district"),
            "school_name": school["name"],
            "city": school["city"],
            "zip": school["zip"],
            "sector": "public",
            "is_operating": school.get("operating", True),
            "directory_sources": "nces_directory 2018-19",
        }
        for school in WORLD["directories"][name]
    ]
    return conform(pd.DataFrame(rows), "nces_schools")


def records_of(cases: list[dict]) -> pd.DataFrame:
    rows = [
        {
            "record_id": f"x:f.csv:{n}",
            "source": "x",
            "school_year": "2018-19",
            "file": "f.csv",
            "sheet": None,
            "row": n,
            **{GIVEN[key]: value for key, value in case["record"].items()},
        }
        for n, case in enumerate(cases, start=2)
    ]
    return pd.DataFrame(rows)


@cache
def linked_in(name: str) -> pd.DataFrame:
    """All cases of that directory in one call, by name of the case."""
    cases = [case for case in WORLD["cases"] if case["in"] == name]
    linked = link_records(records_of(cases), directory_of(name)).sort_values("row")
    return linked.set_index(pd.Index([case["name"] for case in cases]))


@pytest.mark.parametrize("case", WORLD["cases"], ids=[case["name"].replace(" ", "_") for case in WORLD["cases"]])
def test_case(case):
    linked = linked_in(case["in"]).loc[case["name"]]

    reason, school = case["expect"]
    found = None if pd.isna(linked["nces_school_id"]) else linked["nces_school_id"]
    assert (linked["match_reason"], found) == (reason, school), case["why"]
    pattern = case["note"] if case["note"].endswith("$") else re.escape(case["note"])
    assert re.search(pattern, linked["match_note"]), f"{case['why']}: {linked['match_note']}"


@pytest.mark.parametrize("name", sorted(WORLD["directories"]))
def test_a_case_alone_gets_the_same_answer(name):
    first = next(case for case in WORLD["cases"] if case["in"] == name)
    alone = link_records(records_of([first]), directory_of(name)).iloc[0]

    assert alone["match_note"] == linked_in(name).loc[first["name"], "match_note"]


def test_names_of_cases_are_unique():
    names = [case["name"] for case in WORLD["cases"]]
    assert len(names) == len(set(names)) >= 40
