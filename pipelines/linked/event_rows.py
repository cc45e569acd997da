"""Rows of table `school_history`: how an event of some schools is made, and how all events of two lists become the table.

Tells no kind of event apart; that is done by `same_id_events`, `other_id_events` and `listing_events`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd

from pipelines.shared.findings import conform

EVENT = ("event_kind", "other_nces_school_ids", "what_was", "what_is_now", "reason", "confidence")
IDENTIFIES = ("event_kind", "nces_school_id", "other_nces_school_ids", "school_year_before", "school_year_after")
NO_EVENTS = pd.DataFrame({name: pd.Series(dtype="str") for name in ("nces_school_id", "state", "school_name", *EVENT)})
CERTAIN, LIKELY, DOUBTFUL = "certain", "likely", "doubtful"


def school_events(schools: pd.DataFrame, **values: object) -> pd.DataFrame:
    """Events of those schools: their id, state and name, and the values given (one for all, or one for each)."""
    if schools.empty:
        return NO_EVENTS
    out = schools[["nces_school_id", "state", "school_name"]].reset_index(drop=True)
    for name, value in values.items():
        out[name] = value.to_numpy(object) if isinstance(value, pd.Series) else value
    return out.astype(dict.fromkeys([name for name in values if name in EVENT], "str"))


def finish_events(parts: Sequence[pd.DataFrame], years: tuple[str | None, str]) -> pd.DataFrame:
    """The declared table from events with their school; its order and its event ids depend on nothing but them."""
    events = under_each_other(parts)
    if events.empty:
        return conform(pd.DataFrame(), "school_history")
    before = events["place_year"] if "place_year" in events else pd.Series(None, index=events.index, dtype="str")
    events["school_year_before"] = before.fillna(years[0]) if years[0] else None
    events["school_year_after"] = years[1]
    if "other_nces_school_ids" not in events:
        events["other_nces_school_ids"] = None
    events["needs_review"] = events["confidence"] == DOUBTFUL
    texts = events[list(IDENTIFIES)].astype("str").fillna("").to_numpy(dtype=object)
    # A unit separator keeps ("ab", "c") and ("a", "bc") apart.
    events["event_id"] = [hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:16] for row in texts]
    events = events.drop(columns="place_year", errors="ignore")
    return conform(events.sort_values(["nces_school_id", "event_kind", "event_id"], kind="stable"), "school_history")


def under_each_other(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Events of all parts; parts without a row are left out, for they have no types."""
    kept = [part for part in parts if not part.empty]
    return pd.concat(kept, ignore_index=True) if kept else NO_EVENTS


def shown_place(schools: pd.DataFrame) -> pd.Series:
    """Street and city as one text; what is not known is left out."""
    street, city = schools["street"].fillna(""), schools["city"].fillna("")
    joined = street.where(city == "", street + ", " + city).where(street != "", city)
    return joined.where(joined != "", "place not known")
