"""The lives of all schools: every two lists that follow each other compared, and what one list shows by itself.

Chooses which lists may be compared; what happened between two of them is told by `school_events`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipelines.linked.event_rows import (
    CERTAIN,
    DOUBTFUL,
    LIKELY,
    NO_EVENTS,
    finish_events,
    school_events,
    shown_place,
)
from pipelines.linked.school_events import compare_lists
from pipelines.linked.school_keys import name_keys
from pipelines.linked.school_lists import PRIVATE, list_group
from pipelines.shared.findings import conform
from schemas.thresholds import threshold

BUREAU = "59"
"""First digits of the NCES ids of the Bureau of Indian Education, whose schools many states list as well."""
MOST_NAMED = 8
"""Other schools of a campus that an event names."""


def lives_of_schools(lists: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Table `school_history` from the lists of `lists_by_year`; the same whatever the order of their rows.

    Each state's lists (and those of the private school survey) are compared in the order of their years, a list with
    the next one that has the state. A list with far fewer schools than its neighbor is an excerpt and is left out.
    """
    lists = {
        year: schools.sort_values("nces_school_id", kind="stable").reset_index(drop=True)
        for year, schools in sorted(lists.items())
    }
    groups = {year: list_group(schools["nces_school_id"]) for year, schools in lists.items()}
    chains = _years_of_groups(groups)
    pairs: dict[tuple[str, str], set[str]] = {}
    for group, years in chains.items():
        for pair in itertools.pairwise(years):
            pairs.setdefault(pair, set()).add(group)
    events = []
    seen: pd.Index = pd.Index([])
    for year in lists:
        for (before, after), chosen in sorted(pairs.items()):
            if after != year:
                continue
            was, now = (lists[y][groups[y].isin(chosen)] for y in (before, after))
            events.append(compare_lists(was, now, (before, after), seen))
        seen = seen.union(pd.Index(lists[year]["nces_school_id"].to_numpy(object)))
    events += _within_lists(lists, groups, chains)
    kept = [part for part in events if not part.empty]
    if not kept:
        return conform(pd.DataFrame(), "school_history")
    every = pd.concat(kept, ignore_index=True).drop_duplicates("event_id")
    order = ["nces_school_id", "school_year_after", "event_kind", "event_id"]
    return conform(every.sort_values(order, kind="stable"), "school_history")


def _years_of_groups(groups: Mapping[str, pd.Series]) -> dict[str, list[str]]:
    """State or `private` -> the years whose lists have it whole, in order."""
    sizes = {year: group.value_counts() for year, group in groups.items()}
    chains: dict[str, list[str]] = {}
    for name in sorted({name for size in sizes.values() for name in size.index}):
        most = max(int(size.get(name, 0)) for size in sizes.values())
        share = threshold("x05_list_share")
        chains[name] = [
            year for year, size in sizes.items() if size.get(name, 0) >= share * most and name in size.index
        ]
    return chains


def _within_lists(
    lists: Mapping[str, pd.DataFrame], groups: Mapping[str, pd.Series], chains: Mapping[str, list[str]]
) -> list[pd.DataFrame]:
    """Campuses of several schools and schools listed twice, each told in the first list that shows it."""
    known: set[tuple[str, str]] = set()
    out = []
    for year, schools in lists.items():
        whole = groups[year].map(lambda name, year=year: year in chains[name]).to_numpy(dtype=bool)
        schools = schools[whole & ~schools["status"].isin(["closed", "inactive", "future"]).to_numpy()]
        if "place_year" in schools:
            schools = schools.assign(place_year=None)
        for found in (_listed_twice(schools), _campuses(schools)):
            told = list(zip(found["nces_school_id"], found["other_nces_school_ids"], strict=True))
            fresh = found[[pair not in known for pair in told]]
            known.update(told)
            if not fresh.empty:
                out.append(finish_events([fresh], (None, year)))
    return out


def _campuses(schools: pd.DataFrame) -> pd.DataFrame:
    """Public schools that have one address with others, all but for the same name."""
    public = schools[(list_group(schools["nces_school_id"]) != PRIVATE).to_numpy() & schools["street"].notna()]
    key = public["state"] + " " + public["street"].str.lower() + " " + public["zip"].fillna(public["city"].str.lower())
    shared = public[key.notna() & key.duplicated(keep=False) & ~public["street"].str.contains("(?i)box", na=True)]
    if shared.empty:
        return NO_EVENTS
    members: dict[str, list[tuple[str, str]]] = {}
    keys = key[shared.index].tolist()
    rows = list(zip(shared["nces_school_id"], shared["school_name"], strict=True))
    for mark, row in zip(keys, rows, strict=True):
        members.setdefault(mark, []).append(row)
    others = [[row for row in members[mark] if row[0] != own] for mark, (own, _) in zip(keys, rows, strict=True)]
    return school_events(
        shared,
        event_kind="shared_campus",
        other_nces_school_ids=pd.Series(["|".join(one for one, _ in row) for row in others]),
        what_is_now=shown_place(shared),
        reason=pd.Series(
            [
                "at its address stand also "
                + "; ".join(f"{name} ({one})" for one, name in row[:MOST_NAMED])
                + (f" and {len(row) - MOST_NAMED} more" if len(row) > MOST_NAMED else "")
                for row in others
            ]
        ),
        confidence=CERTAIN,
    )


def _listed_twice(schools: pd.DataFrame) -> pd.DataFrame:
    """Schools of the Bureau of Indian Education that a state lists as well: one name in one city or ZIP code."""
    ours = schools["nces_school_id"].str.len() == 12
    bureau = schools[ours & schools["nces_school_id"].str.startswith(BUREAU)]
    if bureau.empty:
        return NO_EVENTS
    near = schools["zip"].isin(bureau["zip"].dropna()) | schools["city"].str.lower().isin(
        bureau["city"].str.lower().dropna()
    )
    states = schools[ours & near & ~schools["nces_school_id"].str.startswith(BUREAU)]
    left, right = (
        frame.assign(key=name_keys(frame["school_name"]), town=frame["city"].str.lower()) for frame in (bureau, states)
    )
    both = left.merge(right, on="key", suffixes=("", "_other"))
    same_zip = (both["zip"] == both["zip_other"]).fillna(False)
    in_town = same_zip | (both["town"] == both["town_other"]).fillna(False)
    both = both.assign(sure=np.where(same_zip, LIKELY, DOUBTFUL))[in_town.to_numpy(dtype=bool)].reset_index(drop=True)
    return school_events(
        both,
        event_kind="reported_twice",
        other_nces_school_ids=both["nces_school_id_other"],
        what_was=both["nces_school_id"] + " " + both["school_name"],
        what_is_now=both["nces_school_id_other"] + " " + both["school_name_other"],
        reason="the Bureau of Indian Education and the state both list it, under one name in one place",
        confidence=both["sure"],
    )
