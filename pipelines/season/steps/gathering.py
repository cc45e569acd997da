"""The national steps of the received and standard stages: files received, the directory, findings in one place."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.season.steps.parts import decisions_of, part_keys
from pipelines.shared.findings import join_findings
from pipelines.shared.steps import CheckOutcome, Step, StepReport, Workspace, show_findings
from pipelines.standard.decided_schools import apply_to_directory
from pipelines.standard.nces_schools import build_directory
from pipelines.standard.split import unaccounted
from schemas.source_model import Source


def gathering_steps(sources: Mapping[str, Source]) -> list[Step]:
    """Files received, the school directory, and the findings of every source."""
    directory = part_keys(sources, "nces_parts")
    every = [("standard", name) for name in sources]
    files = [("received", f"{name}.files") for name in sources]
    sidecars = [("standard", f"{name}.{part}") for name in sources for part in ("findings", "rejects", "accounts")]
    early = [("received", f"{name}.{part}") for name in sources for part in ("findings", "rejects")]
    gathered = ("findings", "rejects", "row_accounts")
    return [
        Step(
            stage="received",
            name="received_files",
            description="Every file received for the school year, from every source, and what became of it.",
            run=_gather_files,
            tables=("received_files",),
            needs=tuple(("received", name) for name in sources),
            reads=tuple(files),
            writes=(("received", "received_files"),),
            checks={"no_file_was_refused": "Every file received could be read."},
        ),
        Step(
            stage="standard",
            name="nces_schools",
            description="The school directory of the year, out of the NCES files received.",
            run=_build_directory,
            tables=("nces_schools",),
            needs=(*directory, *part_keys(sources, "decisions")),
            reads=(*directory, *part_keys(sources, "decisions")),
            writes=tuple(("standard", f"nces_schools{part}") for part in ("", ".findings", ".decisions")),
            checks={
                "directory_is_there": "A directory file of this or another year has been received.",
                "schools_stand_once": "A state id, and a name with its address, belong to one school.",
                "directory_agrees_with_itself": "Counts, charters and places of the schools are possible.",
                "directory_is_sound": "No code stands for a value, and the geocodes of the year are whole.",
            },
            blocking=frozenset({"directory_is_there", "directory_is_sound"}),
        ),
        Step(
            stage="standard",
            name="findings",
            description="All findings, rejected rows and row accounts of the year in one place.",
            run=_gather_findings,
            tables=gathered,
            checks={"rows_are_accounted_for": "Rows in are rows kept, rejected, merged and excluded, file by file."},
            blocking=frozenset({"rows_are_accounted_for"}),
            needs=(*every, ("standard", "nces_schools")),
            reads=(*sidecars, *early, ("standard", "nces_schools.findings")),
            writes=tuple(("standard", name) for name in gathered),
        ),
    ]


def _gather_files(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    names = [f"{name}.files" for name in workspace.sources]
    files = store.read_many("received_files", school_year, names)
    store.write(files, "received_files", school_year)
    status = files["file_status"].value_counts()
    refused = files[files["file_status"].isin(["refused", "missing"])]
    return StepReport(
        rows=len(files),
        sentence=f"{len(files)} files received from {files['source'].nunique()} sources; {len(refused)} refused.",
        numbers={f"files_{name}": int(n) for name, n in status.items()},
        checks=[
            CheckOutcome(
                name="no_file_was_refused",
                passed=refused.empty,
                is_error=True,
                sentence="All files were read."
                if refused.empty
                else f"{len(refused)} files were refused; their sources are published as not reported.",
                findings=[
                    {"file": f.file, "row": "", "column": "", "what is wrong": f.reason, "value": ""}
                    for f in refused.head(50).itertuples()
                ],
                details=store.path("received", "received_files", school_year),
            )
        ],
    )


def _build_directory(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    sources = {name: s for name, s in workspace.sources.items() if s.produces == "nces_schools"}
    parts = {name: store.read("nces_parts", school_year, name=name) for name in sources}
    listed, findings = build_directory(parts, sources, school_year)
    schools, outcomes = apply_to_directory(listed, decisions_of(workspace, school_year))
    store.write(outcomes, "decision_outcomes", school_year, stage="standard", name="nces_schools.decisions")
    store.write(schools, "nces_schools", school_year)
    store.write(findings, "findings", school_year, name="nces_schools.findings")
    return StepReport(
        rows=len(schools),
        sentence=f"{len(schools):,} schools in {schools['state'].nunique()} states.",
        numbers={
            "schools": len(schools),
            "with_state_id": int(schools["state_school_id"].notna().sum()),
            "with_position": int(schools["latitude"].notna().sum()),
            "with_grades": int(schools["offers_high"].notna().sum()),
        },
        checks=[
            CheckOutcome(
                name="directory_is_there",
                passed=len(schools) > 0,
                is_error=True,
                blocking=True,
                sentence=f"{len(schools):,} schools."
                if len(schools)
                else "No directory file has been received for this or any other year. Receive one, for example: "
                "cleanup receive ccd_sch_029_1819.csv --source nces_ccd_029 --year 2018-19",
            ),
            *_directory_checks(findings, store.path("standard", "nces_schools.findings", school_year)),
        ],
    )


def _directory_checks(findings: pd.DataFrame, where: str) -> list[CheckOutcome]:
    twice = findings["rule_id"].isin(["D08", "D28"])
    unsound = findings["severity"] == "block"
    parts = (
        ("schools_stand_once", findings[twice], "No school seems to stand twice.", "schools that may stand twice"),
        ("directory_agrees_with_itself", findings[~twice & ~unsound], "Nothing is odd.", "schools with odd values"),
        ("directory_is_sound", findings[unsound], "The directory is sound.", "what must not be published"),
    )
    return [
        CheckOutcome(
            name=name,
            passed=found.empty,
            is_error=name == "directory_is_sound",
            blocking=name == "directory_is_sound",
            sentence=well if found.empty else f"{len(found):,} findings on {odd}.",
            findings=show_findings(found),
            details=where,
        )
        for name, found, well, odd in parts
    ]


def _gather_findings(workspace: Workspace, school_year: str) -> StepReport:
    store, names = workspace.store, list(workspace.sources)
    of_findings, of_rejects = ([f"{name}.{part}" for name in names] for part in ("findings", "rejects"))
    findings = join_findings(
        [
            *(store.read_many("findings", school_year, of_findings, stage=stage) for stage in ("received", "standard")),
            store.read("findings", school_year, name="nces_schools.findings"),
        ]
    )
    rejects = pd.concat(
        [store.read_many("rejects", school_year, of_rejects, stage=stage) for stage in ("received", "standard")]
    )
    rejects = rejects.drop_duplicates(["source", "file", "row"]).sort_values(["source", "file", "row"], kind="stable")
    accounts = store.read_many("row_accounts", school_year, [f"{name}.accounts" for name in names])
    store.write(findings, "findings", school_year)
    store.write(rejects.reset_index(drop=True), "rejects", school_year)
    store.write(accounts, "row_accounts", school_year)
    lost = unaccounted(accounts)
    by_severity = findings.groupby("severity")["finding_rows"].count()
    return StepReport(
        rows=len(findings),
        sentence=f"{len(findings):,} findings; {len(rejects):,} rejected rows of {int(accounts['rows_in'].sum()):,}.",
        numbers={f"findings_{name}": int(n) for name, n in by_severity.items()} | {"rejected_rows": len(rejects)},
        checks=[
            CheckOutcome(
                name="rows_are_accounted_for",
                passed=lost.empty,
                is_error=True,
                blocking=True,
                sentence="Every row of every file is accounted for."
                if lost.empty
                else f"X12: the rows of {', '.join(lost['file'])} do not add up; this is a defect of the pipeline.",
            )
        ],
    )
