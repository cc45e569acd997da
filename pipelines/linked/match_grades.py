"""Grades and levels that names, grade columns and hints say, as numbers and bits, and which school is alone with them.

Reads them; how those of a record and a school compare is said by match_compare.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.match_bags import bits_by_row
from pipelines.linked.match_words import Meanings, Words

GRADES = (
    {"UG": -9, "PK": -1, "KG": 0, "K": 0, "TK": 0, "P": -1}
    | {str(n): n for n in range(14)}
    | {f"{n:02}": n for n in range(14)}
)


APART = ("early", "adult", "online", "program", "alternative", "special", "career")
"""Kinds that stand beside the school of a town and do not take its place."""


def levels_of_names(named: Words, meaning: Meanings) -> tuple[np.ndarray, np.ndarray]:
    """Level bits of each row, and which words said them. `High Point` and `Middle River` begin with no level."""
    row, word = named.row, named.word
    bits = meaning.level[word]
    first = np.ones(len(row), dtype=bool)
    first[1:] = row[1:] != row[:-1]
    last = np.ones(len(row), dtype=bool)
    last[:-1] = row[1:] != row[:-1]
    next_plain = np.zeros(len(row), dtype=bool)
    next_plain[:-1] = meaning.plain[word[1:]] | (meaning.level[word[1:]] > 0)
    is_level = (bits > 0) & ~(first & ~last & ~next_plain)
    return bits_by_row(row[is_level], bits[is_level], named.rows), is_level


def spans_in_names(
    named: Words, vocabulary: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Level bits that spans such as `K-8` or `7 12` say, which words are part of one, and its first and last grade (-9)."""
    row, word = named.row, named.word
    value = np.array([_grade_number(w) for w in vocabulary], dtype=np.int64)[word]
    starts = np.zeros(len(row), dtype=bool)
    starts[:-1] = (row[:-1] == row[1:]) & (value[:-1] > -9) & (value[1:] > value[:-1]) & (value[1:] <= 12)
    starts[:-1] &= (value[1:] > 0) & (value[1:] >= 2)
    at = np.flatnonzero(starts)
    low, high = value[at], value[at + 1]
    bits = 2 * (low <= 4) + 4 * ((low <= 7) & (high >= 7)) + 8 * (high >= 10)
    in_span = starts.copy()
    in_span[1:] |= starts[:-1]
    first, last = np.full(named.rows, -9, dtype=np.int64), np.full(named.rows, -9, dtype=np.int64)
    first[row[at]], last[row[at]] = low, high
    return bits_by_row(row[at], bits.astype(np.int64), named.rows), in_span, (first, last)


def _grade_number(word: str) -> int:
    if word in ("k", "pk", "tk"):
        return 0
    return int(word) if word.isdecimal() and len(word) <= 2 else -9


def ordinals(named: Words) -> np.ndarray:
    """2, 3 or 4 where a name ends with that number, however written: the second school of its name. Else 0."""
    value = np.array([int(w) if w in ("2", "3", "4") else 0 for w in named.vocabulary], dtype=np.int64)
    last = np.full(named.rows, -1, dtype=np.int64)
    last[named.row] = named.word
    return np.where(last >= 0, np.append(value, 0)[last], 0)


def hints(texts: pd.Series) -> np.ndarray:
    """Level bits that a column such as `High School` or `middle` says."""
    said = texts.str.lower().fillna("")
    bits = {2: "elementary|primary", 4: "middle|junior", 8: r"high|\bsecondary"}
    out = np.zeros(len(texts), dtype=np.int64)
    for bit, words in bits.items():
        out |= bit * said.str.contains(words, regex=True).to_numpy(np.int64)
    # "Junior High" says the middle grades only.
    return np.where(said.str.contains("junior high").to_numpy(), out & ~8, out)


def grade_numbers(texts: pd.Series) -> np.ndarray:
    return texts.str.upper().str.strip().map(GRADES).fillna(-9).to_numpy(np.int64)


def taught_levels(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Level bits of a span of grades; preschool alone has none."""
    return 2 * ((low <= 4) & (high >= 1)) + 4 * ((low <= 7) & (high >= 7)) + 8 * ((low <= 11) & (high >= 10))


def alone_with_level(taught: np.ndarray, regular: np.ndarray, split: int, places: list[np.ndarray]) -> np.ndarray:
    """Of each school, the level bits that no other regular school of the same places has; 0 without a place."""
    out = np.zeros(len(taught), dtype=np.int64)
    frame = pd.DataFrame(dict(enumerate(values[split:] for values in places)))
    place = np.where(frame.iloc[:, -1] >= 0, frame.groupby(list(frame.columns)).ngroup(), -1)
    size = place.max(initial=0) + 2
    for bit in (2, 4, 8):
        has = (taught[split:] & bit > 0) & (place >= 0)
        others = np.bincount(place[has & regular[split:]], minlength=size)[place] - (has & regular[split:])
        out[split:] |= bit * (has & (others == 0))
    return out
