"""The national steps of the linked stage: every record with its school, and what a person must decide."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.linked.checks import link_findings
from pipelines.linked.crosswalk import link_ap, link_ib
from pipelines.linked.ladder import link_records
from pipelines.linked.review_queue import build_review_queue
from pipelines.season.parts import evidence_keys, joined, part_keys, read_parts
from pipelines.shared.findings import join_findings
from pipelines.shared.steps import MAX_SHOWN, CheckOutcome, Step, StepReport, Workspace, show_findings
from schemas.source_model import Source

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
            needs=(("standard", "nces_schools"), ("standard", "row_accounts"), *evidence_parts),
            reads=(("standard", "nces_schools"), *evidence_parts),
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
                ("standard", "nces_schools"),
                ("received", "received_files"),
                *part_keys(sources, "course_offerings"),
            ),
            writes=(("linked", "review_queue"),),
            checks={"nothing_waits_for_a_person": "The review queue is empty."},
        ),
    ]


def _link(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    directory = store.read("nces_schools", school_year)
    records = [read_parts(workspace, kind, school_year) for kind in LISTS_OF_SCHOOLS]
    ap, ap_findings = link_ap(
        read_parts(workspace, "ap_offerings", school_year),
        read_parts(workspace, "ap_school_codes", school_year),
        directory,
    )
    ib, ib_findings = link_ib(
        read_parts(workspace, "ib_offerings", school_year),
        read_parts(workspace, "ib_school_codes", school_year),
        directory,
    )
    named = pd.concat(records, ignore_index=True)
    linked = joined([link_records(named, directory), ap, ib], "linked_records")
    linked = linked.sort_values("record_id", kind="stable").reset_index(drop=True)
    findings = join_findings(
        [
            link_findings(linked, directory, {name: s.produces for name, s in workspace.sources.items()}),
            ap_findings,
            ib_findings,
        ]
    )
    store.write(linked, "linked_records", school_year)
    store.write(findings, "findings", school_year, stage="linked")
    reasons = linked["match_reason"].value_counts()
    unmatched = int(linked["nces_school_id"].isna().sum())
    return StepReport(
        rows=len(linked),
        sentence=f"{len(linked):,} records, {len(linked) - unmatched:,} matched to a school, {unmatched:,} not.",
        numbers={str(name): int(n) for name, n in sorted(reasons.items())} | {"unmatched": unmatched},
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
    queue = build_review_queue(
        store.read("linked_records", school_year),
        store.read("nces_schools", school_year),
        read_parts(workspace, "course_offerings", school_year),
        store.read("received_files", school_year),
        school_year,
    )
    store.write(queue, "review_queue", school_year)
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
