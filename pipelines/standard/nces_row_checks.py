"""Whether what one directory file says of a school agrees with itself: dates, grades, levels, places, words and codes.

Compares cells that are read already, and repairs nothing; the cells themselves are read in `nces_parts`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipelines.shared.school_year import start_of
from pipelines.standard.nces_grades import flags_disagree, offers_nothing
from pipelines.standard.nces_values import is_given, per_value, read_flags, read_text, read_words
from schemas.columns import RACES
from schemas.directory_values import LEVEL_WORDS, OPERATING, STATUS_WORDS, TYPE_WORDS
from schemas.source_model import Source
from schemas.state_facts import STATE_BOXES, ZIP_PREFIXES
from schemas.thresholds import threshold

CHECKED = (
    *("status_code", "school_type_text", "effective_date", "level", "no_grades", "out_of_state", "students_by_grade"),
)
"""Columns of a source's YAML that are read only to be compared with others."""
SPRING = range(1, 7)
"""Months before the first of July, on which school years are taken to begin."""
FEDERAL = ("BI", "DD")
"""Their schools lie in any state."""


class Fired(NamedTuple):
    """A rule, the column it speaks of, and the rows that broke it. `per_file`: one finding per file and value."""

    rule_id: str
    column: str
    rows: pd.Series
    expected: str | None = None
    per_file: bool = False


def check_rows(
    rows: pd.DataFrame, part: pd.DataFrame, flags: pd.DataFrame, counts: pd.DataFrame, source: Source
) -> list[Fired]:
    """Rules D10 to D12 and D14 to D19, D23 on rows of one source.

    rows: cells as sent. part: the same rows typed (`nces_parts`, with location_state as postal code). flags: grade
    flags, one column per grade. counts: Int64. A rule is silent where a file lacks what it compares.
    """
    return [
        *_words_and_codes(rows, source),
        _dates(rows, source),
        *_grades(rows, part, flags),
        *_places(rows, part),
        *_sums(rows, counts),
    ]


def _any_given(cells: pd.Series) -> bool:
    return bool(cells.notna().any())


