"""The national steps of the reconciled and published stages: the answer, its evidence, and the tables for people."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.linked.decided_courses import judge_by_decision
from pipelines.published.courses_that_count import JUDGEMENT, KEY, list_courses
from pipelines.published.sources_table import list_sources
from pipelines.published.state_summary import summarise_states
from pipelines.season.steps.answer import CASES, COURSES, OUTCOMES, TABLES, answer_schools, earlier_years
from pipelines.season.steps.parts import HELD, evidence_keys, part_keys, read_parts
from pipelines.shared.steps import Step, StepReport, Workspace, tally
from schemas.source_model import Source


def answering_steps(sources: Mapping[str, Source]) -> list[Step]:
    """The answer with its evidence, and the published tables."""
    evidence_parts, areas = evidence_keys(sources), part_keys(sources, "partner_regions")
    return [
        Step(
            stage="reconciled",
            name="school_cs_access",
            description="One answer per school and year, with its evidence.",
            run=answer_schools,
            tables=("school_cs_access", "evidence", "review_table"),
            needs=(("linked", "linked_records"), ("received", "received_files"), HELD, COURSES, *areas),
            reads=(
                HELD,
                *areas,
                COURSES,
                ("linked", "linked_records"),
                ("linked", "school_successors"),
                ("standard", "nces_schools"),
                ("received", "received_files"),
                *evidence_parts,
            ),
            writes=tuple(("reconciled", name) for name in (*TABLES, "findings", CASES, OUTCOMES)),
            also=lambda workspace, year: earlier_years(workspace, year, 2),
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
            also=lambda workspace, year: earlier_years(workspace, year, None),
        ),
        Step(
            stage="published",
            name="courses_that_count",
            description="Courses that states offered, and whether and why each counts as computer science.",
            run=_list_courses,
            tables=("courses_that_count",),
            needs=(("linked", "linked_records"), COURSES),
            reads=(("linked", "linked_records"), COURSES, HELD, *part_keys(sources, "course_offerings")),
            writes=(("published", "courses_that_count"),),
        ),
        Step(
            stage="published",
            name="sources",
            description="What each source sent for the year: reported, not reported, refused or held.",
            run=_list_sources,
            tables=("sources",),
            needs=(("received", "received_files"), ("standard", "row_accounts"), HELD),
            reads=(("received", "received_files"), ("standard", "row_accounts"), HELD),
            writes=(("published", "sources"),),
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
    offerings = read_parts(
        workspace, "course_offerings", school_year, columns=["record_id", "source", *KEY, *JUDGEMENT]
    )
    offerings = judge_by_decision(offerings, store.read("decided_courses", school_year))
    linked = store.read("linked_records", school_year, columns=["record_id", "nces_school_id"])
    courses = list_courses(offerings, linked, school_year)
    store.write(courses, "courses_that_count", school_year)
    counts = tally(courses["counts_as_cs"])
    return StepReport(
        rows=len(courses),
        sentence=f"{len(courses):,} courses, {counts.get('counts', 0):,} count as computer science.",
        numbers=counts,
    )


def _list_sources(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    listed = list_sources(
        store.read("received_files", school_year),
        store.read("row_accounts", school_year),
        workspace.sources,
        school_year,
        store.read("held_sources", school_year),
    )
    store.write(listed, "sources", school_year)
    status = tally(listed["report_status"])
    return StepReport(
        rows=len(listed),
        sentence=", ".join(f"{n} {name}" for name, n in status.items()) + ".",
        numbers={name.replace(" ", "_"): n for name, n in status.items()},
    )
