"""The season as an asset: whose cases are answered, as numbers and as a picture. Nothing is opened or closed here."""

# No `from __future__ import annotations` here: Dagster reads the annotations of decorated functions.
import base64
from typing import Any

import dagster as dg

from pipelines.defs.assets import OWNERS
from pipelines.defs.partitions import SCHOOL_YEARS
from pipelines.defs.resources import Folders
from pipelines.season.season_plot import progress_png
from pipelines.season.seasons import COUNTS, KINDS, progress_of, read_season, state_of

SEASON_KEY = dg.AssetKey(["reconciled", "season"])


@dg.asset(
    key=SEASON_KEY,
    deps=[dg.AssetKey(["reconciled", "review_queue"])],
    partitions_def=SCHOOL_YEARS,
    group_name="reconciled",
    kinds={"season"},
    owners=OWNERS,
    description="Progress of the year's seasons by partner: cases, open, answered, applied, late.",
)
def season(context: dg.AssetExecutionContext, folders: Folders) -> dg.MaterializeResult:
    """Say how far the seasons of the year are; a year without one says how to open it."""
    workspace, year = folders.open(), context.partition_key
    records = [record for kind in KINDS if (record := read_season(workspace, year, kind))]
    if not records:
        return dg.MaterializeResult(metadata={"summary": f"No season is open: cleanup season open {year} --kind fall"})
    metadata: dict[str, Any] = {}
    for record in records:
        progress = progress_of(workspace, record)
        kind, state = record["kind"], state_of(workspace, record)
        total = {name: int(progress[name].sum()) for name in COUNTS}
        picture = base64.b64encode(progress_png(progress, f"{kind} season of {year}: {state}")).decode()
        metadata |= {f"{kind}_{name}": number for name, number in total.items()}
        metadata[f"{kind}_progress"] = dg.MetadataValue.md(f"![{kind} season](data:image/png;base64,{picture})")
        metadata["summary"] = f"{kind}: {state}, {total['open']:,} of {total['cases']:,} cases open."
    return dg.MaterializeResult(metadata=metadata)
