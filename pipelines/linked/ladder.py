"""Which school of the directory a record speaks of, by certain rungs only: ids, then equal names with equal places.

Gives one row per record with its reason in words; does not measure likeness, read codes of providers or queue reviews.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.linked import notes
from pipelines.linked.same_name import pair_by_name
from pipelines.shared.findings import conform
from schemas.tables import table

IDENTITY = (
    "state",
    "nces_school_id_given",
    "state_school_id_given",
    "school_name",
    "district_name",
    "city",
    "zip",
)
"""What a record says about its school. Records that say the same get the same answer."""

LOCATORS = ("record_id", "source", "school_year", "file", "sheet", "row")
MATCHED = frozenset(
    {
        "decided_by_person",
        "nces_id_given",
        "successor",
        "state_id",
        "code_crosswalk",
        "same_name_same_district",
        "same_name_same_city",
        "scored",
    }
)
FEDERAL = frozenset({"BI", "DD"})
"""Codes of NCES for the Bureau of Indian Education and the Department of Defense; their schools lie in any state."""


@dataclass(frozen=True)
class Answers:
    """What the ladder found for each distinct identity.

    table: one row per identity: school (position in `schools`, -1 without a match), match_reason, match_note.
    candidates: pairs of identity and school still in question where match_reason is id_conflict or ambiguous.
    """

    table: pd.DataFrame
    candidates: pd.DataFrame


def link_records(records: pd.DataFrame, directory: pd.DataFrame) -> pd.DataFrame:
    """Find the school of each record; returns table `linked_records`, one row per record, sorted by record_id.

    `records`: LOCATORS and any columns of IDENTITY as text (a missing column is null). `directory`: table
    `nces_schools` of the records' school year. Certain rungs give score and margin 1; both are null without a match.
    Source of the rungs: domain.md 5.1 and 9, defects 3 and 16. Raises ValueError when a record_id stands twice.
    """
    frame = records.reindex(columns=[*LOCATORS, *IDENTITY])
    frame = frame.astype(dict.fromkeys((*LOCATORS[:-1], *IDENTITY), "str"))
    if frame["record_id"].duplicated().any():
        twice = frame.loc[frame["record_id"].duplicated(), "record_id"].iloc[0]
        raise ValueError(f"records to link: record_id {twice!r} stands twice; each record needs an id of its own")
    schools = order_schools(directory)
    codes, identities = distinct_identities(frame)
    answers = climb(identities, schools).table.iloc[codes].set_axis(frame.index)
    return as_linked(frame, answers, schools)


def as_linked(frame: pd.DataFrame, answers: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Table `linked_records` from records and an answer for each of them (school, match_reason, match_note)."""
    ids = pd.concat([schools["nces_school_id"], pd.Series([None], dtype="str")], ignore_index=True)
    certain = pd.Series(1.0, index=frame.index, dtype="Float64").where(answers["school"] >= 0)
    linked = frame.assign(
        nces_school_id=ids.iloc[answers["school"].to_numpy()].set_axis(frame.index),
        match_reason=answers["match_reason"],
        match_score=certain,
        match_margin=certain,
        match_note=answers["match_note"],
    )
    columns = table("linked_records").column_names
    return conform(linked[columns].sort_values("record_id", kind="stable"), "linked_records")


def order_schools(directory: pd.DataFrame) -> pd.DataFrame:
    """The directory in the order of its NCES ids, so that a school's position does not depend on the file's order."""
    return directory.sort_values("nces_school_id", kind="stable").reset_index(drop=True)


