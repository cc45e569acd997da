"""Counts of students as states write them: whole numbers, marks for hidden or missing ones, and ranges.

Holds the reading of one cell and the adding up of sections; which rows are sections is decided elsewhere.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

MISSING = ("", "unspecified", "?")
"""Marks for a missing count, compared without regard to letter case, where the source's YAML names none of its own."""

TYPES = {"value": "Int64", "low": "Int64", "high": "Int64", "status": "str"}

_EXACT = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.0*)?")
_BOUND = re.compile(r"(?:n ?)?(<=|>=|<|>|≤|≥) ?([0-9]{1,9})")
_SPAN = re.compile(r"([0-9]{1,9}) ?[-–] ?([0-9]{1,9})")
_STARS = re.compile(r"\*+")


class _Cell(NamedTuple):
    value: int | None = None
    low: int | None = None
    high: int | None = None
    status: str = "missing"
    bad: bool = False


def parse_counts(text: pd.Series, missing: tuple[str, ...] = MISSING) -> tuple[pd.DataFrame, pd.Series]:
    """Read counts of students into value, low, high and status, and say which cells are neither count nor known mark.

    Returns (counts, bad), both with the index of `text`. counts: value, low, high (Int64, students) and status (text):
    exact: `12`, `1,234`, `334.00000`; low and high are the value. suppressed: `*` and `**` are at least 1, `<=10` is
    0 to 10, `<10` and `n<10` are 0 to 9, `>=10` is 10 or more, `3-9` is 3 to 9. cep: the whole school eats free, so
    nobody was counted. missing: a mark for missing, and every cell flagged in `bad` (rule S11). Null is never zero.
    Source: domain.md 5.1 and 15 (11).
    """
    marks = frozenset(mark.strip().casefold() for mark in missing)
    # A file has few different cells, so each is read once; -1, the place of null, is the last entry.
    codes, cells = pd.factorize(text, use_na_sentinel=True)
    read = pd.DataFrame([*(_read_cell(str(cell), marks) for cell in cells), _Cell()], columns=list(_Cell._fields))
    counts = read.astype({**TYPES, "bad": bool}).take(codes % len(read)).set_axis(text.index)
    return counts[list(TYPES)], counts["bad"]


def _read_cell(cell: str, missing: frozenset[str]) -> _Cell:
    plain = " ".join(cell.split()).casefold()
    if plain in missing:
        return _Cell()
    if plain == "cep":
        return _Cell(status="cep")
    if _STARS.fullmatch(plain):
        return _Cell(low=1, status="suppressed")
    if exact := _EXACT.fullmatch(plain):
        number = int(exact[1].replace(",", ""))
        return _Cell(number, number, number, "exact")
    if bound := _BOUND.fullmatch(plain):
        return _read_bound(bound[1], int(bound[2]))
    if (span := _SPAN.fullmatch(plain)) and int(span[1]) <= int(span[2]):
        return _Cell(low=int(span[1]), high=int(span[2]), status="suppressed")
    return _Cell(bad=True)


def _read_bound(sign: str, number: int) -> _Cell:
    if sign in (">=", "≥", ">"):
        return _Cell(low=number + (sign == ">"), status="suppressed")
    high = number - (sign == "<")
    return _Cell(low=0, high=high, status="suppressed") if high >= 0 else _Cell(bad=True)


def add_sections(counts: pd.DataFrame, group: np.ndarray, size: int) -> pd.DataFrame:
    """Add up the counts of sections: one row per group, in order of the groups.

    counts: value, low, high, status as `parse_counts` gives them. group: per row, its group's number, 0 to size - 1.
    The sum is exact only when every section is; a section that is hidden or missing leaves a least number and, where
    each section has one, a greatest. All missing stays missing, all cep stays cep; one section stays as it is.
    """
    status = counts["status"].to_numpy(dtype=object)
    low = counts["low"].to_numpy("float64", na_value=np.nan)
    high = counts["high"].to_numpy("float64", na_value=np.nan)

    def every(flag: np.ndarray) -> np.ndarray:
        return np.bincount(group[~flag], minlength=size) == 0

    exact, cep = every(status == "exact"), every(status == "cep")
    known = np.bincount(group[~np.isnan(low)], minlength=size) > 0
    bounded = every(~np.isnan(high))
    low_sum = np.bincount(group, weights=np.nan_to_num(low), minlength=size)
    high_sum = np.bincount(group, weights=np.nan_to_num(high), minlength=size)
    word = np.select([exact, cep, known], ["exact", "cep", "suppressed"], "missing")
    return pd.DataFrame(
        {
            "value": _whole(low_sum, exact),
            "low": _whole(low_sum, known),
            "high": _whole(high_sum, bounded),
            "status": pd.Series(word, dtype="str"),
        }
    )


def _whole(numbers: np.ndarray, known: np.ndarray) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(numbers.astype("int64"), ~known)
