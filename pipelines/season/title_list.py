"""The titles that a state's files hold, each spelling with its judgement, as a list that a person can go through.

Judges nothing (the standard stage did, from `schemas/courses/`); states without codes of their own are read by title only.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipelines.shared.steps import Workspace
from pipelines.shared.text import match_key
from schemas.source_model import Source

COLUMNS = ("school_year", "course_code", "course_name", "counts_as_cs", "counts_basis", "source_rows")


def list_titles(workspace: Workspace, source: Source) -> pd.DataFrame:
    """One row per spelling and judgement of all years made: title_key, course_name, course_code, counts_as_cs,
    counts_basis, school_years, rows (of the files). Ordered by key, so that the spellings of one title stand together.
    """
    store, name = workspace.store, source.source
    parts = [
        store.read("course_offerings", year, name=name, columns=list(COLUMNS)) for year in store.years("standard", name)
    ]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({c: [] for c in COLUMNS}, dtype="str")
    rows = rows.assign(title_key=match_key(rows["course_name"]))
    by = ["title_key", "course_name", "course_code", "counts_as_cs", "counts_basis"]
    rows[by] = rows[by].fillna("")
    grouped = rows.groupby(by, sort=True)
    years = grouped["school_year"].agg(lambda given: "|".join(sorted(set(given))))
    listed = years.rename("school_years").to_frame().join(grouped["source_rows"].sum().rename("rows"))
    return listed.reset_index()


def write_titles(workspace: Workspace, source: Source, path: Path) -> pd.DataFrame:
    """Write `list_titles` as CSV (UTF-8 with a mark, as spreadsheets ask for) and return it. Raises ValueError when no
    year of the source has been made."""
    titles = list_titles(workspace, source)
    if titles.empty:
        raise ValueError(
            f"no course of {source.source} is in {workspace.store.root}; run `cleanup run` for a year it sent files for"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    titles.map(_harmless).to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\n")
    temporary.replace(path)
    return titles


def _harmless(cell: object) -> object:
    """A title that begins like a formula is text to a spreadsheet too."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell
