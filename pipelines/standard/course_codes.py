"""Course codes and titles in the one form that a state's catalog and its files are compared in.

Holds no course: whether a code counts is in `schemas/courses/`, read by `course_catalog`.
"""

from __future__ import annotations

import re

import pandas as pd

from pipelines.shared.text import blank_to_null, match_key
from schemas.source_model import CourseRule

_LONG_DASH = re.compile("[\u2010-\u2014\u2212]")
_DASH = re.compile(r"\s*-\s*")
_WHOLE = re.compile(r"(\d+)\.0*", re.ASCII)
_DECIMAL = re.compile(r"(\d+)\.(\d*)", re.ASCII)


def canonical_code(code: str, rule: CourseRule) -> str:
    """A tidy course code in the state's canonical form; what this changes is a repair (rule S07).

    Letters in upper case, long dashes as `-`, no spaces around dashes, a point and zeros behind a whole number removed,
    lost zeros put back on the left (`pad`) or behind the point (`decimals`; only zeros are cut). Idempotent.
    Source: domain.md 15 (5, 6).
    """
    found = _DASH.sub("-", _LONG_DASH.sub("-", code.upper()))
    if rule.decimals:
        found = _fix_decimals(found, rule.decimals)
    elif whole := _WHOLE.fullmatch(found):
        found = whole[1]
    return found.zfill(rule.pad) if rule.pad and found.isascii() and found.isdigit() else found


def _fix_decimals(code: str, decimals: int) -> str:
    parts = _DECIMAL.fullmatch(code)
    if not parts:
        return code
    rest = parts[2][:decimals] if not parts[2][decimals:].strip("0") else parts[2]
    return f"{parts[1]}.{rest.ljust(decimals, '0')}" if len(rest) <= decimals else code


def canonical_codes(
    given: pd.Series, rule: CourseRule, missing: tuple[str, ...] = ("",)
) -> tuple[pd.Series, pd.Series]:
    """`canonical_code` for a column of codes as sent, missing marks made null; and which of them a repair changed."""
    text = blank_to_null(given, missing)
    codes = text.map(lambda code: canonical_code(code, rule), na_action="ignore").astype("str")
    return codes, text.notna() & (codes != text)


def compared_code(code: str, rule: CourseRule) -> str:
    """The part of a canonical code that the catalog lists: the first `compare_length` characters, or all of it."""
    return code[: rule.compare_length] if rule.compare_length else code


def compared_codes(codes: pd.Series, rule: CourseRule) -> pd.Series:
    """`compared_code` for a column of canonical codes."""
    return codes.map(lambda code: compared_code(code, rule), na_action="ignore").astype("str")


def title_keys(titles: pd.Series) -> pd.Series:
    """A key for comparing course titles: letters and digits only, lower case; null when nothing is left."""
    return match_key(titles)
