"""Schools that may stand twice in the directory of one year: table `duplicate_schools`, with the id that should stay.

Suggests only: both ids stay schools of their own until a person decides (domain.md 9). The questions about the pairs are
put by `duplicate_cases`.
"""

from __future__ import annotations

import pandas as pd

from pipelines.linked.names import place_key, school_name_key
from pipelines.linked.school_keys import one_campus_name
from pipelines.linked.school_life import BUREAU
from pipelines.linked.successors import StandIns
from pipelines.shared.findings import conform
from pipelines.shared.text import match_key

FACTS = (
    "nces_school_id",
    "state",
    "state_school_id",
    "school_name",
    "district_name",
    "street",
    "zip",
    "status",
    "is_operating",
    "grade_low",
    "grade_high",
    "directory_sources",
)
"""Columns of `nces_schools` that are read."""
GRADE_ORDER = {grade: n for n, grade in enumerate(("PK", "KG", *(f"{n:02d}" for n in range(1, 14))))}


def pair_duplicates(
    directory: pd.DataFrame, stand: StandIns, school_year: str, history: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Table `duplicate_schools` of a school year. directory: columns FACTS of `nces_schools`.

    Pairs: the numbers of one school in lists of two years; one state id on two NCES ids; one name and address; and, from
    table `school_history`, a school that a state and the Bureau of Indian Education both list, and schools on one campus that
    bear one name but for the level. The survivor is the one listed last, then the one that operates, then the one that
    has the state id (domain.md 9).
    """
    schools = directory.sort_values("nces_school_id", kind="stable").reset_index(drop=True)
    groups = [_two_years(schools, stand), _one_state_id(schools), _one_address(schools)]
    found = [_pairs(members, kind) for members, kind in groups]
    if history is not None:
        found += [_two_bureaus(schools, history), _one_campus(schools, history)]
    pairs = pd.concat(found, ignore_index=True).drop_duplicates(["one", "other"]).reset_index(drop=True)
    if pairs.empty:
        return conform(pd.DataFrame(), "duplicate_schools")
    one, other = (schools.iloc[pairs[side]].reset_index(drop=True) for side in ("one", "other"))
    kind = pairs["kind"].mask(_grades_apart(one, other) & (pairs["kind"] == "same_state_id"), "combined_campus")
    out = pd.DataFrame(
        {
            "nces_school_id": one["nces_school_id"],
            "twin_nces_school_id": other["nces_school_id"],
            "school_year": school_year,
            "state": one["state"],
            "school_name": one["school_name"],
            "twin_kind": kind,
        }
    )
    survivor, reason = _survivor(one, other, kind, stand)
    out["survivor_nces_school_id"], out["reason"] = survivor, reason
    return conform(out.sort_values(["nces_school_id", "twin_nces_school_id"], kind="stable"), "duplicate_schools")


def _pairs(members: pd.Series, kind: str) -> pd.DataFrame:
    """Pairs of positions of the schools that have one mark; each school of a group with its first one."""
    known = members.dropna()
    known = known[known.duplicated(keep=False)]
    first = pd.Series(known.index, index=known.index).groupby(known.to_numpy()).transform("first")
    rows = pd.DataFrame({"one": first, "other": known.index})
    return rows[rows["one"] != rows["other"]].assign(kind=kind)


def _two_years(schools: pd.DataFrame, stand: StandIns) -> tuple[pd.Series, str]:
    later = schools["nces_school_id"].map(stand.ids).astype("str")
    concerned = later.notna() | schools["nces_school_id"].isin(later.dropna())
    return later.fillna(schools["nces_school_id"]).where(concerned), "same_school_two_years"


def _one_state_id(schools: pd.DataFrame) -> tuple[pd.Series, str]:
    return schools["state_school_id"], "same_state_id"


def _one_address(schools: pd.DataFrame) -> tuple[pd.Series, str]:
    near = schools[
        schools["is_operating"].fillna(True).astype(bool) & schools["street"].notna() & schools["zip"].notna()
    ]
    near = near[near.duplicated(["state", "zip"], keep=False)]
    # Names are put into comparable form first: few are the same in one ZIP code, and streets are dearer.
    key = near["state"] + near["zip"] + " " + place_key(near["school_name"])
    near, key = near[key.duplicated(keep=False) & key.notna()], key[key.duplicated(keep=False) & key.notna()]
    return (key + " " + match_key(near["street"])).reindex(schools.index), "same_name_and_address"


def _told_pairs(schools: pd.DataFrame, history: pd.DataFrame, event: str) -> pd.DataFrame:
    """Positions of the pairs of schools that operate, as far as is known, of which the history tells such an event."""
    told = history.loc[history["event_kind"] == event, ["nces_school_id", "other_nces_school_ids"]]
    told = told.assign(other=told["other_nces_school_ids"].str.split("|")).explode("other")
    ids = pd.Index(schools["nces_school_id"])
    ends = pd.DataFrame({"a": ids.get_indexer(told["nces_school_id"]), "b": ids.get_indexer(told["other"])})
    runs = schools["is_operating"].fillna(True).to_numpy(dtype=bool)
    ends = ends[(ends >= 0).all(axis=1)]
    ends = ends[runs[ends["a"]] & runs[ends["b"]]]
    pairs = pd.DataFrame({"one": ends.min(axis=1), "other": ends.max(axis=1)})
    return pairs.drop_duplicates().sort_values(["one", "other"])


def _two_bureaus(schools: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    pairs = _told_pairs(schools, history, "reported_twice")
    bureau = schools["nces_school_id"].str.startswith(BUREAU).to_numpy(dtype=bool)
    return pairs[bureau[pairs["one"]] != bureau[pairs["other"]]].assign(kind="bureau_and_state")


def _one_campus(schools: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Schools that still have one address, one name but for the level, and grades that overlap as far as is known."""
    pairs = _told_pairs(schools, history, "shared_campus")
    one, other = (schools.iloc[pairs[side]].reset_index(drop=True) for side in ("one", "other"))
    here = (one["street"].str.lower() == other["street"].str.lower()) & (one["zip"] == other["zip"])
    here &= ~_grades_apart(one, other)
    pairs, one, other = pairs[here.to_numpy(dtype=bool)], one[here.fillna(False)], other[here.fillna(False)]
    names = zip(
        school_name_key(one["school_name"]).fillna(""),
        school_name_key(other["school_name"]).fillna(""),
        one["district_name"].fillna(""),
        strict=True,
    )
    named = [one_campus_name(*row) for row in names]
    return pairs[pd.Series(named, index=pairs.index, dtype=bool)].assign(kind="one_campus")


def _survivor(one: pd.DataFrame, other: pd.DataFrame, kind: pd.Series, stand: StandIns) -> tuple[pd.Series, pd.Series]:
    survivor = pd.Series(None, index=one.index, dtype="str")
    reason = pd.Series(None, index=one.index, dtype="str")

    def settle(where: pd.Series, first: pd.Series, why: str) -> None:
        open_ = where & reason.isna()
        survivor[open_] = one["nces_school_id"].where(first, other["nces_school_id"])[open_]
        reason[open_] = why

    two_years = kind == "same_school_two_years"
    settle(
        two_years,
        ~one["nces_school_id"].isin(list(stand.ids)),
        "lists of two years number it differently; the later number stays",
    )
    reason[kind == "combined_campus"] = "a combined campus: one state id, and grades that do not overlap; both stay"
    reason[kind == "one_campus"] = "schools of one campus are schools of their own, as a rule; both stay"
    settle(
        kind == "bureau_and_state",
        ~one["nces_school_id"].str.startswith(BUREAU),
        "course files of the state name the school by the state's number",
    )
    last, last_other = last_listed(one), last_listed(other)
    settle(last != last_other, last > last_other, "it is in the later list")
    runs, runs_other = one["is_operating"], other["is_operating"]
    differ = (runs.fillna(False) != runs_other.fillna(False)).astype(bool)
    settle(
        differ & runs.notna() & runs_other.notna(),
        runs.fillna(False).astype(bool),
        "it operates, and the other does not",
    )
    has, has_other = one["state_school_id"].notna(), other["state_school_id"].notna()
    settle(has != has_other, has, "it has the state's id")
    reason = reason.fillna(
        "both are listed alike, and nothing tells which is the school; both stay until a person decides"
    )
    return survivor, reason


def last_listed(schools: pd.DataFrame) -> pd.Series:
    """The latest year of a file that has the school: the text ends of `source year|source year` compared."""
    years = schools["directory_sources"].str.findall(r"\d{4}-\d{2}")
    return years.map(lambda found: max(found, default=""), na_action="ignore").fillna("").astype("str")


def _grades_apart(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    low, high, low_other, high_other = (
        side[name].map(GRADE_ORDER) for side in (one, other) for name in ("grade_low", "grade_high")
    )
    return (high < low_other) | (high_other < low)
