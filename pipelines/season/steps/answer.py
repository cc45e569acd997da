"""The step that answers for every school, and how little of it is done again when only some states' files changed.

Which evidence wins is decided in `pipelines/reconciled/`; here only what it reads and writes is chosen.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

import pandas as pd

from pipelines.linked.decided_courses import judge_by_decision
from pipelines.linked.successors import StandIns, carry_answers, close_superseded, stand_ins
from pipelines.reconciled.inputs import Inputs
from pipelines.reconciled.provider_evidence import COLUMNS as PROVIDER_COLUMNS
from pipelines.reconciled.school_cs_access import Reconciled, reconcile
from pipelines.reconciled.state_evidence import COLUMNS as STATE_COLUMNS
from pipelines.reconciled.survey_evidence import columns_asked
from pipelines.season.steps.parts import HELD, NO_EVIDENCE, held_sources, joined, part_keys, part_table, read_parts
from pipelines.season.steps.reviewers import regions_of, reviewed_decisions
from pipelines.season.steps.unchanged import Marks, changed_sources, marks_of, remember, without_held
from pipelines.shared.school_year import shift
from pipelines.shared.steps import MAX_SHOWN, CheckOutcome, StepReport, Workspace, show_findings
from schemas.policy_model import Policy, load_policy
from schemas.season_model import load_season
from schemas.source_model import Source
from schemas.verdicts import CODES

ANSWER = ("reconciled", "school_cs_access")
COURSES = ("linked", "decided_courses")
TABLES = ("school_cs_access", "evidence", "review_table")
LOCATORS = ("record_id", "source", "school_year", "file", "row")
CASES = "answers.cases"
OUTCOMES = "answers.decisions"
LINKED = ("record_id", "source", "school_year", "nces_school_id", "nces_school_id_given", "state_school_id_given")


def earlier_years(workspace: Workspace, school_year: str, count: int | None) -> str:
    """Content hashes of the answers of earlier years, of the last `count` or of all, as text."""
    years = [y for y in workspace.store.years(*ANSWER) if y < school_year]
    if count:
        years = [y for y in years if y >= shift(school_year, -count)]
    return " ".join(f"{y}:{workspace.store.content_hash(*ANSWER, y)}" for y in years)


def answer_schools(workspace: Workspace, school_year: str) -> StepReport:
    """Run the step `school_cs_access`: the answer, its evidence and the review table."""
    store = workspace.store
    policy = load_policy(load_season().policy_of(school_year))
    now = _marks(workspace, school_year)
    listed = store.read("nces_schools", school_year)
    stand = stand_ins(store.read("school_successors", school_year), listed["nces_school_id"], school_year)
    directory = close_superseded(listed, stand)
    linked = store.read("linked_records", school_year, columns=list(LINKED))
    # A row that waits for a person speaks of the school, whichever of its numbers it gives.
    linked = linked.assign(nces_school_id_given=stand.of(linked["nces_school_id_given"]))
    changed = changed_sources(workspace, school_year, ANSWER, now)
    states = None if changed is None else _affected_states(workspace, changed, linked, directory, school_year)
    result = reconcile(_inputs(workspace, school_year, policy, directory, linked, states, stand), policy, settle=True)
    if states is not None:
        result = _put_into(workspace, school_year, result)
    answer, evidence = result.school_cs_access, result.evidence
    store.write(answer, "school_cs_access", school_year)
    store.write(evidence, "evidence", school_year)
    store.write(result.review_table, "review_table", school_year)
    store.write(result.findings, "findings", school_year, stage="reconciled")
    store.write(result.cases, "review_queue", school_year, stage="reconciled", name=CASES)
    store.write(result.outcomes, "decision_outcomes", school_year, stage="reconciled", name=OUTCOMES)
    remember(workspace, school_year, ANSWER, now)
    verdicts = answer["teaches_cs"].value_counts()
    return StepReport(
        rows=len(answer),
        sentence=f"{len(answer):,} schools: "
        + ", ".join(f"{code} {int(verdicts.get(code, 0)):,}" for code in CODES)
        + ".",
        numbers={code: int(verdicts.get(code, 0)) for code in CODES} | {"evidence_rows": len(evidence)},
        checks=[
            *_answer_checks(directory, answer, evidence),
            CheckOutcome(
                name="decisions_lead_to_a_school",
                passed=result.findings.empty,
                sentence="Every decision was applied."
                if result.findings.empty
                else f"{len(result.findings)} decisions name no school of this year's directory.",
                findings=show_findings(result.findings),
                details=store.path("reconciled", "findings", school_year),
            ),
        ],
    )


def _marks(workspace: Workspace, school_year: str) -> Marks:
    """A state's file concerns its state's schools; every other source, the directory and earlier years concern all."""
    states = {name for name, source in workspace.sources.items() if source.produces == "course_offerings"}
    others = [
        ("standard", name)
        for name, source in workspace.sources.items()
        if name not in states and part_table(source) not in NO_EVIDENCE
    ]
    # Whose schools are whose, which decisions of partners are held against.
    areas = part_keys(workspace.sources, "partner_regions")
    marks = marks_of(
        workspace,
        school_year,
        shared=[("standard", "nces_schools"), ("linked", "school_successors"), COURSES, HELD, *others, *areas],
        sources={name: [("standard", name), ("received", f"{name}.files")] for name in sorted(states)},
        also=earlier_years(workspace, school_year, 2),
    )
    return without_held(workspace, school_year, marks)


def _affected_states(
    workspace: Workspace, changed: Container[str], linked: pd.DataFrame, directory: pd.DataFrame, school_year: str
) -> set[str]:
    """States whose schools the changed files speak of, or spoke of before; closed, so that no file reaches out of them."""
    evidence = workspace.store.read("evidence", school_year, columns=["nces_school_id", "source"])
    told = evidence["source"].str.split("|").explode()
    spoken = evidence.loc[told.index[told.isin(changed)].unique(), "nces_school_id"]
    place = directory.set_index("nces_school_id")["state"]
    states = {source.state for name, source in workspace.sources.items() if name in changed}
    states |= set(place.reindex(spoken).dropna())
    reaches = linked.assign(state=linked["nces_school_id"].map(place))[["source", "state"]].dropna().drop_duplicates()
    owner = reaches["source"].map({name: source.state for name, source in workspace.sources.items()})
    while True:
        reached = set(reaches.loc[owner.isin(states), "state"])
        if reached <= states:
            return states
        states |= reached


def _inputs(
    workspace: Workspace,
    school_year: str,
    policy: Policy,
    directory: pd.DataFrame,
    linked: pd.DataFrame,
    states: set[str] | None,
    stand: StandIns,
) -> Inputs:
    asked = {
        "course_offerings": (*STATE_COLUMNS, "course_code", "course_name"),
        "survey_responses": [*columns_asked(policy.survey), "inaccuracy_reported"],
        "ap_offerings": (),
        "ib_offerings": (),
        "provider_offerings": PROVIDER_COLUMNS,
    }
    parts: dict[str, Any] = {}
    if states is not None:
        directory = directory[directory["state"].isin(states)]
        sources = {name for name, source in workspace.sources.items() if source.state in states}
        near = linked["nces_school_id"].isin(directory["nces_school_id"])
        # A row that waits for a person may name a school without being linked to it, whoever sent it.
        waits = linked["nces_school_id"].isna() & (
            linked["source"].isin(sources)
            | linked["nces_school_id_given"].isin(directory["nces_school_id"])
            | linked["state_school_id_given"].isin(directory["state_school_id"].dropna())
        )
        linked = linked[near | waits]
    told = None if states is None else set(linked["source"])
    decided = workspace.store.read("decided_courses", school_year)
    held = held_sources(workspace, school_year)
    files = workspace.store.read("received_files", school_year)
    for kind, columns in asked.items():
        rows = read_parts(workspace, kind, school_year, columns=[*LOCATORS, *columns], only=told)
        if kind == "course_offerings":
            rows = judge_by_decision(rows, decided)
        parts[kind] = rows if states is None else rows[rows["record_id"].isin(linked["record_id"])]
    decisions = _decisions(workspace, school_year, directory, states)
    return Inputs(
        school_year=school_year,
        nces_schools=directory,
        linked_records=linked,
        decisions=decisions,
        regions=regions_of(workspace, school_year, decisions),
        received_files=files[~files["source"].isin(list(held))],
        source_states={s.source: s.state for s in workspace.sources.values() if s.produces == "course_offerings"},
        answering=answering_layouts(workspace.sources),
        history=_history(workspace, school_year, stand),
        **parts,
    )


def _decisions(
    workspace: Workspace, school_year: str, directory: pd.DataFrame, states: set[str] | None
) -> pd.DataFrame:
    """Decisions on answers; of a run over some states only those of their schools (what it says of others is kept)."""
    made = reviewed_decisions(workspace, school_year)
    made = made[made["decision_kind"].isin(["verdict_override", "accept_flip"])]
    return made if states is None else made[made["nces_school_id_given"].isin(directory["nces_school_id"])]


def answering_layouts(sources: Mapping[str, Source]) -> frozenset[tuple[str, str]]:
    """(source, layout) of files whose rows answer yes or no: a column of answers, a least number, a column per course."""
    return frozenset(
        (name, layout.name)
        for name, source in sources.items()
        for layout in source.layouts
        if layout.wide or layout.offered_when or layout.at_least
    )


def _put_into(workspace: Workspace, school_year: str, renewed: Reconciled) -> Reconciled:
    """The last tables with the renewed schools in the place of their old rows. Findings are about decisions: as before."""
    store = workspace.store
    schools = renewed.school_cs_access["nces_school_id"]
    frames = {}
    for name in TABLES:
        before = store.read(name, school_year)
        rows = pd.concat([before[~before["nces_school_id"].isin(schools)], getattr(renewed, name)], ignore_index=True)
        frames[name] = rows.sort_values("nces_school_id", kind="stable").reset_index(drop=True)
    for name, table_name, part in (("cases", "review_queue", CASES), ("outcomes", "decision_outcomes", OUTCOMES)):
        before = store.read(table_name, school_year, stage="reconciled", name=part)
        fresh = getattr(renewed, name)
        rows = joined([before[~before["nces_school_id_given"].isin(schools)], fresh], table_name)
        key = "case_id" if name == "cases" else "decision_id"
        frames[name] = rows.sort_values(["nces_school_id_given", key], kind="stable").reset_index(drop=True)
    return Reconciled(findings=store.read("findings", school_year, stage="reconciled"), **frames)


def _history(workspace: Workspace, school_year: str, stand: StandIns) -> dict[int, pd.DataFrame | None]:
    """Answers of the two years before, under the ids of this year's directory."""
    store = workspace.store
    history: dict[int, pd.DataFrame | None] = {}
    for back in (1, 2):
        year = shift(school_year, -back)
        there = store.exists("reconciled", "school_cs_access", year)
        columns = ["nces_school_id", "school_year", "teaches_cs"]
        history[back] = carry_answers(store.read("school_cs_access", year, columns=columns), stand) if there else None
    return history


