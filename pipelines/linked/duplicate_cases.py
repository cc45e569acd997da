"""Questions about schools that stand twice, for the review queue: the pairs of `duplicate_schools`, grouped and put in words.

Finds no pair and suggests no survivor; asks only where an answer could change something this year.
"""

from __future__ import annotations

import pandas as pd

from pipelines.linked.checks import directory_source
from pipelines.linked.duplicate_schools import last_listed
from pipelines.shared.cases import FACTS, ids_of
from pipelines.shared.text import is_among

SETTLED = "same_school_two_years"
"""The later number stays without a question: the link between the two is followed."""
WHEN_WAITED_FOR = ("one_campus", "combined_campus")
"""Schools of their own, as a rule: asked about only where records cannot tell them apart."""
TWIN = "twin_nces_school_id"
ONE_STATE_ID = ("same_state_id", "combined_campus")
UNDECIDED = ("ambiguous", "id_conflict", "not_found")


def duplicate_cases(
    twins: pd.DataFrame, linked: pd.DataFrame, schools: pd.DataFrame, *, every: bool = False
) -> pd.DataFrame:
    """Cases of kind `duplicate_school`: columns of `review_queue` that say what is asked, one row per group of schools.

    twins: table `duplicate_schools`. linked: table `linked_records`. schools: `order_schools`. Schools that share a state
    id are not asked about when one of them alone operates: the ladder takes it. every: all of the table's groups that may
    ever be asked about, whatever the records.
    """
    pairs = twins[twins["twin_kind"] != SETTLED]
    near = schools[is_among(schools["nces_school_id"], pd.concat([pairs["nces_school_id"], pairs[TWIN]]))]
    told = near.set_index("nces_school_id")
    pairs = pairs[pairs["nces_school_id"].isin(told.index) & pairs[TWIN].isin(told.index)]
    if pairs.empty:
        return _no_cases()
    pairs = pairs.assign(group=pairs.groupby(["nces_school_id", "twin_kind"], sort=True).ngroup())
    members = _members(pairs, told)
    groups = _groups(pairs, members)
    by = members.groupby("group")
    settled = (by["runs"].sum() == 1) & groups["twin_kind"].isin(ONE_STATE_ID)
    waiting = _waiting(groups, members, linked)
    here = members["state"].isin(linked["state"].dropna().unique()).groupby(members["group"]).any()
    asked = ~settled & (every | (here & ((waiting > 0) | ~groups["twin_kind"].isin(WHEN_WAITED_FOR))))
    counts = members["nces_school_id"].map(linked["nces_school_id"].value_counts()).fillna(0)
    records = (waiting + counts.groupby(members["group"]).sum()).astype("int64")
    groups, records = groups[asked].reset_index(drop=True), records[asked].reset_index(drop=True)
    return _in_words(groups, records, told) if len(groups) else _no_cases()


def _no_cases() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in ("case_kind", "subject", FACTS)})


