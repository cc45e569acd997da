"""What the signs of a pair of schools are worth: the declared rules, best first, each with its confidence and reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

SUCCEEDED = 60
"""Trust in a pair whose names are only alike: at the same address, so that one school took the other's place."""


class Trust(NamedTuple):
    """Pairs with these signs: how much they are trusted (higher is better), how sure that is, and the reason in words."""

    trust: int
    confidence: str
    holds: Callable[[pd.DataFrame], pd.Series]
    reason: str


def _named(p: pd.DataFrame) -> pd.Series:
    return p["name"] | p["alike"]


def _by_name(p: pd.DataFrame) -> pd.Series:
    # "High School" or "Homebound" is no name: two of them in one city are not the same school for it.
    return p["name"] & ~p["bare"]


def _at_place(p: pd.DataFrame) -> pd.Series:
    return p["address"] | p["near"]


def _in_town(p: pd.DataFrame) -> pd.Series:
    return _at_place(p) | p["zip"] | p["city"]


def _only_one(p: pd.DataFrame) -> pd.Series:
    """Only this school of the state had the name, and only this one has it, written with the same letters."""
    return _by_name(p) & p["name_alone"] & p["same_letters"]


RULES = (
    Trust(
        100,
        "certain",
        lambda p: p["state_id"] & p["name"] & ~p["other_city"],
        "the state's id and the name are the same",
    ),
    Trust(
        95,
        "certain",
        lambda p: p["state_id"] & (_named(p) | _at_place(p)),
        "the state's id is the same, and name or address agree",
    ),
    Trust(
        94,
        "certain",
        lambda p: p["number"] & p["name"] & ~p["far"],
        "the name is the same, and the school kept its number within the state",
    ),
    Trust(
        92,
        "certain",
        lambda p: p["school_part"] & _by_name(p),
        "the school's part of the state's id and the name are the same",
    ),
    Trust(
        91,
        "likely",
        lambda p: p["state_id"] & p["number"],
        "the state's id and the number within the state are the same; the name has changed",
    ),
    Trust(
        90,
        "likely",
        lambda p: p["state_id"] & ~p["other_city"] & ~p["far"] & ~p["at_odds"],
        "the state's id is the same; the name has changed",
    ),
    Trust(
        89,
        "likely",
        lambda p: p["number"] & (p["alike"] | (_at_place(p) & ~p["at_odds"])),
        "the school kept its number within the state, and name or address agree",
    ),
    Trust(
        88,
        "likely",
        lambda p: p["school_part"] & _named(p) & _in_town(p),
        "the school's part of the state's id is the same, and name and place agree",
    ),
    # Of 98 schools that kept theirs under a name that is not alike nearly all were
    # read to be the same school; those that were not had neither the address nor a word of the name.
    Trust(
        87,
        "likely",
        lambda p: p["number"] & (_at_place(p) | p["shares_word"]) & ~p["far"],
        "the school kept its number within the state, and its address or a word of its name; the rest of the name is new",
    ),
    Trust(86, "likely", lambda p: _by_name(p) & _at_place(p), "name and address are the same"),
    Trust(82, "likely", lambda p: _by_name(p) & p["zip"] & p["city"], "name, city and ZIP code are the same"),
    Trust(80, "likely", lambda p: _by_name(p) & p["city"] & p["district"], "name, city and district are the same"),
    Trust(76, "likely", lambda p: _by_name(p) & p["zip"], "name and ZIP code are the same"),
    Trust(72, "likely", lambda p: _by_name(p) & p["city"] & ~p["far"], "name and city are the same"),
    Trust(
        71,
        "likely",
        lambda p: _only_one(p) & p["own_district"] & ~p["far"],
        "no other school of the state has the name, and it has become a district of its own",
    ),
    Trust(
        68,
        "likely",
        # The survey of private schools does not know them all: another one may have the name.
        lambda p: _only_one(p) & p["several_words"] & ~p["far"] & p["public"],
        "no other school of the state has the name; the place is another",
    ),
    Trust(
        67,
        "doubtful",
        lambda p: p["alike"] & p["new_district"] & p["zip"],
        "the names are alike in one ZIP code, and it has become a district of its own",
    ),
    Trust(
        69,
        "likely",
        lambda p: p["name"] & p["city"] & p["district"] & p["name_alone"],
        "name, city and district are the same, and no other school of the state has the name",
    ),
    Trust(66, "likely", lambda p: p["name"] & p["address"], "name and address are the same"),
    Trust(
        65,
        "doubtful",
        lambda p: p["alike"] & p["new_district"] & p["city"],
        "the names are alike in one city, and it has become a district of its own",
    ),
    Trust(
        SUCCEEDED,
        "doubtful",
        lambda p: p["alike"] & _at_place(p),
        "a school with a name like it stands at its address",
    ),
    Trust(
        55,
        "doubtful",
        lambda p: p["number"] & ~p["far"],
        "the school kept its number within the state; its name and address are others",
    ),
    Trust(
        50,
        "doubtful",
        lambda p: _by_name(p) & p["district"],
        "name and district are the same, but the place is another",
    ),
    Trust(
        40,
        "doubtful",
        lambda p: _only_one(p),
        "no other school of the state has the name, but the place is another",
    ),
    Trust(
        30,
        "doubtful",
        lambda p: p["state_id"],
        "the state's id is the same, but name and place are others: the id may be given out anew",
    ),
)
"""A pair is judged by the most trusted rule whose signs it has."""


def judge_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """`trust`, higher is better and 0 is no pair; `confidence` and `reason` in words; `kind`. pairs: with `signs_of`."""
    out = pairs.assign(
        trust=0,
        confidence=pd.Series(None, index=pairs.index, dtype="str"),
        reason=pd.Series(None, index=pairs.index, dtype="str"),
    )
    for rule in sorted(RULES, key=lambda rule: rule.trust):
        where = rule.holds(pairs)
        out.loc[where, "trust"] = rule.trust
        out.loc[where, "confidence"] = rule.confidence
        out.loc[where, "reason"] = rule.reason
    return out.assign(kind=np.where(out["trust"] == SUCCEEDED, "succeeded", "renumbered"))
