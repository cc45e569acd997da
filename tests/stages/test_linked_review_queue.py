"""The review queue: one case per question, ids that survive another file or row, and help to answer it."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.linked.decided_records import decide_records
from pipelines.linked.duplicate_schools import FACTS, pair_duplicates
from pipelines.linked.ladder import link_records
from pipelines.linked.review_queue import build_review_queue
from pipelines.linked.successors import StandIns
from pipelines.review.case_list import list_cases, split_choices
from pipelines.shared.findings import conform
from pipelines.shared.pandera_bridge import require_valid
from schemas.columns import RESTRICTED
from schemas.tables import table

YEAR = "2018-19"
COLUMNS = ["nces_school_id", "state_school_id", "school_name", "street", "city", "zip", "is_operating"]
SCHOOLS = conform(
    pd.DataFrame(
        [
            ("130000000001", "GA-001-0001", "Quartz Ridge High School", "1 Elm St", "Pinetown", "30001", True),
            ("130000000002", "GA-001-0002", "Quartz Ridge Middle School", "2 Elm St", "Pinetown", "30001", True),
            ("130000000003", "GA-001-0003", "Closed High School", "3 Elm St", "Pinetown", "30001", False),
            ("130000000004", "GA-001-0004", "Combined A", "4 Elm St", "Pinetown", "30001", True),
            ("130000000005", "GA-001-0004", "Combined B", "5 Elm St", "Pinetown", "30001", True),
            ("130000000006", "GA-001-0006", "Double School", "6 Elm St.", "Oakville", "30002", True),
            ("130000000007", None, "DOUBLE SCHOOL", "6 ELM ST", "Oakville", "30002", None),
            ("130000000008", "GA-001-0008", "Gone School", "8 Elm St", "Oakville", "30002", True),
            ("130000000009", "GA-001-0009", "Gone School", "8 Elm St", "Oakville", "30002", False),
        ],
        columns=COLUMNS,
    ).assign(school_year=YEAR, state="GA", sector="public", directory_sources="nces_directory 2018-19"),
    "nces_schools",
)
NO_COURSES = conform(pd.DataFrame(), "course_offerings")
NO_FILES = conform(pd.DataFrame(), "received_files")


def linked(
    *given: dict, source: str = "survey", file: str = "s.csv", first: int = 2, schools: pd.DataFrame = SCHOOLS
) -> pd.DataFrame:
    rows = [
        {"state": "GA", "source": source, "school_year": YEAR, "file": file, "row": row, **one}
        for row, one in enumerate(given, start=first)
    ]
    frame = pd.DataFrame(rows)
    frame["record_id"] = frame["source"] + ":" + frame["file"] + ":" + frame["row"].astype("str").str.zfill(4)
    return link_records(frame, schools)


def twins_of(schools: pd.DataFrame, history: pd.DataFrame | None = None) -> pd.DataFrame:
    return pair_duplicates(schools[list(FACTS)], StandIns({}), YEAR, history)


def queue(records: pd.DataFrame, courses: pd.DataFrame = NO_COURSES, files: pd.DataFrame = NO_FILES) -> pd.DataFrame:
    cases = build_review_queue(records, SCHOOLS, courses, files, YEAR, twins=twins_of(SCHOOLS))
    require_valid(cases, table("review_queue"))
    return cases


def of_kind(cases: pd.DataFrame, kind: str) -> pd.DataFrame:
    return cases[cases["case_kind"] == kind].reset_index(drop=True)


UNKNOWN = {"school_name": "Quartz Academy", "city": "Pinetown"}


def test_equal_questions_are_one_case_with_its_records():
    cases = of_kind(queue(linked(UNKNOWN, UNKNOWN, {**UNKNOWN, "city": "Oakville"})), "not_found")
    assert cases["records"].tolist() == [2, 1]
    assert cases.loc[0, "row"] == 2
    assert cases.loc[0, "question"].startswith('Please say which school is meant by "Quartz Academy" in Pinetown, GA')


def test_what_tells_namesakes_apart_makes_two_questions_and_is_shown():
    high = {**UNKNOWN, "street": "9 Fir Rd", "grade_low": "09", "grade_high": "12"}
    cases = of_kind(queue(linked(high, high, {**UNKNOWN, "school_level": "Elementary"}, UNKNOWN)), "not_found")
    assert cases["records"].tolist() == [2, 1, 1]
    shown = {text.split(" in ", 1)[1].split(":")[0] for text in cases["question"]}
    assert shown == {"Pinetown, GA (9 Fir Rd; grades 09 to 12)", "Pinetown, GA (Elementary)", "Pinetown, GA"}
    county = of_kind(queue(linked({"school_name": "Quartz Academy", "county": "Pine County"})), "not_found").iloc[0]
    assert 'by "Quartz Academy" in Pine County, GA:' in county["question"]


def test_an_answer_about_one_of_two_namesakes_is_not_taken_for_the_other():
    rows = linked({**UNKNOWN, "street": "9 Fir Rd"}, {**UNKNOWN, "street": "10 Bay Ave"}, UNKNOWN)
    cases = of_kind(queue(rows), "not_found")
    (case,) = cases[cases["question"].str.contains("9 Fir Rd")].to_dict("records")
    made = {"decision_id": "d1", "decision_kind": "record_is_school", "nces_school_id_given": "130000000001"}
    made |= {name: case[name] for name in ("case_id", "case_kind", "evidence_hash")}
    decision = conform(
        pd.DataFrame([{**made, "decided_by": "S", "decided_at": "2019-11-01", "reason": "r"}]), "decisions"
    )
    decided = decide_records(rows, SCHOOLS, decision).linked
    told = dict(zip(decided["street"].fillna(""), decided["match_reason"], strict=True))
    assert told == {"9 Fir Rd": "decided_by_person", "10 Bay Ave": "not_found", "": "not_found"}


def test_a_question_without_details_keeps_its_id():
    assert of_kind(queue(linked(UNKNOWN)), "not_found")["case_id"].tolist() == ["f4c98253d3106c2f"]


def test_candidates_are_told_with_their_reasons_and_the_best_comes_first():
    case = of_kind(queue(linked(UNKNOWN)), "not_found").iloc[0]
    shown = case["candidates"].split(" | ")
    assert [text.split(" ")[0] for text in shown] == ["130000000001", "130000000002"]
    assert "(word 'quartz'), same city" in shown[0]
    assert case["choices"].startswith(case["candidates"].replace(" | ", "|"))


def test_conflicts_show_both_schools():
    given = {"nces_school_id_given": "130000000001", "state_school_id_given": "GA-001-0002"}
    case = of_kind(queue(linked(given, source="ga")), "id_conflict").iloc[0]
    assert case["candidates"] == (
        "130000000001 Quartz Ridge High School (has the NCES id given)"
        " | 130000000002 Quartz Ridge Middle School (has the state id given)"
    )
    assert case["openness"] == "schools_by_id"
    assert "lead to different schools" in case["evidence"]
    assert case["evidence"] not in case["question"], "what speaks in it is told once"


def test_a_combined_campus_is_asked_by_its_records_and_once_for_the_directory():
    cases = queue(linked({"state_school_id_given": "GA-001-0004"}, source="ga"))
    both = "130000000004 Combined A (has the state id given) | 130000000005 Combined B (has the state id given)"
    assert of_kind(cases, "ambiguous").loc[0, "candidates"] == both
    twins = of_kind(cases, "duplicate_school")
    listed = "(last listed in 2018-19)"
    assert (
        twins["candidates"].tolist().count(f"130000000004 Combined A {listed} | 130000000005 Combined B {listed}") == 1
    )


def test_one_name_and_address_is_a_duplicate_unless_one_is_closed():
    twins = of_kind(queue(linked({"nces_school_id_given": "130000000007"})), "duplicate_school")
    double = twins[twins["subject"] == "130000000006|130000000007"].iloc[0]
    assert double["candidates"].startswith("130000000006 Double School (suggested to stay; last listed in 2018-19) | ")
    assert "suggested to stay is 130000000006, because it has the state's id" in double["evidence"]
    assert not twins["candidates"].str.contains("Gone School").any()
    assert (twins["source"] == "nces_directory").all()


def test_matches_on_a_closed_school_are_asked_about():
    cases = of_kind(
        queue(linked({"nces_school_id_given": "130000000003"}, {"nces_school_id_given": "130000000003"})),
        "closed_school",
    )
    assert cases["records"].tolist() == [2]
    assert cases.loc[0, "candidates"] == "130000000003 Closed High School (the records were matched to it)"


def test_unknown_courses_and_refused_files():
    courses = conform(
        pd.DataFrame(
            [
                ("11.1", "Coding", "review"),
                ("11.1", "Coding", "review"),
                (None, "Web", "review"),
                ("1", "CS", "counts"),
            ],
            columns=["course_code", "course_name", "counts_as_cs"],
        ).assign(
            record_id=["ga:f:2", "ga:f:3", "ga:f:4", "ga:f:5"], source="ga", state="GA", file="f.csv", row=[2, 3, 4, 5]
        ),
        "course_offerings",
    )
    files = conform(
        pd.DataFrame(
            [("fl", "fl.csv", "refused", "the file is empty."), ("ga", "f.csv", "accepted", None)],
            columns=["source", "file", "file_status", "reason"],
        ),
        "received_files",
    )
    cases = queue(linked({"nces_school_id_given": "130000000001"}), courses, files)
    unknown = of_kind(cases, "unknown_course")
    assert unknown["records"].tolist() == [2, 1]
    assert '"Coding" (code 11.1) of GA' in unknown.loc[0, "question"]
    refused = of_kind(cases, "refused_file")
    assert refused["file"].tolist() == ["fl.csv"]
    assert refused.loc[0, ["question", "evidence"]].tolist() == [
        "Please ask the sender for this file again: fl.csv",
        "the file is empty",
    ]


def test_case_ids_outlive_file_row_and_year_and_the_evidence_outlives_more_records():
    one = of_kind(queue(linked(UNKNOWN)), "not_found").iloc[0]
    moved = of_kind(queue(linked(UNKNOWN, UNKNOWN, file="other.csv", first=9)), "not_found").iloc[0]
    assert one["case_id"] == moved["case_id"]
    assert one["evidence_hash"] == moved["evidence_hash"]
    later = build_review_queue(linked(UNKNOWN), SCHOOLS, NO_COURSES, NO_FILES, "2019-20")
    assert one["case_id"] in later["case_id"].tolist()


def test_evidence_changes_with_what_the_person_sees():
    one = of_kind(queue(linked(UNKNOWN)), "not_found").iloc[0]
    fewer = linked(UNKNOWN, schools=SCHOOLS.iloc[1:])
    other = of_kind(build_review_queue(fewer, SCHOOLS.iloc[1:], NO_COURSES, NO_FILES, YEAR), "not_found").iloc[0]
    assert one["case_id"] == other["case_id"]
    assert one["evidence_hash"] != other["evidence_hash"]


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_rows_changes_nothing(seed):
    records = linked(
        UNKNOWN,
        {"state_school_id_given": "GA-001-0004"},
        {"nces_school_id_given": "130000000003"},
        {"nces_school_id_given": "130000000001", "state_school_id_given": "GA-001-0002"},
        UNKNOWN,
    )
    expected = queue(records)
    assert expected["informative"].is_monotonic_decreasing
    schools = SCHOOLS.sample(frac=1, random_state=seed)
    shuffled = build_review_queue(
        records.sample(frac=1, random_state=seed), schools, NO_COURSES, NO_FILES, YEAR, twins=twins_of(schools)
    )
    pd.testing.assert_frame_equal(shuffled, expected)


def test_nothing_to_ask_is_an_empty_table_without_restricted_columns():
    empty = build_review_queue(linked(UNKNOWN).iloc[:0], SCHOOLS, NO_COURSES, NO_FILES, YEAR)
    require_valid(empty, table("review_queue"))
    assert empty.empty
    assert not set(empty.columns) & RESTRICTED


def test_a_case_without_a_candidate_comes_last_however_many_records_wait():
    nothing = {"school_name": "Zymurgy Brewing", "city": "Nowhere"}
    cases = queue(linked(*[nothing] * 5, UNKNOWN))
    waiting = cases[cases["case_kind"] == "not_found"]
    assert waiting["records"].tolist() == [1, 5]
    assert cases["openness"].iloc[-1] == "no_candidate"
    assert cases["informative"].iloc[-1] == 0


def test_a_name_that_ends_in_a_bracket_keeps_it_beside_the_reason():
    named = conform(
        pd.DataFrame(
            [
                ("130000000021", "GA-002-0021", "Foo (Bar)", "1 Elm St", "Pinetown", "30001", True),
                ("130000000022", "GA-002-0021", "Great Hearts: Baz (Q|R)", "2 Elm St", "Pinetown", "30001", True),
            ],
            columns=COLUMNS,
        ).assign(school_year=YEAR, state="GA", sector="public", directory_sources="nces_directory 2018-19"),
        "nces_schools",
    )
    waiting = linked({"state_school_id_given": "GA-002-0021"}, source="ga", schools=named)
    cases = build_review_queue(waiting, named, NO_COURSES, NO_FILES, YEAR)
    why = "has the state id given"
    listed = list_cases(cases, named, YEAR)
    case_id = cases["case_id"].iloc[0]
    assert listed.candidates[case_id] == [("130000000021", why), ("130000000022", why)]
    assert split_choices(cases["choices"].iloc[0])[:2] == [
        "130000000021 Foo (Bar)",
        "130000000022 Great Hearts: Baz (Q/R)",
    ]
