"""Why a match was made, in words a person can check: from the levels of the comparisons.

Writes; decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.linked.match_levels import (
    CLAIM,
    DISTRICT,
    ENTRY,
    FIRST_LISTED,
    GRADE,
    KINDS,
    LEVEL,
    LISTING,
    NAME,
    OFTEN,
    SETS,
    STREET,
    TOWN,
)
from pipelines.linked.match_model import Choice

MOST = 5
"""Candidates shown per record."""

_NAMES = {
    "identical": "same name",
    "same letters": "same name in another spelling",
    "same words": "same name in another order",
    "same but for words that may be left out": "same name but for words often left out",
    "same but for spelling": "name very alike",
    "one within the other, 80 %": "name very alike, one within the other",
    "one within the other, 60 %": "name alike, one within the other",
    "one within the other, 40 %": "name partly alike, one within the other",
    "one within the other, less": "few words of the name shared",
    "alike, 85 %": "name very alike",
    "alike, 70 %": "name alike",
    "alike, 50 %": "name partly alike",
    "alike, 30 %": "name hardly alike",
    "alike, less": "name hardly alike",
    "nothing in common": "other name",
}
_TOWNS = {
    "zip and city": "same city and ZIP",
    "zip": "same ZIP",
    "city, near zip": "same city",
    "city": "same city",
    "near zip": "near by",
    "county": "same county",
    "in the name": "its city is in the name",
    "unknown": "no place to compare",
    "elsewhere": "another place",
}
_STREETS = {"same address": "same address", "same street": "same street", "unknown": "", "other street": "other street"}
_DISTRICTS = {
    "same": "same district",
    "one within the other": "district alike",
    "half": "district partly alike",
    "county of the school": "the district given is its county",
    "name of the school": "the district given is its name",
    "school its own district": "the school is a district of its own",
    "school its own district, in that of the record": "the school is a district of its own in the one given",
    "unknown": "",
    "differ": "another district",
}
_LEVELS = {
    "same": "",
    "same level in another word": "same level in another word",
    "overlap": "levels overlap",
    "record silent": "",
    "school silent": "",
    "both silent": "",
    "contradict": "levels contradict",
}
_GRADES = {
    "same span": "grades agree",
    "within": "grades agree",
    "within a much wider span": "grades within a wider span",
    "mostly": "grades mostly agree",
    "partly": "grades partly agree",
    "unknown": "",
    "apart": "grades contradict",
}
_NUMBERS = {
    "none": "",
    "same": "same number",
    "record only": "a number in the record only",
    "school only": "a number in the school's name only",
    "differ": "numbers differ",
}
_ENTRIES = {"the older id of twins": "the older of two entries", "a later id of twins": "the later of two entries"}
_CLAIMS = {
    "others, as strong": "another record fits it as well",
    "others, hardly stronger": "another record fits it better",
    "others, stronger": "another record fits it better",
    "others, much stronger": "another record fits it much better",
}


@dataclass(frozen=True)
class Told:
    """What reasons are written from, per pair: level codes, levels of OF_FILE, scores and the rarest word in common.

    `other_names`: per pair the name of another year that was compared, empty for the school's own; None without any.
    """

    codes: dict[str, np.ndarray]
    of_file: dict[str, np.ndarray]
    scores: np.ndarray
    rarest: np.ndarray
    vocabulary: np.ndarray
    other_names: np.ndarray | None = None


def write_reasons(told: Told, choice: Choice) -> pd.Series:
    """The reason of each record's first choice and how far the next one is; `no candidate` without one."""
    has = choice.first >= 0
    out = np.full(len(has), "no school of the state shares a telling word, place or address", dtype=object)
    gap = told.scores[choice.first[has]] - told.scores[choice.second[has]]
    lead = np.where(choice.second[has] >= 0, gap, np.inf)
    ends = np.array(
        ["; next best is close", "; next best is near", "; next best is far", "; no other candidate"], object
    )
    out[has] = describe(told, choice.first[has]) + ends[np.digitize(lead, [1.5, 4.0, 1e9])]
    return pd.Series(out, dtype="str")


