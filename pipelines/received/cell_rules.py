"""The rules about single cells that hold for every source, over columns in our names. Decides nothing about schools.

Each rule looks at bytes first and at cells only where something was seen: nearly no file breaks any of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.received.hide_addresses import hide_addresses
from pipelines.received.notice import Notice
from pipelines.received.refusal import Refused
from pipelines.received.signs import Signs
from pipelines.received.text_cells import first_bytes, holds_foreign, without_mojibake
from schemas.columns import RESTRICTED
from schemas.source_model import Layout
from schemas.thresholds import threshold

CODES = ("course_code", "grade_low", "grade_high", "school_code", "district_code", "ap_school_code", "ib_school_code")
"""Columns of codes that a spreadsheet takes for dates. Ids of schools have rules of their own (D01, S03)."""
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"\s*(?:\d{{4}}-\d\d-\d\d(?:T[\d:.]+)?|(?:{_MONTHS})[a-z]*-\d\d|\d\d?-(?:{_MONTHS})|\d\d?/\d\d?/\d{{2,4}})\s*",
    re.I,
)
_MAY_BE_FORMULA = np.isin(np.arange(256), list(b"=+-@\t\r "))
_FORMULA = r"^\s*[=+\-@]"
_NUMBER = r"^\s*[+\-][\d.,\s%$()/+\-]*$"


@dataclass
class Checked:
    """Columns after the repairs, and what was found, by place: rows set aside (rule, places, our column) and not."""

    cells: dict[str, arrow.ChunkedArray]
    aside: list[tuple[str, np.ndarray, str]] = field(default_factory=list)
    addresses: dict[str, np.ndarray] = field(default_factory=dict)
    lost: dict[str, np.ndarray] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


def check_cells(
    shaped: arrow.Table, found: Mapping[str, str], rows: np.ndarray, signs: Signs, layout: Layout
) -> Checked:
    """Apply the rules F05, F06, F13, F15, F16, F22, F26, F29 and F31 to the columns of `found` (our name -> the file's).

    `rows`: row numbers as a spreadsheet shows them, to name the first. Raises Refused F05.
    """
    checked = Checked({ours: shaped[ours] for ours in found})
    if signs.control:
        _set_aside(checked, "F06", lambda cells: compute.match_substring_regex(cells, _CONTROL))
    if signs.doubled:
        _put_letters_back(checked, found)
    if signs.lost:
        _name_lost_letters(checked, rows)
    if signs.invisible:
        _take_out_invisible(checked, found)
    _set_dates_aside(checked)
    _name_formulas(checked, found, rows)
    if signs.at_sign and len(rows):
        kept = {ours: cells for ours, cells in checked.cells.items() if ours not in RESTRICTED}
        hidden, checked.addresses = hide_addresses(kept)
        checked.cells |= hidden
    _name_empty_columns(checked, found, layout)
    return checked


def _set_aside(checked: Checked, rule_id: str, is_odd: Callable[[arrow.ChunkedArray], arrow.ChunkedArray]) -> None:
    for ours, cells in checked.cells.items():
        places = np.asarray(compute.indices_nonzero(compute.fill_null(is_odd(cells), False)))
        if len(places):
            checked.aside.append((rule_id, places, ours))


def _name_lost_letters(checked: Checked, rows: np.ndarray) -> None:
    """Quarantine rows in which a letter was replaced for good, or refuse the file when they are many."""
    for ours, cells in checked.cells.items():
        if holds_foreign(cells):
            places = np.asarray(compute.indices_nonzero(compute.match_substring(cells, "\ufffd")))
            checked.lost |= {ours: places} if len(places) else {}
    if not checked.lost:
        return
    damaged = np.unique(np.concatenate(list(checked.lost.values())))
    if len(damaged) > threshold("f05_lost_share") * len(rows):
        raise Refused(
            "F05",
            f"{len(damaged):,} of {len(rows):,} rows hold letters that a wrong encoding has lost (\ufffd), the first in "
            f"row {rows[damaged[0]]}; export the file again as UTF-8",
            progress=1,
        )


def _put_letters_back(checked: Checked, found: Mapping[str, str]) -> None:
    for ours, cells in checked.cells.items():
        if holds_foreign(cells):
            checked.cells[ours], number = without_mojibake(cells)
            checked.notices += [Notice("F31", column=found[ours], rows=number)] if number else []


def _take_out_invisible(checked: Checked, found: Mapping[str, str]) -> None:
    for ours, cells in checked.cells.items():
        if not holds_foreign(cells):
            continue
        number = compute.sum(compute.match_substring_regex(cells, _INVISIBLE)).as_py() or 0
        if number:
            checked.cells[ours] = compute.replace_substring_regex(cells, pattern=_INVISIBLE, replacement="")
            checked.notices.append(Notice("F29", column=found[ours], rows=number))


def _set_dates_aside(checked: Checked) -> None:
    for ours in CODES:
        if ours not in checked.cells:
            continue
        # Codes repeat, so that looking at each one once is cheap.
        values = checked.cells[ours].unique()
        dates = [value for value in values.to_pylist() if value and _DATE.fullmatch(value)]
        if dates:
            is_date = compute.is_in(checked.cells[ours], value_set=arrow.array(dates, arrow.large_string()))
            checked.aside.append(("F26", np.asarray(compute.indices_nonzero(is_date)), ours))


def _name_formulas(checked: Checked, found: Mapping[str, str], rows: np.ndarray) -> None:
    for ours, cells in checked.cells.items():
        places = np.flatnonzero(_MAY_BE_FORMULA[first_bytes(cells)])
        if not len(places):
            continue
        suspects = cells.take(arrow.array(places))
        # Negative numbers, which a file may have a hundred thousand of, are ruled out without Python.
        is_formula = compute.and_(
            compute.match_substring_regex(suspects, _FORMULA),
            compute.invert(compute.match_substring_regex(suspects, _NUMBER)),
        )
        at = places[np.asarray(compute.indices_nonzero(is_formula))]
        if len(at):
            checked.notices.append(Notice("F13", column=found[ours], row=int(rows[at[0]]), rows=len(at)))


def _name_empty_columns(checked: Checked, found: Mapping[str, str], layout: Layout) -> None:
    blank = arrow.array(["", "unspecified", "Unspecified"], arrow.large_string())
    for ours in layout.required:
        cells = checked.cells.get(ours)
        if cells is None or len(cells) < threshold("f15_rows"):
            continue
        empty = compute.sum(compute.is_in(cells, value_set=blank)).as_py() or 0
        if empty > threshold("f15_blank_share") * len(cells):
            expected = f"a required column has values; {empty:,} of its {len(cells):,} cells are blank or unspecified"
            checked.notices.append(Notice("F15", expected, column=found[ours], rows=empty))