def _none(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(False, index=rows.index)


def _words_and_codes(rows: pd.DataFrame, source: Source) -> list[Fired]:
    """D10, D11: the word beside a code is the word of that code."""
    fired = []
    for rule_id, name, other, words in (
        ("D10", "status", "status_code", STATUS_WORDS),
        ("D11", "school_type", "school_type_text", TYPE_WORDS),
    ):
        if _any_given(rows[other]):
            said, coded = (read_words(rows[one], words, source.missing)[0] for one in (name, other))
            both = said.notna() & coded.notna()
            fired.append(Fired(rule_id, name, both & (said != coded), f"the same in {name} and in its code"))
    return fired


def _dates(rows: pd.DataFrame, source: Source) -> Fired:
    cells = rows["effective_date"]
    if not _any_given(cells):
        return Fired("D12", "effective_date", _none(rows))
    started = per_value(read_text(cells, source.missing), _start_year)
    years = per_value(rows["file_year"], lambda values: values.map(start_of, na_action="ignore")).astype("float64")
    far = (started - years).abs() > threshold("d12_years_around")
    return Fired("D12", "effective_date", is_given(cells, source.missing) & (started.isna() | far))


def _start_year(values: pd.Series) -> pd.Series:
    """The year in which the school year of a date begins: 07/01/2017, 2017-07-01, or 01JUL2014:00:00:00."""
    dates = pd.to_datetime(values, format="%m/%d/%Y", errors="coerce")
    for pattern, cut in (("%d%b%Y", 9), ("%Y-%m-%d", 10)):
        dates = dates.fillna(pd.to_datetime(values.str[:cut], format=pattern, errors="coerce"))
    return dates.dt.year - dates.dt.month.isin(SPRING)


def _grades(rows: pd.DataFrame, part: pd.DataFrame, flags: pd.DataFrame) -> list[Fired]:
    """D14: span and flags. D15: level and grades. D16: a school that operates offers a grade."""
    operating = part["status"].isin(OPERATING)
    fired = [
        Fired("D14", "grade_low", flags_disagree(part["grade_low"], part["grade_high"], flags)),
        Fired("D16", "status", operating & offers_nothing(flags, rows.index)),
    ]
    if _any_given(rows["no_grades"]):
        none = read_flags(rows["no_grades"]).fillna(False).astype(bool)
        fired[1] = Fired("D16", "status", fired[1].rows | (operating & none))
    if _any_given(rows["level"]):
        needs = read_words(rows["level"], LEVEL_WORDS)[0]
        lacks = {name: ~part[name].fillna(True).astype(bool) for name in ("offers_high", "offers_k8")}
        wrong = ((needs == "offers_high") & lacks["offers_high"]) | ((needs == "offers_k8") & lacks["offers_k8"])
        fired.append(Fired("D15", "level", wrong))
    return fired


def _places(rows: pd.DataFrame, part: pd.DataFrame) -> list[Fired]:
    """D17: ZIP code and state. D18: address and state. D19: position and state."""
    home, stands = part["state"], part["location_state"].fillna(part["state"])
    federal = home.isin(FEDERAL)
    digits = int(threshold("d17_prefix_digits"))
    odd_zip = _zips_of_others(part["zip"].str[:digits], stands.mask(federal & part["location_state"].isna()))
    abroad = part["location_state"].notna() & (part["location_state"] != home) & ~federal
    if _any_given(rows["out_of_state"]):
        abroad &= ~read_flags(rows["out_of_state"]).fillna(False).astype(bool)
    return [
        Fired("D17", "zip", odd_zip, "a ZIP code of the state"),
        Fired("D18", "location_state", abroad),
        Fired("D19", "latitude", outside_state(part, stands), "a position in the state"),
    ]


def _zips_of_others(prefix: pd.Series, state: pd.Series) -> pd.Series:
    both = prefix.notna() & state.isin(ZIP_PREFIXES)
    if not both.any():
        return both
    pairs = per_value((prefix + state).where(both), _is_of_another_state)
    return pairs.fillna(False).astype(bool)


def _is_of_another_state(pairs: pd.Series) -> pd.Series:
    return pairs.map(lambda pair: pair[:-2] not in ZIP_PREFIXES[pair[-2:]], na_action="ignore")


def outside_state(part: pd.DataFrame, state: pd.Series) -> pd.Series:
    """Flag per row: it has a position, and that lies outside every box of its state."""
    north, east = (part[name].to_numpy("float64", na_value=np.nan) for name in ("latitude", "longitude"))
    codes, names = pd.factorize(state)
    slack = threshold("d19_slack")
    outside = np.zeros(len(part), dtype=bool)
    placed = ~np.isnan(north) & ~np.isnan(east)
    for number, name in enumerate(names):
        boxes = STATE_BOXES.get(name)
        if not boxes:
            continue
        here = np.flatnonzero(placed & (codes == number))
        inside = np.zeros(len(here), dtype=bool)
        for south, up, west, right in boxes:
            inside |= (
                (north[here] >= south - slack)
                & (north[here] <= up + slack)
                & (east[here] >= west - slack)
                & (east[here] <= right + slack)
            )
        outside[here] = ~inside
    return pd.Series(outside, index=part.index)


def _sums(rows: pd.DataFrame, counts: pd.DataFrame) -> list[Fired]:
    """D23: the races of a school are no more than all its students, and its grades give the same sum."""
    total = counts["students_total"]
    if not total.notna().any():
        return [Fired("D23", "students_total", _none(rows))]
    races = counts[[f"students_{race}" for race in RACES]].fillna(0).sum(axis=1)
    wrong = (races > total).fillna(False)
    by_grade = counts["students_by_grade"]
    wrong |= ((by_grade - total).abs() > threshold("d23_grade_slack")).fillna(False)
    return [Fired("D23", "students_total", wrong.astype(bool))]
