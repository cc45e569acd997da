"""What became of every school between the lists of two years: table `school_history`, one event a row, with a reason.

Tells kinds of events apart; does not choose which lists are compared, and follows nothing (see `successors`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipelines.linked.likeness import likeness
from pipelines.linked.names import school_name_key
from pipelines.linked.school_keys import (
    kilometers,
    level_words,
    levels_contradict,
    name_keys,
    place_keys,
    street_keys,
    telling_words,
)
from pipelines.linked.school_lists import PRIVATE, list_group
from pipelines.linked.school_pairs import campus_pairs, names_alone, pair_schools
from pipelines.shared.findings import conform
from pipelines.shared.text import is_among
from schemas.directory_values import OPERATING
from schemas.thresholds import threshold

EVENT = ("event_kind", "other_nces_school_ids", "what_was", "what_is_now", "reason", "confidence")
IDENTIFIES = ("event_kind", "nces_school_id", "other_nces_school_ids", "school_year_before", "school_year_after")
WORKING_NAME = r"^\d{2,3}\s?-\s?\w|\b[A-Z]{3}$|\b\d+-[A-Z]{2,3}\b"
MOSTLY = 0.5
NAME_CHANGED_WHOLLY = "the name has changed wholly; the NCES id is the same"
NO_EVENTS = pd.DataFrame({name: pd.Series(dtype="str") for name in ("nces_school_id", "state", "school_name", *EVENT)})
CERTAIN, LIKELY, DOUBTFUL = "certain", "likely", "doubtful"


def compare_lists(
    was: pd.DataFrame, now: pd.DataFrame, years: tuple[str, str], seen: pd.Index | None = None
) -> pd.DataFrame:
    """Events between the lists of two years of the same groups of schools; table `school_history`.

    was, now: rows of `lists_by_year`. years: their school years, the earlier first. seen: ids of still earlier lists.
    """
    was, now = (frame.sort_values("nces_school_id", kind="stable").reset_index(drop=True) for frame in (was, now))
    at = pd.Index(was["nces_school_id"].to_numpy(object)).get_indexer(now["nces_school_id"].to_numpy(object))
    stays = at >= 0
    both_now = now[stays].reset_index(drop=True)
    both_was = was.iloc[at[stays]].reset_index(drop=True)
    left = np.ones(len(was), dtype=bool)
    left[at[stays]] = False
    gone = was.assign(name_alone=names_alone(was))[left].reset_index(drop=True)
    come = now.assign(name_alone=names_alone(now))[~stays].reset_index(drop=True)
    pairs = pair_schools(gone, come)
    moved_on = _pair_events(pairs, gone, come)
    rest_gone = gone[~gone.index.isin(pairs["gone"])].reset_index(drop=True)
    rest_come = come[~come.index.isin(pairs["come"])].reset_index(drop=True)
    merged = _merged(rest_gone, now, both_was, both_now)
    split = _split(rest_come, was, both_now)
    parts = [
        _same_id_events(both_was, both_now),
        moved_on,
        merged,
        split,
        _left(rest_gone[~is_among(rest_gone["nces_school_id"], merged["nces_school_id"])], years),
        _arrived(rest_come, years, seen),
    ]
    return finish_events(parts, years)


def finish_events(parts: Sequence[pd.DataFrame], years: tuple[str | None, str]) -> pd.DataFrame:
    """The declared table from events with their school; its order and its event ids depend on nothing but them."""
    events = _under_each_other(parts)
    if events.empty:
        return conform(pd.DataFrame(), "school_history")
    before = events["place_year"] if "place_year" in events else pd.Series(None, index=events.index, dtype="str")
    events["school_year_before"] = before.fillna(years[0]) if years[0] else None
    events["school_year_after"] = years[1]
    if "other_nces_school_ids" not in events:
        events["other_nces_school_ids"] = None
    events["needs_review"] = events["confidence"] == DOUBTFUL
    texts = events[list(IDENTIFIES)].astype("str").fillna("").to_numpy(dtype=object)
    # A unit separator keeps ("ab", "c") and ("a", "bc") apart.
    events["event_id"] = [hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:16] for row in texts]
    events = events.drop(columns="place_year", errors="ignore")
    return conform(events.sort_values(["nces_school_id", "event_kind", "event_id"], kind="stable"), "school_history")


def school_events(schools: pd.DataFrame, **values: object) -> pd.DataFrame:
    """Events of those schools: their id, state and name, and the values given (one for all, or one for each)."""
    if schools.empty:
        return NO_EVENTS
    out = schools[["nces_school_id", "state", "school_name"]].reset_index(drop=True)
    for name, value in values.items():
        out[name] = value.to_numpy(object) if isinstance(value, pd.Series) else value
    return out.astype(dict.fromkeys([name for name in values if name in EVENT], "str"))


def _under_each_other(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    kept = [part for part in parts if not part.empty]
    return pd.concat(kept, ignore_index=True) if kept else NO_EVENTS


def shown_place(schools: pd.DataFrame) -> pd.Series:
    """Street and city as one text; what is not known is left out."""
    street, city = schools["street"].fillna(""), schools["city"].fillna("")
    joined = street.where(city == "", street + ", " + city).where(street != "", city)
    return joined.where(joined != "", "place not known")


def _same_id_events(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    if was.empty:
        return NO_EVENTS
    text_changed = (was["school_name"] != now["school_name"]) & was["school_name"].notna() & now["school_name"].notna()
    # Of nearly all schools the text is the same as it was; only the others are put into comparable form.
    old, new = was[text_changed], now[text_changed]
    differs = name_keys(old["school_name"]) != name_keys(new["school_name"])
    named = _name_and_id_events(was, old[differs].reset_index(drop=True), new[differs].reset_index(drop=True))
    recycled = set(named.loc[named["event_kind"] == "recycled_id", "nces_school_id"])
    return _under_each_other([named, _state_id_events(was, now), _moves(was, now, recycled), _status_events(was, now)])


def _name_and_id_events(was: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Of schools with another name than before: renamed, written differently, or another school under the id."""
    if old.empty:
        return NO_EVENTS
    alike = likeness(old["school_name"], new["school_name"]).fillna(1).to_numpy()
    words = zip(school_name_key(old["school_name"]), school_name_key(new["school_name"]), strict=True)
    shared = np.array([_shares_words(one, other) for one, other in words], dtype=bool)
    distance = kilometers(old, new)
    elsewhere = (place_keys(old["city"]) != place_keys(new["city"])) & old["city"].notna() & new["city"].notna()
    elsewhere &= (old["zip"] != new["zip"]) | old["zip"].isna() | new["zip"].isna()
    elsewhere &= ~(distance < threshold("x05_near_kilometers"))
    elsewhere |= distance > threshold("x02_kilometers")
    unlike = (alike < threshold("s05_likeness")) & ~shared
    other_id = (old["state_school_id"] != new["state_school_id"]) & old["state_school_id"].notna()
    other_id &= new["state_school_id"].notna()
    # A school that is still planned is listed under a working name ("113-H-W-4"), mostly at the district's office.
    planned = old["status"].eq("future") | old["school_name"].str.contains(WORKING_NAME, regex=True)
    planned |= old["grade_low"].isna() & bool(was["grade_low"].notna().mean() > MOSTLY)
    recycled = unlike & (elsewhere | other_id) & ~planned
    respelled = ~unlike & (alike >= threshold("x05_respelled")) & _same_telling(old, new)
    reason = "name and place are those of another school, under the NCES id of the first: it may be given out anew"
    parts = [
        school_events(
            new[recycled],
            event_kind="recycled_id",
            what_was=(old["school_name"] + ", " + shown_place(old))[recycled],
            what_is_now=(new["school_name"] + ", " + shown_place(new))[recycled],
            reason=reason,
            confidence=DOUBTFUL,
        ),
        _name_events(
            old, new, ~recycled & respelled, "respelled", "the name is written differently, in the same words"
        ),
        _name_events(old, new, ~recycled & ~respelled & ~unlike & shared, "renamed", "the name has changed in part"),
        _name_events(old, new, ~recycled & ~respelled & ~(unlike & planned) & ~shared, "renamed", NAME_CHANGED_WHOLLY),
        _name_events(old, new, unlike & planned, "renamed", "it was planned under a working name, and has opened"),
    ]
    return _under_each_other(parts)


