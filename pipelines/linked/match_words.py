"""School names as words with one spelling each: short forms written out, phrases joined, numbers as digits.

Knows words only (schemas/linkage/name_words.yml); no school, no place and no weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from pipelines.linked.names import DISTRICT_KINDS

PATH = Path(__file__).parents[2] / "schemas" / "linkage" / "name_words.yml"

SPAN_FROM_PREKINDERGARTEN = r"\b(?:pre[ -]?)?(?:pk|p|k)(?:g|indergarten)?\s*(?:-|to|thru|through)\s*([0-9]{1,2})\b"
"""`Pre K-8`, `P-8` and `PK-8` are spans of grades; the first must not be read as a preschool."""
GRADE_BITS = {"p": 1, "e": 2, "m": 4, "h": 8}


@dataclass(frozen=True)
class NameWords:
    """The declared words, by spelling. `things` and `levels` are bit sets."""

    full: dict[str, str]
    phrases: tuple[tuple[tuple[str, ...], str], ...]
    levels: dict[str, int]
    plain: frozenset[str]
    things: dict[str, int]
    kinds: tuple[str, ...]
    fillers: frozenset[str]
    sides: frozenset[str]
    numbers: dict[str, str]
    district_plain: frozenset[str]


@cache
def load_name_words() -> NameWords:
    """The lists of name_words.yml, turned so that a word leads to its meaning."""
    raw = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    full = {short: long for long, shorts in raw["words"].items() for short in shorts if short != long}
    things: dict[str, int] = {}
    for bit, (_, words) in enumerate(raw["things"].items()):
        for word in words:
            things[word] = things.get(word, 0) | 1 << bit
    return NameWords(
        full=full,
        phrases=tuple((tuple(map(str, parts)), whole) for parts, whole in raw["phrases"]),
        levels={word: sum(GRADE_BITS[letter] for letter in letters) for word, letters in raw["levels"].items()},
        plain=frozenset(raw["plain"]),
        things=things,
        kinds=tuple(raw["things"]),
        fillers=frozenset(word for words in raw["fillers"].values() for word in words),
        sides=frozenset(raw["sides"]),
        numbers={word: str(number) for word, number in raw["numbers"].items()},
        district_plain=frozenset(raw["district_plain"]),
    )


@dataclass(frozen=True)
class Words:
    """Words of many texts in one long array: `row` (sorted), `word` (a position in `vocabulary`), in reading order."""

    row: np.ndarray
    word: np.ndarray
    vocabulary: np.ndarray
    rows: int


def split_words(texts: pd.Series) -> Words:
    """Lower-case words of letters or of digits, without accents and punctuation. Null gives no word."""
    values = pa.array(texts.to_numpy(object), pa.large_string(), from_pandas=True)
    values = pc.fill_null(values, "")
    if pc.any(pc.invert(pc.string_is_ascii(values))).as_py():
        values = pc.utf8_normalize(values, "NFKD")
        values = pc.replace_substring_regex(values, r"\p{M}+", "")
    values = pc.utf8_lower(values)
    values = pc.replace_substring_regex(values, r"['`´‘’ʻ]", "")
    values = pc.replace_substring(values, "&", " and ")
    values = pc.replace_substring_regex(values, r"\b([0-9]+)(st|nd|rd|th)\b", r"\1")
    values = pc.replace_substring_regex(values, SPAN_FROM_PREKINDERGARTEN, r"k \1")
    values = pc.replace_substring_regex(values, r"([a-z])([0-9])", r"\1 \2")
    values = pc.replace_substring_regex(values, r"([0-9])([a-z])", r"\1 \2")
    values = pc.utf8_trim(pc.replace_substring_regex(values, r"[^\p{L}\p{N}]+", " "), " ")
    lists = pc.split_pattern(values, " ")
    flat = pc.dictionary_encode(pc.list_flatten(lists))
    row = pc.list_parent_indices(lists).to_numpy()
    vocabulary = flat.dictionary.to_numpy(zero_copy_only=False)
    word = flat.indices.to_numpy()
    filled = vocabulary[word] != "" if len(vocabulary) else np.zeros(0, bool)
    return Words(row[filled], word[filled].astype(np.int64), vocabulary, len(texts))


def name_words(texts: pd.Series) -> Words:
    """Words of school names in one spelling; total, and writing the result out again changes nothing."""
    known = load_name_words()
    words = respell(split_words(texts))
    while True:
        # What one pass writes may be part of another phrase; each pass shortens, so this ends after two or three.
        before = len(words.word)
        words = settle_short_words(join_letters(join_phrases(words, known.phrases)))
        if len(words.word) == before:
            return words


def respell(words: Words) -> Words:
    """Write short forms out and numbers as plain digits, word by word."""
    known = load_name_words()
    spelled = []
    for word in words.vocabulary:
        if word.isdecimal():
            spelled.append(str(int(word)))
        else:
            spelled.append(known.numbers.get(known.full.get(word, word), known.full.get(word, word)))
    return _with_vocabulary(words.row, words.word, np.array(spelled, dtype=object), words.rows)


def join_phrases(words: Words, phrases: tuple[tuple[tuple[str, ...], str], ...]) -> Words:
    """Replace each run of words that is a phrase by one word; phrases are tried in their order, from the left."""
    row, word, vocabulary = words.row, words.word, list(words.vocabulary)
    number = {text: n for n, text in enumerate(vocabulary)}
    for parts, whole in phrases:
        codes = [number.get(part, -1) for part in parts]
        if min(codes) < 0 or len(word) < len(parts):
            continue
        last = len(word) - len(parts) + 1
        hit = row[:last] == row[len(parts) - 1 :]
        for k, code in enumerate(codes):
            hit = hit & (word[k : last + k] == code)
        start = _apart(np.flatnonzero(hit), len(parts))
        if not len(start):
            continue
        if whole not in number:
            number[whole] = len(vocabulary)
            vocabulary.append(whole)
        word = word.copy()
        word[start] = number[whole]
        gone = (start[:, None] + np.arange(1, len(parts))).ravel()
        row, word = np.delete(row, gone), np.delete(word, gone)
    return Words(row, word, np.array(vocabulary, dtype=object), words.rows)


def join_letters(words: Words) -> Words:
    """Write three or more single letters in a row as one word: J J A E P is jjaep. Two are initials and stay."""
    row, word, vocabulary = words.row, words.word, words.vocabulary
    single = np.array([len(w) == 1 and not w.isdecimal() for w in vocabulary], dtype=bool)[word]
    new_run = np.ones(len(row), dtype=bool)
    new_run[1:] = (row[1:] != row[:-1]) | ~single[1:] | ~single[:-1]
    run = np.cumsum(new_run) - 1
    long = np.bincount(run)[run] >= 3 if len(run) else np.zeros(0, dtype=bool)
    if not long.any():
        return words
    letters = pd.Series(vocabulary[word[long]], dtype="str").groupby(run[long]).sum()
    codes = len(vocabulary) + np.arange(len(letters))
    first = long & new_run
    word = word.copy()
    word[first] = codes
    keep = ~long | first
    grown = np.concatenate([vocabulary, letters.to_numpy(object)])
    return _with_vocabulary(row[keep], word[keep], grown, words.rows)


def settle_short_words(words: Words) -> Words:
    """Decide by their neighbors what `el`, `st`, `co` and `junior` mean; a junior of a family says nothing of the school."""
    known = load_name_words()
    row, word, vocabulary = words.row, words.word.copy(), list(words.vocabulary)
    number = {text: n for n, text in enumerate(vocabulary)}
    for needed in ("elementary", "saint", "street", "county"):
        if needed not in number:
            number[needed] = len(vocabulary)
            vocabulary.append(needed)
    general = np.array([w in known.plain or w in known.levels or w.isdecimal() for w in vocabulary], dtype=bool)
    n = len(row)
    follows = np.zeros(n, dtype=bool)
    follows[:-1] = row[:-1] == row[1:]
    next_general = np.zeros(n, dtype=bool)
    next_general[:-1] = general[word[1:]]
    ends = ~follows | next_general
    starts = np.ones(n, dtype=bool)
    starts[1:] = row[:-1] != row[1:]

    def at(text: str) -> np.ndarray:
        return word == number.get(text, -1)

    el, saint, co, junior = at("el") & ends & ~starts, at("st"), at("co") & ~starts, at("junior")
    word[el] = number["elementary"]
    word[saint & (~ends | starts)] = number["saint"]
    word[saint & ends & ~starts] = number["street"]
    word[co] = number["county"]
    keep = ~junior | starts
    return _with_vocabulary(row[keep], word[keep], np.array(vocabulary, dtype=object), words.rows)


def written(words: Words) -> pd.Series:
    """The words of each row with spaces between; null where a row has none."""
    out = np.full(words.rows, None, dtype=object)
    rows, texts = joined_by_row(words, " ")
    out[rows] = texts
    return pd.Series(out, dtype="str")


def joined_by_row(words: Words, between: str) -> tuple[np.ndarray, np.ndarray]:
    """The rows that have words, and the words of each as one text."""
    texts = words.vocabulary[words.word].tolist() if len(words.word) else []
    rows, start = np.unique(words.row, return_index=True)
    ends = np.append(start[1:], len(texts))[: len(start)]
    joined = [between.join(texts[a:b]) for a, b in zip(start.tolist(), ends.tolist(), strict=True)]
    return rows, np.array(joined, dtype=object)


def _with_vocabulary(row: np.ndarray, word: np.ndarray, vocabulary: np.ndarray, rows: int) -> Words:
    codes, uniques = pd.factorize(vocabulary)
    return Words(row, codes[word].astype(np.int64), np.asarray(uniques, dtype=object), rows)


def _apart(start: np.ndarray, length: int) -> np.ndarray:
    """Of hits that overlap, the first; they are rare, so this loop is short."""
    if len(start) < 2 or np.diff(start).min() >= length:
        return start
    kept, free = [], -1
    for position in start:
        if position >= free:
            kept.append(position)
            free = position + length
    return np.array(kept)


class Meanings:
    """For each word of the vocabulary what name_words.yml says of it."""

    def __init__(self, vocabulary: np.ndarray) -> None:
        known = load_name_words()
        self.level = np.array([known.levels.get(w, 0) for w in vocabulary], dtype=np.int64)
        self.thing = np.array([known.things.get(w, 0) for w in vocabulary], dtype=np.int64)
        self.plain = np.array([w in known.plain for w in vocabulary], dtype=bool)
        self.filler = np.array([w in known.fillers or len(w) == 1 for w in vocabulary], dtype=bool)
        self.teaches = np.array([w in ("school", "academy", "preparatory") for w in vocabulary], dtype=bool)
        self.side = np.array([w in known.sides for w in vocabulary], dtype=bool)
        self.district_plain = np.array([w in known.district_plain for w in vocabulary], dtype=bool)
        self.district_kind = np.array([DISTRICT_KINDS.get(w, 0) for w in vocabulary], dtype=np.int64)
        self.digits = np.array([w.isdecimal() for w in vocabulary], dtype=bool)
