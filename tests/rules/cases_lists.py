"""Cases of the rules R, A and C: survey answers, ledgers, decisions."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from tests.rules.cases import Case, Together
from tests.rules.runners import (
    SCHOOL_CASE,
    Fired,
    answers,
    compared,
    linked,
    linked_codes,
    national,
    national_findings,
    schools,
    set_field,
    settled,
)
from tests.unit.reconciled_builder import World

ANSWER = {
    "form": "CensusYourSchool2017v7",
    "school_year": "2018",
    "role": "TEACHER",
    "submitter_email_address": "ada@school.example",
    "tell_us_more": "",
    "submitted_at": "2018-10-01 09:00:00 UTC",
    "nces_school_id_given": "120009000067",
    "how_many_20_hours": "SOME",
    "how_many_10_hours": "NONE",
    "topic_blocks": "true",
    "share_with_regional_partners": "true",
}
AP = {"ap_school_code": "010025", "ap_exam": "CSP"}
DECISION = {
    "decision_id": "d1",
    "decision_kind": "verdict_override",
    "nces_school_id_given": "120009000067",
    "school_year": "2018-2019",
    "decided_value": "NO",
    "decided_by": "steward A",
    "decided_at": "2019-07-01 10:00",
    "reason": "the course ended",
    "base_release": "2018.11.1",
    "value_before": "YES",
    "reviewer_region": "FL, GA",
}


@cache
def _sound(source: str) -> Fired:
    return national(source, {"survey": ANSWER, "ap_offerings": AP, "decisions": DECISION}[source])


said = Together(
    ANSWER, partial(national_findings, "survey"), lambda n: {"submitter_email_address": f"a{n}@school.example"}
).row


def ledger(**change: str) -> Case:
    return Case(lambda: national("ap_offerings", {**AP, **change}), lambda: _sound("ap_offerings"))


decided = Together(
    DECISION,
    partial(national_findings, "decisions"),
    lambda n: {"decision_id": f"d{n}", "nces_school_id_given": f"12000900{n + 67:04d}"},
).row


def _by_one_person(many: int) -> Fired:
    return national("survey", *({**ANSWER, "nces_school_id_given": f"12000900{n + 10:04d}"} for n in range(many)))


def _in_an_hour(many: int) -> Fired:
    rows = [{**ANSWER, "submitter_email_address": f"a{n}@school.example"} for n in range(many)]
    return national("survey", *rows)


def _codes(*ids: str) -> Fired:
    return national("ap_school_codes", *({"ap_school_code": "110025", "nces_school_id_given": one} for one in ids))


def _paired(*pairs: tuple[str, str]) -> Fired:
    """A crosswalk that gives one code in several exam years."""
    rows = ({"ap_school_code": "110025", "exam_year": year, "nces_school_id_given": one} for year, one in pairs)
    return national("ap_school_codes", *rows)


def _teachers(*says: bool) -> Fired:
    world = World()
    for one in says:
        world.teacher(one)
    return answers(world)


def _elementary(**more: Any) -> Fired:
    record = {"nces_school_id_given": "120009000067", "how_many_20_hours": "SOME", **more}
    small = schools({"grade_levels": "el____", "offers_high": False, "offers_k8": True})
    return compared(record, among=small, source="survey")


CASES: dict[str, Case] = {
    "R01": said(submitter_email_address="ada at school"),
    "R02": said(role="PRINCIPAL"),
    "R03": said(how_many_20_hours="MANY"),
    "R04": said(submitted_at="2021-10-01 09:00:00"),
    "R05": Case(
        lambda: linked({"school_name": "Nowhere High", "city": "Tampa"}, source="survey"),
        lambda: linked({"school_name": "Kestrel High", "city": "Tampa"}, source="survey"),
    ),
    "R06": said(submitter_email_address="ada@gmail.com"),
    "R07": Case(lambda: national("survey", ANSWER, {**ANSWER, "submitted_at": "2018-11-01"}), lambda: _sound("survey")),
    "R08": Case(lambda: _by_one_person(6), lambda: _by_one_person(5)),
    "R09": Case(lambda: _in_an_hour(21), lambda: _in_an_hour(20)),
    "R10": said(how_many_20_hours="ALL", topic_blocks=""),
    "R11": said(topic_do_not_know="true"),
    "R12": said(how_many_20_hours="NONE", tell_us_more="our robotics class meets daily"),
    "R13": Case(lambda: _teachers(True, False), lambda: _teachers(True, True)),
    "R14": Case(
        lambda: linked(
            {"nces_school_id_given": "120009000067"}, among=schools({"is_operating": False}), source="survey"
        ),
        lambda: linked({"nces_school_id_given": "120009000067"}, source="survey"),
    ),
    "R15": Case(_elementary, lambda: _elementary(how_many_10_hours="SOME")),
    "R16": Case(
        lambda: national("survey", ANSWER, {**ANSWER, "share_with_regional_partners": ""}),
        lambda: _sound("survey"),
    ),
    "R17": said(tell_us_more="call me: 555-010-0199"),
    "R18": said(nces_school_id_given=""),
    "A01": ledger(ap_school_code="10025"),
    "A02": ledger(ap_school_code="000000"),
    "A03": Case(lambda: linked_codes("010025", "010026"), lambda: linked_codes("010025", "010025")),
    "A04": ledger(ap_exam="CSX"),
    "A05": Case(
        lambda: national("teals", {"school_name": "Kestrel High", "country": "Canada"}),
        lambda: national("teals", {"school_name": "Kestrel High", "country": "USA"}),
    ),
    "A06": Case(lambda: _codes("120009000067", "120009000068"), lambda: _codes("120009000067")),
    "A07": ledger(ledger_year="2017-18"),
    "A08": Case(
        lambda: _paired(("2018", "120009000067"), ("2019", "120009000068")),
        lambda: _paired(("2018", "120009000067"), ("2019", "120009000067")),
    ),
    "C01": decided(base_release="the last one"),
    "C02": decided(value_before="NO"),
    "C03": decided(reason=""),
    "C04": Case(
        lambda: national("decisions", DECISION, {**DECISION, "decision_id": "d2", "decided_value": "MAYBE"}),
        lambda: _sound("decisions"),
    ),
    "C05": decided(school_year="2017"),
    "C06": Case(
        lambda: settled(World().ap().override("N")),
        lambda: settled(World().ap().override("N").override("N", decided_by="another steward")),
    ),
    "C11": decided(case_id="0123456789abcdef", case_kind="unknown_course", answer="counts"),
    "C12": Case(lambda: set_field("120009009999"), lambda: set_field("120009000067")),
    "C13": Case(
        lambda: settled(
            World().teacher(True).teacher(False).override("Y", case_id=SCHOOL_CASE, evidence_hash="0" * 64)
        ),
        lambda: settled(World().teacher(True).teacher(False).override("Y")),
    ),
    "C14": decided(decision_kind="school_field", field="nces_school_id", new_value="120009000068"),
    "C07": decided(reviewer_region="TX"),
    "C08": decided(decided_value="PERHAPS"),
    "C09": decided(nces_school_id_given=""),
    "C10": Case(
        lambda: national("decisions", DECISION, {**DECISION, "decided_value": "MAYBE"}),
        lambda: _sound("decisions"),
    ),
}
