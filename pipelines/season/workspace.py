"""Opens the place where a run reads and writes, and checks what a person typed. Runs nothing."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

from pipelines.shared.school_year import parse_range
from pipelines.shared.steps import Workspace
from pipelines.shared.store import TableStore
from schemas.source_model import load_sources

PROJECT = Path(__file__).parents[2]


def raw_folder() -> Path:
    """Where files are received: CS_ACCESS_RAW, else `raw/` of the project."""
    return Path(os.environ.get("CS_ACCESS_RAW") or PROJECT / "raw")


def data_folder() -> str:
    """Where tables and releases go (a folder or an fsspec address): CS_ACCESS_DATA, else `data/` of the project."""
    return os.environ.get("CS_ACCESS_DATA") or str(PROJECT / "data")


def open_workspace(raw: Path | None = None, data: str | None = None, only: Iterable[str] = ()) -> Workspace:
    """A workspace over a raw folder and a data folder. Raises ValueError with a sentence for a misspelt source."""
    sources = load_sources()
    return Workspace(
        store=TableStore(data or data_folder()),
        raw=raw or raw_folder(),
        sources=sources,
        only=frozenset(check_sources(only, sources)),
    )


def check_sources(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """The names, when each is a source. Raises ValueError: what was typed, what is close to it, and where to look."""
    known = list(known)
    names = [name.strip() for name in names if name.strip()]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name.lower(), known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}."
            raise ValueError(f"there is no source {name!r}: {hint} Sources are the files of schemas/sources/.")
    return names


def check_years(text: str, first: str, last: str) -> list[str]:
    """The school years of 2018-19 or 2016-17..2018-19. Raises ValueError when one is not a year the project covers."""
    years = parse_range(text)
    outside = [year for year in years if not first <= year <= last]
    if outside:
        raise ValueError(f"{outside[0]} is outside {first} to {last}; schemas/season.yml says which years are covered")
    return years
