"""Tests of the causes: each change of what a release was made from is told as the cause of what it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pytest

from pipelines.published.cause_clues import count_moved_links
from pipelines.published.causes import CAUSES, count_causes, explain_changes
from pipelines.published.diff import diff_releases
from pipelines.published.provenance import KEPT, Provenance, keep, read_provenance, write_provenance
from pipelines.shared.findings import conform
from tests.unit.published_builder import schools

YEAR, LAST = "2018-19", "2017-18"
SCHOOL = "120001000000"
OLD, NEW = "fl/2018-19/a.csv", "fl/2018-19/b.csv"


@dataclass
class State:
    """One side of a comparison: schools, evidence and what they were made from, small and easily changed."""

    access: pd.DataFrame = field(default_factory=lambda: schools(YEAR, "Y N"))
    evidence: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    directory: list[dict[str, Any]] = field(default_factory=list)
    successors: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=lambda: {"code": "1", "declared": {}, "policies": {YEAR: "p"}})

    def says(self, code: str, kind: str = "state", *, file: str = OLD, label: str = "", **more: Any) -> State:
        """The school's answer, and the evidence that gives it."""
        self.access.loc[self.access["nces_school_id"] == SCHOOL, "teaches_cs"] = code
        row = {
            "nces_school_id": SCHOOL,
            "school_year": YEAR,
            "label": label or kind,
            "evidence_kind": kind,
            "says": code,
        }
        pointer = f"{file}#3" if file else None
        self.evidence.append({**row, "is_used": True, "source": "fl", "pointer": pointer, **more})
        return self

    def file(self, file: str = OLD, status: str = "accepted", source: str = "fl", **more: Any) -> State:
        row = {"source": source, "school_year": YEAR, "file": file, "sha256": file, "received_on": "2019-10-01"}
        self.files.append({**row, "file_status": status, **more})
        return self

    def link(self, school: str | None = SCHOOL, row: int = 3, file: str = OLD) -> State:
        self.links.append({"source": "fl", "school_year": YEAR, "file": file, "row": row, "nces_school_id": school})
        return self

    def decision(self, number: str = "D-1", school: str | None = SCHOOL, **more: Any) -> State:
        row = {"decision_id": number, "decision_kind": "verdict_override", "school_year": YEAR, "source": "decisions"}
        given = {"nces_school_id_given": school, "decided_by": "Ana Diaz", "decided_at": "2019-11-02 10:00:00"}
        self.decisions.append({**row, "file": "decisions/d.csv", "row": 2, **given, **more})
        return self

    def school(self, nces: str = SCHOOL, **more: Any) -> State:
        self.directory.append({"nces_school_id": nces, "school_year": YEAR, "state": "FL", **more})
        return self

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        return {"school_cs_access": self.access, "evidence": conform(pd.DataFrame(self.evidence), "evidence")}

    @property
    def provenance(self) -> Provenance:
        return Provenance(**{n: keep(pd.DataFrame(getattr(self, n)), n) for n in KEPT}, facts=self.facts)


def causes(was: State, now: State, *, known: bool = True) -> pd.DataFrame:
    diff = diff_releases(was.frames, now.frames)
    return explain_changes(diff, was.frames, now.frames, was.provenance if known else None, now.provenance)


def only(was: State, now: State) -> tuple[str, str, str]:
    found = causes(was, now)
    assert len(found) == 1, found
    return tuple(found.iloc[0][["cause", "detail", "by"]])


