"""Where the right school stands among the candidates shown, as the bench counts it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.linkage_review import by_openness, measure, places_of

CANDIDATES = pd.Series(
    [
        "410000000001 Nestucca High, CLOVERDALE (same name) | 410000000002 Nestucca (Old) (name alike (word 'nestucca'))",
        "410000000001 Nestucca High (same name) | A1700304 Topanga (other name) | 410000000003 Tillamook (other name)",
        None,
        "410000000009 Elsewhere (other name)",
    ]
)
TRUTH = pd.Series(["410000000002", "410000000003|A1700304", "410000000001", None])


def test_any_of_the_right_schools_counts_and_none_is_zero() -> None:
    assert places_of(CANDIDATES, TRUTH).tolist() == [2, 2, 0, 0]


def test_shares_are_of_the_cases_whose_school_is_listed() -> None:
    places = places_of(CANDIDATES, TRUTH)
    found = measure("T", places, TRUTH, np.array([False, True, False, False]))
    assert (found.asked, found.has_right, found.listed) == (3, 2, 1)
    assert found.within == {1: 0.0, 2: 1.0, 3: 1.0, 4: 1.0, 5: 1.0}
    assert (found.all_listed, found.all_first) == (2 / 3, 0.0)


def test_shares_by_openness_stand_in_the_order_they_are_declared_in() -> None:
    levels = ["no_candidate", "first_candidate_likely", "first_candidate_likely", "candidates_far_off"]
    found = by_openness(pd.DataFrame({"openness": levels, "place": [0, 1, 2, 0]}))
    assert found.index.tolist() == ["first_candidate_likely", "candidates_far_off", "no_candidate"]
    assert found.loc["first_candidate_likely"].tolist() == [2, 1.0, 0.5]
