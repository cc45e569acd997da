"""The release as an asset: gate, build, switch. Not partitioned: a release holds every school year there is.

The work is in `pipelines/season/release.py`; a release that fails the gate is not switched in.
"""

# No `from __future__ import annotations` here: Dagster reads the annotations of decorated functions.
import dagster as dg
from pydantic import Field

from pipelines.defs.assets import OWNERS
from pipelines.defs.resources import Folders
from pipelines.season.release import GateError, publish_release

RELEASE_KEY = dg.AssetKey(["published", "release"])


class PublishSettings(dg.Config):
    """Settings of publishing."""

    approved_by: str = Field(default="", description="Who looked at the figures and approves them. Required.")
    note: str = Field(default="", description="What was looked at. Kept in the release's manifest.")
    dry_run: bool = Field(default=False, description="Judge and compare, but do not switch the release in.")


@dg.asset(
    key=RELEASE_KEY,
    deps=[
        dg.AssetKey(["reconciled", "school_cs_access"]),
        dg.AssetKey(["published", "state_summary"]),
        dg.AssetKey(["published", "courses_that_count"]),
        dg.AssetKey(["published", "sources"]),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            name="release_is_fit_to_publish",
            asset=RELEASE_KEY,
            description="Great Expectations and the totals agree that the release may be read by others.",
        )
    ],
    group_name="published",
    kinds={"greatexpectations", "duckdb", "csv"},
    owners=OWNERS,
    description="Every school year as one release folder: CSV, Parquet, DuckDB, dictionary and manifest.",
)
def release(config: PublishSettings, folders: Folders) -> dg.MaterializeResult:
    """Judge the tables, build the release beside the others, and switch `current.json` to it."""
    try:
        outcome = publish_release(
            folders.open(), approved_by=config.approved_by, note=config.note, dry_run=config.dry_run
        )
    except GateError as error:
        records = [dg.TableRecord({k: str(v) for k, v in row.items()}) for row in error.verdicts]
        return dg.MaterializeResult(
            metadata={"summary": str(error)},
            check_results=[
                dg.AssetCheckResult(
                    check_name="release_is_fit_to_publish",
                    passed=False,
                    description=str(error),
                    metadata={"expectations": dg.MetadataValue.table(records=records)},
                )
            ],
        )
    except ValueError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
    records = [dg.TableRecord({k: str(v) for k, v in row.items()}) for row in outcome.verdicts]
    return dg.MaterializeResult(
        metadata={
            "summary": outcome.sentence,
            "version": outcome.version,
            "path": dg.MetadataValue.path(outcome.folder),
            "schools_changed": outcome.changes,
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="release_is_fit_to_publish",
                passed=True,
                description=f"All {len(records)} expectations hold.",
                metadata={"expectations": dg.MetadataValue.table(records=records)},
            )
        ],
    )
