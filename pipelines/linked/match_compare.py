"""How a record and a school compare: one level per comparison, each with a name that a person can read.

Levels only; what a level is worth stands in schemas/linkage/school_match.yml.
"""

from __future__ import annotations

import numpy as np

from pipelines.linked.match_alike import WORTH, Alike, alike_words
from pipelines.linked.match_sides import Bags, Sides
from pipelines.linked.match_words import load_name_words

NAME = (
    *("same letters", "same words", "same but for words of the place", "same but for letters"),
    *("one within the other, 80 %", "one within the other, 60 %", "one within the other, 40 %", "one within the other, less"),
    *("alike, 85 %", "alike, 70 %", "alike, 50 %", "alike, 30 %", "alike, less", "nothing in common"),
)
COMMON = ("no common word", "under 3 bits", "3 to 5 bits", "5 to 7 bits", "7 to 9 bits", "9 to 12 bits", "over 12 bits")
MISSING = ("nothing", "under 3 bits", "3 to 5 bits", "5 to 7 bits", "over 7 bits")
LEVEL = ("same", "overlap", "record silent", "school silent", "both silent", "contradict")
GRADE = ("same span", "within", "mostly", "partly", "unknown", "apart")
NUMBER = ("none", "same", "record only", "school only", "differ")
SIDE = ("none", "same", "record only", "school only", "differ")
DISTRICT = ("same", "one within the other", "half", "county of the school", "name of the school", "unknown", "differ")
TOWN = ("zip and city", "zip", "city, near zip", "city", "near zip", "county", "unknown", "elsewhere")
STREET = ("same address", "same street", "unknown", "other street")
PLACE = tuple(f"{town}; {street}" for town in TOWN for street in STREET)
SECTOR = ("fits", "faith word, public school")

LEVELS: dict[str, tuple[str, ...]] = {
    "name": NAME,
    "common words": COMMON,
    "word of record missing": MISSING,
    "word of school missing": MISSING,
    "level words": LEVEL,
    "grades": GRADE,
    "numbers": NUMBER,
    "side words": SIDE,
    "district": DISTRICT,
    "place": PLACE,
    "sector": SECTOR,
    **{f"{kind} in record only": ("no", "yes") for kind in load_name_words().kinds},
    **{f"{kind} in school only": ("no", "yes") for kind in load_name_words().kinds},
}
"""Every comparison with its levels, in the order of their codes."""

_BITS = 8


def compare(sides: Sides, left: np.ndarray, right: np.ndarray) -> dict[str, np.ndarray]:
    """Level code of each pair (rows `left` and `right` of `sides`) for each comparison of LEVELS."""
    alike = alike_words(
        sides.vocabulary,
        np.unique(sides.core.word[sides.core.row < sides.split]),
        np.unique(sides.core.word[sides.core.row >= sides.split]),
    )
    out = _compare_names(sides, left, right, alike)
    out["level words"] = _level_words(sides.level[left], sides.level[right])
    out["grades"] = _grades(sides, left, right)
    out["numbers"] = _sets(sides.number, left, right)
    out["side words"] = _sets(sides.side, left, right)
    out["district"] = _districts(sides, left, right)
    out["place"] = _places(sides, left, right)
    faith = 1 << load_name_words().kinds.index("faith")
    out["sector"] = (((sides.thing[left] & faith) > 0) & (sides.private[right] == 0)).astype(np.int8)
    for bit, kind in enumerate(load_name_words().kinds):
        in_record, in_school = sides.thing[left] >> bit & 1, sides.thing[right] >> bit & 1
        out[f"{kind} in record only"] = (in_record & ~in_school & 1).astype(np.int8)
        out[f"{kind} in school only"] = (in_school & ~in_record & 1).astype(np.int8)
    return out


