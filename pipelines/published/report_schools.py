"""The schools of the access report as arrays: which year each state stands with, who answered, and each school's groups.

Counts nothing; `report_rates` adds up, `report_estimate` says what schools without an answer may be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.columns import EVIDENCE_KINDS, RACES
from schemas.metrics import GROUP_KINDS, LUNCH_BOUNDS, LUNCH_CEP, NOT_REPORTED
from schemas.states import STATES
from schemas.verdicts import OFFERING, Verdict

NOT_OFFERING = (Verdict.NO, Verdict.HISTORICAL_NO)
DISAGREE = (Verdict.MAYBE, Verdict.HISTORICAL_MAYBE)
IN_REPORT = frozenset(postal for postal, state in STATES.items() if state.in_report)
SAYS = tuple(f"{kind}_says" for kind in EVIDENCE_KINDS if kind != "directory")
COLUMNS = (
    *("nces_school_id", "school_year", "state", "leaid", "district_name", "county", "sector", "school_type"),
    *("locale_group", "is_rural", "size_category", "students_total", *(f"students_{race}" for race in RACES)),
    "students_female",
    *("frl_eligible", "frl_percent", "is_high_needs", "is_cep", "title_i", "grade_low", "grade_levels"),
    *("teaches_cs", "evidence_year", "in_access_report"),
)
"""Columns of `school_cs_access` that the report reads."""


@dataclass(frozen=True)
class ReportSchools:
    """Schools of the report, one row each, by NCES id.

    frame: the columns of COLUMNS and of the review table (`<kind>_says`), and flags: yes, no, maybe, unknown; now (a row
    of the report's own year), pooled (a row the national figure rests on). groups: per kind of group, the place of each
    school's group in GROUP_KINDS, one past the end for `not reported`.
    flags: yes, no, maybe and unknown as numbers. students: by `total` and race, 0 where not known. district and evidence:
    numbers, -1 for none; evidence_years: the school years that the latter stand for, in order.
    """

    frame: pd.DataFrame
    groups: dict[str, np.ndarray]
    school_year: str
    flags: dict[str, np.ndarray]
    students: dict[str, np.ndarray]
    district: np.ndarray
    evidence: np.ndarray
    evidence_years: list[str]


def latest_years(years: Mapping[str, pd.DataFrame], school_year: str) -> dict[str, str]:
    """The most recent year up to `school_year` in which any school of the state has an answer; `school_year` if none.

    years: `school_cs_access` by year with state, teaches_cs and in_access_report. The rule of `state_summary`.
    """
    latest: dict[str, str] = {}
    for year in sorted(y for y in years if y <= school_year):
        rows = years[year]
        answered = rows["in_access_report"].fillna(False).astype(bool) & (rows["teaches_cs"] != Verdict.UNKNOWN)
        latest |= dict.fromkeys(rows.loc[answered, "state"].unique(), year)
    return {state: latest.get(state, school_year) for state in sorted(IN_REPORT)}


def select_schools(
    years: Mapping[str, pd.DataFrame], says: Mapping[str, pd.DataFrame], school_year: str
) -> ReportSchools:
    """The schools of the year, and those of an earlier year for states that have no answer in it.

    years: `school_cs_access` by year. says: `review_table` by year (nces_school_id and the columns of SAYS).
    """
    latest = latest_years(years, school_year)
    parts = []
    for year in sorted({school_year, *latest.values()}):
        rows = years[year]
        rows = rows[rows["in_access_report"].fillna(False).astype(bool) & rows["state"].isin(IN_REPORT)]
        pooled = rows["state"].map(latest) == year
        rows = rows.assign(now=year == school_year, pooled=pooled)
        rows = rows[rows["now"] | rows["pooled"]]
        told = says[year][["nces_school_id", *SAYS]]
        parts.append(rows.merge(told, on="nces_school_id", how="left", validate="1:1"))
    frame = pd.concat(parts, ignore_index=True).sort_values(["nces_school_id", "school_year"], kind="stable")
    frame = frame.reset_index(drop=True)
    answer = frame["teaches_cs"]
    frame = frame.assign(
        yes=answer.isin(OFFERING),
        no=answer.isin(NOT_OFFERING),
        maybe=answer.isin(DISAGREE),
        unknown=answer == Verdict.UNKNOWN,
    )
    students = {"total": frame["students_total"], **{race: frame[f"students_{race}"] for race in RACES}}
    evidence, evidence_years = pd.factorize(frame["evidence_year"], sort=True)
    return ReportSchools(
        frame,
        group_codes(frame),
        school_year,
        flags={name: frame[name].to_numpy("float64") for name in ("yes", "no", "maybe", "unknown")},
        students={name: counts.to_numpy("float64", na_value=0) for name, counts in students.items()},
        district=pd.factorize(frame["leaid"])[0].astype("int64"),
        evidence=evidence,
        evidence_years=list(evidence_years),
    )


def group_codes(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Per kind of group, the place of each school's group in GROUP_KINDS; one past the end where it is not reported."""
    words = {
        "locale": frame["locale_group"],
        "rural": _flag(frame["is_rural"], "rural", "not rural"),
        "size": frame["size_category"],
        "title_i": _flag(frame["title_i"], "eligible", "not eligible"),
        "frl_quartile": lunch_group(frame["frl_percent"], frame["is_cep"]),
        "high_needs": _flag(frame["is_high_needs"], "high needs", "not high needs"),
        "charter": _flag(frame["sector"] == "charter", "charter", "not charter"),
    }
    codes = {"all": np.zeros(len(frame), dtype="int64")}
    for kind, values in words.items():
        found = pd.Categorical(values, categories=list(GROUP_KINDS[kind])).codes.astype("int64")
        codes[kind] = np.where(found < 0, len(GROUP_KINDS[kind]), found)
    return codes


def group_name(kind: str, code: int) -> str:
    """The group at that place, or `not reported`."""
    names = GROUP_KINDS[kind]
    return names[code] if code < len(names) else NOT_REPORTED


def lunch_group(percent: pd.Series, cep: pd.Series) -> pd.Series:
    """Lunch group of each school; null where nothing is known. A school under CEP without a count has a group of its own:
    all its students eat free, which is neither 0 nor 100 percent eligible (domain.md 1 and 15, 34)."""
    share = percent.astype("Float64").to_numpy("float64", na_value=np.nan)
    names = np.array(list(LUNCH_BOUNDS), dtype=object)
    place = np.searchsorted(list(LUNCH_BOUNDS.values()), np.nan_to_num(share), side="right") - 1
    found = pd.Series(names[place], index=percent.index, dtype="str").where(~np.isnan(share))
    return found.mask(found.isna() & cep.fillna(False).astype(bool), LUNCH_CEP)


def _flag(flags: pd.Series, yes: str, no: str) -> pd.Series:
    return flags.astype("boolean").map({True: yes, False: no}).astype("str")
