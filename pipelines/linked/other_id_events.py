"""What became of schools through other NCES ids: renumbered, succeeded, merged into another, split off from another.

Which schools belong together is found by `school_pairs` and `campus_pairs`; here they become events with a reason.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.campus_pairs import campus_pairs
from pipelines.linked.event_rows import DOUBTFUL, LIKELY, NO_EVENTS, school_events
from pipelines.linked.names import school_name_key
from pipelines.linked.school_keys import (
    levels_contradict,
    name_keys,
    same_words,
)
from pipelines.shared.text import is_among


def pair_events(
    pairs: pd.DataFrame, gone: pd.DataFrame, come: pd.DataFrame, seen: pd.Index | None = None
) -> pd.DataFrame:
    """Events of the pairs of `pair_schools`: renumbered, succeeded; merged or split where several lead to one.

    seen: ids of still earlier lists. Who goes on under an id that was there before has joined its school.
    """
    if pairs.empty:
        return NO_EVENTS
    old = gone.iloc[pairs["gone"]].reset_index(drop=True)
    new = come.iloc[pairs["come"]].reset_index(drop=True)
    kind = pairs["kind"].astype("str")
    # Several schools at one place that are one now have merged; one that is several now was split.
    if seen is not None:
        kind = kind.mask(
            (kind == "renumbered") & is_among(new["nces_school_id"], pd.Series(seen, dtype="str")), "merged"
        )
    shared = pairs["confidence"] == DOUBTFUL
    kind = kind.mask(shared & pairs.duplicated("come", keep=False), "merged")
    kind = kind.mask(shared & pairs.duplicated("gone", keep=False), "split")
    return school_events(
        old,
        event_kind=kind,
        other_nces_school_ids=new["nces_school_id"],
        what_was=old["nces_school_id"] + " " + old["school_name"],
        what_is_now=new["nces_school_id"] + " " + new["school_name"],
        reason=pairs["reason"],
        confidence=pairs["confidence"],
    )


def merged_events(
    gone: pd.DataFrame, now: pd.DataFrame, both_was: pd.DataFrame, both_now: pd.DataFrame
) -> pd.DataFrame:
    """Schools that are gone, and a school of their name at their address that takes their place beside its own."""
    pairs = campus_pairs(gone, now)
    pairs = pairs[~pairs.duplicated("was", keep=False)]
    if pairs.empty:
        return NO_EVENTS
    old, new = gone.iloc[pairs["was"]].reset_index(drop=True), now.iloc[pairs["now"]].reset_index(drop=True)
    names = pd.Series(both_was["school_name"].to_numpy(object), index=both_now["nces_school_id"].to_numpy(object))
    before = new["nces_school_id"].map(names).astype("str")
    renamed = (name_keys(before) != name_keys(new["school_name"])) | before.isna()
    keys = zip(school_name_key(old["school_name"]), school_name_key(new["school_name"]), strict=True)
    levels = np.array([not levels_contradict(one, other) for one, other in keys], dtype=bool)
    one_name = _one_name(old, new)
    widened = renamed & levels & ~one_name
    return school_events(
        old,
        event_kind="merged",
        other_nces_school_ids=new["nces_school_id"],
        what_was=old["school_name"],
        what_is_now=new["nces_school_id"] + " " + new["school_name"],
        reason=pd.Series(
            np.select(
                [one_name, widened],
                [
                    "it is gone, and another school of the same name stands at its address",
                    "it is gone, and the school of its name at its address has a new name that covers both",
                ],
                "it is gone, and a school of its name stands at its address",
            )
        ),
        confidence=pd.Series(np.where(widened | one_name, LIKELY, DOUBTFUL)),
    )


def split_events(come: pd.DataFrame, was: pd.DataFrame, both_now: pd.DataFrame) -> pd.DataFrame:
    """Schools that are new, and a school of their name at their address that goes on: they may have been its part."""
    staying = was[is_among(was["nces_school_id"], both_now["nces_school_id"])].reset_index(drop=True)
    pairs = campus_pairs(staying, come)
    pairs = pairs[~pairs.duplicated("now", keep=False)]
    if pairs.empty:
        return NO_EVENTS
    old, new = staying.iloc[pairs["was"]].reset_index(drop=True), come.iloc[pairs["now"]].reset_index(drop=True)
    one_name = _one_name(old, new)
    return school_events(
        old,
        event_kind=pd.Series(np.where(one_name, "reported_twice", "split")),
        other_nces_school_ids=new["nces_school_id"],
        what_was=old["school_name"],
        what_is_now=new["nces_school_id"] + " " + new["school_name"],
        reason=pd.Series(
            np.where(
                one_name,
                "another id that the list before had not has its name and address too: it may stand in the list twice",
                "a new school of its name stands at its address, and it goes on",
            )
        ),
        confidence=DOUBTFUL,
    )


def _one_name(old: pd.DataFrame, new: pd.DataFrame) -> np.ndarray:
    keys = zip(school_name_key(old["school_name"]), school_name_key(new["school_name"]), strict=True)
    return np.array([one.replace(" ", "") == other.replace(" ", "") or same_words(one, other) for one, other in keys])
