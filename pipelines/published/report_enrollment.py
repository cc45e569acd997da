"""Students enrolled in computer science courses: seats, shares by group, parity, and the same for AP courses alone.

Counts come from the states' course files, where many are hidden, missing or wrong; which schools there are is
`report_schools`. A hidden count stays a range, a missing one is anything up to the whole school, and never zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipelines.published.report_rates import Places, Rows, add_up, make_cells, percent, rows_of, sum_by
from pipelines.published.report_schools import ReportSchools
from schemas.columns import COUNTS
from schemas.metrics import ALL, AP_PREFIX, RACE_WORDS, STUDENT_GROUPS

READ = (
    "record_id",
    "state",
    "course_code",
    "course_name",
    *(f"{c}{part}" for c in COUNTS for part in ("", "_low", "_high")),
)
"""Columns of `course_offerings` that are read, of the courses that count."""
AP_NAME = r"(?i)\bA\.?P\.?\b|advanced placement"
AP_CODES = ("10157", "10019")
"""SCED codes of AP Computer Science A and AP Computer Science Principles."""
TOTALS_SHARE = 0.9
"""A course with this share of the school's students is the school's total repeated, not an enrollment (domain.md 15, 21)."""
TOTALS_STATE = 0.5
"""Where so many courses of a state are such totals, all its counts are."""
COUNT_OF_GROUP = {
    RACE_WORDS["bl"]: "black",
    RACE_WORDS["hi"]: "hispanic",
    RACE_WORDS["am"]: "native_american",
    RACE_WORDS["hp"]: "pacific_islander",
    STUDENT_GROUPS["gender"][0]: "female",
    STUDENT_GROUPS["lunch"][0]: "frl",
    STUDENT_GROUPS["special_education"][0]: "special_education",
    STUDENT_GROUPS["english_learner"][0]: "english_learner",
}
"""Group -> the count of the state files it is taken from. Other groups are in no state's file."""


class Seats(NamedTuple):
    """One count added up per school: least and greatest number, whether every course is exact, whether any is given."""

    low: np.ndarray
    high: np.ndarray
    exact: np.ndarray
    given: np.ndarray


def is_ap(courses: pd.DataFrame) -> np.ndarray:
    """Flag per course: Advanced Placement, by its title or its SCED code."""
    named = courses["course_name"].str.contains(AP_NAME, regex=True, na=False)
    return (named | courses["course_code"].isin(AP_CODES)).to_numpy()


def are_school_totals(courses: pd.DataFrame, students: np.ndarray) -> np.ndarray:
    """Flag per course: its counts are those of the whole school (North Dakota), by courses of one school or by its size.

    courses: nces_school_id, state and the counts. students: of the school of each course, NaN where not known.
    """
    enrolled = courses["enrolled"].to_numpy("float64", na_value=np.nan)
    whole = enrolled >= TOTALS_SHARE * np.where(students > 0, students, np.nan)
    told = courses[list(COUNTS)].notna().sum(axis=1).to_numpy() >= 2
    shape = pd.util.hash_pandas_object(courses[["nces_school_id", *COUNTS]], index=False)
    twins = shape.groupby(shape.to_numpy()).transform("size").to_numpy() > 1
    # Two small courses may well be alike by chance; two with the same seven counts above 20 are not.
    wrong = whole | (twins & told & (enrolled >= 20))
    share = pd.Series(wrong[~np.isnan(enrolled)]).groupby(courses["state"].to_numpy()[~np.isnan(enrolled)]).mean()
    return wrong | courses["state"].isin(share.index[share >= TOTALS_STATE]).to_numpy()


class Enrollment(NamedTuple):
    """seats: by count. Flags per school: reporting (its state's file counts anybody), high_only (grades 9 and above only,
    students known), listed (has one of the courses), in_file (has any course that counts)."""

    seats: dict[str, Seats]
    reporting: np.ndarray
    high_only: np.ndarray
    listed: np.ndarray
    in_file: np.ndarray


