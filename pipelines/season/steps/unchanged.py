"""What of a national table's last result still holds, source by source, when only some sources have changed.

A mark per source and one for everything else are stored beside the table; this module decides nothing about rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.season.steps.parts import held_sources, part_keys
from pipelines.shared.steps import Workspace, code_version

CODE_LISTS = {"ap_offerings": "ap_school_codes", "ib_offerings": "ib_school_codes"}
"""Tables whose rows name a school by a code, and the table of the codes."""


@dataclass(frozen=True)
class Marks:
    """What a table was made from. shared: hash of all that concerns every row. sources: hash of each source's part."""

    shared: str
    sources: Mapping[str, str]


def marks_of(
    workspace: Workspace,
    school_year: str,
    *,
    shared: list[tuple[str, str]],
    sources: Mapping[str, list[tuple[str, str]]],
    also: str = "",
) -> Marks:
    """The marks of the tables as they are now. shared, sources: (stage, name) of the tables that are read."""

    def of(keys: list[tuple[str, str]], more: str = "") -> str:
        found = [workspace.store.content_hash(stage, name, school_year) for stage, name in keys]
        return hashlib.sha256("\n".join([*found, more]).encode()).hexdigest()

    return Marks(of(shared, code_version() + also), {name: of(keys) for name, keys in sources.items()})


def record_marks(workspace: Workspace, school_year: str, *, more: str = "", also: str = "") -> Marks:
    """Marks of a table about linked records: the directory with its history and successors, and each source's part (and its codes).

    `more` names a sidecar of each source's received files that counts too.
    """
    sources = {}
    for name, source in workspace.sources.items():
        keys = [("standard", name), *([("received", f"{name}.{more}")] if more else [])]
        kind = CODE_LISTS.get(source.produces)
        sources[name] = keys + (part_keys(workspace.sources, kind) if kind else [])
    directory = [("standard", "nces_schools"), ("linked", "school_successors"), ("linked", "school_history")]
    marks = marks_of(workspace, school_year, shared=directory, sources=sources, also=also)
    return without_held(workspace, school_year, marks)


def without_held(workspace: Workspace, school_year: str, marks: Marks) -> Marks:
    """The marks, with those of held sources as if they had sent nothing."""
    held = held_sources(workspace, school_year)
    return Marks(marks.shared, {name: "held" if name in held else mark for name, mark in marks.sources.items()})


def changed_sources(workspace: Workspace, school_year: str, table: tuple[str, str], now: Marks) -> set[str] | None:
    """Sources whose part has changed since the table was made; None when all of it must be made anew."""
    stage, name = table
    last = workspace.store.read_json(stage, f"{name}.marks", school_year)
    if not last or last["shared"] != now.shared or not workspace.store.exists(stage, name, school_year):
        return None
    if set(last["sources"]) != set(now.sources):
        return None
    return {source for source, mark in now.sources.items() if last["sources"][source] != mark}


def remember(workspace: Workspace, school_year: str, table: tuple[str, str], now: Marks) -> None:
    """Store the marks, after the table itself: a run that was killed in between makes the changed rows once more."""
    stage, name = table
    marks = {"shared": now.shared, "sources": dict(now.sources)}
    workspace.store.write_json(marks, stage, f"{name}.marks", school_year)
