"""The digest of failed checks: new problems first, solved ones second. Sends nothing when nothing changed.

The failed checks are those of the steps' last reports in the store, so that the command line and Dagster agree.
"""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime

import fsspec

from pipelines.season.run import all_steps
from pipelines.shared.school_year import parse_range
from pipelines.shared.steps import Workspace
from schemas.season_model import load_season

TIMEOUT_SECONDS = 20


def collect_failures(workspace: Workspace) -> dict[str, str]:
    """Failed checks of the last run of every step and school year: 'year stage/name check' -> the sentence."""
    season = load_season()
    failures = {}
    for year in parse_range(f"{season.first_year}..{season.last_year}"):
        for step in all_steps(workspace.sources):
            saved = workspace.store.read_json(step.stage, step.name, year)
            for check in saved["report"]["checks"] if saved else []:
                if not check["passed"]:
                    failures[f"{year} {step.stage}/{step.name} {check['name']}"] = check["sentence"]
    return failures


def write_digest(workspace: Workspace, failures: dict[str, str], before: list[str]) -> str:
    """Write the digest to <data>/digest.md and return its text. `before` are the failures of the last digest."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    fresh = [f"- {key}: {failures[key]}" for key in sorted(failures) if key not in before]
    solved = [f"- {key}" for key in before if key not in failures]
    still = len(failures) - len(fresh)
    lines = [
        f"# Checks that need a look, {now}",
        "",
        f"## New ({len(fresh)})",
        *fresh,
        "",
        f"## Solved ({len(solved)})",
        *solved,
    ]
    text = "\n".join([*lines, "", f"{still} more failed before and still do.", ""])
    with fsspec.open(f"{workspace.store.root.rstrip('/')}/digest.md", "w", encoding="utf-8") as handle:
        handle.write(text)
    return text


def send_digest(address: str, text: str) -> None:
    """Post the digest as JSON {"text": ...} to a web address. Raises ValueError unless it is http or https."""
    if not address.startswith(("https://", "http://")):
        raise ValueError("CS_ACCESS_WEBHOOK must be an http or https address")
    body = json.dumps({"text": text}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass
