"""Reads who holds a lock, from the note that the holder leaves beside it. Takes no lock."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.shared.locks import Holder


def holder_of(path: Path) -> Holder | None:
    """Who holds the lock of `path` now, or held it when they died; None when nobody does."""
    note = path.parent / f".{path.name}.holder.json"
    return Holder(**json.loads(note.read_text(encoding="utf-8"))) if note.exists() else None
