"""`python -m bench.review`: 10,000 open cases out to people and their answers back, timed as commands with their start.

The sample season is run, its inbox is filled up with copies of its own cases under other numbers, every row of the
worksheet is answered with its first choice, and the page is opened in headless Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
import pandas as pd

from pipelines.season.run import run_season
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.store import TableStore

YEAR = "2018-19"
CHROMIUM = Path("/usr/bin/chromium")
TO_REACH = {"worksheet out": 3, "page written": None, "page usable": 2, "answers in": 3}


def fill_inbox(store: TableStore, cases: int) -> None:
    """Copies of the season's open cases, each with a number of its own, until there are so many."""
    queue = store.read("review_queue", YEAR)
    copies = [
        queue.assign(case_id=[f"{n:06x}{case[6:]}" for case in queue["case_id"]])
        for n in range(cases // len(queue) + 1)
    ]
    store.write(pd.concat(copies, ignore_index=True).head(cases), "review_queue", YEAR)


def timed(*command: str) -> float:
    """Seconds by the clock of `cleanup` with those arguments, its start included. Raises SystemExit when it cannot be done."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *command], capture_output=True, text=True, check=False
    )
    if done.returncode == 2:
        raise SystemExit(done.stderr)
    return time.perf_counter() - start


def answer_all(sheet: Path) -> int:
    """Write the first choice of each case into the worksheet, as a person would pick it; returns the number of answers."""
    book = openpyxl.load_workbook(sheet)
    choices = {row[0]: row[2] for row in book["Lists"].iter_rows(min_row=2, values_only=True)}
    cases = book["Cases"]
    at = {str(cell.value): cell.column for cell in cases[1]}
    for row in range(2, cases.max_row + 1):
        cases.cell(row, at["answer"]).value = choices[cases.cell(row, at["case_id"]).value]
        cases.cell(row, at["decided_by"]).value = "Ana Diaz"
        cases.cell(row, at["reason"]).value = "looked at"
    book.save(sheet)
    return int(cases.max_row) - 1


def usable_after(page: Path) -> float:
    """Seconds from asking for the page until its list is drawn and a case is chosen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        start = time.perf_counter()
        tab.goto(page.as_uri())
        tab.wait_for_selector("html[data-ready]")
        seconds = time.perf_counter() - start
        browser.close()
    return seconds


def main() -> None:
    """Make the inbox, time each command three times, and print the least and the most."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cs-access-review-") as place:
        folder = Path(place)
        shutil.copytree(PROJECT / "raw", folder / "raw")
        data, where = folder / "data", ("--year", YEAR, "--data", str(folder / "data"))
        workspace = open_workspace(folder / "raw", str(data))
        list(run_season(workspace, ["2017-18", YEAR]))
        fill_inbox(workspace.store, asked.cases)
        page, sheet = folder / "review.html", folder / "worksheet.xlsx"
        found = {"worksheet out": [timed("review", "export", *where, "--out", str(sheet)) for _ in range(3)]}
        found["page written"] = [timed("review", "page", *where, "--out", str(page)) for _ in range(3)]
        if CHROMIUM.exists():
            found["page usable"] = [usable_after(page) for _ in range(3)]
        print(f"{asked.cases:,} cases, {answer_all(sheet):,} answers, page of {page.stat().st_size / 1e6:.1f} MB")
        found["answers in"] = []
        for number in range(3):
            shutil.copytree(PROJECT / "raw", folder / f"raw{number}")
            command = (
                "review",
                "import",
                str(sheet),
                *where,
                "--raw",
                str(folder / f"raw{number}"),
                "--by",
                "Ana Diaz",
            )
            found["answers in"].append(timed(*command))
    for name, seconds in found.items():
        limit = f", to reach {TO_REACH[name]}" if TO_REACH[name] else ""
        print(f"{name:<14} {min(seconds):.1f} to {max(seconds):.1f} s{limit}")


if __name__ == "__main__":
    main()
