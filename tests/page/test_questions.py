"""Each question of the page is answered for three states, with the figures that the release's tables hold."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from schemas.states import STATES
from schemas.verdicts import WORDS
from tests.page.conftest import NEWEST, VERSION, Tab

THREE = ("WA", "GA", "CA")


def summary(tables: dict[str, pd.DataFrame], place: str, year: str = NEWEST) -> pd.Series:
    rows = tables["state_summary"].set_index(["place", "school_year"])
    return rows.loc[(place, year)]


@pytest.mark.parametrize("state", THREE)
def test_who_teaches(state: str, tab: Tab, tables: dict[str, pd.DataFrame], schools: pd.DataFrame) -> None:
    page = tab.open(f"#/{state}/teaches")
    figures = summary(tables, state)
    answered = figures["schools_total"] - figures["schools_unknown"]
    assert tab.text(".big").startswith(f"{round(figures['percent_offering'])}% of the {answered} high schools")
    own = schools[(schools["state"] == state) & schools["in_access_report"]]
    for code, count in own["teaches_cs"].value_counts().items():
        assert tab.text(f'.legend [data-code="{code}"]') == f"{WORDS[code]} {count}"
    assert f"{len(own)} schools" in tab.text(".beside caption")
    page.wait_for_selector(f"canvas[data-drawn='{len(own)}']", timeout=20_000)
    assert STATES[state].name in tab.text("h1")


@pytest.mark.parametrize("state", THREE)
def test_which_courses_count(state: str, tab: Tab, tables: dict[str, pd.DataFrame]) -> None:
    tab.open(f"#/{state}/courses")
    courses = tables["courses_that_count"]
    own = courses[(courses["state"] == state) & (courses["school_year"] == NEWEST)]
    counting = own[own["counts_as_cs"] == "counts"].sort_values("schools_teaching", kind="stable")
    assert f"of {len(own)}" in tab.text(".lead")
    assert tab.text(".lead").startswith(f"{len(counting)} course")
    row = tab.text("main tbody tr")
    assert row.startswith("● counts")
    assert any(basis in row for basis in counting["counts_basis"])
    one = own.iloc[0]
    tab.page.locator("#find-course").fill(f"{one['course_code']} {str(one['course_name'])[:6]}".lower())
    tab.page.wait_for_function(f"document.querySelectorAll('main tbody tr').length < {max(len(own), 2)}")
    assert one["course_name"].strip() in tab.text("main tbody tr")


@pytest.mark.parametrize(("state", "year"), [("WA", "2016-17"), ("GA", "2016-17"), ("ID", NEWEST)])
def test_who_lacks_data(state: str, year: str, tab: Tab, tables: dict[str, pd.DataFrame]) -> None:
    page = tab.open(f"#/{state}/lacks?year={year}")
    figures = summary(tables, state, year)
    unknown, total = int(figures["schools_unknown"]), int(figures["schools_total"])
    if not unknown:
        assert "None" in tab.text(".lead")
        return
    assert tab.text(".lead").startswith(f"{unknown} high school")
    assert f"{100 / total:.1f}" in tab.text("main tbody tr")
    page.get_by_role("button", name="Text to send").first.click()
    told = page.locator("dialog textarea").input_value()
    assert "has no answer for" in told
    assert VERSION in told
    page.keyboard.press("Escape")


@pytest.mark.parametrize("state", THREE)
def test_how_it_changed(state: str, tab: Tab, tables: dict[str, pd.DataFrame]) -> None:
    page = tab.open(f"#/{state}/changed")
    for row, year in enumerate(("2016-17", "2017-18", "2018-19")):
        figures = summary(tables, state, year)
        share = figures["percent_offering"]
        told = page.locator("main table").first.locator("tbody tr").nth(row).inner_text().split("\t")
        assert told[0] == year
        assert told[1] == ("no figure" if pd.isna(share) else f"{round(share)}%")
    answers = tables["school_cs_access"]
    own = answers[(answers["state"] == state) & answers["in_access_report"]]
    years = own.pivot_table(index="nces_school_id", columns="school_year", values="teaches_cs", aggfunc="first")
    both = years[["2017-18", "2018-19"]].dropna()
    changed = int((both["2017-18"] != both["2018-19"]).sum())
    assert changed > 0
    rows = page.locator("main table").nth(1).locator("tbody tr")
    assert rows.count() == min(changed, 50)


@pytest.mark.parametrize("state", THREE)
def test_how_we_know(state: str, tab: Tab, tables: dict[str, pd.DataFrame]) -> None:
    page = tab.open(f"#/{state}/know")
    figures = summary(tables, state)
    assert tab.text(".lead").startswith(f"{round(figures['percent_known'])}% of the {figures['schools_total']}")
    sources = tables["sources"]
    own = sources[(sources["school_year"] == NEWEST) & (sources["source"] == state.lower())].iloc[0]
    row = page.locator("main tbody tr", has_text=STATES[state].name).first.inner_text()
    assert own["report_status"] in row
    assert f"{own['rows_in']:,}" in row
    assert "course" in page.locator("main ol").first.inner_text()


def test_the_nation_and_an_earlier_year(tab: Tab, tables: dict[str, pd.DataFrame]) -> None:
    tab.open("#/US/teaches")
    assert tab.text(".big").startswith(f"{round(summary(tables, 'US')['percent_offering'])}%")
    page = tab.open("#/US/know")
    page.get_by_text("How much is known in each state").click()
    assert page.locator("details tbody tr").count() == 4
    assert page.locator("details tbody tr", has_text="Georgia").inner_text().split("\t")[1] == "100%"
    page = tab.open("#/GA/teaches?year=2016-17")
    assert tab.text(".big").startswith(f"{round(summary(tables, 'GA', '2016-17')['percent_offering'])}%")
    assert page.locator("#choose-year").input_value() == "2016-17"


def test_what_is_shown_can_be_downloaded_with_the_version_in_its_name(tab: Tab, schools: pd.DataFrame) -> None:
    page = tab.open("#/WA/teaches?answer=N")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download").click()
    assert got.value.suggested_filename == f"cs-access_{VERSION}_WA_{NEWEST}_schools.csv"
    text = got.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    own = schools[(schools["state"] == "WA") & schools["in_access_report"] & (schools["teaches_cs"] == "N")]
    assert {row["nces_school_id"] for row in rows} == set(own.index)
    assert {row["answer_in_words"] for row in rows} == {WORDS["N"]}


def test_a_district_brief(tab: Tab, schools: pd.DataFrame) -> None:
    leaid = "1699006"
    page = tab.open(f"#/district/{leaid}")
    own = schools[(schools["leaid"] == leaid) & schools["in_access_report"]]
    answered = own[~own["teaches_cs"].isin(["U", "E"])]
    offering = answered["teaches_cs"].isin(["Y", "HY"])
    assert tab.text(".big").startswith(f"{round(100 * offering.mean())}% of the {len(answered)}")
    students = (
        page.locator("table", has_text="Students without access").locator("tbody tr").first.inner_text().split("\t")
    )
    without = int(answered.loc[~offering, "students_total"].sum())
    everyone = int(answered["students_total"].sum())
    assert students[:3] == ["All students", f"{without:,}", f"{round(100 * without / everyone)}%"]
    unknown = own[own["teaches_cs"] == "U"]
    assert students[4] == f"{int(unknown['students_total'].sum()):,}"
    beside = page.locator("table", has_text="Students in high schools").locator("tbody tr")
    assert 3 <= beside.count() <= 12
    assert "All of Idaho" in beside.nth(1).inner_text()
    assert "What changed since 2017-18" in tab.text("main")
    assert "Zerofell High School has no data" in tab.text("main")


def test_what_is_not_there_is_said(tab: Tab) -> None:
    assert "No such school" in tab.open("#/school/999").locator("h1").inner_text()
    assert "No such district" in tab.open("#/district/1").locator("h1").inner_text()
    assert "United States" in tab.open("#/%E0%A4%A/nonsense?year=1999-00").locator("h1").inner_text()


def test_every_file_that_the_page_links_is_in_the_release(tab: Tab, release: Path) -> None:
    page = tab.open("#/US/know")
    links = page.locator("main a[href^='../']")
    paths = [links.nth(n).get_attribute("href").removeprefix("../") for n in range(links.count())]
    assert len(paths) >= 8
    assert [path for path in paths if not (release / path).is_file()] == []
