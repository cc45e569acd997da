"""Hides small counts of students in courses from the public rows of the access report. Computes no figure.

A cell is hidden when its count is 1 to 9, or when another shown count less it is: the rest of the course, or, of either, the
courses that are not AP. The national row is made without the states whose cell is hidden, so that no difference gives it away.
Earlier releases are read together with this one by whoever wants to know, so what they hide and show counts too.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.metrics import AP_PREFIX, SMALL_CELL

CELL = ["place_id", "group_kind", "group"]
COUNTED = ("participation", "enrolled_share")
Cell = tuple[str, str, str, str]
"""place_id, group_kind, group, metric."""
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
    out = rows.assign(is_hidden=small.to_numpy(dtype=bool))
    out.loc[small.to_numpy(), list(SHOWN)] = np.nan
    return out


def hide_beside(rows: pd.DataFrame, earlier: pd.DataFrame) -> frozenset[Cell]:
    """Cells of `access_report` that must be hidden too, because earlier releases of the same school year are out.

    rows: the table of now, with its small cells hidden. earlier: the same table of every earlier release. What was hidden
    stays hidden. Every count of students in courses of a place is hidden where something is that was shown: the rest may not
    have changed, and with it the sum of now tells what is hidden now. So it is where a share of a group that stays hidden
    is none or all by now, or a count is gone: then its parts are known, and the earlier sum less what has not changed.
    """
    now, before = _counted(rows), _counted(earlier)
    stays = frozenset(_cells(before[_hidden(before)]))
    shown_once = frozenset(_cells(before[before["numerator"].notna()]))
    own = frozenset(_cells(now[_hidden(now)]))
    places = {place for place, *_ in (own | stays) & shown_once}
    staying = {place: {cell[2] for cell in stays if cell[0] == place} for place, *_ in stays}
    for cell, plain in zip(_cells(now), _tells_its_parts(now), strict=True):
        place, _, group, metric = cell
        gone = plain is None and cell in shown_once and cell not in own
        if place in staying and (plain or gone) and (group in staying[place] or metric.endswith("participation")):
            places.add(place)
    return frozenset(cell for cell in _cells(now) if cell in stays or cell[0] in places) - own


def _tells_its_parts(rows: pd.DataFrame) -> list[bool | None]:
    """Per row: its count is none or all, so that every part of it is known; None where nothing is shown."""
    count, whole = rows["numerator"], rows["denominator"]
    plain = (count == 0) | ((count == whole) & rows["metric"].str.endswith("enrolled_share"))
    return [None if missing else bool(found) for missing, found in zip(count.isna(), plain.fillna(False), strict=True)]


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    plain = rows["metric"].str.removeprefix(AP_PREFIX)
    return rows[plain.isin((*COUNTED, "parity")) & rows["place_kind"].isin(("nation", "state"))]


def _hidden(rows: pd.DataFrame) -> pd.Series:
    # A release from before the column has hidden cells too, but does not say which.
    return rows["is_hidden"].fillna(False).astype(bool) if "is_hidden" in rows else pd.Series(False, index=rows.index)


def _cells(rows: pd.DataFrame) -> list[Cell]:
    return list(zip(*(rows[name] for name in (*CELL, "metric")), strict=True))


def flag_cells(rows: pd.DataFrame, cells: frozenset[Cell]) -> pd.Series:
    """Flag per row: it is one of these cells."""
    return pd.Series([cell in cells for cell in _cells(rows)] if cells else False, index=rows.index, dtype=bool)
