"""The page is for everybody: axe finds nothing, a keyboard and 320 pixels are enough, and it prints. It asks nothing outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.season.releases.find import Found
from tests.page.conftest import VERSION, Tab, new_tab

VIEWS = (
    "#/US/teaches",
    "#/WA/teaches?show=all",
    "#/US/teaches?show=pooled&answer=Y,HY&group=size.small&students=total",
    "#/WA/courses",
    "#/GA/lacks?year=2016-17",
    "#/CA/changed",
    "#/ID/know",
    "#/GA/help",
    "#/US/courses",
    "#/school/539900200001",
    "#/district/1699006",
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_axe_finds_nothing_in_light_and_dark(tab: Tab) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = tab.page
    found = []
    try:
        tab.open(VIEWS[0])
        page.evaluate(Axe().axe_script)
        # What a page is made of is the same in the dark; only its colors are not.
        for scheme, only in (("light", TAGS), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=scheme)
            for route in VIEWS:
                tab.open(route)
                result = page.evaluate("only => axe.run({runOnly: only, resultTypes: ['violations']})", only)
                found += [
                    (scheme, route, fault["id"], [node["html"][:120] for node in fault["nodes"]][:3])
                    for fault in result["violations"]
                ]
    finally:
        page.emulate_media(color_scheme="light")
    assert found == []


def test_320_pixels_are_enough(tab: Tab) -> None:
    page = tab.page
    try:
        page.set_viewport_size({"width": 320, "height": 640})
        for route in VIEWS:
            tab.open(route)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 320, f"{route} is {wide} pixels wide"
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_keyboard_is_enough(tab: Tab) -> None:
    page = tab.open("#/US/teaches")
    page.locator("#search").focus()
    page.keyboard.type("quillmere alder", delay=0)
    page.wait_for_selector("#found li:has-text('Quillmere High School')", timeout=20_000)
    assert float(page.locator("#search").get_attribute("data-milliseconds")) < 50
    page.keyboard.press("ArrowDown")
    assert page.locator("#search").get_attribute("aria-activedescendant") == "found-0"
    page.keyboard.press("Enter")
    page.wait_for_selector("article.school[data-school='539900200001']", timeout=20_000)
    assert page.evaluate("document.activeElement.tagName") == "H1", "the new view gets the focus"
    assert "offers computer science" in page.locator("#live").inner_text()
    for _ in range(3):
        page.keyboard.press("Tab")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid", "what has the focus can be seen"


def test_the_map_listens_to_keys_and_the_table_sorts(tab: Tab) -> None:
    page = tab.open("#/WA/teaches")
    canvas = page.locator(".map canvas")
    canvas.focus()
    before = canvas.screenshot()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(100)
    assert canvas.screenshot() != before
    head = page.locator("thead th", has_text="School")
    assert head.get_attribute("aria-sort") == "ascending"
    first = page.locator("tbody tr").first.inner_text()
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert page.locator("tbody tr").first.inner_text() != first


def test_the_district_brief_prints(tab: Tab) -> None:
    page = tab.open("#/district/1699006")
    page.emulate_media(media="print")
    try:
        shown = {
            what: page.locator(what).first.is_visible()
            for what in ("#questions", "#choices", ".find", ".actions", "h1")
        }
        pdf = page.pdf(format="Letter")
    finally:
        page.emulate_media(media="screen")
    assert shown == {"#questions": False, "#choices": False, ".find": False, ".actions": False, "h1": True}
    assert 1 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 4


def test_a_preview_looks_different(chromium: Any, release: Path, serve: Callable[[Found], str]) -> None:
    tab = new_tab(chromium, serve(Found(release, VERSION, "preview")))
    tab.open("#/WA/know")
    assert tab.page.locator("#channel").is_visible()
    assert "PREVIEW" in tab.text("#channel")
    assert tab.page.evaluate("document.documentElement.dataset.channel") == "preview"
    tab.page.context.close()


def test_the_published_page_has_no_banner_and_asks_for_nothing_outside(tab: Tab) -> None:
    tab.open("#/US/teaches")
    assert not tab.page.locator("#channel").is_visible()
    home = tab.address.removesuffix("page/")
    assert [url for url in tab.asked if not url.startswith((home, "data:", "blob:"))] == []
    assert tab.faults == []


@pytest.mark.parametrize("route", ["#/WA/teaches", "#/school/539900200001"])
def test_links_are_followed_without_a_reload(route: str, tab: Tab) -> None:
    page = tab.open(route)
    page.evaluate("window.kept = true")
    page.locator("#questions a").nth(4).click()
    page.wait_for_selector("main[data-view='know']", timeout=20_000)
    assert page.evaluate("window.kept") is True
