"""The groups a school belongs to: size, locale, lunch share. Null where the directory does not say; counts nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.metrics import HIGH_NEEDS_PERCENT, LOCALES, RURAL_LOCALES, SIZE_BOUNDS


def group_schools(schools: pd.DataFrame) -> dict[str, pd.Series]:
    """Columns frl_percent, is_high_needs, size_category, locale_group and is_rural of rows of `nces_schools`.

    A missing count is unknown, never 0 percent (domain.md 15, 34). More eligible than enrolled students come from
    files of different years; their share is unknown, too.
    """
    frl_percent = percent_frl(schools["frl_eligible"], schools["students_total"])
    return {
        "frl_percent": frl_percent,
        "is_high_needs": (frl_percent >= HIGH_NEEDS_PERCENT).astype("boolean"),
        "size_category": size_of(schools["students_total"]),
        **_locales(schools["locale_code"]),
    }


def percent_frl(eligible: pd.Series, students: pd.Series) -> pd.Series:
    """Students eligible for free or reduced-price lunch in percent, four places; null unless 0 <= eligible <= students."""
    possible = (students > 0) & (eligible <= students)
    share = eligible.astype("Float64") / students.astype("Float64").where(possible.fillna(False)) * 100
    return share.round(4).astype("Float64")


def size_of(students: pd.Series) -> pd.Series:
    """Size category by number of students; null without a count, and for 0, which is no school but a gap in the file."""
    counts = students.astype("Float64").to_numpy("float64", na_value=np.nan)
    names = np.array([*SIZE_BOUNDS, ""], dtype=object)
    place = np.searchsorted(list(SIZE_BOUNDS.values()), np.nan_to_num(counts), side="right") - 1
    found = pd.Series(names[place], index=students.index, dtype="str")
    return found.where(counts > 0)


def _locales(codes: pd.Series) -> dict[str, pd.Series]:
    number, values = pd.factorize(codes)
    different = pd.Series(values, dtype="str")
    # One more at the end: factorize gives -1 to a school without a locale, which takes the last.
    groups = pd.Series([*different.str[:1].map(LOCALES), None], dtype="str")
    rural = pd.Series([*different.isin(RURAL_LOCALES), None], dtype="boolean")
    return {
        "locale_group": groups.take(number).set_axis(codes.index),
        "is_rural": rural.take(number).set_axis(codes.index),
    }
