"""How columns of a table are written into the page's small files. Knows no table and opens no file."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pandas as pd

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_SHOUTED = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_KEEP = frozenset(
    [
        "II",
        "III",
        "IV",
        "VI",
        "VII",
        "VIII",
        "IX",
        "XI",
        "XII",
        "PK",
        "JROTC",
        "STEM",
        "STEAM",
        "YMCA",
        "YWCA",
        "ISD",
        "USD",
        "CSD",
        "CUSD",
        "LEA",
        "KIPP",
        "IDEA",
        "BIE",
        "DAEP",
        "JJAEP",
        "NE",
        "NW",
        "SE",
        "SW",
    ]
)
_SMALL = frozenset(["of", "the", "and", "for", "at", "in", "on", "de", "la"])


def to_json(value: Any) -> bytes:
    """JSON without spaces, UTF-8. No `<` is left in it, so that it may stand inside a page's script element."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return body.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


def numbers(column: pd.Series) -> list[int | float | None]:
    """The cells as numbers, null as None; whole numbers without a point."""
    whole = pd.api.types.is_integer_dtype(column.dtype)
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    return [None if v != v else int(v) if whole else round(float(v), 4) for v in values.tolist()]


def texts(column: pd.Series) -> Any:
    """The cells as texts: `{"of": [different texts], "at": [number of each cell, -1 for null]}`, or a list when most differ."""
    codes, different = pd.factorize(column, use_na_sentinel=True)
    if len(different) > 20 and len(different) * 2 > len(column):
        return [None if pd.isna(cell) else str(cell) for cell in column.tolist()]
    return {"of": [str(cell) for cell in different], "at": codes.tolist()}


def clean(column: pd.Series) -> pd.Series:
    """Text on one line: control characters, which no reader sees, become a space."""
    unclean = column.str.contains(_CONTROL, na=False)
    return column.where(~unclean, column.str.replace(_CONTROL, " ", regex=True)) if unclean.any() else column


def calm(column: pd.Series) -> pd.Series:
    """Names that are written in capitals only, as people write them: LAKE OF THE PINES HIGH becomes Lake of the Pines High."""
    codes, different = pd.factorize(column, use_na_sentinel=True)
    calmed = np.array([*(_calm_name(name) for name in different), None], dtype=object)
    return pd.Series(calmed[codes], index=column.index, dtype="str")


def _calm_name(name: str) -> str:
    if name != name.upper() or len(name) < 4:
        return name
    words = _SHOUTED.sub(lambda word: _calm_word(word.group()), name)
    return words[:1].upper() + words[1:]


def _calm_word(word: str) -> str:
    if word in _KEEP:
        return word
    if word.lower() in _SMALL:
        return word.lower()
    if word.startswith("MC") and len(word) > 4:
        return "Mc" + word[2:].capitalize()
    if word[1:2] in ("'", "’"):
        return word[:2] + word[2:].capitalize()
    return word.capitalize()
