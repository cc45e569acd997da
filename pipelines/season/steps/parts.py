"""Finds and reads the parts that each source contributes to a table. Makes no table itself."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

import pandas as pd

from pipelines.shared.findings import conform
from pipelines.shared.steps import Workspace
from schemas.source_model import Source

HELD_KINDS = frozenset({"course_offerings", "survey_responses", "ap_offerings", "ib_offerings", "provider_offerings"})
"""Tables whose rows are kept out of a year while their source is held."""
HELD = ("linked", "held_sources")


def held_sources(workspace: Workspace, school_year: str) -> frozenset[str]:
    """Sources that are held back in that year; none before anything has said so."""
    if not workspace.store.exists(*HELD, school_year):
        return frozenset()
    return frozenset(workspace.store.read("held_sources", school_year, columns=["source"])["source"])


def decisions_of(workspace: Workspace, school_year: str) -> pd.DataFrame:
    """The decisions that may hold in that year: of it and of earlier years, but for those that expired before it."""
    made = read_parts(workspace, "decisions", school_year)
    return made[made["expires"].isna() | (made["expires"] >= school_year)].reset_index(drop=True)


def part_table(source: Source) -> str:
    """The declared table that a source's standard part must satisfy."""
    return "nces_parts" if source.produces == "nces_schools" else source.produces


def part_keys(sources: Mapping[str, Source], kind: str) -> list[tuple[str, str]]:
    """(stage, name) of the standard part of every source of that kind, in the order of the names."""
    return [("standard", name) for name, source in sources.items() if part_table(source) == kind]


NO_EVIDENCE = frozenset({"nces_parts", "partner_regions", "partner_requests"})
"""Parts that say nothing of what a school teaches."""


def evidence_keys(sources: Mapping[str, Source]) -> list[tuple[str, str]]:
    """(stage, name) of the standard part of every source that speaks of what schools teach, or of decisions on it."""
    return [("standard", name) for name, source in sources.items() if part_table(source) not in NO_EVIDENCE]


def part_names(sources: Mapping[str, Source], kind: str) -> list[str]:
    """Names of the sources that contribute to a table, in order."""
    return [name for name, source in sources.items() if part_table(source) == kind]


def read_parts(
    workspace: Workspace,
    kind: str,
    school_year: str,
    *,
    columns: list[str] | None = None,
    only: Container[str] | None = None,
) -> pd.DataFrame:
    """The parts of a table from every source that produces it (or of those in `only`), in the order of their names."""
    names = [name for name in part_names(workspace.sources, kind) if only is None or name in only]
    if kind in HELD_KINDS:
        held = held_sources(workspace, school_year)
        names = [name for name in names if name not in held]
    return workspace.store.read_many(kind, school_year, names, stage="standard", columns=columns)


def joined(frames: Iterable[pd.DataFrame], kind: str) -> pd.DataFrame:
    """Frames of one declared table under each other; the empty table when none has rows."""
    kept = [frame for frame in frames if not frame.empty]
    return pd.concat(kept, ignore_index=True) if kept else conform(pd.DataFrame(), kind)
