"""Tests of the limits per state: what is beyond one, where, and what was approved before."""

from __future__ import annotations

import pandas as pd

from pipelines.published.limits import COLUMNS, check_limits, states_to_name
from pipelines.shared.findings import conform, empty_findings
from tests.unit.published_builder import schools

YEAR = "2018-19"


def found(rule_id: str, value: str, severity: str, source: str = "fl") -> dict[str, object]:
    row = {"school_year": YEAR, "stage": "reconciled", "source": source, "rule_id": rule_id, "severity": severity}
    return {**row, "value": value, "expected": "that", "fix": "so", "finding_rows": 1}


def limits(old: str | None, new: str, findings: list[dict[str, object]] | None = None, seen: list = []) -> list[tuple]:  # noqa: B006
    told = conform(pd.DataFrame(findings), "findings") if findings else empty_findings()
    last = schools(YEAR, old) if old else None
    out = check_limits(last, schools(YEAR, new), told, {"fl": "FL", "nces_ccd_029": ""}, seen)
    assert list(out.columns) == COLUMNS
    return [tuple(row) for row in out.drop(columns="school_year").itertuples(index=False)]


def test_flips_from_one_release_to_the_next() -> None:
    two, three = "Y " * 28 + "N N", "Y " * 27 + "N N N"
    assert limits("Y " * 30, two) == []
    assert limits("Y " * 30, three) == [("FL", "X15", "3 of 30 schools from Yes to No since the last release", True)]
    assert limits(three, "Y " * 30) == []
    assert limits("N " * 30, "Y " * 8 + "N " * 22)[0][2] == "8 of 30 schools from No to Yes since the last release"
    assert limits("N " * 29, "Y " * 29) == []


def test_schools_and_answers_that_are_lost() -> None:
    assert limits("N " * 110, "N " * 100) == []
    assert limits("N " * 111, "N " * 99) == [("FL", "X16", "111 schools to 99", True)]
    assert limits("N " * 100, "N " * 95 + "U " * 5) == []
    assert limits("N " * 100, "N " * 94 + "U " * 6) == [
        ("FL", "X17", "from 100% of the schools with an answer to 94%", True)
    ]
    assert limits("N " * 19, "U " * 19) == []


def test_findings_of_the_years_name_their_state_and_warnings_need_no_name() -> None:
    findings = [
        found("X06", "GA: 5 of 50 schools from Yes to No", "quarantine", "ga"),
        found("X07", "9 the year before", "block"),
        found("X09", "FL: 40 of 100 answers", "warn"),
        found("X13", "120001000000: ap", "warn"),
        found("X05", "CA: 1 schools, 060000000001 Bay", "warn", "nces_ccd_029"),
    ]
    assert limits(None, "Y", findings) == [
        ("FL", "X07", "9 the year before", True),
        ("GA", "X06", "5 of 50 schools from Yes to No", True),
        ("CA", "X05", "1 schools, 060000000001 Bay", False),
        ("FL", "X09", "40 of 100 answers", False),
    ]


def test_what_was_beyond_a_limit_in_the_last_release_is_not_asked_again() -> None:
    findings = [found("X06", "GA: 5 of 50 schools from Yes to No", "quarantine", "ga")]
    seen = [{"state": "GA", "school_year": YEAR, "rule_id": "X06", "found": "5 of 50 schools from Yes to No"}]
    assert limits(None, "Y", findings, seen) == [("GA", "X06", "5 of 50 schools from Yes to No", False)]
    seen[0]["found"] = "4 of 50 schools from Yes to No"
    assert limits(None, "Y", findings, seen)[0][3]


def test_states_to_name_stand_once() -> None:
    rows = check_limits(schools(YEAR, "Y " * 120), schools(YEAR, "N " * 90), empty_findings(), {})
    assert len(rows) == 2
    assert states_to_name(rows) == ["FL"]
