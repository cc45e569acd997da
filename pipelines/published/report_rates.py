"""Shares of schools and of students by place and group, with what the unknown schools allow, and an estimate.

Adds up flags of schools; which schools and groups there are is `report_schools`, chances are `report_estimate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipelines.published.report_estimate import Estimate
from pipelines.published.report_schools import ReportSchools, group_name
from schemas.metrics import FIGURES, GROUP_KINDS, INTERVAL_SDS, RACE_WORDS

Rows = dict[str, np.ndarray]
"""Rows of the table, column by column."""
WIDE_PLACES = ("nation", "state")
"""Places whose schools are compared by group; the others have too few of them, and are given as a whole."""


class Places(NamedTuple):
    """Places of one kind. code: per school, the number of its place, -1 for none. ids and names by number."""

    kind: str
    code: np.ndarray
    ids: list[str]
    names: list[str]


class Cells(NamedTuple):
    """Place and group of every school as one number (-1: in none), and how many there are.

    schools: how many are in each cell. years: school years of the evidence in it, "" where nothing is answered.
    """

    places: Places
    group_kind: str
    number: np.ndarray
    size: int
    width: int
    schools: np.ndarray
    years: np.ndarray


def places_of(schools: ReportSchools, states: dict[str, str], nation: str) -> Iterator[Places]:
    """Nation (the pool), states, districts and counties (schools of the year itself)."""
    frame = schools.frame
    now = frame["now"].to_numpy()
    yield Places("nation", np.where(frame["pooled"], 0, -1), [nation], ["United States"])
    ids = sorted(states)
    code = pd.Categorical(frame["state"], categories=ids).codes.astype("int64")
    yield Places("state", np.where(now, code, -1), ids, [states[s] for s in ids])
    code, found = pd.factorize(frame["leaid"].where(now), sort=True)
    # A district's name is that of its first school that has one.
    names = frame[now].groupby("leaid")["district_name"].first().reindex(found).fillna("district without a name")
    yield Places("district", code, list(found), list(names))
    county = (frame["state"] + "|" + frame["county"]).where(now & frame["county"].notna())
    code, found = pd.factorize(county, sort=True)
    yield Places("county", code, list(found), [f"{c.split('|')[1]}, {c.split('|')[0]}" for c in found])


def cells_of(schools: ReportSchools, places: Places) -> Iterator[Cells]:
    """For each kind of group that those places are compared by, the cell of every school."""
    for kind in GROUP_KINDS if places.kind in WIDE_PLACES else ("all",):
        width = len(GROUP_KINDS[kind]) + (kind != "all")
        number = np.where(places.code < 0, -1, places.code * width + schools.groups[kind])
        yield make_cells(schools, places, kind, number, width)


def make_cells(schools: ReportSchools, places: Places, kind: str, number: np.ndarray, width: int) -> Cells:
    """Cells with the number of schools and the years of the evidence in each."""
    count = len(places.ids) * width
    there = np.bincount(number[number >= 0], minlength=count)
    return Cells(places, kind, number, count, width, there, _years(number, count, schools))


def offering_rows(schools: ReportSchools, estimate: Estimate, places: Places) -> Iterator[Rows]:
    """Rows of `offering`, `access` (also by race) and `offering_ap` for those places."""
    frame = schools.frame
    every = np.ones(len(frame))
    for cells in cells_of(schools, places):
        yield rows_of(cells, _shares(schools, estimate, cells, every), "offering")
        yield rows_of(cells, _shares(schools, estimate, cells, schools.students["total"]), "access")
        if places.kind in WIDE_PLACES and frame["ap_says"].notna().any():
            yield rows_of(cells, _ledger(frame, cells), "offering_ap")
        if cells.group_kind != "all":
            continue
        for race, word in RACE_WORDS.items():
            found = _shares(schools, estimate, cells, schools.students[race])
            yield rows_of(cells, found, "access", group_kind="race", group=word)


def _shares(schools: ReportSchools, estimate: Estimate, cells: Cells, weight: np.ndarray) -> dict[str, np.ndarray]:
    """The columns of FIGURES and `coverage` by cell. weight: what a school counts for, 1 or its students."""
    flags = schools.flags
    yes, no, maybe, unknown = (add_up(cells, weight * flags[name]) for name in ("yes", "no", "maybe", "unknown"))
    answered, everyone = yes + no + maybe, yes + no + maybe + unknown
    out = {
        "figure": percent(yes, answered),
        "numerator": yes,
        "denominator": answered,
        "unknown": unknown,
        "lower": percent(yes, everyone),
        "upper": percent(yes + maybe + unknown, everyone),
        "coverage": percent(answered, everyone),
    }
    return out | _estimates(schools, estimate, cells, weight, yes, everyone, (out["lower"], out["upper"]))


def _estimates(
    schools: ReportSchools,
    estimate: Estimate,
    cells: Cells,
    weight: np.ndarray,
    yes: np.ndarray,
    everyone: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
) -> dict[str, np.ndarray]:
    nothing = np.full(cells.size, np.nan)
    if not estimate.exists:
        return dict.fromkeys(("estimate", "estimate_low", "estimate_high"), nothing)
    is_open = (schools.flags["unknown"] + schools.flags["maybe"] > 0) & (cells.number >= 0) & (weight > 0)
    some = np.flatnonzero(is_open)
    where, chance, weigh = cells.number[some], estimate.chance[some], weight[some]
    spread = chance * (1 - chance)
    expected = np.bincount(where, weights=weigh * chance, minlength=cells.size)
    alone = np.bincount(where, weights=weigh**2 * spread, minlength=cells.size)
    # Schools of a district resemble each other: the spread of their sum is more than that of single schools.
    district = schools.district[some] + 1
    pair, both = pd.factorize(where * (district.max(initial=0) + 1) + district)
    of_district = np.bincount(pair, weights=weigh * np.sqrt(spread), minlength=len(both)) ** 2
    together = np.bincount(both // (district.max(initial=0) + 1), weights=of_district, minlength=cells.size)
    # What the coefficients do not know, carried to the sum (the delta method).
    size = len(estimate.covariance)
    flat = np.zeros(cells.size * size)
    for column in estimate.columns[some].T:
        flat += np.bincount(where * size + column, weights=weigh * spread, minlength=len(flat))
    slope = flat.reshape(cells.size, size)
    unsure = np.einsum("ij,ij->i", slope @ estimate.covariance, slope)
    width = INTERVAL_SDS * np.sqrt((1 - estimate.alike) * alone + estimate.alike * together + unsure)
    low, high = bounds
    middle = percent(yes + expected, everyone)
    return {
        "estimate": np.clip(middle, low, high),
        "estimate_low": np.clip(percent(yes + expected - width, everyone), low, high),
        "estimate_high": np.clip(percent(yes + expected + width, everyone), low, high),
    }


def _ledger(frame: pd.DataFrame, cells: Cells) -> dict[str, np.ndarray]:
    """Schools on the AP ledgers. Nothing above is known: a code that no school was found for may be anyone's."""
    listed = add_up(cells, (frame["ap_says"] == "Y").to_numpy("float64"))
    every = add_up(cells, np.ones(len(frame)))
    share = percent(listed, every)
    nothing = np.full(cells.size, np.nan)
    return {
        "figure": share,
        "numerator": listed,
        "denominator": every,
        "unknown": nothing,
        "lower": share,
        "upper": nothing,
        **dict.fromkeys(("estimate", "estimate_low", "estimate_high"), nothing),
        "coverage": nothing,
    }


