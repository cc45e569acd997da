"""What each kind of evidence says, why, and where it stands: the state's silence, words and pointers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from pipelines.reconciled.pointers import point_at
from pipelines.reconciled.school_cs_access import Reconciled, reconcile
from pipelines.reconciled.signals import join_signals, make_signals
from pipelines.shared.pandera_bridge import require_valid
from pipelines.shared.school_year import shift
from schemas.tables import table
from tests.unit.reconciled_builder import (
    CENSUS,
    OTHER,
    SCHOOL,
    UNLINKED,
    YEAR,
    World,
    answer,
    run_together,
    told,
)

Build = Callable[[World], World]

# What a state's silence means: facts, expected verdict, a part of why (null: no row of state evidence).
SILENCE: dict[str, tuple[Build, str, str | None]] = {
    "complete file": (lambda w: w.state_reported(), "N", "is complete and does not list this school"),
    "no file": (lambda w: w, "U", None),
    "supplement": (lambda w: w.state_reported(delivery="supplement"), "U", "sent only supplement"),
    "changes": (lambda w: w.state_reported(delivery="changes"), "U", "sent only changes"),
    "full and supplement": (lambda w: w.state_reported().file(delivery="supplement"), "N", "is complete"),
    "refused file": (lambda w: w.school(w.other).file(status="refused").course(w.other), "U", None),
    "superseded by another full file": (lambda w: w.state_reported().file(status="superseded"), "N", "is complete"),
    "borrowed from another year": (lambda w: w.school(w.other).file(file_year="2019-20").course(w.other), "U", None),
    "no row led to a school": (lambda w: w.file().course(UNLINKED), "U", "led to a school"),
    "grades unknown": (lambda w: w.state_reported().school(offers_high=None), "U", None),
    "no high school grades": (lambda w: w.state_reported().school(offers_high=False), "U", None),
    "no state id": (lambda w: w.state_reported().school(state_school_id=None), "U", None),
    "closed": (lambda w: w.state_reported().school(is_operating=False), "U", None),
    "status unknown": (lambda w: w.state_reported().school(is_operating=None), "N", "is complete"),
    "course waits for review": (lambda w: w.state_reported().course(counts="review"), "U", "must be reviewed first"),
    "course waits beside one that counts": (lambda w: w.course(counts="review").course(), "Y", "lists 1 computer"),
    "course does not count": (lambda w: w.state_reported().course(counts="does_not_count"), "N", "none of which"),
    "does not count, supplement only": (
        lambda w: w.file(delivery="supplement").course(counts="does_not_count"),
        "U",
        "sent only supplement",
    ),
    "does not count, no high school": (
        lambda w: w.state_reported().school(offers_high=False).course(counts="does_not_count"),
        "U",
        "only for operating high schools",
    ),
    "counts at any grade": (lambda w: w.school(offers_high=False).course(), "Y", "lists 1 computer science course"),
    "row with its own state id, not linked": (
        lambda w: w.state_reported().course(UNLINKED, state_school_id_given=f"{w.state}-01-0001"),
        "U",
        "must be reviewed first",
    ),
    "row with its own NCES id, not linked": (
        lambda w: w.state_reported().course(UNLINKED, nces_school_id_given=w.me),
        "U",
        "must be reviewed first",
    ),
    "unlinked row of a course that does not count": (
        lambda w: w.state_reported().course(UNLINKED, nces_school_id_given=w.me, counts="does_not_count"),
        "N",
        "is complete",
    ),
    "unlinked row with another id": (
        lambda w: w.state_reported().course(UNLINKED, nces_school_id_given="019999999999"),
        "N",
        "is complete",
    ),
}


@pytest.fixture(scope="module")
def silences() -> tuple[dict[str, World], Reconciled]:
    worlds = {name: World(number=n) for n, name in enumerate(SILENCE, start=1)}
    for name, (build, _, _) in SILENCE.items():
        build(worlds[name])
    return worlds, run_together(worlds.values())


@pytest.mark.parametrize("case", SILENCE)
def test_state_silence(case: str, silences: tuple[dict[str, World], Reconciled]) -> None:
    worlds, result = silences
    _, expected, part = SILENCE[case]
    assert answer(result, worlds[case].me) == expected
    rows = told(result, worlds[case].me)
    assert ("state_offering" in rows.index) == (part is not None)
    if part is not None:
        row = rows.loc["state_offering"]
        assert part in row["why"]
        assert row["is_used"] == (expected != "U")


def test_tables_are_as_declared(silences: tuple[dict[str, World], Reconciled]) -> None:
    for name in ("evidence", "school_cs_access", "review_table"):
        require_valid(getattr(silences[1], name), table(name))


def test_hawaii_supplement_of_two_rows() -> None:
    """HI 2018-19.2 held two rows; the predecessor then took every other high school of Hawaii as No (defect 12)."""
    world = World("2018-19").file("HI", "supplement")
    schools = [f"15000000000{n}" for n in range(1, 6)]
    for nces in schools:
        world.school(nces, "HI")
    for nces in schools[:2]:
        world.course(nces, "HI", course_code=None)
    result = world.school(state="HI").run()
    assert [answer(result, nces) for nces in schools] == ["Y", "Y", "U", "U", "U"]
    why = told(result, schools[4]).loc["state_offering", "why"]
    assert why == (
        "Hawaii's course file does not list this school; no answer is taken from that: "
        "Hawaii sent only supplement for 2018-19, not a complete file"
    )


def test_exclusion_of_a_state_leaves_its_complete_years_alone() -> None:
    """Defect 13: an exclusion by state hit years that were complete. Michigan sent only changed schools in 2021-22."""
    assert {year: answer(World(year).state_reported("MI").run()) for year in ("2020-21", "2021-22")} == {
        "2020-21": "N",
        "2021-22": "U",
    }


def test_words_name_file_and_rows() -> None:
    result = World("2018-19").school(state="FL").course(state="FL").course(state="FL").override("N", "2019-09-01").run()
    row = told(result).loc["state_offering"]
    assert row["why"] == (
        "Florida's course file lists 2 computer science courses (fl/2018-19/fl.csv rows 2, 3); "
        "not used: a decision of 2019-09-01 comes first"
    )
    assert row["pointer"] == "fl/2018-19/fl.csv#2 | fl/2018-19/fl.csv#3"
    assert told(result).loc["overrides", "why"] == (
        "A decision of 2019-09-01 says N (limited or no computer science) (decisions/2018-19/decisions.csv row 4)"
    )


def test_a_pointer_names_at_most_five_rows() -> None:
    rows = [
        (7, "fl", "b.csv", 9),
        *[(7, "fl", "a.csv", n) for n in (12, 3, 5, 4)],
        (7, "ga", "c.csv", 2),
        (8, "fl", "b.csv", 1),
    ]
    records = pd.DataFrame(rows, columns=["school", "source", "file", "row"]).astype({"row": "Int64"})
    found = point_at(records)
    assert found.loc[7, "pointer"] == "a.csv#3 | a.csv#4 | a.csv#5 | a.csv#12 | b.csv#9"
    assert found.loc[7, "places"] == "a.csv rows 3, 4, 5, 12; b.csv row 9 and 1 more"
    assert found.loc[7, "source"] == "fl|ga"
    assert (found.loc[8, "places"], found.loc[8, "records"]) == ("b.csv row 1", 1)
    assert point_at(records.sample(frac=1, random_state=1)).equals(found)


def test_a_kind_that_speaks_twice_is_our_defect() -> None:
    twice = make_signals("ap", "2020-21", pd.DataFrame({"school": [1, 1]}))
    with pytest.raises(ValueError, match="ap evidence speaks twice for one school"):
        join_signals([twice])


def test_survey_groups_and_empty_answers() -> None:
    """An administrator counts with the teachers, a student with the others, and "I don't know" is no answer (4.1)."""
    world = World().survey("ADMINISTRATOR", how_many_20_hours="NONE").survey("STUDENT", how_many_20_hours="NONE")
    world.survey("TEACHER", how_many_20_hours="I DON'T KNOW").survey("PARENT").survey("TEACHER", UNLINKED)
    rows = told(world.run())
    assert rows["records_no"].to_dict() == {"consistent_teacher_surveys": 1, "non_teacher_surveys": 1}
    assert rows.loc["consistent_teacher_surveys", "why"].startswith(
        "1 survey answer from teachers or administrators says no"
    )


def test_mixed_school_ignores_ten_hours_alone() -> None:
    mixed = World().school(offers_k8=True).survey(how_many_10_hours="SOME")
    assert answer(mixed.run()) == "U"
    assert answer(mixed.survey(how_many_10_hours="SOME", how_many_20_hours="NONE").run()) == "Y"


def test_a_record_without_a_school_is_no_evidence() -> None:
    result = (
        World().ap(UNLINKED).ib(UNLINKED).course(UNLINKED).survey("TEACHER", UNLINKED, how_many_20_hours="ALL").run()
    )
    assert result.evidence.empty
    assert answer(result) == "U"
    assert result.review_table["why"].tolist() == ["No source speaks of this school"]


def test_a_decision_without_a_school_is_a_finding() -> None:
    world = World().override("N")
    lost = {**world.rows["decisions"][0], "record_id": "elsewhere", "decision_id": "d9"}
    world.rows["decisions"].append({**lost, "nces_school_id_given": "019999999999"})
    findings = world.run().findings
    assert findings[["rule_id", "value"]].to_numpy().tolist() == [["C09", "019999999999"]]
    assert World().override("N").run().findings.empty


def test_evidence_year_and_grades_year() -> None:
    row = World().school(grades_year="2015-16").before(y2="Y").run().school_cs_access.iloc[0]
    assert (row["teaches_cs"], row["evidence_year"], row["grades_year"]) == ("HY", "2018-19", "2015-16")


REPORT: dict[str, tuple[dict[str, object], str | None]] = {
    "in the report": ({}, None),
    "charter": ({"sector": "charter"}, None),
    "special education stays": ({"school_type": "special_education"}, None),
    "status unknown": ({"is_operating": None}, None),
    "private": ({"sector": "private", "state": "PR"}, "private school"),
    "Puerto Rico": ({"state": "PR", "is_operating": False}, "outside the 50 states and DC"),
    "Bureau of Indian Education": ({"state": "BI"}, "outside the 50 states and DC"),
    "closed": ({"is_operating": False, "offers_high": None}, "closed, inactive or future"),
    "grades unknown": ({"offers_high": None}, "grades not known"),
    "no high school grades": ({"offers_high": False}, "no grades 9-12"),
}


def test_who_is_in_the_access_report() -> None:
    worlds = [World(number=n).school(**{"state": "DC", **facts}) for n, (facts, _) in enumerate(REPORT.values(), 1)]
    rows = run_together(worlds).school_cs_access.set_index("nces_school_id")
    found = {name: rows.loc[world.me, "excluded_reason"] for name, world in zip(REPORT, worlds, strict=True)}
    assert {name: None if pd.isna(reason) else reason for name, reason in found.items()} == {
        name: reason for name, (_, reason) in REPORT.items()
    }
    assert (rows["in_access_report"] == rows["excluded_reason"].isna()).all()


def test_an_excluded_school_and_an_excluded_type() -> None:
    result = World().override("E").run()
    assert result.school_cs_access["excluded_reason"].tolist() == ["left out by a decision"]
    report = CENSUS.access_report.model_copy(update={"exclude_school_types": ("special_education",)})
    policy = CENSUS.model_copy(update={"access_report": report})
    rows = World().school(school_type="special_education").run(policy).school_cs_access
    assert rows["excluded_reason"].tolist() == ["special education school"]


def test_contradicting_tables_are_refused() -> None:
    world = World().ap()
    world.rows["linked_records"][0]["nces_school_id"] = OTHER
    with pytest.raises(ValueError, match="leads 1 records to schools that nces_schools"):
        world.run()
    with pytest.raises(ValueError, match="holds 1 ids twice"):
        World().school(SCHOOL).school(SCHOOL).run()
    unasked = World().ap()
    unasked.rows["linked_records"].clear()
    with pytest.raises(ValueError, match="ap_offerings holds 1 records that linked_records does not have"):
        unasked.run()
    late = World().ap()
    late.rows["ap_offerings"][0]["school_year"] = "2019-20"
    with pytest.raises(ValueError, match="ap_offerings holds rows of 2019-20, but 2020-21 is reconciled"):
        late.run()


@pytest.mark.parametrize(("layout", "says_no"), [("answers", True), ("list", False)])
def test_where_a_file_may_say_no_its_silence_is_not_called_missing(layout: str, says_no: bool) -> None:
    """Rows that answer no are excluded (S12, S30), so the file may well list the school."""
    world = World().school(OTHER).file(layout=layout).course(OTHER)
    result = reconcile(replace(world.inputs(), answering=frozenset({("ak", "answers")})), CENSUS)
    why = told(result).loc["state_offering", "why"]
    assert ("offers no course at this school: it says no, or does not list it" in why) == says_no
    assert ("does not list this school" in why) != says_no
    assert answer(result) == "N"


def test_evidence_of_the_year_says_its_year() -> None:
    """History alone speaks of another year."""
    rows = told(World().teacher(True).course().ap().before(y1="Y").run())
    years = rows["evidence_year"].fillna("").to_dict()
    assert {years[label] for label in ("consistent_teacher_surveys", "state_offering", "offers_ap")} == {YEAR}
    assert years["last_years_summary"] == shift(YEAR, -1)


def test_a_school_that_is_not_asked_about_hears_why() -> None:
    world = World().school(state_school_id=None).file().course(counts="does_not_count")
    why = told(world.run()).loc["state_offering", "why"]
    assert (
        why.endswith(
            "; no answer is taken from that: No is inferred only for operating high schools that have a state id"
        )
        or "No is inferred only for operating high schools that have a state id" in why
    )
