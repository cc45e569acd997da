"""Which school that left one year's list is which school that came into the next: renumbered, told by ids, name and place.

One to one, the same in any row order; merged and split schools are found by `school_campuses`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipelines.linked.likeness import likeness
from pipelines.linked.names import school_name_key
from pipelines.linked.school_keys import (
    district_keys,
    kilometers,
    level_words,
    levels_contradict,
    marks_differ,
    name_keys,
    one_campus_name,
    place_keys,
    street_keys,
    telling_words,
)
from pipelines.shared.text import is_among
from schemas.thresholds import threshold

MOST_IN_A_BLOCK = 40
"""A key that more schools than this share ("charter school" in a large city) tells nothing."""
NO_PAIRS = pd.DataFrame(
    {"gone": pd.Series(dtype="int64"), "come": pd.Series(dtype="int64")}
    | {name: pd.Series(dtype="str") for name in ("kind", "confidence", "reason")}
)
SUCCEEDED = 60
"""Trust in a pair whose names are only alike: at the same address, so that one school took the other's place."""


class Keys(NamedTuple):
    """Comparable forms of a list's columns, row by row."""

    words: pd.Series
    name: pd.Series
    street: pd.Series
    city: pd.Series
    district: pd.Series
    school_part: pd.Series
    number: pd.Series


def keys_of(schools: pd.DataFrame) -> Keys:
    """Keys of those rows of a list."""
    state_id = schools["state_school_id"].astype("str")
    part = state_id.str.extract(r"([^-]+)$", expand=False).astype("str")
    return Keys(
        school_name_key(schools["school_name"]),
        name_keys(schools["school_name"]),
        street_keys(schools["street"]),
        place_keys(schools["city"]),
        district_keys(schools["district_name"]),
        # Short parts ("0010") are given out anew by every district of a state.
        part.where(part.str.len() >= int(threshold("x05_school_part"))),
        # NCES numbers the schools of a state through: the last five digits go with a school to its new district.
        schools["nces_school_id"].str[:2]
        + schools["nces_school_id"].str[7:].where(schools["nces_school_id"].str.len() == 12),
    )


def pair_schools(gone: pd.DataFrame, come: pd.DataFrame) -> pd.DataFrame:
    """Pairs of a school that left and the one that it is: positions `gone` and `come`, `kind`, `confidence`, `reason`.

    gone, come: schools of which the lists of two years have one only, with FACTS and `name_alone` (no other school of
    its state in that list has the name). A pair is mutual: each is the other's best. kind is renumbered, or succeeded
    (another school at the place of the first). confidence is certain (ids agree, and the name or the place), likely
    (name and place agree) or doubtful (a person should look).
    """
    gone, come = gone.reset_index(drop=True), come.reset_index(drop=True)
    if gone.empty or come.empty:
        return NO_PAIRS
    was, now = keys_of(gone), keys_of(come)
    pairs = _candidates(gone, come, was, now)
    if pairs.empty:
        return NO_PAIRS
    pairs = _judged(_signs(pairs, gone, come, was, now))
    return _mutual(pairs[pairs["trust"] > 0]).reset_index(drop=True)


