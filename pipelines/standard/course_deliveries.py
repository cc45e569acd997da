"""Which deliveries of a state's year count, which offerings a new one takes back or corrects, and which rows are one.

Knows schools and courses only by the ids, names and codes in the rows; it proves no id and judges no course.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.text import match_key

SCHOOL = ("nces_school_id_given", "state_school_id_given")
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


def course_keys(rows: pd.DataFrame, title_key: pd.Series) -> pd.Series:
    """What a row's course is called inside its file: its code, else its title, else nothing (the school alone)."""
    return rows["course_code"].fillna("title " + title_key).fillna("").astype("str")


def school_keys(rows: pd.DataFrame) -> pd.Series:
    """What a row's school is called inside its file: both ids, else its name.

    Two rows that share only one of two ids stay apart: which id is right is for the linked stage to find out.
    """
    nces, state = (rows[column] for column in SCHOOL)
    name = match_key(rows.loc[nces.isna() & state.isna(), "school_name"]).reindex(rows.index)
    return nces.fillna("") + "|" + state.fillna("") + "|" + name.fillna("")


def is_offered_in(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Flag per row: one of `others` speaks of the same school and course, though it may give fewer ids.

    Both carry the two given ids, `school_key` and `course_key`. Ids that contradict are different schools.
    """
    found = (rows["school_key"] + "|" + rows["course_key"]).isin(others["school_key"] + "|" + others["course_key"])
    for shared, other in (SCHOOL, SCHOOL[::-1]):
        mine, theirs = (frame[shared].str.cat(frame["course_key"], sep="|") for frame in (rows, others))
        found |= mine.notna() & mine.isin(theirs[others[other].isna() & theirs.notna()])
        found |= mine.notna() & rows[other].isna() & mine.isin(theirs.dropna())
    return found.astype(bool)


def latest_rows(rows: pd.DataFrame, order: dict[str, int]) -> pd.Series:
    """Flag per row: no later delivery speaks of the same school and course, so this row counts."""
    place = rows["file"].map(order)
    latest = pd.Series(True, index=rows.index)
    for number in sorted(set(place))[:-1]:
        mine = place == number
        latest[mine] = ~is_offered_in(rows[mine], rows[place > number])
    return latest
