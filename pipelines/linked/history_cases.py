"""Questions about the lives of schools for the review queue: doubtful links between NCES ids, and ids given out anew.

Only links that a record of the year waits for are asked about: a national list holds hundreds that nobody needs.
"""

from __future__ import annotations

import pandas as pd

from pipelines.linked.checks import directory_source
from pipelines.shared.cases import FACTS

RECYCLED = "recycled_id"
"""The event of an id that may have been given out anew, and the kind of its case: the earlier and the later school have one id."""
WORDS = {
    "renumbered": "is the school that had NCES id",
    "merged": "took in the school that had NCES id",
    "succeeded": "is the school that had its place before, NCES id",
    "split": "was a part of the school with NCES id",
    RECYCLED: "is the school that had its NCES id before,",
}


def history_cases(successors: pd.DataFrame, linked: pd.DataFrame, directory: pd.DataFrame) -> pd.DataFrame:
    """Cases of kinds `school_history` and `recycled_id`: columns of `review_queue` that say what is asked, one row per doubtful link.

    successors: table `school_successors`. linked: table `linked_records`. directory: table `nces_schools`. Asked is
    about the later school; the candidate is the earlier one, where it has an id of its own.
    """
    open_ = successors[(successors["confidence"] == "doubtful") & successors["event_kind"].isin(list(WORDS))]
    named = linked["nces_school_id"].fillna(linked["nces_school_id_given"])
    both = pd.concat([open_["predecessor_nces_school_id"], open_["successor_nces_school_id"]])
    counts = named[named.isin(both)].value_counts()
    sides = [open_[f"{side}_nces_school_id"].map(counts).fillna(0) for side in ("predecessor", "successor")]
    records = (sides[0] + sides[1].mask(open_["event_kind"] == RECYCLED, 0)).astype("int64")
    asked = open_.assign(records=records)[records > 0].reset_index(drop=True)
    either = pd.concat([asked["predecessor_nces_school_id"], asked["successor_nces_school_id"]])
    schools = directory[directory["nces_school_id"].isin(either)].set_index("nces_school_id")
    asked = asked[asked["successor_nces_school_id"].isin(schools.index)].reset_index(drop=True)
    now = schools.reindex(asked["successor_nces_school_id"]).reset_index()
    before = asked["predecessor_nces_school_id"]
    name = before.map(schools["school_name"]).astype("str").fillna("no longer listed") + " (the earlier school)"
    recycled = asked["event_kind"] == RECYCLED
    kept = "neither evidence nor last year's answer is carried from the one to the other"
    return pd.DataFrame(
        {
            "case_kind": recycled.map({True: RECYCLED, False: "school_history"}),
            "source": directory_source(now["directory_sources"]),
            "state": now["state"],
            "school_name": now["school_name"],
            "city": now["city"],
            "nces_school_id_given": asked["successor_nces_school_id"],
            "subject": before,
            "records": asked["records"],
            # Side by side with itself a school only agrees: what the id was before is told as evidence.
            "candidates": (before + " " + name).mask(recycled),
            "question": 'Please say whether "'
            + now["school_name"]
            + '" '
            + asked["event_kind"].map(WORDS)
            + " "
            + before,
            "evidence": asked["reason"],
            FACTS: asked["event_kind"],
            "system_answer": recycled.map({True: "last year's answer is not carried over", False: kept}),
        }
    )