def _members(pairs: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The schools of each group, in the order of their ids: group, nces_school_id, state, state_school_id, runs."""
    ends = pd.concat([pairs["nces_school_id"], pairs[TWIN]])
    out = pd.DataFrame({"group": [*pairs["group"], *pairs["group"]], "nces_school_id": ends.to_numpy(object)})
    out = out.drop_duplicates().sort_values(["group", "nces_school_id"]).reset_index(drop=True)
    out = out.join(told[["state", "state_school_id", "is_operating"]], on="nces_school_id")
    return out.assign(runs=out["is_operating"].eq(True).fillna(False).astype(bool))


def _groups(pairs: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """One row per school that others are paired with, and kind: twin_kind, ids, survivor and the reason for it."""
    unknown = pairs["survivor_nces_school_id"].isna()
    by = pairs.assign(unknown=unknown).sort_values(["group", "unknown", TWIN], kind="stable").groupby("group")
    survivor, suggested = by["survivor_nces_school_id"].first(), by["survivor_nces_school_id"].nunique()
    return pd.DataFrame(
        {
            "twin_kind": by["twin_kind"].first(),
            "ids": members.groupby("group")["nces_school_id"].agg(list),
            # Two pairs of three schools may name two survivors: then a person must look at all three.
            "survivor": survivor.where(suggested == 1).astype("str"),
            "reason": by["reason"].first().where(suggested < 2, "what is known of them names several"),
        }
    )


def _waiting(groups: pd.DataFrame, members: pd.DataFrame, linked: pd.DataFrame) -> pd.Series:
    """Per group the records without a school that name its state id, or have several of its schools as candidates."""
    lost = linked[linked["nces_school_id"].isna() & linked["match_reason"].isin(UNDECIDED)]
    by_id = lost["state_school_id_given"].value_counts()
    state_ids = members.dropna(subset="state_school_id").drop_duplicates(["group", "state_school_id"])
    counts = state_ids["state_school_id"].map(by_id).fillna(0).groupby(state_ids["group"]).sum()
    shared = counts.reindex(groups.index).fillna(0).where(groups["twin_kind"].isin(ONE_STATE_ID), 0)
    listed = ids_of(lost["match_candidates"]).str.split("|").explode().dropna()
    listed = listed[listed.isin(members["nces_school_id"])].rename("nces_school_id")
    both = listed.rename_axis("record").reset_index().merge(members[["group", "nces_school_id"]], on="nces_school_id")
    several = both.groupby(["group", "record"])["nces_school_id"].nunique()
    between = several[several > 1].groupby("group").size()
    return shared + between.reindex(groups.index).fillna(0)


def _in_words(groups: pd.DataFrame, records: pd.Series, told: pd.DataFrame) -> pd.DataFrame:
    first = told.loc[groups["ids"].str[0]].reset_index()
    shares = groups["twin_kind"].map(
        {
            "same_name_and_address": "they share name and address",
            "bureau_and_state": "the Bureau of Indian Education and the state both list a school of the name in one place",
            "one_campus": "they stand at one address and bear one name but for the level",
        }
    )
    by_id = groups["twin_kind"].isin(ONE_STATE_ID)
    shares = shares.mask(by_id, "they share the state id " + first["state_school_id"])
    at = groups["twin_kind"].isin(["same_name_and_address", "one_campus"])
    shares = shares.mask(at, shares + ", " + first["street"])
    suggests = ("suggested to stay is " + groups["survivor"] + ", because " + groups["reason"]).fillna(groups["reason"])
    return pd.DataFrame(
        {
            "case_kind": "duplicate_school",
            "source": directory_source(first["directory_sources"]),
            "state": first["state"],
            "school_name": first["school_name"],
            "city": first["city"],
            "state_school_id_given": first["state_school_id"].where(by_id),
            "subject": groups["ids"].str.join("|"),
            # The question stands even when no record waits for it yet; the table counts at least one.
            "records": records.clip(lower=1).astype("Int64"),
            "candidates": _candidates(groups, told),
            "question": "Please say whether these are one school, and which NCES id stays",
            "evidence": shares + "; " + suggests,
            "system_answer": "each NCES id stays a school of its own",
            FACTS: groups["twin_kind"] + " " + groups["survivor"].fillna(""),
        }
    )


def _candidates(groups: pd.DataFrame, told: pd.DataFrame) -> pd.Series:
    """The schools of each group, the suggested one first, each with the year of the last file that lists it."""
    said = told["school_name"] + " ("
    listed = "last listed in " + last_listed(told) + ")"
    texts = [
        " | ".join(
            f"{one} {said[one]}{'suggested to stay; ' if one == survivor else ''}{listed[one]}"
            for one in sorted(ids, key=lambda one, survivor=survivor: (one != survivor, one))  # type: ignore[misc]
        )
        for ids, survivor in zip(groups["ids"], groups["survivor"], strict=True)
    ]
    return pd.Series(texts, index=groups.index, dtype="str")
