"""A candidate: the next release, built from the tables of now and compared with the last one, for people to look at.

Nobody approves here, which is `approving.py`, and nothing is switched in, which is `publishing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.published.comparison import Comparison, compare, write_comparison
from pipelines.published.diff import read_release
from pipelines.published.gate import judge_release
from pipelines.published.provenance import drop_provenance, read_facts, read_provenance, why_dropped, write_provenance
from pipelines.published.release import build_release
from pipelines.published.versions import (
    MANIFEST,
    hash_file,
    newest_candidate,
    next_version,
    releases_folder,
    remove_candidate,
    superseded_candidates,
)
from pipelines.season.releases.frozen_years import frozen_years
from pipelines.season.releases.tables import Tables, data_path, read_tables
from pipelines.shared.steps import Workspace, code_version


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


def make_candidate(workspace: Workspace, *, who: str = "", now: datetime | None = None) -> Candidate:
    """Build the next release beside the others, with its diff; or hand back the newest candidate when nothing changed.

    The caller holds the lock of the publication (`publishing.propose_release` is the door).
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


def _inputs(files: pd.DataFrame) -> dict[str, str]:
    known = files.dropna(subset=["sha256"]).sort_values("file", kind="stable")
    return dict(zip(known["file"], known["sha256"], strict=True))
