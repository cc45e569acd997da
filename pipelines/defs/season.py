"""The season as an asset: opened and closed by a button, and whose cases are answered, as numbers and as a picture.

What a season is, is `pipelines/season/seasons.py`.
"""

# No `from __future__ import annotations` here: Dagster reads the annotations of decorated functions.
import base64
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from pipelines.defs.assets import OWNERS
from pipelines.defs.partitions import SCHOOL_YEARS
from pipelines.defs.resources import Folders
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

SEASON_KEY = dg.AssetKey(["reconciled", "season"])


class SeasonSettings(dg.Config):
    """Settings of the season's buttons."""

    action: str = Field(default="look", description="look: say how far it is; open or close: do that first.")
    kind: str = Field(default="fall", description="fall or summer.")
    by: str = Field(default="", description="Who opens or closes. Kept in the record.")


@dg.asset(
    key=SEASON_KEY,
    deps=[dg.AssetKey(["reconciled", "review_queue"])],
    partitions_def=SCHOOL_YEARS,
    group_name="reconciled",
    kinds={"season"},
    owners=OWNERS,
    description="Progress of the year's seasons by partner: cases, open, answered, applied, late.",
)
def season(context: dg.AssetExecutionContext, config: SeasonSettings, folders: Folders) -> dg.MaterializeResult:
    """Open or close a season when asked to, and say how far the seasons of the year are."""
    workspace, year = folders.open(), context.partition_key
    try:
        _act(workspace, year, config)
    except (ValueError, LockedError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
    records = [record for kind in KINDS if (record := read_season(workspace, year, kind))]
    if not records:
        return dg.MaterializeResult(
            metadata={"summary": f"No season of {year} is open. Open one with the job open_season."}
        )
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
    return dg.MaterializeResult(metadata=metadata)


def _act(workspace: Workspace, year: str, config: SeasonSettings) -> None:
    if config.action == "look":
        return
    if config.action not in ("open", "close"):
        raise ValueError(f"action is look, open or close; found {config.action!r}")
    if not config.by.strip():
        raise ValueError(
            f"a season is {config.action}{'ed' if config.action == 'open' else 'd'} by somebody: fill in by"
        )
    now = datetime.now(UTC)
    if config.action == "close":
        close_season(workspace, year, config.kind, by=config.by, now=now)
        return
    record = open_season(workspace, year, config.kind, by=config.by, now=now)
    hand_out(workspace, year, sorted(set(record["cases"].values())), season_file(workspace, year, config.kind).parent)


def _table(progress: pd.DataFrame) -> dg.TableMetadataValue:
    rows = [{str(name): str(value) for name, value in row.items()} for row in progress.to_dict("records")]
    return dg.MetadataValue.table(records=[dg.TableRecord(row) for row in rows])
