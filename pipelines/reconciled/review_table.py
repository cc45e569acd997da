"""The table `review_table`: what each kind of evidence says beside the answer, one wide row per school. Decides nothing."""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import conform
from schemas.columns import EVIDENCE_KINDS
from schemas.policy_model import Policy

NO_EVIDENCE = "No source speaks of this school"


def build_review_table(answers: pd.DataFrame, decided: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """One row per row of `answers` (table school_cs_access), in its order.

    decided: rows of `decide`, whose `school` is the row number in `answers`. A rule that speaks of two sources
    (`meets`) is left out of the columns: each says what that kind of evidence alone would give.
    """
    of_two = {rule.label for rule in policy.rules if rule.meets}
    names = ["nces_school_id", "school_year", "state", "school_name", "grade_levels", "sector"]
    names += ["teaches_cs", "decided_by_rule", "policy"]
    out = answers[names].copy()
    light = decided[["school", "evidence_kind", "label", "says", "is_used"]]
    alone = light[light["says"].notna() & ~light["label"].isin(of_two)].drop_duplicates(["school", "evidence_kind"])
    for kind in EVIDENCE_KINDS:
        if kind != "directory":
            out[f"{kind}_says"] = alone[alone["evidence_kind"] == kind].set_index("school")["says"].reindex(out.index)
    # Where nothing was used, the first thing that was found still tells a reviewer why there is no answer.
    first = light.sort_values(["school", "is_used"], ascending=[True, False], kind="stable").drop_duplicates("school")
    told = decided["why"].take(first.index).set_axis(first["school"])
    out["why"] = told.reindex(out.index).fillna(NO_EVIDENCE)
    return conform(out, "review_table")
