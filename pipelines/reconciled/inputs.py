"""What reconciling one school year needs, and which school each record belongs to. Judges no evidence.

Inside this stage a school is its row number in the sorted directory (`school`), so that counting needs no text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipelines.shared.findings import conform
from pipelines.shared.regions import Regions


def _empty(table: str) -> Callable[[], pd.DataFrame]:
    return lambda: conform(pd.DataFrame(), table)


@dataclass(frozen=True)
class Inputs:
    """Declared tables of one school year, of all sources together; a table left out is taken as empty.

    source_states: source of course_offerings -> postal code of its state.
    answering: (source, layout) of files in which a row may say no, not only be missing.
    history: years back (1, 2) -> that year's `school_cs_access`, or None when it was never made.
    regions: whose schools are whose, where a decision is a partner's.
    """

    school_year: str
    nces_schools: pd.DataFrame
    linked_records: pd.DataFrame = field(default_factory=_empty("linked_records"))
    course_offerings: pd.DataFrame = field(default_factory=_empty("course_offerings"))
    survey_responses: pd.DataFrame = field(default_factory=_empty("survey_responses"))
    ap_offerings: pd.DataFrame = field(default_factory=_empty("ap_offerings"))
    ib_offerings: pd.DataFrame = field(default_factory=_empty("ib_offerings"))
    provider_offerings: pd.DataFrame = field(default_factory=_empty("provider_offerings"))
    decisions: pd.DataFrame = field(default_factory=_empty("decisions"))
    received_files: pd.DataFrame = field(default_factory=_empty("received_files"))
    source_states: Mapping[str, str] = field(default_factory=dict)
    answering: Collection[tuple[str, str]] = ()
    history: Mapping[int, pd.DataFrame | None] = field(default_factory=dict)
    regions: Regions | None = None


TABLES = (
    "nces_schools",
    "linked_records",
    "course_offerings",
    "survey_responses",
    "ap_offerings",
    "ib_offerings",
    "provider_offerings",
    "decisions",
    "received_files",
)


def require_one_year(inputs: Inputs) -> None:
    """Raise ValueError when a table holds rows of another school year: evidence never crosses years unseen."""
    for name in TABLES:
        others = getattr(inputs, name)["school_year"]
        wrong = sorted(set(others.dropna().unique()) - {inputs.school_year})
        if wrong:
            raise ValueError(
                f"{name} holds rows of {', '.join(wrong)}, but {inputs.school_year} is reconciled; pass one year only"
            )


def sort_schools(nces_schools: pd.DataFrame) -> pd.DataFrame:
    """The directory in the order of its ids, numbered from 0. Raises ValueError when an id stands twice (P01)."""
    ids = nces_schools["nces_school_id"]
    in_order = ids.is_monotonic_increasing
    ordered = (nces_schools if in_order else nces_schools.iloc[ids.argsort(kind="stable")]).reset_index(drop=True)
    known = ordered["nces_school_id"].array
    twice = int((known[1:] == known[:-1]).sum())
    if twice:
        raise ValueError(f"nces_schools holds {twice} ids twice; the standard stage must give one row per school")
    return ordered


def index_schools(schools: pd.DataFrame) -> pd.Index:
    """The NCES ids of the sorted directory for `number_schools`; made once, because it is a hash of 130,000 ids."""
    return pd.Index(schools["nces_school_id"].to_numpy(object))


def number_schools(ids: pd.Series, known: pd.Index) -> pd.Series:
    """Row number in the directory of each NCES id; -1 for null and for an id that the directory does not have."""
    return pd.Series(known.get_indexer(ids.to_numpy(object)), index=ids.index, dtype="int64")


def number_linked(linked: pd.DataFrame, known: pd.Index) -> pd.Series:
    """record_id -> row number of the school it was linked to, -1 when to none.

    Raises ValueError when a record is linked to a school that the directory does not have.
    """
    numbers = number_schools(linked["nces_school_id"], known)
    lost = int((numbers.eq(-1) & linked["nces_school_id"].notna()).sum())
    if lost:
        raise ValueError(
            f"linked_records leads {lost} records to schools that nces_schools of the year does not have; "
            "link to schools of the same year's directory"
        )
    return pd.Series(numbers.to_numpy(), index=pd.Index(linked["record_id"].to_numpy(object)))


def place_records(table: pd.DataFrame, name: str, placed: pd.Series, columns: Collection[str] = ()) -> pd.DataFrame:
    """Source, file, row and `columns` of the table with `school`, the row number of each record's school.

    `school` is -1 for records that wait for review. Only the columns asked for are kept: tables are wide.

    Raises ValueError when a record is not in linked_records: every record must have been asked about.
    """
    where = placed.index.get_indexer(table["record_id"].to_numpy(object))
    missing = int((where == -1).sum())
    if missing:
        raise ValueError(f"{name} holds {missing} records that linked_records does not have; link every record first")
    kept = table[["record_id", "source", "file", "row", *columns]].reset_index(drop=True)
    return kept.assign(school=placed.to_numpy()[where] if len(table) else np.empty(0, dtype="int64"))
