"""What a release is made of, read at one moment while no run could write, with where it came from.

Judges and compares nothing; that is `candidate.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.published.diff import read_reports
from pipelines.published.provenance import Provenance, keep
from pipelines.published.public_tables import PUBLISHED, join_years
from pipelines.published.report_hide import hide_beside
from pipelines.published.versions import current_release, hash_file
from pipelines.season.run import national_steps
from pipelines.season.run_lock import all_years_locked, local_folder
from pipelines.season.steps.comparing import NAME as COMPARISONS
from pipelines.season.steps.parts import read_parts
from pipelines.season.steps.reporting import report_of
from pipelines.season.workspace import PROJECT
from pipelines.shared.steps import Workspace, code_version, last_report
from schemas.tables import table

Frames = Mapping[str, pd.DataFrame]
WAIT_SECONDS = 20.0
SUCCESSORS = "school_successors"
DECLARED = (".yml", ".csv", ".py")


@dataclass(frozen=True)
class Tables:
    """What a release is made of, read at one moment while no run could write.

    years: {school year: {table: frame}}. mark: hash that changes with any table, the code or the current release.
    """

    years: dict[str, dict[str, pd.DataFrame]]
    frames: dict[str, pd.DataFrame]
    provenance: Provenance
    findings: pd.DataFrame
    directory_rows: Mapping[str, int]
    base: Mapping[str, Any] | None
    mark: str


def read_tables(workspace: Workspace, *, who: str = "", what: str = "reading the tables of a release") -> Tables:
    """Everything a release is made of. Raises ValueError when a year was not run to its end, LockedError during a run."""
    years = complete_years(workspace)
    base = current_release(data_path(workspace))
    with all_years_locked(workspace, years, who=who, what=what, waits=WAIT_SECONDS):
        require_finished(workspace, years)
        store = workspace.store
        held = hide_beside_earlier(workspace, read_years(workspace, years))
        findings = [
            store.read("findings", year, stage=stage, name=COMPARISONS)
            for stage in ("linked", "reconciled")
            for year in years
        ]
        frames = join_years(held)
        return Tables(
            years=held,
            frames=frames,
            provenance=_provenance(workspace, years, frames),
            findings=pd.concat(findings, ignore_index=True),
            directory_rows={y: len(store.read("nces_schools", y, columns=["nces_school_id"])) for y in years},
            base=base,
            mark=mark_tables(workspace, years, base),
        )


def read_years(workspace: Workspace, years: list[str] | None = None) -> dict[str, dict[str, pd.DataFrame]]:
    """{school year: {table: frame}} of those years, by default of every year that has been run to its end."""
    return {y: {n: workspace.store.read(n, y) for n in PUBLISHED} for y in years or complete_years(workspace)}


def hide_beside_earlier(
    workspace: Workspace, held: dict[str, dict[str, pd.DataFrame]]
) -> dict[str, dict[str, pd.DataFrame]]:
    """The tables with the report's figures of students hidden where an earlier release would tell what is small now."""
    every = read_reports(data_path(workspace))
    for year, frames in held.items():
        earlier = every[every["school_year"] == year] if len(every) else every
        more = hide_beside(frames["access_report"], earlier) if len(earlier) else frozenset()
        if more:
            frames["access_report"] = report_of(workspace, year, hide=more)[0]
    return held


def complete_years(workspace: Workspace) -> list[str]:
    """School years that have every table of a release. Raises ValueError when there is none."""
    store = workspace.store
    years = [
        year
        for year in store.years("published", "sources")
        if all(store.exists(table(name).stage, name, year) for name in PUBLISHED)
    ]
    if not years:
        raise ValueError("there is nothing to publish yet; run the clean-up first: cleanup run 2018-19")
    return years


def mark_tables(workspace: Workspace, years: list[str], base: Mapping[str, Any] | None) -> str:
    """Hash of the bytes of every table of a release, of the code, and of the release it is compared with."""
    lines = [code_version(), str(base["manifest_sha256"]) if base else "first"]
    lines += [f"{y} {n} {workspace.store.content_hash(table(n).stage, n, y)}" for y in years for n in PUBLISHED]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def require_finished(workspace: Workspace, years: list[str]) -> None:
    """Raise ValueError when a table was not made of the tables before it: a run was stopped, or the code is newer."""
    for year in years:
        for step in national_steps(workspace.sources):
            if last_report(step, workspace, year) is None:
                raise ValueError(
                    f"the tables of {year} are not finished: {step.stage}/{step.name} was not made of what is there now "
                    f"(a run was stopped, or the code changed); run it first: cleanup run {year}, or the job fall_cleanup"
                )


def data_path(workspace: Workspace) -> Path:
    """The data folder as a local path. Raises ValueError for a bucket: a release is switched in by rename."""
    folder = local_folder(workspace)
    if folder is None:
        raise ValueError(f"releases need a folder that can rename, {workspace.store.root} cannot; publish to a folder")
    return folder


def _provenance(workspace: Workspace, years: list[str], frames: Frames) -> Provenance:
    store = workspace.store

    def joined(name: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
        return keep(pd.concat(parts, ignore_index=True), name)

    access = frames["school_cs_access"].drop_duplicates("school_year")
    return Provenance(
        files=joined("files", [store.read("received_files", y) for y in years]),
        links=joined("links", [store.read("linked_records", y) for y in years]),
        directory=joined("directory", [store.read("nces_schools", y) for y in years]),
        decisions=joined("decisions", [read_parts(workspace, "decisions", y) for y in years]),
        successors=joined(
            "successors",
            [store.read(SUCCESSORS, y) for y in years if store.exists(table(SUCCESSORS).stage, SUCCESSORS, y)]
            or [pd.DataFrame()],
        ).drop_duplicates(),
        facts={
            "code": _code(),
            "declared": _declared(),
            "policies": dict(zip(access["school_year"], access["policy"], strict=True)),
        },
    )


@cache
def _declared() -> dict[str, str]:
    """File below schemas/ -> sha256."""
    folder = PROJECT / "schemas"
    files = sorted(p for p in folder.rglob("*") if p.suffix in DECLARED and "__pycache__" not in p.parts)
    return {p.relative_to(folder).as_posix(): hash_file(p) for p in files}


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for path in sorted((PROJECT / "pipelines").rglob("*.py")):
        digest.update(path.relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
