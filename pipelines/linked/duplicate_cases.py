"""Questions about schools that stand twice, for the review queue: the pairs of `duplicate_schools`, grouped and put in words.

Finds no pair and suggests no survivor; asks only where an answer could change something this year.
"""

from __future__ import annotations

import pandas as pd

from pipelines.linked.checks import directory_source
from pipelines.linked.duplicate_schools import last_listed
from pipelines.shared.cases import FACTS, ids_of

SETTLED = "same_school_two_years"
"""The later number stays without a question: the link between the two is followed."""
WHEN_WAITED_FOR = ("one_campus", "combined_campus")
"""Schools of their own, as a rule: asked about only where records cannot tell them apart."""
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
    groups = _groups(twins[twins["twin_kind"] != SETTLED], schools)
    if groups.empty:
        return _no_cases()
    told = schools.set_index("nces_school_id")
    members = groups[["group", "ids"]].explode("ids").rename(columns={"ids": "nces_school_id"})
    members = members.join(told[["state", "is_operating", "state_school_id"]], on="nces_school_id")
    by = members.groupby("group")
    one_runs = by["is_operating"].agg(lambda runs: runs.eq(True).sum() == 1)
    settled = groups["group"].map(one_runs) & groups["twin_kind"].isin(ONE_STATE_ID)
    waiting = _waiting(groups, members, linked)
    here = groups["group"].map(by["state"].agg(lambda states: states.isin(linked["state"]).any()))
    asked = ~settled & (every | (here & ((waiting > 0) | ~groups["only_waiting"])))
    groups, waiting = groups[asked].reset_index(drop=True), waiting[asked].reset_index(drop=True)
    return _in_words(groups, waiting + _matched(groups, linked), told) if len(groups) else _no_cases()


def _no_cases() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in ("case_kind", "subject", FACTS)})


def _groups(twins: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """One row per school that others are paired with, and kind: ids, survivor, reason, only_waiting."""
    known = twins["nces_school_id"].isin(schools["nces_school_id"])
    known &= twins["twin_nces_school_id"].isin(schools["nces_school_id"])
    by = twins[known].groupby(["nces_school_id", "twin_kind"], sort=True)
    rows = []
    for number, ((first, kind), pairs) in enumerate(by):
        suggested = pairs["survivor_nces_school_id"].dropna().unique()
        # Two pairs of three schools may name two survivors: then a person must look at all three.
        survivor = suggested[0] if len(suggested) == 1 else None
        rows.append(
            {
                "group": number,
                "twin_kind": kind,
                "ids": sorted([first, *pairs["twin_nces_school_id"]]),
                "survivor": survivor,
                "reason": pairs["reason"].iloc[0] if len(suggested) < 2 else "what is known of them names several",
                "only_waiting": kind in WHEN_WAITED_FOR,
            }
        )
    texts = {"twin_kind": "str", "survivor": "str", "reason": "str"}
    return pd.DataFrame(rows).astype(texts) if rows else pd.DataFrame(rows)


def _waiting(groups: pd.DataFrame, members: pd.DataFrame, linked: pd.DataFrame) -> pd.Series:
    """Records without a school that name the group's state id, or have several of its schools as candidates."""
    lost = linked[linked["nces_school_id"].isna() & linked["match_reason"].isin(UNDECIDED)]
    by_id = lost["state_school_id_given"].value_counts()
    state_ids = members.dropna(subset="state_school_id").drop_duplicates(["group", "state_school_id"])
    counts = state_ids["state_school_id"].map(by_id).fillna(0).groupby(state_ids["group"]).sum()
    shared = groups["group"].map(counts).fillna(0).where(groups["twin_kind"].isin(ONE_STATE_ID), 0)
    listed = ids_of(lost["match_candidates"]).str.split("|").explode().dropna()
    listed = listed[listed.isin(members["nces_school_id"])].rename("nces_school_id")
    both = listed.rename_axis("record").reset_index().merge(members[["group", "nces_school_id"]], on="nces_school_id")
    several = both.groupby(["group", "record"])["nces_school_id"].nunique()
    between = several[several > 1].groupby("group").size()
    return (shared + groups["group"].map(between).fillna(0)).astype("int64")


def _matched(groups: pd.DataFrame, linked: pd.DataFrame) -> pd.Series:
    counts = linked["nces_school_id"].value_counts()
    return groups["ids"].map(lambda ids: int(counts.reindex(ids).fillna(0).sum())).astype("int64")


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
