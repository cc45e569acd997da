"""Invented tables of a small release for the tests of the published stage. Holds no test."""

from __future__ import annotations

from functools import cache

import pandas as pd

from pipelines.published.access_report import report_figures
from pipelines.published.courses_that_count import list_courses
from pipelines.published.report_enrollment import READ
from pipelines.published.sources_table import list_sources
from pipelines.published.state_summary import summarise_states
from pipelines.shared.findings import conform

YEARS = ("2017-18", "2018-19")


def schools(year: str, answers: str = "Y N M U E", state: str = "FL") -> pd.DataFrame:
    """One public high school per verdict code; E is left out of the report with its reason."""
    codes = answers.split()
    number = range(len(codes))
    fips = {"FL": "12", "GA": "13", "WA": "53", "PR": "72"}[state]
    frame = pd.DataFrame(
        {
            "nces_school_id": [f"{fips}00010{n:05d}" for n in number],
            "school_year": year,
            "school_name": [f"{state} High {n}" for n in number],
            "street": [f"{n} Oak St" for n in number],
            "city": "Tampa",
            "state": state,
            "zip": "33601",
            "latitude": [27.9 + n / 100 for n in number],
            "longitude": -82.4,
            "sector": "public",
            "teaches_cs": codes,
            "decided_by_rule": [None if code == "U" else "state_offering" for code in codes],
            "policy": "census-2018",
            "in_access_report": [code != "E" for code in codes],
            "excluded_reason": ["taken out by a decision" if code == "E" else None for code in codes],
        }
    )
    return conform(frame, "school_cs_access")


def evidence_of(frame: pd.DataFrame) -> pd.DataFrame:
    """One used piece of evidence for each answer that is not unknown."""
    answered = frame[frame["teaches_cs"] != "U"]
    rows = pd.DataFrame(
        {
            "nces_school_id": answered["nces_school_id"],
            "school_year": answered["school_year"],
            "position": 4,
            "evidence_kind": "state",
            "label": "state_offering",
            "says": answered["teaches_cs"],
            "is_used": True,
            "why": "=the state lists 'Intro to CS'",
            "records_yes": 1,
            "records_no": 0,
            "policy": "census-2018",
        }
    )
    return conform(rows, "evidence")


def offerings(rows: list[tuple[str, str, str | None, str | None, str, str]]) -> pd.DataFrame:
    """course_offerings out of (record_id, state, code, name, counts_as_cs, counts_basis)."""
    names = ["record_id", "state", "course_code", "course_name", "counts_as_cs", "counts_basis"]
    frame = pd.DataFrame(rows, columns=names).assign(
        source="fl", school_year="2018-19", file="f.csv", row=2, source_rows=1
    )
    return conform(frame, "course_offerings")


def links(pairs: dict[str, str | None]) -> pd.DataFrame:
    """linked_records out of {record_id: nces_school_id}."""
    frame = pd.DataFrame({"record_id": list(pairs), "nces_school_id": list(pairs.values())})
    return conform(frame.assign(source="fl", match_reason="nces_id_given", match_note="-"), "linked_records")


def report_of(years: dict[str, pd.DataFrame], year: str) -> pd.DataFrame:
    """access_report of a year: what is known is known from the states, and no file counts students."""
    says = {
        name: conform(
            frame[["nces_school_id"]].assign(state_says=frame["teaches_cs"].where(frame["teaches_cs"] != "U")),
            "review_table",
        )
        for name, frame in years.items()
    }
    courses = conform(pd.DataFrame(), "course_offerings")[list(READ)].assign(nces_school_id=pd.Series(dtype="str"))
    nobody = pd.DataFrame({name: pd.Series(dtype="str") for name in ("nces_school_id", "partner_id", "partner_name")})
    return report_figures(years, says, courses, nobody, year)[0]


def release_years() -> dict[str, dict[str, pd.DataFrame]]:
    """{school year: {table: frame}} of a release with two years and two states; the caller may change the frames."""
    return {year: {name: frame.copy() for name, frame in frames.items()} for year, frames in _release_years().items()}


@cache
def _release_years() -> dict[str, dict[str, pd.DataFrame]]:
    answers = {"2017-18": ("Y N U", "N N"), "2018-19": ("Y Y M U E", "U U")}
    access = {
        year: pd.concat([schools(year, florida), schools(year, georgia, "GA")], ignore_index=True)
        for year, (florida, georgia) in answers.items()
    }
    courses = offerings(
        [("a", "FL", "0200300", "=Intro to CS", "counts", "catalog"), ("b", "FL", None, None, "counts", "blank row")]
    )
    files = conform(pd.DataFrame({"source": ["fl"], "file_status": ["accepted"], "file": ["f.csv"]}), "received_files")
    accounts = conform(
        pd.DataFrame(
            {
                "source": ["fl"], "file": ["f.csv"], "rows_in": [5], "rows_kept": [2], "rows_rejected": [1],
                "rows_merged": [1], "rows_excluded": [1],
            }
        ),
        "row_accounts",
    )  # fmt: skip
    return {
        year: {
            "school_cs_access": access[year],
            "evidence": evidence_of(access[year]),
            "state_summary": summarise_states(access, year),
            "access_report": report_of(access, year),
            "courses_that_count": list_courses(courses, links({"a": "120001000000", "b": None}), year),
            "sources": list_sources(files, accounts, {}, year),
        }
        for year in YEARS
    }
