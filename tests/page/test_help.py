"""Ways to help: what is wrong becomes a request that the clean-up takes in, or a message; what counts; who sees what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest

from pipelines.published import page as page_module
from pipelines.published.guide_page import guide_page
from pipelines.published.page import GUIDE, GUIDE_FILE, Page, write_page
from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts, receive_file
from pipelines.season.releases.find import Found
from pipelines.standard.partner_requests import standardise_partner_requests
from schemas.page_model import Correction, load_page_texts
from schemas.source_model import load_sources
from tests.page.conftest import NEWEST, VERSION, Tab, new_tab


def test_something_wrong_becomes_a_request_that_the_clean_up_takes_in(tab: Tab, tmp_path: Path) -> None:
    school = "539900200001"
    page = tab.open(f"#/school/{school}")
    said = tab.text(".verdict .word").lower()
    page.get_by_role("button", name="Something wrong?").click()
    assert page.get_by_role("link", name="Write an e-mail").count() == 0, "nobody's address is in schemas/page.yml"
    page.locator("#right").select_option(label="It offers limited or no computer science")
    page.locator("#how").fill('The course was dropped;\n=see "catalog"')
    page.get_by_role("button", name="Copy as text").click()
    page.locator("dialog [role=status]", has_text="Cop").wait_for(timeout=20_000)
    text = page.locator("dialog textarea[aria-hidden]").input_value()
    assert school in text
    assert said in text
    with page.expect_download() as got:
        page.get_by_role("button", name="Save as a file").click()
    page.get_by_role("button", name="Close").click()
    file, source, raw = tmp_path / got.value.suggested_filename, load_sources()["requests"], tmp_path / "raw"
    got.value.save_as(file)
    receive_file(raw, file, source, NEWEST, received_on="2026-11-25")
    result = standardise_partner_requests(read_source(raw, source, NEWEST, read_receipts(raw)), source, NEWEST)
    assert result.rejects.empty
    request = result.table.iloc[0]
    assert request["nces_school_id_given"] == school
    assert (request["request_kind"], request["new_value"], request["partner_class"]) == (
        "answer_is_wrong",
        "N",
        "other",
    )
    assert "dropped" in request["reason"]


def test_a_configured_address_gets_a_message_that_is_filled_in(
    chromium: Any,
    tables: dict[str, pd.DataFrame],
    serve: Callable[[Found], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = load_page_texts()
    kept = texts.model_copy(
        update={
            "correction": Correction(
                contact="the data team", email="data@example.org", address="https://example.org/form"
            )
        }
    )
    monkeypatch.setattr(page_module, "load_page_texts", lambda: kept)
    write_page(tmp_path / "page", tables, Page(VERSION, date(2026, 11, 25)))
    tab = new_tab(chromium, serve(Found(tmp_path, VERSION, "release")))
    page = tab.open("#/school/539900200001")
    page.get_by_role("button", name="Something wrong?").click()
    page.locator("#how").fill("I teach there")
    link = page.get_by_role("link", name="Write an e-mail")
    link.evaluate("one => one.addEventListener('click', event => event.preventDefault())")
    link.click()
    address = unquote(link.get_attribute("href"))
    assert address.startswith("mailto:data@example.org?subject=cs-access: ")
    assert "539900200001" in address
    assert "How I know: I teach there" in address
    assert page.locator("dialog a", has_text="Open the form").get_attribute("href") == "https://example.org/form"
    assert "the data team" in page.locator("dialog").inner_text()
    tab.page.context.close()


def test_each_way_to_help_leads_somewhere(tab: Tab, schools: pd.DataFrame) -> None:
    page = tab.open("#/ID/help")
    own = schools[(schools["state"] == "ID") & schools["in_access_report"]]
    silent = int((own["teaches_cs"] == "U").sum())
    if silent:
        assert tab.text(".lead").startswith(f"{silent} high school")
    assert page.get_by_role("link", name="Take the survey").get_attribute("href") == load_page_texts().survey_address
    assert [seen.who for seen in load_page_texts().who_sees] == page.locator(".seen dt").all_inner_texts()
    page.get_by_role("button", name="Find the school").click()
    assert page.evaluate("document.activeElement.id") == "search"
    page.locator("#choose-brief").select_option(index=1)
    page.wait_for_selector("article.brief", timeout=20_000)
    page = tab.open("#/ID/help")
    page.get_by_role("link", name="Open the outreach list").click()
    page.wait_for_selector("main[data-view='lacks']", timeout=20_000)


def test_what_counts_is_said_where_courses_are_listed(tab: Tab) -> None:
    page = tab.open("#/US/courses")
    assert all(line in tab.text(".definition") for line in load_page_texts().definition.counts)
    page.locator("main tbody a", has_text="Washington").click()
    page.wait_for_selector("h1:has-text('Washington')", timeout=20_000)
    assert page.locator(".definition").count() == 1


def test_a_state_without_a_file_of_the_year_shows_its_nearest_list(tab: Tab, tables: dict[str, pd.DataFrame]) -> None:
    courses = tables["courses_that_count"]
    years = courses.groupby("state")["school_year"].agg(set)
    state, there = next((s, y) for s, y in years.items() if "2016-17" not in y and y)
    tab.open(f"#/{state}/courses?year=2016-17")
    assert f"the list of {min(there)}" in tab.text(".only")


def test_a_place_outside_the_report_shows_every_school(tab: Tab, tables: dict[str, pd.DataFrame]) -> None:
    answers = tables["school_cs_access"]
    newest = answers[answers["school_year"] == NEWEST]
    outside = newest[~newest["state"].isin(set(newest.loc[newest["in_access_report"], "state"]))]
    state = outside["state"].iloc[0]
    page = tab.open(f"#/{state}/teaches")
    assert f"{(outside['state'] == state).sum()} school" in tab.text(".beside caption")
    assert "not part of the access report" in tab.text("main")
    page.locator("#choose-state").select_option("WA")
    page.wait_for_selector("h1:has-text('Washington')", timeout=20_000)
    assert "show=all" not in page.url
    tab.open(f"#/{state}/lacks")
    assert "not part of the access report" in tab.text("main")


def test_the_guide_is_a_page_whose_links_lead_to_what_is_there(release: Path) -> None:
    text = (release / "page" / GUIDE_FILE).read_text(encoding="utf-8")
    assert text == guide_page(GUIDE.read_text(encoding="utf-8"), VERSION)
    links = [part.split('"')[0] for part in text.split('href="')[1:]]
    assert links
    for link in links:
        assert link.startswith("data:") or (release / "page" / link.split("#")[0]).exists(), link
    assert "**" not in text
    assert "](" not in text


def test_a_form_that_the_guide_may_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="backtick"):
        guide_page("# A\n\nan `open one\n", VERSION)
    assert (
        "<a" not in guide_page("# A\n\nsee [ADR 22](../decisions/0022.md) **and `x < y`**\n", VERSION).split("<h1>")[1]
    )
