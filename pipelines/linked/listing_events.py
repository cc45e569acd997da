"""Schools that came into the lists or left them, and are no other school of these: opened, closed, reopened, not listed.

A private school survey wave is a sample of answers, so a school that it lacks has not closed for that.
"""

from __future__ import annotations

import pandas as pd

from pipelines.linked.event_rows import LIKELY, school_events, under_each_other
from pipelines.linked.school_lists import PRIVATE, has_working_name, list_group
from pipelines.shared.text import is_among


def left_events(gone: pd.DataFrame, years: tuple[str, str]) -> pd.DataFrame:
    """Events of schools that only the earlier of two lists has."""
    private = (list_group(gone["nces_school_id"]) == PRIVATE).to_numpy()
    ran = ~gone["status"].isin(["closed", "inactive", "future"])
    public = gone[~private & ran]
    return under_each_other(
        [
            school_events(
                public,
                event_kind="closed",
                what_was=public["school_name"],
                reason=f"the list of {years[1]} has neither it nor a school of its name at its place",
                confidence=LIKELY,
            ),
            school_events(
                gone[private],
                event_kind="not_listed",
                what_was=gone.loc[private, "school_name"],
                reason=f"the survey of {years[1]} does not have it: it closed, or did not answer",
                confidence=LIKELY,
            ),
        ]
    )


def arrived_events(come: pd.DataFrame, years: tuple[str, str], seen: pd.Index | None) -> pd.DataFrame:
    """Events of schools that only the later of two lists has. seen: ids of still earlier lists, which are back."""
    private = list_group(come["nces_school_id"]) == PRIVATE
    runs = ~come["status"].isin(["closed", "inactive", "future"]) & ~has_working_name(come)
    known = pd.Series([], dtype="str") if seen is None else pd.Series(seen.to_numpy(object), dtype="str")
    back = is_among(come["nces_school_id"], known)
    kinds = (
        (~private & runs & ~back, "opened", f"first listed in {years[1]}"),
        (~private & runs & back, "reopened", f"the list of {years[1]} has it again, after one without it"),
        (private & ~back, "opened", f"the survey of {years[1]} is the first that has it; it may be older"),
        (private & back, "listed_again", f"the survey of {years[1]} has it again"),
    )
    return under_each_other(
        [
            school_events(
                come[where], event_kind=kind, what_is_now=come.loc[where, "school_name"], reason=why, confidence=LIKELY
            )
            for where, kind, why in kinds
        ]
    )
