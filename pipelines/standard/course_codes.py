"""Course codes and titles in the one form that a state's catalog and its files are compared in.

Holds no course: whether a code counts is in `schemas/courses/`, read by `course_catalog`.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.text import blank_to_null, match_key
from schemas.source_model import CourseRule


def canonical_codes(
    given: pd.Series, rule: CourseRule, missing: tuple[str, ...] = ("",)
) -> tuple[pd.Series, pd.Series]:
    """Course codes in the state's canonical form, and which of them a repair changed (rule S07).

    given: codes as text; missing marks become null. Repairs: letters in upper case, long dashes as `-`, no spaces
    around dashes, a point and zeros behind a whole number removed, lost zeros put back on the left (`pad`) or behind
    the point (`decimals`; only zeros are cut). Total and idempotent. Source: domain.md 15 (5, 6).
    """
    text = blank_to_null(given, missing)
    codes = text.str.upper().str.replace(r"[\u2010-\u2014\u2212]", "-", regex=True)
    codes = codes.str.replace(r"\s*-\s*", "-", regex=True)
    codes = (
        _fix_decimals(codes, rule.decimals) if rule.decimals else codes.str.replace(r"^(\d+)\.0*$", r"\1", regex=True)
    )
    if rule.pad:
        digits = codes.str.fullmatch(r"\d+", na=False)
        codes = codes.mask(digits, codes.str.zfill(rule.pad))
    return codes.astype("str"), text.notna() & (codes != text)


def _fix_decimals(codes: pd.Series, decimals: int) -> pd.Series:
    parts = codes.str.extract(r"^(?P<whole>\d+)\.(?P<rest>\d*)$")
    cut = parts["rest"].str.replace(rf"^(\d{{{decimals}}})0+$", r"\1", regex=True)
    fits = cut.str.len() <= decimals
    return codes.mask(fits.fillna(False).astype(bool), parts["whole"] + "." + cut.str.ljust(decimals, "0"))


def compared_codes(codes: pd.Series, rule: CourseRule) -> pd.Series:
    """The part of canonical codes that the catalog lists: the first `compare_length` characters, or all of it."""
    return codes.str[: rule.compare_length] if rule.compare_length else codes


def title_keys(titles: pd.Series) -> pd.Series:
    """A key for comparing course titles: letters and digits only, lower case; null when nothing is left."""
    return match_key(titles)