def _shares_words(one: str, other: str) -> bool:
    return bool(telling_words(one) & telling_words(other))


def _same_telling(old: pd.DataFrame, new: pd.DataFrame) -> np.ndarray:
    """The same letters in any order of the words, or the same telling words and levels that do not contradict."""
    pairs = zip(school_name_key(old["school_name"]), school_name_key(new["school_name"]), strict=True)
    return np.array(
        [
            sorted(one.replace(" ", "")) == sorted(other.replace(" ", ""))
            or (
                telling_words(one) == telling_words(other)
                and bool(telling_words(one))
                and level_words(one) == level_words(other)
            )
            for one, other in pairs
        ],
        dtype=bool,
    )


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
    one_house |= (next(streets) == next(streets)) & (apart <= threshold("x05_next_door"))
    moved &= ~(one_house & ((old["zip"] == new["zip"]) | old["zip"].isna() | new["zip"].isna()))
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
    return _under_each_other(parts)


def _status(was: pd.DataFrame, now: pd.DataFrame, where: pd.Series, kind: str) -> pd.DataFrame:
    return school_events(
        now[where],
        event_kind=kind,
        what_was=was.loc[where, "status"],
        what_is_now=now.loc[where, "status"],
        reason="the directory says so",
        confidence=CERTAIN,
    )


