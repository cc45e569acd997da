"""Schools and courses by hand for the tests of the access report. Holds no test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from pipelines.published.access_report import report_figures
from pipelines.published.report_enrollment import READ
from pipelines.published.report_hide import Cell
from pipelines.published.report_schools import SAYS
from pipelines.shared.findings import conform
from schemas.tables import table

YEAR = "2018-19"


def school(number: int, answer: str, state: str = "FL", **more: Any) -> dict[str, Any]:
    """One public high school of the report; `says`: evidence other than the state's file."""
    fips = {"FL": "12", "GA": "13", "WA": "53", "ND": "38"}.get(state, "01")
    return {
        "nces_school_id": f"{fips}00010{number:05d}",
        "school_year": YEAR,
        "state": state,
        "leaid": f"{fips}00010",
        "district_name": f"{state} District",
        "county": "Oak County",
        "sector": "public",
        "school_type": "regular",
        "grade_levels": "____hi",
        "in_access_report": True,
        "teaches_cs": answer,
        "evidence_year": None if answer == "U" else YEAR,
        "state_says": answer if answer in "YNM" else None,
        **more,
    }


def course(schools: Iterable[dict[str, Any]], name: str = "Intro to CS", **counts: Any) -> list[dict[str, Any]]:
    """One course per school. A count is a number, a range (low, high) or, when left out, missing."""
    rows = []
    for one in schools:
        row: dict[str, Any] = {"nces_school_id": one["nces_school_id"], "state": one["state"], "course_name": name}
        for count, value in counts.items():
            low, high = value if isinstance(value, tuple) else (value, value)
            row |= {f"{count}_low": low, f"{count}_high": high}
            row[count] = None if isinstance(value, tuple) else value
        rows.append(row)
    return rows


def figures(
    schools: list[dict[str, Any]],
    courses: list[dict[str, Any]] | None = None,
    *,
    before: Mapping[str, list[dict[str, Any]]] | None = None,
    partners: Mapping[str, str] | None = None,
    hide: frozenset[Cell] = frozenset(),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """access_report and partner_report of YEAR. before: schools of earlier years. partners: school id -> partner id.
    hide: cells to hide beside the small ones."""
    rows = {year: pd.DataFrame(frame) for year, frame in {**(before or {}), YEAR: schools}.items()}
    access = {year: declared(frame.assign(school_year=year), "school_cs_access") for year, frame in rows.items()}
    says = {year: declared(frame, "review_table")[["nces_school_id", *SAYS]] for year, frame in rows.items()}
    given = pd.DataFrame(courses or []).reindex(columns=[*READ, "nces_school_id"])
    given["record_id"] = [f"x:{n}" for n in range(len(given))]
    typed = declared(given, "course_offerings")[list(READ)].assign(nces_school_id=given["nces_school_id"].astype("str"))
    mapped = pd.DataFrame(
        {"nces_school_id": list(partners or {}), "partner_id": list((partners or {}).values())}, dtype="str"
    ).assign(partner_name=lambda f: "Partner " + f["partner_id"])
    public, partner, _ = report_figures(access, says, typed, mapped, YEAR, hide=hide)
    return public, partner


def declared(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame as that table, without the columns that the table does not have."""
    return conform(frame[[c for c in table(name).column_names if c in frame]], name)


def pick(rows: pd.DataFrame, metric: str, place: str = "US", group: str = "all", kind: str = "") -> pd.Series:
    """The one row of that figure."""
    rows = rows[(rows["metric"] == metric) & (rows["place_id"] == place) & (rows["group"] == group)]
    if kind:
        rows = rows[rows["group_kind"] == kind]
    assert len(rows) == 1, f"{len(rows)} rows of {metric} {place} {group}"
    return rows.iloc[0]