def campus_pairs(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Pairs of schools of two lists that bear one name, but for the level, at one place: positions `was` and `now`.

    For schools that merged or split: a middle school that is gone, and the high school of its name at its address.
    """
    if not was.empty and not now.empty:
        was, now = _near_each_other(was.reset_index(drop=True), now.reset_index(drop=True))
    if was.empty or now.empty:
        return pd.DataFrame({"was": pd.Series(dtype="int64"), "now": pd.Series(dtype="int64")})
    before, after = keys_of(was), keys_of(now)
    blocks = [
        [(before.street, after.street), (was["zip"], now["zip"])],
        [(before.street, after.street), (before.city, after.city), (was["state"], now["state"])],
    ]
    pairs = pd.concat([_block(columns) for columns in blocks], ignore_index=True).drop_duplicates()
    names = zip(
        before.words.to_numpy(object)[pairs["gone"]],
        after.words.to_numpy(object)[pairs["come"]],
        after.district.to_numpy(object)[pairs["come"]],
        strict=True,
    )
    one_name = np.array([one_campus_name(*(_text(name) for name in row)) for row in names], dtype=bool)
    found = pairs[one_name]
    places = {"was": was.index.to_numpy()[found["gone"]], "now": now.index.to_numpy()[found["come"]]}
    return pd.DataFrame(places).sort_values(["was", "now"]).reset_index(drop=True)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _near_each_other(was: pd.DataFrame, now: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that have an address in a ZIP code or city of the other side: only they are put into comparable form."""
    marks = []
    for schools in (was, now):
        number = schools["street"].str.extract(r"(\d+)", expand=False)
        marks.append((schools["state"] + " " + number).where(schools["street"].notna()))
    return tuple(  # type: ignore[return-value]
        schools[is_among(own, other)] for schools, own, other in ((was, marks[0], marks[1]), (now, marks[1], marks[0]))
    )


def names_alone(schools: pd.DataFrame) -> pd.Series:
    """Whether no other school of the state in this list has the school's name, by letters and digits."""
    letters = schools["school_name"].str.lower().str.replace("[^a-z0-9]+", "", regex=True)
    keys = pd.DataFrame({"state": schools["state"], "name": letters})
    return ~keys.duplicated(keep=False) & keys["name"].notna()


def _candidates(gone: pd.DataFrame, come: pd.DataFrame, was: Keys, now: Keys) -> pd.DataFrame:
    same = (gone["state_school_id"], come["state_school_id"])
    blocks = [
        [same],
        [(was.number, now.number)],
        [(was.school_part, now.school_part), (gone["state"], come["state"])],
        [(was.name, now.name), (gone["zip"], come["zip"])],
        [(was.name, now.name), (was.city, now.city), (gone["state"], come["state"])],
        [(was.name, now.name), (was.district, now.district), (gone["state"], come["state"])],
        [(was.name.where(gone["name_alone"]), now.name.where(come["name_alone"])), (gone["state"], come["state"])],
        [(_first_word(was.words), _first_word(now.words)), (was.city, now.city), (gone["state"], come["state"])],
        [(was.street, now.street), (gone["zip"], come["zip"])],
        [(was.street, now.street), (was.city, now.city), (gone["state"], come["state"])],
    ]
    found = [_block(columns) for columns in blocks]
    return pd.concat(found, ignore_index=True).drop_duplicates().sort_values(["gone", "come"]).reset_index(drop=True)


def _first_word(words: pd.Series) -> pd.Series:
    return words.str.extract(r"^(\S{4,})", expand=False)


def _block(columns: list[tuple[pd.Series, pd.Series]]) -> pd.DataFrame:
    """Positions of the rows of both sides that agree in all those columns."""
    left = pd.DataFrame({str(n): one.to_numpy(object) for n, (one, _) in enumerate(columns)}).dropna()
    right = pd.DataFrame({str(n): other.to_numpy(object) for n, (_, other) in enumerate(columns)}).dropna()
    on = list(left.columns)
    sizes = right.groupby(on).size()
    crowded = sizes.index[sizes > MOST_IN_A_BLOCK]
    if len(crowded):
        right = right[~right.set_index(on).index.isin(crowded)]
    left, right = (frame.rename_axis(name).reset_index() for frame, name in ((left, "gone"), (right, "come")))
    return left.merge(right, on=on)[["gone", "come"]]


def _signs(pairs: pd.DataFrame, gone: pd.DataFrame, come: pd.DataFrame, was: Keys, now: Keys) -> pd.DataFrame:
    left, right = pairs["gone"].to_numpy(), pairs["come"].to_numpy()

    def equal(one: pd.Series, other: pd.Series) -> np.ndarray:
        a, b = one.to_numpy(object)[left], other.to_numpy(object)[right]
        return np.asarray((a == b) & pd.notna(a) & pd.notna(b), dtype=bool)

    def differ(one: pd.Series, other: pd.Series) -> np.ndarray:
        a, b = one.to_numpy(object)[left], other.to_numpy(object)[right]
        return np.asarray((a != b) & pd.notna(a) & pd.notna(b), dtype=bool)

    out = pairs.assign(
        state_id=equal(gone["state_school_id"], come["state_school_id"]),
        school_part=equal(was.school_part, now.school_part),
        number=equal(was.number, now.number),
        name=equal(was.name, now.name),
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
    open_ = ~out["name"].to_numpy() & pd.notna(words) & pd.notna(others)
    score = np.zeros(len(out))
    left_names = pd.Series(gone["school_name"].to_numpy(object)[left[open_]], dtype="str")
    right_names = pd.Series(come["school_name"].to_numpy(object)[right[open_]], dtype="str")
    score[open_] = likeness(left_names, right_names).fillna(0).to_numpy()
    at_odds = np.zeros(len(out), dtype=bool)
    at_odds[open_] = [
        levels_contradict(a, b) or marks_differ(a, b) for a, b in zip(words[open_], others[open_], strict=True)
    ]
    out["likeness"] = np.where(out["name"], 1.0, score)
    out["at_odds"] = at_odds
    out["alike"] = (out["likeness"] >= threshold("x05_alike")) & ~at_odds
    # "High School" alone is no name: two of them in one city are not the same school for it.
    telling = [telling_words(word) for word in words]
    out["bare"] = [not one for one in telling]
    out["several_words"] = [len(one) > 1 for one in telling]
    out["name_alone"] = gone["name_alone"].to_numpy()[left] & come["name_alone"].to_numpy()[right]
    same = [
        one == telling_words(other) and level_words(word) == level_words(other)
        for one, word, other in zip(telling, words, others, strict=True)
    ]
    out["name"] |= np.array(same, dtype=bool) & ~out["bare"] & open_
    # A charter school that became a district of its own bears that district's name, and may have its office's address.
    core = was.words.to_numpy(object)[left]
    districts = now.district.to_numpy(object)[right]
    out["new_district"] = [
        bool(telling_words(word)) and isinstance(where, str) and telling_words(word) <= set(where.split(" "))
        for word, where in zip(others, districts, strict=True)
    ]
    out["new_district"] &= ~out["district"]
    out["own_district"] = [
        bool(word)
        and isinstance(where, str)
        and telling_words(word) <= set(where.split(" "))
        and bool(telling_words(word))
        for word, where in zip(core, districts, strict=True)
    ]
    return out


def _judged(pairs: pd.DataFrame) -> pd.DataFrame:
    """`trust`, higher is better and 0 is no pair; `confidence` and `reason` in words."""
    p = pairs
    named = p["name"] | p["alike"]
    at_place = p["address"] | p["near"]
    in_town = at_place | p["zip"] | p["city"]
    by_name = p["name"] & ~p["bare"]
    rules: list[tuple[pd.Series, int, str, str]] = [
        (p["state_id"] & p["name"] & ~p["other_city"], 100, "certain", "the state's id and the name are the same"),
        (p["state_id"] & (named | at_place), 95, "certain", "the state's id is the same, and name or address agree"),
        (
            p["state_id"] & ~p["other_city"] & ~p["far"] & ~p["at_odds"],
            90,
            "likely",
            "the state's id is the same; the name has changed",
        ),
        (
            p["state_id"],
            30,
            "doubtful",
            "the state's id is the same, but name and place are others: the id may be given out anew",
        ),
        (
            p["number"] & p["name"] & ~p["far"],
            94,
            "certain",
            "the name is the same, and the school kept its number within the state",
        ),
        (
            p["number"]
            & (p["alike"] | ((at_place | p["city"]) & ~p["at_odds"] & (p["likeness"] >= threshold("s05_likeness")))),
            89,
            "likely",
            "the school kept its number within the state, and name or place agree",
        ),
        (p["school_part"] & by_name, 92, "certain", "the school's part of the state's id and the name are the same"),
        (
            p["school_part"] & named & in_town,
            88,
            "likely",
            "the school's part of the state's id is the same, and name and place agree",
        ),
        (by_name & at_place, 86, "likely", "name and address are the same"),
        (by_name & p["zip"] & p["city"], 82, "likely", "name, city and ZIP code are the same"),
        (by_name & p["city"] & p["district"], 80, "likely", "name, city and district are the same"),
        (by_name & p["zip"], 76, "likely", "name and ZIP code are the same"),
        (by_name & p["city"] & ~p["far"], 72, "likely", "name and city are the same"),
        (
            by_name & p["name_alone"] & p["own_district"] & ~p["far"],
            71,
            "likely",
            "no other school of the state has the name, and it has become a district of its own",
        ),
        (
            by_name & p["name_alone"] & p["several_words"] & ~p["far"],
            68,
            "likely",
            "no other school of the state has the name; the place is another",
        ),
        (
            p["alike"] & p["new_district"] & p["zip"],
            67,
            "doubtful",
            "the names are alike in one ZIP code, and it has become a district of its own",
        ),
        (
            p["alike"] & p["new_district"] & p["city"],
            65,
            "doubtful",
            "the names are alike in one city, and it has become a district of its own",
        ),
        (p["name"] & p["address"], 66, "likely", "name and address are the same"),
        (p["alike"] & at_place, SUCCEEDED, "doubtful", "a school with a name like it stands at its address"),
        (
            p["number"] & ~p["far"] & ~p["at_odds"],
            55,
            "doubtful",
            "the school kept its number within the state; name and place are others",
        ),
        (by_name & p["district"], 50, "doubtful", "name and district are the same, but the place is another"),
        (
            by_name & p["name_alone"],
            40,
            "doubtful",
            "no other school of the state has the name, but the place is another",
        ),
    ]
    out = p.assign(trust=0, confidence=pd.Series(None, index=p.index, dtype="str"))
    out["reason"] = pd.Series(None, index=p.index, dtype="str")
    for where, trust, confidence, reason in reversed(rules):
        out.loc[where, "trust"] = trust
        out.loc[where, "confidence"] = confidence
        out.loc[where, "reason"] = reason
    out["kind"] = np.where(out["trust"] == SUCCEEDED, "succeeded", "renumbered")
    return out


def _mutual(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs in which each is the other's best; where two are equally good, all of them, as doubtful."""
    rank = pairs["trust"] * 1000 + pairs["address"] * 200 + pairs["near"] * 100 + pairs["district"] * 50
    rank = (rank + pairs["zip"] * 20 + pairs["city"] * 10).to_numpy() + pairs["likeness"].to_numpy()
    pairs = pairs.assign(rank=np.round(rank, 3))
    kept = []
    rest = pairs
    # Whoever is taken leaves the next best to the others; three rounds settle all chains of namesakes seen.
    for _ in range(3):
        best = (rest["rank"] == rest.groupby("gone")["rank"].transform("max")) & (
            rest["rank"] == rest.groupby("come")["rank"].transform("max")
        )
        taken = rest[best]
        if taken.empty:
            break
        kept.append(taken)
        rest = rest[~rest["gone"].isin(taken["gone"]) & ~rest["come"].isin(taken["come"])]
    found = pd.concat(kept, ignore_index=True) if kept else pairs.head(0)
    tied = found.duplicated("gone", keep=False) | found.duplicated("come", keep=False)
    found.loc[tied, "confidence"] = "doubtful"
    found.loc[tied, "reason"] = found.loc[tied, "reason"] + ", but so are those of another school"
    return found.sort_values(["gone", "come"])
