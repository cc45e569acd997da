"""Tests of the gate: each expectation has a release that it must reject, and nothing it says shows a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from pipelines.published.gate import expectations, judge_release, run_expectations
from pipelines.published.gate_checks import check_release
from pipelines.published.public_tables import PUBLISHED, join_years
from tests.unit.published_builder import release_years

Frames = dict[str, pd.DataFrame]
DIRECTORY = {"2017-18": 5, "2018-19": 7}
CANARY = "CANARY"


def judge(frames: Frames) -> list[dict[str, Any]]:
    return judge_release(frames, DIRECTORY)


def failed(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["table"], row["expectation"]) for row in rows if not row["passed"]}


def put(name: str, column: str, value: object, row: int = 0) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames[name].loc[row, column] = value

    return change


def add(name: str, column: str, value: object) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames[name][column] = value

    return change


def repeat(name: str) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames[name] = pd.concat([frames[name], frames[name].head(1)], ignore_index=True)

    return change


def lose(name: str, where: Callable[[pd.DataFrame], pd.Series]) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames[name] = frames[name][~where(frames[name])].reset_index(drop=True)

    return change


def several(*changes: Callable[[Frames], None]) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        for one in changes:
            one(frames)

    return change


P02 = "P02: a table of a tier has the columns of the tiers below it, and only declared ones"
P04 = "P04: no small number of students is published"
P07 = "P07: the same tables give the same bytes"
P03 = "P03: no restricted value is published"
P05 = "P05: a table has the columns, types and values it declares"
P06 = "P06: totals of the summary are those of the schools"
ADDS_UP = "counts add up to the total, and a percentage is empty, not 0, where nothing is known"
ACCESS, EVIDENCE, SUMMARY, REPORT, COURSES, SOURCES = PUBLISHED

SINGLE = [
    (repeat(ACCESS), ACCESS, "nces_school_id, school_year together stand once"),
    (repeat(EVIDENCE), EVIDENCE, "nces_school_id, school_year, label together stand once"),
    (repeat(SUMMARY), SUMMARY, "place, school_year together stand once"),
    (repeat(COURSES), COURSES, "state, school_year, course_code, course_name together stand once"),
    (repeat(SOURCES), SOURCES, "source, school_year together stand once"),
    (
        put(ACCESS, "nces_school_id", "5.3E+11"),
        ACCESS,
        "an NCES id has 12 digits, or 8 characters for a private school",
    ),
    (put(ACCESS, "teaches_cs", "YES"), ACCESS, "an answer is one of the eight codes"),
    (put(ACCESS, "state", "ZZ"), ACCESS, "a state is one of those of the directory"),
    (put(ACCESS, "decided_by_rule", None), ACCESS, "every answer but unknown names the rule that gave it"),
    (put(ACCESS, "in_access_report", False), ACCESS, "a school outside the report says why"),
    (put(ACCESS, "sector", "private"), ACCESS, "only public and charter schools are in the report"),
    (put(ACCESS, "state", "PR"), ACCESS, "only the 50 states and DC are in the report"),
    (put(EVIDENCE, "says", "flag"), EVIDENCE, "what evidence says is one of the eight codes, or nothing"),
    (put(EVIDENCE, "why", None), EVIDENCE, "every piece of evidence has its words"),
    (put(SUMMARY, "place", "PR"), SUMMARY, "a place is a state of the report or the US"),
    (put(SUMMARY, "percent_offering", 100.5), SUMMARY, "percent offering lies between 0 and 100"),
    (put(SUMMARY, "percent_known", -1.0), SUMMARY, "percent known lies between 0 and 100"),
    (
        repeat(REPORT),
        REPORT,
        "school_year, place_kind, place_id, group_kind, group, metric together stand once",
    ),
    (put(REPORT, "place_kind", "partner"), REPORT, "a place is public: a nation, state, district or county"),
    (put(REPORT, "metric", "guess"), REPORT, "a figure is one that is defined"),
    (put(REPORT, "coverage", 100.5), REPORT, "coverage lies between 0 and 100"),
    (put(COURSES, "counts_as_cs", "yes"), COURSES, "a course counts, does not, or is in review"),
    (put(COURSES, "counts_basis", None), COURSES, "every course says why it counts or not"),
    (put(SOURCES, "report_status", "late"), SOURCES, "a source is reported, not reported, refused or held"),
    (
        several(put(SOURCES, "report_status", "held"), put(SOURCES, "reason", None)),
        SOURCES,
        "a source that is not in the release says why",
    ),
]
"""Releases that an expectation of Great Expectations must reject."""
ACROSS = [
    *((lambda f, n=name: f.pop(n), name, P05) for name in PUBLISHED),
    (lambda f: f[ACCESS].drop(columns="city", inplace=True), ACCESS, P05),
    (add(ACCESS, "latitude", "north"), ACCESS, P05),
    (add(ACCESS, "submitter_name", "x"), ACCESS, P03),
    (add(EVIDENCE, "role", "TEACHER"), EVIDENCE, P03),
    (add(SOURCES, "made_up", "x"), SOURCES, P03),
    (add(SOURCES, "provider", "TEALS"), SOURCES, P02),
    (add(ACCESS, "enrolled", 3), ACCESS, P04),
    (several(add(EVIDENCE, "evidence_kind", "teacher_survey"), put(EVIDENCE, "records_yes", 3)), EVIDENCE, P04),
    (repeat(ACCESS), ACCESS, P07),
    (put(EVIDENCE, "why", f"{CANARY}@example.org says so"), EVIDENCE, P03),
    (repeat(ACCESS), ACCESS, "P01: every school of the directory stands exactly once in the answer"),
    (
        several(put(ACCESS, "latitude", 0.0), put(ACCESS, "longitude", 0.0)),
        ACCESS,
        "a position is whole, or empty, and never 0,0",
    ),
    (put(ACCESS, "latitude", None), ACCESS, "a position is whole, or empty, and never 0,0"),
    (put(EVIDENCE, "is_used", False), EVIDENCE, "X11: every published answer has its evidence"),
    (lose(EVIDENCE, lambda e: e.index == 2), EVIDENCE, "X11: every published answer has its evidence"),
    (
        put(EVIDENCE, "nces_school_id", "530001000000"),
        EVIDENCE,
        "every piece of evidence speaks of a published school",
    ),
    (put(ACCESS, "teaches_cs", "M"), SUMMARY, P06),
    (lose(SUMMARY, lambda s: s["place"] == "GA"), SUMMARY, P06),
    (lose(SUMMARY, lambda s: s["place"] == "US"), SUMMARY, P06),
    (put(SUMMARY, "schools_excluded", 7, row=2), SUMMARY, P06),
    (put(SUMMARY, "percent_offering", 12.0), SUMMARY, ADDS_UP),
    (put(SUMMARY, "schools_unknown", 9), SUMMARY, ADDS_UP),
    (put(SUMMARY, "percent_offering", 0.0, row=4), SUMMARY, ADDS_UP),
    (lose(REPORT, lambda r: r["metric"] == "offering"), REPORT, P06),
    (put(SOURCES, "rows_kept", 3), SOURCES, "X12: rows in are rows kept, rejected, merged and excluded"),
]
"""Releases that a check of shape, tier or totals must reject."""


def test_a_whole_release_passes() -> None:
    rows = judge(join_years(release_years()))
    assert failed(rows) == set()
    assert {row["table"] for row in rows} == set(PUBLISHED)
    assert all(set(row) == {"expectation", "table", "passed", "found"} for row in rows)


@pytest.mark.parametrize(("change", "name", "expectation"), SINGLE)
def test_an_expectation_rejects_a_broken_table(change: Callable[[Frames], None], name: str, expectation: str) -> None:
    frames = join_years(release_years())
    change(frames)
    wanted = [one for one in expectations()[name] if one[0] == expectation]
    rows = run_expectations({name: frames[name]}, {name: wanted})
    assert failed(rows) == {(name, expectation)}


@pytest.mark.parametrize(("change", "name", "expectation"), ACROSS)
def test_a_check_rejects_a_broken_release(change: Callable[[Frames], None], name: str, expectation: str) -> None:
    frames = join_years(release_years())
    change(frames)
    assert (name, expectation) in failed(check_release(frames, DIRECTORY))


def test_a_table_without_a_column_is_judged_and_does_not_raise() -> None:
    frames = join_years(release_years())
    del frames[EVIDENCE]
    frames[ACCESS] = frames[ACCESS].drop(columns="teaches_cs")
    rows = judge(frames)
    assert {(ACCESS, P05), (EVIDENCE, P05), (ACCESS, "an answer is one of the eight codes")} <= failed(rows)
    assert (EVIDENCE, "every piece of evidence has its words") in failed(rows)
    assert (SUMMARY, "percent offering lies between 0 and 100") not in failed(rows)


def test_every_expectation_of_the_suite_has_a_case() -> None:
    covered = {(name, expectation) for _, name, expectation in SINGLE + ACROSS}
    wanted = {(name, sentence) for name, suite in expectations().items() for sentence, _, _ in suite}
    assert wanted <= covered
    assert {(row["table"], row["expectation"]) for row in judge(join_years(release_years()))} - covered <= {
        (name, sentence) for name in PUBLISHED for sentence in (P02, P03, P04, P07)
    }


@pytest.mark.parametrize("directory", [{"2017-18": 5, "2018-19": 8}, {"2018-19": 7}, {**DIRECTORY, "2019-20": 3}])
def test_a_lost_school_is_noticed(directory: dict[str, int]) -> None:
    rows = check_release(join_years(release_years()), directory)
    assert failed(rows) == {(ACCESS, "P01: every school of the directory stands exactly once in the answer")}


def test_a_school_name_with_an_at_sign_is_no_address() -> None:
    frames = join_years(release_years())
    frames[ACCESS].loc[0, "school_name"] = "Academy @ Lehigh"
    assert failed(check_release(frames, DIRECTORY)) == set()


def test_what_the_gate_says_shows_no_value(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    frames = join_years(release_years())
    frames[ACCESS]["submitter_name"] = CANARY
    frames[ACCESS].loc[0, ["nces_school_id", "teaches_cs", "state", "sector"]] = CANARY
    frames[EVIDENCE].loc[0, ["why", "says"]] = f"{CANARY}@example.org"
    rows = judge(frames)
    assert len(failed(rows)) > 5
    printed = capfd.readouterr()
    assert CANARY not in f"{rows}{printed.out}{printed.err}{caplog.text}"
    assert printed.out == ""