ANSWERS: dict[str, tuple[Callable[[State], State], str, str]] = {
    "a new file says otherwise": (
        lambda now: now.says("N", file=NEW).file(status="superseded").file(NEW, received_on="2019-11-01"),
        "new_file", f"{NEW}, received 2019-11-01",
    ),
    "a new file no longer lists it": (
        lambda now: now.says("U", file="").file(status="superseded").file(NEW),
        "withdrawn_row", f"{NEW} has no such row; {OLD} had",
    ),
    "its file was refused": (lambda now: now.says("U", file="").file(status="refused"), "file_gone", f"{OLD} is refused"),
    "its file is not there": (lambda now: now.says("U", file=""), "file_gone", f"{OLD} is no longer received"),
    "a decision": (
        lambda now: now.says("N", "override", file="decisions/d.csv").file().link().decision(),
        "decision", "verdict override of 2019-11-02",
    ),
    "its record leads elsewhere": (
        lambda now: now.says("N", file="").file().link("120001000001"),
        "link_moved", f"{OLD} row 3 now leads to 120001000001",
    ),
    "its record leads elsewhere by a decision": (
        lambda now: now.says("N", file="").file().link("120001000001").decision(decision_kind="record_is_school"),
        "decision", "record is school of 2019-11-02",
    ),
    "its source is held back": (
        lambda now: now.says("U", file="").file().link().school(offers_high=True).file("decisions/d.csv", source="decisions")
        .decision(school=None, decision_kind="source_hold", about_source="fl"),
        "decision", "source hold of 2019-11-02",
    ),
    "a course of its source is judged by an answer to a case": (
        lambda now: now.says("N").file().link().school(offers_high=True)
        .decision(school=None, decision_kind="course_does_not_count"),
        "decision", "course does not count of 2019-11-02",
    ),
    "another source is held back": (
        lambda now: replace(now.says("N").file().link().school(offers_high=True)
        .decision(school=None, decision_kind="source_hold", about_source="ga"), facts={**now.facts, "code": "2"}),
        "code", "version 2",
    ),
    "the directory says otherwise": (
        lambda now: now.says("N", file="").file().link().school(offers_high=False),
        "school_changed", "high school grades",
    ),
    "another policy": (
        lambda now: replace(now.says("N").file().link().school(offers_high=True), facts={**now.facts, "policies": {YEAR: "q"}}),
        "policy", "q instead of p",
    ),
    "a policy that was changed": (
        lambda now: replace(now.says("N").file().link().school(offers_high=True), facts={**now.facts, "declared": {"policies/p.yml": "2"}}),
        "policy", "p was changed",
    ),
    "the list of courses": (
        lambda now: replace(now.says("N").file().link().school(offers_high=True), facts={**now.facts, "declared": {"courses/fl.csv": "2"}}),
        "declaration", "schemas/courses/fl.csv",
    ),
    "the list of courses of another state, and a shared one": (
        lambda now: replace(now.says("N").file().link().school(offers_high=True), facts={**now.facts, "declared": {"courses/ga.csv": "2", "thresholds.yml": "2"}}),
        "declaration", "schemas/thresholds.yml",
    ),
    "other code": (
        lambda now: replace(now.says("N").file().link().school(offers_high=True), facts={**now.facts, "code": "2"}),
        "code", "version 2",
    ),
    "a list of codes of another source": (
        lambda now: now.says("N").file().link().school(offers_high=True).file("codes/c.csv", source="codes"),
        "new_file", "codes/c.csv, received 2019-10-01",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_changes_because_of(name: str) -> None:
    change, cause, detail = ANSWERS[name]
    was = State().says("Y").file().link().school(offers_high=True)
    assert only(was, change(State()))[:2] == (cause, detail)


def test_who_decided_is_told_apart() -> None:
    was = State().says("Y").file().link()
    cause, detail, by = only(was, State().says("N", "override", file="d").file().link().decision())
    assert (cause, by) == ("decision", "Ana Diaz")
    assert "Ana" not in detail


def test_a_decision_that_holds_no_longer() -> None:
    was = State().says("N", "override", file="d").file().decision()
    assert only(was, State().says("Y").file())[:2] == (
        "decision",
        "verdict override of 2019-11-02, which holds no longer",
    )


def test_the_evidence_that_gives_the_answer_is_asked_and_no_other() -> None:
    """A survey that says something new, but is not asked, is not the cause; nor is a new file of another source."""
    silent = {"kind": "teacher_survey", "is_used": False, "source": "survey", "file": "survey/s.csv"}
    was = State().says("Y").file().link()
    now = State().says("N", **silent).says("N", file=NEW).file(status="superseded").file(NEW)
    now.file("survey/s.csv", source="survey")
    assert only(was, now)[1].startswith(NEW)


def test_an_answer_that_rests_on_an_earlier_year_has_its_cause() -> None:
    def side(code: str, history: str, file: str) -> State:
        both = pd.concat([schools(LAST, "Y"), schools(YEAR, "Y")], ignore_index=True)
        both["teaches_cs"] = [code, history]
        state = State(access=both).file(OLD, school_year=LAST, status="accepted" if file == OLD else "superseded")
        state = state if file == OLD else state.file(NEW, school_year=LAST)
        row = {"nces_school_id": SCHOOL, "is_used": True}
        state.evidence = [
            {
                **row,
                "school_year": LAST,
                "label": "s",
                "evidence_kind": "state",
                "says": code,
                "source": "fl",
                "pointer": f"{file}#3",
            },
            {
                **row,
                "school_year": YEAR,
                "label": "h",
                "evidence_kind": "last_year",
                "says": history,
                "evidence_year": LAST,
            },
        ]
        return state

    found = causes(side("Y", "HY", OLD), side("N", "HN", NEW)).set_index("school_year")
    assert found.loc[LAST, "cause"] == found.loc[YEAR, "cause"] == "new_file"
    assert found.loc[YEAR, "detail"] == f"through the answer of {LAST}: {NEW}, received 2019-10-01"


def test_history_that_is_no_longer_in_the_data() -> None:
    used = {"kind": "last_year", "evidence_year": LAST, "file": "", "source": None}
    was = State().says("HY", **used)
    was.access = pd.concat([was.access, schools(LAST, "Y")])
    found = causes(was, State(access=schools(YEAR, "U N"))).set_index("change")
    assert found.loc["answer", "cause"] == "history_expired"
    assert found.loc["year gone", "cause"] == "year_gone"


def schools_of(*ids: str) -> pd.DataFrame:
    frame = schools(YEAR, " ".join("Y" * len(ids)))
    return frame.assign(nces_school_id=pd.Series(ids, dtype="str"))


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        ({"status": "new"}, "school_opened"),
        ({"status": "open"}, "unexplained"),
    ],
)
def test_a_school_that_comes(facts: dict[str, Any], cause: str) -> None:
    was = State(access=schools_of("A" * 12)).school("A" * 12)
    now = State(access=schools_of("A" * 12, "B" * 12)).school("A" * 12).school("B" * 12, **facts)
    assert only(was, now)[0] == cause


