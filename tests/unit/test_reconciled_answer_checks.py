"""Rules that compare the answers of a year: at their bounds, state by state, and what each finding shows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipelines.reconciled.answer_checks import Answers, compare_answers
from schemas.verdicts import Verdict

YEAR = "2018-19"
SCHOOLS = {"nces_school_id": "str", "state": "str", "teaches_cs": "str", "in_access_report": "boolean"}
EVIDENCE = {
    "nces_school_id": "str",
    "source": "str",
    "evidence_kind": "str",
    "says": "str",
    "is_used": "boolean",
    "records_yes": "Int64",
    "records_no": "Int64",
}
REVIEW = {"nces_school_id": "str", "state": "str", "state_says": "str", "teacher_survey_says": "str"}


def frame(types: dict[str, str], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def compare(**given: Any) -> pd.DataFrame:
    empty = {"schools": frame(SCHOOLS, []), "evidence": frame(EVIDENCE, []), "review": frame(REVIEW, [])}
    return compare_answers(Answers(school_year=YEAR, **{**empty, **given}))


def told(findings: pd.DataFrame, rule_id: str) -> list[tuple[Any, ...]]:
    rows = findings[findings["rule_id"] == rule_id]
    return list(rows[["source", "column", "value", "finding_rows"]].itertuples(index=False, name=None))


def school(number: int) -> str:
    return f"0200000{number:05d}"


def year(*states: tuple[str, dict[str, int]], reported: bool | None = True) -> pd.DataFrame:
    """Schools of those states, so many with each answer, numbered through."""
    answers = [(state, code) for state, codes in states for code, many in codes.items() for _ in range(many)]
    return frame(SCHOOLS, [(school(n), state, code, reported) for n, (state, code) in enumerate(answers)])


def test_nothing_to_compare_finds_nothing() -> None:
    assert compare().empty
    assert compare(before=frame(SCHOOLS, []), absent={}, offerings={}, offerings_before={}).empty


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ({"Y": 30}, {"N": 3, "Y": 27}, [("ak", "teaches_cs", "AK: 3 of 30 schools from Yes to No", 3)]),
        ({"Y": 30, "HY": 30}, {"N": 3, "Y": 57}, [("ak", "teaches_cs", "AK: 3 of 30 schools from Yes to No", 3)]),
        ({"Y": 50}, {"N": 4, "Y": 46}, []),
        ({"Y": 29}, {"N": 29}, []),
        ({"N": 30}, {"Y": 8, "N": 22}, [("ak", "teaches_cs", "AK: 8 of 30 schools from No to Yes", 8)]),
        ({"N": 40}, {"Y": 10, "N": 30}, []),
        ({"HY": 30}, {"N": 30}, []),
        ({"Y": 30}, {"HN": 30}, []),
    ],
    ids=[
        "above",
        "of answers of both years",
        "at the bound",
        "few schools",
        "growth",
        "growth at its bound",
        "carried then",
        "carried now",
    ],
)
def test_turned_answers_are_told_once_per_state_and_direction(
    was: dict[str, int], now: dict[str, int], found: list[tuple[Any, ...]]
) -> None:
    before, schools = year(("AK", was)), year(("AK", now))
    assert told(compare(schools=schools, before=before), "X06") == found
    assert told(compare(schools=schools), "X06") == [], "without a year before nothing has turned"
    unreported = year(("AK", now), reported=False)
    assert told(compare(schools=unreported, before=before), "X06") == []


def test_states_turn_each_for_itself() -> None:
    before = year(("AK", {"Y": 30}), ("GA", {"Y": 30}), ("TX", {"N": 30}))
    now = year(("AK", {"Y": 30}), ("GA", {"N": 30}), ("TX", {"Y": 30}))
    assert told(compare(schools=now, before=before), "X06") == [
        ("ga", "teaches_cs", "GA: 30 of 30 schools from Yes to No", 30),
        ("tx", "teaches_cs", "TX: 30 of 30 schools from No to Yes", 30),
    ]


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        ({"HY": 2, "HN": 1, "HM": 1, "Y": 6}, [("ak", "teaches_cs", "AK: 4 of 10 answers", 4)]),
        ({"HY": 3, "Y": 7}, []),
        ({"HY": 3, "Y": 6, "U": 9}, [("ak", "teaches_cs", "AK: 3 of 9 answers", 3)]),
        ({"U": 5}, []),
    ],
    ids=["above", "at the bound", "unknown is no answer", "nothing is known"],
)
def test_answers_of_other_years_are_told_per_state(codes: dict[str, int], found: list[tuple[Any, ...]]) -> None:
    assert told(compare(schools=year(("AK", codes))), "X09") == found
    assert told(compare(schools=year(("AK", codes), reported=None)), "X09") == []


def test_a_state_without_courses_had_some_the_year_before_and_sent_a_file() -> None:
    before = {"ak": 3, "ga": 1, "tx": 5, "fl": 0}
    found = compare(offerings={"ga": 1, "ak": 0}, offerings_before=before, accepted=("tx", "ak", "ga", "fl", "wa"))
    assert told(found, "X07") == [
        ("ak", "course_code", "3 the year before", 1),
        ("tx", "course_code", "5 the year before", 1),
    ]
    assert told(compare(offerings={}, offerings_before=before), "X07") == [], "no file, no finding"
    assert told(compare(offerings_before=before, accepted=("ak",)), "X07") == [
        ("ak", "course_code", "3 the year before", 1)
    ]
    assert told(compare(accepted=("ak",)), "X07") == []


@pytest.mark.parametrize(("many", "apart", "is_found"), [(30, 8, True), (32, 8, False), (29, 29, False)])
def test_a_state_and_its_teachers_mostly_agree(many: int, apart: int, is_found: bool) -> None:
    rows = [(school(n), "AK", "Y", "N" if n < apart else "Y") for n in range(many)]
    silent = [
        (school(900 + n), "AK", *said) for n, said in enumerate([("Y", None), (None, "N"), ("M", "N"), ("Y", "M")])
    ]
    found = told(compare(review=frame(REVIEW, [*rows, *silent])), "X08")
    assert found == ([("ak", "teaches_cs", f"AK: {apart} of {many} schools", apart)] if is_found else [])


def test_shares_of_absent_high_schools_are_told_beyond_the_bound() -> None:
    found = compare(absent={"tx": 0.956, "ga": 0.9, "ak": 1.0})
    assert told(found, "S24") == [("ak", "nces_school_id", "100%", 1), ("tx", "nces_school_id", "96%", 1)]
    assert found["stage"].unique().tolist() == ["reconciled"]
    assert found["school_year"].unique().tolist() == [YEAR]


def proof(number: int, kind: str, says: str | None, *, used: bool | None = False, source: str | None = None,
          yes: int | None = None, no: int | None = None) -> tuple[Any, ...]:  # fmt: skip
    return (school(number), source or kind, kind, says, used, yes, no)


def test_what_a_ledger_proves_is_not_answered_no() -> None:
    kinds = ["ap", "ib", "provider", "ap", "ap", "ap", "ap"]
    lists = [proof(n, kind, Verdict.YES, yes=1) for n, kind in enumerate(kinds)]
    answers = [
        proof(0, "state", "N", used=True, source="ak"),
        proof(1, "last_year", "HN", used=True),
        proof(2, "state", "N", used=True, source="ak"),
        proof(3, "override", "N", used=True),
        proof(4, "staff_entry", "N", used=True),
        proof(5, "state", "N", used=False, source="ak"),
        proof(6, "state", "M", used=None, source="ak"),
        proof(7, "state", "N", used=True, source="ak"),
    ]
    rows = frame(EVIDENCE, [*lists, *answers])
    rows.loc[rows["evidence_kind"] == "last_year", "source"] = None
    assert told(compare(evidence=rows), "X10") == [
        ("ak", "teaches_cs", school(0), 1),
        ("school_cs_access", "teaches_cs", school(1), 1),
    ]


def test_lists_against_a_state_name_school_and_lists_once() -> None:
    rows = [
        proof(0, "ap", "Y", yes=2),
        proof(0, "provider", "Y", yes=1),
        proof(0, "state", "N", source="ak"),
        proof(0, "state", "N", source="ak", no=4),
        proof(1, "ib", "Y", yes=1),
        proof(1, "state", "N", source="ga", no=3),
        proof(2, "ap", None, yes=0),
        proof(2, "state", "N", source="tx"),
        proof(3, "ap", "Y", yes=1),
        proof(3, "state", "Y", source="tx", yes=1),
        proof(4, "state", "N", source="tx"),
        proof(5, "teacher_survey", "Y", yes=1),
        proof(5, "state", "N", source="tx"),
        proof(6, "provider", None, yes=None),
        proof(6, "state", "N", source="tx"),
    ]
    found = compare(evidence=frame(EVIDENCE, rows))
    assert told(found, "X13") == [("ak", "teaches_cs", f"{school(0)}: ap provider", 1)]
    assert told(found, "X14") == [("ga", "teaches_cs", f"{school(1)}: ib", 1)]


def test_teachers_who_differ_are_told_once_per_school() -> None:
    said = [(0, 1, 1), (0, 1, 1), (1, 2, 0), (2, 0, 2), (3, None, 1), (4, 3, 2)]
    rows = [proof(n, "teacher_survey", "M", source="survey", yes=yes, no=no) for n, yes, no in said]
    other = [proof(5, "other_survey", "M", source="survey", yes=1, no=1)]
    evidence = frame(EVIDENCE, [*rows, *other])
    evidence.loc[evidence["nces_school_id"] == school(4), "source"] = None
    assert told(compare(evidence=evidence), "R13") == [
        ("survey", "how_many_20_hours", school(0), 1),
        ("survey", "how_many_20_hours", school(4), 1),
    ]