def describe(told: Told, at: np.ndarray) -> np.ndarray:
    """Words for each pair. Pairs of the same levels are put into words once."""
    keys = ["name", "level words", "grades", "numbers", "district", "place", "entry"]
    kinds = [f"{kind} in {side} only" for kind in KINDS for side in ("record", "school")]
    odd = np.zeros(len(at), dtype=np.int64)
    for bit, kind in enumerate(kinds):
        odd |= told.codes[kind][at].astype(np.int64) << bit
    of_file = {name: levels[at] for name, levels in told.of_file.items()}
    late = of_file["first listed"] == FIRST_LISTED.index("after the schools of the file")
    lacks = np.where(of_file["listing"] % len(OFTEN) == OFTEN.index("rarely"), of_file["listing"] // len(OFTEN), 0)
    parts = [told.codes[key][at].astype(np.int64) for key in keys]
    columns = np.stack([*parts, of_file["claims"] % len(CLAIM), late, lacks, odd], axis=1)
    unique, number = np.unique(columns, axis=0, return_inverse=True)
    names = np.array([_NAMES[NAME[row[0]]] for row in unique], dtype=object)
    rests = np.array([_rest(row, kinds) for row in unique], dtype=object)
    word = told.rarest[at]
    words = np.append(told.vocabulary, "")[word]
    rare = np.where(word >= 0, " (word '" + words + "')", "")
    number = number.ravel()
    said = names[number] + rare + rests[number]
    if told.other_names is None:
        return said
    other = told.other_names[at]
    return np.where(other != "", "in another year's list named '" + other + "': ", "") + said


def _rest(row: np.ndarray, kinds: list[str]) -> str:
    _, level, grades, numbers, district, place, entry, claim, late, lacks, odd = row.tolist()
    parts = [
        _TOWNS[TOWN[place // len(STREET)]],
        _STREETS[STREET[place % len(STREET)]],
        _DISTRICTS[DISTRICT[district]],
        _LEVELS[LEVEL[level]],
        "" if LEVEL[level] == "contradict" else _GRADES[GRADE[grades]],
        _NUMBERS[SETS[numbers]],
        *(f"'{kind.split(' in ')[0]}' {kind.split(' in ')[1]}" for bit, kind in enumerate(kinds) if odd >> bit & 1),
        _ENTRIES.get(ENTRY[entry], ""),
        "listed only after the other schools of this file" if late else "",
        f"listed {LISTING[lacks]}, as hardly any school of this file" if lacks else "",
        _CLAIMS.get(CLAIM[claim], ""),
    ]
    return "".join(f", {part}" for part in parts if part)


def write_candidates(
    told: Told, record: np.ndarray, school: np.ndarray, directory: pd.DataFrame, wanted: np.ndarray
) -> pd.Series:
    """For each wanted record up to MOST candidates in words, best first, joined by bars: id, name, city and reason."""
    kept = np.flatnonzero(wanted[record])
    order = kept[np.lexsort((school[kept], -told.scores[kept], record[kept]))]
    start = np.searchsorted(record[order], np.arange(len(wanted)))
    order = order[np.arange(len(order)) - start[record[order]] < MOST]
    out = pd.Series(None, index=range(len(wanted)), dtype="str")
    if not len(order):
        return out
    listed = directory.reindex(columns=["nces_id", "school_name", "city"]).iloc[school[order]].astype("str")
    city = (", " + listed["city"]).fillna("")
    texts = listed["nces_id"] + " " + listed["school_name"] + city + " (" + describe(told, order) + ")"
    texts = texts.str.replace("|", "/", regex=False).set_axis(range(len(order)))
    joined = texts.groupby(record[order]).agg(" | ".join)
    out.loc[joined.index] = joined
    return out
