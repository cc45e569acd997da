"""The list of a state's course titles over all school years, written as a file that a person can go through.

Reads what was received and judges it as the standard stage does (`pipelines/standard/course_titles.py`).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipelines.season.steps.sources import read_received
from pipelines.shared.steps import Workspace
from pipelines.standard.course_catalog import catalog_of
from pipelines.standard.course_titles import COLUMNS, list_titles
from schemas.source_model import Source


def titles_of_years(workspace: Workspace, source: Source) -> pd.DataFrame:
    """One row per spelling, code and judgement of all years made: COLUMNS, school_years (joined by |), rows (of the
    files). Ordered by key, so that the spellings of one title stand together.
    """
    years = workspace.store.years("standard", source.source)
    catalog = catalog_of(source)
    parts = [
        list_titles(read_received(workspace, source, year), source, year, catalog).assign(school_year=year)
        for year in years
    ]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS, "rows", "school_year"])
    grouped = rows.groupby(list(COLUMNS), sort=True)
    when = grouped["school_year"].agg("|".join).rename("school_years")
    return when.to_frame().join(grouped["rows"].sum()).reset_index()


def write_titles(workspace: Workspace, source: Source, path: Path) -> pd.DataFrame:
    """Write `titles_of_years` as CSV (UTF-8 with a mark, as spreadsheets ask for) and return it. Raises ValueError when no
    year of the source has been made."""
    titles = titles_of_years(workspace, source)
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