@pytest.mark.parametrize(
    ("status", "files", "cause"),
    [("closed", [], "school_closed"), ("open", [NEW], "withdrawn_row"), ("open", [], "unexplained")],
)
def test_a_school_that_goes(status: str, files: list[str], cause: str) -> None:
    was = State(access=schools_of("A" * 12, "B" * 12)).school("A" * 12).school("B" * 12, status=status)
    now = State(access=schools_of("A" * 12)).school("A" * 12)
    for file in files:
        now.file(file, source="nces_ccd_029")
    assert only(was, now)[0] == cause


def test_a_school_with_another_id_is_renumbered_and_not_gone() -> None:
    was = State(access=schools_of("A" * 12)).school("A" * 12, state_school_id="FL-1-1", status="closed")
    now = State(access=schools_of("B" * 12)).school("B" * 12, state_school_id="FL-1-1", status="new")
    found = causes(was, now)
    assert set(found["cause"]) == {"school_renumbered"}
    assert set(found["detail"]) == {f"{'A' * 12} is {'B' * 12} now"}


def test_a_school_that_another_came_after_is_not_merely_gone() -> None:
    was = State(access=schools_of("A" * 12, "C" * 12)).school("A" * 12, status="closed").school("C" * 12)
    now = State(access=schools_of("C" * 12)).school("C" * 12)
    now.successors = [
        {"predecessor_nces_school_id": "A" * 12, "successor_nces_school_id": "C" * 12, "event_kind": "merged"}
    ]
    gone = causes(was, now).set_index("change").loc["gone"]
    assert (gone["cause"], gone["detail"]) == ("school_renumbered", f"{'A' * 12} is {'C' * 12} now (merged)")