def distinct_identities(frame: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """For each record the position of its identity, and the identities, each once. Records repeat them about 20 times."""
    codes = frame.groupby(list(IDENTITY), dropna=False, sort=False).ngroup().to_numpy()
    first = pd.Series(codes).drop_duplicates()
    identities = frame[list(IDENTITY)].iloc[first.index].reset_index(drop=True)
    return codes, identities


def climb(identities: pd.DataFrame, schools: pd.DataFrame) -> Answers:
    """Take each identity up the ladder; the first rung that settles it does so for good.

    `identities`: columns IDENTITY, index 0..n-1. `schools`: what `order_schools` returns.
    """
    n = len(identities)
    school, reason = np.full(n, -1), np.full(n, "", dtype=object)
    by_nces = pd.Index(schools["nces_school_id"]).get_indexer(identities["nces_school_id_given"])
    state_hits = _by_state_id(identities, schools)

    # Rungs a and b: a given NCES id that the directory has. A known state id must lead there too (defect 3).
    known = by_nces >= 0
    has_state_hit = np.isin(np.arange(n), state_hits["identity"])
    agrees = np.isin(np.arange(n), state_hits.loc[state_hits["school"] == by_nces[state_hits["identity"]], "identity"])
    in_state = _in_same_state(identities, schools, by_nces)
    accepted = known & in_state & (agrees | ~has_state_hit)
    _settle(school, reason, accepted, by_nces, "nces_id_given")
    reason[known & ~accepted] = "id_conflict"

    # Rung c: the state's id of that year; several schools are a combined campus, which only a person can part (X01).
    pending = has_state_hit & ~known
    by_state = only_school(state_hits[pending[state_hits["identity"]]], schools, n, prefer_operating=True)
    right_state = _in_same_state(identities, schools, by_state)
    _settle(school, reason, pending & (by_state >= 0) & right_state, by_state, "state_id")
    reason[pending & (by_state >= 0) & ~right_state] = "id_conflict"
    reason[pending & (by_state < 0)] = "ambiguous"

    # Rungs d and e: equal names in one district, then in one city or ZIP code.
    in_district, in_city = pair_by_name(identities[reason == ""], schools)
    by_district = only_school(in_district, schools, n, prefer_operating=False)
    _settle(school, reason, (reason == "") & (by_district >= 0), by_district, "same_name_same_district")
    by_city = only_school(in_city, schools, n, prefer_operating=True)
    _settle(school, reason, (reason == "") & (by_city >= 0), by_city, "same_name_same_city")

    # Here is the place of the scored rung (`scored`): it takes the identities that are still open, and nothing above.

    named = pd.concat([in_district, in_city]).drop_duplicates()
    reason[(reason == "") & np.isin(np.arange(n), named["identity"])] = "ambiguous"
    has_any = identities[["nces_school_id_given", "state_school_id_given", "school_name"]].notna().any(axis=1)
    reason[(reason == "") & has_any.to_numpy()] = "not_found"
    reason[reason == ""] = "no_identity"

    given = pd.DataFrame({"identity": np.flatnonzero(known), "school": by_nces[known]})
    in_question = pd.concat([given, state_hits, named])
    in_question = in_question[np.isin(reason[in_question["identity"]], ["id_conflict", "ambiguous"])]
    candidates = in_question.drop_duplicates().sort_values(["identity", "school"]).reset_index(drop=True)
    answers = pd.DataFrame({"school": school, "match_reason": pd.Series(reason, dtype="str")}, index=identities.index)
    answers["match_note"] = notes.write_notes(identities, schools, answers, candidates, by_nces, state_hits)
    return Answers(answers, candidates)


def only_school(hits: pd.DataFrame, schools: pd.DataFrame, n: int, *, prefer_operating: bool) -> np.ndarray:
    """For each of `n` identities the one school it hits, -1 where it hits none or several.

    With `prefer_operating`, several hits count as one when exactly one school is known to be operating and all others
    are known not to be. A school whose status is unknown is never set aside.
    """
    out = np.full(n, -1)
    unique = hits.drop_duplicates()
    if prefer_operating:
        status = schools["is_operating"].iloc[unique["school"].to_numpy()]
        lone = unique[status.fillna(True).to_numpy(dtype=bool)].drop_duplicates("identity", keep=False)
        lone = lone[schools["is_operating"].iloc[lone["school"].to_numpy()].fillna(False).to_numpy(dtype=bool)]
        out[lone["identity"]] = lone["school"]
    single = unique.drop_duplicates("identity", keep=False)
    out[single["identity"]] = single["school"]
    return out


def _settle(school: np.ndarray, reason: np.ndarray, where: np.ndarray, found: np.ndarray, name: str) -> None:
    school[where] = found[where]
    reason[where] = name


def _by_state_id(identities: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    left = identities["state_school_id_given"].dropna().rename("key").rename_axis("identity").reset_index()
    right = schools["state_school_id"].dropna().rename("key").rename_axis("school").reset_index()
    return left.merge(right, on="key")[["identity", "school"]]


def _in_same_state(identities: pd.DataFrame, schools: pd.DataFrame, found: np.ndarray) -> np.ndarray:
    """The school found lies in the record's state or belongs to it by its state id; true where either is unknown."""
    stated = identities["state"]
    at = np.where(found >= 0, found, 0)
    if schools.empty:
        return np.full(len(identities), True)
    located = schools["state"].iloc[at].set_axis(identities.index)
    owner = schools["state_school_id"].str[:2].iloc[at].set_axis(identities.index)
    agrees = stated.isna() | (stated == located) | (stated == owner) | stated.isin(FEDERAL) | located.isin(FEDERAL)
    return agrees.to_numpy(dtype=bool) | (found < 0)
