"""Which two words may be one word: a letter off, cut short, or of one sound. Looked up once per pair of words.

Knows spellings only; what an alike word is worth in a name is said by the comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

WORTH = np.array([7, 5, 5, 4], dtype=np.int64)
"""Eighths of the worth of an equal word, by kind: one letter off, cut short, same sound, two letters off."""

_SOUNDS = str.maketrans({"c": "k", "q": "k", "z": "s", "v": "f", "y": "i", "j": "g"})
_VOWELS = str.maketrans("", "", "aeiouhw")


@dataclass(frozen=True)
class Alike:
    """Pairs of different words that are alike: sorted `key` (left * size + right, both ways) and the best kind of each."""

    key: np.ndarray
    kind: np.ndarray
    size: int

    def find(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Kind of each pair of words, -1 when they are not alike."""
        asked = left * self.size + right
        if not len(self.key):
            return np.full(len(asked), -1)
        at = np.minimum(np.searchsorted(self.key, asked), len(self.key) - 1)
        return np.where(self.key[at] == asked, self.kind[at], -1)


def sound_of(word: str) -> str:
    """First letter and consonants, doubled ones once: Petersen and Peterson sound alike."""
    text = word.replace("ph", "f").replace("ck", "k").translate(_SOUNDS)
    rest = text[1:].translate(_VOWELS)
    out = text[:1]
    for letter in rest:
        if letter != out[-1]:
            out += letter
    return out


def alike_words(vocabulary: np.ndarray, left: np.ndarray, right: np.ndarray) -> Alike:
    """Alike pairs between the words `left` and `right` (positions in the vocabulary), both ways round.

    One letter off needs 4 letters, two letters 7, a cut word 3, a sound 3 letters of its own (Vail and Valley are not alike).
    """
    size = len(vocabulary)
    found = [
        _by_key(_deletions(vocabulary, left), _deletions(vocabulary, right)),
        _by_key(_texts(vocabulary, left, 3), _prefixes(vocabulary, right), kind=1),
        _by_key(_prefixes(vocabulary, left), _texts(vocabulary, right, 3), kind=1),
        _by_key(_sounds(vocabulary, left), _sounds(vocabulary, right), kind=2),
    ]
    pairs = pd.concat(found)
    pairs = pairs[pairs["left"] != pairs["right"]]
    pairs = pd.concat([pairs, pairs.rename(columns={"left": "right", "right": "left"})])
    pairs = pairs.sort_values(["left", "right", "kind"], kind="stable").drop_duplicates(["left", "right"])
    key = pairs["left"].to_numpy(np.int64) * size + pairs["right"].to_numpy(np.int64)
    order = np.argsort(key, kind="stable")
    return Alike(key[order], pairs["kind"].to_numpy(np.int64)[order], size)


def _by_key(left: pd.DataFrame, right: pd.DataFrame, kind: int = -1) -> pd.DataFrame:
    pairs = left.merge(right, on="key", suffixes=("_l", "_r"))
    if kind >= 0:
        return pd.DataFrame({"left": pairs["word_l"], "right": pairs["word_r"], "kind": kind})
    # Both words lost a letter at one place (replaced) or at neighbors (swapped), or only one lost one: one letter off.
    apart = (pairs["at_l"] - pairs["at_r"]).abs()
    one = (pairs["at_l"] < 0) | (pairs["at_r"] < 0) | (apart <= 1)
    long = pairs[["length_l", "length_r"]].min(axis=1) >= 7
    out = pd.DataFrame({"left": pairs["word_l"], "right": pairs["word_r"], "kind": np.where(one, 0, 3)})
    return out[one | long]


def _deletions(vocabulary: np.ndarray, words: np.ndarray) -> pd.DataFrame:
    keys: list[str] = []
    word: list[int] = []
    at: list[int] = []
    length: list[int] = []
    for number, text in zip(words.tolist(), vocabulary[words].tolist(), strict=True):
        n = len(text)
        if 4 <= n <= 16:
            keys.append(text)
            keys.extend([text[:k] + text[k + 1 :] for k in range(n)])
            word.extend([number] * (n + 1))
            at.extend(range(-1, n))
            length.extend([n] * (n + 1))
    return pd.DataFrame({"key": np.array(keys, object), "word": word, "at": at, "length": length}).astype(
        {"word": "int64"}
    )


def _texts(vocabulary: np.ndarray, words: np.ndarray, least: int) -> pd.DataFrame:
    texts = vocabulary[words].tolist()
    rows = [(text, number) for text, number in zip(texts, words.tolist(), strict=True) if len(text) >= least]
    return pd.DataFrame(rows, columns=["key", "word"]).astype({"word": "int64"})


def _prefixes(vocabulary: np.ndarray, words: np.ndarray) -> pd.DataFrame:
    texts = vocabulary[words].tolist()
    rows = [(t[:k], number) for t, number in zip(texts, words.tolist(), strict=True) for k in range(3, len(t))]
    return pd.DataFrame(rows, columns=["key", "word"]).astype({"word": "int64"})


def _sounds(vocabulary: np.ndarray, words: np.ndarray) -> pd.DataFrame:
    texts = vocabulary[words].tolist()
    sounds = [(sound_of(t), number) for t, number in zip(texts, words.tolist(), strict=True) if len(t) >= 4]
    rows = [(sound, number) for sound, number in sounds if len(sound) >= 3]
    return pd.DataFrame(rows, columns=["key", "word"]).astype({"word": "int64"})
