"""What tests of several folders share: one run of the sample season and one headless browser for the whole session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.season.run import StepResult, run_season
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.steps import Workspace

# A release is built dozens of times, and starting Hyper takes a second; tests of the extract switch it on themselves.
os.environ.setdefault("CS_ACCESS_TABLEAU", "off")

YEARS = ["2016-17", "2017-18", "2018-19"]
CHROMIUM = Path("/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, list[StepResult]]:
    """The committed sample season after a whole run, and what each step reported. Tests do not change it."""
    data = tmp_path_factory.mktemp("data")
    workspace = open_workspace(PROJECT / "raw", str(data))
    return workspace, list(run_season(workspace, YEARS))


@pytest.fixture(scope="session")
def workspace(season: tuple[Workspace, list[StepResult]]) -> Workspace:
    return season[0]


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A browser, where Debian's Chromium is installed (CI installs it). Playwright starts only once in a session."""
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()
