"""Successors by hand: what is followed, what people decided, and where records, answers and duplicates lead."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.linked.decided_lives import lives_that_hold
from pipelines.linked.duplicate_schools import FACTS as DUPLICATE_FACTS
from pipelines.linked.duplicate_schools import pair_duplicates
from pipelines.linked.follow_records import link_all_followed
from pipelines.linked.history_cases import history_cases
from pipelines.linked.ladder import IDENTITY, LOCATORS
from pipelines.linked.successors import (
    DECISION_COLUMNS,
    StandIns,
    build_successors,
    carry_answers,
    close_superseded,
    stand_ins,
)
from pipelines.shared.cases import as_asked, identify
from pipelines.shared.findings import conform

A, B, C, D = ("539900100001", "539900100002", "539900100003", "539900100004")
NONE = StandIns({})


def events(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """(kind, predecessor, successor, confidence), each between the lists of 2016-17 and 2018-19."""
    frame = pd.DataFrame(rows, columns=["event_kind", "nces_school_id", "other_nces_school_ids", "confidence"])
    frame["event_id"] = [f"{n:016x}" for n in range(len(frame))]
    frame["school_year_before"], frame["school_year_after"], frame["reason"] = "2016-17", "2018-19", "by hand"
    frame["needs_review"] = frame["confidence"] == "doubtful"
    return conform(frame, "school_history")


def decided(*rows: tuple[str, str, str | None, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["decision_kind", "nces_school_id_given", "other_nces_school_id", "decided_at"])
    frame["decision_id"] = [f"d{n}" for n in range(len(frame))]
    frame["school_year"], frame["reason"] = "2018-19", "asked the district"
    return frame[list(DECISION_COLUMNS)].astype("str")


NO_DECISIONS = decided()


def link(given: pd.DataFrame, schools: pd.DataFrame, stand: StandIns) -> pd.DataFrame:
    return link_all_followed(given, [], schools, stand)[0]


def followed(history: pd.DataFrame, decisions: pd.DataFrame = NO_DECISIONS) -> set[tuple[str, str]]:
    links = build_successors(history, decisions)
    links = links[links["is_followed"]]
    return set(zip(links["predecessor_nces_school_id"], links["successor_nces_school_id"], strict=True))


def test_certain_and_likely_links_are_followed_and_doubtful_ones_and_splits_are_not() -> None:
    assert followed(events(("renumbered", A, B, "certain"), ("merged", C, B, "likely"))) == {(A, B), (C, B)}
    assert followed(events(("renumbered", A, B, "doubtful"), ("succeeded", C, D, "doubtful"))) == set()
    assert followed(events(("split", A, B, "likely"))) == set()


def test_an_id_that_leads_to_two_schools_leads_nowhere() -> None:
    links = build_successors(events(("renumbered", A, B, "certain"), ("merged", A, C, "likely")), NO_DECISIONS)
    assert not links["is_followed"].any()
    assert links["reason"].str.contains("several schools").all()


def test_a_circle_is_not_followed() -> None:
    history = events(("renumbered", A, B, "certain"), ("renumbered", B, C, "certain"), ("renumbered", C, A, "certain"))
    assert followed(history) == set()
    assert followed(pd.concat([history, events(("renumbered", D, A, "certain"))], ignore_index=True)) == {(D, A)}


def test_people_decide() -> None:
    doubtful = events(("succeeded", A, B, "doubtful"))
    assert followed(doubtful, decided(("school_succeeds", B, A, "2019-10-01"))) == {(A, B)}
    assert followed(doubtful, decided(("schools_merged", B, A, "2019-10-01"))) == {(A, B)}
    certain = events(("renumbered", A, B, "certain"))
    assert followed(certain, decided(("not_same_school", B, A, "2019-10-01"))) == set()
    assert followed(certain, decided(("school_closed", A, None, "2019-10-01"))) == set()
    assert followed(certain, decided(("school_split", A, B, "2019-10-01"))) == set()


def test_the_newest_decision_counts() -> None:
    certain = events(("renumbered", A, B, "certain"))
    refused, restored = ("not_same_school", A, B, "2019-10-01"), ("school_succeeds", B, A, "2019-10-02")
    assert followed(certain, decided(refused, restored)) == {(A, B)}
    assert followed(certain, decided(restored, ("not_same_school", A, B, "2019-10-03"))) == set()


def standing(history: pd.DataFrame, present: list[str], year: str = "2018-19") -> dict[str, str]:
    return dict(stand_ins(build_successors(history, NO_DECISIONS), pd.Series(present, dtype="str"), year).ids)


CHAIN = events(("renumbered", A, B, "certain"), ("renumbered", B, C, "certain"))


def test_the_latest_number_that_the_directory_has_stands_in() -> None:
    assert standing(CHAIN, [C]) == {A: C, B: C}
    assert standing(CHAIN, [A, C]) == {A: C, B: C}
    assert standing(CHAIN, [B]) == {A: B, C: B}
    assert standing(CHAIN, [D]) == {}


def test_a_school_that_was_still_listed_in_the_year_is_itself() -> None:
    assert standing(events(("merged", A, B, "likely")), [A, B], "2016-17") == {}
    assert standing(events(("merged", A, B, "likely")), [A, B], "2017-18") == {A: B}


def test_a_school_that_took_in_others_is_not_found_under_their_numbers_backward() -> None:
    assert standing(events(("merged", A, B, "likely")), [A]) == {}


def directory(*rows: dict[str, object]) -> pd.DataFrame:
    usual = {
        "school_year": "2018-19", "state": "WA", "school_name": "Nestucca High School", "city": "Alderton", "zip": "98001",
        "street": "12 Mill Rd", "sector": "public", "is_operating": True, "directory_sources": "nces_ccd_029 2018-19",
    }  # fmt: skip
    return conform(pd.DataFrame([usual | row for row in rows]), "nces_schools")


def records(*given: str) -> pd.DataFrame:
    frame = pd.DataFrame({"record_id": [f"wa:f:{n}" for n in range(len(given))], "nces_school_id_given": given})
    frame = frame.assign(source="wa", school_year="2018-19", file="wa/f.csv", row=2, state="WA")
    return frame.reindex(columns=[*LOCATORS, *IDENTITY])


def test_a_record_with_the_old_number_counts_for_the_school() -> None:
    linked = link(records(A, D, B), directory({"nces_school_id": B}), StandIns({A: B}))
    assert linked["nces_school_id"].fillna("none").tolist() == [B, "none", B]
    assert linked["match_reason"].tolist() == ["successor", "not_found", "nces_id_given"]
    assert linked["nces_school_id_given"].tolist() == [A, D, B]
    assert A in linked.loc[0, "match_note"]
    assert B in linked.loc[0, "match_note"]


def test_a_school_that_an_older_file_lists_too_is_found_once() -> None:
    both = directory(
        {"nces_school_id": A, "state_school_id": "WA-1-1"}, {"nces_school_id": B, "state_school_id": "WA-1-1"}
    )
    by_state_id = records(A).assign(nces_school_id_given=None, state_school_id_given="WA-1-1")
    assert link(by_state_id, both, NONE)["match_reason"].tolist() == ["ambiguous"]
    assert link(by_state_id, both, StandIns({A: B}))["nces_school_id"].tolist() == [B]
    assert close_superseded(both, StandIns({A: B}))["is_operating"].tolist() == [False, True]


def earlier(**answers: str) -> pd.DataFrame:
    ids = {"a": A, "b": B, "c": C}
    frame = pd.DataFrame({"nces_school_id": [ids[k] for k in answers], "teaches_cs": list(answers.values())})
    return frame.assign(school_year="2017-18").astype("str")


def carried(answers: pd.DataFrame) -> dict[str, str]:
    told = carry_answers(answers, StandIns({A: B, C: B}))
    return dict(zip(told["nces_school_id"], told["teaches_cs"], strict=True))


def test_last_years_answer_follows() -> None:
    assert carried(earlier(a="Y")) == {B: "Y"}
    assert carried(earlier(a="Y", b="U")) == {B: "Y"}
    assert carried(earlier(a="Y", b="N")) == {B: "N"}
    assert carried(earlier(a="Y", c="Y")) == {B: "Y"}
    assert carried(earlier(a="Y", c="N")) == {}
    assert carry_answers(earlier(a="Y"), StandIns({A: B}))["earlier_nces_school_id"].tolist() == [A]


def twins(*rows: dict[str, object], stand: StandIns = NONE) -> list[tuple[str, ...]]:
    found = pair_duplicates(directory(*rows)[list(DUPLICATE_FACTS)], stand, "2018-19")
    columns = ["nces_school_id", "twin_nces_school_id", "twin_kind", "survivor_nces_school_id"]
    return [tuple(row) for row in found[columns].fillna("both").itertuples(index=False, name=None)]


def test_one_state_id_on_two_numbers() -> None:
    one, other = {"nces_school_id": A, "state_school_id": "WA-1-1"}, {"nces_school_id": B, "state_school_id": "WA-1-1"}
    elsewhere = {"street": "9 Bay St"}
    runs_not = other | elsewhere | {"is_operating": False}
    assert twins(one, runs_not) == [(A, B, "same_state_id", A)]
    older = one | elsewhere | {"directory_sources": "nces_ccd_129 2016-17"}
    assert twins(older, other) == [(A, B, "same_state_id", B)]
    assert twins(one, other | elsewhere) == [(A, B, "same_state_id", "both")]


def test_a_combined_campus_is_two_schools() -> None:
    low, high = {"grade_low": "06", "grade_high": "08"}, {"grade_low": "09", "grade_high": "12"}
    one = {"nces_school_id": A, "state_school_id": "ND-1-1", "school_name": "Elm Middle"} | low
    other = {"nces_school_id": B, "state_school_id": "ND-1-1", "school_name": "Elm High", "is_operating": False} | high
    assert twins(one, other) == [(A, B, "combined_campus", "both")]


def test_one_name_and_address() -> None:
    one, other = {"nces_school_id": A}, {"nces_school_id": B, "state_school_id": "WA-1-2"}
    assert twins(one, other | {"street": "12 MILL RD."}) == [(A, B, "same_name_and_address", B)]
    assert twins(one, other | {"street": "14 Mill Rd"}) == []
    assert twins(one, other | {"is_operating": False}) == []


def test_two_numbers_of_one_school_in_the_files_of_two_years() -> None:
    assert twins({"nces_school_id": A}, {"nces_school_id": B}, stand=StandIns({A: B})) == [
        (A, B, "same_school_two_years", B)
    ]


def test_a_doubtful_link_is_asked_about_when_a_record_waits_for_it() -> None:
    links = build_successors(events(("succeeded", A, B, "doubtful"), ("renumbered", C, D, "certain")), NO_DECISIONS)
    schools = directory({"nces_school_id": B, "school_name": "Nestucca Community"})
    linked = link(records(A), schools, NONE)
    cases = history_cases(links, linked, schools)
    assert cases[["nces_school_id_given", "subject", "records"]].to_numpy().tolist() == [[B, A, 1]]
    assert history_cases(links, linked.head(0), schools).empty


def test_an_id_that_may_be_another_schools_now_carries_no_answer_until_a_person_decides() -> None:
    told = events(("recycled_id", A, "", "doubtful")).assign(other_nces_school_ids=None, what_was="Old School, Mill Rd")
    links = build_successors(told, NO_DECISIONS)
    assert links[["predecessor_nces_school_id", "successor_nces_school_id", "is_followed"]].to_numpy().tolist() == [
        [A, A, False]
    ]
    assert "it was that of Old School, Mill Rd" in links["reason"].iloc[0]
    ids = pd.Series([A, B])

    def carried_by(decisions: pd.DataFrame, year: str = "2018-19") -> list[str]:
        stand = stand_ins(build_successors(told, decisions), ids, year)
        assert stand.ids == {}
        return carry_answers(earlier(a="Y", b="N"), stand)["nces_school_id"].tolist()

    assert carried_by(NO_DECISIONS) == [B]
    assert carried_by(decided(("school_succeeds", A, A, "2019-10-01"))) == [A, B]
    assert carried_by(decided(("not_same_school", A, A, "2019-10-01"))) == [B]
    both = decided(("school_succeeds", A, A, "2019-10-01"), ("not_same_school", A, A, "2019-11-01"))
    assert carried_by(both) == [B]
    assert carried_by(NO_DECISIONS, "2017-18") == [A, B], "before the list in which it is another school"


def test_a_given_out_id_is_asked_about() -> None:
    told = events(("recycled_id", A, "", "doubtful")).assign(other_nces_school_ids=None, what_was="Old School, Mill Rd")
    schools = directory({"nces_school_id": A, "school_name": "New School"})
    case = history_cases(build_successors(told, NO_DECISIONS), link(records(A), schools, NONE), schools).iloc[0]
    assert case["question"] == f'Please say whether "New School" is the school that had its NCES id before, {A}'
    assert "it was that of Old School, Mill Rd" in case["evidence"]
    assert pd.isna(case["candidates"]), "beside itself a school only agrees"
    assert case["records"] == 1
    asked = as_asked(identify(case.to_frame().T.infer_objects()), "2018-19").iloc[0]
    assert (asked["case_kind"], asked["choices"]) == ("recycled_id", "the same school|another school now")
    before = identify(case.to_frame().T.infer_objects().assign(case_kind="school_history")).iloc[0]
    assert before["case_id"] == asked["case_id"], "an answer that was given under the older kind holds on"


@pytest.mark.parametrize(("kind", "is_followed"), [("school_succeeds", True), ("not_same_school", False)])
def test_an_answer_on_a_given_out_id_settles_its_case(kind: str, is_followed: bool) -> None:
    told = events(("recycled_id", A, "", "doubtful")).assign(other_nces_school_ids=None, what_was="Old School, Mill Rd")
    schools = directory({"nces_school_id": A, "school_name": "New School"})
    links = build_successors(told, NO_DECISIONS)
    case = identify(history_cases(links, link(records(A), schools, NONE), schools)).iloc[0]
    answer = decided((kind, A, A, "2019-10-01")).assign(
        case_id=case["case_id"], evidence_hash=case["evidence_hash"], decided_by="R. Stewardly"
    )
    holding, outcomes = lives_that_hold(
        links, conform(pd.DataFrame(), "duplicate_schools"), schools, conform(answer, "decisions")
    )
    assert outcomes["decision_outcome"].tolist() == ["applied"]
    link_of = build_successors(told, holding[list(DECISION_COLUMNS)]).iloc[0]
    assert (link_of["confidence"], bool(link_of["is_followed"])) == ("decided", is_followed)
