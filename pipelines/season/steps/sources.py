"""The two steps of each source: received and standard. The national steps are in the other files of this room.

A source whose files cannot be read still makes its tables, empty, and a failed check: nothing else stops.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts, source_fingerprint
from pipelines.season.steps.parts import part_table
from pipelines.shared.coded import encode
from pipelines.shared.findings import conform, join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.shared.steps import CheckOutcome, Step, StepReport, Workspace, show_findings
from pipelines.standard.ap_offerings import standardise_ap_offerings
from pipelines.standard.ap_school_codes import standardise_ap_school_codes
from pipelines.standard.course_catalog import catalog_of
from pipelines.standard.course_offerings import standardise_course_offerings
from pipelines.standard.decisions import standardise_decisions
from pipelines.standard.ib_offerings import standardise_ib_offerings
from pipelines.standard.ib_school_codes import standardise_ib_school_codes
from pipelines.standard.nces_schools import standardise_nces_part
from pipelines.standard.partner_regions import standardise_partner_regions
from pipelines.standard.partner_requests import standardise_partner_requests
from pipelines.standard.provider_offerings import standardise_provider_offerings
from pipelines.standard.survey_responses import standardise_survey_responses
from schemas.source_model import Source

Standardiser = Callable[[Received, Source, str], Standardised]

STANDARDISERS: dict[str, Standardiser] = {
    "nces_schools": standardise_nces_part,
    "course_offerings": lambda received, source, year: standardise_course_offerings(
        received, source, year, catalog_of(source)
    ),
    "survey_responses": standardise_survey_responses,
    "ap_school_codes": standardise_ap_school_codes,
    "ap_offerings": standardise_ap_offerings,
    "ib_school_codes": standardise_ib_school_codes,
    "ib_offerings": standardise_ib_offerings,
    "provider_offerings": standardise_provider_offerings,
    "decisions": standardise_decisions,
    "partner_regions": standardise_partner_regions,
    "partner_requests": standardise_partner_requests,
}

SERIOUS = frozenset({"block", "reject", "quarantine"})
"""Severities of findings that somebody must look at; the others are counted or were repaired."""
RECEIVED_CHECKS = {
    "files_are_as_declared": "Every file received can be read, is what its receipt says, and has only known columns."
}
STANDARD_CHECKS = {"rows_follow_the_rules": "No row was rejected or has to wait for a person."}


def source_steps(source: Source) -> list[Step]:
    """The received and the standard step of one source."""
    name = source.source
    standard = [("standard", f"{name}.{part}") for part in ("findings", "rejects", "accounts")]
    received = [("received", name), ("received", f"{name}.files"), ("received", f"{name}.findings")]
    received.append(("received", f"{name}.rejects"))
    restricted = ("restricted", name)
    return [
        Step(
            stage="received",
            name=name,
            description=f"{source.title}: files received for the school year, as text, with their receipts.",
            run=lambda workspace, year: _receive(workspace, workspace.sources[name], year),
            needs=(("received", "run_settings"),),
            writes=(*received, restricted),
            also=lambda workspace, year: _received_inputs(workspace, name, year),
            kept_as_is=lambda workspace, _year: not is_selected(workspace, workspace.sources[name]),
            checks=RECEIVED_CHECKS,
            kinds=tuple(sorted({layout.reader for layout in source.layouts})),
        ),
        Step(
            stage="standard",
            name=name,
            description=f"{source.title}: our columns and types, repairs named, rejected rows set aside.",
            run=lambda workspace, year: _standardise(workspace, workspace.sources[name], year),
            part_of=part_table(source),
            needs=(("received", name),),
            reads=(*received, restricted),
            writes=(("standard", name), *standard, ("restricted", f"{name}.standard")),
            checks=STANDARD_CHECKS,
        ),
    ]


def is_selected(workspace: Workspace, source: Source) -> bool:
    """Whether a run reads the source anew: the directory always, others when named or when none is named."""
    return not workspace.only or source.source in workspace.only or source.produces == "nces_schools"


def _received_inputs(workspace: Workspace, name: str, school_year: str) -> str:
    source = workspace.sources[name]
    if not is_selected(workspace, source):
        return "not selected"
    return source_fingerprint(workspace.raw, source, school_year, read_receipts(workspace.raw))


def _receive(workspace: Workspace, source: Source, school_year: str) -> StepReport:
    receipts = read_receipts(workspace.raw)
    if not is_selected(workspace, source):
        receipts = receipts.head(0)
    received = read_source(workspace.raw, source, school_year, receipts)
    store, name = workspace.store, source.source
    store.write_text(received.rows, "received", name, school_year)
    store.write_text(received.restricted, "restricted", name, school_year)
    store.write(received.files, "received_files", school_year, name=f"{name}.files")
    store.write(received.findings, "findings", school_year, stage="received", name=f"{name}.findings")
    store.write(received.rejects, "rejects", school_year, stage="received", name=f"{name}.rejects")
    refused = received.files[received.files["file_status"].isin(["refused", "missing"])]
    unknown = received.findings[received.findings["rule_id"] == "F17"]
    return StepReport(
        rows=len(received.rows),
        sentence=_what_came(received.files, len(received.rows)),
        numbers={"files": len(received.files), "files_refused": len(refused), "unknown_columns": len(unknown)},
        checks=[
            CheckOutcome(
                name="files_are_as_declared",
                passed=refused.empty and unknown.empty,
                is_error=not refused.empty,
                sentence=_what_is_wrong(refused, unknown, name),
                findings=show_findings(received.findings[received.findings["severity"] != "fix"]),
                details=store.path("received", f"{name}.findings", school_year),
            )
        ],
    )


def _what_is_wrong(refused: pd.DataFrame, unknown: pd.DataFrame, source: str) -> str:
    said = [f"{file} was refused: {reason}." for file, reason in zip(refused["file"], refused["reason"], strict=True)]
    if len(unknown):
        said.append(
            f"{len(unknown)} columns are not named in schemas/sources/{source}.yml: {', '.join(unknown['column'])}."
        )
    return " ".join(said) or "All files were read, and all their columns are known."


def _what_came(files: pd.DataFrame, rows: int) -> str:
    if files.empty:
        return "Nothing was received for this school year."
    borrowed = sorted(set(files.loc[files["file_year"] != files["school_year"], "file_year"]))
    note = f", those of {borrowed[0]}, the nearest year received" if borrowed else ""
    return f"{len(files)} files received{note}; {rows:,} rows read."


def read_received(workspace: Workspace, source: Source, school_year: str) -> Received:
    """The received bundle of a source as it lies in the store."""
    store, name = workspace.store, source.source
    return Received(
        rows=store.read_text("received", name, school_year),
        restricted=store.read_text("restricted", name, school_year),
        files=store.read("received_files", school_year, name=f"{name}.files"),
        findings=store.read("findings", school_year, stage="received", name=f"{name}.findings"),
        rejects=store.read("rejects", school_year, stage="received", name=f"{name}.rejects"),
    )


def _standardise(workspace: Workspace, source: Source, school_year: str) -> StepReport:
    received = read_received(workspace, source, school_year)
    result = STANDARDISERS[source.produces](received, source, school_year) if len(received.files) else _nothing(source)
    store, name = workspace.store, source.source
    store.write(result.table, part_table(source), school_year, name=name)
    store.write(result.findings, "findings", school_year, name=f"{name}.findings")
    store.write(result.rejects, "rejects", school_year, name=f"{name}.rejects")
    store.write(result.accounts, "row_accounts", school_year, name=f"{name}.accounts")
    store.write_text(result.restricted.astype("str"), "restricted", f"{name}.standard", school_year)
    return StepReport(
        rows=len(result.table),
        sentence=_what_became(result),
        numbers={
            column: int(result.accounts[column].sum())
            for column in ("rows_in", "rows_kept", "rows_rejected", "rows_merged", "rows_excluded")
        }
        | {"findings": int(result.findings["finding_rows"].sum())},
        checks=[_followed(received, result, store.path("standard", f"{name}.findings", school_year))],
    )


def _nothing(source: Source) -> Standardised:
    """What a source becomes that sent nothing, as half of them do in most years."""
    names = (part_table(source), "findings", "rejects", "row_accounts")
    table, findings, rejects, accounts = (conform(pd.DataFrame(), name) for name in names)
    return Standardised(table, findings, rejects, accounts, restricted=pd.DataFrame({"record_id": []}))


def _what_became(result: Standardised) -> str:
    sums = result.accounts[["rows_in", "rows_kept", "rows_rejected", "rows_merged", "rows_excluded"]].sum()
    return "{:,} rows in: {:,} kept, {:,} rejected, {:,} merged, {:,} excluded.".format(*(int(n) for n in sums))


def _followed(received: Received, result: Standardised, where: str) -> CheckOutcome:
    parts = [part for part in (received.findings, result.findings) if len(part)]
    serious = join_findings([part[encode(part["severity"]).flag(SERIOUS.__contains__)] for part in parts])
    share = len(serious.drop_duplicates(["file", "row"])) / max(int(result.accounts["rows_in"].sum()), 1)
    return CheckOutcome(
        name="rows_follow_the_rules",
        passed=serious.empty,
        sentence="All rows follow the rules."
        if serious.empty
        else f"{len(serious)} findings on {share:.1%} of the rows break {serious['rule_id'].nunique()} rules.",
        findings=show_findings(serious),
        details=where,
    )
