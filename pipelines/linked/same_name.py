"""Pairs of a record's identity and a school that have one name in one place. Says what is equal, not what to make of it."""

from __future__ import annotations

import pandas as pd

from pipelines.linked.names import (
    campus_suffix,
    district_key,
    district_kinds,
    kinds_contradict,
    place_key,
    school_name_key,
)


def pair_by_name(identities: pd.DataFrame, schools: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs (identity, school) of one state and equal name: those of one district, and those of one city or ZIP code.

    `identity` is the index of `identities`, `school` that of `schools`. A record without a state has that of its state
    id, else no pairs: a name alone is never enough (domain.md 9).
    """
    prefix = identities["state_school_id_given"].str.extract(r"^([A-Z]{2})-", expand=False)
    said = identities.assign(state=identities["state"].fillna(prefix), name=school_name_key(identities["school_name"]))
    said = said[said["name"].notna() & said["state"].notna()]
    left = _keys(said, "identity")
    # The directory is large, and names are dear to normalise: first only schools of a place that a record names, then
    # only those that share a name.
    near = schools[schools["state"].isin(said["state"].unique())]
    near = near[
        near["zip"].str[:5].isin(left["zip"].dropna())
        | place_key(near["city"]).isin(left["city"].dropna())
        | district_key(near["district_name"]).isin(left["district"].dropna())
    ]
    near = near.assign(name=school_name_key(near["school_name"]))
    near = near[near["name"].isin(said["name"].unique())]
    right = _keys(near, "school")

    in_district = _pairs(left, right, "district")
    in_district = in_district[~kinds_contradict(in_district["kinds_x"], in_district["kinds_y"])]
    in_city = pd.concat([_pairs(left, right, "city"), _pairs(left, right, "zip")])
    return in_district[["identity", "school"]], in_city[["identity", "school"]].drop_duplicates()


def _keys(named: pd.DataFrame, index_name: str) -> pd.DataFrame:
    keys = {
        "state": named["state"],
        "name": named["name"],
        "campus": campus_suffix(named["school_name"]),
        "district": district_key(named["district_name"]),
        "kinds": district_kinds(named["district_name"]),
        "city": place_key(named["city"]),
        "zip": named["zip"].str[:5],
    }
    return pd.DataFrame(keys, index=named.index).rename_axis(index_name).reset_index()


def _pairs(left: pd.DataFrame, right: pd.DataFrame, place: str) -> pd.DataFrame:
    keys = ["state", "name", place]
    pairs = left[left[place].notna()].merge(right[right[place].notna()], on=keys)
    # Two campuses of one name differ in nothing but this number.
    differ = pairs["campus_x"].notna() & pairs["campus_y"].notna() & (pairs["campus_x"] != pairs["campus_y"])
    return pairs[~differ]
