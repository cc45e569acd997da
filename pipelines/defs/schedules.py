"""The nightly refresh, with its time zone. Nothing else runs by the clock."""

# No `from __future__ import annotations` here: Dagster reads the annotations of decorated functions.
import dagster as dg

from pipelines.defs.resources import Folders
from pipelines.received.receipts import read_receipts
from schemas.season_model import load_season

_SEASON = load_season()


@dg.schedule(
    job_name="nightly_refresh",
    cron_schedule=_SEASON.nightly_cron,
    execution_timezone=_SEASON.time_zone,
    description=f"Every night at 01:30, time zone {_SEASON.time_zone}, for the newest school year that has files.",
)
def nightly(folders: Folders) -> dg.RunRequest | dg.SkipReason:
    """Ask for a run of the newest school year received; say why when there is none."""
    receipts = read_receipts(folders.open().raw)
    covered = receipts[receipts["school_year"].between(_SEASON.first_year, _SEASON.last_year)]
    if covered.empty:
        return dg.SkipReason("Nothing has been received yet; raw/receipts.csv is empty.")
    return dg.RunRequest(partition_key=str(covered["school_year"].max()))
