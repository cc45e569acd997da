"""One season of the sample data by mouse and keyboard, as a steward plays it: `python -m bench.season_by_hand --out DIR`.

Starts `cleanup ui` on an empty data folder, clicks from the first run to next year's inbox in headless Chromium, and leaves a
picture of each screen in DIR for people to look at. Needs playwright and Chromium; about ten minutes, so it is no test.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, sync_playwright

from pipelines.season.workspace import PROJECT

YEAR, BEFORE, NEXT = "2017-18", "2016-17", "2018-19"
PORT = 3117
ENDED = ("SUCCESS", "FAILURE", "CANCELED")
ANSWERS = {
    "conflicting_evidence": "offers computer science",
    "flip": "offers computer science",
    "inaccuracy_report": "offers computer science",
    "not_found": "none of these",
}
LATE = """decision_kind,nces_school_id,about_source,decided_value,value_before,field,new_value,reason,decided_by,decided_at
verdict_override,069900600003,,N,,,,told by phone,C. Late,2026-11-25
source_hold,,ga,,,,,the state asked us to wait,R. Stewardly,2026-11-25
"""


@dataclass
class Steward:
    """The browser of somebody who has the UI open, and where the pictures go."""

    page: Page
    out: Path
    data: Path
    address: str = f"http://127.0.0.1:{PORT}"
    taken: int = 0
    last: str = ""

    def picture(self, name: str) -> None:
        self.taken += 1
        self.page.screenshot(path=self.out / f"{self.taken:02}-{name}.png")
        print(f"{self.taken:02} {name}", flush=True)

    def job(self, name: str) -> None:
        self.page.goto(f"{self.address}/jobs")
        self.page.get_by_text(name, exact=True).first.click()
        self.page.wait_for_url(f"**/jobs/{name}*")
        self.page.get_by_role("button", name="Materialize").first.wait_for()

    def run_year(self, year: str) -> None:
        """Jobs, fall_cleanup, Materialize all, the school year, Launch run."""
        self.job("fall_cleanup")
        self.page.get_by_role("button", name="Materialize all…").click()
        self.page.get_by_text("Select a partition").first.click()
        self.page.locator(f"[title='{year}'] span").last.click()
        self.page.get_by_text("Partition selection").click()
        self.page.wait_for_timeout(800)
        self.picture(f"run-{year}")
        self.page.get_by_role("button", name="Launch").last.click()
        self.ended("fall_cleanup")

    def press(self, job: str, *, fails: bool = False) -> None:
        """A job without settings."""
        self.job(job)
        self.page.get_by_role("button", name="Materialize").first.click()
        self.page.wait_for_timeout(3_000)
        confirm = self.page.get_by_role("button", name="Confirm")
        if confirm.count():
            # Dagster warns that what comes before was never done.
            self.picture(f"{job}-warned")
            confirm.click()
        self.ended(job, fails=fails)

    def fill_in(self, job: str, year: str = "", **values: object) -> None:
        """A job whose settings are typed into the launchpad."""
        self.job(job)
        self.page.wait_for_timeout(1_000)
        buttons = self.page.locator("button")
        place = next(n for n in range(buttons.count()) if "Materialize" in buttons.nth(n).inner_text())
        buttons.nth(place + 1).click()
        self.page.get_by_text("Open launchpad").click()
        editor = self.page.locator("[role=dialog] .CodeMirror, .bp5-dialog .CodeMirror").first
        editor.wait_for()
        self.page.wait_for_timeout(4_000)
        if year:
            self.page.get_by_placeholder("Partition").click()
            self.page.wait_for_timeout(1_500)
            self.page.keyboard.type(year)
            self.page.wait_for_timeout(1_200)
            self.page.keyboard.press("Enter")
            self.page.wait_for_timeout(1_500)
        for name, value in values.items():
            lines = str(editor.evaluate("e => e.CodeMirror.getValue()")).splitlines()
            at = next(n for n, line in enumerate(lines) if line.strip().startswith(f"{name}:"))
            editor.locator(".CodeMirror-line").nth(at).click(position={"x": 5, "y": 8})
            for key in ("Home", "Home", "Shift+End"):
                self.page.keyboard.press(key)
            self.page.keyboard.insert_text(f"{lines[at].split(':')[0]}: {json.dumps(value, ensure_ascii=False)}")
            self.page.wait_for_timeout(500)
        self.page.wait_for_timeout(1_500)
        self.picture(f"{job}-launchpad")
        self.page.get_by_role("button", name="Materialize").last.click()
        self.ended(job)

    def ended(self, job: str, *, fails: bool = False) -> None:
        """Wait for the newest run and open it. Raises RuntimeError when it did not end as it should."""
        self.page.wait_for_timeout(3_000)
        end = time.monotonic() + 400
        asked = {"query": "{runsOrError(limit:1){... on Runs{results{runId jobName status}}}}"}
        newest: dict[str, str] = {}
        while time.monotonic() < end and (newest.get("status") not in ENDED or newest["runId"] == self.last):
            answer = self.page.request.post(f"{self.address}/graphql", data=asked).json()
            newest = next(iter(answer["data"]["runsOrError"]["results"]), newest)
            time.sleep(1.5)
        self.last = newest["runId"]
        self.page.goto(f"{self.address}/runs/{newest['runId']}")
        self.page.wait_for_timeout(5_000)
        self.picture(f"{job}-{newest['status'].lower()}")
        if newest["jobName"] != job or newest["status"] != ("FAILURE" if fails else "SUCCESS"):
            raise RuntimeError(f"{job} should have {'failed' if fails else 'succeeded'}: {newest}")

    def look(self, asset: str, view: str, year: str, click: str = "") -> None:
        self.page.goto(f"{self.address}/assets/{asset}?view={view}&partition={year}")
        self.page.wait_for_timeout(6_000)
        if click:
            self.page.get_by_text(click).first.click()
            self.page.wait_for_timeout(3_000)
        self.picture(asset.replace("/", "-"))

    def answer_cases(self, page: Path, name: str) -> Path:
        """Every case of a review page: odd ones by mouse, even ones by keyboard; then the download."""
        self.page.goto(page.as_uri())
        self.page.locator("#who").fill(name)
        count = self.page.evaluate("data.cases.length")
        self.page.locator("#list").focus()
        for number in range(count):
            asks = self.page.locator("#case label.choice").first.inner_text().endswith("another school")
            if number % 2:
                self.page.locator("#case label.choice").nth(1 if asks else 0).click()
            else:
                self.page.keyboard.press("2" if asks else "1")
            self.page.keyboard.press("n")
            self.page.keyboard.type("asked the school")
            self.page.keyboard.press("Escape")
            if number == 2:
                self.picture("review-page")
            self.page.keyboard.press("j")
        with self.page.expect_download() as download:
            self.page.keyboard.press("d")
        self.picture("review-page-downloaded")
        path = self.out / "answers.csv"
        download.value.save_as(path)
        return path


def play(steward: Steward, raw: Path) -> None:
    """The season: first release, opened, answered twice over, closed, published, corrected late, taken back, next year."""
    data = steward.data
    for year in (BEFORE, YEAR):
        steward.run_year(year)
    steward.press("publish_release", fails=True)
    steward.press("release_candidate")
    steward.fill_in("approve_release", approved_by="Ana Diaz", note="first release", states=named(data))
    steward.press("publish_release")
    steward.fill_in("open_season", YEAR, by="R. Stewardly")
    steward.look("reconciled/review_queue", "checks", YEAR, "nothing_waits_for_a_person")
    handed_out = data / "seasons" / f"{YEAR}-fall"
    answers = steward.answer_cases(handed_out / "review_stewards.html", "R. Stewardly")
    (raw / "decisions" / YEAR).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(answers, raw / "decisions" / YEAR / answers.name)
    import_worksheet(handed_out / "worksheet_102.xlsx", steward.out / "worksheet_102.xlsx")
    steward.run_year(YEAR)
    steward.look("standard/decisions", "checks", YEAR)
    steward.look("reconciled/season", "partitions", YEAR, "[Show Markdown]")
    steward.fill_in("close_season", YEAR, by="R. Stewardly")
    steward.page.goto((newest_diff(data)).as_uri())
    steward.picture("diff")
    steward.press("publish_release", fails=True)
    steward.fill_in("approve_release", approved_by="Ana Diaz", note="every school", states=named(data))
    steward.press("publish_release")
    (raw / "decisions" / YEAR / "late.csv").write_text(LATE, encoding="utf-8")
    steward.run_year(YEAR)
    steward.press("release_candidate")
    steward.look("published/candidate", "checks", "", "states_are_within_their_limits")
    steward.page.goto((newest_diff(data)).as_uri())
    steward.picture("diff-late")
    steward.fill_in("approve_release", approved_by="Ana Diaz", states=named(data))
    steward.press("publish_release", fails=True)
    steward.fill_in("approve_release", approved_by="Ana Diaz", states=named(data), errata=[YEAR])
    steward.press("publish_release")
    steward.fill_in("roll_back_release", by="Ana Diaz", note="Georgia may be published after all")
    steward.run_year(NEXT)
    steward.look("reconciled/review_queue", "checks", NEXT, "nothing_waits_for_a_person")


def newest_diff(data: Path) -> Path:
    """The diff page of the newest candidate."""
    folders = [path.parent for path in (data / "provenance").glob("*/facts.json")]
    return max(folders, key=lambda folder: int(folder.name.rsplit(".", 1)[1])) / "diff.html"


def named(data: Path) -> list[str]:
    """States that the newest candidate's approval must name, as its diff page lists them."""
    return list(json.loads((newest_diff(data).parent / "facts.json").read_text(encoding="utf-8"))["states_to_name"])


