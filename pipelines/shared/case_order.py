"""Which case is asked first: what hangs on it and how open it is. Finds and answers no case.

Levels, weights and their reasons are declared in schemas/review_order.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.review_order import (
    BY_ID,
    EVEN_MARGIN,
    FAR_OFF,
    LIKELY,
    LIKELY_SCORE,
    MOST_RECORDS,
    NEARLY_EVEN,
    NO_CANDIDATE,
    OPENNESS,
    PLAIN,
    POSSIBLE,
    POSSIBLE_SCORE,
    PUBLISHED,
    UNLIKELY,
    UNLIKELY_SCORE,
)

ORDER = {"informative": False, "students_affected": False, "case_kind": True, "case_id": True}
"""Columns the queue is sorted by, and whether ascending; case_id parts what is otherwise equal."""


def openness_of(candidates: pd.Series, score: pd.Series, margin: pd.Series) -> pd.Series:
    """How open each question for a school is, by the score of its first candidate (0 to 1) and its lead over the next.

    candidates: schools in words, null without any. score, margin: null where an id or a name in common lists them.
    """
    known, lead = score.astype("Float64").fillna(0).to_numpy(float), margin.astype("Float64").fillna(0).to_numpy(float)
    even = (known >= POSSIBLE_SCORE) & (lead < EVEN_MARGIN)
    tests = [
        (candidates.isna(), NO_CANDIDATE),
        (score.isna(), BY_ID),
        (even, NEARLY_EVEN),
        (known >= LIKELY_SCORE, LIKELY),
        (known >= POSSIBLE_SCORE, POSSIBLE),
        (known >= UNLIKELY_SCORE, UNLIKELY),
    ]
    found = np.select([np.asarray(test, dtype=bool) for test, _ in tests], [level for _, level in tests], FAR_OFF)
    return pd.Series(found, index=candidates.index, dtype="str")


def most_informative_first(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases with `openness` (a plain question where nobody said) and `informative`, in the order of the queue.

    cases: columns of table `review_queue`. `published_effect` is null where it is not known yet, and counts as none.
    """
    openness = cases["openness"].fillna(PLAIN)
    weight = openness.map({level: one.weight for level, one in OPENNESS.items()}).astype("Int64")
    hangs = cases["published_effect"].fillna(0) * PUBLISHED + cases["records"].clip(upper=MOST_RECORDS)
    ranked = cases.assign(openness=openness, informative=weight * hangs)
    return ranked.sort_values(list(ORDER), ascending=list(ORDER.values()), kind="stable").reset_index(drop=True)