def _pair_events(pairs: pd.DataFrame, gone: pd.DataFrame, come: pd.DataFrame) -> pd.DataFrame:
    if pairs.empty:
        return NO_EVENTS
    old = gone.iloc[pairs["gone"]].reset_index(drop=True)
    new = come.iloc[pairs["come"]].reset_index(drop=True)
    kind = pairs["kind"].astype("str")
    # Several schools at one place that are one now have merged; one that is several now was split.
    shared = pairs["confidence"] == DOUBTFUL
    kind = kind.mask(shared & pairs.duplicated("come", keep=False), "merged")
    kind = kind.mask(shared & pairs.duplicated("gone", keep=False), "split")
    return school_events(
        old,
        event_kind=kind,
        other_nces_school_ids=new["nces_school_id"],
        what_was=old["nces_school_id"] + " " + old["school_name"],
        what_is_now=new["nces_school_id"] + " " + new["school_name"],
        reason=pairs["reason"],
        confidence=pairs["confidence"],
    )


def _merged(gone: pd.DataFrame, now: pd.DataFrame, both_was: pd.DataFrame, both_now: pd.DataFrame) -> pd.DataFrame:
    """Schools that are gone, and a school of their name at their address that takes their place beside its own."""
    pairs = campus_pairs(gone, now)
    pairs = pairs[~pairs.duplicated("was", keep=False)]
    if pairs.empty:
        return NO_EVENTS
    old, new = gone.iloc[pairs["was"]].reset_index(drop=True), now.iloc[pairs["now"]].reset_index(drop=True)
    names = pd.Series(both_was["school_name"].to_numpy(object), index=both_now["nces_school_id"].to_numpy(object))
    before = new["nces_school_id"].map(names).astype("str")
    renamed = (name_keys(before) != name_keys(new["school_name"])) | before.isna()
    keys = zip(school_name_key(old["school_name"]), school_name_key(new["school_name"]), strict=True)
    levels = np.array([not levels_contradict(one, other) for one, other in keys], dtype=bool)
    one_name = (name_keys(old["school_name"]) == name_keys(new["school_name"])).to_numpy()
    widened = renamed & levels & ~one_name
    return school_events(
        old,
        event_kind="merged",
        other_nces_school_ids=new["nces_school_id"],
        what_was=old["school_name"],
        what_is_now=new["nces_school_id"] + " " + new["school_name"],
        reason=pd.Series(
            np.select(
                [one_name, widened],
                [
                    "it is gone, and another school of the same name stands at its address",
                    "it is gone, and the school of its name at its address has a new name that covers both",
                ],
                "it is gone, and a school of its name stands at its address",
            )
        ),
        confidence=pd.Series(np.where(widened | one_name, LIKELY, DOUBTFUL)),
    )


