"""Streets, ZIP codes and the words of districts that name a place, as numbers.

Reads them; how two places compare is said by match_compare.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.match_bags import spread
from pipelines.linked.match_words import Words, split_words

STREET_PLAIN = frozenset(
    [
        *("n", "s", "e", "w", "north", "south", "east", "west", "ne", "nw", "se", "sw", "street", "st"),
        *("avenue", "ave", "av", "road", "rd", "drive", "dr", "boulevard", "blvd", "lane", "ln", "way"),
        *("court", "ct", "place", "pl", "highway", "hwy", "route", "rt", "rte", "parkway", "pkwy"),
        *("circle", "cir", "suite", "ste", "bldg", "building", "the", "state", "us", "county", "co"),
        *("old",),
    ]
)


ZIP = r"^\s*(\d{5}|\d{3,4}(?=\D|$))"
"""Five digits, or fewer where a spreadsheet dropped the zeros in front; what follows is the ZIP+4 part."""


GEOGRAPHIC = (
    r"\b(?:isd|cisd|usd|csd|sd|district|dist|independent|county|co|parish|city|unified|area|borough|township|union|joint"
    r"|consolidated|regional|municipal)\b"
)
"""Words that say that a district is that of an area, so that the rest of its name names a place."""


def streets(texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """House number and the first telling word of the street, as numbers; -1 where there is none or it is a post box."""
    words = spread(texts, split_words)
    vocabulary = words.vocabulary
    rows = words.rows
    house, street = np.full(rows, -1, dtype=np.int64), np.full(rows, -1, dtype=np.int64)
    digits = np.array([w.isdecimal() and len(w) < 7 for w in vocabulary], dtype=bool)
    first = np.ones(len(words.row), dtype=bool)
    first[1:] = words.row[1:] != words.row[:-1]
    value = np.array([int(w) if d else -1 for w, d in zip(vocabulary, digits, strict=True)], dtype=np.int64)
    numbered = first & digits[words.word]
    house[words.row[numbered]] = value[words.word[numbered]]
    plain = np.array([w in STREET_PLAIN for w in vocabulary], dtype=bool)
    telling = ~first & ~plain[words.word] | first & ~digits[words.word] & ~plain[words.word]
    row, word = words.row[telling], words.word[telling]
    lead = np.ones(len(row), dtype=bool)
    lead[1:] = row[1:] != row[:-1]
    street[row[lead]] = word[lead]
    box = np.array([w in ("po", "box") for w in vocabulary], dtype=bool)
    boxed = words.row[box[words.word] & (house[words.row] < 0)]
    street[boxed] = -1
    return house, street


def names_of_places(
    both: pd.DataFrame, state: np.ndarray, split: int, towns: list[Words], district: Words, size: int
) -> np.ndarray:
    """Of each word of `district`: whether it names a place. The name of a chain of charter schools does not."""
    known = np.unique(np.concatenate([state[w.row[w.row >= split]] * size + w.word[w.row >= split] for w in towns]))
    texts = both["district_name"]
    area = texts.map(_say_area(texts)).fillna(False).to_numpy(bool)
    return area[district.row] | np.isin(state[district.row] * size + district.word, known)


def _say_area(texts: pd.Series) -> dict[str, bool]:
    distinct = pd.Series(texts.dropna().unique(), dtype="str")
    return dict(zip(distinct, distinct.str.contains(GEOGRAPHIC, case=False, regex=True), strict=True))


def place_words(state: np.ndarray, split: int, places: list[Words], named: Words) -> np.ndarray:
    """Of each word of the names, whether it stands in the name of a town, county or district of the directory's state."""
    size = max(len(named.vocabulary), 1)
    listed = [state[w.row[w.row >= split]] * size + w.word[w.row >= split] for w in places]
    return np.isin(state[named.row] * size + named.word, np.concatenate(listed))
