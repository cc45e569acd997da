"""Which school that left one year's list is which school that came into the next: renumbered, told by ids, name and place.

One to one, the same in any row order; merged and split schools are found by `campus_pairs`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.pair_candidates import candidate_pairs, keys_of
from pipelines.linked.pair_signs import signs_of
from pipelines.linked.pair_trust import judge_pairs

NO_PAIRS = pd.DataFrame(
    {"gone": pd.Series(dtype="int64"), "come": pd.Series(dtype="int64")}
    | {name: pd.Series(dtype="str") for name in ("kind", "confidence", "reason")}
)


def pair_schools(gone: pd.DataFrame, come: pd.DataFrame) -> pd.DataFrame:
    """Pairs of a school that left and the one that it is: positions `gone` and `come`, `kind`, `confidence`, `reason`.

    gone, come: schools of which the lists of two years have one only, with FACTS and `name_alone` (no other school of
    its state in that list has the name). A pair is mutual: each is the other's best. kind is renumbered, or succeeded
    (another school at the place of the first). confidence is certain (ids agree, and the name or the place), likely
    (name and place agree) or doubtful (a person should look).
    """
    gone, come = gone.reset_index(drop=True), come.reset_index(drop=True)
    if gone.empty or come.empty:
        return NO_PAIRS
    was, now = keys_of(gone), keys_of(come)
    pairs = candidate_pairs(gone, come, was, now)
    if pairs.empty:
        return NO_PAIRS
    pairs = judge_pairs(signs_of(pairs, gone, come, was, now))
    return _mutual(pairs[pairs["trust"] > 0]).reset_index(drop=True)


def _mutual(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs in which each is the other's best; where two are equally good, all of them, as doubtful."""
    rank = pairs["trust"] * 1000 + pairs["address"] * 200 + pairs["near"] * 100 + pairs["district"] * 50
    rank = (rank + pairs["zip"] * 20 + pairs["city"] * 10).to_numpy() + pairs["likeness"].to_numpy()
    pairs = pairs.assign(rank=np.round(rank, 3))
    kept = []
    rest = pairs
    # Whoever is taken leaves the next best to the others; three rounds settle all chains of namesakes seen.
    for _ in range(3):
        best = (rest["rank"] == rest.groupby("gone")["rank"].transform("max")) & (
            rest["rank"] == rest.groupby("come")["rank"].transform("max")
        )
        taken = rest[best]
        if taken.empty:
            break
        kept.append(taken)
        rest = rest[~rest["gone"].isin(taken["gone"]) & ~rest["come"].isin(taken["come"])]
    found = pd.concat(kept, ignore_index=True) if kept else pairs.head(0)
    tied = found.duplicated("gone", keep=False) | found.duplicated("come", keep=False)
    found.loc[tied, "confidence"] = "doubtful"
    found.loc[tied, "reason"] = found.loc[tied, "reason"] + ", but so are those of another school"
    return found.sort_values(["gone", "come"])
