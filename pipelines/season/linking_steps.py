"""The national steps of the linked stage: every record with its school, and what a person must decide."""

from __future__ import annotations

from collections.abc import Container, Mapping

import pandas as pd

from pipelines.linked.checks import SHARED_ID_RULE, match_numbers, record_findings, shared_id_findings
from pipelines.linked.crosswalk import link_ap, link_ib
from pipelines.linked.follow_records import link_codes_followed, link_followed
from pipelines.linked.ladder import IDENTITY, LOCATORS
from pipelines.linked.review_queue import COURSE_COLUMNS, build_review_queue, renew_review_queue
from pipelines.linked.successors import StandIns, stand_ins
from pipelines.season.parts import evidence_keys, joined, part_keys, read_parts
from pipelines.season.unchanged import changed_sources, record_marks, remember
from pipelines.shared.findings import join_findings
from pipelines.shared.steps import MAX_SHOWN, CheckOutcome, Step, StepReport, Workspace, show_findings
from schemas.source_model import Source
from schemas.tables import table

LISTS_OF_SCHOOLS = ("course_offerings", "survey_responses", "provider_offerings")
"""Tables whose rows name a school themselves; AP and IB rows name it by a code."""


def linking_steps(sources: Mapping[str, Source]) -> list[Step]:
    """Linked records and the review queue."""
    evidence_parts = evidence_keys(sources)
    return [
        Step(
            stage="linked",
            name="linked_records",
            description="Every record with the school it was matched to, by certain rungs only, or why it was not.",
            run=_link,
            tables=("linked_records",),
            needs=(
                ("standard", "nces_schools"),
                ("standard", "row_accounts"),
                ("linked", "school_successors"),
                *evidence_parts,
            ),
            reads=(("standard", "nces_schools"), ("linked", "school_successors"), *evidence_parts),
            writes=(("linked", "linked_records"), ("linked", "findings")),
            checks={"records_lead_to_a_school": "Every record leads to one school of the directory."},
        ),
        Step(
            stage="linked",
            name="review_queue",
            description="What a person must decide, most records first.",
            run=_queue,
            tables=("review_queue",),
            needs=(("linked", "linked_records"), ("received", "received_files")),
            reads=(
                ("linked", "linked_records"),
                ("linked", "school_successors"),
                ("standard", "nces_schools"),
                ("received", "received_files"),
                *part_keys(sources, "course_offerings"),
            ),
            writes=(("linked", "review_queue"),),
            checks={"nothing_waits_for_a_person": "The review queue is empty."},
        ),
    ]


def _link_sources(
    workspace: Workspace, school_year: str, directory: pd.DataFrame, stand: StandIns, only: Container[str] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Linked records and findings of those sources: a record's match depends on nothing but itself and the directory."""
    columns = [*LOCATORS, *IDENTITY]
    records = []
    for kind in LISTS_OF_SCHOOLS:
        known = [name for name in columns if name in table(kind).column_names]
        records.append(read_parts(workspace, kind, school_year, columns=known, only=only))
    linked = [link_followed(pd.concat(records, ignore_index=True), directory, stand)]
    findings = []
    for kind, codes, code, link in (
        ("ap_offerings", "ap_school_codes", "ap_school_code", link_ap),
        ("ib_offerings", "ib_school_codes", "ib_school_code", link_ib),
    ):
        offerings = read_parts(workspace, kind, school_year, only=only)
        listed = read_parts(workspace, codes, school_year)
        found, noted = link_codes_followed(link, offerings, listed, code, directory, stand)
        linked.append(found)
        findings.append(noted)
    every = joined(linked, "linked_records")
    produces = {name: source.produces for name, source in workspace.sources.items()}
    return every, join_findings([record_findings(every, directory, produces), *findings])


def _link(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    directory = store.read("nces_schools", school_year)
    now = record_marks(workspace, school_year)
    changed = changed_sources(workspace, school_year, ("linked", "linked_records"), now)
    successors = store.read("school_successors", school_year)
    stand = stand_ins(successors, directory["nces_school_id"], school_year)
    linked, findings = _link_sources(workspace, school_year, directory, stand, changed)
    if changed is not None:
        before = store.read("linked_records", school_year)
        linked = joined([before[~before["source"].isin(changed)], linked], "linked_records")
        told = store.read("findings", school_year, stage="linked")
        kept = ~told["source"].isin(changed) & (told["rule_id"] != SHARED_ID_RULE)
        findings = join_findings([told[kept], findings])
    linked = linked.sort_values("record_id", kind="stable").reset_index(drop=True)
    findings = join_findings([findings, shared_id_findings(linked, directory)])
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


def _queue(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    linked, directory = store.read("linked_records", school_year), store.read("nces_schools", school_year)
    now = record_marks(workspace, school_year, more="files")
    changed = changed_sources(workspace, school_year, ("linked", "review_queue"), now)
    successors = store.read("school_successors", school_year)
    files = store.read("received_files", school_year)
    offerings = read_parts(workspace, "course_offerings", school_year, columns=list(COURSE_COLUMNS), only=changed)
    if changed is None:
        queue = build_review_queue(linked, directory, offerings, files, school_year, successors)
    else:
        before = store.read("review_queue", school_year)
        queue = renew_review_queue(before, changed, linked, directory, offerings, files, school_year, successors)
    store.write(queue, "review_queue", school_year)
    remember(workspace, school_year, ("linked", "review_queue"), now)
    kinds = queue["case_kind"].value_counts()
    shown = queue.head(MAX_SHOWN).astype("object").where(lambda f: f.notna(), "")
    return StepReport(
        rows=len(queue),
        sentence=f"{len(queue):,} cases wait for a person.",
        numbers={str(kind): int(n) for kind, n in sorted(kinds.items())},
        checks=[
            CheckOutcome(
                name="nothing_waits_for_a_person",
                passed=queue.empty,
                sentence="Nothing waits." if queue.empty else f"{len(queue):,} cases wait for an answer.",
                findings=[
                    {
                        "kind": case["case_kind"],
                        "school or course": case["school_name"],
                        "question": case["question"],
                        "candidates": case["candidates"],
                        "records": str(case["records"]),
                    }
                    for case in shown.to_dict("records")
                ],
                details=store.path("linked", "review_queue", school_year),
            )
        ],
    )
