"""The national steps of the linked stage: every record with its school, and what a person must decide."""

from __future__ import annotations

from collections.abc import Container, Mapping

import pandas as pd

from pipelines.linked.checks import SHARED_ID_RULE, match_numbers, record_findings, shared_id_findings
from pipelines.linked.decided_courses import decide_courses
from pipelines.linked.decided_records import decide_records
from pipelines.linked.follow_records import Coded, link_all_followed
from pipelines.linked.held_sources import hold_sources
from pipelines.linked.ladder import IDENTITY, LOCATORS
from pipelines.linked.match_other_names import names_in_history
from pipelines.linked.review_queue import COURSE_COLUMNS, build_review_queue, renew_review_queue
from pipelines.linked.successors import StandIns, stand_ins
from pipelines.season.steps.parts import HELD, decisions_of, evidence_keys, joined, part_keys, read_parts
from pipelines.season.steps.reviewers import regions_of, reviewed_decisions
from pipelines.season.steps.unchanged import changed_sources, record_marks, remember
from pipelines.shared.findings import join_findings
from pipelines.shared.steps import CheckOutcome, Step, StepReport, Workspace, show_findings, tally
from schemas.source_model import Source
from schemas.tables import table

CASES = "cases"
"""The part of the inbox that this stage can see."""
LISTS_OF_SCHOOLS = ("course_offerings", "survey_responses", "provider_offerings")
"""Tables whose rows name a school themselves; AP and IB rows name it by a code."""


def linking_steps(sources: Mapping[str, Source]) -> list[Step]:
    """Linked records and the review queue."""
    evidence_parts, areas = evidence_keys(sources), part_keys(sources, "partner_regions")
    decisions = part_keys(sources, "decisions")
    return [
        Step(
            stage="linked",
            name="held_sources",
            description="Sources whose rows are kept out of the year, by their declaration or by a decision.",
            run=_hold,
            tables=("held_sources",),
            needs=(("received", "received_files"), *decisions),
            reads=(("received", "received_files"), *decisions),
            writes=(("linked", "held_sources"), ("linked", "held_sources.decisions")),
        ),
        Step(
            stage="linked",
            name="linked_records",
            description="Every record with the school it was matched to, by certain rungs or by a decision, or why it was not.",
            run=_link,
            tables=("linked_records",),
            needs=(
                ("standard", "nces_schools"),
                ("standard", "row_accounts"),
                ("linked", "school_successors"),
                ("linked", "school_history"),
                HELD,
                *evidence_parts,
                *areas,
            ),
            reads=(
                ("standard", "nces_schools"),
                ("linked", "school_successors"),
                ("linked", "school_history"),
                HELD,
                *evidence_parts,
                *areas,
            ),
            writes=(
                *(("linked", f"linked_records{part}") for part in ("", ".undecided", ".decisions")),
                ("linked", "findings"),
            ),
            checks={"records_lead_to_a_school": "Every record leads to one school of the directory."},
        ),
        Step(
            stage="linked",
            name=CASES,
            part_of="review_queue",
            description="Questions about records, schools, courses and files, before any decision; a part of the inbox.",
            run=_find_cases,
            needs=(("linked", "linked_records"), ("received", "received_files")),
            reads=(
                ("linked", "linked_records"),
                ("linked", "linked_records.undecided"),
                ("linked", "school_successors"),
                ("linked", "duplicate_schools"),
                ("standard", "nces_schools"),
                ("received", "received_files"),
                HELD,
                *part_keys(sources, "course_offerings"),
            ),
            writes=(("linked", CASES),),
        ),
        Step(
            stage="linked",
            name="decided_courses",
            description="Courses that people decided on, while the evidence is what they saw.",
            run=_decide_courses,
            tables=("decided_courses",),
            needs=(("linked", CASES), *decisions),
            reads=(("linked", CASES), *decisions),
            writes=(("linked", "decided_courses"), ("linked", "decided_courses.decisions")),
        ),
    ]


