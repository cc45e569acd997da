"""Folders that only some people may open: made with their access mode before anything is written into them.

Modes are those of a shared machine: the owner runs the clean-up, the group are its operators.
"""

from __future__ import annotations

from pathlib import Path

RESTRICTED_MODE = 0o700
"""For what only the owner of the process may read: names, addresses, free text."""
PARTNER_MODE = 0o750
"""For what operators hand on to a partner."""


def make_closed(folder: Path, mode: int) -> Path:
    """Make the folder with that mode, whatever the umask; one that is there gets the mode too. Returns it."""
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o777 != mode:
        folder.chmod(mode)
    return folder