def _split(come: pd.DataFrame, was: pd.DataFrame, both_now: pd.DataFrame) -> pd.DataFrame:
    """Schools that are new, and a school of their name at their address that goes on: they may have been its part."""
    staying = was[is_among(was["nces_school_id"], both_now["nces_school_id"])].reset_index(drop=True)
    pairs = campus_pairs(staying, come)
    pairs = pairs[~pairs.duplicated("now", keep=False)]
    if pairs.empty:
        return NO_EVENTS
    old, new = staying.iloc[pairs["was"]].reset_index(drop=True), come.iloc[pairs["now"]].reset_index(drop=True)
    one_name = (name_keys(old["school_name"]) == name_keys(new["school_name"])).to_numpy()
    return school_events(
        old,
        event_kind=pd.Series(np.where(one_name, "reported_twice", "split")),
        other_nces_school_ids=new["nces_school_id"],
        what_was=old["school_name"],
        what_is_now=new["nces_school_id"] + " " + new["school_name"],
        reason=pd.Series(
            np.where(
                one_name,
                "a new id has its name and address, and it goes on: it may stand in the list twice",
                "a new school of its name stands at its address, and it goes on",
            )
        ),
        confidence=DOUBTFUL,
    )


def _left(gone: pd.DataFrame, years: tuple[str, str]) -> pd.DataFrame:
    private = (list_group(gone["nces_school_id"]) == PRIVATE).to_numpy()
    ran = ~gone["status"].isin(["closed", "inactive", "future"])
    public = gone[~private & ran]
    return _under_each_other(
        [
            school_events(
                public,
                event_kind="closed",
                what_was=public["school_name"],
                reason=f"no list from {years[1]} on has it, nor a school of its name at its place",
                confidence=LIKELY,
            ),
            school_events(
                gone[private],
                event_kind="not_listed",
                what_was=gone.loc[private, "school_name"],
                reason=f"the private school survey of {years[1]} does not have it: it closed, or did not answer",
                confidence=LIKELY,
            ),
        ]
    )


def _arrived(come: pd.DataFrame, years: tuple[str, str], seen: pd.Index | None) -> pd.DataFrame:
    private = list_group(come["nces_school_id"]) == PRIVATE
    runs = ~come["status"].isin(["closed", "inactive", "future"])
    known = pd.Series([], dtype="str") if seen is None else pd.Series(seen.to_numpy(object), dtype="str")
    back = is_among(come["nces_school_id"], known)
    kinds = (
        (~private & runs & ~back, "opened", f"first listed in {years[1]}"),
        (~private & runs & back, "reopened", f"listed again in {years[1]}, after lists without it"),
        (private & ~back, "opened", f"first in the private school survey of {years[1]}; it may have been there before"),
        (private & back, "listed_again", f"again in the private school survey of {years[1]}"),
    )
    return _under_each_other(
        [
            school_events(
                come[where], event_kind=kind, what_is_now=come.loc[where, "school_name"], reason=why, confidence=LIKELY
            )
            for where, kind, why in kinds
        ]
    )