def _link_sources(
    workspace: Workspace,
    school_year: str,
    directory: pd.DataFrame,
    stand: StandIns,
    other_names: pd.DataFrame,
    only: Container[str] | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Linked records and findings of those sources: a record's match depends on nothing but itself and the directory."""
    columns = [*LOCATORS, *IDENTITY]
    records = []
    for kind in LISTS_OF_SCHOOLS:
        known = [name for name in columns if name in table(kind).column_names]
        records.append(read_parts(workspace, kind, school_year, columns=known, only=only))
    by_code = [
        Coded(
            read_parts(workspace, kind, school_year, only=only), read_parts(workspace, codes, school_year), code, word
        )
        for kind, codes, code, word in (
            ("ap_offerings", "ap_school_codes", "ap_school_code", "AP code"),
            ("ib_offerings", "ib_school_codes", "ib_school_code", "IB code"),
        )
    ]
    listed = pd.concat(records, ignore_index=True)
    linked, findings = link_all_followed(listed, by_code, directory, stand, other_names)
    every = joined([linked], "linked_records")
    produces = {name: source.produces for name, source in workspace.sources.items()}
    return every, join_findings([record_findings(every, directory, produces), findings])


def _link(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    directory = store.read("nces_schools", school_year)
    now = record_marks(workspace, school_year)
    changed = changed_sources(workspace, school_year, ("linked", "linked_records"), now)
    successors = store.read("school_successors", school_year)
    stand = stand_ins(successors, directory["nces_school_id"], school_year)
    other_names = names_in_history(store.read("school_history", school_year))
    linked, findings = _link_sources(workspace, school_year, directory, stand, other_names, changed)
    if changed is not None:
        before = _before_decisions(workspace, school_year)
        linked = joined([before[~before["source"].isin(changed)], linked], "linked_records")
        told = store.read("findings", school_year, stage="linked")
        kept = ~told["source"].isin(changed) & (told["rule_id"] != SHARED_ID_RULE)
        findings = join_findings([told[kept], findings])
    linked = linked.sort_values("record_id", kind="stable").reset_index(drop=True)
    findings = join_findings([findings, shared_id_findings(linked, directory)])
    made = reviewed_decisions(workspace, school_year)
    decided = decide_records(linked, directory, made, regions_of(workspace, school_year, made))
    # The few rows that decisions changed are kept as the ladder left them, so that a decision can be taken back.
    same = (linked["match_note"] == decided.linked["match_note"]).to_numpy(bool)
    store.write(linked[~same], "linked_records", school_year, name="linked_records.undecided")
    store.write(decided.outcomes, "decision_outcomes", school_year, stage="linked", name="linked_records.decisions")
    linked = decided.linked
    store.write(linked, "linked_records", school_year)
    store.write(findings, "findings", school_year, stage="linked")
    remember(workspace, school_year, ("linked", "linked_records"), now)
    unmatched = int(linked["nces_school_id"].isna().sum())
    return StepReport(
        rows=len(linked),
        sentence=f"{len(linked):,} records, {len(linked) - unmatched:,} matched to a school, {unmatched:,} not.",
        numbers=match_numbers(linked),
        checks=[
            CheckOutcome(
                name="records_lead_to_a_school",
                passed=unmatched == 0,
                sentence="All records were matched."
                if unmatched == 0
                else f"{unmatched:,} of {len(linked):,} records have no certain match and wait in the review queue.",
                findings=show_findings(findings[findings["severity"] == "quarantine"]),
                details=store.path("linked", "findings", school_year),
            )
        ],
    )


def _before_decisions(workspace: Workspace, school_year: str) -> pd.DataFrame:
    """Table `linked_records` as the ladder left it."""
    store = workspace.store
    linked = store.read("linked_records", school_year)
    undecided = store.read("linked_records", school_year, name="linked_records.undecided")
    if undecided.empty:
        return linked
    rows = joined([linked[~linked["record_id"].isin(undecided["record_id"])], undecided], "linked_records")
    return rows.sort_values("record_id", kind="stable").reset_index(drop=True)


def _hold(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    files = store.read("received_files", school_year)
    held, outcomes = hold_sources(files, decisions_of(workspace, school_year), workspace.sources, school_year)
    store.write(held, "held_sources", school_year)
    store.write(outcomes, "decision_outcomes", school_year, stage="linked", name="held_sources.decisions")
    names = ", ".join(held["source"])
    return StepReport(len(held), f"Held back: {names}." if names else "No source is held back.", {"held": len(held)})


def _decide_courses(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    cases = store.read("review_queue", school_year, stage="linked", name=CASES)
    decided, outcomes = decide_courses(cases, decisions_of(workspace, school_year), school_year)
    store.write(decided, "decided_courses", school_year)
    store.write(outcomes, "decision_outcomes", school_year, stage="linked", name="decided_courses.decisions")
    counts = tally(decided["counts_as_cs"])
    return StepReport(
        rows=len(decided),
        sentence=f"{len(decided)} courses decided by people, {counts.get('counts', 0)} count.",
        numbers=counts,
    )


def _find_cases(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    linked, directory = _before_decisions(workspace, school_year), store.read("nces_schools", school_year)
    now = record_marks(workspace, school_year, more="files")
    changed = changed_sources(workspace, school_year, ("linked", CASES), now)
    about = store.read("school_successors", school_year), store.read("duplicate_schools", school_year)
    files = store.read("received_files", school_year)
    offerings = read_parts(workspace, "course_offerings", school_year, columns=list(COURSE_COLUMNS), only=changed)
    if changed is None:
        queue = build_review_queue(linked, directory, offerings, files, school_year, *about)
    else:
        before = store.read("review_queue", school_year, stage="linked", name=CASES)
        queue = renew_review_queue(before, changed, linked, directory, offerings, files, school_year, *about)
    store.write(queue, "review_queue", school_year, stage="linked", name=CASES)
    remember(workspace, school_year, ("linked", CASES), now)
    return StepReport(
        rows=len(queue),
        sentence=f"{len(queue):,} questions, answered or not.",
        numbers=tally(queue["case_kind"]),
    )
