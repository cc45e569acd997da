"""`python -m bench.page`: the page of a full-size release in headless Chromium: how large, how soon usable, how fast to search.

By default the release is invented (128,000 schools, three years, an answer and its evidence for two thirds of them); with
`--data DIR` it is made of the tables of a data folder, for example those of `make real`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.published.page import Page, write_page
from pipelines.published.public_tables import PUBLISHED, join_years, published_tables, to_arrow
from pipelines.published.state_summary import summarise_states
from pipelines.season.releases.find import Found
from pipelines.season.releases.serve import address_of, make_server
from pipelines.shared.findings import conform
from pipelines.shared.frames import to_frame
from pipelines.shared.store import TableStore
from schemas.state_shapes import load_outlines
from schemas.states import STATES

SCHOOLS = 128_000
YEARS = ("2016-17", "2017-18", "2018-19")
CHROMIUM = "/usr/bin/chromium"
FIRST = "Lincoln Washington Roosevelt Oak Maple River Lake Hill Valley Central North South East West Saint Mary Holy Cross Pine Cedar Franklin Madison Kennedy Sunset Prairie Mesa Bay Harbor Summit Spring".split()  # noqa: SIM905
LAST = [
    "High School",
    "Middle School",
    "Elementary School",
    "Academy",
    "Charter School",
    "Junior High",
    "Senior High School",
]
QUERIES = (
    "lincoln", "lincoln high", "a", "high school", "washington oak seattle", "530000", "zzzz", "saint mary academy tx",
    "e", "school", "river valley 1", "city 42",
)  # fmt: skip


def invent(rng: np.random.Generator, year: str) -> dict[str, pd.DataFrame]:
    """Tables of one school year: a school in each place of a random state's frame, answers and one piece of evidence."""
    postal = np.array([p for p, s in STATES.items() if s.in_report])
    # The same schools every year: only their answers are drawn anew.
    state = np.sort(np.random.default_rng(1).choice(postal, SCHOOLS))
    frames = {p: np.array([point for ring in load_outlines()[p] for point in ring]) for p in postal}
    low = np.array([frames[p].min(axis=0) for p in state])
    high = np.array([frames[p].max(axis=0) for p in state])
    place = low + (high - low) * rng.random((SCHOOLS, 2))
    serial = np.arange(SCHOOLS)
    fips = pd.Series(state).map({p: STATES[p].fips[0] for p in postal})
    leaid = fips + pd.Series(serial // 7 % 100_000).astype(str).str.zfill(5)
    words = rng.choice(FIRST, (SCHOOLS, 2))
    answer = rng.choice(["Y", "N", "M", "HY", "HN", "U"], SCHOOLS, p=[0.3, 0.2, 0.02, 0.08, 0.07, 0.33])
    high_school = rng.random(SCHOOLS) < 0.22
    access = pd.DataFrame(
        {
            "nces_school_id": leaid + pd.Series(serial % 100_000).astype(str).str.zfill(5),
            "school_year": year,
            "school_name": pd.Series(words[:, 0]) + " " + words[:, 1] + " " + rng.choice(LAST, SCHOOLS),
            "city": "City " + pd.Series(serial % 9_000).astype(str),
            "district_name": "District " + leaid,
            "leaid": leaid,
            "state": state,
            "longitude": place[:, 0].round(6),
            "latitude": place[:, 1].round(6),
            "locale_group": rng.choice(["city", "suburb", "town", "rural"], SCHOOLS),
            "sector": "public",
            "students_total": rng.integers(20, 2500, SCHOOLS),
            "frl_percent": rng.random(SCHOOLS) * 100,
            "teaches_cs": answer,
            "decided_by_rule": np.where(answer == "U", None, "state_offering"),
            "evidence_year": np.where(answer == "U", None, year),
            "policy": "census-2018",
            "in_access_report": high_school,
            "excluded_reason": np.where(high_school, None, "no grades 9-12"),
        }
    )
    told = access[access["teaches_cs"] != "U"]
    row = pd.Series(np.arange(len(told)) + 2, index=told.index).astype(str)
    file = told["state"].str.lower() + f"/{year}/courses.csv"
    evidence = told[["nces_school_id", "school_year", "policy", "evidence_year"]].assign(
        position=5, evidence_kind="state", label="state_offering", says=told["teaches_cs"], is_used=True,
        why=told["state"] + "'s course file lists 2 computer science courses (" + file + " row " + row + ")",
        records_yes=1, records_no=0, source=told["state"].str.lower(), pointer=file + "#" + row,
    )  # fmt: skip
    access = conform(access, "school_cs_access")
    courses = pd.DataFrame({"state": postal, "school_year": year, "course_code": "10011", "course_name": "CS"})
    courses = courses.assign(counts_as_cs="counts", counts_basis="SCED: computer science", schools_teaching=100)
    sources = pd.DataFrame({"source": [p.lower() for p in postal], "school_year": year, "report_status": "reported"})
    return {
        "school_cs_access": access,
        "evidence": conform(evidence, "evidence"),
        "state_summary": summarise_states({year: access}, year),
        "courses_that_count": conform(courses, "courses_that_count"),
        "sources": conform(sources, "sources"),
    }


def read(data: str) -> dict[str, dict[str, pd.DataFrame]]:
    """The tables of every year of a data folder that was run to its end."""
    store = TableStore(data)
    return {y: {name: store.read(name, y) for name in PUBLISHED} for y in store.years("published", "sources")}


def browse(address: str, runs: int) -> dict[str, list[float]]:
    """Milliseconds in a fresh browser each time: map drawn and table filled, a state chosen, all schools; every search."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {}

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(runs):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector("html[data-ready]", timeout=60_000)
            found.setdefault("usable", []).append(float(page.evaluate("document.documentElement.dataset.ready")))
            box = page.locator("#search")
            for query in QUERIES:
                box.fill(query)
                page.wait_for_selector("#found:not([hidden]) li")
                page.wait_for_timeout(30)
                found.setdefault("search", []).append(float(box.get_attribute("data-milliseconds") or "nan"))
            box.fill("")
            for name, route in (("choose a state", "#/TX/teaches"), ("all schools", "#/US/teaches?show=all")):
                drawn = page.locator("canvas").get_attribute("data-drawn")
                page.evaluate("route => { location.hash = route }", route)
                start = time.perf_counter()
                page.wait_for_selector(f"canvas:not([data-drawn='{drawn}'])")
                found.setdefault(name, []).append(1000 * (time.perf_counter() - start))
            heap = page.evaluate("performance.memory ? performance.memory.usedJSHeapSize / 1e6 : 0")
            found.setdefault("heap MB", []).append(float(heap))
            context.close()
        browser.close()
    return found


def main() -> None:
    """Build, serve, browse, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="", help="data folder with tables; empty: an invented release")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    rng = np.random.default_rng(128_000)
    years = read(options.data) if options.data else {year: invent(rng, year) for year in YEARS}
    declared = published_tables()
    tables = {name: to_frame(to_arrow(frame, declared[name])) for name, frame in join_years(years).items()}
    with tempfile.TemporaryDirectory(prefix="cs-access-page-") as place:
        start, used = time.perf_counter(), time.process_time()
        write_page(Path(place) / "page", tables, Page("2026.11.1", date(2026, 11, 25)))
        wall, used = time.perf_counter() - start, time.process_time() - used
        files = [path for path in Path(place).rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 1e6
        own = sum(path.stat().st_size for path in (Path(place) / "page").iterdir() if path.is_file()) / 1e3
        schools = tables["school_cs_access"]["nces_school_id"].nunique()
        print(f"{schools:,} schools, {len(years)} years: built in {wall:.1f} s ({used:.1f} s of processor time)")
        print(f"{len(files)} files, {size:.1f} MB of data; the page itself {own:.0f} kB")
        server = make_server(Found(Path(place), "2026.11.1", "release"), 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name, values in browse(address_of(server), options.runs).items():
            unit = "" if name.endswith("MB") else " ms"
            middle, worst = statistics.median(values), max(values)
            print(f"{name:<16} median {middle:7.1f}{unit}  best {min(values):7.1f}{unit}  worst {worst:7.1f}{unit}")
        server.shutdown()


if __name__ == "__main__":
    main()
