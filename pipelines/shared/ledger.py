"""Files that only grow: one line of JSON per record, written to its end or not at all. Knows no record's meaning."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.shared.locks import held

LOCK_SECONDS = 10.0


def append_record(path: Path, record: Mapping[str, Any], *, who: str, what: str) -> None:
    """Append a record; nothing in the file is ever changed. Raises LockedError while somebody else is writing."""
    line = json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n"
    with held(path, who=who, what=what, waits=LOCK_SECONDS), path.open("ab+") as handle:
        # A line that a killed process left unfinished is closed, and is skipped by whoever reads.
        handle.seek(0, os.SEEK_END)
        if handle.tell():
            handle.seek(-1, os.SEEK_END)
            line = line if handle.read(1) == b"\n" else "\n" + line
        handle.write(line.encode())
        handle.flush()
        os.fsync(handle.fileno())


def read_records(path: Path) -> list[dict[str, Any]]:
    """Every whole record in the order in which they were written; none when there is no file."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            found.append(record)
    return found
