"""Puts the code location together: assets from the list of steps, jobs, the schedule and the sensors."""

import dagster as dg

from pipelines.defs.assets import assets_of
from pipelines.defs.jobs import JOBS
from pipelines.defs.release import approval, candidate, preview, release, rollback
from pipelines.defs.resources import Folders
from pipelines.defs.schedules import nightly
from pipelines.defs.season import season, season_closing, season_opening
from pipelines.defs.sensors import digest, new_raw_files
from pipelines.defs.settings import run_settings
from pipelines.season.run import all_steps
from schemas.source_model import load_sources


def build_definitions(folders: Folders | None = None) -> dg.Definitions:
    """Every definition; `folders` replaces where it reads and writes, for tests."""
    return dg.Definitions(
        assets=[
            run_settings,
            *assets_of(all_steps(load_sources())),
            season_opening,
            season_closing,
            season,
            candidate,
            approval,
            release,
            rollback,
            preview,
        ],
        jobs=JOBS,
        schedules=[nightly],
        sensors=[new_raw_files, digest],
        resources={"folders": folders or Folders()},
        # All steps take seconds in one process; a process for each would pay four seconds of imports.
        executor=dg.in_process_executor,
    )