def _compare_names(sides: Sides, left: np.ndarray, right: np.ndarray, alike: Alike) -> dict[str, np.ndarray]:
    core = sides.core
    of_left = _worths(sides, left, right, alike)
    of_right = _worths(sides, right, left, Alike(*_turned(alike)))
    cover_left, cover_right = of_left["worth"] / of_left["total"], of_right["worth"] / of_right["total"]
    low, high = np.minimum(cover_left, cover_right), np.maximum(cover_left, cover_right)
    full = 0.999
    name = np.select(
        [
            (sides.squash[left] == sides.squash[right]) & (sides.squash[left] >= 0),
            (of_left["plainly"] == 1) & (of_right["plainly"] == 1),
            low >= full,
            low >= 0.84,
            (high >= full) & (low >= 0.8),
            (high >= full) & (low >= 0.6),
            (high >= full) & (low >= 0.4),
            (high >= full) & (low > 0),
            low >= 0.85,
            low >= 0.7,
            low >= 0.5,
            low >= 0.3,
            low > 0,
        ],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        13,
    )
    same_letters = name == 0
    common = np.where(same_letters, np.maximum(of_left["total_plain"], of_right["total_plain"]), np.maximum(of_left["worth"], of_right["worth"]))
    missing_left = np.where(same_letters, 0, of_left["missing"])
    missing_right = np.where(same_letters, 0, of_right["missing"])
    del core
    return {
        "name": name.astype(np.int8),
        "common words": np.digitize(common, [1, 3 * _BITS, 5 * _BITS, 7 * _BITS, 9 * _BITS, 12 * _BITS]).astype(np.int8),
        "word of record missing": np.digitize(missing_left, [1, 3 * _BITS, 5 * _BITS, 7 * _BITS]).astype(np.int8),
        "word of school missing": np.digitize(missing_right, [1, 3 * _BITS, 5 * _BITS, 7 * _BITS]).astype(np.int8),
        "_low": low,
        "_high": high,
    }


