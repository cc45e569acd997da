"""The season as an asset: opened and closed by a button, and whose cases are answered, as numbers and as a picture.

What a season is, is `pipelines/season/seasons.py`.
"""

# No `from __future__ import annotations` here: Dagster reads the annotations of decorated functions.
import base64
from datetime import UTC, datetime
from functools import partial
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from pipelines.defs.assets import OWNERS
from pipelines.defs.partitions import SCHOOL_YEARS
from pipelines.defs.refusals import refused_in_words
from pipelines.defs.resources import Folders
from pipelines.season.releases.candidate import GateError
from pipelines.season.releases.publishing import propose_release
from pipelines.season.review_files import hand_out, write_review_page
from pipelines.season.season_plot import progress_png
from pipelines.season.seasons import (
    COUNTS,
    KINDS,
    close_season,
    open_season,
    progress_of,
    read_season,
    season_file,
    state_of,
)
from pipelines.shared.locks import LockedError
from pipelines.shared.steps import Workspace

OPENING_KEY = dg.AssetKey(["reconciled", "season_opening"])
CLOSING_KEY = dg.AssetKey(["reconciled", "season_closing"])
SEASON_KEY = dg.AssetKey(["reconciled", "season"])
_asset = partial(
    dg.asset,
    deps=[dg.AssetKey(["reconciled", "review_queue"])],
    partitions_def=SCHOOL_YEARS,
    group_name="reconciled",
    kinds={"season"},
    owners=OWNERS,
)


class SeasonSettings(dg.Config):
    """Settings of opening and closing a season."""

    kind: str = Field(default="fall", description="fall or summer.")
    by: str = Field(default="", description="Who opens or closes the season. Kept in the record. Required.")


# Assets of their own: the launchpad shows the settings of an asset, and not those that a job has for it.
@_asset(
    key=OPENING_KEY,
    description="Opens a season: the base is frozen, worksheets and review pages are written. Fill in by.",
)
def season_opening(context: dg.AssetExecutionContext, config: SeasonSettings, folders: Folders) -> dg.MaterializeResult:
    """Open the season of a year that has been run."""
    workspace, year = folders.open(), context.partition_key
    with refused_in_words():
        record = open_season(workspace, year, config.kind, by=_somebody(config.by), now=datetime.now(UTC))
        folder = season_file(workspace, year, config.kind).parent
        made = hand_out(workspace, year, sorted(set(record["cases"].values())), folder)
    said = f"The {config.kind} season of {year} is open with {len(record['cases']):,} cases."
    files = "\n".join(f"- `{path}`" for path in made)
    _show(context, workspace)
    return dg.MaterializeResult(
        metadata={
            "summary": said,
            "compared_with": record["base_release"] or "no release yet",
            "folder": dg.MetadataValue.path(str(folder)),
            "to_hand_out": dg.MetadataValue.md(files),
        }
    )


@_asset(
    key=CLOSING_KEY,
    description="Closes a season: what is there now is the release candidate; what is still open is written down. Fill in by.",
)
def season_closing(context: dg.AssetExecutionContext, config: SeasonSettings, folders: Folders) -> dg.MaterializeResult:
    """Close an open season."""
    workspace, year = folders.open(), context.partition_key
    with refused_in_words():
        record = close_season(workspace, year, config.kind, by=_somebody(config.by), now=datetime.now(UTC))
    _show(context, workspace)
    still = sum(row["open"] for row in record["candidate"]["progress"].values())
    said = f"The {config.kind} season of {year} is closed with {still:,} cases open."
    try:
        built = propose_release(workspace, who=config.by)
        metadata: dict[str, Any] = {
            "candidate": built.sentence,
            "diff": dg.MetadataValue.path(str(built.pages / "diff.html")),
        }
    except (ValueError, GateError, LockedError) as error:
        # Closed it is; what keeps the candidate from being built is put right, and the job release_candidate does it.
        metadata = {"candidate": f"Not built: {error} Then the job release_candidate."}
    return dg.MaterializeResult(metadata={"summary": said, "still_open": still, **metadata})


@_asset(
    key=SEASON_KEY,
    description="Progress of the year's seasons by partner: cases, open, answered, applied, late.",
)
def season(context: dg.AssetExecutionContext, folders: Folders) -> dg.MaterializeResult:
    """Say how far the seasons of the year are, and write the review page of now."""
    return dg.MaterializeResult(metadata=_progress(folders.open(), context.partition_key))


def _show(context: dg.AssetExecutionContext, workspace: Workspace) -> None:
    """The season as it is now, on its own asset. An asset that needs this one would be missed by every other job."""
    year = context.partition_key
    context.log_event(dg.AssetMaterialization(SEASON_KEY, partition=year, metadata=_progress(workspace, year)))


def _progress(workspace: Workspace, year: str) -> dict[str, Any]:
    records = [record for kind in KINDS if (record := read_season(workspace, year, kind))]
    if not records:
        return {"summary": f"No season of {year} is open. Open one with the job open_season."}
    metadata: dict[str, Any] = {"summary": ""}
    said = []
    for record in records:
        progress = progress_of(workspace, record)
        kind, state = record["kind"], state_of(workspace, record)
        total = {name: int(progress[name].sum()) for name in COUNTS}
        said.append(f"{kind}: {state}, {total['open']:,} of {total['cases']:,} cases open")
        picture = base64.b64encode(progress_png(progress, f"{kind} season of {year}: {state}")).decode()
        metadata |= {f"{kind}_{name}": number for name, number in total.items()}
        metadata[f"{kind}_by_partner"] = _table(progress)
        metadata[f"{kind}_progress"] = dg.MetadataValue.md(f"![{kind} season](data:image/png;base64,{picture})")
        metadata[f"{kind}_worksheets"] = dg.MetadataValue.path(str(season_file(workspace, year, kind).parent))
    metadata["summary"] = "; ".join(said) + "."
    metadata["review_page"] = dg.MetadataValue.path(str(write_review_page(workspace, year)[0]))
    return metadata


def _somebody(by: str) -> str:
    if not by.strip():
        raise ValueError('a season is opened and closed by somebody: fill in by, for example by: "Your Name"')
    return by.strip()


def _table(progress: pd.DataFrame) -> dg.TableMetadataValue:
    rows = [{str(name): str(value) for name, value in row.items()} for row in progress.to_dict("records")]
    return dg.MetadataValue.table(records=[dg.TableRecord(row) for row in rows])