def change_rows(schools: ReportSchools, before: pd.DataFrame, places: Places) -> Rows:
    """Rows of `offering_change`: schools with a yes or a no both years. before: nces_school_id, yes, no of the year before."""
    frame = schools.frame
    was = frame[["nces_school_id"]].merge(before, on="nces_school_id", how="left", validate="m:1")
    was_yes, was_no = (was[name].fillna(False).to_numpy(bool) for name in ("yes", "no"))
    yes, no, now = (frame[name].to_numpy(bool) for name in ("yes", "no", "now"))
    both = (was_yes | was_no) & (yes | no) & now
    number = np.where(both, places.code, -1)
    cells = make_cells(schools, places, "all", number, 1)
    gained = add_up(cells, ((yes & was_no).astype("float64") - (no & was_yes)) * both)
    every = add_up(cells, both.astype("float64"))
    nothing = np.full(cells.size, np.nan)
    values = dict.fromkeys((*FIGURES, "coverage"), nothing)
    values |= {"figure": percent(gained, every), "numerator": gained, "denominator": every}
    return rows_of(cells, values, "offering_change")


def add_up(cells: Cells, values: np.ndarray) -> np.ndarray:
    """Sum of the values of the schools of each cell."""
    return sum_by(cells.number, cells.size, values)


def sum_by(number: np.ndarray, size: int, values: np.ndarray) -> np.ndarray:
    """Sum of the values by number, 0 to size - 1; -1 counts nowhere."""
    # Those that count nowhere fall into one cell too many, which is cut off.
    return np.bincount(np.where(number < 0, size, number), weights=values, minlength=size + 1)[:size]


def percent(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole in percent; null where whole is 0 (domain.md 15, 35)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole * 100, np.nan)


def join_rows(parts: Iterable[Rows]) -> pd.DataFrame:
    """All rows as one frame. One frame of each figure would take longer to make than the figure."""
    every = list(parts)
    joined = {name: np.concatenate([part[name] for part in every]) for name in every[0]}
    return pd.DataFrame({n: pd.array(c, dtype="str") if c.dtype == object else c for n, c in joined.items()})


def rows_of(cells: Cells, values: dict[str, np.ndarray], metric: str, *, group_kind: str = "", group: str = "") -> Rows:
    """Rows of the table: of nation and states every named group, of other places and `not reported` what has a school.

    group_kind and group: those of the rows where they are of students (race), not of the schools of the cells.
    """
    of_schools = cells.group_kind
    kind = group_kind or of_schools
    named = len(GROUP_KINDS[of_schools])
    place, code = np.divmod(np.arange(cells.size), cells.width)
    keep = cells.schools > 0
    if cells.places.kind in WIDE_PLACES:
        keep |= code < named
    elif kind != of_schools:
        keep &= values["denominator"] + np.nan_to_num(values["unknown"]) > 0
    at = np.flatnonzero(keep)
    names = np.array([group_name(of_schools, c) for c in range(named + 1)], dtype=object)
    same = partial(np.full, len(at), dtype=object)
    return {
        "place_kind": same(cells.places.kind),
        "place_id": np.array(cells.places.ids, dtype=object)[place[at]],
        "place_name": np.array(cells.places.names, dtype=object)[place[at]],
        "group_kind": same(kind),
        "group": same(group) if group else names[code[at]],
        "metric": same(metric),
        **{name: found[at] for name, found in values.items()},
        "evidence_years": cells.years[at],
    }


def _years(number: np.ndarray, count: int, schools: ReportSchools) -> np.ndarray:
    codes, names = schools.evidence, schools.evidence_years
    inside = np.flatnonzero((number >= 0) & (codes >= 0))
    first, last = np.full(count, len(names)), np.full(count, -1)
    np.minimum.at(first, number[inside], codes[inside])
    np.maximum.at(last, number[inside], codes[inside])
    text = np.array([*names, ""], dtype=object)
    return np.where(first >= last, text[last], text[first] + " to " + text[last])
