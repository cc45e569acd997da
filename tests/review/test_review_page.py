"""The review page in a real browser: filter, decide by keyboard, download; nothing hostile runs, nothing goes out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.review.case_list import list_cases
from pipelines.review.review_page import review_page
from pipelines.review.worksheet import ANSWER_COLUMNS
from tests.review.cases_by_hand import FORMULA, HOSTILE, directory, queue


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("review") / "review.html"
    listed = list_cases(queue(), directory(), "2018-19")
    path.write_text(review_page(listed, {"north": "North Partner"}), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(chromium: Any, address: str) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    page.outside = []
    page.faults = []
    page.on(
        "request",
        lambda request: page.outside.append(request.url) if not request.url.startswith(("file:", "blob:")) else None,
    )
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    yield page
    assert page.outside == []
    assert page.faults == []
    context.close()


def test_the_same_cases_are_the_same_page() -> None:
    listed = list_cases(queue(), directory(), "2018-19")
    assert review_page(listed) == review_page(listed)


def test_a_hostile_name_is_only_a_name(page: Any) -> None:
    assert page.title() == "Cases to decide, 2018-19"
    assert HOSTILE in page.locator(".row").nth(2).inner_text()


def test_filters_say_how_many(page: Any) -> None:
    page.select_option("#partner", "south")
    assert page.inner_text("#count").startswith("1 of 3 cases")
    page.select_option("#partner", "")
    page.select_option("#kind", "unknown_course")
    assert page.locator(".row").count() == 1
    page.select_option("#kind", "")
    page.fill("#words", "quillport marcote")
    assert page.locator(".row").count() == 1


def test_candidates_stand_side_by_side_with_their_reason(page: Any) -> None:
    cells = page.locator("#case tbody tr", has=page.locator("th", has_text="city")).locator("td").all_inner_texts()
    assert cells == ["Quillport", "Quillport =", "Marrowbay ≠"]
    assert "name very alike" in page.inner_text("#case")


def test_a_case_says_why_it_stands_where_it_stands(page: Any) -> None:
    assert "candidates nearly even" in page.locator(".row").nth(0).inner_text()
    assert "plain question" not in page.locator(".row").nth(1).inner_text(), "only of schools it tells something"
    assert "How open it is\nthe first candidate is hardly likelier than another school" in page.inner_text("#case dl")


def test_deciding_by_keyboard_and_downloading(page: Any, tmp_path: Path) -> None:
    page.focus("#list")
    page.keyboard.press("1")
    page.keyboard.press("n")
    page.keyboard.type("=same building")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("2")
    assert "2 answered here" in page.inner_text("#count")
    page.click("#download")
    assert "write your name" in page.inner_text("#saved")
    page.fill("#who", "R. Stewardly")
    page.click("#download")
    assert "say why" in page.inner_text("#saved")
    page.fill("#case-reason", "listed by the state")
    with page.expect_download() as waiting:
        page.click("#download")
    waiting.value.save_as(tmp_path / "answers.csv")
    assert waiting.value.suggested_filename.startswith("answers_2018-19_")
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0]) == list(ANSWER_COLUMNS)
    assert [(row["case_id"][0], row["answer"], row["reason"]) for row in rows] == [
        ("a", "069900200006", "'=same building"),
        ("b", "does not count", "listed by the state"),
    ]
    assert rows[0]["decided_by"] == "R. Stewardly"
    assert rows[1]["question"] == "does the course count?"
    assert FORMULA not in (tmp_path / "answers.csv").read_text(encoding="utf-8-sig").replace("'" + FORMULA, "")


def test_another_school_needs_its_id_and_the_same_answers_are_the_same_file(page: Any, tmp_path: Path) -> None:
    page.fill("#who", "R. Stewardly")
    page.focus("#list")
    page.keyboard.press("3")
    page.fill("#case-reason", "it moved")
    page.click("#download")
    assert "Another school needs its NCES id" in page.inner_text("#saved")
    assert page.evaluate("document.activeElement.id") == "case-value"
    page.keyboard.type("069900100006")
    files = []
    for name in ("first", "again"):
        with page.expect_download() as waiting:
            page.click("#download")
        waiting.value.save_as(tmp_path / name)
        files.append((tmp_path / name).read_bytes())
        page.wait_for_timeout(1_100)
    assert files[0] == files[1], "the time is that of the answer, not of the download"


def test_answers_outlive_the_page(page: Any) -> None:
    page.focus("#list")
    page.keyboard.press("3")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert "1 answered here" in page.inner_text("#count")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_overflows(page: Any, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
