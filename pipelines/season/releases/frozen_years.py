"""Which seasons are over: closed, and in a release that was published since. Freezes nothing by itself.

What still changes in a frozen year goes out as errata of the next release, when an approval names that year.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.published.versions import current_release

SEASONS = "seasons"


def frozen_years(data: Path) -> tuple[str, ...]:
    """School years whose newest season is in the state `published`, in order: the fall's opens again what the summer's
    had ended."""
    records = [json.loads(p.read_text(encoding="utf-8")) for p in sorted((data / SEASONS).glob("*/season.json"))]
    newest = {record["school_year"]: record for record in sorted(records, key=lambda record: record["opened_at"])}
    return tuple(sorted(year for year, record in newest.items() if state_in(data, record) == "published"))


def state_in(data: Path, record: dict[str, Any]) -> str:
    """open; closed: a release candidate; published: a release came out after it was closed, and the year is frozen."""
    if "closed_at" not in record:
        return "open"
    release = current_release(data)
    if release is None or release["version"] == record["base_release"]:
        return "closed"
    return "published" if str(release["switched_at"]) >= record["closed_at"] else "closed"
