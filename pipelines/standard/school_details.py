"""What a row says of its school beside ids, name and town: street, county, level, and the grades it offers (not those of a course).

Reads cells; whose details they are, and what they are worth, is for the linked stage to find out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipelines.shared.coded import Coded
from pipelines.shared.text import key_of
from pipelines.standard.cells import read_zips
from pipelines.standard.row_notes import Notes
from schemas.columns import SCHOOL_DETAILS
from schemas.directory_values import GRADE_WORDS, NOT_GIVEN

GIVEN = (*SCHOOL_DETAILS, "grade_span")
"""Our columns that a file may fill; `grade_span` holds both grades in one cell: 09-12, KG:05, PK to 8."""
PLACE = ("city", "zip", *GIVEN)
"""What few states send of a school, and always of the school: rows without ids are told apart by it."""
A_GRADE = "a grade of the school, or its first and last: 09, KG, PK-05"
_SPAN = re.compile(r"(.+?)\s*(?:-+|[:\u2013\u2014]|\b(?:to|thru|through)\b)\s*(.+)")
_GRADES = {key.replace("-", " "): grade for key, grade in GRADE_WORDS.items()} | {"kk": "KG", "tk": "KG", "ee": "PK"}
_NOT_GIVEN = {key_of(mark) for mark in NOT_GIVEN} | {None}


def read_details(given: Mapping[str, Coded]) -> tuple[dict[str, Coded], dict[str, np.ndarray]]:
    """SCHOOL_DETAILS of rows whose columns GIVEN are tidy text; and per column of grades, flags of what is none (D33).

    A county that is a number is no name of one and null. Grades are those of `schemas.columns.GRADES`.
    """
    span = given["grade_span"]
    read = {name: given[name] for name in SCHOOL_DETAILS}
    read["county"] = read["county"].map(_county)
    read["grade_low"] = given["grade_low"].map(first_grade).or_else(span.map(first_grade))
    read["grade_high"] = given["grade_high"].map(last_grade).or_else(span.map(last_grade))
    graded = ("grade_low", "grade_high", "grade_span")
    return read, {name: given[name].flag(is_odd_grade) for name in graded if given[name].values}


def read_place(given: Mapping[str, Coded], state: str, notes: Notes) -> dict[str, Coded]:
    """City, ZIP code and SCHOOL_DETAILS of a state's rows with the columns PLACE; D17 and D33 are noted."""
    read, odd_grades = read_details(given)
    for name, odd in odd_grades.items():
        notes.add("D33", odd, column=name, values=given[name], expected=A_GRADE)
    cells = pd.Series(given["zip"].values, dtype="str")
    zips, odd_zip = read_zips(cells, pd.Series(state, index=cells.index, dtype="str"))
    notes.add("D17", given["zip"].flag(set(cells[odd_zip]).__contains__), column="zip", values=given["zip"])
    known = {cell: code for cell, code in zip(cells, zips, strict=True) if isinstance(code, str)}
    return {"city": given["city"], "zip": given["zip"].map(known.get), **read}


def first_grade(cell: str) -> str | None:
    """The first grade of a cell that holds a grade or a span of grades; null for what is neither."""
    return _ends(cell)[0]


def last_grade(cell: str) -> str | None:
    """The last grade of such a cell."""
    return _ends(cell)[1]


def is_odd_grade(cell: str) -> bool:
    """The cell says something, and it is neither a grade nor a span of grades."""
    return first_grade(cell) is None and key_of(cell) not in _NOT_GIVEN


def _county(cell: str) -> str | None:
    return cell if any(sign.isalpha() for sign in cell) else None


def _ends(cell: str) -> tuple[str | None, str | None]:
    whole = _grade(cell)
    span = None if whole else _SPAN.fullmatch(cell.strip(" '"))
    first, last = (_grade(span[1]), _grade(span[2])) if span else (whole, whole)
    return (first, last) if first and last else (None, None)


def _grade(text: str) -> str | None:
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b|\bgrades?\b", "", text.strip(" '").casefold())
    return GRADE_WORDS.get(plain.strip()) or _GRADES.get(plain.replace("-", " ").strip())
