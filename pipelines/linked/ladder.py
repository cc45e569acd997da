"""Which school of the directory a record speaks of: ids, then equal names with equal places, then the scored rung.

Gives one row per record with its reason in words; does not measure likeness, read codes of providers or queue reviews.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.linked import notes
from pipelines.linked.same_name import pair_by_name
from pipelines.linked.scored import contradicted, score_open, with_parted
from pipelines.shared.findings import conform
from schemas.columns import SCHOOL_DETAILS
from schemas.tables import table

IDENTITY = (
    "state",
    "nces_school_id_given",
    "state_school_id_given",
    "school_name",
    "district_name",
    "city",
    "zip",
    *SCHOOL_DETAILS,
)
"""What a record says about its school; of SCHOOL_DETAILS only the scored rung makes use. Records that say the same get the same answer."""

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
CONTRADICTED = "the id given is contradicted, "
"""How the note of an id_conflict begins where name and place speak against the one id given."""
AMONG_NAMESAKES = 0.95
"""Least score that settles a record of whose very name and place several schools are, which no certain rung could part."""
FEDERAL = frozenset({"BI", "DD"})
"""Codes of NCES for the Bureau of Indian Education and the Department of Defense; their schools lie in any state."""


@dataclass(frozen=True)
class Answers:
    """What the ladder found for each distinct identity.

    table: one row per identity: school (position in `schools`, -1 without a match), match_reason, match_note,
    match_candidates (schools in question in words, null when only `candidates` tells), by_id (an id led somewhere).
    candidates: pairs of identity and school still in question where match_reason is id_conflict or ambiguous.
    """

    table: pd.DataFrame
    candidates: pd.DataFrame


def link_records(
    records: pd.DataFrame, directory: pd.DataFrame, other_names: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find the school of each record; returns table `linked_records`, one row per record, sorted by record_id.

    `records`: LOCATORS and any columns of IDENTITY as text (a missing column is null). `directory`: table
    `nces_schools` of the records' school year. `other_names` (nces_id, school_name): names that other years give the
    schools; the scored rung compares them too. Certain rungs give score and margin 1; without a match both are those of
    the first candidate of the scored rung, null where it was not asked or has none.
    A record's match depends on the directory and on the records of its own source, on nothing else.
    Source of the rungs: domain.md 5.1 and 9, defects 3 and 16. Raises ValueError when a record_id stands twice.
    """
    frame = records.reindex(columns=[*LOCATORS, *IDENTITY])
    frame = frame.astype(dict.fromkeys((*LOCATORS[:-1], *IDENTITY), "str"))
    if frame["record_id"].duplicated().any():
        twice = frame.loc[frame["record_id"].duplicated(), "record_id"].iloc[0]
        raise ValueError(f"records to link: record_id {twice!r} stands twice; each record needs an id of its own")
    schools = order_schools(directory)
    codes, identities = distinct_identities(frame)
    answers = climb(identities, schools, other_names)
    return as_linked(frame, _add_scored(frame, identities, answers, codes, schools, other_names), schools)


