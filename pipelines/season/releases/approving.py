"""Approvals of a candidate, given and taken back, and what must be as it was when somebody looked.

What an approval must name is `pipelines/published/approvals.py`; switching a release in is `publishing.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pipelines.published.approvals import Approval, ApprovalError, add_approval, read_approvals, standing_approvals
from pipelines.published.versions import current_release, newest_candidate, was_published
from pipelines.season.releases.candidate import Candidate, open_candidate
from pipelines.season.releases.one_at_a_time import publication
from pipelines.season.releases.tables import complete_years, data_path, mark_tables
from pipelines.shared.steps import Workspace
from schemas.publishing_model import Publishing


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
    require_unchanged(workspace, candidate, "approved", "it was built")
    approval = _said_now(candidate, approved_by, note, states=named, errata=errata)
    add_approval(data, approval)
    return approval


def withdraw(workspace: Workspace, version: str, *, approved_by: str, note: str = "") -> Approval:
    """Take back what a person approved of a candidate, by a newer record; nothing is deleted.

    Raises ApprovalError when that person has not approved it, or it is published already (then: roll back).
    """
    data = data_path(workspace)
    candidate = open_candidate(data, version or newest_candidate(data))
    with publication(data, approved_by, "withdrawal"):
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


def approve_in_one_go(workspace: Workspace, candidate: Candidate, who: str, note: str, rules: Publishing) -> None:
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


def require_unchanged(workspace: Workspace, candidate: Candidate, what: str, since: str) -> None:
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
