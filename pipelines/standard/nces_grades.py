"""From the grades a directory file gives to what the school offers: high school, K-8, and the three levels.

Reads no cells (see `nces_values`) and joins no files. Source: domain.md 3 (grade flags, dbt stages) and 15 (30).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.shared.coded import encode, number_rows
from schemas.directory_values import GRADED, HIGH_GRADES, K8_GRADES

GRADE_COLUMNS = ("grade_low", "grade_high", "offers_high", "offers_k8", "grade_levels", "grades_year")
"""Taken together from one file, because a span of one year and flags of another describe no school."""

_RANK = {grade: rank for rank, grade in enumerate(GRADED)}
_HIGH = [_RANK[grade] for grade in HIGH_GRADES]
_K8 = [_RANK[grade] for grade in K8_GRADES]
_MIDDLE = [_RANK[grade] for grade in ("06", "07", "08")]
_ELEMENTARY = slice(_RANK["PK"], _RANK["05"] + 1)


def describe_grades(low: pd.Series, high: pd.Series, flags: pd.DataFrame) -> pd.DataFrame:
    """Columns grade_low, grade_high, offers_high, offers_k8, grade_levels and the flag `upside_down` (D13).

    low, high: grades as in `schemas.columns.GRADES`, or null. flags: one `boolean` column per grade that the file has a
    column for, named by the grade. A flag decides its grade; where there is none the span from low to high does. A span
    with one known end says what that end proves and no more; a school of UG or AE only offers neither high nor K-8.
    Levels: el PK-05, mi 06-08 but not for PK/KG-06 schools, hi 09-13; null where not every grade is known.
    """
    first, kind = _kinds(low, high, flags)
    each = _describe(low.iloc[first], high.iloc[first], flags.iloc[first])
    return each.take(kind).set_axis(low.index)


def _kinds(low: pd.Series, high: pd.Series, flags: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """A row of each different combination of grades and flags, and the combination of every row: a nation has hundreds."""
    columns = [encode(low).codes, encode(high).codes]
    columns += [flags[grade].to_numpy("float64", na_value=-1).astype(np.int64) for grade in flags]
    kind = number_rows(columns)
    return np.flatnonzero(~pd.Series(kind).duplicated().to_numpy()), kind


def _describe(low: pd.Series, high: pd.Series, flags: pd.DataFrame) -> pd.DataFrame:
    offered = _from_flags(flags, low.index)
    complete, outside = ~np.isnan(offered).any(axis=1), _outside(flags, low.index)
    # A school that offers nothing at all has not reported its grades; only a complete set of flags can say so.
    silent = complete & (offered == 0).all(axis=1) & (outside.isna() & low.isna() & high.isna()).to_numpy()
    offered[silent] = np.nan
    first, last = _ends((offered == 1) & complete[:, None], low.index)
    low, high = low.fillna(first).fillna(outside), high.fillna(last).fillna(outside)
    lowest, highest = (side.map(_RANK).to_numpy("float64") for side in (low, high))
    upside_down = lowest > highest
    offered = np.where(np.isnan(offered), _from_span(lowest, highest, _only_outside(low, high)), offered)
    known = ~np.isnan(offered).any(axis=1)
    return pd.DataFrame(
        {
            "grade_low": low.astype("str"),
            "grade_high": high.astype("str"),
            "offers_high": _any(offered[:, _HIGH]),
            "offers_k8": _any(offered[:, _K8]),
            "grade_levels": _levels(offered == 1, lowest, highest, low.index).where(known).astype("str"),
            "upside_down": upside_down,
        },
        index=low.index,
    )


def flags_disagree(low: pd.Series, high: pd.Series, flags: pd.DataFrame) -> pd.Series:
    """Flag per row: the grades that its complete flags offer do not begin with `low` and end with `high` (D14).

    A row without a span from low to high, or without a complete set of flags, disagrees with nothing.
    """
    first, kind = _kinds(low, high, flags)
    return _disagree(low.iloc[first], high.iloc[first], flags.iloc[first]).take(kind).set_axis(low.index)


def _disagree(low: pd.Series, high: pd.Series, flags: pd.DataFrame) -> pd.Series:
    offered = _from_flags(flags, low.index)
    complete = ~np.isnan(offered).any(axis=1) & (offered == 1).any(axis=1)
    first, last = _ends((offered == 1) & complete[:, None], low.index)
    both = (low.map(_RANK) <= high.map(_RANK)) & first.notna()
    return both & ((low != first) | (high != last))


def offers_nothing(flags: pd.DataFrame, index: pd.Index) -> pd.Series:
    """Flag per row: a complete set of flags offers no grade, not even ungraded or adult classes (D16)."""
    offered = _from_flags(flags, index)
    none = ~np.isnan(offered).any(axis=1) & (offered != 1).all(axis=1)
    return pd.Series(none & _outside(flags, index).isna().to_numpy(), index=index)


def _from_flags(flags: pd.DataFrame, index: pd.Index) -> np.ndarray:
    """1 offered, 0 not, NaN unknown, per row and graded grade."""
    out = np.full((len(index), len(GRADED)), np.nan)
    for grade in flags.columns.intersection(pd.Index(GRADED)):
        out[:, _RANK[grade]] = flags[grade].to_numpy("float64", na_value=np.nan)
    # Most files have no flag for grade 13: a file that answers for 09-12 has then answered for high school.
    if "13" not in flags and len(flags.columns):
        out[:, _RANK["13"]] = np.where(np.isnan(out[:, _RANK["12"]]), np.nan, 0)
    return out


def _from_span(low: np.ndarray, high: np.ndarray, outside: np.ndarray) -> np.ndarray:
    ranks = np.arange(len(GRADED))[None, :]
    lowest, highest = low[:, None], high[:, None]
    within = (ranks >= lowest) & (ranks <= highest)
    out = np.where(within, 1.0, 0.0)
    unknown = np.isnan(lowest) | np.isnan(highest)
    # One known end: it is offered itself, nothing lies beyond it, and the rest is not known.
    at_end, beyond = (ranks == lowest) | (ranks == highest), (ranks < lowest) | (ranks > highest)
    out = np.where(unknown, np.where(at_end, 1.0, np.where(beyond, 0.0, np.nan)), out)
    out[low > high] = np.nan
    out[outside] = 0
    return out


def _only_outside(low: pd.Series, high: pd.Series) -> np.ndarray:
    ungraded = low.isin(["UG", "AE"]) | high.isin(["UG", "AE"])
    return (ungraded & ~low.isin(GRADED) & ~high.isin(GRADED)).to_numpy()


def _outside(flags: pd.DataFrame, index: pd.Index) -> pd.Series:
    out = pd.Series(pd.NA, index=index, dtype="str")
    for grade in ("AE", "UG"):
        if grade in flags:
            out = out.mask(flags[grade].fillna(False).astype(bool), grade)
    return out


def _ends(offered: np.ndarray, index: pd.Index) -> tuple[pd.Series, pd.Series]:
    grades, some = np.array(GRADED, dtype=object), offered.any(axis=1)
    first, last = offered.argmax(axis=1), len(GRADED) - 1 - offered[:, ::-1].argmax(axis=1)
    ends = (pd.Series(np.where(some, grades[at], None), index=index, dtype="str") for at in (first, last))
    return next(ends), next(ends)


def _any(offered: np.ndarray) -> pd.arrays.BooleanArray:
    yes = (offered == 1).any(axis=1)
    return pd.arrays.BooleanArray(yes, ~yes & np.isnan(offered).any(axis=1))


def _levels(offered: np.ndarray, low: np.ndarray, high: np.ndarray, index: pd.Index) -> pd.Series:
    to_grade_6 = (low <= _RANK["KG"]) & (high == _RANK["06"])
    parts = (
        ("el", offered[:, _ELEMENTARY].any(axis=1)),
        ("mi", offered[:, _MIDDLE].any(axis=1) & ~to_grade_6),
        ("hi", offered[:, _HIGH].any(axis=1)),
    )
    texts = [np.where(has, word, "__").astype(object) for word, has in parts]
    return pd.Series(texts[0] + texts[1] + texts[2], index=index, dtype="str")
