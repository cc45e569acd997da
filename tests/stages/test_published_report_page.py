"""report.html: the same bytes twice, every figure leads to its schools, nothing from outside; in Chromium where there is one."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.published.public_tables import join_years
from pipelines.published.report_charts import draw_picture, range_chart
from pipelines.published.report_page import percent, report_html, span
from tests.unit.published_builder import release_years


@pytest.fixture(scope="module")
def page() -> str:
    return report_html(join_years(release_years()), "2026.11.1", date(2026, 11, 25))


def test_the_same_tables_give_the_same_bytes(page: str) -> None:
    tables = {name: frame.iloc[::-1] for name, frame in join_years(release_years()).items()}
    tables["access_report"] = tables["access_report"].iloc[::-1]
    assert report_html(tables, "2026.11.1", date(2026, 11, 25)) == page


def test_it_is_one_file_without_anything_from_outside(page: str) -> None:
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "url(" not in page
    assert "@import" not in page


def test_every_chart_has_a_title_a_description_and_a_table(page: str) -> None:
    for name in ("years", "states", "groups", "race"):
        assert f'<title id="{name}-title">' in page
        assert f'<desc id="{name}-desc">' in page
        after = page.split(f'id="{name}-title"')[1]
        assert after.index("<table>") < after.index("</section>")


def test_the_schools_for_the_lists_are_those_of_the_figures(page: str) -> None:
    assert 'href="../page/index.html#/FL/teaches?year=2018-19&amp;answer=Y,HY"' in page
    data = json.loads(re.search(r'id="schools">(.*?)</script>', page)[1])
    columns = data["columns"]
    assert len({*map(len, columns.values()), *map(len, data["students"].values())}) == 1
    nation = sum(p and a in ("Y", "HY") for p, a in zip(columns["pooled"], columns["answer"], strict=True))
    shown = re.search(r"computer science: <a [^>]*>(\d+)</a> of <a [^>]*>(\d+)</a>", page)
    assert int(shown[1]) == nation


def test_words_of_numbers() -> None:
    assert percent(None) == "no data"
    assert percent(0.0) == "0 %"
    assert span(41.2, 59.1) == "41 to 60 %"
    assert span(50.0, 50.0) == "50 %"
    assert span(None, 3.0) == ""


def test_pictures_of_all_states_are_small() -> None:
    rows = pd.DataFrame({"label": [f"State {n}" for n in range(51)]}).assign(
        figure=40.0, lower=10.0, upper=90.0, estimate=50.0, estimate_low=30.0, estimate_high=70.0
    )
    picture = draw_picture(range_chart(rows, "percent of schools"))
    assert picture.startswith("data:image/png;base64,")
    assert len(picture) < 50_000


def test_in_a_browser_from_a_folder(page: str, tmp_path: Path, chromium: Any) -> None:
    """Opened by double-click the page of the release cannot be read: the report lists the schools itself."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    asked: list[str] = []
    for scheme, width in (("light", 1100), ("dark", 320)):
        tab = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(file.as_uri())
        for part in ("Y,HY", "U", "Y,HY,N,HN,M,HM"):
            link = tab.locator(f"#years tr:has-text('2018-19') a[href$='answer={part}']").last
            link.click()
            assert tab.locator("#list p").inner_text().split(" ")[0] == link.inner_text()
        assert tab.locator("#list tbody tr").count() > 0
        assert "/school/" in tab.locator("#list tbody a").first.get_attribute("href")
        assert axe.run(tab).violations_count == 0
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    earlier = report_html(join_years(release_years()), "2026.11.1", date(2026, 11, 25), "2017-18")
    (tmp_path / "report-2017-18.html").write_text(earlier, encoding="utf-8")
    link = tab.locator("#years tr:has-text('2017-18') a[href*='answer=']").last
    told = link.inner_text()
    link.click()
    tab.wait_for_url("**/report-2017-18.html#/US/teaches**")
    assert tab.locator("#list p").inner_text().split(" ")[0] == told
    tab.goto(file.as_uri())
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.locator("nav").is_hidden()
    assert tab.pdf()[:4] == b"%PDF"
    assert {url.split(":")[0] for url in asked} <= {"file", "data"}
