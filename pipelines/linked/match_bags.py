"""Sets of words per row as arrays, and the words of texts written together: what names and places are compared by.

Counts and joins words; what they mean is said by match_words and match_sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipelines.linked.match_words import Words, joined_by_row


@dataclass(frozen=True)
class Bags:
    """Sets of words per row, one after the other: those of row r are `word[start[r]:start[r + 1]]`, sorted."""

    start: np.ndarray
    word: np.ndarray
    row: np.ndarray
    size: int

    @cached_property
    def key(self) -> np.ndarray:
        """Row and word as one sorted number."""
        return self.row * self.size + self.word

    def holds(self, rows: np.ndarray, words: np.ndarray) -> np.ndarray:
        """Whether each word stands in the bag of each row."""
        if not len(self.word):
            return np.zeros(len(rows), dtype=bool)
        asked = rows * self.size + words
        at = np.minimum(np.searchsorted(self.key, asked), len(self.key) - 1)
        return self.key[at] == asked

    def spread(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The words of each of `rows`: positions in `rows`, and positions in `word`."""
        times = self.start[rows + 1] - self.start[rows]
        pair = np.repeat(np.arange(len(rows)), times)
        at = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times) + self.start[rows][pair]
        return pair, at

    def counts(self) -> np.ndarray:
        """How many words each row has."""
        return np.diff(self.start)


def spread(texts: pd.Series, make: Callable[[pd.Series], Words]) -> Words:
    """Words of a column, made once per distinct text."""
    codes, values = pd.factorize(texts)
    words = make(pd.Series(values, dtype="str"))
    start = np.searchsorted(words.row, np.arange(len(values) + 1))
    lengths = np.where(codes >= 0, np.diff(start)[codes] if len(values) else 0, 0)
    row = np.repeat(np.arange(len(codes)), lengths)
    first = np.repeat(np.where(codes >= 0, start[codes], 0), lengths)
    within = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return Words(row, words.word[first + within], words.vocabulary, len(codes))


def one_vocabulary(parts: list[Words]) -> tuple[list[Words], np.ndarray]:
    codes, vocabulary = pd.factorize(np.concatenate([p.vocabulary for p in parts]))
    out, at = [], 0
    for part in parts:
        local = codes[at : at + len(part.vocabulary)]
        at += len(part.vocabulary)
        out.append((part.row, local[part.word].astype(np.int64), part.rows))
    one = np.asarray(vocabulary, dtype=object)
    return [Words(row, word, one, rows) for row, word, rows in out], one


def keep(words: Words, where: np.ndarray) -> Words:
    return Words(words.row[where], words.word[where], words.vocabulary, words.rows)


def together(parts: list[Words]) -> Bags:
    row, word = (np.concatenate([getattr(part, key) for part in parts]) for key in ("row", "word"))
    return bags_of(Words(row, word, parts[0].vocabulary, parts[0].rows))


def bags_of(words: Words) -> Bags:
    size = max(len(words.vocabulary), 1)
    keys = np.unique(words.row * size + words.word)
    row, word = keys // size, keys % size
    return Bags(np.searchsorted(row, np.arange(words.rows + 1)), word, row, size)


def joined_neighbors(words: Words) -> tuple[Bags, np.ndarray]:
    """Neighbors written together where the vocabulary has that word ("la vista" for "lavista"), and their two parts."""
    known = {text: n for n, text in enumerate(words.vocabulary)}
    neighbors = words.row[:-1] == words.row[1:] if len(words.row) else np.zeros(0, dtype=bool)
    at = np.flatnonzero(neighbors)
    size = max(len(words.vocabulary), 1)
    keys, number = np.unique(words.word[at] * size + words.word[at + 1], return_inverse=True)
    texts = words.vocabulary[keys // size] + words.vocabulary[keys % size]
    whole = np.array([known.get(text, -1) for text in texts], dtype=np.int64)[number]
    used = whole >= 0
    row, word = words.row[at][used], whole[used]
    rows, first = np.unique(row * size + word, return_index=True)
    parts = np.stack([words.word[at][used][first], words.word[at + 1][used][first]], axis=1)
    row, word = rows // size, rows % size
    return Bags(np.searchsorted(row, np.arange(words.rows + 1)), word, row, size), parts


def bits_by_row(row: np.ndarray, bits: np.ndarray, rows: int) -> np.ndarray:
    out = np.zeros(rows, dtype=np.int64)
    np.bitwise_or.at(out, row, bits)
    return out


def bag_numbers(bags: Bags) -> np.ndarray:
    """One number for each different bag."""
    out = np.zeros(len(bags.start) - 1, dtype=np.int64)
    np.add.at(out, bags.row, (bags.word + 1) * (bags.word + 7_919))
    return out


def rarity(bags: Bags, state: np.ndarray, split: int, in_state: np.ndarray, size: int) -> np.ndarray:
    """Eighths of a bit: how rare a word is among the schools of the row's state. Whole numbers, so that sums are exact."""
    key = state[bags.row] * size + bags.word
    listed = np.sort(key[bags.row >= split])
    count = np.searchsorted(listed, key, "right") - np.searchsorted(listed, key, "left")
    bits = np.log2((in_state[state[bags.row]] + 2) / (count + 1))
    return np.clip(np.rint(8 * bits), 4, 80).astype(np.int64)


def squashed(words: Words) -> np.ndarray:
    """A number for each row's words written together; -1 for a row without words."""
    out = np.full(words.rows, -1, dtype=np.int64)
    rows, texts = joined_by_row(words, "")
    out[rows] = pd.factorize(texts)[0]
    return out
