"""The page of one state as one file, from a release that exists. How the page is built is in `pipelines/published/`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from pipelines.published.diff import read_release
from pipelines.published.page import Page, build_page
from pipelines.published.page_single import one_file
from pipelines.published.versions import MANIFEST, replace_file
from pipelines.season.releases.find import Found
from schemas.states import STATES


def write_state_page(found: Found, state: str, out: Path) -> str:
    """Write the file and say what it holds. Raises ValueError for a state that is none or has no school in the release."""
    postal = state.upper()
    if postal not in STATES:
        raise ValueError(f"{state!r} is no state; give its two letters, for example WA")
    manifest = json.loads((found.folder / MANIFEST).read_text(encoding="utf-8"))
    page = Page(found.version, date.fromisoformat(manifest["released_on"]), postal, found.channel)
    files = build_page(read_release(found.folder), page)
    out.parent.mkdir(parents=True, exist_ok=True)
    replace_file(out, one_file(files))
    size = out.stat().st_size / 1e6
    return f"{STATES[postal].name} of {found.channel} {found.version} is in {out} ({size:.1f} MB); open it by double-click."
