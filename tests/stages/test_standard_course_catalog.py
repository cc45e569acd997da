"""Catalogs: which course counts in which year, by code or title; and what a faulty catalog is told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.shared.coded import encode
from pipelines.shared.text import key_of
from pipelines.standard.course_catalog import (
    COLUMNS,
    REFERENCE_COLUMNS,
    catalog_of,
    load_catalog,
    load_reference,
)
from pipelines.standard.course_verdicts import CONTRADICTED, Judged, judge_courses, title_says
from schemas.source_model import CourseRule, load_sources

HEADER = ",".join(COLUMNS)
LINES = (
    ",,0200320,AP COMPUTER SCI A,counts,AP course,high,,",
    ",,9001110,FOUND OF WEB DESIGN,does_not_count,web pages,high,,",
    ",2017-18,9009999,OLD COURSE,counts,listed,high,,",
    "2018-19,,9009999,NEW COURSE,does_not_count,another course now,high,,",
    ",,,Robotics,review,a decision of the state,high,,",
    ",,*,AP CSA at Kestrel,counts,AP course by its local title,high,,",
    ",,*,Keyboarding II,does_not_count,use of computers,high,,",
)


def catalog(folder: Path, *lines: str) -> pd.DataFrame:
    (folder / "fl.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return load_catalog("FL", folder)


def judge_one(folder: Path, code: str | None, title: str | None, year: str = "2018-19", **rule: object) -> Judged:
    codes, titles = (encode(pd.Series([cell], dtype="str")) for cell in (code, title))
    course_rule = CourseRule.model_validate({"pad": 7, **rule})
    judged = judge_courses(codes, titles, course_rule, catalog(folder, *LINES), year)
    assert judged.basis.known.all()
    return judged


def judge(folder: Path, code: str | None, title: str | None, year: str = "2018-19", **rule: object) -> tuple[str, bool]:
    judged = judge_one(folder, code, title, year, **rule)
    return judged.verdict.text()[0].as_py(), bool(judged.unlisted[0])


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


@pytest.mark.parametrize(
    ("code", "title", "counts", "contradicted"),
    [
        ("0200320", "AP Comp Sci A", "counts", False),
        ("0200320", "Marine Life", "counts", False),  # its words say nothing
        ("0200320", "Keyboarding", "review", True),
        ("0200320", "KEYBOARDING with Java programming", "counts", False),  # its words say both
        ("9001110", "Web Design", "does_not_count", False),
        ("9001110", "Intro to Computer Science", "review", True),
        ("9001110", None, "does_not_count", False),
        ("1234567", "Keyboarding", "review", False),  # the code itself is the question
        (None, "Robotics", "review", False),
        ("0200320", "keyboarding  II", "does_not_count", False),  # someone has said so, under every code
        ("9001110", "AP CSA at Kestrel", "counts", False),
        ("1234567", "AP CSA at Kestrel", "counts", False),
        (None, "AP CSA at Kestrel", "counts", False),
    ],
)
def test_a_title_that_contradicts_its_code_is_a_question(
    tmp_path: Path, code: str | None, title: str | None, counts: str, contradicted: bool
) -> None:
    judged = judge_one(tmp_path, code, title)
    assert (judged.verdict.text()[0].as_py(), bool(judged.contradicted[0])) == (counts, contradicted)
    assert (judged.basis.text()[0].as_py() in CONTRADICTED.values()) == contradicted


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("AP COMPUTER SCI PRIN", "computer_science"),
        ("Int Comp Sci 1", "computer_science"),
        ("coding in Python 2", "computer_science"),
        ("Computer Applictns 1", "other"),
        ("MS Office", "other"),
        ("Custodial Service", "other"),
        ("JROTC Corps Mgmt", "other"),
        ("Automation & Robotics II", ""),
        ("Computer Applications and Coding", ""),
        ("Game Design", ""),
        ("", ""),
    ],
)
def test_what_a_title_says_by_its_words(title: str, says: str) -> None:
    assert title_says(key_of(title) or "") == says


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40))
def test_what_a_title_says_does_not_depend_on_how_it_is_written(title: str) -> None:
    key = key_of(title) or ""
    assert title_says(key) in ("computer_science", "other", "")
    assert title_says(key_of(f"  {title.upper()}! ") or "") == title_says(key_of(title.upper()) or "")


def test_shared_lists_are_asked_after_the_states_own(tmp_path: Path) -> None:
    both = {"references": ["sced", "titles"], "pad": 5}
    assert judge(tmp_path, "10157", None) == ("review", True)
    assert judge(tmp_path, "10157", None, **both) == ("counts", False)
    assert judge(tmp_path, "10004", None, **both) == ("does_not_count", False)
    assert judge(tmp_path, None, "AP CSA", references=["sced"]) == ("review", True)
    assert judge(tmp_path, None, "AP CSA", **both) == ("counts", False)
    assert judge(tmp_path, None, "Found of Web Design", **both) == ("does_not_count", False)
    assert judge(tmp_path, None, "Robotics", **both)[0] == "review"


def test_the_meaning_of_a_code_is_the_states_own() -> None:
    """The same five digits are two courses in Massachusetts and in the national list (domain.md 5.3)."""
    codes, titles = (encode(pd.Series([cell], dtype="str")) for cell in ("10020", None))
    rule = CourseRule.model_validate({"references": ["sced"]})
    minnesota = judge_courses(codes, titles, rule, load_catalog("MN"), "2019-20")
    national = judge_courses(codes, titles, rule, load_catalog("WY"), "2019-20")
    assert [judged.verdict.text()[0].as_py() for judged in (minnesota, national)] == ["counts", "review"]


def test_a_shared_list_says_where_each_line_comes_from(tmp_path: Path) -> None:
    for name in ("sced", "titles"):
        reference = load_reference(name)
        assert (reference["release"] != "").all()
        assert (reference["source"] != "").all()
    head = ",".join(REFERENCE_COLUMNS)
    (tmp_path / "sced.csv").write_text(f"{head}\n,,10011,CSP,counts,why,high,,,2018,\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"sced\.csv, line 2: release and source must be given"):
        load_reference("sced", tmp_path)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("03580200", None),
        ("A3580300", None),
        ("", None),
        ("*", None),
        ("227901", "looks like the id of a district or school"),
        ("71909", "looks like the id of a district or school"),  # a district id without its zero
        ("001903001", "looks like the id of a district or school"),
        ("TX-001903-001903001", "looks like the id of a district or school"),
        ("3580200000", "does not look like a course code"),
    ],
)
def test_a_catalog_holds_codes_of_courses_only(code: str, fault: str | None, tmp_path: Path) -> None:
    """The list of Texas was full of ids of districts (domain.md 15, defect 9)."""
    (tmp_path / "tx.csv").write_text(f"{HEADER}\n,,{code},Robotics,counts,why,high,,\n", encoding="utf-8")
    if fault is None:
        assert catalog_of(load_sources()["tx"], tmp_path)["course_code"].tolist() == [code]
    else:
        with pytest.raises(ValueError, match=rf"tx\.csv, line 2: '{code}' {fault}"):
            catalog_of(load_sources()["tx"], tmp_path)


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
        ((",2018-19,1,A,counts,why,,,", "2018-19,,1,B,counts,why,,,"), "a code stands once"),  # both hold in 2018-19
        ((",,1,A,counts,why,,,", "2018-19,2019-20,1,B,counts,why,,,"), "a code stands once"),
        ((",,,Java,counts,why,,,", ",,,JAVA!,counts,why,,,"), "a title without a code stands once"),
        ((",,*,Java,counts,why,,,", ",,*,JAVA!,counts,why,,,"), "a title without a code stands once"),
        ((",,,Java,counts,why,,,", "2018-19,,,Java,review,why,,,"), "a title without a code stands once"),
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
