"""Whether a state's file as a whole is what it seems: moved columns, names of teachers, totals of schools."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipelines.shared.coded import encode, nothing
from pipelines.standard.counts import Counts, read_counts
from pipelines.standard.course_file_checks import note_moved_columns, teachers_moved, totals_of_schools
from pipelines.standard.row_notes import Notes, Places
from schemas.columns import COUNTS

YEAR = "2018-19"


def coded(*cells: str | None) -> Any:
    return encode(pd.Series(list(cells), dtype="str"))


def moved(codes: list[str | None], ids: list[str | None], files: list[str]) -> list[tuple[Any, ...]]:
    """Row, column and value of each S09; the first row is 2."""
    file = coded(*files)
    notes = Notes(Places("tx", file, nothing(len(files)), np.arange(2, len(files) + 2)), YEAR)
    note_moved_columns(coded(*codes), coded(*ids), file, notes)
    found = notes.findings()
    assert set(found["rule_id"]) <= {"S09"}
    return list(found[["row", "column", "value"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("code", "state_id", "is_equal"),
    [
        ("1903", "TX-001903-001903001", True),
        ("001903", "TX-1903-5", True),
        ("1903001", "TX-9-001903001", True),
        ("1903", "TX-9-1903-7", True),
        ("1903", "TX-9-8-1903", False),
        ("TX", "TX-9-8", False),
        ("9", "TX", False),
        (None, "TX-9-8", False),
        ("9", None, False),
    ],
)
def test_a_course_code_that_is_an_id_of_its_row(code: str | None, state_id: str | None, is_equal: bool) -> None:
    assert moved([code], [state_id], ["a.csv"]) == ([(2, "course_code", code)] if is_equal else [])


def test_a_share_of_a_files_rows_decides_and_then_every_row_is_told() -> None:
    ids = ["TX-1-2"] * 10
    assert moved(["1", *["77"] * 9], ids, ["a.csv"] * 10) == [], "one in ten is chance"
    told = moved(["1", "2", *["77"] * 8], ids, ["a.csv"] * 10)
    assert told == [(2, "course_code", "1"), (3, "course_code", "2"), *((n, "course_code", "77") for n in range(4, 12))]
    files = ["a.csv", "b.csv"] * 5
    assert [row for row, _, _ in moved(["1", "77"] * 5, ids, files)] == [2, 4, 6, 8, 10], "each file for itself"


def test_names_of_teachers_are_counted_per_file_and_not_shown() -> None:
    rows = pd.DataFrame(
        {
            "file": ["b.csv", "a.csv", "b.csv", "b.csv", "c.csv"],
            "teacher_name_or_id": ["Ada", " 17 ", "Bo", None, " n/a "],
        }
    ).astype("str")
    found = teachers_moved(rows, "fl", frozenset({"n/a"}), YEAR)
    shown = ["rule_id", "stage", "school_year", "source", "file", "column", "finding_rows"]
    assert found[shown].to_numpy().tolist() == [
        ["S21", "standard", YEAR, "fl", "a.csv", "teacher_name_or_id", 1],
        ["S21", "standard", YEAR, "fl", "b.csv", "teacher_name_or_id", 2],
    ]
    assert found["value"].isna().all()
    assert teachers_moved(rows.iloc[:0], "fl", frozenset(), YEAR).empty
    assert teachers_moved(rows[["file"]], "fl", frozenset(), YEAR).empty


def totals(*rows: tuple[str, int, str, str]) -> list[tuple[Any, ...]]:
    """File and rows of each S32 for offerings given as file, school, students and girls."""
    files, schools, students, girls = zip(*rows, strict=True)
    counts: dict[str, Counts] = {name: read_counts(nothing(len(rows)))[0] for name in COUNTS}
    counts["enrolled"], counts["female"] = (read_counts(coded(*cells))[0] for cells in (students, girls))
    found = totals_of_schools(counts, np.array(schools), coded(*files), "nd", YEAR)
    assert found[["rule_id", "stage", "school_year", "source", "column"]].drop_duplicates().to_numpy().tolist() in (
        [],
        [["S32", "standard", YEAR, "nd", "enrolled"]],
    )
    return list(found[["file", "finding_rows"]].itertuples(index=False, name=None))


def alike(file: str, *schools: int) -> list[tuple[str, int, str, str]]:
    return [(file, school, str(100 + school), "40") for school in schools for _ in range(2)]


def unlike(file: str, *schools: int) -> list[tuple[str, int, str, str]]:
    return [(file, school, "30", girls) for school in schools for girls in ("10", "11")]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (alike("a.csv", 1, 2, 3), [("a.csv", 3)]),
        ([("a.csv", n, "9", cell) for n in (1, 2, 3) for cell in ("1", "")], []),
        ([*alike("a.csv", 1, 2), ("a.csv", 3, "5", "1"), ("a.csv", 4, "5", "1")], []),
        ([*alike("a.csv", 1, 2, 3), *unlike("a.csv", 4, 5)], [("a.csv", 3)]),
        ([*alike("a.csv", 1, 2, 3), *unlike("a.csv", 4, 5, 6)], []),
        ([*alike("a.csv", 1, 2), *alike("b.csv", 1, 2)], []),
        ([*unlike("b.csv", 7, 8, 9), *alike("a.csv", 1, 2, 3)], [("a.csv", 3)]),
        ([*alike("a.csv", 1, 2, 3), *[("a.csv", n, "9", "3") for n in range(10, 20)]], [("a.csv", 3)]),
        ([("a.csv", n, cell, "4") for n in (1, 2, 3) for cell in ("<10", "<10")], []),
    ],
    ids=[
        "every school",
        "a blank is no 1",
        "two schools",
        "most",
        "half",
        "two files",
        "the other file",
        "single courses",
        "hidden counts",
    ],
)
def test_numbers_that_repeat_in_the_courses_of_most_schools(
    rows: list[tuple[str, int, str, str]], found: list[tuple[str, int]]
) -> None:
    assert totals(*rows) == found