def _add_scored(
    frame: pd.DataFrame,
    identities: pd.DataFrame,
    answers: Answers,
    codes: np.ndarray,
    schools: pd.DataFrame,
    other_names: pd.DataFrame | None,
) -> pd.DataFrame:
    """Answers with the scored rung: what the certain rungs left open and a name and a state may settle."""
    out = answers.table.iloc[codes].set_axis(frame.index).assign(match_score=1.0, match_margin=1.0)
    out.loc[out["school"] < 0, ["match_score", "match_margin"]] = np.nan
    by_name = out["match_reason"].isin(["not_found", "ambiguous"]) & ~out["by_id"]
    asked = (by_name & frame["school_name"].notna() & frame["state"].notna()).to_numpy()
    if not asked.any() or schools.empty:
        return out
    # One question per source and identity: the records of a file are looked at together, those of others are not.
    keys = pd.DataFrame({"source": frame["source"].to_numpy()[asked], "identity": codes[asked]})
    which = keys.groupby(["source", "identity"], sort=True).ngroup().to_numpy()
    first = pd.Series(which).drop_duplicates()
    distinct = frame[asked].iloc[first.index[np.argsort(first.to_numpy())]]
    scored = score_open(distinct.assign(file=distinct["source"]), schools, other_names)
    scored = scored.iloc[which].set_axis(frame.index[asked])
    namesakes = (answers.table["match_reason"] == "ambiguous") & ~answers.table["by_id"]
    in_question = answers.candidates[namesakes.to_numpy()[answers.candidates["identity"]]]
    scored = with_parted(scored, codes[asked], identities, schools, in_question, AMONG_NAMESAKES)
    out.loc[asked, "match_candidates"] = scored["candidates"]
    listed = scored[scored["candidates"].notna()]
    out.loc[listed.index, ["match_score", "match_margin"]] = listed[["score", "margin"]].to_numpy()
    # A name alone is never enough here (domain.md 5.1): such a record waits with its candidates.
    placed = frame.loc[scored.index, ["district_name", "city", "zip", "street", "county"]].notna().any(axis=1)
    parted = (out.loc[scored.index, "match_reason"] != "ambiguous") | (scored["score"] >= AMONG_NAMESAKES)
    sure = scored[(scored["school"] >= 0) & placed & parted]
    names = (
        schools["nces_school_id"].iloc[sure["school"]] + " " + schools["school_name"].iloc[sure["school"]]
    ).to_numpy()
    out.loc[sure.index, "school"] = sure["school"]
    out.loc[sure.index, "match_reason"] = "scored"
    unused = (
        out.loc[sure.index, "match_note"].str.extract(r"(; the (?:NCES|state) id given.*)$", expand=False).fillna("")
    )
    out.loc[sure.index, "match_note"] = sure["words"] + ": " + names + unused
    return out.astype({"school": "int64", "match_note": "str", "match_reason": "str", "match_candidates": "str"})


def as_linked(frame: pd.DataFrame, answers: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Table `linked_records` from records and an answer for each of them (school, match_reason, match_note)."""
    ids = pd.concat([schools["nces_school_id"], pd.Series([None], dtype="str")], ignore_index=True)
    matched = answers["school"] >= 0
    linked = frame.assign(
        nces_school_id=ids.iloc[answers["school"].to_numpy()].set_axis(frame.index),
        match_reason=answers["match_reason"],
        match_score=answers["match_score"].astype("Float64"),
        match_margin=answers["match_margin"].astype("Float64"),
        match_note=answers["match_note"],
        match_candidates=answers["match_candidates"].where(~matched),
    )
    columns = table("linked_records").column_names
    return conform(linked[columns].sort_values("record_id", kind="stable"), "linked_records")


def order_schools(directory: pd.DataFrame) -> pd.DataFrame:
    """The directory in the order of its NCES ids, so that a school's position does not depend on the file's order."""
    return directory.sort_values("nces_school_id", kind="stable").reset_index(drop=True)


def distinct_identities(frame: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """For each record the position of its identity, and the identities, each once. Records repeat them about 20 times."""
    said = [name for name in IDENTITY if frame[name].notna().any()] or list(IDENTITY)
    codes = frame.groupby(said, dropna=False, sort=False).ngroup().to_numpy()
    first = pd.Series(codes).drop_duplicates()
    identities = frame[list(IDENTITY)].iloc[first.index].reset_index(drop=True)
    return codes, identities


def climb(identities: pd.DataFrame, schools: pd.DataFrame, other_names: pd.DataFrame | None = None) -> Answers:
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

    # An id that nothing confirms and the name and place contradict does not win (linkage.md: an id outlives its school).
    doubtful = contradicted(identities, schools, school, ~(agrees & known) & (school >= 0), other_names)
    reason[doubtful.index], school[doubtful.index] = "id_conflict", -1

    # Rungs d and e: equal names in one district, then in one city or ZIP code.
    in_district, in_city = pair_by_name(identities[reason == ""], schools)
    by_district = only_school(in_district, schools, n, prefer_operating=False)
    _settle(school, reason, (reason == "") & (by_district >= 0), by_district, "same_name_same_district")
    by_city = only_school(in_city, schools, n, prefer_operating=True)
    _settle(school, reason, (reason == "") & (by_city >= 0), by_city, "same_name_same_city")

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
    answers["match_candidates"] = doubtful["candidates"].reindex(answers.index).astype("str")
    answers["by_id"] = has_state_hit | known
    said = CONTRADICTED + doubtful["why"] + ": " + doubtful["candidates"]
    answers["match_note"] = said.reindex(answers.index).fillna(answers["match_note"]).astype("str")
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
