"""What became of schools that both lists have under one NCES id: name, state id, place, status, or another school.

Looks at no other id; schools that only one of the lists has are for `other_id_events` and `listing_events`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from pipelines.linked.event_rows import (
    CERTAIN,
    DOUBTFUL,
    LIKELY,
    NO_EVENTS,
    school_events,
    shown_place,
    under_each_other,
)
from pipelines.linked.likeness import likeness
from pipelines.linked.names import school_name_key
from pipelines.linked.school_keys import (
    kilometers,
    levels_contradict,
    marks_differ,
    name_keys,
    place_keys,
    same_words,
    share_a_word,
    street_keys,
    telling_words,
)
from pipelines.linked.school_lists import has_working_name
from schemas.directory_values import OPERATING
from schemas.thresholds import threshold

NEARLY = 92
"""Of 100: names that share so many letters, in order, are one name: "Puget Sounds", "Mt" and "Mount"."""
MOSTLY = 0.5


def same_id_events(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Events of schools that stand in both lists. was, now: their rows of `lists_by_year`, in the same order."""
    if was.empty:
        return NO_EVENTS
    text_changed = (was["school_name"] != now["school_name"]) & was["school_name"].notna() & now["school_name"].notna()
    # Of nearly all schools the text is the same as it was; only the others are put into comparable form.
    old, new = was[text_changed], now[text_changed]
    differs = name_keys(old["school_name"]) != name_keys(new["school_name"])
    named = _name_and_id_events(was, old[differs].reset_index(drop=True), new[differs].reset_index(drop=True))
    recycled = set(named.loc[named["event_kind"] == "recycled_id", "nces_school_id"])
    return under_each_other([named, _state_id_events(was, now), _moves(was, now, recycled), _status_events(was, now)])


