"""Which deliveries of a state's year count, which offerings a new one takes back or corrects, and which rows are one.

Knows schools and courses only by the ids, names and codes in the rows; it proves no id and judges no course.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

_READ = ("accepted", "superseded")


def counting_files(files: pd.DataFrame) -> list[str]:
    """The files whose rows count, in receipt order: the last accepted full delivery and what came after it.

    files: table `received_files`, in receipt order. Without an accepted full delivery every accepted file counts.
    Source: domain.md 15 (12, 31).
    """
    accepted = files[files["file_status"] == "accepted"]
    full = (accepted["delivery"] == "full").to_numpy().nonzero()[0]
    return accepted["file"].tolist()[int(full[-1]) if len(full) else 0 :]


def receipt_order(files: pd.DataFrame) -> dict[str, int]:
    """Place of each file that was read, in the order of the receipts."""
    return {file: n for n, file in enumerate(files.loc[files["file_status"].isin(_READ), "file"])}


class Keys(NamedTuple):
    """Of which school and course rows speak, as numbers: equal numbers mean the same; -1 is an id that is not given."""

    nces: np.ndarray
    state: np.ndarray
    school: np.ndarray
    course: np.ndarray

    def take(self, at: np.ndarray) -> Keys:
        """The rows at those places."""
        return Keys(*(column[at] for column in self))


def is_offered_in(rows: Keys, others: Keys) -> np.ndarray:
    """Flag per row: one of `others` speaks of the same school and course, though it may give fewer ids.

    Ids that contradict are different schools.
    """
    size = 1 + max(int(rows.course.max(initial=0)), int(others.course.max(initial=0)))
    found = np.isin(rows.school * size + rows.course, others.school * size + others.course)
    for shared, other in (("nces", "state"), ("state", "nces")):
        mine, mine_other = getattr(rows, shared), getattr(rows, other)
        theirs, theirs_other = getattr(others, shared), getattr(others, other)
        pair, pairs = mine * size + rows.course, theirs * size + others.course
        found |= (mine >= 0) & np.isin(pair, pairs[(theirs >= 0) & (theirs_other < 0)])
        found |= (mine >= 0) & (mine_other < 0) & np.isin(pair, pairs[theirs >= 0])
    return found


def latest_rows(keys: Keys, file: np.ndarray, live: np.ndarray) -> np.ndarray:
    """Flag per live row: no live row of a later delivery speaks of the same school and course, so this row counts.

    file: number of each row's file; rows stand in the order of the receipts.
    """
    latest = live.copy()
    order = pd.unique(file[live])
    for number, mine in enumerate(order[:-1]):
        later = np.flatnonzero(live & np.isin(file, order[number + 1 :]))
        at = np.flatnonzero(live & (file == mine))
        latest[at] = ~is_offered_in(keys.take(at), keys.take(later))
    return latest
