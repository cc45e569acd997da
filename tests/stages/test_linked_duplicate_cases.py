"""Schools that stand twice, asked about: which are, with which suggestion, and what an answer changes."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.linked.decided_lives import lives_that_hold
from pipelines.linked.duplicate_cases import duplicate_cases
from pipelines.linked.duplicate_schools import FACTS, pair_duplicates
from pipelines.linked.follow_records import link_all_followed
from pipelines.linked.ladder import IDENTITY, LOCATORS, order_schools
from pipelines.linked.successors import DECISION_COLUMNS, StandIns, build_successors, stand_ins
from pipelines.shared.cases import as_asked, identify
from pipelines.shared.findings import conform

YEAR = "2018-19"
HIGH, JOINT, BUREAU, TWIN = "049900100001", "049900100002", "590009900001", "049900100003"
CAMPUS = {"street": "12 Mill Rd", "zip": "85001", "city": "Alderton", "directory_sources": "nces_directory 2018-19"}
SCHOOLS = [
    CAMPUS | {"nces_school_id": HIGH, "state_school_id": "AZ-1-1", "school_name": "Nestucca High School", "grade_low": "09", "grade_high": "12"},
    CAMPUS | {"nces_school_id": JOINT, "state_school_id": "AZ-1-2", "school_name": "Nestucca Junior-Senior High School", "grade_low": "07", "grade_high": "12"},
    CAMPUS | {"nces_school_id": TWIN, "state_school_id": "AZ-1-3", "school_name": "Quillback Day School", "street": "1 Rez Rd"},
    CAMPUS | {"nces_school_id": BUREAU, "state_school_id": "BI-1-1", "school_name": "Quillback Day School", "street": "PO Box 9", "state": "BI"},
]  # fmt: skip
TOLD = [("shared_campus", HIGH, JOINT), ("shared_campus", JOINT, HIGH), ("reported_twice", BUREAU, TWIN)]
NO_TIME = pd.DataFrame({name: pd.Series(dtype="str") for name in (*DECISION_COLUMNS, "case_id")})


def directory(schools: list[dict[str, object]] = SCHOOLS) -> pd.DataFrame:
    rows = [{"state": "AZ", "school_year": YEAR, "sector": "public", "is_operating": True, **one} for one in schools]
    return conform(pd.DataFrame(rows), "nces_schools")


def history() -> pd.DataFrame:
    frame = pd.DataFrame(TOLD, columns=["event_kind", "nces_school_id", "other_nces_school_ids"])
    frame["event_id"] = [f"{n:016x}" for n in range(len(frame))]
    frame["school_year_after"], frame["reason"], frame["confidence"] = YEAR, "by hand", "certain"
    return conform(frame.assign(needs_review=False), "school_history")


def twins(schools: pd.DataFrame) -> pd.DataFrame:
    return pair_duplicates(schools[list(FACTS)], StandIns({}), YEAR, history())


def records(*given: dict[str, object]) -> pd.DataFrame:
    rows = [
        {"record_id": f"az:f:{n}", "source": "az", "state": "AZ", "school_year": YEAR, "row": n, **one}
        for n, one in enumerate(given)
    ]
    frame = pd.DataFrame(rows).reindex(columns=list(dict.fromkeys([*LOCATORS, *IDENTITY])))
    return conform(frame, "linked_records")[list(dict.fromkeys([*LOCATORS, *IDENTITY]))]


def link(*given: dict[str, object], schools: pd.DataFrame, stand: StandIns = StandIns({})) -> pd.DataFrame:  # noqa: B008
    return link_all_followed(records(*given), [], schools, stand)[0]


def asked(*given: dict[str, object], schools: pd.DataFrame | None = None) -> pd.DataFrame:
    listed = directory() if schools is None else schools
    return duplicate_cases(twins(listed), link(*given, schools=listed), order_schools(listed))


def test_a_school_that_the_bureau_and_a_state_list_is_asked_about_and_the_states_number_is_suggested() -> None:
    case = asked({"nces_school_id_given": HIGH}).set_index("subject").loc[f"{TWIN}|{BUREAU}"]
    assert case["candidates"].startswith(f"{TWIN} Quillback Day School (suggested to stay; ")
    assert f"suggested to stay is {TWIN}, because course files of the state name" in case["evidence"]
    assert case["state"] == "AZ"


def test_schools_of_one_campus_are_asked_about_when_a_record_waits_between_them() -> None:
    campus = f"{HIGH}|{JOINT}"
    assert campus not in set(asked({"nces_school_id_given": HIGH})["subject"])
    waiting = link({"nces_school_id_given": HIGH}, schools=directory()).assign(
        nces_school_id=None, match_reason="ambiguous", match_candidates=f"{HIGH} Nestucca High | {JOINT} Nestucca"
    )
    case = duplicate_cases(twins(directory()), waiting, order_schools(directory())).set_index("subject").loc[campus]
    assert case["records"] == 1
    assert "one name but for the level, 12 Mill Rd" in case["evidence"]
    assert "schools of their own, as a rule" in case["evidence"]
    assert "suggested" not in case["candidates"]


def test_a_combined_campus_is_asked_about_when_a_record_names_its_state_id() -> None:
    low = SCHOOLS[0] | {"state_school_id": "AZ-1-9"}
    high = SCHOOLS[1] | {"state_school_id": "AZ-1-9", "grade_low": "06", "grade_high": "08", "street": "2 Elm St"}
    both = directory([low, high])
    assert asked({"nces_school_id_given": HIGH}, schools=both).empty
    case = asked({"state_school_id_given": "AZ-1-9"}, schools=both)
    assert case["subject"].tolist() == [f"{HIGH}|{JOINT}"]
    assert case["state_school_id_given"].tolist() == ["AZ-1-9"]


def test_a_state_id_of_which_one_school_runs_needs_no_person() -> None:
    other = SCHOOLS[1] | {"state_school_id": "AZ-1-1", "is_operating": False, "street": "2 Elm St"}
    schools = directory([SCHOOLS[0], other])
    assert twins(schools)["survivor_nces_school_id"].tolist() == [HIGH]
    assert asked({"state_school_id_given": "AZ-1-1"}, schools=schools).empty


def test_three_numbers_of_one_school_are_one_question() -> None:
    rows = [SCHOOLS[0] | {"nces_school_id": one, "grade_low": None} for one in (HIGH, JOINT, TWIN)]
    case = asked({"nces_school_id_given": HIGH}, schools=directory(rows))
    assert case["subject"].tolist() == [f"{HIGH}|{JOINT}|{TWIN}"]
    assert case["candidates"].str.count(r"\|").tolist() == [2]


def test_a_state_that_no_record_speaks_of_is_not_asked() -> None:
    elsewhere = link({"nces_school_id_given": HIGH}, schools=directory()).assign(state="FL")
    assert duplicate_cases(twins(directory()), elsewhere, order_schools(directory())).empty


def answer(case: pd.Series, kind: str, stays: str, others: str) -> pd.DataFrame:
    row = {
        "decision_id": "d1",
        "decision_kind": kind,
        "nces_school_id_given": stays,
        "other_nces_school_id": others,
        "school_year": YEAR,
        "decided_at": "2019-03-01T00:00:00Z",
        "decided_by": "R. Stewardly",
        "reason": "asked the district",
        "case_id": case["case_id"],
        "evidence_hash": case["evidence_hash"],
    }
    return conform(pd.DataFrame([row]), "decisions")


def decided(kind: str, stays: str, others: str, schools: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    cases = identify(duplicate_cases(twins(schools), link(schools=schools), order_schools(schools), every=True))
    case = cases[cases["subject"] == "|".join(sorted([stays, others]))].iloc[0]
    links = build_successors(history(), NO_TIME[list(DECISION_COLUMNS)])
    holding, outcomes = lives_that_hold(links, twins(schools), schools, answer(case, kind, stays, others))
    return build_successors(history(), holding[list(DECISION_COLUMNS)]), outcomes["decision_outcome"].tolist()


@pytest.mark.parametrize(("stays", "other"), [(HIGH, JOINT), (TWIN, BUREAU)], ids=["one campus", "bureau and state"])
def test_one_school_means_that_records_of_both_are_its_own(stays: str, other: str) -> None:
    links, outcomes = decided("same_school", stays, other, directory())
    assert outcomes == ["applied"]
    stand = stand_ins(links, directory()["nces_school_id"], YEAR)
    assert dict(stand.ids) == {other: stays}
    linked = link({"nces_school_id_given": other}, schools=directory(), stand=stand)
    assert linked["nces_school_id"].tolist() == [stays]


def test_two_schools_stay_two() -> None:
    links, outcomes = decided("not_same_school", TWIN, BUREAU, directory())
    assert outcomes == ["applied"]
    assert not links["is_followed"].any()


def test_an_answer_is_asked_again_when_another_school_is_suggested_since() -> None:
    first, second = (SCHOOLS[0] | {"nces_school_id": one, "state_school_id": None} for one in (HIGH, JOINT))
    was, now = (directory([first, second | later]) for later in ({}, {"directory_sources": "nces_directory 2019-20"}))
    cases = identify(asked({"nces_school_id_given": HIGH}, schools=was))
    links = build_successors(history(), NO_TIME[list(DECISION_COLUMNS)])
    made = answer(cases.iloc[0], "same_school", HIGH, JOINT)
    for schools, outcome in ((was, "applied"), (now, "asked_again")):
        _, outcomes = lives_that_hold(links, twins(schools), schools, made)
        assert outcomes["decision_outcome"].tolist() == [outcome]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_rows_changes_nothing(seed: int) -> None:
    told = history().sample(frac=1, random_state=seed)
    schools = directory().sample(frac=1, random_state=seed)
    shuffled = pair_duplicates(schools[list(FACTS)], StandIns({}), YEAR, told)
    pd.testing.assert_frame_equal(shuffled, twins(directory()))
    linked = link({"nces_school_id_given": HIGH}, {"nces_school_id_given": TWIN}, schools=schools)
    cases = duplicate_cases(shuffled, linked.sample(frac=1, random_state=seed), order_schools(schools))
    pd.testing.assert_frame_equal(cases, asked({"nces_school_id_given": HIGH}, {"nces_school_id_given": TWIN}))


def test_the_answers_of_a_case_are_its_schools_and_no() -> None:
    case = as_asked(identify(asked({"nces_school_id_given": HIGH})), YEAR).iloc[0]
    assert case["choices"].split("|")[-1] == "not the same school"
    assert case["who_can_answer"] == "steward"
