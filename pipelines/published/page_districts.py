"""Districts as the district brief needs them: their answers by year, and the ten that are most alike. Draws nothing.

Counts are of schools in the access report; students are those of these schools, where a number is reported.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.published.page_columns import numbers, texts
from schemas.verdicts import OFFERING, Verdict

SIMILAR = 10
NO_ANSWER = (Verdict.UNKNOWN, Verdict.EXCLUDED)
_CHUNK = 256
Codes = npt.NDArray[np.int64]


def list_districts(schools: pd.DataFrame) -> pd.DataFrame:
    """One row per district with a school in the newest year's list: leaid, name, state, locale, FRL share; by state and name.

    schools: `list_schools`. frl_percent weighs schools by their students and is null where fewer than half of the
    district's students are in schools that report it. locale_group is the most frequent one of its schools.
    """
    known = schools[schools["leaid"].notna() & schools["district_name"].notna()]
    frame = known.groupby("leaid", sort=True).agg(
        name=("district_name", "first"), state=("state", "first"), schools=("number", "size")
    )
    frame["locale_group"] = _most_frequent(known, "locale_group")
    frame["frl_percent"] = _frl_share(known)
    frame = frame.reset_index().sort_values(["state", "name", "leaid"], kind="stable")
    return frame.reset_index(drop=True)


def _most_frequent(known: pd.DataFrame, column: str) -> pd.Series:
    counts = known.groupby(["leaid", column]).size().rename("n").reset_index()
    best = counts.sort_values(["leaid", "n", column], ascending=[True, False, True], kind="stable")
    return best.drop_duplicates("leaid").set_index("leaid")[column]


def _frl_share(known: pd.DataFrame) -> pd.Series:
    students = known["students_total"].astype("Float64")
    # Under the Community Eligibility Provision everyone eats free, and a count of eligible students says little.
    usable = known["frl_percent"].notna() & ~known["is_cep"].fillna(False)
    told = known.assign(told=students.where(usable), all=students)
    told["eligible"] = told["told"] * known["frl_percent"] / 100
    sums = told.groupby("leaid")[["told", "eligible", "all"]].sum(min_count=1)
    return (100 * sums["eligible"] / sums["told"]).where(sums["told"] * 2 >= sums["all"]).round(1)


def count_answers(answers: pd.DataFrame, district: Codes, count: int) -> pd.DataFrame:
    """Per district, one school year: schools, offering, answered, students, students_offering, students_answered.

    district: the district's row per row of `answers`, -1 for none. Students are null when no school reports a number.
    """
    own = answers["in_access_report"].fillna(False).to_numpy(dtype=bool) & (district >= 0)
    rows, at = answers[own], district[own]
    offering = rows["teaches_cs"].isin(OFFERING)
    answered = ~rows["teaches_cs"].isin(NO_ANSWER)
    students = rows["students_total"].astype("Float64")
    parts = pd.DataFrame(
        {
            "schools": 1,
            "offering": offering.astype("Int64"),
            "answered": answered.astype("Int64"),
            "students": students,
            "students_offering": students.where(offering),
            "students_answered": students.where(answered),
        }
    )
    sums = parts.groupby(at).sum(min_count=1).reindex(range(count))
    sums[["schools", "offering", "answered"]] = sums[["schools", "offering", "answered"]].fillna(0).astype("Int64")
    sums["students_offering"] = sums["students_offering"].mask(
        sums["students"].notna(), sums["students_offering"].fillna(0)
    )
    sums["students_answered"] = sums["students_answered"].mask(
        sums["students"].notna(), sums["students_answered"].fillna(0)
    )
    return sums.astype("Int64")


def find_similar(districts: pd.DataFrame, counts: pd.DataFrame) -> list[list[int]]:
    """Rows of the ten districts most alike, nearest first; only districts with a school in the report take part.

    Alike: the same kind of locale, then the nearest by size and FRL share. Twice the students are as far apart as 25
    points of FRL share. Where either does not report students, schools are compared instead, which is worth one
    doubling less; where either has no FRL share, that counts as 12.5 points.
    """
    found: list[list[int]] = [[] for _ in range(len(districts))]
    taking_part = counts["schools"].to_numpy() > 0
    locale = districts["locale_group"].fillna("").to_numpy(dtype=object)
    size = np.log2(1 + counts["students"].to_numpy(dtype="float64", na_value=np.nan))
    schools = np.log2(1 + counts["schools"].to_numpy(dtype="float64"))
    frl = districts["frl_percent"].to_numpy(dtype="float64", na_value=np.nan) / 25
    for kind in sorted(set(locale[taking_part].tolist())):
        members = np.flatnonzero(taking_part & (locale == kind))
        own = [measure[members] for measure in (size, schools, frl)]
        for start in range(0, len(members), _CHUNK):
            for row, near in enumerate(_nearest(own, start, min(start + _CHUNK, len(members)))):
                found[members[start + row]] = members[near].tolist()
    return found


def _nearest(measures: list[npt.NDArray[np.float64]], start: int, end: int) -> npt.NDArray[np.int64]:
    size, schools, frl = (np.abs(m[start:end, None] - m[None, :]) for m in measures)
    apart = np.where(np.isnan(size), schools + 1, size) + np.where(np.isnan(frl), 0.5, frl)
    count = apart.shape[1]
    # Whole and different numbers: ties are broken by the row, whatever order a partial sort visits them in.
    ranked = np.rint(apart * 1e6).astype(np.int64) * count + np.arange(count)
    ranked[np.arange(end - start), np.arange(start, end)] = np.iinfo(np.int64).max
    keep = min(SIMILAR, count - 1)
    nearest = (
        np.argpartition(ranked, keep, axis=1)[:, :keep] if count > keep + 1 else np.argsort(ranked, axis=1)[:, :keep]
    )
    order = np.argsort(np.take_along_axis(ranked, nearest, axis=1), axis=1)
    return np.take_along_axis(nearest, order, axis=1)


def district_columns(
    districts: pd.DataFrame, years: dict[str, pd.DataFrame], similar: list[list[int]]
) -> dict[str, Any]:
    """What `districts.json` holds: columns over all districts, and per school year the columns of `count_answers`."""
    return {
        "leaid": districts["leaid"].tolist(),
        "name": districts["name"].tolist(),
        "state": texts(districts["state"]),
        "locale_group": texts(districts["locale_group"]),
        "frl_percent": numbers(districts["frl_percent"]),
        "similar": similar,
        "years": {year: {name: numbers(counts[name]) for name in counts} for year, counts in sorted(years.items())},
    }
