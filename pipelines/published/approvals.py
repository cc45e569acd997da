"""Who looked at a candidate and approves it: an append-only file, and whether what is in it suffices. Publishes nothing.

An approval is bound to the hash of the diff and of the manifest that the person saw; it holds for nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.shared.ledger import append_record, read_records

FILE = "approvals.jsonl"


class ApprovalError(ValueError):
    """What is approved does not suffice to publish; the sentence says what is missing and the command that adds it."""


@dataclass(frozen=True)
class Approval:
    """One person's approval. states: those beyond a limit that it names. approved_at: UTC, ISO.

    errata: frozen school years whose late changes it names. withdraws: takes back what the same person said of that
    version before.
    """

    version: str
    diff_sha256: str
    manifest_sha256: str
    approved_by: str
    note: str
    states: tuple[str, ...]
    approved_at: str
    errata: tuple[str, ...] = ()
    withdraws: bool = False


def add_approval(data: Path, approval: Approval) -> None:
    """Append to <data>/approvals/approvals.jsonl; nothing in it is ever changed. Raises ValueError without a name."""
    if not approval.approved_by.strip():
        raise ApprovalError('an approval needs somebody who approves: --by "Your Name"')
    append_record(data / "approvals" / FILE, asdict(approval), who=approval.approved_by, what="approval")


def read_approvals(data: Path, version: str = "") -> list[Approval]:
    """Every approval and withdrawal in the order they were given, of one version or of all."""
    found = []
    for entry in read_records(data / "approvals" / FILE):
        try:
            approval = Approval(**{**entry, "states": tuple(entry["states"]), "errata": tuple(entry.get("errata", ()))})
        except (ValueError, TypeError, KeyError):
            continue
        if version in ("", approval.version):
            found.append(approval)
    return found


def standing_approvals(approvals: Sequence[Approval]) -> list[Approval]:
    """Those that their own person did not take back later."""
    last = {(_person(a.approved_by), a.version): at for at, a in enumerate(approvals) if a.withdraws}
    return [a for at, a in enumerate(approvals) if at > last.get((_person(a.approved_by), a.version), -1)]


def require_approvals(
    approvals: Sequence[Approval],
    *,
    version: str,
    diff_sha256: str,
    manifest_sha256: str,
    states: Sequence[str],
    people: int,
    errata: Sequence[str] = (),
) -> list[str]:
    """Names of those who approved, in order. Raises ApprovalError unless enough people approved exactly this candidate.

    states: those beyond a limit; errata: frozen school years that change. Each must be named by as many people as must
    approve. A name in other letter case is the same person. approvals: in the order they were given, withdrawals too.
    """
    standing = standing_approvals(approvals)
    valid = [a for a in standing if (a.diff_sha256, a.manifest_sha256) == (diff_sha256, manifest_sha256)]
    command = f'cleanup approve {version} --by "Your Name" --note "what you looked at"'
    if standing and not valid:
        raise ApprovalError(
            f"{version} is not what {standing[-1].approved_by} looked at on {standing[-1].approved_at[:10]}: "
            f"the data changed since. Look again, and approve it: {command}"
        )
    names = {_person(a.approved_by): a.approved_by.strip() for a in valid}
    if len(names) < people:
        by = f"; so far {', '.join(names.values())}" if names else ""
        who = "nobody has approved it" if people == 1 else f"{people} people must approve it{by}"
        back = [a for a in approvals if a.withdraws and _person(a.approved_by) not in names]
        took = f" ({back[-1].approved_by} took the approval back on {back[-1].approved_at[:10]})" if back else ""
        raise ApprovalError(f"{version} was not published: {who}{took}. Look at its diff, then: {command}")
    missing = [state for state in states if len({_person(a.approved_by) for a in valid if state in a.states}) < people]
    late = [year for year in errata if len({_person(a.approved_by) for a in valid if year in a.errata}) < people]
    if not missing and not late:
        return list(names.values())
    said = [f"{', '.join(missing)} moved beyond a limit"] if missing else []
    said += [f"{', '.join(late)} was published as final and changes (errata)"] if late else []
    every = [*missing, *late]
    naming = {_person(a.approved_by) for a in valid if set(every) & {*a.states, *a.errata}}
    options = " ".join([*(f"--state {one}" for one in missing), *(f"--errata {one}" for one in late)])
    raise ApprovalError(
        f"{version} was not published: {', and '.join(said)}, and "
        f"{'too few approvals name' if naming else 'no approval names'} "
        f"{'it' if len(every) == 1 else 'them'}. Look at the causes, then: {command} {options}"
    )


def _person(name: str) -> str:
    return " ".join(name.casefold().split())