@pytest.mark.parametrize("column", ["school_name", "city"])
def test_a_name_or_place_comes_from_the_directory_or_a_decision(column: str) -> None:
    def side(value: str) -> State:
        state = State().says("Y").file()
        state.access[column] = value
        return state

    now = side("B").file("nces/n.csv", source="nces_ccd_029")
    assert set(causes(side("A"), now)["cause"]) == {"new_file"}
    assert set(causes(side("A"), side("B").decision(decision_kind="school_field"))["cause"].iloc[:1]) == {"decision"}


@pytest.mark.parametrize(
    ("was", "now", "kind", "cause"),
    [
        ("Y", "Y", "state", "new_year"),
        ("Y", "N", "state", "new_file"),
        ("Y", "HY", "last_year", "no_new_evidence"),
        ("HY", "U", "", "history_expired"),
        ("Y", "N", "override", "decision"),
    ],
)
def test_a_new_school_year(was: str, now: str, kind: str, cause: str) -> None:
    before = State(access=schools(LAST, was))
    both = pd.concat([schools(LAST, was), schools(YEAR, now)], ignore_index=True)
    after = State(access=both)
    if kind:
        row = {"nces_school_id": SCHOOL, "school_year": YEAR, "label": kind, "evidence_kind": kind, "says": now}
        after.evidence = [{**row, "is_used": True, "pointer": f"{OLD}#3", "evidence_year": YEAR}]
    if kind == "override":
        after.decision()
    assert only(before, after)[0] == cause


def test_the_first_release_and_one_that_does_not_say_what_it_was_made_from() -> None:
    now = State().says("N").file()
    first = explain_changes(diff_releases(None, now.frames), None, now.frames, None, now.provenance)
    assert set(first["cause"]) == {"first_release"}
    assert set(causes(State().says("Y").file(), now, known=False)["cause"]) == {"unexplained"}


def test_every_change_has_a_cause_that_is_declared() -> None:
    was = State(access=schools(YEAR, "Y N M U E Y Y"))
    now = State(access=schools(YEAR, "N Y U Y U E").tail(5))
    now.access["school_name"] += "!"
    found = causes(was, now)
    assert len(found) > 10
    assert found["cause"].isin(list(CAUSES)).all()
    assert count_causes(found)["changes"].sum() == len(found)


def test_links_that_moved_are_counted_by_state() -> None:
    was = State().link().link("120001000001", row=4).link(None, row=5).school().school("120001000001")
    now = State().link().link(None, row=4).link(SCHOOL, row=5).link(SCHOOL, row=6).school().school("120001000001")
    found = count_moved_links(was.provenance, now.provenance)
    assert found.to_dict("records") == [{"state": "FL", "school_year": YEAR, "links_moved": 2}]
    assert count_moved_links(None, now.provenance).empty


def test_provenance_is_read_back_as_it_was(tmp_path) -> None:
    state = State().says("Y").file().link().decision().school(is_operating=True)
    kept = state.provenance
    write_provenance(tmp_path, "2026.11.1", kept)
    folder = write_provenance(tmp_path, "2026.11.1", kept)
    first = {p.name: p.read_bytes() for p in folder.iterdir()}
    write_provenance(tmp_path, "2026.11.2", kept)
    assert first == {p.name: p.read_bytes() for p in (tmp_path / "provenance/2026.11.2").iterdir()}
    back = read_provenance(tmp_path, "2026.11.1")
    assert back is not None
    for name in KEPT:
        pd.testing.assert_frame_equal(getattr(back, name), getattr(kept, name))
    assert back.facts == kept.facts
    assert read_provenance(tmp_path, "2026.11.9") is None


def test_the_first_file_of_a_state_is_a_cause_where_nothing_was_known_before() -> None:
    was, now = State(), State().says("Y").file()
    was.access.loc[was.access["nces_school_id"] == SCHOOL, "teaches_cs"] = "U"
    assert only(was, now) == ("new_file", f"{OLD}, received 2019-10-01", "")
