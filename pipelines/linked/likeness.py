"""How alike two names of schools are, from 0 to 1: a sign that ids and names stand in the wrong rows, never a match."""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np
import pandas as pd

from pipelines.linked.names import LEVELS, school_name_key

_PLAIN = LEVELS | {"school", "academy", "the", "of", "and", "at", "for"}


def likeness(left: pd.Series, right: pd.Series) -> pd.Series:
    """Likeness of each pair of names, null where one is null. Only different pairs are compared, each once."""
    keys = pd.DataFrame({"left": school_name_key(left), "right": school_name_key(right)})
    known = keys.notna().all(axis=1)
    same = known & (keys["left"] == keys["right"])
    out = pd.Series(np.where(same, 1.0, np.nan), index=left.index)
    open_pairs = keys[known & ~same]
    if open_pairs.empty:
        return out
    number = open_pairs.groupby(["left", "right"], sort=False).ngroup()
    pairs = open_pairs.drop_duplicates().itertuples(index=False, name=None)
    found = np.array([_alike(one, other) for one, other in pairs])
    out.loc[open_pairs.index] = found[number]
    return out


def _alike(left: str, right: str) -> float:
    """1 when the telling words of one name all stand in the other; else the share of equal letters, in order."""
    words, others = set(left.split()), set(right.split())
    telling, told = (words - _PLAIN) or words, (others - _PLAIN) or others
    if telling <= others or told <= words:
        return 1.0
    plain = SequenceMatcher(None, left, right, autojunk=False).ratio()
    ordered = SequenceMatcher(None, " ".join(sorted(telling)), " ".join(sorted(told)), autojunk=False).ratio()
    return max(plain, ordered)
