"""Watches for new files and for failed checks. Sends at most one digest per change; stays silent otherwise."""

# No `from __future__ import annotations` here: Dagster reads the annotations of decorated functions.
import hashlib
import json
from datetime import UTC, datetime

import dagster as dg

from pipelines.defs.resources import Folders
from pipelines.received.receipts import read_receipts
from pipelines.season.digest import collect_failures, deliver, mark_sent, write_digest
from pipelines.season.dropped_files import receive_dropped
from pipelines.shared.school_year import parse_range
from schemas.season_model import load_season

RESTED_SECONDS = 60
"""How long a file that was put into raw/ must have been unchanged: somebody may still be copying it."""


@dg.sensor(
    job_name="fall_cleanup",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Runs the clean-up of each school year that has new receipts. Off until someone turns it on.",
)
def new_raw_files(context: dg.SensorEvaluationContext, folders: Folders) -> dg.SensorResult:
    """Receive what was put into raw/, and compare the receipts of each school year with those of the last look."""
    season = load_season()
    workspace = folders.open()
    years = parse_range(f"{season.first_year}..{season.last_year}")
    receive_dropped(workspace, years, now=datetime.now(UTC), rested_seconds=RESTED_SECONDS)
    receipts = read_receipts(workspace.raw)
    covered = receipts[receipts["school_year"].between(season.first_year, season.last_year)]
    seen = json.loads(context.cursor or "{}")
    now = {
        str(year): hashlib.sha256("\n".join(sorted(group["sha256"] + group["file"])).encode()).hexdigest()
        for year, group in covered.groupby("school_year", sort=True)
    }
    changed = [year for year, mark in now.items() if seen.get(year) != mark]
    if not changed:
        return dg.SensorResult(skip_reason="No new receipts.", cursor=json.dumps(now, sort_keys=True))
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=f"{year}:{now[year]}", partition_key=year) for year in changed],
        cursor=json.dumps(now, sort_keys=True),
    )


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Reports failed checks, new ones first: to a file, a web address (CS_ACCESS_WEBHOOK) and by e-mail (CS_ACCESS_SMTP).",
)
def digest(context: dg.SensorEvaluationContext, folders: Folders) -> dg.SensorResult:
    """Send a digest when the set of failed checks has changed since the last one."""
    workspace = folders.open()
    before = json.loads(context.cursor or "[]")
    failures = collect_failures(workspace)
    now = sorted(failures)
    if now == before:
        return dg.SensorResult(skip_reason=f"Nothing changed: {len(now)} failed checks, as before.")
    text = write_digest(workspace, failures, before)
    ways = ", ".join(["file", *deliver(text)])
    mark_sent(workspace)
    return dg.SensorResult(skip_reason=f"Digest sent ({ways}): {len(now)} failed checks.", cursor=json.dumps(now))
