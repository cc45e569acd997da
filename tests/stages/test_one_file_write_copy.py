"""The repaired copy and its change list: no cell runs as a formula, no zero is lost, nothing is overwritten."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.one_file.safe_repairs import FORMULA, Change, Repaired
from pipelines.one_file.write_copy import change_list_path, write_copy
from pipelines.received.find_header import find_header
from pipelines.received.read_workbook import read_sheets
from schemas.source_model import Layout

COLUMNS = {"school_name": "name", "course_code": "code"}
RECORDS = [["name", "code"], ["Alpha High", "00123"], ["=1+1", "-5"], [], ["Ünïcode & <b>", '"quoted", too']]


def repaired(reader: str = "csv", delimiter: str = ",", changes: list[Change] | None = None) -> Repaired:
    layout = Layout.model_validate(
        {"name": "l", "reader": reader, "delimiter": delimiter, "columns": COLUMNS, "required": ["school_name"]}
    )
    return Repaired([list(r) for r in RECORDS], changes or [], layout, find_header(RECORDS[:1], layout), "Sheet 1")


def test_a_csv_copy_keeps_rows_and_delimiter(tmp_path: Path) -> None:
    copy, _ = write_copy(repaired(delimiter=";"), tmp_path / "copy.csv")
    rows = list(csv.reader(copy.open(encoding="utf-8", newline=""), delimiter=";"))
    assert rows[1] == ["Alpha High", "00123"]
    assert rows[2] == ["'=1+1", "-5"]
    assert rows[3] == []
    assert rows[4] == RECORDS[4]


def test_a_workbook_copy_is_all_text(tmp_path: Path) -> None:
    copy, _ = write_copy(repaired(reader="workbook"), tmp_path / "copy.xlsx")
    rows = dict(read_sheets(copy.read_bytes())["Sheet 1"])
    assert [rows[n] for n in (1, 2, 3, 5)] == [RECORDS[n - 1] for n in (1, 2, 3, 5)]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "copy.changes.csv").write_text("mine")
    with pytest.raises(ValueError, match="never overwritten"):
        write_copy(repaired(), tmp_path / "copy.csv")
    assert not (tmp_path / "copy.csv").exists()


def test_the_ending_must_fit(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"name it copy\.csv"):
        write_copy(repaired(), tmp_path / "copy.xlsx")


def test_the_change_list_runs_nothing(tmp_path: Path) -> None:
    change = Change(2, "code", "=cmd|' /C calc'!A0", "", "F13")
    write_copy(repaired(changes=[change]), tmp_path / "copy.csv")
    rows = list(csv.reader(change_list_path(tmp_path / "copy.csv").open(encoding="utf-8", newline="")))
    assert rows[0] == ["row", "column", "was", "is", "rule"]
    assert rows[1][2].startswith("'=")


@given(st.text(min_size=1))
def test_a_guarded_cell_is_no_formula(cell: str) -> None:
    assert not FORMULA.match("'" + cell)


@pytest.mark.parametrize("cell", ["-5", "+1.5", "-", "- 01", "12", "1,234", "A-1", ""])
def test_numbers_and_plain_text_are_no_formulas(cell: str) -> None:
    assert not FORMULA.match(cell)
