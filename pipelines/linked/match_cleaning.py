"""What stands in a list's names and is no part of a school's name: words doubled, decorations of the list, initials.

Takes words away; which words mean what is said by name_words.yml, and nothing is compared here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.linked.match_words import Words
from schemas.states import STATES

DECORATED = 5
"""A word that ends so many names of a list in a state, and no school's name there, is the list's own mark."""
INITIALS = (3, 6)
"""Fewest and most letters of a word that may be the initials of the rest of its name."""


def without_tails(names: pd.Series, districts: pd.Series) -> pd.Series:
    """Names without the beginning of their district's name at their end ("TARN MIDDLE SCHOOL ST." in ST. BRENDAN): a
    column that was cut between the two. Districts of one word are left alone."""
    tail, head = names.str.extract(r"\s(\S+)$", expand=False), districts.str.extract(r"^(\S+)\s", expand=False)
    cut = (tail.str.lower() == head.str.lower()).fillna(False)
    return names.mask(cut, names.str.replace(r"\s\S+$", "", regex=True))


CODES = frozenset(
    [
        *("AK", "AZ", "FL", "GA", "IL", "KS", "KY", "MN", "NC", "NH", "NJ", "NM", "NV", "NY", "RI"),
        *("SC", "TN", "TX", "UT", "VA", "VT", "WI", "WV", "WY"),
    ]
)
"""Postal codes that mean nothing else in a school's name; MS, CO, ST or NE do."""


_HAS_CODE = rf"\b(?:{'|'.join(sorted(CODES))})\b|^[a-z][a-z] school\b"


def with_state_written_out(names: pd.Series, states: pd.Series) -> pd.Series:
    """Names with the code of their own state written out: "NM School for the Arts", and "MS School for ..." at the beginning."""
    texts = pa.array(names.to_numpy(object), pa.large_string(), from_pandas=True)
    has_code = pc.fill_null(pc.match_substring_regex(texts, _HAS_CODE, ignore_case=True), False)
    asked = names[has_code.to_numpy(zero_copy_only=False)]
    out = names.copy()
    for code, own in asked.groupby(states.loc[asked.index], sort=True):
        if code in STATES:
            pattern = rf"\b{code}\b" if code in CODES else rf"^{code}(?= school\b)"
            out.loc[own.index] = own.str.replace(pattern, STATES[str(code)].name, case=False, regex=True)
    return out


def without_doubles(words: Words) -> Words:
    """Each word that follows itself once only ("Ashlow Ashlow Central")."""
    again = np.zeros(len(words.row), dtype=bool)
    again[1:] = (words.row[1:] == words.row[:-1]) & (words.word[1:] == words.word[:-1])
    return Words(words.row[~again], words.word[~again], words.vocabulary, words.rows)


def decorations(named: Words, state: np.ndarray, split: int, ends: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Of each word of the names, whether it is a mark of the list: it ends DECORATED records of the state and no school.

    `ends`: of each word of the vocabulary, whether a name may end with it (a level or `school`); `known`: words that mean
    something, by place in `named`. Rows from `split` on are schools.
    """
    row, word = named.row, named.word
    last = np.ones(len(row), dtype=bool)
    last[:-1] = row[1:] != row[:-1]
    behind = np.zeros(len(row), dtype=bool)
    behind[1:] = (row[1:] == row[:-1]) & ends[word[:-1]]
    key = state[row] * max(len(named.vocabulary), 1) + word
    candidates, count = np.unique(key[last & behind & ~known & (row < split)], return_counts=True)
    marks = np.setdiff1d(candidates[count >= DECORATED], key[row >= split])
    return last & behind & ~known & np.isin(key, marks)


def own_initials(named: Words, telling: np.ndarray) -> np.ndarray:
    """Of each word, whether it is the initials of the words before or behind it ("Vale Ski and Sled Academy (VSSA)").

    `telling`: which words count for initials.
    """
    least, most = INITIALS
    out = np.zeros(len(named.row), dtype=bool)
    at = np.flatnonzero(telling)
    row, text = named.row[at], named.vocabulary[named.word[at]]
    length = np.array([len(t) for t in text], dtype=np.int64)
    if not len(row):
        return out
    start = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]]))
    end = np.append(start[1:], len(row))
    letters = np.array([t[0] for t in text], dtype=object)
    for begin, stop in zip(start.tolist(), end.tolist(), strict=True):
        size = stop - begin - 1
        if not least <= size <= most + 1:
            continue
        for position in {begin, stop - 1}:
            if not least <= length[position] <= most or length[position] > size:
                continue
            others = "".join([*letters[begin:position], *letters[position + 1 : stop]])
            if (others.startswith if position == begin else others.endswith)(text[position]):
                out[at[position]] = True
    return out
