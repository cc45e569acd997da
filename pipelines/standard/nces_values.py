"""Reads the cells of NCES directory files: words, flags, grades, counts, ZIP codes, positions.

Looks at one cell at a time (a position is a pair); decides nothing about rows and knows no source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from pipelines.shared.text import fold_spaces
from schemas.directory_values import GRADE_WORDS, NOT_GIVEN, NOT_GIVEN_COUNTS, UNITED_STATES, YES_NO


def read_text(text: pd.Series, missing: tuple[str, ...] = ()) -> pd.Series:
    """Text with spaces folded (U+00A0 too); null where it is blank or one of the source's marks for missing."""
    if is_silent(text):
        return text.astype("str")
    folded = _fold(text.astype("str"))
    return folded.where(~folded.isin(["", *missing]))


def read_words(text: pd.Series, words: Mapping[str, str], missing: tuple[str, ...] = ()) -> tuple[pd.Series, pd.Series]:
    """Our value for each word or code, and a flag for those that are neither known nor a mark for missing.

    Letter case does not count, and `1-Open` (ELSI exports) is read as `Open`. Total and idempotent where every value of
    `words` is also one of its keys.
    """

    def read(values: pd.Series) -> pd.Series:
        keys = _keys(values)
        return keys.map(words).fillna(keys.str.replace(r"^\d\s?-\s?", "", regex=True).map(words)).astype("object")

    if is_silent(text):
        return text.astype("str"), _no(text)
    found = per_value(text, read)
    return found.astype("str"), found.isna() & is_given(text, missing)


def read_flags(text: pd.Series, words: Mapping[str, bool] = YES_NO) -> pd.Series:
    """Yes, No or unknown (`boolean`). Here `N` is No, not a mark for missing: old files write Y and N."""

    def read(values: pd.Series) -> pd.Series:
        keys = _keys(values)
        found = keys.map(words)
        return found.fillna(keys.str.replace(r"^\d\s?-\s?", "", regex=True).map(words)).astype("object")

    if is_silent(text):
        return pd.Series(pd.NA, index=text.index, dtype="boolean")
    return per_value(text, read).astype("boolean")


def read_grades(text: pd.Series, missing: tuple[str, ...] = ()) -> tuple[pd.Series, pd.Series]:
    """Grades as in `schemas.columns.GRADES`, and a flag for what is no grade in any spelling (1, 01, K, -1, Pre-K)."""
    return read_words(text, GRADE_WORDS, missing)


def read_counts(text: pd.Series, missing: tuple[str, ...] = ()) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Counts as Int64, and two flags: a code such as -1 stands for missing; the cell is no count at all.

    `334.00000` is 334. What is no whole number of students is null, never zero.
    """

    def plain(values: pd.Series) -> pd.Series:
        tidy = _fold(values).str.replace(r"^(-?\d[\d,]*)\.0*$", r"\1", regex=True)
        return tidy.str.replace(",", "", regex=False)

    codes, given = pd.factorize(text)
    values = pd.Series(given, dtype="str")
    tidy = plain(values)
    whole = tidy.str.fullmatch(r"\d{1,7}", na=False)
    code = tidy.isin(NOT_GIVEN_COUNTS)
    odd = is_given(values, missing) & ~whole & ~code
    counts = pd.Series(pd.to_numeric(tidy.where(whole)), dtype="Int64")
    found = pd.DataFrame({"count": counts, "code": code, "odd": odd}).reindex(codes).set_axis(text.index)
    flags = (found[name].astype("boolean").fillna(False).astype(bool) for name in ("code", "odd"))
    return found["count"].astype("Int64"), *flags  # type: ignore[return-value]


def read_zips(text: pd.Series, missing: tuple[str, ...] = ()) -> tuple[pd.Series, pd.Series]:
    """Five-digit ZIP codes, and a flag for what is none. ZIP+4 is cut; zeros lost on the left are put back."""

    def read(values: pd.Series) -> pd.Series:
        plain = fold_spaces(values).str.replace(r"\.0$", "", regex=True)
        plain = plain.str.replace(r"^(\d{3,5})-?(?:\d{4})?$", r"\1", regex=True)
        five = plain.where(plain.str.fullmatch(r"\d{3,5}", na=False)).str.zfill(5)
        return five.where(five != "00000")

    if is_silent(text):
        return text.astype("str"), _no(text)
    found = per_value(text, read).astype("str")
    return found, found.isna() & is_given(text, missing)


def read_positions(latitude: pd.Series, longitude: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Latitude and longitude as Float64, and a flag for what is no position in the United States; both or neither.

    0,0 is how missing positions were published (domain.md 15, 14); the boxes are those of EDGE (A3).
    """
    if is_silent(latitude) and is_silent(longitude):
        nowhere = pd.Series(pd.NA, index=latitude.index, dtype="Float64")
        return nowhere, nowhere.copy(), _no(latitude)
    north, east = (pd.to_numeric(side, errors="coerce").to_numpy("float64") for side in (latitude, longitude))
    inside = np.zeros(len(north), dtype=bool)
    for south_edge, north_edge, west_edge, east_edge in UNITED_STATES.values():
        inside |= (north >= south_edge) & (north <= north_edge) & (east >= west_edge) & (east <= east_edge)
    odd = pd.Series(~inside, index=latitude.index) & (is_given(latitude) | is_given(longitude))
    positions = (pd.Series(side, index=latitude.index, dtype="Float64").where(inside) for side in (north, east))
    return *positions, odd  # type: ignore[return-value]


def is_given(text: pd.Series, missing: tuple[str, ...] = ()) -> pd.Series:
    """Flag per cell: it holds something that is no mark for a missing value."""
    if is_silent(text):
        return _no(text)
    marks = {*NOT_GIVEN, *(mark.casefold() for mark in missing), *NOT_GIVEN_COUNTS}
    return per_value(text, lambda values: values.notna() & ~_keys(values).isin(marks)).astype(bool)


def is_silent(text: pd.Series) -> bool:
    """Whether no cell holds anything: most sources lack most of the columns that some source has."""
    return not text.notna().any()


def _no(text: pd.Series) -> pd.Series:
    return pd.Series(False, index=text.index, dtype=bool)


def per_value(text: pd.Series, function: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Apply a function of one cell at a time to the different values only, null among them, once each."""
    codes, values = pd.factorize(text, use_na_sentinel=False)
    return function(pd.Series(values, dtype="str")).take(codes).set_axis(text.index)


def _fold(values: pd.Series) -> pd.Series:
    """`fold_spaces` for the few cells that need it: it looks at every letter, and a national file has a million cells."""
    untidy = values.str.contains(r"[^ -~]|  |^ | $", regex=True, na=False)
    return values.mask(untidy, fold_spaces(values[untidy])) if untidy.any() else values


def _keys(values: pd.Series) -> pd.Series:
    return _fold(values).str.casefold()