def _worths(sides: Sides, one: np.ndarray, other: np.ndarray, alike: Alike) -> dict[str, np.ndarray]:
    """How much of the name of `one` stands in the name of `other`, in eighths of a bit."""
    core, n = sides.core, len(one)
    pair, at = _spread(core, one)
    word, weight = core.word[at], sides.weight[at]
    found = _in_bag(core, other[pair], word)
    worth = np.where(found, weight * 8, 0)
    open_at = np.flatnonzero(~found)
    if len(open_at):
        again, other_at = _spread(core, other[pair[open_at]])
        theirs = core.word[other_at]
        mine = word[open_at][again]
        kind = alike.find(mine, theirs)
        gain = np.where(kind >= 0, WORTH[kind], 0)
        gain = np.maximum(gain, np.where(_initial(sides.vocabulary, mine, theirs), 3, 0))
        best = np.zeros(len(open_at), dtype=np.int64)
        np.maximum.at(best, again, gain)
        worth[open_at] = best * weight[open_at]
    # A word that names the town, county or district of either side may be left out or added without changing the school.
    local = ~found & (_in_bag(sides.place, other[pair], word) | _in_bag(sides.place, one[pair], word)) & (worth == 0)
    counted = np.where(local, weight // 4, weight)
    nothing = np.where(worth == 0, counted, 0)
    missing = np.zeros(n, dtype=np.int64)
    np.maximum.at(missing, pair, nothing)
    only_local = np.bincount(pair, weights=(~local), minlength=n) == 0
    total = np.bincount(pair, weights=counted, minlength=n)
    plain = np.bincount(pair, weights=weight, minlength=n)
    held = np.bincount(pair, weights=worth, minlength=n) / 8
    free_total = np.where(only_local, plain, np.bincount(pair, weights=np.where(local, 0, weight), minlength=n))
    del total
    return {
        "worth": held,
        "total": np.maximum(free_total, 1),
        "total_plain": plain,
        "plainly": (np.bincount(pair, weights=~found, minlength=n) == 0).astype(int),
        "missing": missing,
    }


def _initial(vocabulary: np.ndarray, mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """One is a single letter and the other a word that begins with it."""
    first = np.array([ord(w[0]) if w else 0 for w in vocabulary], dtype=np.int64)
    single = np.array([len(w) == 1 and not w.isdecimal() for w in vocabulary], dtype=bool)
    return (first[mine] == first[theirs]) & (single[mine] | single[theirs])


def _turned(alike: Alike) -> tuple[np.ndarray, np.ndarray, int]:
    key = alike.key % alike.size * alike.size + alike.key // alike.size
    order = np.argsort(key, kind="stable")
    return key[order], alike.kind[order], alike.size


def _spread(bags: Bags, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of `rows` the positions of its words: (position in `rows`, position in `bags.word`)."""
    times = bags.start[rows + 1] - bags.start[rows]
    pair = np.repeat(np.arange(len(rows)), times)
    at = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times) + bags.start[rows][pair]
    return pair, at


def _in_bag(bags: Bags, rows: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Whether each word stands in the bag of each row."""
    if not len(bags.word):
        return np.zeros(len(rows), dtype=bool)
    size = max(int(bags.word.max()), int(words.max()) if len(words) else 0) + 1
    keys = bags.row * size + bags.word
    asked = rows * size + words
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return keys[at] == asked


def _level_words(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    conditions = [
        (left == 0) & (right == 0),
        left == 0,
        right == 0,
        left == right,
        (left & right) > 0,
    ]
    return np.select(conditions, [4, 2, 3, 0, 1], 5).astype(np.int8)


_SPANS = np.array([[-1, 5, 8, 12], [0, 0, 5, 8], [0, 0, 6, 9]])


def _span(sides: Sides, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and last grade of each row, from grades, else from level words or the hint; and whether it is known."""
    low, high = sides.grade_low[rows], sides.grade_high[rows]
    bits = np.where(sides.level[rows] > 0, sides.level[rows], sides.hint[rows])
    from_low = np.select([bits & 1 > 0, bits & 2 > 0, bits & 4 > 0, bits & 8 > 0], [-1, 0, 6, 9], -9)
    from_high = np.select([bits & 8 > 0, bits & 4 > 0, bits & 2 > 0, bits & 1 > 0], [12, 8, 5, 0], -9)
    given = (low > -9) & (high > -9)
    low, high = np.where(given, low, from_low), np.where(given, high, from_high)
    return low, high, (low > -9) & (high > -9)


def _grades(sides: Sides, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    low, high, known = _span(sides, left)
    other_low, other_high, other_known = _span(sides, right)
    shared = np.minimum(high, other_high) - np.maximum(low, other_low) + 1
    shorter = np.minimum(high - low, other_high - other_low) + 1
    longer = np.maximum(high - low, other_high - other_low) + 1
    conditions = [
        ~(known & other_known),
        shared == longer,
        shared >= shorter,
        shared * 2 >= shorter,
        shared > 0,
    ]
    return np.select(conditions, [4, 0, 1, 2, 3], 5).astype(np.int8)


def _sets(bags: Bags, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    n_left, n_right = bags.counts()[left], bags.counts()[right]
    pair, at = _spread(bags, left)
    shared = np.bincount(pair[_in_bag(bags, right[pair], bags.word[at])], minlength=len(left))
    conditions = [
        (n_left == 0) & (n_right == 0),
        (shared == n_left) & (shared == n_right),
        (shared == n_right) & (n_left > shared),
        (shared == n_left) & (n_right > shared),
    ]
    return np.select(conditions, [0, 1, 2, 3], 4).astype(np.int8)


def _shared_weight(bags: Bags, weights: np.ndarray, others: Bags, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Share of the weight of the bag of `one` whose words stand in the bag of `other` (of `others`); 0 for an empty bag."""
    pair, at = _spread(bags, one)
    found = _in_bag(others, other[pair], bags.word[at])
    total = np.bincount(pair, weights=weights[at], minlength=len(one))
    return np.bincount(pair, weights=weights[at] * found, minlength=len(one)) / np.maximum(total, 1)


def _districts(sides: Sides, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    bags, weights = sides.district, sides.district_weight
    known_left, known_right = bags.counts()[left] > 0, bags.counts()[right] > 0
    held = _shared_weight(bags, weights, bags, left, right)
    held_back = _shared_weight(bags, weights, bags, right, left)
    in_place = _shared_weight(bags, weights, sides.place, left, right)
    in_name = _shared_weight(bags, weights, sides.core, left, right)
    conditions = [
        ~known_left,
        (held >= 0.99) & (held_back >= 0.99) & known_right,
        ((held >= 0.99) | (held_back >= 0.99)) & known_right,
        ((held >= 0.5) | (held_back >= 0.5)) & known_right,
        in_place >= 0.99,
        in_name >= 0.99,
        ~known_right,
    ]
    return np.select(conditions, [5, 0, 1, 2, 3, 4, 5], 6).astype(np.int8)


def _places(sides: Sides, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    zip_left, zip_right = sides.zip5[left], sides.zip5[right]
    both_zip = (zip_left >= 0) & (zip_right >= 0)
    same_zip = both_zip & (zip_left == zip_right)
    near_zip = both_zip & (zip_left // 100 == zip_right // 100)
    both_city = (sides.city[left] >= 0) & (sides.city[right] >= 0)
    same_city = both_city & (sides.city[left] == sides.city[right])
    both_county = (sides.county[left] >= 0) & (sides.county[right] >= 0)
    same_county = both_county & (sides.county[left] == sides.county[right])
    known = both_zip | both_city | both_county
    town = np.select(
        [same_zip & same_city, same_zip, same_city & near_zip, same_city, near_zip, same_county, ~known], range(7), 7
    )
    both_street = (sides.street[left] >= 0) & (sides.street[right] >= 0)
    same_street = both_street & (sides.street[left] == sides.street[right])
    both_house = (sides.house[left] >= 0) & (sides.house[right] >= 0)
    same_house = both_house & (sides.house[left] == sides.house[right])
    street = np.select([same_street & same_house, same_street, ~both_street | ~both_house], [0, 1, 2], 3)
    return (town * len(STREET) + street).astype(np.int8)
