"""The tables of a release, cut to the columns of a tier and put into one fixed order. Writes no file.

What a tier may see is declared once, as the tier of a column in `schemas/columns/` (ADR 20).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.published.public_evidence import for_everyone
from schemas.table_model import TIERS, Table, Tier
from schemas.tables import table

PUBLISHED = ("school_cs_access", "evidence", "state_summary", "access_report", "courses_that_count", "sources")
"""Tables of a release; the first two are those of the reconciled stage."""


PUBLIC_FORMS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {"evidence": for_everyone}
"""Tables whose rows the public sees in another form than partners: {table: rows -> rows}."""


def cut_table(declared: Table, tier: Tier = "public") -> Table:
    """The declaration with the columns that a tier may see. Raises ValueError when a key column is not among them."""
    seen = TIERS[: TIERS.index(tier) + 1]
    open_columns = tuple(column for column in declared.columns if column.tier in seen)
    names = {column.name for column in open_columns}
    hidden = sorted(set(declared.key) - names)
    if hidden:
        raise ValueError(
            f"{declared.name} cannot be published: its key column {', '.join(hidden)} is not {tier} in schemas/columns/"
        )
    return replace(declared, columns=open_columns, required=tuple(name for name in declared.required if name in names))


def published_tables() -> dict[str, Table]:
    """Declarations of the tables of a release, by name, public columns only."""
    return {name: cut_table(table(name)) for name in PUBLISHED}


def join_years(years: Mapping[str, Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """{school year: {table: frame}} -> {table: frame of all years}, in the order of the years, in their public form.

    Raises ValueError when a year lacks a table of the release, or a frame has rows of another year.
    """
    if not years:
        raise ValueError("a release needs at least one school year; run the clean-up first: cleanup run 2018-19")
    for year, frames in years.items():
        missing = [name for name in PUBLISHED if name not in frames]
        if missing:
            raise ValueError(
                f"{year} lacks {', '.join(missing)}; run the clean-up of that year first: cleanup run {year}"
            )
        for name in PUBLISHED:
            if not frames[name]["school_year"].eq(year).all():
                raise ValueError(f"{name} of {year} has rows of another school year; run the clean-up of {year} again")
    joined = {name: pd.concat([years[y][name] for y in sorted(years)], ignore_index=True) for name in PUBLISHED}
    return {name: PUBLIC_FORMS[name](frame) if name in PUBLIC_FORMS else frame for name, frame in joined.items()}


def to_arrow(frame: pd.DataFrame, declared: Table) -> arrow.Table:
    """The frame's declared columns as an Arrow table, sorted by the key: the same rows in any order give the same table.

    Raises ValueError when a declared column is missing, a required one is null, or the key is not unique.
    """
    missing = [name for name in declared.column_names if name not in frame]
    if missing:
        raise ValueError(f"{declared.name} lacks the column {', '.join(missing)} that schemas/tables declares")
    data = arrow.Table.from_pandas(frame[declared.column_names], schema=declared.arrow_schema, preserve_index=False)
    empty = [name for name in dict.fromkeys((*declared.key, *declared.required)) if data[name].null_count]
    if empty:
        raise ValueError(f"{declared.name} has empty cells in {', '.join(empty)}, where a value is required")
    ordered = data.sort_by([(name, "ascending") for name in declared.key]).combine_chunks()
    if _repeats_a_key(ordered.select(list(declared.key))):
        raise ValueError(f"{declared.name} has two rows with the same {', '.join(declared.key)}")
    return ordered.replace_schema_metadata(None)


def _repeats_a_key(ordered: arrow.Table) -> bool:
    """Whether two neighbors of a table sorted by all its columns are equal."""
    same = arrow.scalar(True)
    for cells in ordered.columns:
        same = compute.and_(same, compute.equal(cells.slice(1), cells.slice(0, max(len(cells) - 1, 0))))
    return bool(ordered.num_rows > 1 and compute.any(same).as_py())