def _name_and_id_events(was: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Of schools with another name than before: renamed, written differently, or another school under the id."""
    if old.empty:
        return NO_EVENTS
    alike = likeness(old["school_name"], new["school_name"]).fillna(1).to_numpy()
    words = zip(school_name_key(old["school_name"]), school_name_key(new["school_name"]), strict=True)
    shared = np.array([share_a_word(one, other) for one, other in words], dtype=bool)
    distance = kilometers(old, new)
    elsewhere = (place_keys(old["city"]) != place_keys(new["city"])) & old["city"].notna() & new["city"].notna()
    elsewhere &= (old["zip"] != new["zip"]) | old["zip"].isna() | new["zip"].isna()
    elsewhere &= ~(distance < threshold("x05_near_kilometers"))
    elsewhere |= distance > threshold("x02_kilometers")
    unlike = (alike < threshold("s05_likeness")) & ~shared
    other_id = (old["state_school_id"] != new["state_school_id"]) & old["state_school_id"].notna()
    other_id &= new["state_school_id"].notna()
    # A school that is still planned is listed under a working name ("113-H-W-4"), mostly at the district's office.
    planned = old["status"].eq("future") | has_working_name(old)
    planned |= old["grade_low"].isna() & bool(was["grade_low"].notna().mean() > MOSTLY)
    # Two ids that agree are the school, whatever else has changed.
    kept_id = (old["state_school_id"] == new["state_school_id"]) & new["state_id_is_own"]
    kept_id = kept_id.fillna(False).astype(bool)
    recycled = unlike & (elsewhere | other_id) & ~planned & ~kept_id
    respelled = ~unlike & (alike >= threshold("x05_respelled")) & _same_telling(old, new)
    wholly = ~recycled & ~respelled & ~(unlike & planned) & ~shared
    parts = [
        school_events(
            new[recycled],
            event_kind="recycled_id",
            what_was=(old["school_name"] + ", " + shown_place(old))[recycled],
            what_is_now=(new["school_name"] + ", " + shown_place(new))[recycled],
            reason="name and place are others, so the id may have been given out anew",
            confidence=DOUBTFUL,
        ),
        _name_events(old, new, ~recycled & respelled, "respelled", "it is the same name"),
        _name_events(old, new, ~recycled & ~respelled & ~unlike & shared, "renamed", "the name has changed in part"),
        _name_events(old, new, wholly & ~kept_id, "renamed", "the name has changed wholly; the NCES id is the same"),
        _name_events(
            old, new, wholly & kept_id, "renamed", "the name has changed wholly; NCES and state id are the same"
        ),
        _name_events(old, new, unlike & planned, "renamed", "it was planned under a working name, and has opened"),
    ]
    return under_each_other(parts)


def _same_telling(old: pd.DataFrame, new: pd.DataFrame) -> np.ndarray:
    """Nearly the same letters, or in another order of the words; or the same telling words and levels."""
    pairs = zip(school_name_key(old["school_name"]), school_name_key(new["school_name"]), strict=True)
    return np.array(
        [
            sorted(one.replace(" ", "")) == sorted(other.replace(" ", ""))
            or (fuzz.ratio(one, other) >= NEARLY and not marks_differ(one, other) and not levels_contradict(one, other))
            or same_words(one, other)
            or _level_left_out(one, other)
            for one, other in pairs
        ],
        dtype=bool,
    )


def _level_left_out(one: str, other: str) -> bool:
    """One list writes "Stadium", the other "Stadium High School"; "Stadium School" would be a name of its own."""
    if telling_words(one) != telling_words(other) or not telling_words(one):
        return False
    return any(set(name.split(" ")) == telling_words(name) for name in (one, other))


def _name_events(old: pd.DataFrame, new: pd.DataFrame, where: np.ndarray, kind: str, reason: str) -> pd.DataFrame:
    return school_events(
        new[where],
        event_kind=kind,
        what_was=old["school_name"][where],
        what_is_now=new["school_name"][where],
        reason=reason,
        confidence=CERTAIN,
    )


def _state_id_events(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    old, new = was["state_school_id"], now["state_school_id"]
    changed = (old != new) & old.notna() & new.notna()
    return school_events(
        now[changed],
        event_kind="state_renumbered",
        what_was=old[changed],
        what_is_now=new[changed],
        reason="the NCES id is the same, and the state has given the school another id",
        confidence=CERTAIN,
    )


def _moves(was: pd.DataFrame, now: pd.DataFrame, recycled: set[str]) -> pd.DataFrame:
    known = was["street"].notna() & now["street"].notna() & (was["street"] != now["street"])
    known &= ~now["nces_school_id"].isin(sorted(recycled))
    old, new = was[known].reset_index(drop=True), now[known].reset_index(drop=True)
    left, right = street_keys(old["street"]), street_keys(new["street"])
    distance = kilometers(old, new)
    moved = (left != right) & left.notna() & right.notna() & ~(distance < threshold("x05_near_kilometers"))
    # One house number in one ZIP code, one street without its number, or the house next door (3342 and 3341 Addy Road) is
    # one address written in two ways.
    number, other = (keys.str.extract(r"^(\d+)", expand=False) for keys in (left, right))
    one_house = (number == other) | number.isna() | other.isna()
    apart = (pd.to_numeric(number) - pd.to_numeric(other)).abs()
    streets = (keys.str.extract(r"^\d+\s(?:[nsew] )?(\S+)", expand=False) for keys in (left, right))
    one_street = next(streets) == next(streets)
    one_house |= one_street & (apart <= threshold("x05_next_door"))
    one_zip = (old["zip"] == new["zip"]) | old["zip"].isna() | new["zip"].isna()
    moved &= ~(one_house & one_zip) & ~(
        (number == other) & one_street & (place_keys(old["city"]) == place_keys(new["city"]))
    )
    far = distance > threshold("x02_kilometers")
    old, new, far = old[moved], new[moved], far[moved.to_numpy()]
    how_far = pd.Series(distance[moved.to_numpy()], index=new.index).round(1)
    said = "the address has changed" + (", " + how_far.astype("str") + " km away").where(how_far.notna(), "")
    return school_events(
        new,
        event_kind="moved",
        what_was=shown_place(old),
        what_is_now=shown_place(new),
        reason=said,
        confidence=pd.Series(np.where(far, DOUBTFUL, LIKELY), index=new.index),
        place_year=old["place_year"],
    )


def _status_events(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    ran, runs = was["status"].isin(OPERATING), now["status"].isin(OPERATING)
    known = was["status"].notna() & now["status"].notna()
    # A list without a status names schools that run, as far as is known.
    closes = (ran | was["status"].isna()) & now["status"].isin(["closed", "inactive"])
    opens = known & (was["status"] == "future") & runs
    again = known & was["status"].isin(["closed", "inactive"]) & runs
    again |= (now["status"] == "reopened") & (was["status"] != "reopened")
    parts = [
        _status(was, now, closes, "closed"),
        _status(was, now, opens, "opened"),
        _status(was, now, again & ~opens, "reopened"),
    ]
    return under_each_other(parts)


def _status(was: pd.DataFrame, now: pd.DataFrame, where: pd.Series, kind: str) -> pd.DataFrame:
    return school_events(
        now[where],
        event_kind=kind,
        what_was=was.loc[where, "status"],
        what_is_now=now.loc[where, "status"],
        reason="the directory says so",
        confidence=CERTAIN,
    )
