"""The page's list of schools: their order, places, names and answers by year, as small files. Explains no answer.

Every school that any year of the release lists has one number, its row in order of state and NCES id; all files of the
page speak of schools by that number. A school's name, place and size are those of the newest year that lists it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.published.page_columns import calm, clean, numbers, texts, to_json
from pipelines.published.page_map import place_schools
from schemas.columns import RACES
from schemas.verdicts import CODES

UNKNOWN_NUMBER = 65_535
"""Stands for an unknown number of students and for no district in the binary file."""
LISTED, IN_REPORT = 16, 8
"""Bits of an answer byte: the directory of the year lists the school; it is in the access report. The rest is the code."""
FACTS = (
    "street",
    "zip",
    "county",
    "sector",
    "school_type",
    "status",
    "locale_group",
    "grade_low",
    "grade_high",
    "title_i",
)


def list_schools(answers: pd.DataFrame) -> pd.DataFrame:
    """One row per school of any year: its row of the newest year, ordered by state and id; `number` is its position.

    answers: `school_cs_access` of all years of the release, public columns only.
    """
    newest = answers.sort_values(["nces_school_id", "school_year"], kind="stable")
    newest = newest.drop_duplicates("nces_school_id", keep="last")
    newest = newest.sort_values(["state", "nces_school_id"], kind="stable").reset_index(drop=True)
    for name in ("school_name", "city", "district_name", "street", "county"):
        newest[name] = calm(clean(newest[name]))
    return newest.assign(number=np.arange(len(newest)))


def number_of(answers: pd.DataFrame, schools: pd.DataFrame) -> npt.NDArray[np.int64]:
    """The number of the school of each row."""
    return pd.Index(schools["nces_school_id"]).get_indexer(answers["nces_school_id"])


def answer_bytes(answers: pd.DataFrame, number: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.uint8]:
    """One byte per school for one school year: code, IN_REPORT and LISTED; 0 when that year does not list the school."""
    out = np.zeros(count, dtype=np.uint8)
    code = pd.Index(CODES).get_indexer(answers["teaches_cs"]).astype(np.uint8)
    reported = answers["in_access_report"].fillna(False).to_numpy(dtype=bool)
    out[number] = code + LISTED + IN_REPORT * reported
    return out


def points(schools: pd.DataFrame, district: npt.NDArray[np.int64]) -> bytes:
    """Four columns of little-endian 16-bit numbers, one after the other: x, y, students, district."""
    state = schools["state"].to_numpy(dtype=object)
    longitude, latitude = (schools[c].to_numpy(dtype="float64", na_value=np.nan) for c in ("longitude", "latitude"))
    place = place_schools(state, longitude, latitude)
    students = schools["students_total"].to_numpy(dtype="float64", na_value=np.nan)
    students = np.where(np.isnan(students), UNKNOWN_NUMBER, np.minimum(students, UNKNOWN_NUMBER - 1))
    columns = [place[:, 0], place[:, 1], students, np.where(district < 0, UNKNOWN_NUMBER, district)]
    return b"".join(column.astype("<u2").tobytes() for column in columns)


def names(schools: pd.DataFrame) -> bytes:
    """The search list: a line per school with id, name, city and state, between tabs; in the order of the numbers."""
    lines = schools["nces_school_id"] + "\t" + schools["school_name"] + "\t"
    lines = lines + schools["city"].fillna("") + "\t" + schools["state"]
    return "\n".join(lines.tolist()).encode()


def ranges(schools: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """State -> first number and number of schools."""
    counts = schools["state"].value_counts(sort=False).sort_index()
    starts = counts.cumsum() - counts
    return {str(state): (int(starts[state]), int(counts[state])) for state in counts.index}


def state_file(schools: pd.DataFrame, district: npt.NDArray[np.int64]) -> bytes:
    """Facts of one state's schools, column by column in the order of their numbers; race counts are of `races` only."""
    facts: dict[str, Any] = {name: texts(schools[name]) for name in FACTS if name != "title_i"}
    facts["title_i"] = texts(schools["title_i"].map({True: "yes", False: "no"}))
    facts["year"] = texts(schools["school_year"])
    facts["frl_percent"] = numbers(schools["frl_percent"].round(1))
    counted = schools[[f"students_{race}" for race in RACES]].notna().any(axis=1).to_numpy()
    races = {race: numbers(schools.loc[counted, f"students_{race}"]) for race in RACES}
    facts["races"] = {"school": np.flatnonzero(counted).tolist(), **races}
    facts["district"] = district.tolist()
    return to_json(facts)
