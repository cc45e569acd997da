"""The match in words: one sentence per identity that says which ids were given, where they lead and what was chosen.

Decides nothing; the ladder does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.names import school_name_key

MAX_LISTED = 5
"""Candidates listed in a note; the rest are counted."""


def write_notes(
    identities: pd.DataFrame,
    schools: pd.DataFrame,
    answers: pd.DataFrame,
    candidates: pd.DataFrame,
    by_nces: np.ndarray,
    state_hits: pd.DataFrame,
) -> pd.Series:
    """A note for every identity, in the identities' order.

    answers: school and match_reason. candidates, state_hits: pairs of identity and school. by_nces: position of the
    given NCES id in `schools`, -1 where it is missing or unknown.
    """
    year = str(schools["school_year"].iloc[0]) if len(schools) else "empty"
    frame = identities.assign(
        reason=answers["match_reason"].to_numpy(),
        nces=identities["nces_school_id_given"].fillna("none"),
        state_id=identities["state_school_id_given"].fillna("none"),
        stale=identities["nces_school_id_given"].notna().to_numpy() & (by_nces < 0),
        nces_known=by_nces >= 0,
        has_state_id=identities["state_school_id_given"].notna(),
        state_id_known=np.isin(np.arange(len(identities)), state_hits["identity"]),
        listed=list_candidates(candidates, schools).reindex(identities.index),
        place=identities["state"].fillna("unknown"),
    )
    parts = [
        _nces_id_given(frame, year),
        _state_id(frame, year),
        _by_name(frame, "same_name_same_district", "district"),
        _by_name(frame, "same_name_same_city", "city or ZIP code"),
        _conflict(frame),
        _ambiguous(frame),
        _not_found(frame, year),
        pd.Series("neither an id nor a name was given", index=frame.index[frame["reason"] == "no_identity"]),
    ]
    notes = pd.concat(parts).reindex(identities.index).astype("str")
    return notes + _name_differs(identities, schools, answers) + _unused_ids(frame, year)


def list_candidates(candidates: pd.DataFrame, schools: pd.DataFrame) -> pd.Series:
    """For each identity with candidates: `130057002235 Richmond Hill Middle School | ...`, at most MAX_LISTED.

    With a column `why` each school says in brackets why it is one.
    """
    if candidates.empty:
        return pd.Series(dtype="str")
    at = candidates["school"].to_numpy()
    rank = candidates.groupby("identity").cumcount()
    name = schools["school_name"].iloc[at].str.replace("|", "/", regex=False)
    said = candidates.assign(text=(schools["nces_school_id"].iloc[at] + " " + name).to_numpy(), rank=rank)
    if "why" in candidates:
        said["text"] += " (" + said["why"] + ")"
    listed = said[said["rank"] < MAX_LISTED].groupby("identity")["text"].agg(" | ".join)
    more = (candidates.groupby("identity").size() - MAX_LISTED).clip(lower=0)
    return listed.where(more == 0, listed + " | and " + more.astype("str") + " more").astype("str")


def _nces_id_given(frame: pd.DataFrame, year: str) -> pd.Series:
    part = frame[frame["reason"] == "nces_id_given"]
    about = pd.Series("no state id given", index=part.index, dtype="str")
    about = about.mask(part["has_state_id"], "state id " + part["state_id"] + " is not in the directory")
    about = about.mask(part["state_id_known"], "state id agrees")
    return "NCES id " + part["nces"] + f" given and in the {year} directory; " + about


def _state_id(frame: pd.DataFrame, year: str) -> pd.Series:
    part = frame[frame["reason"] == "state_id"]
    return "state id " + part["state_id"] + f" leads to one school of the {year} directory"


def _by_name(frame: pd.DataFrame, reason: str, place: str) -> pd.Series:
    part = frame[frame["reason"] == reason]
    return f"one school of this name in the same {place} in " + part["place"]


def _conflict(frame: pd.DataFrame) -> pd.Series:
    part = frame[frame["reason"] == "id_conflict"]
    ids = ("NCES id " + part["nces"]).where(part["nces_known"], "state id " + part["state_id"])
    both = "NCES id " + part["nces"] + " and state id " + part["state_id"] + " lead to different schools"
    elsewhere = ids + " leads to a school outside " + part["place"]
    two = part["state_id_known"] & part["nces_known"]
    several = part["listed"].str.contains(" | ", regex=False)
    return elsewhere.mask(two & several, both) + ": " + part["listed"]


def _ambiguous(frame: pd.DataFrame) -> pd.Series:
    part = frame[frame["reason"] == "ambiguous"]
    by_id = "state id " + part["state_id"] + " belongs to several schools: " + part["listed"]
    return ("several schools of this name fit: " + part["listed"]).mask(part["state_id_known"], by_id)


def _not_found(frame: pd.DataFrame, year: str) -> pd.Series:
    part = frame[frame["reason"] == "not_found"]
    named = part["school_name"].notna()
    placed = part["state"].notna() & part[["district_name", "city", "zip"]].notna().any(axis=1)
    said = pd.Series("no id leads to a school", index=part.index, dtype="str")
    said = said.mask(
        named, "a name without its state and a district, city or ZIP code is not enough to tell the school"
    )
    return said.mask(named & placed, f"no school of this name and place in the {year} directory")


def _name_differs(identities: pd.DataFrame, schools: pd.DataFrame, answers: pd.DataFrame) -> pd.Series:
    """Defect 3: ids that agree may still sit on a row that names another school; the match stands, and says so."""
    said = pd.Series("", index=identities.index, dtype="str")
    by_id = answers["match_reason"].isin(["nces_id_given", "state_id"]) & identities["school_name"].notna()
    given = identities.loc[by_id.to_numpy(), "school_name"]
    listed = schools["school_name"].iloc[answers.loc[by_id, "school"].to_numpy()].set_axis(given.index)
    spelled = given.index[(given.str.casefold() != listed.str.casefold()).to_numpy()]
    keys = school_name_key(given[spelled]), school_name_key(listed[spelled])
    differs = spelled[(keys[0] != keys[1]).to_numpy()]
    said.loc[differs] = "; the name given differs: " + given[differs] + ", in the directory " + listed[differs]
    return said


def _unused_ids(frame: pd.DataFrame, year: str) -> pd.Series:
    """A given id that led nowhere is never passed over in silence."""
    said = pd.Series("", index=frame.index, dtype="str")
    lost_nces = frame["stale"]
    said = said.mask(lost_nces, "; the NCES id given, " + frame["nces"] + f", is not in the {year} directory")
    lost_state = frame["has_state_id"] & ~frame["state_id_known"] & (frame["reason"] != "nces_id_given")
    return said + pd.Series("", index=frame.index, dtype="str").mask(
        lost_state, "; the state id given, " + frame["state_id"] + ", is not in it"
    )


def school_text(ids: pd.Series, directory: pd.DataFrame) -> pd.Series:
    """`130057002235 Richmond Hill Middle School` for each NCES id of the directory; null for any other."""
    names = directory.drop_duplicates("nces_school_id").set_index("nces_school_id")["school_name"]
    return (ids + " " + ids.map(names)).astype("str")
