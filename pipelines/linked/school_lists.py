"""The school lists that directory files of different years give: which schools a year's files name, and what of each.

A list is what was seen in one year, unlike `nces_schools`, which fills a year from the nearest files. Compares nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.shared.school_year import shift
from pipelines.shared.text import match_key
from schemas.source_model import Source

FACTS = (
    "state",
    "state_school_id",
    "leaid",
    "district_name",
    "school_name",
    "street",
    "city",
    "zip",
    "latitude",
    "longitude",
    "status",
    "grade_low",
    "grade_high",
    "students_total",
)
COLUMNS = ("nces_school_id", "file_year", "source", *FACTS)
"""Columns of a directory part that a list is made from."""
PLACE = ("street", "city", "zip", "latitude", "longitude")
"""What a file of geocodes of the year before may lend to a list; schools move seldom."""
KEPT = (*PLACE, "state_school_id")
"""What is kept of an id from one list to the next when the next does not say it."""
PRIVATE = "private"
WORKING_NAME = r"^\d{2,3}\s?-\s?\w|^(?=.*[a-z]).*\b[A-Z]{3}$|\b([A-Z])\1\1$|\b\d+-[A-Z]{2,3}\b"
"""`113-H-W-4`, `Elementary BCD`, `SCHOOL AAA`: names of schools that are still to be built."""


@dataclass(frozen=True)
class Part:
    """Rows of one directory source (columns COLUMNS), and whether being in it means that a school exists."""

    source: Source
    rows: pd.DataFrame
    lists_schools: bool


def list_group(ids: pd.Series) -> pd.Series:
    """Whose list a school stands in: the state code of a public school's NCES id, or `private` for one of PSS."""
    return ids.str[:2].where(ids.str.len() == 12, PRIVATE)


def has_working_name(schools: pd.DataFrame) -> pd.Series:
    """Whether a public school is listed under a name that schools have before they are built."""
    public = list_group(schools["nces_school_id"]) != PRIVATE
    return public & schools["school_name"].str.match(f".*(?:{WORKING_NAME})", na=False)


def lists_by_year(parts: Iterable[Part]) -> dict[str, pd.DataFrame]:
    """School year -> the schools that its directory files list: nces_school_id, FACTS, place_year and state_id_is_own, by id.

    A file that stands in several parts (a year borrows the nearest file) counts once. Where two files of a year name a
    school, each value is the first by the sources' `priority`. Places also come from geocodes of the year before.
    """
    files: dict[tuple[str, str], tuple[int, bool, pd.DataFrame]] = {}
    for part in parts:
        for year in sorted(part.rows["file_year"].dropna().unique()):
            of_year = part.rows["file_year"] == year
            rows = part.rows if of_year.all() else part.rows[of_year]
            files.setdefault((str(year), part.source.source), (part.source.priority, part.lists_schools, rows))
    years = sorted({year for (year, _), (_, lists, _) in files.items() if lists})
    lists: dict[str, pd.DataFrame] = {}
    for year in years:
        lists[year] = _with_what_was_known(_one_year(year, files), list(lists.values()), year)
    return lists


def _one_year(year: str, files: dict[tuple[str, str], tuple[int, bool, pd.DataFrame]]) -> pd.DataFrame:
    own = sorted((rank, name) for (when, name), (rank, _, _) in files.items() if when == year)
    frames = [files[year, name][2] for _, name in own]
    listed = pd.concat([files[year, name][2]["nces_school_id"] for _, name in own if files[year, name][1]])
    ids = pd.Series(listed.drop_duplicates().sort_values().to_numpy(), dtype="str")
    out = pd.DataFrame({"nces_school_id": ids}).join(_first_known(ids, frames, FACTS))
    before = shift(year, -1)
    lent = [rows for (when, _), (_, lists, rows) in sorted(files.items()) if when == before and not lists]
    if lent:
        places = _first_known(ids, lent, PLACE)
        for fact in PLACE:
            out[fact] = _filled(out[fact], places[fact])
    return out


def _with_what_was_known(schools: pd.DataFrame, earlier: list[pd.DataFrame], year: str) -> pd.DataFrame:
    """Address and state id as last known of the same id, where the year's own files say nothing, unless its city changed.

    place_year: the year whose list the address is of. state_id_is_own: whether the year's own files say the state's id.
    """
    out = schools.assign(
        place_year=pd.Series(year, index=schools.index, dtype="str"), state_id_is_own=schools["state_school_id"].notna()
    )
    for before in reversed(earlier):
        at = _rows_of(out["nces_school_id"], before)
        told = {name: pd.Series(before[name].array.take(at, allow_fill=True)) for name in (*KEPT, "place_year")}
        if told["street"].isna().all() and told["state_school_id"].isna().all():
            continue
        same_town = out["city"].isna() | told["city"].isna() | (match_key(out["city"]) == match_key(told["city"]))
        lacks = out["street"].isna() & out["latitude"].isna() & told["street"].notna() & same_town
        for name in (*PLACE, "place_year"):
            out[name] = out[name].mask(lacks & told[name].notna(), told[name])
        out["state_school_id"] = _filled(out["state_school_id"], told["state_school_id"])
    return out


def _first_known(ids: pd.Series, frames: list[pd.DataFrame], facts: tuple[str, ...]) -> pd.DataFrame:
    """For each id the first value known of every fact, in the order of the frames."""
    known: pd.DataFrame | None = None
    for frame in frames:
        at = _rows_of(ids, frame)
        values = pd.DataFrame({fact: frame[fact].array.take(at, allow_fill=True) for fact in facts})
        known = values if known is None else pd.DataFrame({fact: _filled(known[fact], values[fact]) for fact in facts})
    if known is None:
        raise ValueError("a list of schools needs at least one directory file")
    return known


def _filled(values: pd.Series, others: pd.Series) -> pd.Series:
    missing = values.isna()
    return values.where(~missing, others) if missing.any() and others.notna().any() else values


def _rows_of(ids: pd.Series, frame: pd.DataFrame) -> np.ndarray:
    """Row of each id in the frame, -1 where it has none."""
    return pd.Index(frame["nces_school_id"].to_numpy(object)).get_indexer(ids.to_numpy(object))