def count_seats(schools: ReportSchools, courses: pd.DataFrame, *, only_ap: bool = False) -> Enrollment:
    """Seats per school of the report's own year. courses: READ and nces_school_id, one row per school and course."""
    frame = schools.frame
    now = frame["now"].to_numpy()
    total = frame["students_total"].to_numpy("float64", na_value=np.nan)
    total = np.where(total > 0, total, np.nan)
    here = np.flatnonzero(now)
    found = pd.Index(frame["nces_school_id"].to_numpy()[here]).get_indexer(courses["nces_school_id"])
    at = np.where(found >= 0, np.append(here, -1)[found], -1)
    courses, at = courses[at >= 0], at[at >= 0]
    wrong = are_school_totals(courses, total[at])
    counted = courses["enrolled_low"].notna().to_numpy() & ~wrong
    reporting = now & frame["state"].isin(set(courses["state"][counted])).to_numpy()
    in_file = np.bincount(at, minlength=len(frame)) > 0
    if only_ap:
        kept = is_ap(courses)
        courses, at, wrong = courses[kept], at[kept], wrong[kept]
    listed = np.bincount(at, minlength=len(frame)) > 0
    # A school that is known not to offer has no seats, one whose listed courses are all not AP has none in AP; one that
    # offers without a course in the file has any number.
    empty = (frame["no"].to_numpy() | (in_file if only_ap else False)) & ~listed
    seats = {name: _add_courses(courses, at, name, wrong, total, listed, empty) for name in COUNTS}
    high_only = (frame["grade_levels"] == "____hi").to_numpy() & ~np.isnan(total)
    return Enrollment(seats, reporting, high_only, listed, in_file)


def _add_courses(
    courses: pd.DataFrame,
    at: np.ndarray,
    name: str,
    wrong: np.ndarray,
    total: np.ndarray,
    listed: np.ndarray,
    empty: np.ndarray,
) -> Seats:
    low, high = (courses[f"{name}_{side}"].to_numpy("float64", na_value=np.nan) for side in ("low", "high"))
    exact = courses[name].notna().to_numpy() & ~wrong
    low, high = np.where(wrong, np.nan, low), np.where(wrong, np.nan, high)
    most = np.where(np.isnan(total), np.inf, total)
    high = np.where(np.isnan(high), most[at], high)
    size = len(total)
    inexact = np.bincount(at, weights=(~exact).astype("float64"), minlength=size) > 0
    return Seats(
        low=np.bincount(at, weights=np.nan_to_num(low), minlength=size),
        high=np.where(listed, np.bincount(at, weights=high, minlength=size), np.where(empty, 0, most)),
        exact=(listed & ~inexact) | empty,
        given=np.bincount(at, weights=(~np.isnan(low)).astype("float64"), minlength=size) > 0,
    )


def count_each(schools: ReportSchools, courses: pd.DataFrame) -> dict[str, Enrollment]:
    """Seats in all courses and in AP alone, by what their metrics' names begin with; the same for every kind of place."""
    return {"": count_seats(schools, courses), AP_PREFIX: count_seats(schools, courses, only_ap=True)}


def enrollment_rows(
    schools: ReportSchools,
    counted: Mapping[str, Enrollment],
    places: Places,
    *,
    without: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType({}),
) -> Iterator[Rows]:
    """Rows of participation, enrolled_share and parity, of all courses and of AP alone, and of population_share.

    The national row adds up the states whose file of this very year counts students, less those that `without` names
    for (metric, group): their own row is hidden.
    """
    every = counted[""]
    state = schools.frame["state"]
    code = np.where(schools.frame["now"], places.code, -1)
    places = places._replace(code=np.where(every.reporting, code, -1) if places.kind == "nation" else code)

    def inside(found: Enrollment, metric: str, group: str) -> Places:
        left_out = state.isin(without.get((metric, group), frozenset())).to_numpy()
        return places._replace(code=np.where(found.reporting & ~left_out, places.code, -1))

    cells = make_cells(schools, places, "all", places.code, 1)
    population = {group: _population(schools, group, kind) for kind, names in STUDENT_GROUPS.items() for group in names}
    for prefix, found in counted.items():
        yield _participation(schools, found, inside(found, f"{prefix}participation", ALL), prefix)
        for kind, names in STUDENT_GROUPS.items():
            for group in names:
                here = inside(found, f"{prefix}enrolled_share", group)
                shares = _enrolled_share(found, here, group)
                parity = _parity(shares, _population_share(schools, population[group], here))
                yield rows_of(cells, shares, f"{prefix}enrolled_share", group_kind=kind, group=group)
                yield rows_of(cells, parity, f"{prefix}parity", group_kind=kind, group=group)
                if not prefix:
                    of_all = _population_share(schools, population[group], places)
                    yield rows_of(cells, of_all, "population_share", group_kind=kind, group=group)


