"""Approve, publish, preview, try out and take back a release, in the order in which people do it.

Building and comparing is `candidate.py`; the command line and Dagster call the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipelines.published.approvals import (
    Approval,
    ApprovalError,
    add_approval,
    read_approvals,
    require_approvals,
    standing_approvals,
)
from pipelines.published.comparison import Comparison
from pipelines.published.partner_files import remove_old_contacts
from pipelines.published.switches import switched_by
from pipelines.published.versions import (
    current_release,
    list_releases,
    newest_candidate,
    newest_published,
    next_version,
    point_preview,
    publish,
    releases_folder,
    require_version,
    rollback,
    was_published,
)
from pipelines.season.releases.candidate import (
    Candidate,
    build_tables,
    compare_with_base,
    complete_years,
    data_path,
    drop_candidate,
    judge,
    make_candidate,
    mark_tables,
    open_candidate,
    read_tables,
)
from pipelines.season.releases.partners import build_partners
from pipelines.season.run_lock import all_years_locked
from pipelines.shared.locks import held
from pipelines.shared.steps import Workspace
from schemas.publishing_model import Publishing, load_publishing

LOCK_SECONDS = 30.0


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
    with _publication(data, who, "candidate"):
        return make_candidate(workspace, who=who)


def drop(workspace: Workspace, version: str, *, who: str, note: str = "") -> str:
    """Delete a candidate that nobody will publish, and say so. Raises ValueError when it was published or is not there."""
    data = data_path(workspace)
    if not who.strip():
        raise ValueError('a candidate is dropped by somebody: --by "Your Name"')
    with _publication(data, who, "drop"):
        drop_candidate(data, version, f"{who.strip()} dropped it" + (f", {note.strip()}" if note.strip() else ""))
    kept = data / "provenance" / version / "diff.html"
    return f"{version} is gone; it was never published. Its diff page stays: {kept}, and its number is not used again."


def approve(
    workspace: Workspace,
    version: str,
    *,
    approved_by: str,
    note: str = "",
    states: Sequence[str] = (),
    errata: Sequence[str] = (),
) -> Approval:
    """Record that a person looked at a candidate (the newest, when no version is named) and approves it.

    states: those beyond a limit that the approval names; errata: frozen school years. Raises ValueError when it is no
    candidate, a state is not beyond a limit, a year has no errata, or the data changed since it was built.
    """
    data = data_path(workspace)
    candidate = open_candidate(data, version or newest_candidate(data))
    if was_published(data, candidate.version):
        raise ApprovalError(f"{candidate.version} has been published already; there is nothing to approve")
    wanted = candidate.states_to_name
    named = [state.strip().upper() for state in states if state.strip()]
    strange = [state for state in named if state not in wanted]
    if strange:
        there = ", ".join(wanted) or "none"
        raise ApprovalError(f"{strange[0]} is not beyond a limit in {candidate.version}; states that are: {there}")
    without = [year for year in errata if year not in candidate.errata]
    if without:
        there = ", ".join(candidate.errata) or "none"
        raise ApprovalError(f"{candidate.version} has no errata of {without[0]!r}; years with errata: {there}")
    _require_unchanged(workspace, candidate, "approved", "it was built")
    approval = _said_now(candidate, approved_by, note, states=named, errata=errata)
    add_approval(data, approval)
    return approval


def withdraw(workspace: Workspace, version: str, *, approved_by: str, note: str = "") -> Approval:
    """Take back what a person approved of a candidate, by a newer record; nothing is deleted.

    Raises ApprovalError when that person has not approved it, or it is published already (then: roll back).
    """
    data = data_path(workspace)
    candidate = open_candidate(data, version or newest_candidate(data))
    with _publication(data, approved_by, "withdrawal"):
        if was_published(data, candidate.version):
            raise ApprovalError(f"{candidate.version} has been published already; take it back with: cleanup rollback")
        standing = standing_approvals(read_approvals(data, candidate.version))
        names = {" ".join(a.approved_by.casefold().split()) for a in standing}
        if " ".join(approved_by.casefold().split()) not in names:
            there = ", ".join(dict.fromkeys(a.approved_by for a in standing)) or "nobody"
            raise ApprovalError(
                f"{approved_by.strip() or 'nobody'} has not approved {candidate.version}, so there is nothing to take "
                f"back; approved by: {there}"
            )
        given = _said_now(candidate, approved_by, note, withdraws=True)
        add_approval(data, given)
    return given


def _said_now(
    candidate: Candidate,
    approved_by: str,
    note: str,
    *,
    states: Iterable[str] = (),
    errata: Iterable[str] = (),
    withdraws: bool = False,
) -> Approval:
    return Approval(
        version=candidate.version,
        diff_sha256=candidate.diff_sha256,
        manifest_sha256=candidate.manifest_sha256,
        approved_by=approved_by.strip(),
        note=note.strip(),
        states=tuple(sorted(set(states))),
        approved_at=datetime.now(UTC).isoformat(timespec="seconds"),
        errata=tuple(sorted(set(errata))),
        withdraws=withdraws,
    )


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
    with _publication(data, approved_by, "publish"):
        if approved_by.strip() and not version:
            candidate = make_candidate(workspace, who=approved_by)
        else:
            candidate = open_candidate(data, require_version(version) if version else newest_candidate(data))
        if (current_release(data) or {}).get("version") == candidate.version:
            # Asked again after it was killed: what was left to do has been done by now.
            said = f"Release {candidate.version} is the current one already. It lies in {candidate.folder}."
            return Outcome(candidate.version, str(candidate.folder), said, 0, candidate.facts["verdicts"])
        if approved_by.strip():
            _approve_in_one_go(workspace, candidate, approved_by, note, rules)
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
        _require_unchanged(workspace, candidate, "published", f"{' and '.join(people)} looked")
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
    with _publication(data, "", "preview"):
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
    with _publication(data, approved_by, "rollback"):
        pointer = rollback(data, version, approved_by=approved_by, note=note)
    return f"Release {pointer['version']} is the current one again; nothing was deleted."


@contextmanager
def _publication(data: Path, who: str, what: str) -> Iterator[None]:
    """One candidate, approval, publication or rollback at a time. What a killed publication left to do is done first:
    contacts of older releases go, because a withdrawal holds for kept copies too."""
    with held(data / "releases" / "publication", who=who, what=what, waits=LOCK_SECONDS):
        newest = newest_published(data)
        if newest and (data / "partner" / newest).exists():
            remove_old_contacts(data, newest)
        yield


def _approve_in_one_go(workspace: Workspace, candidate: Candidate, who: str, note: str, rules: Publishing) -> None:
    command = f'cleanup approve {candidate.version} --by "{who.strip()}" --note "what you looked at"'
    if rules.approvals_needed > 1 or not rules.approve_and_publish:
        raise ApprovalError(
            f"{candidate.sentence}. It was not published: schemas/publishing.yml asks for {rules.approvals_needed} "
            f"approval(s) before it. Look at {candidate.pages / 'diff.html'}, then: {command}"
        )
    why = [f"{', '.join(candidate.states_to_name)} moved beyond a limit"] if candidate.states_to_name else []
    if candidate.errata:
        why.append(f"{', '.join(candidate.errata)} was published as final and changes (errata)")
    if why:
        raise ApprovalError(
            f"{candidate.sentence}. It was not published: {', and '.join(why)}. "
            f"Look at {candidate.pages / 'diff.html'}, then: {command}{candidate.options}, and cleanup publish {candidate.version}"
        )
    approve(workspace, candidate.version, approved_by=who, note=note)


def _require_unchanged(workspace: Workspace, candidate: Candidate, what: str, since: str) -> None:
    """Raise ApprovalError when the tables, the code or the current release are not those of the candidate any more."""
    data = data_path(workspace)
    base = current_release(data)
    if str(base["version"] if base else "") != candidate.facts["base"]:
        now = base["version"] if base else "none"
        raise ApprovalError(
            f"{candidate.version} was not {what}: it was compared with {candidate.facts['base'] or 'nothing'}, and the "
            f"current release is {now}. Build a new candidate: cleanup candidate"
        )
    if mark_tables(workspace, complete_years(workspace), base) != candidate.facts["tables"]:
        raise ApprovalError(
            f"{candidate.version} was not {what}: the data changed since {since}. Build a new candidate, look at what "
            "is other, and have it approved: cleanup candidate"
        )
