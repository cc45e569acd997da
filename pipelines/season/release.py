"""Judge, build, compare and switch a release from the tables of every school year in the store.

The parts are in `pipelines/published/`; here they are put in order, so that the command line and Dagster do the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd

from pipelines.published.diff import diff_hash, diff_releases, read_release
from pipelines.published.gate import judge_release
from pipelines.published.public_tables import PUBLISHED, join_years
from pipelines.published.release import build_release
from pipelines.published.versions import (
    current_release,
    next_version,
    publish,
    releases_folder,
    rollback,
)
from pipelines.season.partner_release import build_partners
from pipelines.shared.steps import Workspace, code_version
from schemas.tables import table

Frames = Mapping[str, pd.DataFrame]


class GateError(RuntimeError):
    """The release did not pass the gate; `verdicts` are all expectations with what was found (counts, no values)."""

    def __init__(self, sentence: str, verdicts: list[dict[str, Any]]) -> None:
        super().__init__(sentence)
        self.verdicts = verdicts


@dataclass(frozen=True)
class Outcome:
    """What publishing did. `folder` is empty after a dry run; `changes` counts schools that differ from before."""

    version: str
    folder: str
    sentence: str
    changes: int
    verdicts: list[dict[str, Any]]


def publish_release(workspace: Workspace, *, approved_by: str, note: str = "", dry_run: bool = False) -> Outcome:
    """Judge the tables of every school year, build a release beside the others, and switch to it.

    Raises ValueError when nobody approves or there is nothing to publish, GateError when the gate fails: in both
    cases the current release stays.
    """
    if not approved_by.strip():
        raise ValueError('publishing needs somebody who approves it: fill in approved_by (or --by "Your Name")')
    data = data_path(workspace)
    years = read_years(workspace)
    frames = join_years(years)
    verdicts = judge_release(frames, _directory_rows(workspace, list(years)))
    failed = [v for v in verdicts if not v["passed"]]
    if failed:
        raise GateError(
            f"The release was not published: {len(failed)} of {len(verdicts)} expectations do not hold, "
            f"first: {failed[0]['table']}: {failed[0]['expectation']} (found: {failed[0]['found']}).",
            verdicts,
        )
    before = _current_frames(data)
    changes = diff_releases(before, frames)
    changed = int(changes["nces_school_id"].nunique())
    now = datetime.now(UTC)
    version = next_version(releases_folder(data), now.date())
    if dry_run:
        sentence = f"Dry run: {version} would change {changed:,} schools; nothing was switched."
        return Outcome(version, "", sentence, changed, verdicts)
    folder = build_release(
        data,
        version,
        years,
        released_on=now.date(),
        inputs=_inputs(workspace, list(years)),
        code_version=code_version(),
        diff_hash=diff_hash(changes),
    )
    publish(data, version, approved_by=approved_by, note=note, now=now)
    build_partners(workspace, data, version, list(years), now.date())
    compared = f"{changed:,} schools differ from the one before" if before else "it is the first"
    sentence = f"Release {version} is out: {compared}. It lies in {folder}."
    return Outcome(version, str(folder), sentence, changed, verdicts)


def compare_with_current(workspace: Workspace) -> pd.DataFrame:
    """Schools that would change if the tables of now were published (see `diff_releases`)."""
    return diff_releases(_current_frames(data_path(workspace)), join_years(read_years(workspace)))


def roll_back(workspace: Workspace, version: str, *, approved_by: str = "", note: str = "") -> str:
    """Switch back to an earlier release and say so. Raises ValueError when there is none."""
    pointer = rollback(data_path(workspace), version, approved_by=approved_by, note=note)
    return f"Release {pointer['version']} is the current one again; nothing was deleted."


def read_years(workspace: Workspace) -> dict[str, dict[str, pd.DataFrame]]:
    """{school year: {table: frame}} of every year that has been run to its end.

    Raises ValueError when there is none.
    """
    store = workspace.store
    complete = [
        year
        for year in store.years("published", "sources")
        if all(store.exists(table(name).stage, name, year) for name in PUBLISHED)
    ]
    if not complete:
        raise ValueError("there is nothing to publish yet; run the clean-up first: cleanup run 2018-19")
    return {year: {name: store.read(name, year) for name in PUBLISHED} for year in complete}


def data_path(workspace: Workspace) -> Path:
    """The data folder as a local path. Raises ValueError for a bucket: a release is switched in by rename."""
    fs, path = fsspec.url_to_fs(workspace.store.root)
    if "file" not in fs.protocol:
        raise ValueError(f"releases need a folder that can rename, {workspace.store.root} cannot; publish to a folder")
    return Path(path)


def _current_frames(data: Path) -> Frames | None:
    pointer = current_release(data)
    return read_release(data / "releases" / pointer["version"]) if pointer else None


def _directory_rows(workspace: Workspace, years: list[str]) -> dict[str, int]:
    store = workspace.store
    return {year: len(store.read("nces_schools", year, columns=["nces_school_id"])) for year in years}


def _inputs(workspace: Workspace, years: list[str]) -> dict[str, str]:
    files = pd.concat([workspace.store.read("received_files", year) for year in years], ignore_index=True)
    known = files.dropna(subset=["sha256"]).sort_values("file", kind="stable")
    return dict(zip(known["file"], known["sha256"], strict=True))
