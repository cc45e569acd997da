"""Keys by which two spellings of a school, district or city name are the same name: equal keys only.

No likeness is measured here, and no place is looked at; the ladder decides what an equal key is worth.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from pipelines.shared.text import match_key

SCHOOL_WORDS: dict[str, str] = {
    "h s": "high",
    "m s": "middle",
    "hs": "high",
    "ms": "middle",
    "el": "elementary",
    "elem": "elementary",
    "jr": "junior",
    "sr": "senior",
    "sch": "school",
    "acad": "academy",
}
"""Short forms in school names, as whole words of a match key. No right side holds a left side, so the key is idempotent."""

LEVELS = frozenset({"high", "middle", "elementary", "primary", "intermediate", "junior", "senior"})
"""Words after which `school` adds nothing: "Lincoln High" and "Lincoln High School" are one name. On the labelled tasks
of linkage.md this raised recall from 0.45 to 0.64 (T2) and 0.49 to 0.66 (T3) at no loss of precision."""

DISTRICT_WORDS = frozenset(
    {"school", "schools", "sch", "schs", "district", "districts", "dist", "sd", "public", "pblc", "unified", "usd"}
    | {"isd", "cisd", "independent", "county", "co", "parish", "city", "community", "area", "consolidated", "board"}
    | {"of", "education", "the", "corporation", "corp", "system", "department"}
)
"""Words that say what kind of district it is, not which one; sources write them differently (linkage.md, pitfalls)."""

DISTRICT_KINDS: dict[str, int] = {
    "county": 1,
    "co": 1,
    "parish": 1,
    "city": 2,
    "independent": 4,
    "isd": 4,
    "cisd": 4,
}
"""Kinds of district that exist side by side under one core name (Fairfax City and Fairfax County), as bits."""

_CAMPUS = r"\s[-\u2010-\u2014]\s*(\d\d)\s*$"


def school_name_key(names: pd.Series) -> pd.Series:
    """Key of a school's name: its match key, short forms written out, `school` after a level dropped, and a campus ending
    such as ` - 01` dropped (`campus_suffix` keeps it).

    Total (null stays null, a name without a letter or digit becomes null) and idempotent.
    """
    return _once_per_value(names, _school_key)


def campus_suffix(names: pd.Series) -> pd.Series:
    """The two digits that South Dakota puts behind a name (`BON HOMME HIGH SCHOOL - 01` -> 01), else null."""
    return names.astype("str").str.extract(_CAMPUS, expand=False).astype("str")


def district_key(names: pd.Series) -> pd.Series:
    """Core words of a district's name; its whole match key when no core word is left. Total and idempotent."""
    return _once_per_value(names, _district_core)


def district_kinds(names: pd.Series) -> pd.Series:
    """Which kinds of DISTRICT_KINDS the name states, as an int64 bit set; 0 when it states none or is null."""
    keys = _once_per_value(names, match_key)
    bits = {key: _bits(key) for key in keys.dropna().unique()}
    return keys.map(bits).fillna(0).astype("int64")


def place_key(names: pd.Series) -> pd.Series:
    """Key of a city's name: its match key."""
    return _once_per_value(names, match_key)


def kinds_contradict(left: pd.Series, right: pd.Series) -> pd.Series:
    """Both districts state their kind, and no kind is common to both: they are neighbors, not one district."""
    return (left > 0) & (right > 0) & ((left & right) == 0)


def _school_key(names: pd.Series) -> pd.Series:
    keys = match_key(names.astype("str").str.replace(_CAMPUS, "", regex=True))
    return keys.map(_write_out, na_action="ignore").astype("str")


def _write_out(key: str) -> str:
    words: list[str] = []
    for part in key.split(" "):
        word = SCHOOL_WORDS.get(part, part)
        if words and word == "s":
            both = SCHOOL_WORDS.get(f"{words[-1]} s")
            if both:
                words[-1] = both
                continue
        if word == "school" and words and words[-1] in LEVELS:
            continue
        words.append(word)
    return " ".join(words)


def _district_core(names: pd.Series) -> pd.Series:
    return match_key(names).map(_core_words, na_action="ignore").astype("str")


def _core_words(key: str) -> str:
    return " ".join(word for word in key.split() if word not in DISTRICT_WORDS) or key


def _bits(key: str) -> int:
    bits = 0
    for word in key.split():
        bits |= DISTRICT_KINDS.get(word, 0)
    return bits


def _once_per_value(texts: pd.Series, make: Callable[[pd.Series], pd.Series]) -> pd.Series:
    # A season repeats each school's name about twenty times; normalising is the dear part.
    codes, values = pd.factorize(texts.astype("str"))
    keys = make(pd.Series(values, dtype="str"))
    missing = pd.Series([None], dtype="str")
    return pd.concat([keys, missing], ignore_index=True).iloc[codes].set_axis(texts.index)
