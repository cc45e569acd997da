"""What became of the schools of the year before: moved, renumbered, gone, and how many a state has. Links nothing.

Rows are compared by NCES id; where both directories were made from the same files nothing differs, and nothing is said.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.checks import STAGE, directory_source
from pipelines.shared.findings import join_findings, row_findings
from pipelines.shared.text import match_key
from schemas.thresholds import threshold

EARTH_RADIUS = 6371.0
"""Kilometers."""
SHOWN = 10
COMPARED = ("state", "school_name", "leaid", "street", "city", "latitude", "longitude", "status")
COLUMNS = ("nces_school_id", *COMPARED, "is_operating", "directory_sources")


def compare_directories(now: pd.DataFrame, before: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """Findings X02 to X05, stage `linked`. now, before: columns COLUMNS of `nces_schools` of a year and the one before."""
    public = (frame[frame["nces_school_id"].str.len() == 12] for frame in (now, before))
    now, before = (frame[list(COLUMNS)] for frame in public)
    both = now.merge(before, on="nces_school_id", suffixes=("", "_was"), validate="1:1")
    moved = _kilometers(both) > threshold("x02_kilometers")
    # Of nearly all schools the text is the same as it was; only the others are put into comparable form.
    moved |= _differs(both, "school_name") & _differs(both, "street") & _differs(both, "city")
    district = both["leaid"].notna() & both["leaid_was"].notna() & (both["leaid"] != both["leaid_was"])
    shown = (
        both["nces_school_id"] + " was " + both["school_name_was"] + ", " + both["city_was"].fillna("place not known")
    )
    return join_findings(
        [
            _find(both[moved], "X02", school_year, "school_name", shown),
            _find(both[district & (both["status"] != "changed")], "X03", school_year, "leaid", both["leaid_was"]),
            _numbers_of_schools(now, before, school_year),
            _gone(now, before, school_year),
        ]
    )


def _find(rows: pd.DataFrame, rule_id: str, school_year: str, column: str, values: pd.Series) -> pd.DataFrame:
    where = pd.DataFrame({"source": directory_source(rows["directory_sources"])}, index=rows.index)
    return row_findings(where, rule_id, stage=STAGE, school_year=school_year, column=column, values=values)


def _kilometers(both: pd.DataFrame) -> pd.Series:
    """Great-circle distance of each school from where it was; NaN without both positions."""
    north, east, north_was, east_was = (
        np.radians(both[name].to_numpy("float64", na_value=np.nan))
        for name in ("latitude", "longitude", "latitude_was", "longitude_was")
    )
    half = np.sin((north - north_was) / 2) ** 2
    half += np.cos(north) * np.cos(north_was) * np.sin((east - east_was) / 2) ** 2
    return pd.Series(2 * EARTH_RADIUS * np.arcsin(np.sqrt(half)), index=both.index)


def _differs(both: pd.DataFrame, name: str) -> pd.Series:
    now, was = both[name], both[f"{name}_was"]
    open_ = now.notna() & was.notna() & (now != was)
    differs = match_key(now[open_]) != match_key(was[open_])
    return differs.reindex(both.index, fill_value=False).astype(bool)


def _numbers_of_schools(now: pd.DataFrame, before: pd.DataFrame, school_year: str) -> pd.DataFrame:
    counts = pd.DataFrame({"now": now["state"].value_counts(), "was": before["state"].value_counts()}).fillna(0)
    counts = counts[counts["was"] > 0].sort_index()
    change = (counts["now"] - counts["was"]).abs()
    share = change / counts["was"]
    odd = (share > threshold("x04_change")) & (change > threshold("x04_schools"))
    found = counts[odd].astype("int64").rename_axis("state").reset_index()
    if found.empty:
        return join_findings([])
    source = directory_source(now["directory_sources"]).groupby(now["state"]).first().reindex(found["state"])
    rows = pd.DataFrame({"source": source.fillna("nces_schools").to_numpy()})
    shown = found["state"] + ": " + found["was"].astype("str") + " to " + found["now"].astype("str")
    out = row_findings(rows, "X04", stage=STAGE, school_year=school_year, column="state", values=shown)
    grave = share[odd].to_numpy() > threshold("x04_change_most")
    # `row_findings` keeps the order of the rows; a change above the upper bound is a block, as in C3.
    return out.assign(severity=np.where(grave, "block", out["severity"]), finding_rows=change[odd].to_numpy("int64"))


def _gone(now: pd.DataFrame, before: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """X05: once per state of which more than a few operating schools are gone; the first of them by id."""
    operating = before[before["is_operating"].fillna(True).astype(bool)]
    gone = operating[~operating["nces_school_id"].isin(now["nces_school_id"])].sort_values("nces_school_id")
    counts = gone["state"].value_counts().sort_index()
    share = counts / before["state"].value_counts().reindex(counts.index)
    listed = gone[gone["state"].isin(counts[share > threshold("x05_vanished_share")].index)]
    if listed.empty:
        return join_findings([])
    named = (
        (listed["nces_school_id"] + " " + listed["school_name"])
        .groupby(listed["state"])
        .agg(lambda ids: "; ".join(ids[:SHOWN]))
    )
    source = directory_source(listed["directory_sources"]).groupby(listed["state"]).first()
    number = counts[named.index]
    rows = pd.DataFrame({"source": source}).reset_index(drop=True)
    noun = number.map(lambda count: " school, " if count == 1 else " schools, ")
    shown = named.index.to_series() + ": " + number.astype("str") + noun + named
    out = row_findings(
        rows, "X05", stage=STAGE, school_year=school_year, column="nces_school_id", values=shown.reset_index(drop=True)
    )
    return out.assign(finding_rows=number.to_numpy("int64"))
