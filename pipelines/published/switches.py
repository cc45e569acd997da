"""Who switched which release in, and why: an append-only file outside the public folder. Switches nothing.

`releases/current.json` is public and names nobody; the same time, version and action stand in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipelines.shared.ledger import append_record, read_records

FILE = "switches.jsonl"
SAME = ("version", "action", "switched_at")
NAMES = ("approved_by", "note")
"""What a pointer must not say: it lies in the public folder."""


def record_switch(data: Path, entry: Mapping[str, Any], approved_by: str, note: str) -> None:
    """Append to <data>/approvals/switches.jsonl, before the pointer is switched: a switch always says by whom."""
    record = {**{name: entry[name] for name in SAME}, "approved_by": approved_by.strip(), "note": note.strip()}
    append_record(data / "approvals" / FILE, record, who=approved_by, what="record of a switch")


def switched_by(data: Path, entry: Mapping[str, Any]) -> dict[str, str]:
    """approved_by and note of one entry of a pointer or its history; empty texts when nobody was named."""
    for record in reversed(read_records(data / "approvals" / FILE)):
        if all(record.get(name) == entry[name] for name in SAME):
            return {name: str(record.get(name, "")) for name in NAMES}
    return dict.fromkeys(NAMES, "")


def without_names(data: Path, entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Entries of a pointer's history as they may lie in the public folder. Names that an older pointer still holds are
    moved to the record."""
    kept = []
    for entry in entries:
        if entry.get("approved_by") and not switched_by(data, entry)["approved_by"]:
            record_switch(data, entry, str(entry["approved_by"]), str(entry.get("note", "")))
        kept.append({name: value for name, value in entry.items() if name not in (*NAMES, "history")})
    return kept
