"""Catalogs: which course counts in which year, by code or title; and what a faulty catalog is told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.shared.coded import encode
from pipelines.standard.course_catalog import COLUMNS, judge_courses, load_catalog
from schemas.source_model import CourseRule

HEADER = ",".join(COLUMNS)
LINES = (
    ",,0200320,AP COMPUTER SCI A,counts,AP course,high,,",
    ",,9001110,FOUND OF WEB DESIGN,does_not_count,web pages,high,,",
    ",2017-18,9009999,OLD COURSE,counts,listed,high,,",
    "2018-19,,9009999,NEW COURSE,does_not_count,another course now,high,,",
    ",,,Robotics,review,a decision of the state,high,,",
)


def catalog(folder: Path, *lines: str) -> pd.DataFrame:
    (folder / "fl.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return load_catalog("FL", folder)


def judge(folder: Path, code: str | None, title: str | None, year: str = "2018-19", **rule: str) -> tuple[str, bool]:
    codes, titles = (encode(pd.Series([cell], dtype="str")) for cell in (code, title))
    course_rule = CourseRule.model_validate({"pad": 7, **rule})
    verdict, basis, unlisted = judge_courses(codes, titles, course_rule, catalog(folder, *LINES), year)
    assert basis.known.all()
    return verdict.text()[0].as_py(), bool(unlisted[0])


@pytest.mark.parametrize(
    ("code", "title", "year", "counts", "unlisted"),
    [
        ("0200320", "anything", "2018-19", "counts", False),
        ("9001110", None, "2018-19", "does_not_count", False),
        ("9009999", None, "2017-18", "counts", False),
        ("9009999", None, "2018-19", "does_not_count", False),
        ("1234567", "Robotics", "2018-19", "review", True),  # an unknown code is not saved by its title
        ("1234567", "AP Computer Sci A", "2018-19", "review", True),
        (None, "AP Computer Sci. A", "2018-19", "counts", False),
        (None, "robotics ", "2018-19", "review", False),
        (None, "Old Course", "2018-19", "review", True),  # its span is over
        (None, "Pottery", "2018-19", "review", True),
        (None, None, "2018-19", "counts", False),
        (None, " - ", "2018-19", "counts", False),
    ],
)
def test_judgement(tmp_path: Path, code: str | None, title: str | None, year: str, counts: str, unlisted: bool) -> None:
    assert judge(tmp_path, code, title, year) == (counts, unlisted)


def test_rows_without_a_course_follow_the_rule_of_the_state(tmp_path: Path) -> None:
    assert judge(tmp_path, None, None, blank_course="review") == ("review", False)
    assert judge(tmp_path, "1234567", "Pottery", mode="every_row") == ("counts", False)


def test_a_state_without_catalog_has_an_empty_one(tmp_path: Path) -> None:
    assert load_catalog("HI", tmp_path).empty


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",,0200320,,maybe,why,high,,", "counts must be one of"),
        (",,0200320,,counts,,high,,", "basis must not be blank"),
        (",,,,counts,why,high,,", "course_code or course_title"),
        ("2018,,0200320,,counts,why,high,,", "since and until are school years"),
        (",,0200320,,counts,why,college,,", "grade_band"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=rf"fl\.csv, line 3: {sentence}"):
        catalog(tmp_path, ",,0200321,,counts,why,high,,", line)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((",,0200320,A,counts,why,,,", ",,0200320,B,counts,why,,,"), "a code stands once"),
        ((",,,Java,counts,why,,,", ",,,JAVA!,counts,why,,,"), "a title without a code stands once"),
        ((",,1,Java,counts,why,,,", ",,2,Java,review,why,,,"), "lines of one title say the same"),
    ],
)
def test_a_course_has_one_judgement(tmp_path: Path, lines: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        catalog(tmp_path, *lines)


def test_a_header_of_its_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fl.csv").write_text("code,counts\n1,counts\n", encoding="utf-8")
    with pytest.raises(ValueError, match="the columns must be since, until"):
        load_catalog("FL", tmp_path)
