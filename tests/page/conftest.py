"""A release of the sample season, its server, and a browser tab that keeps what it asked for and complained about."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.published.diff import read_release
from pipelines.published.public_tables import PUBLISHED
from pipelines.published.release import build_release
from pipelines.season.releases.find import Found
from pipelines.season.releases.serve import address_of, make_server
from pipelines.shared.steps import Workspace
from tests.conftest import YEARS

VERSION = "2026.11.1"
NEWEST = "2018-19"


@pytest.fixture(scope="session")
def release(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release built from the sample season."""
    return build_release(
        tmp_path_factory.mktemp("released"),
        VERSION,
        {year: {name: workspace.store.read(name, year) for name in PUBLISHED} for year in YEARS},
        released_on=date(2026, 11, 25),
        inputs={},
        code_version="test",
        diff_hash="0" * 64,
    )


@pytest.fixture(scope="session")
def tables(release: Path) -> dict[str, pd.DataFrame]:
    return read_release(release)


@pytest.fixture(scope="session")
def schools(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Answers of the newest year, by school id."""
    answers = tables["school_cs_access"]
    return answers[answers["school_year"] == NEWEST].set_index("nces_school_id")


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Found], str]]:
    """Starts a server for a release folder and gives the address of its page."""
    running = []

    def start(found: Found) -> str:
        server = make_server(found, 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return address_of(server)

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def address(release: Path, serve: Callable[[Found], str]) -> str:
    return serve(Found(release, VERSION, "release"))


@dataclass
class Tab:
    """A browser tab on the page: what it asked the network for, and what went wrong."""

    page: Any
    address: str
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, route: str) -> Any:
        """Follow a route and wait until its view stands there with everything in it."""
        if self.page.url == self.address + route:
            return self.page
        if self.page.url.split("#")[0] == self.address:
            before = self.page.locator("main > *").first.element_handle()
            self.page.evaluate("route => { location.hash = route }", route)
            if before:
                before.wait_for_element_state("hidden", timeout=20_000)
        else:
            self.page.goto(self.address + route)
        self.page.wait_for_selector("html[data-ready] main h1", timeout=20_000)
        self.page.locator("main .loading").wait_for(state="detached", timeout=20_000)
        return self.page

    def text(self, selector: str) -> str:
        return " ".join(self.page.locator(selector).first.inner_text().split())


def new_tab(chromium: Any, address: str, **options: Any) -> Tab:
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    tab = Tab(context.new_page(), address)
    tab.page.on("request", lambda request: tab.asked.append(request.url))
    tab.page.on("console", lambda message: tab.faults.append(message.text) if message.type == "error" else None)
    tab.page.on("pageerror", lambda error: tab.faults.append(str(error)))
    return tab


@pytest.fixture(scope="session")
def tab(chromium: Any, address: str) -> Iterator[Tab]:
    """One tab for all tests that only look; after them it has asked for nothing outside and complained of nothing."""
    tab = new_tab(chromium, address, bypass_csp=False)
    yield tab
    tab.page.context.close()
