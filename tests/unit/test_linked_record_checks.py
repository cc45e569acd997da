"""Matched records compared with their school, with each other and with the year before: who is told, and in which words."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipelines.linked.ladder import CONTRADICTED
from pipelines.linked.record_checks import COURSE_COLUMNS, SURVEY_COLUMNS, Records, compare_ledger, compare_records
from pipelines.shared.findings import conform

YEAR = "2018-19"
HIGH, MIDDLE, SMALL, FAR = "120009000067", "120009000068", "120009000069", "130009000001"
PRODUCES = {"fl": "course_offerings", "ga": "course_offerings", "survey": "survey_responses", "ap": "ap_offerings"}


def directory(*changes: dict[str, Any]) -> pd.DataFrame:
    facts = [
        (HIGH, "FL-03-0491", "FL", "Kestrel High School", True, False, "____hi", 100),
        (MIDDLE, "FL-03-0492", "FL", "Heron Middle School", False, True, "__mi__", 200),
        (SMALL, "FL-03-0493", "FL", "Wren Elementary", False, True, "el____", None),
        (FAR, "GA-1-1", "GA", "Osprey High", True, None, None, 50),
    ]
    names = ["nces_school_id", "state_school_id", "state", "school_name", "offers_high", "offers_k8"]
    rows = pd.DataFrame(facts, columns=[*names, "grade_levels", "students_total"]).astype(object)
    for change in changes:
        for name, value in change.items():
            if name != "at":
                rows.loc[change["at"], name] = value
    return conform(rows.assign(school_year=YEAR), "nces_schools")


def records(*rows: dict[str, Any], before: pd.DataFrame | None = None, among: pd.DataFrame | None = None) -> Records:
    """Linked records, one offering or answer each; the first stands in row 2. `nces` is the school matched."""
    linked, offered, answered = [], [], []
    for n, row in enumerate(rows, start=2):
        source = row.get("source", "fl")
        told = {"record_id": f"{source}:{n}", "source": source, "school_year": YEAR, "file": f"{source}.csv", "row": n}
        told |= {"state": "FL", "match_reason": "state_id", "match_note": "by its id", **row}
        linked.append({**told, "nces_school_id": row.get("nces")})
        if PRODUCES[source] == "course_offerings":
            offered.append(told)
        if PRODUCES[source] == "survey_responses":
            answered.append(told)
    names = conform(pd.DataFrame(), "linked_records").columns
    frame = pd.DataFrame(linked)
    types = {
        "record_id": "str",
        "course_name": "str",
        "counts_as_cs": "str",
        "counts_basis": "str",
        "enrolled": "Int64",
    }
    return Records(
        school_year=YEAR,
        linked=conform(frame[[name for name in frame if name in names]], "linked_records"),
        directory=directory() if among is None else among,
        offerings=pd.DataFrame(offered).reindex(columns=list(COURSE_COLUMNS)).astype(types),
        surveys=pd.DataFrame(answered).reindex(columns=list(SURVEY_COLUMNS)).astype("str"),
        produces=PRODUCES,
        before=before,
    )


def told(findings: pd.DataFrame) -> list[tuple[Any, ...]]:
    assert set(findings["stage"]) <= {"linked"}
    assert set(findings["school_year"]) <= {YEAR}
    shown = findings[["rule_id", "row", "column", "value"]].astype(object)
    return list(shown.where(shown.notna(), None).itertuples(index=False, name=None))


def course(name: str | None, school: str, **more: Any) -> dict[str, Any]:
    return {"nces": school, "course_name": name, "counts_as_cs": "counts", **more}


@pytest.mark.parametrize(
    ("name", "basis", "school", "is_odd"),
    [
        ("AP Computer Science A", None, MIDDLE, True),
        ("AP Computer Science A", None, HIGH, False),
        ("AP Computer Science A", None, FAR, False),
        ("Coding", "Advanced Placement course", MIDDLE, True),
        ("Honors Programming", None, SMALL, True),
        ("IB Computer Science", None, MIDDLE, True),
        ("Maple Computing", None, MIDDLE, False),
        ("M/J Coding", None, HIGH, True),
        ("M/J Coding", None, MIDDLE, False),
        ("M/J Coding", None, FAR, False),
        ("Computing, grade 7", None, HIGH, True),
        ("Computing, 8th grade", None, HIGH, True),
        ("Computing, grade 9", None, HIGH, False),
        ("Middle School Honors Coding", None, MIDDLE, False),
        ("Middle School Honors Coding", None, HIGH, True),
        (None, None, HIGH, False),
    ],
)
def test_a_course_is_of_the_grades_of_its_school(
    name: str | None, basis: str | None, school: str, is_odd: bool
) -> None:
    found = compare_records(records(course("Drama", HIGH), course(name, school, counts_basis=basis)))
    assert told(found) == ([("S19", 3, "course_name", name)] if is_odd else [])


@pytest.mark.parametrize(
    ("enrolled", "school", "is_odd"),
    [(150, HIGH, False), (151, HIGH, True), (None, HIGH, False), (9999, SMALL, False), (301, MIDDLE, True)],
)
def test_a_course_has_no_more_students_than_its_school(enrolled: int | None, school: str, is_odd: bool) -> None:
    found = compare_records(records(course("Coding", HIGH), course("Coding", school, enrolled=enrolled)))
    assert told(found) == ([("S15", 3, "enrolled", None)] if is_odd else [])


@pytest.mark.parametrize(
    ("twenty", "ten", "school", "is_odd"),
    [
        ("SOME", None, SMALL, True),
        ("ALL", None, SMALL, True),
        ("NONE", None, SMALL, False),
        ("SOME", "NONE", SMALL, False),
        ("SOME", None, MIDDLE, False),
        ("SOME", None, FAR, False),
        (None, None, SMALL, False),
    ],
)
def test_the_question_for_high_schools(twenty: str | None, ten: str | None, school: str, is_odd: bool) -> None:
    answer = {"source": "survey", "nces": school, "how_many_20_hours": twenty, "how_many_10_hours": ten}
    assert told(compare_records(records(answer))) == ([("R15", 2, "how_many_20_hours", None)] if is_odd else [])


@pytest.mark.parametrize(
    ("name", "reason", "is_odd"),
    [
        ("Kestrel HS", "state_id", False),
        ("Zebra Academy", "state_id", True),
        ("Zebra Academy", "nces_id_given", True),
        ("Zebra Academy", "name_city", False),
        (None, "state_id", False),
    ],
)
def test_a_match_by_an_id_has_a_name_like_that_of_the_school(name: str | None, reason: str, is_odd: bool) -> None:
    row = {"nces": HIGH, "school_name": name, "match_reason": reason}
    found = [("S05", 2, "school_name", f"{name} | Kestrel High School")]
    assert told(compare_records(records(row, {"nces": MIDDLE}))) == (found if is_odd else [])


def test_a_match_held_back_for_its_name_is_told_with_the_candidates() -> None:
    held = {"match_note": f"{CONTRADICTED}by its name", "school_name": "Zebra", "match_candidates": f"{HIGH} Kestrel"}
    free = {"match_note": f"not {CONTRADICTED}", "school_name": "Zebra", "match_candidates": f"{HIGH} Kestrel"}
    found = compare_records(records({**free, "match_reason": "id_conflict"}, {**held, "match_reason": "id_conflict"}))
    assert told(found) == [("S05", 3, "school_name", f"Zebra | {HIGH} Kestrel")]


def lost(many: int, of: int, source: str = "fl", **more: Any) -> list[dict[str, Any]]:
    rows = [{"source": source, "school_name": f"{source} school {n}", **more} for n in range(of)]
    found = [{"nces": HIGH, "match_reason": "name_city"}, {"match_reason": "ambiguous"}]
    return [{**row, **found[n < many]} for n, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("many", "of", "share"), [(11, 100, "11.0"), (10, 100, None), (12, 400, None), (13, 400, "3.2"), (12, 396, "3.0")]
)
def test_nearly_all_schools_of_a_file_lead_to_one(many: int, of: int, share: str | None) -> None:
    rows = [*lost(many, of), *lost(0, 3, "ga"), *lost(5, 5, "survey")]
    found = compare_records(records(*rows))
    shown = found[["rule_id", "source", "column", "value", "finding_rows"]].to_numpy().tolist()
    assert shown == ([["S23", "fl", "nces_school_id", f"{many} schools, {share} percent", many]] if share else [])


def test_a_school_that_a_file_names_in_many_rows_is_lost_once() -> None:
    assert told(compare_records(records(*(lost(1, 1) * 11)))) == []


def test_an_id_of_the_year_before_is_told_with_what_became_of_it() -> None:
    before = directory(
        {"at": 0, "nces_school_id": "120009000001"},
        {"at": 1, "nces_school_id": "120009000002", "state_school_id": "FL-9-9"},
        {"at": 2, "nces_school_id": "120009000003", "state_school_id": None},
    )
    rows = [
        {"nces_school_id_given": "120009000001"},
        {"nces_school_id_given": "120009000002"},
        {"nces_school_id_given": "120009000003"},
        {"state_school_id_given": "FL-9-9"},
        {"nces_school_id_given": "999999999999"},
        {"school_name": "Nowhere"},
    ]
    rows = [{**row, "match_reason": "not_found"} for row in rows]
    found = compare_records(records(*rows, {"nces_school_id_given": "120009000001", "nces": HIGH}, before=before))
    assert told(found) == [
        ("S04", 2, "nces_school_id_given", f"120009000001 is now {HIGH}"),
        ("S04", 3, "nces_school_id_given", "120009000002"),
        ("S04", 4, "nces_school_id_given", "120009000003"),
        ("S04", 5, "nces_school_id_given", "120009000002"),
    ]
    assert told(compare_records(records(*rows))) == [], "without a year before no id is of it"


def test_an_id_of_two_schools_of_the_year_before_or_of_now_leads_to_none() -> None:
    row = {"match_reason": "not_found", "state_school_id_given": "FL-9-9"}
    twice = directory(*({"at": at, "state_school_id": "FL-9-9"} for at in (0, 1)))
    assert told(compare_records(records(row, before=twice))) == []
    old = directory({"at": 0, "nces_school_id": "120009000001"})
    shared = directory({"at": 1, "state_school_id": "FL-03-0491"})
    row = {"match_reason": "not_found", "nces_school_id_given": "120009000001"}
    assert told(compare_records(records(row, before=old, among=shared))) == [
        ("S04", 2, "nces_school_id_given", "120009000001")
    ]


def test_an_nces_id_with_several_state_ids_is_told_once_per_source() -> None:
    pairs = [("fl", HIGH, "FL-2"), ("fl", HIGH, "FL-1"), ("fl", HIGH, "FL-1"), ("fl", MIDDLE, "FL-4"), ("fl", MIDDLE, "FL-3"), ("fl", SMALL, "FL-5"), ("ga", HIGH, "FL-9"), ("fl", HIGH, None)]  # fmt: skip
    rows = [{"source": s, "nces_school_id_given": one, "state_school_id_given": other} for s, one, other in pairs]
    found = compare_records(records(*rows))
    assert told(found) == [
        ("X01", None, "nces_school_id_given", f"{HIGH}: FL-1, FL-2"),
        ("X01", None, "nces_school_id_given", f"{MIDDLE}: FL-3, FL-4"),
    ]
    assert found["source"].tolist() == ["fl", "fl"]


def ledger(school: str | None, **more: Any) -> dict[str, Any]:
    return {"source": "ap", "nces": school, **more}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([course("AP CS A", HIGH), ledger(HIGH)], []),
        ([course("AP CS A", HIGH), ledger(MIDDLE)], [("S18", 3, "ap_school_code", MIDDLE), ("S18", 2, "course_name", HIGH)]),
        ([course("AP CS A", HIGH), ledger(HIGH), ledger(FAR)], []),
        ([course("AP CS A", HIGH), ledger(HIGH), course("AP CS A", None)], []),
        ([course("AP CS A", HIGH), ledger(None)], []),
        ([course("AP CS A", HIGH)], []),
        ([course("Drama", HIGH), ledger(MIDDLE)], []),
        ([course("AP CS A", HIGH, counts_as_cs="does_not_count"), ledger(MIDDLE)], []),
        ([course("CS", HIGH, counts_basis="advanced placement"), ledger(HIGH), ledger(SMALL)], [("S18", 4, "ap_school_code", SMALL)]),
    ],
    ids=["agree", "neither", "no course of the state", "unmatched course", "unmatched code", "no ledger", "no AP", "not CS", "by its basis"],
)  # fmt: skip
def test_ap_courses_and_the_ledger_in_both_directions(rows: list[dict[str, Any]], found: list[tuple[Any, ...]]) -> None:
    assert told(compare_ledger(records(*rows))) == found
