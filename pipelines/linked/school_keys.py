"""Keys and signs by which a school of one year's list is the same as one of another year's: name, address, level, number.

Says what agrees and what contradicts; what that makes of two schools is decided by `pair_trust` and the modules of events.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pipelines.linked.names import LEVELS, district_key, school_name_key
from pipelines.shared.text import match_key

EARTH_RADIUS = 6371.0
"""Kilometers."""
POSITION = ("latitude", "longitude")
STREET_WORDS = {
    "street": "st",
    "avenue": "ave",
    "av": "ave",
    "road": "rd",
    "drive": "dr",
    "boulevard": "blvd",
    "lane": "ln",
    "court": "ct",
    "place": "pl",
    "highway": "hwy",
    "parkway": "pkwy",
    "circle": "cir",
    "terrace": "ter",
    "trail": "trl",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
    "saint": "st",
    "mount": "mt",
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
}
PLAIN = LEVELS | {"school", "schools", "academy", "the", "of", "and", "at", "for", "a", "public", "inc", "llc"}
"""Words of a name that do not tell one school from another."""
EVERYDAY = PLAIN | {"charter", "community", "county", "center", "college", "preparatory", "prep", "learning", "online"}
"""Words that many schools of a state share: that two names have one of them in common says nothing."""
PROGRAM = frozenset(
    [
        "virtual",
        "online",
        "digital",
        "adult",
        "night",
        "evening",
        "parent",
        "partner",
        "partnership",
        "home",
        "homeschool",
        "homebound",
        "detention",
        "juvenile",
        "jail",
        "alternative",
        "program",
        "programs",
        "preschool",
        "prek",
        "prekindergarten",
        "eceap",
        "ecse",
        "vpk",
        "childhood",
        "head",
        "start",
        "headstart",
        "daep",
        "jjaep",
        "aep",
        "ged",
        "career",
        "technical",
        "special",
        "secure",
        "opportunity",
        "doors",
        "instruction",
        "course",
        "offerings",
        "franchise",
    ]
)
"""Words of programs, which stand in a school's house and bear its or its district's name without being the school."""
BROAD = {
    "elementary": "e",
    "primary": "e",
    "preschool": "p",
    "prek": "p",
    "pre": "p",
    "kindergarten": "p",
    "intermediate": "m",
    "middle": "m",
    "junior": "m",
    "high": "h",
    "senior": "h",
}
MARKS = {
    word: str(n)
    for n, words in enumerate(
        ("i one first 1st", "ii two second 2nd", "iii three third 3rd", "iv four fourth 4th", "v five fifth 5th"), 1
    )
    for word in words.split(" ")
}
DIRECTIONS = frozenset({"north", "south", "east", "west", "central", "upper", "lower"})
_PO_BOX = re.compile(r"^(p\s?o\s?box|post office box|box)\b")


def name_keys(names: pd.Series) -> pd.Series:
    """Letters and digits of a name with short forms written out, without spaces; null for null."""
    return school_name_key(names).str.replace(" ", "", regex=False)


def ordered_name_keys(names: pd.Series) -> pd.Series:
    """The words of a name, but for "school", in the order of the alphabet: "Brown Ronald Academy", "Ronald Brown Academy"."""
    codes, values = pd.factorize(school_name_key(names))
    keys = ["".join(sorted(word for word in key.split(" ") if word != "school")) or None for key in values]
    return pd.Series([*keys, None], dtype="str").iloc[codes].set_axis(names.index)


def street_keys(streets: pd.Series) -> pd.Series:
    """A street address in one form; null for null and for a post office box, which is nobody's place."""
    codes, values = pd.factorize(streets.astype("str"))
    keys = match_key(pd.Series(values, dtype="str"))
    short = [
        None if key is None or _PO_BOX.match(key) else _shorten(key)
        for key in keys.astype(object).where(keys.notna(), None)
    ]
    return pd.Series([*short, None], dtype="str").iloc[codes].set_axis(streets.index)


def _shorten(key: str) -> str:
    return " ".join(STREET_WORDS.get(word, word) for word in key.split(" "))


def place_keys(texts: pd.Series) -> pd.Series:
    """A city's name in one form."""
    return match_key(texts)


def district_keys(names: pd.Series) -> pd.Series:
    """Core words of a district's name; null where the name has none."""
    return district_key(names)


def telling_words(name: str | None) -> frozenset[str]:
    """Words of a name key that tell the school: without levels and words that every school has."""
    return frozenset(word for word in (name or "").split(" ") if word and word not in PLAIN)


def is_bare(name: str | None) -> bool:
    """A name that any district may give: "High School", "Homebound", "Adult Education"."""
    return not telling_words(name) - PROGRAM - EVERYDAY - {"education", "services"}


def same_words(one: str | None, other: str | None) -> bool:
    """The names have the same telling words, one at least, and the same levels: "The Depaul School", "Depaul School"."""
    return (
        bool(telling_words(one))
        and telling_words(one) == telling_words(other)
        and level_words(one) == level_words(other)
    )


def share_a_word(one: str | None, other: str | None) -> bool:
    """The names have a word in common that few schools have: "Celerity Palmati Charter", "ISANA Palmati Academy"."""
    return bool((telling_words(one) & telling_words(other)) - EVERYDAY)


def one_campus_name(one: str | None, other: str | None, district: str | None) -> bool:
    """The names are one but for the level: the same telling words, or those of the one among those of the other.

    Words of the district's name alone make no name, and a program is not the school whose house it is in.
    """
    left, right = telling_words(one), telling_words(other)
    if left & PROGRAM != right & PROGRAM:
        return False
    if left == right:
        return bool(left)
    shared = left & right
    return shared in (left, right) and bool(shared - set((district or "").split(" ")))


def level_words(name: str | None) -> list[str]:
    """Words of a name key that say a level, in the order of the alphabet; "High Island High" has two."""
    return sorted(word for word in (name or "").split(" ") if word in BROAD)


def levels_contradict(left: str | None, right: str | None) -> bool:
    """Both names say a level, and no level is common to both: "Lincoln Elementary" and "Lincoln High"."""
    one, other = ({BROAD[word] for word in level_words(name)} for name in (left, right))
    return bool(one) and bool(other) and not one & other


def marks_differ(left: str | None, right: str | None) -> bool:
    """The names do not carry the same numbers, ordinals and directions: "PS 12" and "PS 13", "Pivot" and "Pivot II"."""
    one, other = (
        {MARKS.get(word, word) for word in (name or "").split(" ") if _is_mark(word)} for name in (left, right)
    )
    return one != other


def _is_mark(word: str) -> bool:
    return word in MARKS or word in DIRECTIONS or any(letter.isdigit() for letter in word)


def kilometers(left: pd.DataFrame, right: pd.DataFrame) -> np.ndarray:
    """Great-circle distance of each pair of rows (latitude, longitude); NaN without both positions."""
    places = (side[name].to_numpy("float64", na_value=np.nan) for side in (left, right) for name in POSITION)
    return great_circle(*places)


def great_circle(north: np.ndarray, east: np.ndarray, north_was: np.ndarray, east_was: np.ndarray) -> np.ndarray:
    """Kilometers between pairs of positions in degrees; NaN without both."""
    north, east, north_was, east_was = (np.radians(degrees) for degrees in (north, east, north_was, east_was))
    half = np.sin((north - north_was) / 2) ** 2
    half += np.cos(north) * np.cos(north_was) * np.sin((east - east_was) / 2) ** 2
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(half))
