"""What agrees and what contradicts between the two schools of a pair, as columns of signs. Says nothing of their worth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.likeness import likeness
from pipelines.linked.pair_candidates import Keys
from pipelines.linked.school_keys import (
    is_bare,
    kilometers,
    levels_contradict,
    marks_differ,
    same_words,
    share_a_word,
    telling_words,
)
from schemas.thresholds import threshold


def signs_of(pairs: pd.DataFrame, gone: pd.DataFrame, come: pd.DataFrame, was: Keys, now: Keys) -> pd.DataFrame:
    """The pairs with a column for each sign, true where it is seen; `likeness` of the names is from 0 to 1.

    pairs: positions `gone` and `come`. gone, come: rows of two lists with `alone_in_list`. was, now: their keys.
    """
    left, right = pairs["gone"].to_numpy(), pairs["come"].to_numpy()

    def both(name: str) -> np.ndarray:
        return gone[name].to_numpy(bool)[left] & come[name].to_numpy(bool)[right]

    def equal(one: pd.Series, other: pd.Series) -> np.ndarray:
        a, b = one.to_numpy(object)[left], other.to_numpy(object)[right]
        return np.asarray((a == b) & pd.notna(a) & pd.notna(b), dtype=bool)

    def differ(one: pd.Series, other: pd.Series) -> np.ndarray:
        a, b = one.to_numpy(object)[left], other.to_numpy(object)[right]
        return np.asarray((a != b) & pd.notna(a) & pd.notna(b), dtype=bool)

    out = pairs.assign(
        state_id=equal(gone["state_school_id"], come["state_school_id"]),
        school_part=equal(was.school_part, now.school_part),
        number=equal(was.number, now.number) & both("number_alone"),
        name=equal(was.name, now.name),
        same_letters=equal(was.letters, now.letters),
        name_alone=both("name_alone"),
        public=(gone["nces_school_id"].str.len() == 12).to_numpy(bool)[left],
        zip=equal(gone["zip"], come["zip"]),
        city=equal(was.city, now.city),
        other_city=differ(was.city, now.city) & differ(gone["zip"], come["zip"]),
        district=equal(was.district, now.district),
    )
    out["address"] = equal(was.street, now.street) & (out["zip"] | out["city"])
    distance = kilometers(gone.iloc[left].reset_index(drop=True), come.iloc[right].reset_index(drop=True))
    out["near"] = distance < threshold("x05_near_kilometers")
    out["far"] = distance > threshold("x02_kilometers")
    words, others = was.words.to_numpy(object)[left], now.words.to_numpy(object)[right]
    districts = now.district.to_numpy(object)[right]
    names = (gone["school_name"].to_numpy(object)[left], come["school_name"].to_numpy(object)[right])
    return _district_signs(_name_signs(out, words, others, names), words, others, districts)


def _name_signs(
    out: pd.DataFrame, words: np.ndarray, others: np.ndarray, names: tuple[np.ndarray, np.ndarray]
) -> pd.DataFrame:
    open_ = ~out["name"].to_numpy() & pd.notna(words) & pd.notna(others)
    score, at_odds, shared = np.zeros(len(out)), np.zeros(len(out), dtype=bool), out["name"].to_numpy(copy=True)
    left, right = (pd.Series(side[open_], dtype="str") for side in names)
    score[open_] = likeness(left, right).fillna(0).to_numpy()
    pairs = list(zip(words[open_], others[open_], strict=True))
    at_odds[open_] = [levels_contradict(a, b) or marks_differ(a, b) for a, b in pairs]
    shared[open_] = [share_a_word(a, b) for a, b in pairs]
    telling = [telling_words(word) for word in words]
    same = np.array([same_words(one, other) for one, other in zip(words, others, strict=True)], dtype=bool)
    bare = np.array([is_bare(word) for word in words], dtype=bool)
    return out.assign(
        likeness=np.where(out["name"], 1.0, score),
        at_odds=at_odds,
        alike=(np.where(out["name"], 1.0, score) >= threshold("x05_alike")) & ~at_odds,
        shares_word=shared,
        bare=bare,
        several_words=[len(one) > 1 for one in telling],
        name=out["name"] | (same & open_),
    )


def _district_signs(out: pd.DataFrame, words: np.ndarray, others: np.ndarray, districts: np.ndarray) -> pd.DataFrame:
    """A charter school that became a district of its own bears that district's name, and may have its office's address."""

    def named(names: np.ndarray) -> np.ndarray:
        found = [
            bool(telling_words(name)) and isinstance(where, str) and telling_words(name) <= set(where.split(" "))
            for name, where in zip(names, districts, strict=True)
        ]
        return np.array(found, dtype=bool)

    return out.assign(new_district=named(others) & ~out["district"], own_district=named(words))
