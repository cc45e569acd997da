"""Only one at a time: a lock that says who holds it, since when, and that a holder who died leaves to the next.

Knows neither imports nor releases; what is locked is a path that the caller names.
"""

from __future__ import annotations

import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import SoftFileLock, Timeout

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Holder:
    """Who holds a lock. since: UTC, ISO date and time."""

    who: str
    what: str
    pid: int
    host: str
    since: str

    def in_words(self) -> str:
        """For example: R. Stewardly (publish, process 411 on ada, since 2019-11-02 10:04:00 UTC)."""
        return f"{self.who} ({self.what}, process {self.pid} on {self.host}, since {self.since} UTC)"


class LockedError(RuntimeError):
    """Somebody else holds the lock and did not let go in time; the sentence says who, and what to do."""

    def __init__(self, sentence: str, holder: Holder | None) -> None:
        super().__init__(sentence)
        self.holder = holder


@contextmanager
def held(path: Path, *, who: str = "", what: str = "", waits: float = 0.0) -> Iterator[Holder | None]:
    """Hold the lock of `path` (a file or folder that need not exist) for the length of a `with` block.

    who: the person, for the message that others get; empty: the account. what: the work in a word, for example import.
    waits: seconds to wait for another holder. Yields the dead holder that was taken over, else None. Raises LockedError
    when somebody else still holds it. The lock lies beside `path` as `.<name>.lock`; it holds among processes of one
    machine, and among machines that share the folder except that the death of a holder elsewhere is not seen. It may
    not be taken twice by one process.
    """
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / f".{path.name}.holder.json"
    # A lock of the operating system would be kept alive by a forked worker that outlives its killed parent.
    lock = SoftFileLock(folder / f".{path.name}.lock", poll_interval=POLL_SECONDS, is_singleton=False)
    try:
        lock.acquire(timeout=waits)
    except Timeout:
        holder = _read(told)
        by = holder.in_words() if holder else "another process that has not said who it is"
        raise LockedError(
            f"{path.name} is held by {by}; wait until it is done, or end that process and try again", holder
        ) from None
    try:
        # Whoever let go in good order has taken their name away.
        dead = _read(told)
        _write(told, _me(who, what))
        yield dead
    finally:
        told.unlink(missing_ok=True)
        lock.release()


def _me(who: str, what: str) -> Holder:
    person = who.strip() or os.environ.get("USER") or "somebody"
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return Holder(person, what or "at work", os.getpid(), socket.gethostname(), since)


def _read(path: Path) -> Holder | None:
    with suppress(OSError, ValueError, TypeError):
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    return None


def _write(path: Path, holder: Holder) -> None:
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    temporary.write_text(json.dumps(asdict(holder), sort_keys=True), encoding="utf-8")
    temporary.replace(path)
