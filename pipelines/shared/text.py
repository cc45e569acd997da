"""Text as people and spreadsheets write it, put into one form. Vectorised over pandas text columns.

Every function is total (null stays null), idempotent, and looks at one cell at a time.
"""

from __future__ import annotations

import re

import pandas as pd

_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00b4": "'", "`": "'"}
_DASHES = {"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-"}
_TABLE = str.maketrans({**_QUOTES, **_DASHES})


def fold_spaces(text: pd.Series) -> pd.Series:
    """Unicode NFC, every run of white space (NBSP and newlines too) as one space, outer spaces removed."""
    normal = text.astype("str").str.normalize("NFC")
    return normal.str.replace(r"[\s\u00a0\u200b\ufeff]+", " ", regex=True).str.strip()


def blank_to_null(text: pd.Series, markers: tuple[str, ...] = ("",)) -> pd.Series:
    """Fold spaces, then make null what equals one of the markers."""
    folded = fold_spaces(text)
    return folded.where(~folded.isin([m.strip() for m in markers]))


def match_key(text: pd.Series) -> pd.Series:
    """A key for comparing names: letters and digits only, lower case, accents and punctuation gone; null when empty.

    "St. Mary's  High" -> "st marys high". Words stay apart, so that "a b" and "ab" differ.
    """
    plain = text.astype("str").map(lambda s: s.translate(_TABLE), na_action="ignore")
    plain = plain.astype("str").str.normalize("NFKD").str.replace(r"[\u0300-\u036f']", "", regex=True).str.casefold()
    plain = plain.str.replace("&", " and ", regex=False).str.replace(r"[\W_]+", " ", regex=True).str.strip()
    return plain.where(plain != "")


def header_key(name: str) -> str:
    """A key for comparing column names: lower case, runs of spaces as one, outer spaces and a BOM removed."""
    return re.sub(r"[\s\u00a0\ufeff]+", " ", name).strip().casefold()
