"""`python -m bench.walk --data DIR --out SHOTS`: a new user walks through the page by mouse, question by question, and every figure is traced.

Each walk begins on the start page in a fresh tab and knows nothing but the words that stand there. Clicks are counted (a choice
in a list is two), the machine's seconds are taken, what must be seen is looked for inside the window, and a picture is kept.
Then every number of each year's report is followed: to its list on the page, which must be as long as the number says, and
for one number of each kind on to a school with its evidence.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.page import CHROMIUM
from pipelines.published.diff import read_release
from pipelines.published.report_links import ANSWERS, address
from pipelines.season.releases.find import Found, find_release
from pipelines.season.releases.serve import address_of, make_server

WINDOW = {"width": 1280, "height": 900}
LIST_ALL = """async routes => {
  const [{ openRelease, openSchools, openAnswers, openPooled }, { readRoute }, { listSchools }] =
    await Promise.all(["release.js", "route.js", "teaches.js"].map(name => import(new URL(name, location.href))));
  const release = await openRelease();
  const schools = await openSchools(release);
  const kept = new Map();
  const found = [];
  for (const hash of routes) {
    const route = readRoute(release, hash);
    const key = `${route.pooled} ${route.year}`;
    if (!kept.has(key)) kept.set(key, await (route.pooled ? openPooled : openAnswers)(release, route.year));
    const { shown, students } = await listSchools(release, schools, kept.get(key), route);
    found.push([shown.length, shown.reduce((sum, n) => sum + (students(n) ?? 0), 0)]);
  }
  return found;
}"""


class Walk:
    """One walk: what was clicked, and whether what it looks for is in the window."""

    def __init__(self, tab: Any) -> None:
        self.tab = tab
        self.clicks = 0

    def click(self, selector: str, text: str = "") -> None:
        found = self.tab.locator(selector, has_text=text) if text else self.tab.locator(selector)
        # A real press of the mouse, in the middle of what can be pressed, and only where it is not covered.
        found.first.click()
        self.clicks += 1

    def choose(self, name: str, option: str) -> None:
        self.tab.locator(f"#choose-{name}").select_option(label=option)
        self.clicks += 2

    def open_state(self, name: str) -> None:
        self.choose("state", name)
        self.sees("h1", name)

    def sees(self, selector: str, text: str = "") -> str:
        found = self.tab.locator(selector, has_text=text) if text else self.tab.locator(selector)
        found.first.wait_for(timeout=30_000)
        self.tab.locator("main .loading").wait_for(state="detached", timeout=30_000)
        place = found.first.bounding_box()
        if not place or place["y"] >= WINDOW["height"]:
            raise ValueError(f"{selector} {text} lies below the window: nobody sees it without scrolling")
        return " ".join(found.first.inner_text().split())[:110]


def walks(place: str) -> dict[str, Callable[[Walk], str]]:
    """Question -> the way to its answer; each gives the words in which the answer is seen."""

    def teach(walk: Walk) -> str:
        walk.open_state(place)
        walk.click(".legend button", "offer")
        walk.sees(".legend button[aria-pressed=true]")
        return walk.sees(".beside tbody tr", "offer")

    def counts(walk: Walk) -> str:
        walk.click("#questions a", "Which courses count?")
        return walk.sees(".definition li")

    def count_here(walk: Walk) -> str:
        walk.click("#questions a", "Which courses count?")
        walk.sees("h1", "courses count")
        walk.open_state(place)
        walk.sees("main tbody tr")
        return walk.sees(".lead")

    def helping(walk: Walk) -> str:
        walk.click("#questions a", "How can you help?")
        return walk.sees(".steps li")

    def lacks(walk: Walk) -> str:
        walk.click("#questions a", "Who still lacks data?")
        walk.sees("h1", "lacks data")
        walk.open_state(place)
        walk.sees(".lead")
        if not walk.tab.locator("td button").count():
            return walk.sees(".lead", "None")
        walk.click("td button", "Text to send")
        return walk.sees("dialog textarea") or str(walk.tab.locator("dialog textarea").input_value()).splitlines()[0]

    def may_see(walk: Walk) -> str:
        walk.click("#questions a", "How can you help?")
        walk.sees(".steps li")
        walk.tab.locator(".seen").scroll_into_view_if_needed()
        return walk.sees(".seen dd")

    def changed(walk: Walk) -> str:
        walk.click("#questions a", "How has it changed?")
        walk.sees("h1", "changed")
        walk.open_state(place)
        return walk.sees("main tbody tr")

    def know(walk: Walk) -> str:
        walk.click("#questions a", "How do we know?")
        walk.sees("h1", "know")
        walk.open_state(place)
        return walk.sees(".lead")

    def why(walk: Walk) -> str:
        walk.open_state(place)
        walk.click(".legend button", "offer")
        walk.sees(".legend button[aria-pressed=true]")
        walk.click(".beside tbody a")
        walk.sees("article.school .verdict")
        return walk.sees(".why li.used")

    def brief(walk: Walk) -> str:
        walk.open_state(place)
        options = walk.tab.locator("#choose-district option")
        walk.choose("district", options.nth(min(5, options.count() - 1)).inner_text())
        walk.click("#choices a", "District brief")
        return walk.sees("article.brief h1")

    return {
        "What schools teach a CS course in my state?": teach,
        "What course counts as CS?": counts,
        "What courses count in my state?": count_here,
        "How can you help?": helping,
        "Who still lacks data, and what can I send them?": lacks,
        "Who may see what?": may_see,
        "How has it changed?": changed,
        "How do we know?": know,
        "Why does this school have its answer?": why,
        "A brief for my district": brief,
    }


def walk_all(browser: Any, start: str, place: str, out: Path, console: Console) -> None:
    table = Table(title=f"A new user asks, {place}", title_justify="left")
    for name in ("question", "clicks", "machine's seconds", "what is seen"):
        table.add_column(name)
    for number, (question, way) in enumerate(walks(place).items(), start=1):
        context = browser.new_context(viewport=WINDOW)
        tab = context.new_page()
        began = time.perf_counter()
        tab.goto(start)
        tab.wait_for_selector("html[data-ready] main h1", timeout=60_000)
        walk = Walk(tab)
        seen = way(walk)
        took = time.perf_counter() - began
        tab.screenshot(path=str(out / f"walk-{number:02d}.png"))
        table.add_row(question, str(walk.clicks), f"{took:.1f}", seen)
        context.close()
    console.print(table)


def trace(browser: Any, found: Found, start: str, console: Console) -> int:
    """Follow every number of the report of each year to its list. Returns how many lists are not as long as their number."""
    tables = read_release(found.folder)
    rows = tables["access_report"]
    rows = rows[
        rows["place_kind"].isin(["nation", "state"])
        & rows["metric"].isin(["offering", "access"])
        & rows["lower"].notna()
    ]
    cases = [(row, part) for row in rows.to_dict("records") for part in ANSWERS]
    tab = browser.new_context(viewport=WINDOW).new_page()
    tab.goto(f"{start}#/US/know")
    tab.wait_for_selector("html[data-ready] main h1", timeout=60_000)
    began = time.perf_counter()
    listed = tab.evaluate(LIST_ALL, [address(row, part).split("html")[1] for row, part in cases])
    wrong = [
        (address(row, part), expected(row, part), counts)
        for (row, part), counts in zip(cases, listed, strict=True)
        if not agrees(row, part, counts[1] if row["metric"] == "access" else counts[0])
    ]
    console.print(
        f"{len(cases):,} numbers of the report traced in {time.perf_counter() - began:.1f} s; {len(wrong)} lists differ from their number."
    )
    for line in wrong[:10]:
        console.print(line)
    console.print(f"Two clicks, from a number to a school's evidence: {two_clicks(tab, start)} numbers, all there.")
    return len(wrong)


def two_clicks(tab: Any, start: str) -> int:
    """One number of each column and table of the report, clicked; then the first school of its list. Returns how many."""
    report = start.replace("/page/", "/report/report.html")
    columns = [
        (f"#{part} tbody tr:not(.kind)", column) for part in ("years", "states", "groups") for column in range(7)
    ]
    done = 0
    for rows, column in columns:
        tab.goto(report)
        links = tab.locator(rows).locator(f"td:nth-of-type({column + 1}) a")
        wanted = next(
            (n for n in range(min(links.count(), 40)) if links.nth(n).inner_text().strip(" %") not in ("0", "")), None
        )
        if wanted is None:
            continue
        links.nth(wanted).click()
        tab.wait_for_selector("html[data-ready] main .beside tbody tr", timeout=60_000)
        tab.locator(".beside tbody a").first.click()
        tab.wait_for_selector("main article.school h2", timeout=60_000)
        done += 1
    return done


def expected(row: dict[str, Any], part: str) -> int:
    everyone = row["denominator"] + row["unknown"]
    named = {"figure": row["numerator"], "coverage": row["denominator"]}
    if part == "range":
        return round((row["upper"] - row["lower"]) / 100 * everyone)
    return int(named[part] if part in named else row[part])


def agrees(row: dict[str, Any], part: str, listed: int) -> bool:
    """Bounds are published with two decimals: of thousands that is more than one."""
    leeway = 0.5 + 0.0001 * (row["denominator"] + row["unknown"]) if part == "range" else 0
    return bool(abs(listed - expected(row, part)) <= leeway)


def main() -> int:
    """Serve, walk, trace, print. Returns 1 when a list is not as long as its number."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data folder with a published release")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--place", default="Washington")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    console = Console(width=150)
    found = find_release(options.data)
    server = make_server(found, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        walk_all(browser, address_of(server), options.place, options.out, console)
        wrong = trace(browser, found, address_of(server), console)
        browser.close()
    server.shutdown()
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
