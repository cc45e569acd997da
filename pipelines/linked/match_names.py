"""How much of two schools' names is the same, weighed by how rare the words are in the state.

Compares telling words only; levels, numbers and places are compared in match_compare.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.linked.match_alike import WORTH, Alike
from pipelines.linked.match_levels import BEYOND
from pipelines.linked.match_sides import Sides

BITS = 8
"""Rarity is counted in eighths of a bit."""
INITIAL_WORTH = 3
"""Eighths of a word's worth when one side has its first letter only."""
_STEPS = (1, 3 * BITS, 5 * BITS, 7 * BITS, 9 * BITS, 12 * BITS)
_FULL = 0.999


@dataclass(frozen=True)
class Cover:
    """How the words of one name stand in another, per pair. In eighths of a bit, `share` from 0 to 1."""

    held: np.ndarray  # rarity of the words found, alike ones at a part
    share: np.ndarray  # held, of the words that may not be left out
    exact: np.ndarray  # every word was found
    missing: np.ndarray  # rarity of the rarest word not found
    rarest: np.ndarray  # the rarest word found that may not be left out, -1 without one
    beyond: np.ndarray  # level of BEYOND: how the words stand that are not of the place


def compare_names(sides: Sides, left: np.ndarray, right: np.ndarray, alike: Alike) -> dict[str, np.ndarray]:
    """Level codes of `name`, `common words` and both `missing` comparisons; `rarest` is a word of the vocabulary or -1."""
    mine = cover(sides, left, right, alike)
    theirs = cover(sides, right, left, alike)
    same_letters = (sides.squash[left] == sides.squash[right]) & (sides.squash[left] >= 0)
    low, high = np.minimum(mine.share, theirs.share), np.maximum(mine.share, theirs.share)
    within = high >= _FULL
    conditions = [
        (sides.written[left] == sides.written[right]) & (sides.written[left] >= 0),
        same_letters,
        mine.exact & theirs.exact,
        low >= _FULL,
        (low >= 0.84) & ~within | (low >= 0.9),
        within & (low >= 0.8),
        within & (low >= 0.6),
        within & (low >= 0.4),
        within & (low > 0),
        low >= 0.8,
        low >= 0.7,
        low >= 0.5,
        low >= 0.3,
        low > 0,
    ]
    name = np.select(conditions, range(len(conditions)), len(conditions))
    common = np.maximum(mine.held, theirs.held)
    # Names written apart on one side only ("Red Wood") have no word in common and all letters.
    common = np.where(same_letters, np.maximum(common, _whole(sides, left)), common)
    return {
        "name": name.astype(np.int8),
        "common words": np.digitize(common, _STEPS).astype(np.int8),
        "word of record missing": np.digitize(np.where(same_letters, 0, mine.missing), _STEPS[:5]).astype(np.int8),
        "word of school missing": np.digitize(np.where(same_letters, 0, theirs.missing), _STEPS[:5]).astype(np.int8),
        "beyond the place": (mine.beyond * len(BEYOND) + theirs.beyond).astype(np.int8),
        "rarest": mine.rarest,
    }


def cover(sides: Sides, one: np.ndarray, other: np.ndarray, alike: Alike) -> Cover:
    """How the words of rows `one` stand in the names of rows `other`."""
    core, n = sides.core, len(one)
    pair, at = core.spread(one)
    word, weight = core.word[at], sides.weight[at]
    found = core.holds(other[pair], word) | sides.joined.holds(other[pair], word)
    found |= _joined_there(sides, pair, word, one, other)
    worth = np.where(found, weight * 8, 0)
    open_at = np.flatnonzero(~found)
    if len(open_at):
        worth[open_at] = weight[open_at] * _alike_worth(sides, word[open_at], other[pair[open_at]], alike)
    held = np.bincount(pair, weights=worth, minlength=n) / 8
    # First names, titles, initials, kinds of school and words of the place may be left out, or stand on one side only.
    lost = worth == 0
    of_place = sides.place.holds(other[pair], word) | sides.own_place.holds(one[pair], word)
    spare = lost & (sides.filler[word] | of_place)
    needed = np.bincount(pair, weights=np.where(spare, 0, weight), minlength=n)
    whole = np.bincount(pair, weights=weight, minlength=n)
    missing = np.zeros(n, dtype=np.int64)
    np.maximum.at(missing, pair, np.where(lost, np.where(spare, weight // 4, weight), 0))
    return Cover(
        held=held,
        share=held / np.maximum(np.where(needed > 0, needed, whole), 1),
        exact=(np.bincount(pair, weights=~found, minlength=n) == 0) & (whole > 0),
        missing=missing,
        rarest=_rarest(pair, word, np.where(found & ~sides.filler[word], weight, 0), n),
        beyond=_beyond(pair, lost, sides.filler[word], of_place, n),
    )


def _joined_there(sides: Sides, pair: np.ndarray, word: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether a word and its neighbor in the name of `one` stand written together in the name of `other`."""
    joined = sides.joined
    again, at = joined.spread(one)
    there = sides.core.holds(other[again], joined.word[at])
    again, at = again[there], at[there]
    if not len(again):
        return np.zeros(len(pair), dtype=bool)
    size = sides.core.size
    parts = np.concatenate([again * size + sides.joined_parts[at, 0], again * size + sides.joined_parts[at, 1]])
    return np.isin(pair * size + word, parts)


def _beyond(pair: np.ndarray, lost: np.ndarray, filler: np.ndarray, of_place: np.ndarray, n: int) -> np.ndarray:
    """Level of BEYOND of each pair: what became of the words of a name that do not name its place."""

    def count(which: np.ndarray) -> np.ndarray:
        return np.bincount(pair[which], minlength=n)

    own, missing = count(~of_place), count(~of_place & lost)
    hard, found = count(~of_place & lost & ~filler), count(~of_place & ~lost & ~filler)
    return np.select([own == 0, missing == 0, hard == 0, found > 0], [0, 1, 2, 3], 4)


def _alike_worth(sides: Sides, words: np.ndarray, rows: np.ndarray, alike: Alike) -> np.ndarray:
    """Worth in eighths of the most alike word in the name of each row."""
    again, at = sides.core.spread(rows)
    mine, theirs = words[again], sides.core.word[at]
    kind = alike.find(mine, theirs)
    initial = (sides.first_letter[mine] == sides.first_letter[theirs]) & (
        sides.is_letter[mine] | sides.is_letter[theirs]
    )
    gain = np.where(kind >= 0, WORTH[kind], np.where(initial, INITIAL_WORTH, 0))
    best = np.zeros(len(words), dtype=np.int64)
    np.maximum.at(best, again, gain)
    return best


def _rarest(pair: np.ndarray, word: np.ndarray, weight: np.ndarray, n: int) -> np.ndarray:
    top = np.zeros(n, dtype=np.int64)
    np.maximum.at(top, pair, weight)
    out = np.full(n, -1, dtype=np.int64)
    # Words of one name are sorted, so of two equally rare ones the same is named on every run.
    is_top = (weight == top[pair]) & (weight > 0)
    out[pair[is_top][::-1]] = word[is_top][::-1]
    return out


def _whole(sides: Sides, rows: np.ndarray) -> np.ndarray:
    total = np.bincount(sides.core.row, weights=sides.weight, minlength=len(sides.state))
    return total[rows]
