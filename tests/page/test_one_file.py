"""One state as one file opens from a folder without a server, and names that look like markup stay text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.published.page import Page, build_page
from pipelines.published.page_columns import to_json
from pipelines.published.page_single import bundle, one_file
from pipelines.published.public_tables import join_years, published_tables, to_arrow
from pipelines.season.releases.find import Found
from pipelines.season.releases.state_page import write_state_page
from pipelines.shared.frames import to_frame
from tests.page.conftest import VERSION, new_tab
from tests.unit.published_builder import release_years

HOSTILE = [
    "<script>window.hurt = 1</script>",
    '</script><img src=x onerror="window.hurt = 2">',
    "\u202eloohcS hgiH 'quoted\" & <b>bold</b> \u2028 line",
    "Āb" * 1000,
    "=cmd|' /C calc'!A0",
]


def hostile_page(only: str = "") -> dict[str, bytes]:
    years = release_years()
    for frames in years.values():
        schools = frames["school_cs_access"]
        schools["school_name"] = [HOSTILE[n % len(HOSTILE)] for n in range(len(schools))]
        schools["district_name"] = HOSTILE[1]
        schools["leaid"] = schools["nces_school_id"].str[:7]
        schools["city"] = HOSTILE[0]
        frames["evidence"]["why"] = HOSTILE[1]
        frames["courses_that_count"]["course_name"] = HOSTILE[0] + frames["courses_that_count"]["course_code"]
    declared = published_tables()
    tables = {name: to_frame(to_arrow(frame, declared[name])) for name, frame in join_years(years).items()}
    return build_page(tables, Page(VERSION, date(2026, 11, 25), only))


def test_one_state_opens_by_double_click(chromium: Any, release: Path, schools: pd.DataFrame, tmp_path: Path) -> None:
    out = tmp_path / "wa.html"
    said = write_state_page(Found(release, VERSION, "release"), "wa", out)
    assert "Washington" in said
    tab = new_tab(chromium, out.as_uri())
    tab.open("")
    own = schools[(schools["state"] == "WA") & schools["in_access_report"]]
    assert f"{len(own)} schools" in tab.text(".beside caption")
    assert tab.page.locator("#choose-state option").count() == 1
    tab.open("#/school/539900200001")
    assert tab.text(".verdict .word") == "Offers computer science"
    tab.open("#/district/5399002")
    assert "similar district" in tab.text("main")
    assert [url for url in tab.asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in tab.asked if url.startswith("file:")]) == 1
    assert tab.faults == []
    tab.page.context.close()


def test_names_that_look_like_markup_stay_text(chromium: Any, tmp_path: Path) -> None:
    out = tmp_path / "hostile.html"
    out.write_text(one_file(hostile_page("FL")), encoding="utf-8")
    tab = new_tab(chromium, out.as_uri(), viewport={"width": 400, "height": 800})
    for route in ("", "#/FL/courses?year=2018-19", "#/FL/lacks", "#/FL/changed", "#/district/1200010"):
        page = tab.open(route)
        assert page.evaluate("window.hurt") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, route
    for number, name in enumerate(HOSTILE):
        page = tab.open(f"#/school/12000100000{number}")
        assert page.locator("h1").evaluate("e => e.textContent") == name
        assert page.locator("main img, main script").count() == 0
    page.locator("#search").fill("<script>window")
    page.wait_for_selector("#found li", timeout=20_000)
    assert page.evaluate("window.hurt") is None
    assert tab.faults == []
    tab.page.context.close()


def test_json_can_stand_inside_a_script_element() -> None:
    assert b"<" not in to_json({"</script>": ["<!--", "\u2028"]})


def test_modules_become_one_script_and_circles_are_refused() -> None:
    text = bundle({"app.js": 'import { a } from "./b.js";\na();\n', "b.js": "export function a() {}\n"})
    assert text.index("module_b_js = ") < text.index("module_app_js = ")
    assert "import" not in text
    with pytest.raises(ValueError, match=r"circle: app\.js -> b\.js -> app\.js"):
        bundle({"app.js": 'import { a } from "./b.js";\n', "b.js": 'import { c } from "./app.js";\n'})


def test_a_state_that_is_none_is_refused(release: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two letters"):
        write_state_page(Found(release, VERSION, "release"), "Washington", tmp_path / "x.html")
    with pytest.raises(ValueError, match="no school in 'NY'"):
        write_state_page(Found(release, VERSION, "release"), "NY", tmp_path / "x.html")
