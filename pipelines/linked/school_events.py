"""What became of every school between the lists of two years: table `school_history`, one event a row, with a reason.

Puts the kinds of events together; does not choose which lists are compared, and follows nothing (see `successors`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.event_rows import LIKELY, finish_events
from pipelines.linked.listing_events import arrived_events, left_events
from pipelines.linked.other_id_events import merged_events, pair_events, split_events
from pipelines.linked.pair_candidates import alone_in_list
from pipelines.linked.same_id_events import same_id_events
from pipelines.linked.school_pairs import pair_schools
from pipelines.shared.text import is_among


def compare_lists(
    was: pd.DataFrame, now: pd.DataFrame, years: tuple[str, str], seen: pd.Index | None = None
) -> pd.DataFrame:
    """Events between the lists of two years of the same groups of schools; table `school_history`.

    was, now: rows of `lists_by_year`, in the order of their ids. years: their school years, the earlier first. seen: ids of
    still earlier lists.
    """
    was, now = was.reset_index(drop=True), now.reset_index(drop=True)
    at = pd.Index(was["nces_school_id"].to_numpy(object)).get_indexer(now["nces_school_id"].to_numpy(object))
    stays = at >= 0
    both_now = now[stays].reset_index(drop=True)
    both_was = was.iloc[at[stays]].reset_index(drop=True)
    left = np.ones(len(was), dtype=bool)
    left[at[stays]] = False
    gone = was.assign(**alone_in_list(was))[left].reset_index(drop=True)
    come = now.assign(**alone_in_list(now))[~stays].reset_index(drop=True)
    pairs = pair_schools(gone, come)
    moved_on = pair_events(pairs, gone, come, seen)
    rest_gone = gone[~gone.index.isin(pairs["gone"])].reset_index(drop=True)
    rest_come = come[~come.index.isin(pairs["come"])].reset_index(drop=True)
    merged = merged_events(rest_gone, now, both_was, both_now)
    took_in = merged.loc[merged["confidence"] == LIKELY, "other_nces_school_ids"]
    split = split_events(rest_come, was, both_now)
    parts = [
        same_id_events(both_was, both_now),
        moved_on,
        merged,
        split,
        left_events(rest_gone[~is_among(rest_gone["nces_school_id"], merged["nces_school_id"])], years),
        arrived_events(rest_come[~is_among(rest_come["nces_school_id"], took_in)], years, seen),
    ]
    return finish_events(parts, years)
