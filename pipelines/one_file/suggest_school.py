"""The school that a row without a match probably means: the first candidate of the scored rung, where it is likely.

Suggests to the sender and links nothing; the review queue shows all candidates.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.case_order import openness_of
from pipelines.shared.cases import ids_of
from schemas.review_order import LIKELY


def likely_schools(linked: pd.DataFrame, schools: pd.DataFrame) -> dict[str, str]:
    """What a finding S01 shows (id or name) -> a sentence with id and name of the one school that it may mean.

    linked: table `linked_records`. schools: table `nces_schools`. Silent where rows that show the same may mean several.
    """
    lost = linked[linked["match_reason"] == "not_found"]
    shown = lost["nces_school_id_given"].fillna(lost["state_school_id_given"]).fillna(lost["school_name"])
    first = ids_of(lost["match_candidates"]).str.extract(r"^([^|]+)", expand=False)
    open_ = openness_of(lost["match_candidates"], lost["match_score"], lost["match_margin"])
    meant = pd.DataFrame({"shown": shown, "school": first.where(open_ == LIKELY).fillna("")}).dropna().drop_duplicates()
    meant = meant[~meant["shown"].duplicated(keep=False) & (meant["school"] != "")]
    names = schools.drop_duplicates("nces_school_id").set_index("nces_school_id")["school_name"]
    return {
        row.shown: f"Did you mean {row.school}, {names[row.school]}? No other school of the state is so near by name and place."
        for row in meant.itertuples()
    }
