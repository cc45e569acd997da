"""Table `state_summary`: how many schools of a state, and of the nation, offer computer science. Reads answers only.

Percent offering = offering / (offering + not offering + maybe): schools with a verdict, unknown left out (domain.md 13).
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.shared.findings import conform
from schemas.states import STATES
from schemas.verdicts import Verdict

NATION = "US"
STATES_IN_REPORT = frozenset(postal for postal, state in STATES.items() if state.in_report)
ANSWERS: dict[str, tuple[str, ...]] = {
    "schools_offering": (Verdict.YES, Verdict.HISTORICAL_YES),
    "schools_not_offering": (Verdict.NO, Verdict.HISTORICAL_NO),
    "schools_maybe": (Verdict.MAYBE, Verdict.HISTORICAL_MAYBE),
}
COUNTS = ("schools_total", *ANSWERS, "schools_unknown", "schools_excluded")


def summarise_states(years: Mapping[str, pd.DataFrame], school_year: str) -> pd.DataFrame:
    """Table `state_summary` of one school year: a row per state with schools in the directory, and one for the US.

    `years`: `school_cs_access` of that year and of all earlier ones, by school year (later ones are left aside); needs
    state, sector, teaches_cs, in_access_report and excluded_reason. The US row pools, per state, the most recent year
    in which any school of the report has an answer; a state that never had one enters with its latest schools, all
    unknown, which leaves the percentage as it is and lowers percent_known. Its data_year is null when the pooled
    years differ. Raises ValueError when the year itself is missing.
    """
    if school_year not in years:
        raise ValueError(
            f"state_summary of {school_year} needs school_cs_access of that year; there is {', '.join(sorted(years)) or 'none'}"
        )
    counts = [count_schools(years[year]).assign(data_year=year) for year in sorted(years) if year <= school_year]
    states = counts[-1]
    table = pd.concat([states, _pool_nation(pd.concat(counts, ignore_index=True))], ignore_index=True)
    table["school_year"] = school_year
    answered = count_answers(table)
    table["percent_offering"] = percent(table["schools_offering"], answered)
    table["percent_known"] = percent(answered, table["schools_total"])
    return conform(table, "state_summary").sort_values("place", kind="stable").reset_index(drop=True)


def count_schools(schools: pd.DataFrame) -> pd.DataFrame:
    """One row per state of the report: place and the counts of COUNTS (whole numbers, 0 when there is no such school).

    Total, answers and unknown count schools in the access report; excluded counts public and charter schools that are
    not in it for a reason.
    """
    here = schools[schools["state"].isin(STATES_IN_REPORT)]
    reported = here["in_access_report"].fillna(False).astype(bool)
    public = here["sector"].isin(["public", "charter"])
    marks = {"schools_total": reported}
    marks |= {name: reported & here["teaches_cs"].isin(codes) for name, codes in ANSWERS.items()}
    marks["schools_unknown"] = reported & (here["teaches_cs"] == Verdict.UNKNOWN)
    marks["schools_excluded"] = public & ~reported & here["excluded_reason"].notna()
    counts = pd.DataFrame(marks).groupby(here["state"], sort=True).sum().astype("Int64")
    return counts.rename_axis("place").reset_index()


def count_answers(counts: pd.DataFrame) -> pd.Series:
    """Schools with a verdict: offering, not offering and maybe together."""
    return counts[list(ANSWERS)].sum(axis=1).astype("Int64")


def percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    """part / whole in percent, null where the whole is 0 or null: an empty group has no percentage (domain.md 15, 35)."""
    share = part.astype("Float64") / whole.astype("Float64").where(whole.fillna(0) > 0) * 100
    # Four places, so that rounding once more to whole percent is never a second rounding (26,160 schools need three).
    return share.round(4).astype("Float64")


def _pool_nation(counts: pd.DataFrame) -> pd.DataFrame:
    counts = counts.assign(answered=count_answers(counts) > 0)
    newest = counts.sort_values(["place", "answered", "data_year"]).drop_duplicates("place", keep="last")
    pooled = newest[list(COUNTS)].sum().astype("Int64").to_frame().T
    years = newest.loc[newest["answered"], "data_year"].unique()
    return pooled.assign(place=NATION, data_year=years[0] if len(years) == 1 else None)
