"""A worksheet that a person filled is read as decisions: each answer what was chosen, each mistake its own sentence."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipelines.one_file.check_file import Checked, check_file
from pipelines.review.case_list import list_cases
from pipelines.review.worksheet import write_worksheet
from schemas.source_model import load_sources
from tests.review.cases_by_hand import directory, queue

Answers = dict[int, dict[str, str]]


def fill(path: Path, answers: Answers) -> None:
    """Stand in for a person with a spreadsheet: row as shown -> {column: what is typed}."""
    book = openpyxl.load_workbook(path)
    sheet = book["Cases"]
    header = [cell.value for cell in sheet[1]]
    for row, typed in answers.items():
        for name, text in typed.items():
            sheet.cell(row, header.index(name) + 1).value = text
    book.save(path)


def read_back(tmp_path: Path, answers: Answers) -> Checked:
    path = tmp_path / "worksheet.xlsx"
    write_worksheet(list_cases(queue(), directory(), "2018-19"), path, about="All.")
    fill(path, answers)
    return check_file(path, load_sources()["decisions"], "2018-19")


def test_answers_come_back_as_decisions_and_blank_rows_are_skipped(tmp_path: Path) -> None:
    who = {"reason": "the state's list", "decided_by": "R. Stewardly"}
    chosen = {
        2: {"answer": "069900200006 Marlcote Junior Senior High, QUILLPORT", **who},
        3: {"answer": "COUNTS", **who},
    }
    checked = read_back(tmp_path, chosen)
    assert checked.table is not None
    told = checked.table.sort_values("row")
    assert told["decision_kind"].tolist() == ["record_is_school", "course_counts"]
    assert told["nces_school_id_given"].tolist()[0] == "069900200006"
    assert told["evidence_hash"].tolist() == ["f" * 64] * 2
    assert (checked.counts["rows_in"], checked.counts["rows_excluded"]) == (3, 1)


@pytest.mark.parametrize(
    ("typed", "rule_id", "words"),
    [
        ({"answer": "none of tese"}, "C08", "did you mean 'none of these'?"),
        ({"answer": "another school"}, "C09", ""),
        ({"answer": "none of these", "reason": ""}, "C03", ""),
        ({"answer": "none of these", "decided_by": ""}, "C03", ""),
    ],
)
def test_each_mistake_has_its_row_and_sentence(tmp_path: Path, typed: dict[str, str], rule_id: str, words: str) -> None:
    checked = read_back(tmp_path, {4: {"reason": "asked the district", "decided_by": "R. Stewardly", **typed}})
    found = checked.findings[checked.findings["rule_id"] == rule_id]
    assert found["row"].tolist() == [4]
    assert words in found["expected"].iloc[0]
    assert checked.counts["rows_rejected"] == 1
