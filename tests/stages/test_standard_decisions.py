"""Decisions: who, when, why, on what; a blank answer is an answer; nothing is taken out by a later file."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.standard.decisions import standardise_decisions
from pipelines.standard.split import unaccounted
from schemas.verdicts import Verdict
from tests.unit.received_by_hand import fate, fired, received_by_hand, source_of

SOUND = {
    "decision_id": "d1",
    "decision_kind": "verdict",
    "nces_school_id_given": "120009000067",
    "school_year": "2018-2019",
    "decided_value": "NO",
    "decided_by": "steward A",
    "decided_at": "2019-07-01 10:00",
    "reason": "the course ended",
    "evidence_hash": "abc",
}


def standardise(*rows, files=None, **options):
    received = received_by_hand("decisions", files or {"sheet.csv": list(rows)}, **options)
    result = standardise_decisions(received, source_of("decisions"), "2018-19")
    assert unaccounted(result.accounts).empty
    return result


def test_answers_are_codes_or_words_and_blank_is_no_answer():
    spoken = {
        **{v.value: v.value for v in Verdict},
        **{v.name: v.value for v in Verdict},
        "yes": "Y",
        "Historical Maybe": "HM",
    }
    schools = [{"decision_id": f"d{n}", "nces_school_id_given": f"1200090{n:05d}"} for n in range(1, len(spoken) + 2)]
    rows = [{**SOUND, **school, "decided_value": word} for school, word in zip(schools, [*spoken, ""], strict=True)]
    result = standardise(*rows)
    assert result.table["decided_value"].tolist()[:-1] == list(spoken.values())
    assert pd.isna(result.table["decided_value"].iloc[-1])
    assert result.findings.empty


CASES = [
    ({}, [], "kept"),
    ({"school_year": ""}, [], "kept"),
    ({"decision_kind": "Verdict"}, [], "kept"),
    ({"nces_school_id_given": "00326758"}, [], "kept"),
    ({"decided_by": ""}, ["C03"], "rejected"),
    ({"reason": ""}, ["C03"], "rejected"),
    ({"decided_at": ""}, ["C03"], "rejected"),
    ({"decided_at": "some day"}, ["C03"], "rejected"),
    ({"decision_kind": "match"}, ["C08"], "rejected"),
    ({"decision_kind": ""}, ["C08"], "rejected"),
    ({"decided_value": "PERHAPS"}, ["C08"], "rejected"),
    ({"nces_school_id_given": ""}, ["C09"], "rejected"),
    ({"nces_school_id_given": "12"}, ["C09", "D01"], "rejected"),
    ({"nces_school_id_given": "1.2E+11"}, ["C09", "D03"], "rejected"),
    ({"nces_school_id_given": "10000500871"}, ["D02"], "kept"),
    ({"nces_school_id_given": "326758"}, ["D09"], "kept"),
    ({"school_year": "2017"}, ["C05"], "rejected"),
    ({"school_year": "soon"}, ["C05"], "rejected"),
]


@pytest.fixture(scope="module")
def judged():
    schools = [{"decision_id": f"c{n}", "nces_school_id_given": f"1200090{n:05d}"} for n in range(1, len(CASES) + 1)]
    return standardise(*({**SOUND, **school, **change} for school, (change, _, _) in zip(schools, CASES, strict=True)))


@pytest.mark.parametrize("case", range(len(CASES)), ids=[str(change) for change, _, _ in CASES])
def test_rows_are_checked(judged, case):
    _, rules, became = CASES[case]
    assert fired(judged, case + 2) == rules
    assert fate(judged, case + 2) == became


def test_a_rejected_decision_says_what_to_do():
    rejected = standardise({**SOUND, "reason": ""}).rejects.iloc[0]
    assert (rejected["rule_ids"], rejected["fix"]) == ("C03", "complete the row")


def test_several_decisions_for_a_school_all_stay():
    rows = [{**SOUND, "decision_id": f"d{n}", "decided_value": v} for n, v in enumerate(("NO", "MAYBE", "YES"))]
    result = standardise(*rows)
    assert result.table["decided_value"].tolist() == ["N", "M", "Y"]
    assert result.findings["rule_id"].tolist() == ["C04"] * 3


def test_a_later_full_delivery_takes_no_decision_out():
    files = {"a.csv": [SOUND], "b.csv": [{**SOUND, "decision_id": "d2", "decided_value": "YES"}]}
    assert standardise(files=files, delivery="full").table["decision_id"].tolist() == ["d1", "d2"]


def test_a_decision_sent_twice_is_one():
    result = standardise(files={"a.csv": [SOUND], "b.csv": [SOUND]})
    assert result.table["file"].tolist() == ["decisions/2018-19/a.csv"]
    assert result.findings[["rule_id", "file"]].values.tolist() == [["S16", "decisions/2018-19/b.csv"]]


def test_one_id_for_different_decisions_is_rejected_on_every_row():
    result = standardise(SOUND, {**SOUND, "decided_value": "YES"}, SOUND, {**SOUND, "decision_id": "d2"})
    assert result.table["row"].tolist() == [5]
    assert result.rejects[["row", "rule_ids"]].values.tolist() == [[2, "C10"], [3, "C10"], [4, "C10"]]


def test_a_decision_without_an_id_gets_its_record_id():
    table = standardise({**SOUND, "decision_id": ""}).table
    assert table["decision_id"].tolist() == table["record_id"].tolist()


def test_words_of_the_predecessors_tests_are_in_the_yaml():
    values = source_of("decisions").layouts[-1].values["decided_value"]
    assert values == {"HISTORIC_YES": "HY", "HISTORIC_NO": "HN", "HISTORIC_MAYBE": "HM"}


ANSWER = {
    "case_id": "a" * 16,
    "case_kind": "not_found",
    "evidence_hash": "f" * 64,
    "answer": "none of these",
    "reason": "asked the district",
    "decided_by": "A",
    "decided_at": "2019-07-01",
    "reviewer_partner": "103",
    "partner_id": "103",
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"partner_id": "102"}, "partner 103 answers the cases of its own schools only"),
        ({"partner_id": "102", "reviewer_partner": "102"}, "partner 103 answers the cases of its own schools only"),
        ({"partner_id": ""}, "partner 103 answers the cases of its own schools only"),
        ({"case_kind": "unknown_course", "answer": "counts"}, "the stewards, and not partner 103, answer this"),
    ],
)
def test_a_partner_answers_its_own_cases_and_none_of_the_stewards(change, said):
    rows = [{**ANSWER, "case_id": digit * 16} for digit in "abc"]
    result = standardise({**ANSWER, "case_id": "d" * 16, **change}, *rows)
    told = result.findings[result.findings["rule_id"] == "C07"]
    assert told[["row", "expected"]].to_numpy().tolist() == ([[2, said]] if said else [])
    assert len(result.table) == (3 if said else 4)


def test_the_stewards_answer_everything():
    rows = [{**ANSWER, "reviewer_partner": "", "partner_id": one, "case_id": one[0] * 16} for one in ("102", "203")]
    assert standardise(*rows).findings.empty


UNDATED = {**{name: text for name, text in ANSWER.items() if name != "decided_at"}}


def test_a_worksheet_that_is_saved_again_says_nothing_new():
    again = {**UNDATED, "case_id": "b" * 16}
    result = standardise(files={"a.csv": [UNDATED], "b.csv": [again, UNDATED], "c.csv": [UNDATED]})
    assert result.table.sort_values("case_id")[["case_id", "decided_at"]].to_numpy().tolist() == [
        ["a" * 16, "2019-06-01"],
        ["b" * 16, "2019-06-01T00:00:01"],
    ]
    alone = standardise(files={"a.csv": [UNDATED]}).table
    assert set(alone["decision_id"]) < set(result.table["decision_id"]), "its name does not depend on what came after"


def test_who_changes_their_mind_twice_has_decided_three_times():
    other = {**UNDATED, "answer": "not a school"}
    files = {"a.csv": [UNDATED], "b.csv": [other], "c.csv": [UNDATED], "d.csv": [UNDATED]}
    table = standardise(files=files).table.sort_values("decided_at")
    assert table["decision_kind"].tolist() == ["record_is_none", "record_is_not_a_school", "record_is_none"]
    assert table["decision_id"].is_unique
    assert table["decision_id"].iloc[2] == table["decision_id"].iloc[0] + ".2"


def test_the_reviewer_is_kept_and_is_the_one_of_the_file():
    rows = [{**ANSWER, "case_id": digit * 16} for digit in "abc"]
    assert set(standardise(*rows).table["reviewer_partner"]) == {"103"}
    assert standardise({**ANSWER, "reviewer_partner": ""}).table["reviewer_partner"].isna().all()


EARLIER, LATER = "120009000066", "120009000067"


@pytest.mark.parametrize(
    ("kind", "earlier", "answer", "decision"),
    [
        ("school_history", EARLIER, f"{EARLIER} Old High", ("school_succeeds", LATER, EARLIER)),
        ("school_history", EARLIER, "merged into it", ("schools_merged", LATER, EARLIER)),
        ("school_history", EARLIER, "split off from it", ("school_split", EARLIER, LATER)),
        ("school_history", EARLIER, "closed without a successor", ("school_closed", EARLIER, None)),
        ("school_history", EARLIER, "not the same school", ("not_same_school", LATER, EARLIER)),
        ("recycled_id", "", "the same school", ("school_succeeds", LATER, LATER)),
        ("school_history", LATER, f"{LATER} the school that had it before", ("school_succeeds", LATER, LATER)),
        ("recycled_id", "", "Another school, now", ("not_same_school", LATER, LATER)),
    ],
)
def test_an_answer_on_the_life_of_a_school_names_both(kind, earlier, answer, decision):
    """The id of a case on a number given out anew is the school's that has it now: it cannot be closed by an answer."""
    case = {
        "case_id": "a" * 16,
        "case_kind": kind,
        "evidence_hash": "b" * 64,
        "candidates": earlier and f"{earlier} Old High",
    }
    row = SOUND | case | {"nces_school_id_given": LATER, "answer": answer, "decision_kind": "", "decided_value": ""}
    told = standardise(row).table.iloc[0]
    assert (told["decision_kind"], told["nces_school_id_given"]) == decision[:2]
    assert (told["other_nces_school_id"] if decision[2] else None) == decision[2]


def test_a_number_given_out_anew_closes_no_school():
    case = {"case_id": "a" * 16, "case_kind": "recycled_id"}
    row = SOUND | case | {"answer": "closed without a successor", "decision_kind": "", "decided_value": ""}
    result = standardise(row)
    assert fired(result, 2) == ["C08"]
    assert result.table.empty
