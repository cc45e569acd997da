"""Rules about single cells: which rows are set aside, what is repaired, and what is told of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as arrow
import pytest

from pipelines.received.cell_rules import Checked, check_cells
from pipelines.received.refusal import Refused
from pipelines.received.signs import Signs
from schemas.source_model import Layout
from tests.unit.received_by_hand import source_of

SEEN, UNSEEN = Signs(), Signs(*[False] * 7)
FOUND = {"school_name": "School", "course_code": "Course", "submitter_email_address": "E-mail"}
LAYOUT = source_of("fl").layouts[0].model_copy(update={"required": ("school_name",)})


def check(signs: Signs = SEEN, layout: Layout = LAYOUT, **columns: list[str | None]) -> Checked:
    """The columns of FOUND in chunks of two; the first data row stands in row 2."""
    size = len(next(iter(columns.values())))
    cells = {
        ours: arrow.chunked_array(
            [arrow.array(values[at : at + 2], arrow.large_string()) for at in range(0, size, 2)], arrow.large_string()
        )
        for ours, values in columns.items()
    }
    return check_cells(arrow.table(cells), {o: FOUND[o] for o in columns}, np.arange(2, size + 2), signs, layout)


def aside(checked: Checked) -> list[tuple[str, list[int], str]]:
    return [(rule_id, places.tolist(), ours) for rule_id, places, ours in checked.aside]


def told(checked: Checked) -> list[tuple[Any, ...]]:
    return [(one.rule_id, one.column, one.row, one.rows) for one in checked.notices]


def test_tidy_columns_pass_unchanged() -> None:
    checked = check(school_name=["Kestrel High", None, "", "Zoo-School"], course_code=["0200320", "A-1", None, "12"])
    assert (aside(checked), told(checked), checked.addresses, checked.lost) == ([], [], {}, {})
    assert checked.cells["school_name"].to_pylist() == ["Kestrel High", None, "", "Zoo-School"]


def test_rows_with_control_characters_are_set_aside_by_place() -> None:
    names = ["a\x00b", "tab\tis no control", None, "line\nneither", "\x7f"]
    checked = check(school_name=names, course_code=["1", "2", "3", "4", "\x1b5"])
    assert aside(checked) == [("F06", [0, 4], "school_name"), ("F06", [4], "course_code")]
    assert aside(check(UNSEEN, school_name=names)) == [], "nobody saw one in the bytes"


def test_lost_letters_are_told_by_place_and_many_refuse_the_file() -> None:
    rows = ["Jos\ufffd", None, *["x"] * 98]
    assert {name: at.tolist() for name, at in check(school_name=rows).lost.items()} == {"school_name": [0]}
    with pytest.raises(Refused) as refused:
        check(school_name=["x", *rows[2:], "\ufffd", "\ufffd"], course_code=["1"] * 99 + ["\ufffd", "2"])
    assert refused.value.rule_id == "F05"
    assert refused.value.progress == 1
    assert refused.value.sentence == (
        "2 of 101 rows hold letters that a wrong encoding has lost (\ufffd), the first in row 101; "
        "export the file again as UTF-8"
    )


def test_letters_encoded_twice_are_put_back_and_counted_by_column() -> None:
    checked = check(school_name=["JosÃ©", "x", None, "Ã©"], course_code=["1", "2", "3", "4"])
    assert checked.cells["school_name"].to_pylist() == ["José", "x", None, "é"]
    assert told(checked) == [("F31", "School", None, 2)]


def test_invisible_characters_are_taken_out_and_counted_by_column() -> None:
    checked = check(school_name=["Kes\u200btrel", None, "é"], course_code=["\ufeff1", "2\u00ad", "3"])
    assert checked.cells["school_name"].to_pylist() == ["Kestrel", None, "é"]
    assert checked.cells["course_code"].to_pylist() == ["1", "2", "3"]
    assert told(checked) == [("F29", "School", None, 1), ("F29", "Course", None, 2)]
    assert told(check(school_name=["tidy"], course_code=["\u200b1"])) == [("F29", "Course", None, 1)]


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("Mar-04", True), ("4-Mar", True), ("2019-03-04", True), ("2019-03-04T00:00:00", True), ("3/4/19", True),
        ("03/04/2019", True), (" mar-04 ", True), ("March-04", True), ("03-04", False), ("Mar 04", False),
        ("0304", False), ("MAR", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_codes_that_became_dates_are_set_aside(code: str | None, is_date: bool) -> None:
    checked = check(course_code=["0200320", code, "0200320", code], school_name=["Mar-04"] * 4)
    assert aside(checked) == ([("F26", [1, 3], "course_code")] if is_date else [])


@pytest.mark.parametrize(
    ("cell", "is_formula"),
    [
        ("=1+1", True), (" =A1", True), ("+A1", True), ("-A1", True), ("@SUM(A1)", True), ("\t=A1", True),
        ("-1,234.5", False), ("+1 (555) 000-1", False), ("-", False), ("a=1", False), ("- 5%", False), (None, False),
    ],
)  # fmt: skip
def test_cells_that_begin_like_a_formula_are_told_with_the_first_row(cell: str | None, is_formula: bool) -> None:
    checked = check(school_name=["x", cell, "-7", cell])
    assert told(checked) == ([("F13", "School", 3, 2)] if is_formula else [])
    assert checked.cells["school_name"].to_pylist()[1] == (
        cell.strip() if cell and "@" in cell and "." in cell else cell
    )


def test_addresses_are_taken_out_where_they_do_not_belong() -> None:
    columns = {"school_name": ["x", "ask a@school.example"], "submitter_email_address": ["b@school.example"] * 2}
    checked = check(**columns)
    assert {name: at.tolist() for name, at in checked.addresses.items()} == {"school_name": [1]}
    assert checked.cells["school_name"].to_pylist() == ["x", "ask"]
    assert checked.cells["submitter_email_address"].to_pylist() == ["b@school.example"] * 2
    assert check(UNSEEN, **columns).addresses == {}


@pytest.mark.parametrize(
    ("blank", "rows", "is_told"), [(5, 20, True), (4, 20, False), (5, 25, False), (10, 19, False), (30, 30, True)]
)
def test_a_required_column_that_is_mostly_blank_is_told(blank: int, rows: int, is_told: bool) -> None:
    marks = ["", "unspecified", "Unspecified"]
    names = [marks[n % 3] for n in range(blank)] + ["x"] * (rows - blank)
    checked = check(school_name=names, course_code=[""] * rows)
    assert told(checked) == ([("F15", "School", None, blank)] if is_told else [])
    if is_told:
        words = f"a required column has values; {blank} of its {rows} cells are blank or unspecified"
        assert checked.notices[0].expected == words
    elsewhere = LAYOUT.model_copy(update={"required": ("state",)})
    assert told(check(layout=elsewhere, school_name=names)) == []
