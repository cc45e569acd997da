"""Schools of one name in one place, which no certain rung could part: parted by the street or the grades that a record gives.

The learnt weights know too few such schools to be sure of one; what is plain to a reader of both addresses is said here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.match_alike import alike_words
from pipelines.linked.match_compare import compare
from pipelines.linked.match_levels import GRADE
from pipelines.linked.match_sides import Sides, prepare

SHARED = tuple(GRADE.index(level) for level in ("same span", "within", "within a much wider span", "mostly", "partly"))


def part_namesakes(identities: pd.DataFrame, schools: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """The identities that are parted: index identity, columns school and words.

    `identities` and `schools`: columns of match_sides.COLUMNS. `pairs`: identity and school, positions in both, each
    once and at least one; of each identity all schools in question. A street parts when one school stands there and all
    others are known to stand in another; grades when one school offers some of them and all others are known to offer
    none. Neither may speak against the school that the other one chooses, so both choose the same.
    """
    asked, left = np.unique(pairs["identity"], return_inverse=True)
    listed, right = np.unique(pairs["school"], return_inverse=True)
    sides = prepare(identities.iloc[asked], schools.iloc[listed])
    here, elsewhere = _streets(sides, left, right + sides.split)
    none = np.zeros(0, dtype=np.int64)
    grades = compare(sides, left, right + sides.split, alike_words(sides.vocabulary, none, none))["grades"]
    offered, apart = np.isin(grades, SHARED), grades == GRADE.index("apart")
    by_street = _only(pairs["identity"], here & ~apart, elsewhere)
    by_grades = _only(pairs["identity"], offered & ~elsewhere, apart)
    words = np.where(by_street, "the only school of this name and place at the street given", "")
    words = np.where(by_grades & ~by_street, "the only school of this name and place with the grades given", words)
    found = pairs.assign(words=words)[by_street | by_grades]
    return found.set_index("identity")[["school", "words"]].astype({"words": "str"})


def _streets(sides: Sides, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether each school stands at the street that the record gives, and whether it is known to stand in another one.

    Another number in the same street is neither: schools that share a name often share a campus, too.
    """
    known = (sides.street[left] >= 0) & (sides.street[right] >= 0)
    same = sides.street[left] == sides.street[right]
    here = (sides.house[left] < 0) | (sides.house[left] == sides.house[right])
    return known & same & here, known & ~same


def _only(identity: pd.Series, fits: np.ndarray, excluded: np.ndarray) -> np.ndarray:
    """Flag of each pair: it fits, and every other pair of its identity is excluded."""
    sums = pd.DataFrame({"identity": identity, "fits": fits, "excluded": excluded, "all": True}).groupby("identity")
    total = sums[["fits", "excluded", "all"]].transform("sum")
    return (fits & (total["fits"] == 1) & (total["excluded"] == total["all"] - 1)).to_numpy(dtype=bool)
