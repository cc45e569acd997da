"""Findings about matches: each rule has a record that fires it and one that does not."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from pipelines.linked.checks import match_numbers, record_findings, shared_id_findings
from pipelines.linked.ladder import link_records
from pipelines.shared.findings import conform
from pipelines.shared.pandera_bridge import require_valid
from schemas.tables import table

PRODUCES = {"ga": "course_offerings", "survey": "survey_responses", "ap": "ap_offerings", "teals": "provider_offerings"}
SCHOOLS = conform(
    pd.DataFrame(
        [
            ("130000000001", "GA-001-0001", "GA", "Open High", True),
            ("130000000002", "GA-001-0002", "GA", "Closed High", False),
            ("130000000003", "GA-001-0003", "GA", "Unsaid High", None),
            ("130000000004", "GA-001-0004", "GA", "Twin A", True),
            ("130000000005", "GA-001-0004", "GA", "Twin B", True),
            ("120000000006", "FL-01-0006", "FL", "Far A", True),
            ("120000000007", "FL-01-0006", "FL", "Far B", True),
        ],
        columns=["nces_school_id", "state_school_id", "state", "school_name", "is_operating"],
    ).assign(
        school_year="2018-19",
        sector="public",
        city="Pinetown",
        directory_sources="nces_directory 2018-19|nces_edge 2014-15",
    ),
    "nces_schools",
)


def linked(source: str, **given: str) -> pd.DataFrame:
    row = {"record_id": f"{source}:f:2", "source": source, "school_year": "2018-19", "file": "f.csv", "row": 2}
    return link_records(pd.DataFrame([{**row, "state": "GA", **given}]), SCHOOLS)


CASES: list[tuple[str, dict[str, str], set[str]]] = [
    ("ga", {"state_school_id_given": "GA-9-9"}, {"S01"}),
    ("ga", {"state_school_id_given": "GA-001-0004"}, {"S01"}),
    ("ga", {"state_school_id_given": "GA-001-0001"}, set()),
    ("teals", {"school_name": "Nowhere", "city": "Pinetown"}, {"S01"}),
    ("survey", {"school_name": "Nowhere", "city": "Pinetown"}, {"R05"}),
    ("survey", {"school_name": "Open HS", "city": "Pinetown"}, set()),
    ("ap", {"school_name": "Nowhere", "city": "Pinetown"}, set()),
    ("ga", {"nces_school_id_given": "130000000001", "state_school_id_given": "GA-001-0002"}, {"S02"}),
    ("ap", {"nces_school_id_given": "120000000006"}, {"S02"}),
    ("ga", {"nces_school_id_given": "130000000002"}, {"S20"}),
    ("survey", {"nces_school_id_given": "130000000002"}, {"R14"}),
    ("ga", {"nces_school_id_given": "130000000003"}, set()),
]


@cache
def findings_of_cases() -> pd.DataFrame:
    frame = pd.DataFrame([{"state": "GA", "source": source, **given} for source, given, _ in CASES])
    frame = frame.assign(school_year="2018-19", file="f.csv", row=range(2, len(frame) + 2))
    frame["record_id"] = frame["row"].astype("str")
    findings = record_findings(link_records(frame, SCHOOLS), SCHOOLS, PRODUCES)
    require_valid(findings, table("findings"))
    return findings


@pytest.mark.parametrize("n", range(len(CASES)))
def test_each_rule_fires_where_it_should(n):
    findings = findings_of_cases()
    assert set(findings.loc[findings["row"] == n + 2, "rule_id"]) == CASES[n][2]


def test_a_state_id_of_several_schools_is_said_once_and_only_in_states_of_records():
    shared = shared_id_findings(linked("ga", nces_school_id_given="130000000001"), SCHOOLS)
    assert shared["rule_id"].tolist() == ["X01"]
    assert shared.loc[0, "value"] == "GA-001-0004: 130000000004, 130000000005"
    assert shared.loc[0, "source"] == "nces_directory"
    assert shared.loc[0, "finding_rows"] == 2
    single = SCHOOLS.drop_duplicates("state_school_id")
    assert shared_id_findings(linked("ga", nces_school_id_given="130000000001"), single).empty


def test_nothing_linked_has_no_findings():
    assert record_findings(linked("ga").iloc[:0], SCHOOLS, PRODUCES).empty
    assert match_numbers(linked("ga").iloc[:0]) == {"records": 0, "unmatched": 0}


def test_numbers_of_a_run():
    both = pd.concat([linked("ga", nces_school_id_given="130000000001"), linked("survey", school_name="Nowhere")])
    numbers = match_numbers(both)
    assert numbers["unmatched_share"] == 0.5
    assert numbers["records_nces_id_given"] == 1