def _participation(schools: ReportSchools, found: Enrollment, places: Places, prefix: str) -> Rows:
    cells = make_cells(schools, places, "all", np.where(found.high_only, places.code, -1), 1)
    enrolled, students = found.seats["enrolled"], schools.students["total"]
    exact = enrolled.exact.astype("float64")
    every = add_up(cells, students)
    values = {
        "numerator": add_up(cells, exact * enrolled.low),
        "denominator": add_up(cells, exact * students),
        "unknown": add_up(cells, (1 - exact) * students),
        "lower": np.clip(percent(add_up(cells, enrolled.low), every), None, 100),
        "upper": np.clip(percent(add_up(cells, enrolled.high), every), None, 100),
    }
    # Only schools that do not offer are exact where a file counts nobody: their zeros are no figure of the place.
    told = add_up(cells, exact * found.in_file) > 0
    values["denominator"] = np.where(told, values["denominator"], 0)
    return rows_of(cells, _finish(values, every), f"{prefix}participation")


def _enrolled_share(found: Enrollment, places: Places, group: str) -> dict[str, np.ndarray]:
    size = len(places.ids)
    name = COUNT_OF_GROUP.get(group)
    if not name:
        return _nothing(size)
    code = np.where(found.listed, places.code, -1)
    enrolled, part = found.seats["enrolled"], found.seats[name]
    exact = (enrolled.exact & part.exact).astype("float64")
    least, most = sum_by(code, size, enrolled.low), sum_by(code, size, enrolled.high)
    upper = percent(sum_by(code, size, np.minimum(part.high, enrolled.high)), least)
    values = {
        "numerator": sum_by(code, size, exact * part.low),
        "denominator": sum_by(code, size, exact * enrolled.low),
        "unknown": sum_by(code, size, (1 - exact) * enrolled.low),
        "lower": percent(sum_by(code, size, part.low), most),
        "upper": np.clip(np.where(np.isnan(upper), 100, upper), None, 100),
    }
    told = sum_by(code, size, part.given.astype("float64")) > 0
    return {name: np.where(told, column, np.nan) for name, column in _finish(values, least).items()}


def _finish(values: dict[str, np.ndarray], every: np.ndarray) -> dict[str, np.ndarray]:
    """Figure and coverage added. A figure outside its own bounds speaks for other schools than the place's: null."""
    figure = percent(values["numerator"], values["denominator"])
    outside = (figure < values["lower"] - 1e-9) | (figure > values["upper"] + 1e-9)
    covered = percent(values["denominator"], every)
    size = len(figure)
    return {
        "figure": np.where(outside, np.nan, figure),
        **values,
        **_no_estimate(size),
        "coverage": np.clip(covered, None, 100),
    }


def _population(schools: ReportSchools, group: str, kind: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Students of the group and all students, of the schools that report the group; None where no directory file does."""
    frame = schools.frame
    total = frame["students_total"].to_numpy("float64", na_value=np.nan)
    if kind == "race":
        race = next(code for code, word in RACE_WORDS.items() if word == group)
        part = frame[f"students_{race}"].to_numpy("float64", na_value=np.nan)
    elif kind == "gender":
        part = frame["students_female"].to_numpy("float64", na_value=np.nan)
    elif kind == "lunch":
        part = frame["frl_eligible"].where(frame["frl_percent"].notna()).to_numpy("float64", na_value=np.nan)
    else:
        return None
    told = ~np.isnan(part) & (total > 0)
    return np.where(told, part, 0), np.where(told, total, 0)


def _population_share(
    schools: ReportSchools, counts: tuple[np.ndarray, np.ndarray] | None, places: Places
) -> dict[str, np.ndarray]:
    size = len(places.ids)
    if counts is None:
        return _nothing(size)
    part, total = (sum_by(places.code, size, column) for column in counts)
    every = sum_by(places.code, size, schools.students["total"])
    nothing = np.full(size, np.nan)
    return {
        "figure": percent(part, total),
        "numerator": part,
        "denominator": total,
        "unknown": every - total,
        "lower": nothing,
        "upper": nothing,
        **_no_estimate(size),
        "coverage": percent(total, every),
    }


def _parity(shares: dict[str, np.ndarray], of_all: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    base = np.where(of_all["figure"] > 0, of_all["figure"], np.nan)
    out = _nothing(len(base))
    for name in ("figure", "lower", "upper"):
        out[name] = shares[name] / base
    return out | {"coverage": shares["coverage"]}


def _nothing(size: int) -> dict[str, np.ndarray]:
    names = ("figure", "numerator", "denominator", "unknown", "lower", "upper", "coverage")
    return dict.fromkeys(names, np.full(size, np.nan)) | _no_estimate(size)


def _no_estimate(size: int) -> dict[str, np.ndarray]:
    return dict.fromkeys(("estimate", "estimate_low", "estimate_high"), np.full(size, np.nan))
