"""Folds the long NCES files (052 membership, 033 lunch: one row per school and group) into one row per school.

Adds up and sorts out rows; reads counts as `nces_values` does and repairs no ids.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from pipelines.shared.text import fold_spaces
from pipelines.standard.nces_values import per_value, read_counts
from schemas.directory_values import (
    ADULT_GRADES,
    LUNCH_WORDS,
    RACE_WORDS,
    TOTAL_OF_GRADE,
    TOTAL_OF_RACE_AND_SEX,
    TOTAL_OF_SCHOOL,
)

FEMALE = "students_female"
LOCATORS = ("source", "file", "sheet", "row", "file_year", "delivery")
WHO = ("nces_school_id_given", "leaid", "state", "location_state")


class Folded(NamedTuple):
    """rows: one per file and school, counts as text. merged, excluded, repeated: source rows that are not in `rows`."""

    rows: pd.DataFrame
    merged: pd.DataFrame
    excluded: pd.DataFrame
    repeated: pd.DataFrame


def is_long(rows: pd.DataFrame) -> bool:
    """Whether the rows are those of a long file: they have a student count for each group."""
    return "student_count" in rows and bool(rows["student_count"].notna().any())


def fold_rows(rows: pd.DataFrame, missing: tuple[str, ...]) -> Folded:
    """One row per file and school with students_total and students_<race>, or free_lunch and reduced_lunch.

    Only the named totals of 052 are used, and race by sex is added up over sex, and for students_female over race; the rows by grade are added up as
    students_by_grade, with which the total is compared (D23); other rows are excluded. A sum with an
    unknown part is unknown: null is not zero. A group that stands twice keeps its first row (rule D06).
    """
    wide = rows.reindex(columns=[*LOCATORS, *WHO]).assign(target=_targets(rows), part=_parts(rows))
    wide["is_female"] = _words(rows["sex"]).eq("female") if "sex" in rows else False
    wide["nces_school_id_given"] = fold_spaces(wide["nces_school_id_given"]).fillna("")
    wide["count"] = read_counts(rows["student_count"], missing)[0]
    wide["negative"] = rows["student_count"].where(fold_spaces(rows["student_count"]).str.startswith("-"))
    used = wide[wide["target"].notna()].sort_values(["file", "row"], kind="stable")
    again = used.duplicated(["file", "nces_school_id_given", "target", "part"])
    first = used[~again]
    # A row of race and sex stands in two sums, and is one source row.
    female = first[first["is_female"] & first["target"].isin(RACE_WORDS.values())].assign(target=FEMALE)
    groups = pd.concat([first, female]).groupby(["file", "nces_school_id_given", "target"], sort=True)
    sums = groups["count"].agg(["sum", "count", "size"])
    # The code of a missing count is handed on as it stands, so that it is reported like any other (D22).
    codes = groups["negative"].first().astype("str")
    counts = sums["sum"].where(sums["count"] == sums["size"]).astype("Int64").astype("str").fillna(codes)
    counts = counts.unstack("target").reset_index()
    heads = first.drop_duplicates(["file", "nces_school_id_given"])
    out = heads[[*LOCATORS, *WHO]].merge(counts, on=["file", "nces_school_id_given"], how="left", validate="1:1")
    merged = first.drop(index=heads.index)
    return Folded(out, merged, wide[wide["target"].isna()], rows.loc[used.index[again]])


def _targets(rows: pd.DataFrame) -> pd.Series:
    if "lunch_program" in rows:
        return _words(rows["lunch_program"]).map(LUNCH_WORDS).astype("str")
    kind = _words(rows["total_indicator"])
    race = _words(rows["race"]).map(RACE_WORDS) if "race" in rows else pd.Series(pd.NA, index=rows.index, dtype="str")
    total = pd.Series("students_total", index=rows.index, dtype="str").where(kind == TOTAL_OF_SCHOOL)
    by_grade = kind == TOTAL_OF_GRADE
    if by_grade.any():
        total = total.mask(by_grade & ~_words(rows["grade"]).isin(ADULT_GRADES), "students_by_grade")
    return total.fillna(race.where(kind == TOTAL_OF_RACE_AND_SEX)).astype("str")


def _parts(rows: pd.DataFrame) -> pd.Series:
    if "sex" not in rows:
        return pd.Series("", index=rows.index, dtype="str")
    sex = _words(rows["sex"]).fillna("")
    return sex + "|" + _words(rows["grade"]).fillna("") if "grade" in rows else sex


def _words(text: pd.Series) -> pd.Series:
    return per_value(text, lambda values: fold_spaces(values).str.casefold())
