"""Schools that a name without a match may mean, as help for the person who answers: never a match.

Cheap on purpose: schools of the same state that share the name's rarest word.
"""

from __future__ import annotations

import pandas as pd

from pipelines.linked.names import LEVELS, place_key, school_name_key

MAX_CASES = 5_000
"""Above this many names of one source nobody reads candidates; none are looked for."""
MAX_PER_CASE = 5
COMMON = 50
"""A word of more schools of the state than this tells nothing apart."""

GENERAL = LEVELS | {"school", "academy", "of", "the", "and", "at", "for"}
"""Words that name a kind of school; looked up only when a name has no other known word."""


def find_likely_schools(cases: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Up to MAX_PER_CASE pairs of identity and school for each case.

    `cases`: source, state, school_name, city, index 0..n-1 (the identity). `schools`: what `order_schools` returns.
    First come schools of the same city, then those that share more words, then the lower NCES id.
    """
    few = cases.groupby("source")["source"].transform("size") <= MAX_CASES
    asked = cases[cases["school_name"].notna() & cases["state"].notna() & few]
    if asked.empty:
        return pd.DataFrame({"identity": pd.Series(dtype="int64"), "school": pd.Series(dtype="int64")})
    near = schools[schools["state"].isin(asked["state"].unique())]
    said, listed = _words(asked, "identity"), _words(near, "school")
    listed = listed.merge(said[["state", "word"]].drop_duplicates(), on=["state", "word"])
    frequency = listed.groupby(["state", "word"]).size().rename("schools").reset_index()
    known = said.merge(frequency[frequency["schools"] <= COMMON], on=["state", "word"])
    known["general"] = known["word"].isin(GENERAL)
    rarest = known.sort_values(["identity", "general", "schools", "word"]).drop_duplicates("identity")
    pairs = rarest[["identity", "state", "word"]].merge(listed, on=["state", "word"])[["identity", "school"]]

    shared = pairs.merge(said[["identity", "word"]], on="identity").merge(listed[["school", "word"]])
    pairs = pairs.merge(shared.groupby(["identity", "school"]).size().rename("shared").reset_index())
    city_given, city_listed = place_key(asked["city"]), place_key(near["city"])
    pairs["elsewhere"] = pairs["identity"].map(city_given).to_numpy() != pairs["school"].map(city_listed).to_numpy()
    best = pairs.sort_values(["identity", "elsewhere", "shared", "school"], ascending=[True, True, False, True])
    return best.groupby("identity").head(MAX_PER_CASE)[["identity", "school"]].reset_index(drop=True)


def _words(frame: pd.DataFrame, index_name: str) -> pd.DataFrame:
    keyed = pd.DataFrame({"state": frame["state"], "word": school_name_key(frame["school_name"]).str.split(" ")})
    words = keyed.rename_axis(index_name).reset_index().explode("word").dropna(subset="word")
    return words.astype({"word": "str"}).drop_duplicates()
