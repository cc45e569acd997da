"""From a number of report.html to its schools on the page, and from a school to its evidence: two clicks, and the counts agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest

from pipelines.published.report_links import ANSWERS, address
from schemas.metrics import METRICS
from tests.page.conftest import NEWEST, Tab, new_tab

COUNT_ALL = """async routes => {
  const [{ openRelease, openSchools, openAnswers, openPooled }, { readRoute }, { listSchools }] =
    await Promise.all(["release.js", "route.js", "teaches.js"].map(name => import(new URL(name, location.href))));
  const release = await openRelease();
  const schools = await openSchools(release);
  const found = [];
  for (const hash of routes) {
    const route = readRoute(release, hash);
    const answers = await (route.pooled ? openPooled : openAnswers)(release, route.year);
    const { shown, students } = await listSchools(release, schools, answers, route);
    found.push([shown.length, shown.reduce((sum, n) => sum + (students(n) ?? 0), 0), route.view]);
  }
  return found;
}"""
"""Asks the page's own modules, as they are when an address is followed, without drawing a thousand views."""


@pytest.fixture(scope="module")
def report(chromium: Any, address: str) -> Any:
    tab = new_tab(chromium, address.replace("/page/", "/report/report.html"))
    tab.page.goto(tab.address)
    yield tab
    assert tab.faults == []
    tab.page.context.close()


