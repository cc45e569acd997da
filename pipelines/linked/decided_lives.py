"""Which decisions about the lives of schools hold: same school, merged, split, succeeds. Follows no link itself.

What a decision that answered a case rested on is compared with the directory and the history of now.
"""

from __future__ import annotations

import pandas as pd

from pipelines.linked.duplicate_cases import duplicate_cases
from pipelines.linked.history_cases import history_cases
from pipelines.linked.ladder import order_schools
from pipelines.shared.cases import identify
from pipelines.shared.settle import newest, outcomes_of, settle

NCES, OTHER = "nces_school_id_given", "other_nces_school_id"
ON_LIVES = ("same_school", "not_same_school", "schools_merged", "school_split", "school_succeeds")


def lives_that_hold(
    links: pd.DataFrame, twins: pd.DataFrame, directory: pd.DataFrame, decisions: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Decisions for `build_successors`, each on two schools; and the outcomes of those on lives.

    links: table `school_successors` before any decision. twins: table `duplicate_schools`. directory: table
    `nces_schools`. decisions: rows of `decisions` that may hold; those of other kinds are handed on as they are.
    """
    made = decisions[decisions["decision_kind"].isin(ON_LIVES)]
    if made.empty:
        return decisions, outcomes_of(decisions, [])
    answers = made[made["case_id"].notna()]
    if answers.empty:
        links, twins = links.head(0), twins.head(0)
    settled = settle(_cases(links, twins, directory), answers)
    alone = made[made["case_id"].isna()]
    both = zip(alone[NCES].fillna(""), alone[OTHER].fillna(""), strict=True)
    pair = pd.Series(["|".join(sorted(ids)) for ids in both], index=alone.index, dtype="str")
    direct, replaced = newest(alone.assign(pair=pair), ["pair"])
    known = set(directory["nces_school_id"])
    lost = direct[~direct[NCES].isin(known) & ~direct[OTHER].isin(known)]
    told = [(at, "unmatched", "the directory of the year has neither school") for at in lost.index]
    told += [(at, "applied", "it holds") for at in direct.index.difference(lost.index)]
    holds = decisions.loc[settled.standing.index.union(direct.index.difference(lost.index))]
    holds = holds.assign(**{OTHER: holds[OTHER].str.split("|")}).explode(OTHER).astype({OTHER: "str"})
    others = decisions[~decisions["decision_kind"].isin(ON_LIVES)]
    outcomes = pd.concat([settled.outcomes, replaced, outcomes_of(made, told)], ignore_index=True)
    return pd.concat([others, holds], ignore_index=True), outcomes


def _cases(links: pd.DataFrame, twins: pd.DataFrame, directory: pd.DataFrame) -> pd.DataFrame:
    """What may be asked about schools, whether or not a record waits for it: case_id and evidence_hash."""
    schools = order_schools(directory)
    ids = schools["nces_school_id"]
    every = pd.DataFrame({"nces_school_id": ids, "nces_school_id_given": ids, "state": schools["state"]})
    none = every.head(0).assign(match_reason="", match_candidates="", state_school_id_given="").astype("str")
    parts = [duplicate_cases(twins, none, schools, every=True), history_cases(links, every, schools)]
    cases = identify(pd.concat([part.reset_index(drop=True) for part in parts], ignore_index=True))
    return cases[["case_id", "evidence_hash"]].drop_duplicates("case_id")
