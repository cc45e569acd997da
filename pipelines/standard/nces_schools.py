"""Table `nces_schools`: the directory of a school year, joined from the parts that the directory sources gave.

Reads no cells (see `nces_parts`); decides which school exists, and for each value which file is believed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipelines.shared.findings import conform, join_findings
from pipelines.shared.school_year import start_of
from pipelines.standard.nces_directory_checks import check_directory
from pipelines.standard.nces_grades import GRADE_COLUMNS
from pipelines.standard.nces_parts import defines_schools, standardise_nces_part
from schemas.directory_values import OPERATING
from schemas.source_model import Source
from schemas.states import FIPS_STATE
from schemas.tables import table

__all__ = ["build_directory", "standardise_nces_part"]

VALUES = tuple(
    name
    for name in table("nces_schools").column_names
    if name in table("nces_parts").column_names
    and name not in {"nces_school_id", "school_year", "file_year", "is_operating", *GRADE_COLUMNS}
)
"""Columns taken one by one, each from the first file that has it. Grades are taken together, status with its year."""


class _File(NamedTuple):
    """The rows of one source and file year; `rank` puts the files in the order in which they are believed."""

    rank: tuple[int, int, int, str]
    year: str
    defines: bool
    rows: pd.DataFrame


def build_directory(
    parts: dict[str, pd.DataFrame], sources: dict[str, Source], school_year: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table `nces_schools` of the school year, and what is odd about it as a whole (`check_directory`).

    parts: table `nces_parts` by source name. sources: their declarations (which source is believed first: `priority`).

    Which schools: all that a source which lists schools has (029, 129, search export, Urban, PSS; not EDGE, 052, 033),
    whatever the year of its file. But where a file of this very school year lists public schools of a state, these
    files alone say which public schools the state has, and files of other years only add values. So a school that an
    older file alone has (closed since, or not yet in the newer list) stays as long as no list of the year itself is
    there, with grades unknown if no file gives them; `directory_sources` says which files have the school.

    Which value: a file of the same year before the nearest earlier before the nearest later one, then the lower
    `priority`; column by column, except grades, which come together from one file (`grades_year`). `is_operating`
    follows the status, but a later file says nothing of this year, nor does an earlier one that calls a school future.
    `file_year` is the year of the first file that lists the school.
    """
    files = _in_order(parts, sources, school_year)
    ids, places = _existing(files, school_year)
    if ids.empty:
        return conform(pd.DataFrame(), "nces_schools"), join_findings([])
    stacked = pd.concat([file.rows for file in files], ignore_index=True)
    number = np.repeat(np.arange(len(files)), [len(file.rows) for file in files])
    lists = np.array([file.defines for file in files])[number]

    out = pd.DataFrame({"nces_school_id": ids, "school_year": school_year})
    home = _first(lists, places, len(ids))
    out["file_year"] = stacked["file_year"].take(home).to_numpy()
    for name in VALUES:
        out[name] = _taken(stacked[name], _first(stacked[name].notna().to_numpy(), places, len(ids)))
    graded = stacked[list(GRADE_COLUMNS)].notna().any(axis=1).to_numpy()
    source_of_grades = _first(graded, places, len(ids))
    for name in GRADE_COLUMNS:
        out[name] = _taken(stacked[name], source_of_grades)
    out["is_operating"] = _operating(stacked, places, len(ids), school_year)
    out["directory_sources"] = _sources_of(files, number, places, len(ids))
    out = _complete(out)
    where = stacked.loc[home, ["source", "file", "row"]].set_axis(out.index).assign(sheet=None)
    return conform(out, "nces_schools"), check_directory(out, where, school_year)


def _in_order(parts: dict[str, pd.DataFrame], sources: dict[str, Source], school_year: str) -> list[_File]:
    files = []
    for name in sorted(parts):
        part = parts[name]
        for year in sorted(part["file_year"].unique()):
            gap = start_of(year) - start_of(school_year)
            rank = (0 if gap == 0 else 1 if gap < 0 else 2, abs(gap), sources[name].priority, name)
            of_year = part["file_year"] == year
            files.append(_File(rank, year, defines_schools(sources[name]), part if of_year.all() else part[of_year]))
    return sorted(files, key=lambda file: file.rank)


def _existing(files: list[_File], school_year: str) -> tuple[pd.Series, np.ndarray]:
    """Ids of the schools that exist, in order; and of every row of every file the place of its school, -1 for none."""
    if not files:
        return pd.Series(dtype="str"), np.empty(0, dtype="int64")
    every = pd.concat([file.rows["nces_school_id"] for file in files], ignore_index=True)
    codes, ids = pd.factorize(every, sort=True)
    lists = np.repeat([file.defines for file in files], [len(file.rows) for file in files])
    now = lists & np.repeat([file.year == school_year for file in files], [len(file.rows) for file in files])
    exists = np.zeros(len(ids), dtype=bool)
    exists[codes[lists]] = True
    ids_ = pd.Series(ids, dtype="str")
    # States as in the id, because a file gives the state of a school's address only where it has nothing better.
    state = ids_.str[:2].map(FIPS_STATE).where(ids_.str.len() == 12)
    listed_now = np.zeros(len(ids), dtype=bool)
    listed_now[codes[now]] = True
    settled = state.isin(set(state[listed_now].dropna())).to_numpy()
    exists &= listed_now | ~settled
    place = np.where(exists, exists.cumsum() - 1, -1)
    return ids_[exists].reset_index(drop=True), place[codes]


def _first(has: np.ndarray, places: np.ndarray, size: int) -> np.ndarray:
    """For each school the first stacked row that `has` the value; -1 for none. Files are stacked as they are believed."""
    out = np.full(size, -1)
    rows = np.flatnonzero(has & (places >= 0))[::-1]
    # Where a school is assigned more than once the last assignment stays, and the order is reversed: the first row wins.
    out[places[rows]] = rows
    return out


def _taken(values: pd.Series, rows: np.ndarray) -> pd.api.extensions.ExtensionArray:
    return values.array.take(rows, allow_fill=True)


def _operating(stacked: pd.DataFrame, places: np.ndarray, size: int, school_year: str) -> pd.array:
    row = _first(stacked["status"].notna().to_numpy(), places, size)
    status, year = (pd.Series(_taken(stacked[name], row)) for name in ("status", "file_year"))
    silent = status.isna() | (year > school_year) | ((year < school_year) & (status == "future"))
    return status.isin(OPERATING).astype("boolean").mask(silent).array


def _sources_of(files: list[_File], number: np.ndarray, places: np.ndarray, size: int) -> np.ndarray:
    bits = np.zeros(size, dtype="int64")
    inside = places >= 0
    np.bitwise_or.at(bits, places[inside], 1 << number[inside].astype("int64"))
    kinds, which = np.unique(bits, return_inverse=True)
    names = [f"{file.rank[3]} {file.year}" for file in files]
    texts = ["|".join(name for n, name in enumerate(names) if kind >> n & 1) for kind in kinds.tolist()]
    return np.array(texts, dtype=object)[which]


def _complete(out: pd.DataFrame) -> pd.DataFrame:
    public = out["nces_school_id"].str.len() == 12
    # The first seven digits of a public school's id are its district's by definition (validation A1).
    out["leaid"] = out["leaid"].fillna(out["nces_school_id"].str[:7].where(public))
    fallback = pd.Series(np.where(public, "public", "private"), index=out.index, dtype="str")
    out["sector"] = out["sector"].fillna(fallback).where(public, "private")
    return out
