"""A candidate: the next release, built from the tables of now and compared with the last one, for people to look at.

Nothing is switched in here and nobody approves here; that is `publishing.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.published.comparison import Comparison, compare, write_comparison
from pipelines.published.diff import read_release, read_reports
from pipelines.published.gate import judge_release
from pipelines.published.provenance import (
    Provenance,
    drop_provenance,
    keep,
    read_facts,
    read_provenance,
    why_dropped,
    write_provenance,
)
from pipelines.published.public_tables import PUBLISHED, join_years
from pipelines.published.release import build_release
from pipelines.published.report_hide import hide_beside
from pipelines.published.versions import (
    MANIFEST,
    current_release,
    hash_file,
    newest_candidate,
    next_version,
    releases_folder,
    remove_candidate,
    superseded_candidates,
)
from pipelines.season.releases.frozen_years import frozen_years
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


class GateError(RuntimeError):
    """The release did not pass the gate; `verdicts` are all expectations with what was found (counts, no values)."""

    def __init__(self, sentence: str, verdicts: list[dict[str, Any]]) -> None:
        super().__init__(sentence)
        self.verdicts = verdicts


@dataclass(frozen=True)
class Candidate:
    """A release folder that was never current. `facts` are those of its provenance; `verdicts` the gate's.

    dropped: older candidates that went when it was built.
    """

    version: str
    folder: Path
    facts: Mapping[str, Any]
    dropped: tuple[str, ...] = ()

    @property
    def diff_sha256(self) -> str:
        return str(self.facts["diff_sha256"])

    @property
    def manifest_sha256(self) -> str:
        return hash_file(self.folder / MANIFEST)

    @property
    def states_to_name(self) -> list[str]:
        return list(self.facts["states_to_name"])

    @property
    def errata(self) -> dict[str, int]:
        """Frozen school years that it changes, and how many schools of each."""
        return dict(self.facts.get("errata", {}))

    @property
    def sentence(self) -> str:
        """For example: 2026.11.2 would change 214 schools."""
        return f"{self.version} {self.facts['sentence']}"

    @property
    def options(self) -> str:
        """What an approval must name, as options of the command; begins with a space, or is empty."""
        named = [f" --state {state}" for state in self.states_to_name]
        return "".join([*named, *(f" --errata {year}" for year in self.errata)])

    @property
    def pages(self) -> Path:
        """Where the diff lies that says who decided."""
        return self.folder.parents[1] / "provenance" / self.version


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


def make_candidate(workspace: Workspace, *, who: str = "", now: datetime | None = None) -> Candidate:
    """Build the next release beside the others, with its diff; or hand back the newest candidate when nothing changed.

    The caller holds the lock of the publication (`release.propose_release` is the door).
    Raises ValueError when there is nothing to publish or a run has not been finished, LockedError while one is at work,
    and GateError when the tables are not fit to publish.
    """
    data = data_path(workspace)
    last = newest_candidate(data)
    tables = read_tables(workspace, who=who)
    known = open_candidate(data, last) if last else None
    if known and known.facts["tables"] == tables.mark:
        return known
    day = (now or datetime.now(UTC)).date()
    version = next_version(releases_folder(data), day)
    verdicts = judge(tables)
    comparison = compare_with_base(workspace, tables, version)
    facts = {**tables.provenance.facts, **_facts(comparison, tables, verdicts), "released_on": day.isoformat()}
    # Before the release itself: a version that is there always says what it was made from.
    folder = write_provenance(data, version, replace(tables.provenance, facts=facts))
    write_comparison(folder, comparison, with_people=True)
    built = build_tables(data, version, tables, comparison, day=day)
    older = tuple(superseded_candidates(data))
    for one in older:
        drop_candidate(data, one, f"{version} takes its place")
    return Candidate(version, built, facts, older)


def drop_candidate(data: Path, version: str, why: str) -> None:
    """Delete a candidate that was never published. Its number, its diff page and its approvals stay on record.

    Raises ValueError when it was published or is not there.
    """
    remove_candidate(data, version)
    drop_provenance(data, version, why)


def open_candidate(data: Path, version: str) -> Candidate:
    """The candidate of that version as it was built. Raises ValueError when it is none."""
    folder = data / "releases" / version
    facts = read_facts(data, version)
    gone = why_dropped(data, version) if version else ""
    if gone:
        raise ValueError(f"{version} was dropped and never published: {gone}. Build a new candidate: cleanup candidate")
    if not (folder / MANIFEST).exists() or not facts or "diff_sha256" not in facts:
        raise ValueError(
            f"there is no candidate {version or 'yet'}; build one: cleanup candidate, or the job release_candidate"
        )
    return Candidate(version, folder, facts)


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


def judge(tables: Tables) -> list[dict[str, Any]]:
    """The gate's verdicts. Raises GateError when one fails."""
    verdicts = judge_release(tables.frames, tables.directory_rows)
    failed = [v for v in verdicts if not v["passed"]]
    if failed:
        raise GateError(
            f"The release was not built: {len(failed)} of {len(verdicts)} expectations do not hold, "
            f"first: {failed[0]['table']}: {failed[0]['expectation']} (found: {failed[0]['found']}).",
            verdicts,
        )
    return verdicts


def compare_with_base(workspace: Workspace, tables: Tables, version: str) -> Comparison:
    """The tables beside the current release."""
    data = data_path(workspace)
    base = str(tables.base["version"]) if tables.base else ""
    old = read_release(data / "releases" / base) if base else None
    states = {name: source.state for name, source in workspace.sources.items()}
    was = read_provenance(data, base) if base else None
    found = compare(version, base, old, tables.frames, was, tables.provenance, tables.findings, states)
    return replace(found, frozen=frozen_years(data))


def build_tables(
    data: Path,
    version: str,
    tables: Tables,
    comparison: Comparison,
    *,
    day: Any,
    channel: str = "release",
    name: str = "",
) -> Path:
    """The release folder of those tables, for a channel; see `build_release`."""
    return build_release(
        data,
        version,
        tables.years,
        released_on=day,
        inputs=_inputs(tables.provenance.files),
        code_version=code_version(),
        diff_hash=comparison.diff_sha256,
        channel=channel,
        name=name,
        parts=lambda folder: write_comparison(folder / "diff", comparison, channel=channel),
    )


def data_path(workspace: Workspace) -> Path:
    """The data folder as a local path. Raises ValueError for a bucket: a release is switched in by rename."""
    folder = local_folder(workspace)
    if folder is None:
        raise ValueError(f"releases need a folder that can rename, {workspace.store.root} cannot; publish to a folder")
    return folder


def _facts(comparison: Comparison, tables: Tables, verdicts: list[dict[str, Any]]) -> dict[str, Any]:
    limits = [{str(k): v for k, v in row.items()} for row in comparison.limits.to_dict("records")]
    return {
        "version": comparison.version,
        "base": comparison.base,
        "sentence": comparison.sentence,
        "schools_changed": comparison.schools,
        "diff_sha256": comparison.diff_sha256,
        "tables": tables.mark,
        "limits": limits,
        "states_to_name": comparison.states_to_name,
        "errata": comparison.errata_years,
        "verdicts": verdicts,
    }


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


def _inputs(files: pd.DataFrame) -> dict[str, str]:
    known = files.dropna(subset=["sha256"]).sort_values("file", kind="stable")
    return dict(zip(known["file"], known["sha256"], strict=True))
