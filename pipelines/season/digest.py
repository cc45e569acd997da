"""The digest of failed checks: new problems first, solved ones second. Sends nothing when nothing changed.

The failed checks are those of the steps' last reports in the store, so that the command line and Dagster agree.
"""

from __future__ import annotations

import json
import os
import smtplib
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from email.message import EmailMessage

import fsspec

from pipelines.published.provenance import read_facts
from pipelines.published.versions import newest_candidate
from pipelines.season.run import all_steps
from pipelines.season.run_lock import local_folder
from pipelines.shared.school_year import parse_range
from pipelines.shared.steps import Workspace
from schemas.season_model import load_season

TIMEOUT_SECONDS = 20
WHO = {
    "received": "whoever sent the file, asked by the stewards",
    "standard": "the stewards",
    "linked": "the stewards, with the partner of the school",
    "reconciled": "the stewards, with the partner of the school",
    "published": "whoever approves the release",
}
"""Stage of a check -> who should act."""


def collect_failures(workspace: Workspace) -> dict[str, str]:
    """Failed checks of the last run of every step and school year, whether or not they stop a run:
    'year stage/name check' -> the sentence."""
    season = load_season()
    failures = {}
    for year in parse_range(f"{season.first_year}..{season.last_year}"):
        for step in all_steps(workspace.sources):
            saved = workspace.store.read_json(step.stage, step.name, year)
            for check in saved["report"]["checks"] if saved else []:
                if not check["passed"]:
                    failures[f"{year} {step.stage}/{step.name} {check['name']}"] = check["sentence"]
    return failures | _of_candidate(workspace)


def _of_candidate(workspace: Workspace) -> dict[str, str]:
    """The newest candidate that waits for an approval which must name states or years."""
    folder = local_folder(workspace)
    version = newest_candidate(folder) if folder else ""
    facts = read_facts(folder, version) if folder and version else None
    named = [*facts["states_to_name"], *facts.get("errata", {})] if facts else []
    sentence = f"An approval must name {', '.join(named)}; the diff is {folder}/provenance/{version}/diff.html."
    return {f"{version} published/candidate states_are_within_their_limits": sentence} if named else {}


def write_digest(workspace: Workspace, failures: dict[str, str], before: list[str]) -> str:
    """Write the digest to <data>/digest.md and return its text. `before` are the failures of the last digest.

    When it was sent is written down by `mark_sent`, once it was: one that nobody got is none.
    """
    root = workspace.store.root.rstrip("/")
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    last = _read(f"{root}/digest.json").get("sent_at", "never")
    fresh = [_line(key, failures[key]) for key in sorted(failures) if key not in before]
    solved = [f"- {key}" for key in before if key not in failures]
    still = len(failures) - len(fresh)
    lines = [
        f"# Checks that need a look, {now}",
        "",
        f"The digest before this one was sent: {last}.",
        "",
        f"## New ({len(fresh)})",
        *fresh,
        "",
        f"## Solved ({len(solved)})",
        *solved,
    ]
    text = "\n".join([*lines, "", f"{still} more failed before and still do.", ""])
    with fsspec.open(f"{root}/digest.md", "w", encoding="utf-8") as handle:
        handle.write(text)
    return text


def mark_sent(workspace: Workspace) -> None:
    """Write down that the digest went out now; the next one says so."""
    body = json.dumps({"sent_at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")})
    with fsspec.open(f"{workspace.store.root.rstrip('/')}/digest.json", "w", encoding="utf-8") as handle:
        handle.write(body)


def _line(key: str, sentence: str) -> str:
    """One failed check: what, who should act, and where to look (CS_ACCESS_UI is the address of the Dagster UI)."""
    year, step, check = key.split(" ")
    address = os.environ.get("CS_ACCESS_UI", "").rstrip("/")
    of_year = f"&partition={year}" if "-" in year else ""
    where = f" [look]({address}/assets/{step}?view=checks{of_year}&checkName={check})" if address else ""
    return f"- {key}: {sentence} Who acts: {WHO[step.split('/')[0]]}.{where}"


def _read(path: str) -> dict[str, str]:
    fs, place = fsspec.url_to_fs(path)
    if not fs.exists(place):
        return {}
    with fs.open(place, "rb") as handle:
        return dict(json.loads(handle.read()))


def send_digest(address: str, text: str) -> None:
    """Post the digest as JSON {"text": ...} to a web address. Raises ValueError unless it is http or https."""
    if not address.startswith(("https://", "http://")):
        raise ValueError("CS_ACCESS_WEBHOOK must be an http or https address")
    body = json.dumps({"text": text}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass


def mail_digest(server: str, to: str, sender: str, text: str) -> None:
    """Send the digest by e-mail. server: smtp://host:port or smtps://user:password@host:port. to: addresses, by comma.

    Raises ValueError unless server, to and sender are given as that; OSError when the server cannot be reached.
    """
    parts = urllib.parse.urlsplit(server)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or "@" not in to or "@" not in sender:
        raise ValueError(
            "CS_ACCESS_SMTP must be smtp://host:port, and CS_ACCESS_MAIL_TO and CS_ACCESS_MAIL_FROM addresses"
        )
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = text.splitlines()[0].lstrip("# "), to, sender
    message.set_content(text)
    secure = parts.scheme == "smtps"
    connect = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with connect(parts.hostname, parts.port or (465 if secure else 25), timeout=TIMEOUT_SECONDS) as mail:
        if parts.username:
            mail.login(urllib.parse.unquote(parts.username), urllib.parse.unquote(parts.password or ""))
        mail.send_message(message)


def deliver(text: str) -> list[str]:
    """Send the digest wherever the environment says; returns by what. The file was written already."""
    found = os.environ
    ways = []
    if found.get("CS_ACCESS_WEBHOOK"):
        send_digest(found["CS_ACCESS_WEBHOOK"], text)
        ways.append("webhook")
    if found.get("CS_ACCESS_SMTP"):
        mail_digest(
            found["CS_ACCESS_SMTP"], found.get("CS_ACCESS_MAIL_TO", ""), found.get("CS_ACCESS_MAIL_FROM", ""), text
        )
        ways.append("e-mail")
    return ways
