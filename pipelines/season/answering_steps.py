"""The national steps of the reconciled and published stages: the answer, its evidence, and the tables for people."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.published.courses_that_count import list_courses
from pipelines.published.sources_table import list_sources
from pipelines.published.state_summary import summarise_states
from pipelines.reconciled.inputs import Inputs
from pipelines.reconciled.school_cs_access import reconcile
from pipelines.season.parts import evidence_keys, part_keys, read_parts
from pipelines.shared.school_year import shift
from pipelines.shared.steps import MAX_SHOWN, CheckOutcome, Step, StepReport, Workspace, show_findings
from schemas.policy_model import load_policy
from schemas.season_model import load_season
from schemas.source_model import Source
from schemas.verdicts import CODES


def answering_steps(sources: Mapping[str, Source]) -> list[Step]:
    """The answer with its evidence, and the published tables."""
    evidence_parts = evidence_keys(sources)
    return [
        Step(
            stage="reconciled",
            name="school_cs_access",
            description="One answer per school and year, with its evidence.",
            run=_reconcile,
            tables=("school_cs_access", "evidence", "review_table"),
            needs=(("linked", "linked_records"), ("received", "received_files")),
            reads=(
                ("linked", "linked_records"),
                ("standard", "nces_schools"),
                ("received", "received_files"),
                *evidence_parts,
            ),
            writes=tuple(("reconciled", name) for name in ("school_cs_access", "evidence", "review_table", "findings")),
            also=lambda workspace, year: _earlier_years(workspace, year, 2),
            checks={
                "every_school_stands_once": "Every school of the directory stands exactly once in the answer.",
                "every_answer_has_evidence": "Every answer but unknown has exactly one piece of evidence that gave it.",
                "sources_agree": "No school has sources that contradict each other.",
                "decisions_lead_to_a_school": "Every decision names a school of the directory.",
            },
            blocking=frozenset({"every_school_stands_once", "every_answer_has_evidence"}),
        ),
        Step(
            stage="published",
            name="state_summary",
            description="Percent of public and charter high schools that offer computer science, by state and nationally.",
            run=_summarise,
            tables=("state_summary",),
            needs=(("reconciled", "school_cs_access"),),
            reads=(("reconciled", "school_cs_access"),),
            writes=(("published", "state_summary"),),
            also=lambda workspace, year: _earlier_years(workspace, year, None),
        ),
        Step(
            stage="published",
            name="courses_that_count",
            description="Courses that states offered, and whether and why each counts as computer science.",
            run=_list_courses,
            tables=("courses_that_count",),
            needs=(("linked", "linked_records"),),
            reads=(("linked", "linked_records"), *part_keys(sources, "course_offerings")),
            writes=(("published", "courses_that_count"),),
        ),
        Step(
            stage="published",
            name="sources",
            description="What each source sent for the year: reported, not reported, refused or held.",
            run=_list_sources,
            tables=("sources",),
            needs=(("received", "received_files"), ("standard", "row_accounts")),
            reads=(("received", "received_files"), ("standard", "row_accounts")),
            writes=(("published", "sources"),),
        ),
    ]


def _earlier_years(workspace: Workspace, school_year: str, count: int | None) -> str:
    years = [y for y in workspace.store.years("reconciled", "school_cs_access") if y < school_year]
    if count:
        years = [y for y in years if y >= shift(school_year, -count)]
    store = workspace.store
    return " ".join(f"{y}:{store.content_hash('reconciled', 'school_cs_access', y)}" for y in years)


def _history(workspace: Workspace, school_year: str) -> dict[int, pd.DataFrame | None]:
    store = workspace.store
    history: dict[int, pd.DataFrame | None] = {}
    for back in (1, 2):
        year = shift(school_year, -back)
        there = store.exists("reconciled", "school_cs_access", year)
        history[back] = (
            store.read("school_cs_access", year, columns=["nces_school_id", "school_year", "teaches_cs"])
            if there
            else None
        )
    return history


def _reconcile(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    directory = store.read("nces_schools", school_year)
    kinds = ("course_offerings", "survey_responses", "ap_offerings", "ib_offerings", "provider_offerings", "decisions")
    inputs = Inputs(
        school_year=school_year,
        nces_schools=directory,
        linked_records=store.read("linked_records", school_year),
        received_files=store.read("received_files", school_year),
        source_states={s.source: s.state for s in workspace.sources.values() if s.produces == "course_offerings"},
        history=_history(workspace, school_year),
        **{kind: read_parts(workspace, kind, school_year) for kind in kinds},
    )
    result = reconcile(inputs, load_policy(load_season().policy_of(school_year)))
    answer, evidence = result.school_cs_access, result.evidence
    store.write(answer, "school_cs_access", school_year)
    store.write(evidence, "evidence", school_year)
    store.write(result.review_table, "review_table", school_year)
    store.write(result.findings, "findings", school_year, stage="reconciled")
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


def _summarise(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    columns = ["nces_school_id", "school_year", "state", "sector", "teaches_cs", "in_access_report", "excluded_reason"]
    years = [y for y in store.years("reconciled", "school_cs_access") if y <= school_year]
    frames = {y: store.read("school_cs_access", y, columns=columns) for y in years}
    summary = summarise_states(frames, school_year)
    store.write(summary, "state_summary", school_year)
    nation = summary[summary["place"] == "US"].iloc[0]
    percent = "unknown" if pd.isna(nation["percent_offering"]) else f"{nation['percent_offering']:.1f} percent"
    return StepReport(
        rows=len(summary),
        sentence=f"Nationally {percent} of {int(nation['schools_total']):,} high schools offer computer science; {int(nation['schools_unknown']):,} are unknown.",
        numbers={
            c: int(nation[c]) for c in ("schools_total", "schools_offering", "schools_not_offering", "schools_unknown")
        },
    )


def _list_courses(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    courses = list_courses(
        read_parts(workspace, "course_offerings", school_year), store.read("linked_records", school_year), school_year
    )
    store.write(courses, "courses_that_count", school_year)
    counts = courses["counts_as_cs"].value_counts()
    return StepReport(
        rows=len(courses),
        sentence=f"{len(courses):,} courses, {int(counts.get('counts', 0)):,} count as computer science.",
        numbers={str(k): int(n) for k, n in sorted(counts.items())},
    )


def _list_sources(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    listed = list_sources(
        store.read("received_files", school_year),
        store.read("row_accounts", school_year),
        workspace.sources,
        school_year,
    )
    store.write(listed, "sources", school_year)
    status = listed["report_status"].value_counts()
    return StepReport(
        rows=len(listed),
        sentence=", ".join(f"{int(n)} {name}" for name, n in sorted(status.items())) + ".",
        numbers={str(k).replace(" ", "_"): int(n) for k, n in sorted(status.items())},
    )
