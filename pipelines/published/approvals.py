"""Who looked at a candidate and approves it: an append-only file, and whether what is in it suffices. Publishes nothing.

An approval is bound to the hash of the diff and of the manifest that the person saw; it holds for nothing else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.shared.locks import held

FILE = "approvals.jsonl"
LOCK_SECONDS = 10.0


class ApprovalError(ValueError):
    """What is approved does not suffice to publish; the sentence says what is missing and the command that adds it."""


@dataclass(frozen=True)
class Approval:
    """One person's approval. states: those beyond a limit that it names. approved_at: UTC, ISO.

    errata: frozen school years whose late changes it names.
    """

    version: str
    diff_sha256: str
    manifest_sha256: str
    approved_by: str
    note: str
    states: tuple[str, ...]
    approved_at: str
    errata: tuple[str, ...] = ()


def add_approval(data: Path, approval: Approval) -> None:
    """Append to <data>/approvals/approvals.jsonl; nothing in it is ever changed. Raises ValueError without a name."""
    if not approval.approved_by.strip():
        raise ApprovalError('an approval needs somebody who approves: --by "Your Name"')
    path = data / "approvals" / FILE
    line = json.dumps(asdict(approval), ensure_ascii=False, sort_keys=True) + "\n"
    with held(path, who=approval.approved_by, what="approval", waits=LOCK_SECONDS), path.open("ab+") as handle:
        # A line that a killed process left unfinished is closed, and is skipped by whoever reads.
        handle.seek(0, os.SEEK_END)
        if handle.tell():
            handle.seek(-1, os.SEEK_END)
            line = line if handle.read(1) == b"\n" else "\n" + line
        handle.write(line.encode())
        handle.flush()
        os.fsync(handle.fileno())


def read_approvals(data: Path, version: str = "") -> list[Approval]:
    """Every approval in the order it was given, of one version or of all."""
    path = data / "approvals" / FILE
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
            approval = Approval(**{**entry, "states": tuple(entry["states"]), "errata": tuple(entry.get("errata", ()))})
        except (ValueError, TypeError, KeyError):
            continue
        if version in ("", approval.version):
            found.append(approval)
    return found


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
    approve. A name in other letter case is the same person.
    """
    valid = [a for a in approvals if (a.diff_sha256, a.manifest_sha256) == (diff_sha256, manifest_sha256)]
    command = f'cleanup approve {version} --by "Your Name" --note "what you looked at"'
    if approvals and not valid:
        raise ApprovalError(
            f"{version} is not what {approvals[-1].approved_by} looked at on {approvals[-1].approved_at[:10]}: "
            f"the data changed since. Look again, and approve it: {command}"
        )
    names = {_person(a.approved_by): a.approved_by.strip() for a in valid}
    if len(names) < people:
        by = f"; so far {', '.join(names.values())}" if names else ""
        who = "nobody has approved it" if people == 1 else f"{people} people must approve it{by}"
        raise ApprovalError(f"{version} was not published: {who}. Look at its diff, then: {command}")
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