@pytest.fixture(scope="module")
def figures(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Rows that report.html shows: of the newest year, and the nation's of the years before."""
    rows = tables["access_report"]
    shown = rows["place_kind"].isin(["nation", "state"]) & (rows["school_year"] == NEWEST)
    shown |= (rows["place_kind"] == "nation") & (rows["metric"] == "offering") & (rows["group_kind"] == "all")
    return rows[shown].to_dict("records")


def expected(row: dict[str, Any], part: str) -> int:
    everyone = row["denominator"] + row["unknown"]
    opened = round((row["upper"] - row["lower"]) / 100 * everyone)
    named = {"figure": row["numerator"], "coverage": row["denominator"], "range": opened}
    return int(named[part] if part in named else row[part])


def agrees(row: dict[str, Any], part: str, listed: int) -> bool:
    # Bounds are published with two decimals: of thousands of students that is one.
    leeway = 0.5 + 0.0001 * (row["denominator"] + row["unknown"]) if part == "range" else 0
    return abs(listed - expected(row, part)) <= leeway


def test_each_list_is_as_long_as_its_figure_says(tab: Tab, figures: list[dict[str, Any]]) -> None:
    cases = [
        (row, part)
        for row in figures
        if row["metric"] in ("offering", "access") and pd.notna(row["lower"])
        for part in ANSWERS
    ]
    counted = tab.open("#/US/know").evaluate(COUNT_ALL, [address(row, part).split("html")[1] for row, part in cases])
    wrong = [
        (address(row, part), expected(row, part), schools, students)
        for (row, part), (schools, students, view) in zip(cases, counted, strict=True)
        if view != "teaches" or not agrees(row, part, students if row["metric"] == "access" else schools)
    ]
    assert len(cases) > 500
    assert wrong == []


def test_every_number_of_the_report_is_a_link(report: Tab) -> None:
    bare = report.page.evaluate(
        """() => [...document.querySelectorAll("main td, main .big, main .heads p")].filter(cell => {
             const rest = cell.cloneNode(true);
             rest.querySelectorAll("a").forEach(link => link.remove());
             const text = rest.textContent.replace("in 90 of 100 cases", "").replace("for each 100 students", "");
             return /[0-9]/.test(text);
           }).map(cell => cell.textContent)"""
    )
    assert bare == []
    assert report.page.locator("main td a").count() > 300


def test_every_link_of_the_report_is_an_address_that_the_page_reads(report: Tab, figures: list[dict[str, Any]]) -> None:
    links = report.page.eval_on_selector_all("main a[href*='#/']", "all => all.map(a => a.getAttribute('href'))")
    for link in set(links):
        path, _, query = link.removeprefix("../page/index.html#/").partition("?")
        state, view = path.split("/")
        assert view in ("teaches", "courses", "changed", "know"), link
        asked = parse_qs(query)
        assert set(asked) <= {"year", "show", "answer", "group", "students"}, link
        assert len(state) == 2
    made = {address(row, part) for row in figures for part in ANSWERS}
    unlisted = {link for link in links if "answer=" in link} - made
    assert unlisted == set()


@pytest.mark.parametrize(
    ("row", "column", "asked"),
    [
        ("#years tr:has-text('2017-18')", 0, ("offering", "US", "all", "2017-18", "numerator")),
        ("#years tr:has-text('2017-18')", 1, ("offering", "US", "all", "2017-18", "range")),
        ("#states tr:has-text('Idaho')", 6, ("offering", "ID", "all", NEWEST, "unknown")),
        ("#groups tr:has-text('small')", 5, ("offering", "US", "small", NEWEST, "denominator")),
        ("#race tr:has-text('Hispanic')", 4, ("access", "US", "Hispanic", NEWEST, "numerator")),
    ],
)
def test_two_clicks_to_the_evidence(
    row: str, column: int, asked: tuple[str, ...], report: Tab, figures: list[dict[str, Any]]
) -> None:
    metric, place, group, year, part = asked
    figure = next(
        r for r in figures
        if (r["metric"], r["place_id"], r["group"], r["school_year"]) == (metric, place, group, year)
    )  # fmt: skip
    page = report.page
    page.goto(report.address)
    page.locator(row).locator("td").nth(column).locator("a").click()
    page.wait_for_selector("html[data-ready] main .beside table", timeout=20_000)
    if metric == "access":
        assert report.text("#students") == f"{expected(figure, part):,}"
    else:
        many = expected(figure, part)
        assert report.text(".beside caption").startswith(f"{many:,} school")
    page.locator(".beside tbody a").first.click()
    page.wait_for_selector("main article.school h2", timeout=20_000)
    assert "Why" in report.text("main h2")


def test_enrollment_leads_to_the_courses_and_change_to_the_changes(report: Tab, figures: list[dict[str, Any]]) -> None:
    page = report.page
    page.goto(report.address)
    page.locator("#enrolled table").nth(1).locator("tbody tr td a").first.click()
    page.wait_for_selector("html[data-ready] main h1", timeout=20_000)
    assert "Which courses count" in report.text("h1")
    change = next(r for r in figures if r["metric"] == "offering_change" and r["place_id"] == "US")
    page.goto(report.address)
    page.locator(".heads a[href*='/changed']").first.click()
    page.wait_for_selector("#known", timeout=20_000)
    started, stopped = (int(report.text(f"[data-change={name}] strong")) for name in ("started", "stopped"))
    assert started - stopped == change["numerator"]
    assert report.text("#known") == f"{change['denominator']} high schools have"


def test_students_in_courses_are_never_linked_to_schools(figures: list[dict[str, Any]]) -> None:
    told = [row for row in figures if METRICS[row["metric"]].students]
    assert told
    assert all("/courses?" in address(row, "figure") for row in told)


def test_the_page_shows_what_an_address_asks_for_and_can_take_it_back(tab: Tab, schools: pd.DataFrame) -> None:
    page = tab.open(f"#/WA/teaches?answer=Y,HY&group=size.small&students=hi&year={NEWEST}")
    own = schools[(schools["state"] == "WA") & schools["in_access_report"] & (schools["size_category"] == "small")]
    own = own[own["teaches_cs"].isin(["Y", "HY"]) & (own["students_hi"].fillna(0) > 0)]
    assert f"{len(own)} school" in tab.text(".beside caption")
    assert tab.text("#students") == f"{int(own['students_hi'].sum()):,}"
    assert page.locator("#choose-group option:checked").inner_text() == "Size: small"
    page.get_by_role("link", name="Show all schools").click()
    page.wait_for_selector(".only", state="detached", timeout=20_000)
    every = schools[(schools["state"] == "WA") & schools["in_access_report"]]
    page.wait_for_selector(f".beside caption:has-text('{len(every)} schools')", timeout=20_000)


ODD: list[Callable[[str], str]] = [
    lambda state: f"#/{state}/teaches?group=size.huge",
    lambda state: f"#/{state}/teaches?group=nothing&students=xx&show=pooled",
    lambda state: f"#/{state}/teaches?show=all&group=size.small",
]


@pytest.mark.parametrize("route", ODD)
def test_an_address_that_asks_for_what_is_not_there_shows_all(route: Callable[[str], str], tab: Tab) -> None:
    page = tab.open(route("WA"))
    assert page.locator(".only").count() == 0
    assert "school" in tab.text(".beside caption")
