"""Hides small counts of students in courses from the public rows of the access report. Computes no figure.

A cell is hidden when its count is 1 to 9, or when another shown count less it is: the rest of the course, or, of either, the
courses that are not AP. The national row is made without the states whose cell is hidden, so that no difference gives it away.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.metrics import AP_PREFIX, SMALL_CELL

CELL = ["place_id", "group_kind", "group"]
COUNTED = ("participation", "enrolled_share")
SHOWN = ("figure", "numerator", "denominator", "unknown", "lower", "upper", "coverage")


def is_small(counts: pd.Series) -> pd.Series:
    """Flag per count: 1 to 9. Zero and null are not small."""
    return ((counts > 0) & (counts < SMALL_CELL)).fillna(False).astype(bool)


def find_small(rows: pd.DataFrame) -> pd.Series:
    """Flag per row of one kind of place: the row must not be shown. Parity goes with the share it is made of."""
    metric = rows["metric"]
    plain = metric.str.removeprefix(AP_PREFIX)
    counted = plain.isin(COUNTED)
    small = counted & (is_small(rows["numerator"]) | is_small(rows["denominator"]))
    shares = plain == "enrolled_share"
    small |= shares & is_small(rows["denominator"] - rows["numerator"])
    ap = metric.str.startswith(AP_PREFIX)
    keys = pd.MultiIndex.from_frame(rows[CELL].assign(metric=plain))
    # The courses that are not AP: their students of the group, their others, and both together.
    counts = {"group": rows["numerator"], "all": rows["denominator"], "others": rows["denominator"] - rows["numerator"]}
    for name, count in counts.items():
        about = counted if name == "group" else shares
        whole = pd.Series(count.to_numpy(), index=keys)[(about & ~ap).to_numpy()]
        rest = pd.Series(whole.reindex(keys).to_numpy(), index=rows.index) - count
        small |= ap & about & is_small(rest)
    hidden = pd.MultiIndex.from_frame(rows.loc[small, CELL].assign(metric=metric[small]))
    share_of = metric.where(plain != "parity", metric.str.replace("parity", "enrolled_share", regex=False))
    return small | pd.MultiIndex.from_frame(rows[CELL].assign(metric=share_of)).isin(hidden)


def hide_small(rows: pd.DataFrame, small: pd.Series) -> pd.DataFrame:
    """Rows with those cells emptied: nothing of them is shown but that they are there."""
    out = rows.copy()
    out.loc[small.to_numpy(), list(SHOWN)] = np.nan
    return out