def _answer_checks(directory: pd.DataFrame, answer: pd.DataFrame, evidence: pd.DataFrame) -> list[CheckOutcome]:
    same = sorted(directory["nces_school_id"]) == sorted(answer["nces_school_id"])
    used = evidence[evidence["is_used"].fillna(False)].groupby("nces_school_id").size()
    counts = answer.set_index("nces_school_id")["teaches_cs"].to_frame().assign(used=used).fillna({"used": 0})
    bare = counts[(counts["teaches_cs"] != "U") & (counts["used"] != 1)]
    maybe = answer[answer["teaches_cs"] == "M"]
    return [
        CheckOutcome(
            name="every_school_stands_once",
            passed=same,
            is_error=True,
            blocking=True,
            sentence="Every directory school stands once."
            if same
            else "P01: the answer does not have exactly the schools of the directory.",
        ),
        CheckOutcome(
            name="every_answer_has_evidence",
            passed=bare.empty,
            is_error=True,
            blocking=True,
            sentence="Every answer has its evidence."
            if bare.empty
            else f"X11: {len(bare)} answers do not have exactly one used piece of evidence, first {bare.index[0]}.",
        ),
        CheckOutcome(
            name="sources_agree",
            passed=maybe.empty,
            sentence="No contradictions."
            if maybe.empty
            else f"{len(maybe):,} schools have sources that contradict each other (M).",
            findings=[
                {
                    "school": s.nces_school_id,
                    "name": s.school_name,
                    "state": s.state,
                    "answer": "M",
                    "rule": s.decided_by_rule,
                }
                for s in maybe.head(MAX_SHOWN).itertuples()
            ],
        ),
    ]
