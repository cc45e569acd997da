"""Propose, drop, publish, preview, try out and take back a release, and list them.

Building and comparing is `candidate.py`, approving `approving.py`; the command line and Dagster call the same functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pipelines.published.approvals import read_approvals, require_approvals, standing_approvals
from pipelines.published.comparison import Comparison
from pipelines.published.partner_files import remove_old_contacts
from pipelines.published.switches import switched_by
from pipelines.published.versions import (
    current_release,
    list_releases,
    newest_candidate,
    next_version,
    point_preview,
    publish,
    releases_folder,
    require_version,
    rollback,
)
from pipelines.season.releases.approving import approve_in_one_go, require_unchanged
from pipelines.season.releases.candidate import (
    Candidate,
    build_tables,
    compare_with_base,
    drop_candidate,
    judge,
    make_candidate,
    open_candidate,
)
from pipelines.season.releases.one_at_a_time import LOCK_SECONDS, publication
from pipelines.season.releases.partners import build_partners
from pipelines.season.releases.tables import complete_years, data_path, read_tables
from pipelines.season.run_lock import all_years_locked
from pipelines.shared.steps import Workspace
from schemas.publishing_model import Publishing, load_publishing


@dataclass(frozen=True)
class Outcome:
    """What publishing did. `folder` is empty when nothing was switched; `changes` counts schools that differ."""

    version: str
    folder: str
    sentence: str
    changes: int
    verdicts: list[dict[str, Any]]


def propose_release(workspace: Workspace, *, who: str = "") -> Candidate:
    """Build the candidate of now, or hand back the newest one when nothing changed since; see `make_candidate`."""
    data = data_path(workspace)
    with publication(data, who, "candidate"):
        return make_candidate(workspace, who=who)


def drop(workspace: Workspace, version: str, *, who: str, note: str = "") -> str:
    """Delete a candidate that nobody will publish, and say so. Raises ValueError when it was published or is not there."""
    data = data_path(workspace)
    if not who.strip():
        raise ValueError('a candidate is dropped by somebody: --by "Your Name"')
    with publication(data, who, "drop"):
        drop_candidate(data, version, f"{who.strip()} dropped it" + (f", {note.strip()}" if note.strip() else ""))
    kept = data / "provenance" / version / "diff.html"
    return f"{version} is gone; it was never published. Its diff page stays: {kept}, and its number is not used again."


def publish_release(
    workspace: Workspace,
    version: str = "",
    *,
    approved_by: str = "",
    note: str = "",
    settings: Publishing | None = None,
) -> Outcome:
    """Switch an approved candidate in (the newest, when no version is named).

    With `approved_by` it is built, approved and switched in one go, where `publishing.yml` allows that and no state is
    beyond a limit. Raises ApprovalError when the approvals do not suffice or the data changed since, ValueError or
    GateError as `make_candidate` does; in all cases the current release stays.
    """
    rules = settings or load_publishing()
    data = data_path(workspace)
    with publication(data, approved_by, "publish"):
        if approved_by.strip() and not version:
            candidate = make_candidate(workspace, who=approved_by)
        else:
            candidate = open_candidate(data, require_version(version) if version else newest_candidate(data))
        if (current_release(data) or {}).get("version") == candidate.version:
            # Asked again after it was killed: what was left to do has been done by now.
            said = f"Release {candidate.version} is the current one already. It lies in {candidate.folder}."
            return Outcome(candidate.version, str(candidate.folder), said, 0, candidate.facts["verdicts"])
        if approved_by.strip():
            approve_in_one_go(workspace, candidate, approved_by, note, rules)
        given = read_approvals(data, candidate.version)
        people = require_approvals(
            given,
            version=candidate.version,
            diff_sha256=candidate.diff_sha256,
            manifest_sha256=candidate.manifest_sha256,
            states=candidate.states_to_name,
            people=rules.approvals_needed,
            errata=list(candidate.errata),
        )
        notes = [a.note for a in standing_approvals(given) if a.note and a.diff_sha256 == candidate.diff_sha256]
        _partners(workspace, candidate, people)
        publish(
            data, candidate.version, approved_by=", ".join(people), note=note.strip() or "; ".join(dict.fromkeys(notes))
        )
        # Only now: killed before the switch, the release that stays the current one keeps everything of its own.
        remove_old_contacts(data, candidate.version)
    facts = candidate.facts
    compared = (
        f"{facts['schools_changed']:,} schools differ from {facts['base']}" if facts["base"] else "it is the first"
    )
    sentence = f"Release {candidate.version} is out: {compared}. It lies in {candidate.folder}."
    return Outcome(candidate.version, str(candidate.folder), sentence, facts["schools_changed"], facts["verdicts"])


def _partners(workspace: Workspace, candidate: Candidate, people: Sequence[str]) -> None:
    """The partner folders, from the tables that were approved: before the switch, so that who sees the release finds them."""
    years = complete_years(workspace)
    day = date.fromisoformat(candidate.facts["released_on"])
    with all_years_locked(workspace, years, who=people[0], what="partner folders", waits=LOCK_SECONDS):
        require_unchanged(workspace, candidate, "published", f"{' and '.join(people)} looked")
        build_partners(workspace, data_path(workspace), candidate.version, years, day)


def try_release(workspace: Workspace) -> Outcome:
    """A dry run: judge, compare and build in <data>/dry-run/, and switch nothing."""
    data = data_path(workspace)
    tables = read_tables(workspace, what="dry run")
    verdicts = judge(tables)
    today = datetime.now(UTC).date()
    version = next_version(releases_folder(data), today)
    comparison = compare_with_base(workspace, tables, version)
    folder = build_tables(data, version, tables, comparison, day=today, channel="dry-run", name="last")
    beyond = f" {', '.join(comparison.states_to_name)} must be named." if comparison.states_to_name else ""
    sentence = (
        f"Dry run: {version} {comparison.sentence}.{beyond} Nothing was switched; see {folder / 'diff' / 'diff.html'}."
    )
    return Outcome(version, "", sentence, comparison.schools, verdicts)


def preview_release(workspace: Workspace) -> Outcome:
    """Build the tables of now as a preview and point releases/preview.json to it; what is published stays as it is.

    A preview needs no approval and may fail the gate: it is for looking.
    """
    data = data_path(workspace)
    tables = read_tables(workspace, what="preview")
    today = datetime.now(UTC).date()
    version = next_version(releases_folder(data), today)
    comparison = compare_with_base(workspace, tables, version)
    with publication(data, "", "preview"):
        name = f"{version}-{tables.mark[:8]}"
        folder = build_tables(data, version, tables, comparison, day=today, channel="preview", name=name)
        point_preview(data, folder, version)
    sentence = f"Preview of {version}: {comparison.sentence}. It lies in {folder}; nothing is published."
    return Outcome(version, str(folder), sentence, comparison.schools, [])


def compare_with_current(workspace: Workspace) -> Comparison:
    """What would change if the tables of now were published, with causes and limits."""
    version = next_version(releases_folder(data_path(workspace)), datetime.now(UTC).date())
    return compare_with_base(workspace, read_tables(workspace, what="diff"), version)


def list_all(workspace: Workspace) -> list[dict[str, Any]]:
    """Every release and candidate, oldest first: as `list_releases`, with `approved_by` (names, in order), and in each
    entry of `switched` by whom and why. For the project's own people: what is public names nobody."""
    data = data_path(workspace)
    given = standing_approvals(read_approvals(data))
    return [
        {
            **row,
            "approved_by": list(dict.fromkeys(a.approved_by for a in given if a.version == row["version"])),
            "switched": [{**entry, **switched_by(data, entry)} for entry in row["switched"]],
        }
        for row in list_releases(data)
    ]


def roll_back(workspace: Workspace, version: str, *, approved_by: str = "", note: str = "") -> str:
    """Switch back to an earlier release and say so. Raises ValueError when there is none."""
    data = data_path(workspace)
    # A publication that is under way was approved against the release of now: it must not be taken from under it.
    with publication(data, approved_by, "rollback"):
        pointer = rollback(data, version, approved_by=approved_by, note=note)
    return f"Release {pointer['version']} is the current one again; nothing was deleted."
