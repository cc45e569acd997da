"""The scored rung and the judge of given ids: what names, places and grades say where the certain rungs end.

Puts the school matcher to the ladder's records; which rungs come first and what they settle is said by the ladder.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.match_alike import alike_words
from pipelines.linked.match_compare import compare
from pipelines.linked.match_levels import DISTRICT_GROUP, NAME_GROUP, NAME_GROUPS, STREET, TOWN_GROUP
from pipelines.linked.match_schools import match_schools
from pipelines.linked.match_sides import COLUMNS, prepare
from pipelines.linked.names import school_name_key
from pipelines.linked.part_namesakes import part_namesakes
from schemas.columns import SCHOOL_DETAILS

WEAK = NAME_GROUPS.index("weakly")
LEADS_HERE = " (the id given leads here)"
FITS = " (fits by name and place)"


def score_open(asked: pd.DataFrame, schools: pd.DataFrame, other_names: pd.DataFrame | None = None) -> pd.DataFrame:
    """Best school of each asked record: columns school, score, margin, words, candidates; index as `asked`.

    `asked`: `file` (records of one source are looked at together) and what is known of the school. `schools`: what
    `order_schools` returns. `other_names`: see `match_schools`. `school` is -1 unless the answer is sure enough to be automatic.
    """
    records = _told(asked).reindex(columns=["file", *COLUMNS]).assign(record_id=_numbered(len(asked)))
    found = match_schools(records, _as_directory(schools), list_all=True, other_names=other_names)
    auto = (found["decision"] == "auto").to_numpy()
    at = pd.Index(schools["nces_school_id"]).get_indexer(found["nces_id"].where(auto))
    return pd.DataFrame(
        {
            "school": at,
            "score": found["score"].to_numpy(float),
            "margin": bounded_margin(found["margin"]),
            "words": found["match_reason"].to_numpy(object),
            "candidates": found["candidates"].to_numpy(object),
        },
        index=asked.index,
    )


def bounded_margin(margin: pd.Series) -> np.ndarray:
    """A lead in log-odds, which has no upper end, brought between 0 (none) and 1."""
    return np.round(np.tanh(np.clip(margin.fillna(0.0).to_numpy(float), 0, 40) / 2), 4)


def with_parted(
    scored: pd.DataFrame,
    codes: np.ndarray,
    identities: pd.DataFrame,
    schools: pd.DataFrame,
    namesakes: pd.DataFrame,
    score: float,
) -> pd.DataFrame:
    """What `score_open` gave, with the namesakes that a street or grades part, at that score at least.

    `codes`: identity of each row of `scored`. `namesakes`: pairs of identity and school, all of one name and place. Where
    the model is sure of another of them, a person says.
    """
    told = identities[list(SCHOOL_DETAILS)].notna().any(axis=1).to_numpy()
    pairs = namesakes[told[namesakes["identity"]]]
    if pairs.empty:
        return scored
    parted = part_namesakes(_told(identities), schools, pairs)
    found = parted.reindex(codes).set_axis(scored.index)
    has = found["school"].notna()
    other = has & (scored["school"] >= 0) & (scored["school"] != found["school"])
    unsure = has & ~other & (scored["score"] < score)
    school = scored["school"].where(~has, found["school"]).mask(other, -1).astype("int64")
    return scored.assign(
        school=school, score=scored["score"].mask(unsure, score), words=scored["words"].mask(unsure, found["words"])
    )


def contradicted(
    identities: pd.DataFrame,
    schools: pd.DataFrame,
    found: np.ndarray,
    lone: np.ndarray,
    other_names: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Identities whose only id leads to a school that all else speaks against: columns why, candidates.

    `found`: position of the school the id leads to, -1 without one; `lone`: no second id confirms it. An id outlives its
    school, so a name of which nothing is left needs its district or town to agree, and no other school may fit surely. A name
    that another year gives the school contradicts nothing.
    """
    named = identities["school_name"].notna() & identities["state"].notna()
    at = np.flatnonzero((found >= 0) & lone & named.to_numpy())
    given = identities["school_name"].iloc[at]
    at = at[
        _other_key(given, schools["school_name"].iloc[found[at]])
        & ~_once_named(given, schools["nces_school_id"].iloc[found[at]], other_names)
    ]
    if not len(at):
        return _none()
    # Whole states, so that how rare a word is does not depend on which other records are asked about.
    around = np.flatnonzero(schools["state"].isin(schools["state"].iloc[found[at]].unique()))
    sides = prepare(identities.iloc[at], _as_directory(schools.iloc[around]))
    rows, listed_at = np.arange(len(at)), np.searchsorted(around, found[at])
    core = sides.core
    alike = alike_words(
        sides.vocabulary, np.unique(core.word[core.row < sides.split]), np.unique(core.word[core.row >= sides.split])
    )
    codes = compare(sides, rows, listed_at + sides.split, alike)
    town, district = TOWN_GROUP[codes["place"] // len(STREET)], DISTRICT_GROUP[codes["district"]]
    weak = NAME_GROUP[codes["name"]] == WEAK
    at, confirmed = at[weak], ((town == 0) | (district <= 1))[weak]
    if not len(at):
        return _none()
    asked = identities.iloc[at].assign(file=_numbered(len(at)))
    best = score_open(asked, schools, other_names)
    elsewhere = (best["school"] >= 0) & (best["school"] != found[at])
    why = pd.Series("neither its name nor its place is the one given", index=asked.index, dtype="str")
    why = why.mask(elsewhere, "the name given is that of another school")
    given = schools["nces_school_id"].iloc[found[at]] + " " + schools["school_name"].iloc[found[at]] + LEADS_HERE
    other = best["school"].where(elsewhere, 0).to_numpy()
    fits = (schools["nces_school_id"].iloc[other] + " " + schools["school_name"].iloc[other] + FITS).to_numpy()
    listed = pd.Series(given.to_numpy(), index=asked.index, dtype="str")
    listed = listed.mask(elsewhere, listed + " | " + fits)
    out = pd.DataFrame({"why": why, "candidates": listed})
    return out[~confirmed | elsewhere.to_numpy()]


def _other_key(given: pd.Series, listed: pd.Series) -> np.ndarray:
    return school_name_key(given).to_numpy() != school_name_key(listed).to_numpy()


def _once_named(given: pd.Series, ids: pd.Series, other_names: pd.DataFrame | None) -> np.ndarray:
    """Whether each name given is one that the school bears in a list of another year."""
    if other_names is None or other_names.empty:
        return np.zeros(len(given), dtype=bool)
    known = set(zip(other_names["nces_id"], school_name_key(other_names["school_name"]), strict=True))
    asked = zip(ids, school_name_key(given), strict=True)
    return np.array([pair in known for pair in asked], dtype=bool)


def _none() -> pd.DataFrame:
    return pd.DataFrame({"why": pd.Series(dtype="str"), "candidates": pd.Series(dtype="str")})


def _told(asked: pd.DataFrame) -> pd.DataFrame:
    """The records under the names of the matcher."""
    return asked.rename(columns={"school_level": "level_hint"})


def _as_directory(schools: pd.DataFrame) -> pd.DataFrame:
    listed = schools.reindex(columns=["nces_school_id", *COLUMNS]).rename(columns={"nces_school_id": "nces_id"})
    return listed.astype("str").reset_index(drop=True)


def _numbered(n: int) -> list[str]:
    return [f"{number:09d}" for number in range(n)]
