"""What a person sets when starting a run, checked in a first step that answers in one sentence.

Every field has a default that the launchpad shows: a field whose default is None would not be shown at all.
"""

# No `from __future__ import annotations` here: Dagster reads the annotations of decorated functions.
from datetime import UTC, datetime

import dagster as dg
from pydantic import Field

from pipelines.defs.partitions import SCHOOL_YEARS
from pipelines.defs.resources import Folders
from pipelines.season.dropped_files import receive_dropped
from pipelines.season.workspace import check_sources

SETTINGS_KEY = dg.AssetKey(["received", "run_settings"])


class CleanupSettings(dg.Config):
    """Settings of one run."""

    sources: list[str] = Field(
        default=[],
        description='Sources to read anew, for example ["fl", "ga"]; empty reads all. '
        "The directory is always read; a source not named keeps what it had.",
    )
    started_by: str = Field(default="", description="Who starts the run. Kept with the run.")
    note: str = Field(default="", description="Why the run is started. Kept with the run.")


@dg.asset(
    key=SETTINGS_KEY,
    partitions_def=SCHOOL_YEARS,
    group_name="received",
    kinds={"yaml"},
    owners=["team:data-stewards"],
    description="What this run was asked to do. Checks the settings first, so that a misspelt source ends here.",
)
def run_settings(context: dg.AssetExecutionContext, config: CleanupSettings, folders: Folders) -> dg.MaterializeResult:
    """Check the settings and write them down for the steps after it."""
    workspace = folders.open()
    try:
        sources = check_sources(config.sources, workspace.sources)
    except ValueError as error:
        raise dg.Failure(description=f"The settings were not accepted: {error}", allow_retries=False) from None
    found = receive_dropped(workspace, [context.partition_key], now=datetime.now(UTC))
    settings = {"sources": sources, "started_by": config.started_by, "note": config.note}
    workspace.store.write_json(settings, "received", "run_settings", context.partition_key)
    return dg.MaterializeResult(
        metadata={
            "sources": ", ".join(sources) or "all",
            "started_by": config.started_by or "not said",
            "note": config.note or "none",
            "received_from_raw": ", ".join(found) or "nothing was put there without a receipt",
            "raw_folder": dg.MetadataValue.path(str(workspace.raw)),
            "data_folder": dg.MetadataValue.path(workspace.store.root),
        }
    )
