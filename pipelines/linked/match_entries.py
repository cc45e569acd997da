"""What the entries of a directory tell of their time: the year of an id, what an entry lacks, and what came after the file.

Reads ids and counts; names and places are compared elsewhere.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.match_levels import LISTING, OFTEN

SURVEY_ID = r"^[A-Z]+(\d\d)"
"""Ids of the survey of private schools begin with the last two digits of the year in which they were first given; the
oldest are numbers only. Of the 24,566 ids of the list of 2013-14, 23 say a year after 2014."""
SURVEY_ID_LENGTH = 8
OLDEST = 1980
ENOUGH = 200
"""A file that surely names fewer schools of the survey does not tell of which time it is."""
RARELY = 0.05
"""Schools first listed in a year or later came after the file when it names them this much less often than the
directory lists them."""
EXPECTED = 20
"""So many of them a file must be expected to name before their absence tells anything."""


def first_years(ids: pd.Series) -> np.ndarray:
    """Year in which each id of the survey of private schools was first given, OLDEST for numbers; 0 for public schools."""
    two = pd.to_numeric(ids.str.extract(SURVEY_ID, expand=False)).to_numpy(float)
    year = np.where(two >= OLDEST % 100, 1900 + two, 2000 + two)
    oldest = np.where(ids.str.len() == SURVEY_ID_LENGTH, OLDEST, 0)
    return np.where(np.isnan(two), oldest, np.nan_to_num(year)).astype(np.int64)


def listing(both: pd.DataFrame, state: np.ndarray, split: int) -> np.ndarray:
    """What each school lacks that at least half of the directory's schools in its state have, as levels of LISTING."""
    out = np.zeros(len(both), dtype=np.int64)
    listed = state[split:]
    every = np.maximum(np.bincount(listed, minlength=1), 1)
    for bit, column in ((1, "grade_low"), (2, "street")):
        has = both[column].iloc[split:].notna().to_numpy()
        usual = np.bincount(listed, weights=has, minlength=len(every)) * 2 >= every
        out[split:] += bit * (~has & usual[listed])
    return out


def entries(ids: pd.Series, same: list[np.ndarray]) -> np.ndarray:
    """Level of match_levels.ENTRY of each school. `same`: arrays as long as `ids`; schools of the survey that agree in all of
    them, none being negative, are one school listed twice, and the id first given is its own."""
    out = np.zeros(len(ids), dtype=np.int64)
    keys = [str(n) for n in range(len(same))]
    frame = pd.DataFrame(dict(zip(keys, same, strict=True)))
    whole = (frame >= 0).all(axis=1).to_numpy()
    frame["year"], frame["id"] = first_years(ids), ids.to_numpy(object)
    listed = frame[whole & (frame["year"] > 0)]
    twins = listed[listed.duplicated(keys, keep=False)].sort_values([*keys, "year", "id"])
    out[twins.index] = np.where(twins.duplicated(keys), 2, 1)
    return out


def came_after(named: np.ndarray, listed: np.ndarray) -> int:
    """First year whose new schools the file does not know yet; 0 when it does not tell.

    `named`: first years of the schools that the file surely names; `listed`: those of all schools it might name. Both
    without the 0 of public schools.
    """
    if len(named) < ENOUGH:
        return 0
    years = np.unique(listed)
    expected = (listed[:, None] >= years).mean(axis=0) if len(years) else np.zeros(0)
    seen = (named[:, None] >= years).mean(axis=0) if len(years) else np.zeros(0)
    after = years[(seen <= RARELY * expected) & (expected * len(named) >= EXPECTED)]
    return int(after.min()) if len(after) else 0


OFTEN_STEPS = (0.15, 0.5)
"""Shares, of the share in the directory, below which a file names schools of an entry rarely, and less often."""


def listing_levels(listing: np.ndarray, first: np.ndarray, sure: np.ndarray, listed: np.ndarray) -> np.ndarray:
    """For each pair of one file its level of LISTING crossed with OFTEN. `listing`: of each pair's school, `listed`: of all
    schools that the file might name; `first`, `sure`: see `listed_levels`. Complete entries need no comparison."""
    named = np.bincount(listing[first[sure]], minlength=len(LISTING))
    share = np.bincount(listed, minlength=len(LISTING)) / max(len(listed), 1)
    expected = share * named.sum()
    ratio = named / np.maximum(expected, 1e-9)
    often = np.where(expected < EXPECTED, OFTEN.index("not known"), 2 - np.digitize(ratio, OFTEN_STEPS))
    often[0] = OFTEN.index("as often")
    return (np.arange(len(LISTING)) * len(OFTEN) + often)[listing]


def listed_levels(year: np.ndarray, first: np.ndarray, sure: np.ndarray, listed: np.ndarray) -> np.ndarray:
    """Level of match_levels.FIRST_LISTED of each pair of one file. `year`: of each pair's school; `first`: positions of the
    first choices, `sure`: which of them are sure; `listed`: first years of the directory's schools."""
    named = year[first[sure]]
    begins = came_after(named[named > 0], listed[listed > 0])
    return np.select([(begins == 0) | (year == 0), year < begins], [0, 1], 2)
