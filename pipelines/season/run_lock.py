"""One run of a school year at a time, and no release made of tables that a run is writing. Runs nothing itself.

A store that is not a folder of this machine has no locks; let one machine run it (docs/guides/shared-instance.md).
"""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import fsspec

from pipelines.shared.locks import held
from pipelines.shared.steps import Workspace

LOCKS = ".locks"


def local_folder(workspace: Workspace) -> Path | None:
    """The data folder as a path; None for a bucket."""
    fs, path = fsspec.url_to_fs(workspace.store.root)
    return Path(path) if "file" in fs.protocol else None


@contextmanager
def run_lock(
    workspace: Workspace, school_year: str, *, who: str = "", what: str = "", waits: float = 0.0
) -> Iterator[None]:
    """Hold the school year's tables. Raises LockedError, which names the holder, after `waits` seconds.

    When the last holder was killed, the files that it was writing beside the tables are removed first.
    """
    folder = local_folder(workspace)
    if folder is None:
        yield
        return
    path = folder / LOCKS / f"run-{school_year}"
    with held(path, who=who, what=what or f"run of {school_year}", waits=waits) as died:
        if died:
            remove_leftovers(folder, school_year)
        yield


@contextmanager
def all_years_locked(
    workspace: Workspace, school_years: list[str], *, who: str, what: str, waits: float
) -> Iterator[None]:
    """Hold the tables of several school years, in order, so that two who want the same ones cannot wait for each other."""
    with ExitStack() as locks:
        for school_year in sorted(school_years):
            locks.enter_context(run_lock(workspace, school_year, who=who, what=what, waits=waits))
        yield


def remove_leftovers(folder: Path, school_year: str) -> int:
    """Remove files that a killed run was writing beside the tables of that year; returns how many."""
    left = [p for p in folder.glob(f"*/*/.{school_year}.*") if p.is_file()]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def die_with_parent() -> None:
    """Have the kernel end this forked worker when its parent is killed (Linux), so that it cannot write on after it."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of prctl(2)
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
