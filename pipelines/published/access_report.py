"""Table `access_report`: every figure of the report by place and group, with its range, estimate and coverage.

Puts together what `report_rates` and `report_enrollment` count; each figure is defined in `schemas/metrics.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pipelines.published.report_enrollment import Enrollment, count_each, enrollment_rows
from pipelines.published.report_estimate import Estimate, estimate_chances
from pipelines.published.report_hide import Cell, find_small, flag_cells, hide_small
from pipelines.published.report_rates import FIGURES, Places, Rows, change_rows, join_rows, offering_rows, places_of
from pipelines.published.report_schools import IN_REPORT, NOT_OFFERING, ReportSchools, select_schools
from pipelines.published.state_summary import NATION
from pipelines.shared.findings import conform
from pipelines.shared.school_year import shift
from schemas.metrics import GROUP_KINDS, NOT_REPORTED, PLACE_KINDS, STUDENT_GROUPS
from schemas.states import STATES
from schemas.verdicts import OFFERING

COUNTS = ("numerator", "denominator", "unknown")
DECIMALS = 2
"""Places of percentages and ratios: the last digits of a sum depend on the machine's arithmetic, these do not."""


def report_figures(
    years: Mapping[str, pd.DataFrame],
    says: Mapping[str, pd.DataFrame],
    courses: pd.DataFrame,
    partners: pd.DataFrame,
    school_year: str,
    *,
    hide: frozenset[Cell] = frozenset(),
) -> tuple[pd.DataFrame, pd.DataFrame, Estimate]:
    """Tables `access_report` (public) and `partner_report` of a school year, and what the estimate rests on.

    years: `school_cs_access` by year, up to this one, with the columns of `report_schools.COLUMNS`; says: `review_table`
    of the same years. courses: `report_enrollment.READ` and nces_school_id, of courses that count and have a school.
    partners: nces_school_id, partner_id and partner_name. The rows may come in any order. hide: public cells to hide beside
    the small ones (`report_hide.hide_beside`).
    """
    schools = select_schools(years, says, school_year)
    courses = courses.sort_values("record_id", kind="stable").reset_index(drop=True)
    estimate = estimate_chances(schools)
    names = {state: STATES[state].name for state in IN_REPORT}
    places = {place.kind: place for place in places_of(schools, names, NATION)}
    rates = join_rows(row for place in places.values() for row in _rates(schools, estimate, place, years))
    counted = count_each(schools, courses)
    public = pd.concat([rates, *_public_enrollment(schools, counted, places, hide)], ignore_index=True)
    partner = _partner_places(schools, partners)
    of_partners = pd.DataFrame()
    if partner.ids:
        of_partners = join_rows(
            [*_rates(schools, estimate, partner, years), *enrollment_rows(schools, counted, partner)]
        )
    return _table(public, "access_report", school_year), _table(of_partners, "partner_report", school_year), estimate


def _rates(
    schools: ReportSchools, estimate: Estimate, places: Places, years: Mapping[str, pd.DataFrame]
) -> Iterator[Rows]:
    yield from offering_rows(schools, estimate, places)
    before = shift(schools.school_year, -1)
    if before in years and places.kind in ("nation", "state", "partner"):
        yield change_rows(schools, _answers_of(years[before]), places)


def _answers_of(year: pd.DataFrame) -> pd.DataFrame:
    inside = year[year["in_access_report"].fillna(False).astype(bool)]
    return pd.DataFrame(
        {
            "nces_school_id": inside["nces_school_id"],
            "yes": inside["teaches_cs"].isin(OFFERING),
            "no": inside["teaches_cs"].isin(NOT_OFFERING),
        }
    )


def _public_enrollment(
    schools: ReportSchools, counted: Mapping[str, Enrollment], places: Mapping[str, Places], hide: frozenset[Cell]
) -> Iterator[pd.DataFrame]:
    states = join_rows(enrollment_rows(schools, counted, places["state"]))
    small = find_small(states) | flag_cells(states, hide)
    yield hide_small(states, small)
    hidden = states[small].groupby(["metric", "group"])["place_id"].agg(frozenset).to_dict()
    nation = join_rows(enrollment_rows(schools, counted, places["nation"], without=hidden))
    # Where every state's cell is hidden, the nation has none left to add up: that is hidden too, and not unknown.
    left_out = pd.Series([key in hidden for key in zip(nation["metric"], nation["group"], strict=True)], dtype=bool)
    yield hide_small(nation, find_small(nation) | flag_cells(nation, hide) | (left_out & nation["numerator"].isna()))


def _partner_places(schools: ReportSchools, partners: pd.DataFrame) -> Places:
    mapped = partners.dropna(subset=["partner_id"]).set_index("nces_school_id")
    of_school = schools.frame["nces_school_id"].map(mapped["partner_id"]).where(schools.frame["now"])
    code, ids = pd.factorize(of_school, sort=True)
    names = mapped.drop_duplicates("partner_id").set_index("partner_id")["partner_name"].reindex(ids)
    return Places("partner", code, list(ids), list(names.fillna(pd.Series(ids, index=ids))))


def _table(rows: pd.DataFrame, name: str, school_year: str) -> pd.DataFrame:
    if rows.empty:
        return conform(pd.DataFrame(), name)
    for column in COUNTS:
        rows[column] = rows[column].round().astype("Float64").astype("Int64")
    for column in (*FIGURES, "coverage"):
        if column not in COUNTS:
            rows[column] = pd.array(rows[column].to_numpy("float64").round(DECIMALS), dtype="Float64")
    if "is_hidden" in rows:
        rows["is_hidden"] = rows["is_hidden"].fillna(False).astype(bool)
    rows["evidence_years"] = rows["evidence_years"].where(rows["evidence_years"] != "")
    rows["school_year"] = school_year
    order = {kind: n for n, kind in enumerate(PLACE_KINDS)}
    groups = {**GROUP_KINDS, **STUDENT_GROUPS}
    place = {group: n for n, group in enumerate(dict.fromkeys(g for names in groups.values() for g in names))}
    kind = {name: n for n, name in enumerate(groups)}
    keys = [
        rows["metric"],
        rows["group"].map({**place, NOT_REPORTED: len(place)}),
        rows["group_kind"].map(kind),
        rows["place_id"],
        rows["place_kind"].map(order),
    ]
    ordered = rows.take(np.lexsort([pd.factorize(key, sort=True)[0] for key in keys]))
    return conform(ordered.reset_index(drop=True), name)
