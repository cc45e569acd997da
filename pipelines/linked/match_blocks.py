"""Which few schools of its state a record may mean: schools that share rare words, letters, a place or an address.

Only finds candidates, cheaply; how well they fit is said by the comparisons.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from pipelines.linked.match_alike import sound_of
from pipelines.linked.match_bags import Bags
from pipelines.linked.match_sides import Sides

CANDIDATES = 12
"""Schools compared per record; more found nothing more on labelled data (bench/linkage.md)."""
CHUNK = 4_096

KINDS: dict[str, tuple[int, int]] = {
    "letters": (3, 400),
    "word": (2, 500),
    "sound": (1, 150),
    "beginning": (1, 150),
    "word in city": (1, 200),
    "word in zip": (1, 200),
    "word in district": (1, 200),
    "level in city": (1, 60),
    "zip": (1, 80),
    "city": (1, 60),
    "district": (1, 60),
    "address": (3, 60),
    "street in zip": (1, 60),
    "near": (1, 80),
}
"""Each kind of key with its weight and how many schools of a state may share it; a key of more schools tells nothing."""

_VALUE = 1 << 21


def find_candidates(sides: Sides) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (record, row of the school in `sides`), at most CANDIDATES per record, sorted by both.

    A key counts the more the fewer schools of the state share it; all sums are whole numbers, ties go to the lower row.
    """
    key, row = _all_keys(sides)
    of_school = row >= sides.split
    school_keys, position, count = np.unique(key[of_school], return_inverse=True, return_counts=True)
    if not len(school_keys):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    states = len(sides.schools_in_state)
    kind = school_keys // (states * _VALUE * _VALUE)
    scale, most_shared = (np.array([v[k] for v in KINDS.values()]) for k in (0, 1))
    state_size = sides.schools_in_state[(school_keys // (_VALUE * _VALUE)) % states]
    weight = np.rint(4 * scale[kind] * np.log2((state_size + 2) / count)).astype(np.int32)
    weight[count > most_shared[kind]] = 0
    n_schools = len(sides.state) - sides.split
    by_key = sparse.csr_matrix(
        (weight[position], (position, row[of_school] - sides.split)), shape=(len(school_keys), n_schools)
    )
    by_key.eliminate_zeros()
    asked_key, asked_row = key[~of_school], row[~of_school]
    at = np.minimum(np.searchsorted(school_keys, asked_key), len(school_keys) - 1)
    known = school_keys[at] == asked_key
    asked = sparse.csr_matrix(
        (np.ones(known.sum(), np.int32), (asked_row[known], at[known])), shape=(sides.split, len(school_keys))
    )
    lefts, rights = [], []
    for begin in range(0, sides.split, CHUNK):
        left, right = _best(asked[begin : begin + CHUNK] @ by_key)
        lefts.append(left + begin)
        rights.append(right + sides.split)
    return np.concatenate(lefts), np.concatenate(rights)


def _best(shared: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """The CANDIDATES largest entries of each row, ties to the lower column, as sorted rows and columns."""
    shared.sort_indices()
    counts = np.diff(shared.indptr)
    row = np.repeat(np.arange(shared.shape[0]), counts)
    value, column = shared.data, shared.indices.astype(np.int64)
    top = np.zeros(shared.shape[0], dtype=value.dtype)
    filled = counts > 0
    top[filled] = np.maximum.reduceat(value, shared.indptr[:-1][filled]) if filled.any() else 0
    likely = value * 4 >= top[row]
    row, column, value = row[likely], column[likely], value[likely]
    order = np.lexsort((column, -value, row))
    row, column = row[order], column[order]
    start = np.searchsorted(row, np.arange(shared.shape[0]))
    kept = np.arange(len(row)) - start[row] < CANDIDATES
    row, column = row[kept], column[kept]
    order = np.lexsort((column, row))
    return row[order], column[order]


def _all_keys(sides: Sides) -> tuple[np.ndarray, np.ndarray]:
    """Every (key, row). A key holds its kind, the state and one or two values, so that states never meet."""
    core, n = sides.core, len(sides.state)
    every = np.arange(n)
    sounds = _numbers([sound_of(w) if len(w) >= 4 else "" for w in sides.vocabulary])
    starts = _numbers([w[:4] if len(w) >= 5 else "" for w in sides.vocabulary])
    street = np.where((sides.street >= 0) & (sides.house >= 0), sides.house % 2_000_000, -1)
    near = np.where(np.isnan(sides.latitude), -1, np.rint(np.nan_to_num(sides.latitude) * 50 + 10_000)).astype(np.int64)
    beside = np.where(near < 0, -1, np.rint(np.nan_to_num(sides.longitude) * 50 + 20_000)).astype(np.int64)
    parts = [
        ("letters", every, sides.squash, None),
        ("word", core.row, core.word, None),
        ("sound", core.row, sounds[core.word], None),
        ("beginning", core.row, starts[core.word], None),
        ("word in city", core.row, core.word, sides.city[core.row]),
        ("word in zip", core.row, core.word, sides.zip5[core.row]),
        ("level in city", every, np.where(sides.level > 0, sides.level, -1), sides.city),
        ("zip", every, sides.zip5, None),
        ("city", every, sides.city, None),
        ("district", sides.district.row, sides.district.word, None),
        ("address", every, street, sides.street),
        ("street in zip", every, sides.street, sides.zip5),
        ("near", every, near, beside),
    ]
    crossed_row, crossed_word, crossed_district = _cross(core, sides.district)
    parts.append(("word in district", crossed_row, crossed_word, crossed_district))
    keys, rows = [], []
    names, states = list(KINDS), len(sides.schools_in_state)
    for kind, row, value, other in parts:
        good = value >= 0
        if other is not None:
            good &= other >= 0
        second = 0 if other is None else other[good] + 1
        keys.append(((names.index(kind) * states + sides.state[row[good]]) * _VALUE + value[good]) * _VALUE + second)
        rows.append(row[good])
    return np.concatenate(keys), np.concatenate(rows)


def _cross(left: Bags, right: Bags) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each word of a row's left bag with each word of its right bag."""
    at, of_right = right.spread(left.row)
    return left.row[at], left.word[at], right.word[of_right]


def _numbers(texts: list[str]) -> np.ndarray:
    codes = pd.factorize(np.array(texts, dtype=object))[0]
    return np.where(np.array([bool(t) for t in texts], dtype=bool), codes, -1).astype(np.int64)
