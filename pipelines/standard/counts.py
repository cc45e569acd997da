"""Counts of students as states write them: whole numbers, marks for hidden or missing ones, and ranges.

Holds the reading of one cell and the adding up of sections; which rows are sections is decided elsewhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from pipelines.shared.coded import Coded

MISSING = ("", "unspecified", "?")
"""Marks for a missing count, compared without regard to letter case, where the source's YAML names none of its own."""

STATUSES = ("exact", "suppressed", "cep", "missing")
EXACT, SUPPRESSED, CEP, UNKNOWN = range(4)

_EXACT = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.0*)?")
_BOUND = re.compile(r"(?:n ?)?(<=|>=|<|>|≤|≥) ?([0-9]{1,9})")
_SPAN = re.compile(r"([0-9]{1,9}) ?[-–] ?([0-9]{1,9})")
_STARS = re.compile(r"\*+")


class Count(NamedTuple):
    """One cell: the least and the greatest number of students it may stand for, its status, and whether it is no count."""

    low: int | None = None
    high: int | None = None
    status: str = "missing"
    bad: bool = False


class Counts(NamedTuple):
    """Many counts as arrays of one shape. low, high: students, NaN where unknown. status: place in STATUSES."""

    low: np.ndarray
    high: np.ndarray
    status: np.ndarray

    def take(self, at: np.ndarray) -> Counts:
        """The counts at those places."""
        return Counts(*(part[at] for part in self))


@lru_cache(maxsize=100_000)
def read_count(cell: str, missing: frozenset[str]) -> Count:
    """Read one cell. missing: marks for a missing count, in lower case.

    exact: `12`, `1,234`, `334.00000`; low and high are the value. suppressed: `*` and `**` are at least 1, `<=10` is
    0 to 10, `<10` and `n<10` are 0 to 9, `>=10` is 10 or more, `3-9` is 3 to 9. cep: the whole school eats free, so
    nobody was counted. missing: a mark for missing, and every cell that is neither count nor mark (bad; rule S11). Null
    is never zero. Source: domain.md 5.1 and 15 (11).
    """
    plain = " ".join(cell.split()).casefold()
    if plain in missing:
        return Count()
    if plain == "cep":
        return Count(status="cep")
    if _STARS.fullmatch(plain):
        return Count(low=1, status="suppressed")
    if exact := _EXACT.fullmatch(plain):
        number = int(exact[1].replace(",", ""))
        return Count(number, number, "exact")
    if bound := _BOUND.fullmatch(plain):
        return _read_bound(bound[1], int(bound[2]))
    if (span := _SPAN.fullmatch(plain)) and int(span[1]) <= int(span[2]):
        return Count(low=int(span[1]), high=int(span[2]), status="suppressed")
    return Count(bad=True)


def _read_bound(sign: str, number: int) -> Count:
    if sign in (">=", "≥", ">"):
        return Count(low=number + (sign == ">"), status="suppressed")
    high = number - (sign == "<")
    return Count(low=0, high=high, status="suppressed") if high >= 0 else Count(bad=True)


def read_counts(cells: Coded, missing: tuple[str, ...] = MISSING) -> tuple[Counts, np.ndarray]:
    """The counts of a column, and a flag per row for cells that are neither count nor known mark. Null is missing."""
    marks = frozenset(mark.strip().casefold() for mark in missing)
    # The place of null, -1, is the last entry.
    read = [*(read_count(value, marks) for value in cells.values), Count()]
    low = np.array([np.nan if one.low is None else one.low for one in read])
    high = np.array([np.nan if one.high is None else one.high for one in read])
    status = np.array([STATUSES.index(one.status) for one in read], dtype=np.int8)
    bad = np.array([one.bad for one in read], dtype=bool)
    return Counts(low[cells.codes], high[cells.codes], status[cells.codes]), bad[cells.codes]


def add_sections(counts: Counts, group: np.ndarray, size: int) -> Counts:
    """Add up the counts of sections: one per group, in order of the groups.

    group: per count, its group's number, 0 to size - 1. The sum is exact only when every section is; a section that is
    hidden or missing leaves a least number and, where each section has one, a greatest. All missing stays missing, all
    cep stays cep; one section stays as it is.
    """

    def every(flag: np.ndarray) -> np.ndarray:
        return np.bincount(group[~flag], minlength=size) == 0

    exact, cep = every(counts.status == EXACT), every(counts.status == CEP)
    known = np.bincount(group[~np.isnan(counts.low)], minlength=size) > 0
    bounded = every(~np.isnan(counts.high))
    low = np.bincount(group, weights=np.nan_to_num(counts.low), minlength=size)
    high = np.bincount(group, weights=np.nan_to_num(counts.high), minlength=size)
    status = np.select([exact, cep, known], [EXACT, CEP, SUPPRESSED], UNKNOWN).astype(np.int8)
    return Counts(np.where(known, low, np.nan), np.where(bounded, high, np.nan), status)
