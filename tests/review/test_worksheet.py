"""The worksheet keeps ids as text, offers each case its own choices, and lets only the answers be changed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipelines.review.case_list import SHOWN, list_cases
from pipelines.review.worksheet import ANSWER_COLUMNS, OPEN, SHEET_ORDER, kind_names, write_worksheet
from schemas.case_kinds import CASES
from schemas.columns import CASE_KINDS
from schemas.review_order import OPENNESS
from tests.review.cases_by_hand import FORMULA, directory, queue


@pytest.fixture
def book(tmp_path: Path) -> openpyxl.Workbook:
    listed = list_cases(queue(), directory(), "2018-19")
    assert write_worksheet(listed, tmp_path / "w.xlsx", about="Everything.") == 3
    return openpyxl.load_workbook(tmp_path / "w.xlsx")


def test_every_kind_of_case_can_be_answered() -> None:
    assert set(CASES) == set(CASE_KINDS)
    assert set(kind_names()) == set(CASE_KINDS)
    assert all(case.choices for case in CASES.values())


def test_the_sheet_shows_what_the_queue_asks() -> None:
    assert set(SHEET_ORDER) == {*SHOWN, *OPEN, "run_id", "school_year", "reviewer_partner"}
    assert set(ANSWER_COLUMNS) - {"decided_at"} <= set(SHEET_ORDER)


def test_only_answers_are_unlocked_and_the_header_stays(book: openpyxl.Workbook) -> None:
    sheet = book["Cases"]
    assert sheet.protection.sheet
    assert sheet.freeze_panes is not None
    assert sheet.auto_filter.ref is not None
    header = [cell.value for cell in sheet[1]]
    unlocked = {
        header[cell.column - 1] for row in sheet.iter_rows(min_row=2) for cell in row if not cell.protection.locked
    }
    assert unlocked == set(OPEN)


def test_texts_stay_texts(book: openpyxl.Workbook) -> None:
    sheet = book["Cases"]
    header = [cell.value for cell in sheet[1]]
    names = [row[header.index("school_name")] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in names][1] == FORMULA
    assert {cell.data_type for cell in names} == {"s"}
    assert sheet.cell(2, header.index("case_id") + 1).data_type == "s"


def test_how_open_a_case_is_stands_in_words(book: openpyxl.Workbook) -> None:
    sheet = book["Cases"]
    at = SHEET_ORDER.index("openness") + 1
    assert sheet.cell(2, at).value == OPENNESS["candidates_nearly_even"].words


def test_each_case_has_its_own_choices(book: openpyxl.Workbook) -> None:
    lists = book["Lists"]
    assert lists.sheet_state == "hidden"
    rows = {row[0]: [cell for cell in row[2:] if cell] for row in lists.iter_rows(min_row=2, values_only=True)}
    counts = {row[0]: row[1] for row in lists.iter_rows(min_row=2, values_only=True)}
    assert rows["a" * 16] == [
        "069900200006 Marlcote Junior Senior High, QUILLPORT",
        "069900100006 Fenncombe Junior Senior High",
        "another school",
        "none of these",
        "not a school",
    ]
    assert rows["b" * 16] == ["counts", "does not count"]
    assert counts == {case: len(choices) for case, choices in rows.items()}
    (rule,) = book["Cases"].data_validations.dataValidation
    header = [cell.value for cell in book["Cases"][1]]
    letter = openpyxl.utils.get_column_letter(header.index("answer") + 1)
    assert str(rule.sqref) == f"{letter}2:{letter}4"
    case_letter = openpyxl.utils.get_column_letter(header.index("case_id") + 1)
    assert f"MATCH(${case_letter}2,Lists!$A:$A,0)" in rule.formula1


def test_the_same_cases_are_the_same_bytes_and_others_are_not(tmp_path: Path) -> None:
    listed = list_cases(queue(), directory(), "2018-19")
    for name in ("one", "two"):
        write_worksheet(listed, tmp_path / f"{name}.xlsx", about="Everything.")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    changed = queue().assign(evidence_hash="e" * 64)
    assert list_cases(changed, directory(), "2018-19").run_id != listed.run_id
    shuffled = queue().sample(frac=1, random_state=3)
    assert list_cases(shuffled, directory(), "2018-19").run_id == listed.run_id


def test_a_partner_gets_its_own_cases_only() -> None:
    mine = list_cases(queue(), directory(), "2018-19", partner="north")
    assert mine.cases["partner_id"].tolist() == ["north"]
    with pytest.raises(
        ValueError,
        match=r"no open case of 2018-19 is for partner 'nroth' to answer; there are cases of north, south, stewards",
    ):
        list_cases(queue(), directory(), "2018-19", partner="nroth")
