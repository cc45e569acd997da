"""The national steps that compare: records with their schools, directories and answers with the year before.

They change no table of the path; what they find is handed on as findings, and shown with their checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from pipelines.linked.directory_change import COLUMNS as DIRECTORY_COLUMNS
from pipelines.linked.directory_change import compare_directories
from pipelines.linked.record_checks import COURSE_COLUMNS, SURVEY_COLUMNS, Records, compare_ledger, compare_records
from pipelines.reconciled.answer_checks import (
    EVIDENCE_COLUMNS,
    REVIEW_COLUMNS,
    SCHOOL_COLUMNS,
    Answers,
    compare_answers,
)
from pipelines.reconciled.state_evidence import absent_share, could_be_listed
from pipelines.season.steps.parts import HELD, held_sources, part_keys, read_parts
from pipelines.season.steps.unchanged import changed_sources, record_marks, remember
from pipelines.shared.findings import join_findings
from pipelines.shared.school_year import shift
from pipelines.shared.steps import CheckOutcome, Step, StepReport, Workspace, show_findings, tally
from schemas.policy_model import load_policy
from schemas.season_model import load_season
from schemas.source_model import Source

NAME = "comparisons"
LEDGER_RULE = "S18"
"""Compares sources with each other, so it is asked anew when any of them has changed."""
YEAR_ON_YEAR = ("X02", "X03", "X04", "X05")
BROKEN = ("X10",)
"""Rules that only a defect of the pipeline breaks: the run stops."""


def comparing_steps(sources: Mapping[str, Source]) -> list[Step]:
    """Comparisons of the linked and of the reconciled stage."""
    return [
        Step(
            stage="linked",
            name=NAME,
            part_of="findings",
            description="Records compared with their schools, and the directory with that of the year before.",
            run=_compare_records,
            needs=(("linked", "linked_records"),),
            reads=(
                ("linked", "linked_records"),
                ("standard", "nces_schools"),
                HELD,
                *part_keys(sources, "course_offerings"),
                *part_keys(sources, "survey_responses"),
            ),
            writes=(("linked", NAME),),
            also=lambda workspace, year: _hash_before(workspace, year, ("standard", "nces_schools")),
            checks={
                "records_fit_their_schools": "Names, grades and numbers of the records fit the schools they led to.",
                "directory_is_like_last_years": "Schools keep their place, and states their number of schools.",
            },
        ),
        Step(
            stage="reconciled",
            name=NAME,
            part_of="findings",
            description="Answers compared with those of the year before, with each other and with the ledgers.",
            run=_compare_answers,
            needs=(("reconciled", "school_cs_access"),),
            reads=(
                *(("reconciled", name) for name in ("school_cs_access", "evidence", "review_table")),
                ("linked", "linked_records"),
                HELD,
                ("received", "received_files"),
                ("standard", "nces_schools"),
            ),
            writes=(("reconciled", NAME),),
            also=lambda workspace, year: " ".join(
                _hash_before(workspace, year, table)
                for table in (("reconciled", "school_cs_access"), ("linked", "linked_records"))
            ),
            checks={
                "answers_are_like_last_years": "Few answers of a state turn, and its sources mostly agree.",
                "ledgers_are_followed": "No school on the AP or IB ledger is answered No, but by a decision.",
            },
            blocking=frozenset({"ledgers_are_followed"}),
        ),
    ]


def _hash_before(workspace: Workspace, school_year: str, table: tuple[str, str]) -> str:
    return workspace.store.content_hash(*table, shift(school_year, -1))


def _before(workspace: Workspace, school_year: str, stage: str, name: str, columns: list[str]) -> pd.DataFrame | None:
    year = shift(school_year, -1)
    store = workspace.store
    return store.read(name, year, columns=columns) if store.exists(stage, name, year) else None


def _compare_records(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    directory = store.read("nces_schools", school_year)
    facts = list(dict.fromkeys([*DIRECTORY_COLUMNS, "state_school_id"]))
    before = _before(workspace, school_year, "standard", "nces_schools", facts)
    now = record_marks(workspace, school_year, also=_hash_before(workspace, school_year, ("standard", "nces_schools")))
    changed = changed_sources(workspace, school_year, ("linked", NAME), now)
    linked = store.read("linked_records", school_year)
    records = Records(
        school_year=school_year,
        linked=linked,
        directory=directory,
        offerings=read_parts(workspace, "course_offerings", school_year, columns=list(COURSE_COLUMNS)),
        surveys=read_parts(workspace, "survey_responses", school_year, columns=list(SURVEY_COLUMNS)),
        produces={name: source.produces for name, source in workspace.sources.items()},
        before=before,
    )
    if changed is None:
        found = [compare_records(records)]
        if before is not None:
            found.append(compare_directories(directory, before, school_year))
    else:
        # What the last run said of the other sources' records, and of the same two directories, still holds.
        told = store.read("findings", school_year, stage="linked", name=NAME)
        kept = told[~told["source"].isin(changed) & (told["rule_id"] != LEDGER_RULE)]
        found = [kept, compare_records(replace(records, linked=linked[linked["source"].isin(changed)]))]
    findings = join_findings([*found, compare_ledger(records)])
    store.write(findings, "findings", school_year, stage="linked", name=NAME)
    remember(workspace, school_year, ("linked", NAME), now)
    year_on_year = findings["rule_id"].isin(YEAR_ON_YEAR)
    where = store.path("linked", NAME, school_year)
    return _report(
        findings,
        [
            _outcome("records_fit_their_schools", findings[~year_on_year], "All records fit.", where),
            _outcome("directory_is_like_last_years", findings[year_on_year], "Nothing stands out.", where),
        ],
    )


def _compare_answers(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    files = store.read("received_files", school_year, columns=["source", "file_year", "delivery", "file_status"])
    held = held_sources(workspace, school_year)
    courses = {
        name: s.state for name, s in workspace.sources.items() if s.produces == "course_offerings" and name not in held
    }
    own = files[(files["file_status"] == "accepted") & files["source"].isin(list(courses))]
    own = own[own["file_year"].isna() | (own["file_year"] == school_year)]
    linked = store.read("linked_records", school_year, columns=["source", "nces_school_id"])
    last = _before(workspace, school_year, "linked", "linked_records", ["source"])
    findings = compare_answers(
        Answers(
            school_year=school_year,
            schools=store.read("school_cs_access", school_year, columns=list(SCHOOL_COLUMNS)),
            evidence=store.read("evidence", school_year, columns=list(EVIDENCE_COLUMNS)),
            review=store.read("review_table", school_year, columns=list(REVIEW_COLUMNS)),
            before=_before(workspace, school_year, "reconciled", "school_cs_access", ["nces_school_id", "teaches_cs"]),
            offerings=linked["source"].value_counts().to_dict(),
            offerings_before={} if last is None else last["source"].value_counts().to_dict(),
            accepted=sorted(set(own["source"])),
            absent=_absent(workspace, school_year, linked, own, courses),
        )
    )
    store.write(findings, "findings", school_year, stage="reconciled", name=NAME)
    broken = findings["rule_id"].isin(BROKEN)
    where = store.path("reconciled", NAME, school_year)
    return _report(
        findings,
        [
            _outcome("answers_are_like_last_years", findings[~broken], "Nothing stands out.", where),
            _outcome("ledgers_are_followed", findings[broken], "Every ledger is followed.", where, blocking=True),
        ],
    )


def _absent(
    workspace: Workspace, school_year: str, linked: pd.DataFrame, own: pd.DataFrame, courses: Mapping[str, str]
) -> dict[str, float]:
    """Course source with a full file of the year -> share of its state's high schools that no row leads to."""
    policy = load_policy(load_season().policy_of(school_year)).inferred_no
    asked = ["nces_school_id", "state", "state_school_id", "is_operating", "offers_high"]
    schools = workspace.store.read("nces_schools", school_year, columns=asked)
    ids = linked.loc[linked["source"].isin(list(courses)), "nces_school_id"].dropna().unique()
    named = pd.Index(ids).get_indexer(schools["nces_school_id"].to_numpy(object)) >= 0
    shares = absent_share(schools["state"], could_be_listed(schools, policy), np.asarray(named))
    full = own.loc[own["delivery"].isin(policy.delivery), "source"].unique()
    return {name: float(shares[courses[name]]) for name in sorted(full) if courses[name] in shares.index}


def _report(findings: pd.DataFrame, checks: list[CheckOutcome]) -> StepReport:
    by_rule = tally(findings["rule_id"], "findings_")
    return StepReport(
        rows=len(findings),
        sentence=f"{len(findings):,} findings of {len(by_rule)} rules.",
        numbers=by_rule,
        checks=checks,
    )


def _outcome(name: str, findings: pd.DataFrame, well: str, where: str, *, blocking: bool = False) -> CheckOutcome:
    rules = ", ".join(sorted(findings["rule_id"].unique()))
    return CheckOutcome(
        name=name,
        passed=findings.empty,
        is_error=blocking or bool((findings["severity"] == "block").any()),
        blocking=blocking,
        sentence=well if findings.empty else f"{len(findings):,} findings of {rules}.",
        findings=show_findings(findings),
        details=where,
    )
