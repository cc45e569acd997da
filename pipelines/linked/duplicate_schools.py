"""Schools that stand twice in the directory of one year: table `duplicate_schools`, with the id that should stay.

Suggests only: both ids stay schools of their own until a person decides (domain.md 9).
"""

from __future__ import annotations

import pandas as pd

from pipelines.linked.names import place_key
from pipelines.linked.successors import StandIns
from pipelines.shared.findings import conform
from pipelines.shared.text import match_key

FACTS = (
    "nces_school_id",
    "state",
    "state_school_id",
    "school_name",
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


def pair_duplicates(directory: pd.DataFrame, stand: StandIns, school_year: str) -> pd.DataFrame:
    """Table `duplicate_schools` of a school year. directory: columns FACTS of `nces_schools`.

    Pairs: one state id on two NCES ids; one name and address; the numbers of one school in lists of two years. The
    survivor is the one listed last, then the one that operates, then the one that has the state id (domain.md 9).
    """
    schools = directory.sort_values("nces_school_id", kind="stable").reset_index(drop=True)
    groups = [_two_years(schools, stand), _one_state_id(schools), _one_address(schools)]
    pairs = pd.concat([_pairs(members, kind) for members, kind in groups], ignore_index=True)
    pairs = pairs.drop_duplicates(["one", "other"]).reset_index(drop=True)
    if pairs.empty:
        return conform(pd.DataFrame(), "duplicate_schools")
    one, other = (schools.iloc[pairs[side]].reset_index(drop=True) for side in ("one", "other"))
    out = pd.DataFrame(
        {
            "nces_school_id": one["nces_school_id"],
            "twin_nces_school_id": other["nces_school_id"],
            "school_year": school_year,
            "state": one["state"],
            "school_name": one["school_name"],
            "twin_kind": pairs["kind"],
        }
    )
    survivor, reason = _survivor(one, other, pairs["kind"], stand)
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
    apart = _grades_apart(one, other) & (kind == "same_state_id")
    reason[apart & reason.isna()] = "a combined campus: one state id, and grades that do not overlap; both stay"
    last, last_other = _last_listed(one), _last_listed(other)
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


def _last_listed(schools: pd.DataFrame) -> pd.Series:
    """The latest year of a file that has the school: the text ends of `source year|source year` compared."""
    years = schools["directory_sources"].str.findall(r"\d{4}-\d{2}")
    return years.map(lambda found: max(found, default=""), na_action="ignore").fillna("").astype("str")


def _grades_apart(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    low, high, low_other, high_other = (
        side[name].map(GRADE_ORDER) for side in (one, other) for name in ("grade_low", "grade_high")
    )
    return (high < low_other) | (high_other < low)
