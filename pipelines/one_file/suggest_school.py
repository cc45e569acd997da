"""The school that a row without a match probably means: one of the same state and, but for a slip, of the same name.

Suggests to the sender and links nothing; the review queue shows its own candidates.
"""

from __future__ import annotations

import difflib

import pandas as pd

from pipelines.linked.ladder import order_schools
from pipelines.linked.likely_schools import find_likely_schools
from pipelines.linked.names import school_name_key

ALIKE = 0.9
"""Likeness (difflib) of two names without their usual words; below it the names are of two schools."""
MAX_ASKED = 500
"""Different schools without a match for which a likely one is looked for; with more the ids of the file are wrong."""


def likely_schools(linked: pd.DataFrame, rows: pd.DataFrame, schools: pd.DataFrame) -> dict[str, str]:
    """What a finding S01 shows (id or name) -> a sentence with id and name of the one school that it may mean.

    linked: table `linked_records`. rows: the source's rows with record_id, source, state, school_name and, where it
    has one, city. schools: table `nces_schools`.
    """
    lost = linked[linked["match_reason"].isin(["not_found", "no_identity"])]
    shown = lost["nces_school_id_given"].fillna(lost["state_school_id_given"]).fillna(lost["school_name"])
    given = rows.set_index("record_id").reindex(lost["record_id"])
    cases = given.reindex(columns=["source", "state", "school_name", "city"]).assign(shown=shown.to_numpy())
    cases = cases.dropna(subset=["shown", "school_name"]).drop_duplicates("shown").reset_index(drop=True)
    if cases.empty or len(cases) > MAX_ASKED:
        return {}
    listed = order_schools(schools)
    pairs = find_likely_schools(cases, listed)
    asked = school_name_key(cases["school_name"]).to_list()
    names = school_name_key(listed["school_name"].iloc[pairs["school"]]).to_list()
    near: dict[int, list[int]] = {}
    for identity, school, name in zip(pairs["identity"], pairs["school"], names, strict=True):
        if difflib.SequenceMatcher(None, asked[identity], name).ratio() >= ALIKE:
            near.setdefault(identity, []).append(school)
    only = {cases["shown"].iloc[identity]: listed.iloc[found[0]] for identity, found in near.items() if len(found) == 1}
    return {
        value: f"Did you mean {school['nces_school_id']}, {school['school_name']}? It is the one school of that name."
        for value, school in only.items()
    }