def import_worksheet(sent: Path, filled: Path) -> None:
    """A partner's worksheet, filled in with one misspelt answer, and imported from the command line."""
    book = openpyxl.load_workbook(sent)
    cases = book["Cases"]
    at = {cell.value: cell.column for cell in cases[1]}
    for row in range(2, cases.max_row + 1):
        answer = ANSWERS[cases.cell(row, at["case_kind"]).value]
        cases.cell(row, at["answer"]).value = "sme school" if row == 4 else answer
        cases.cell(row, at["reason"]).value = "asked the school"
    book.save(filled)
    command = ["review", "import", str(filled), "--year", YEAR, "--by", "P. College"]
    subprocess.run([sys.executable, "-m", "pipelines.cli", *command], check=False)


@contextmanager
def served(out: Path) -> Iterator[tuple[Path, Path]]:
    """`cleanup ui` on an empty data folder and a copy of the sample files; yields both."""
    data, raw, home = out / "data", out / "raw", out / "home"
    shutil.copytree(PROJECT / "raw", raw)
    home.mkdir()
    os.environ |= {"CS_ACCESS_DATA": str(data), "CS_ACCESS_RAW": str(raw), "DAGSTER_HOME": str(home)}
    with (out / "ui.log").open("wb") as log:
        command = [sys.executable, "-m", "pipelines.cli", "ui", "--port", str(PORT)]
        ui = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log)
        try:
            while b"Dagster is at" not in (out / "ui.log").read_bytes():
                if ui.poll() is not None:
                    raise RuntimeError(f"the UI did not start; see {out / 'ui.log'}")
                time.sleep(1)
            yield data, raw
        finally:
            ui.send_signal(signal.SIGINT)
            ui.wait(60)


def main() -> int:
    """Play the season; returns 0 when every step ended as it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="An empty folder, for pictures and data.")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    asked = parser.parse_args()
    out = asked.out.resolve()
    out.mkdir(parents=True)
    with served(out) as (data, raw), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1360, "height": 900}, accept_downloads=True)
        page.set_default_timeout(90_000)
        play(Steward(page, out, data), raw)
        browser.close()
    print(f"The pictures are in {out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
