"""The buttons: one job per thing a steward does. Which steps exist is decided in `pipelines/season/`."""

import dagster as dg

from pipelines.defs.partitions import SCHOOL_YEARS
from pipelines.defs.release import RELEASE_KEY
from pipelines.defs.settings import SETTINGS_KEY

EVERYTHING = dg.AssetSelection.all() - dg.AssetSelection.assets(RELEASE_KEY)
_SETTINGS_OP = "__".join(SETTINGS_KEY.path)


def _settings(**values: object) -> dict[str, object]:
    """Run config with every field written out, so that the launchpad shows what can be set."""
    return {"ops": {_SETTINGS_OP: {"config": {"sources": [], "started_by": "", "note": "", **values}}}}


JOBS = [
    dg.define_asset_job(
        "fall_cleanup",
        selection=EVERYTHING,
        partitions_def=SCHOOL_YEARS,
        config=_settings(),
        description="The whole path of one school year, from files received to tables ready to publish.",
    ),
    dg.define_asset_job(
        "nightly_refresh",
        selection=EVERYTHING,
        partitions_def=SCHOOL_YEARS,
        config=_settings(started_by="schedule", note="nightly refresh"),
        description="The same path for the newest school year, each night; steps without new input are not run again.",
    ),
    dg.define_asset_job(
        "refresh_one_source",
        selection=EVERYTHING,
        partitions_def=SCHOOL_YEARS,
        config=_settings(sources=["fl"]),
        description="Reads the named sources anew and brings the national tables up to date; others keep what they had.",
    ),
    dg.define_asset_job(
        "publish_release",
        selection=dg.AssetSelection.assets(RELEASE_KEY),
        config={"ops": {"__".join(RELEASE_KEY.path): {"config": {"approved_by": "", "note": "", "dry_run": False}}}},
        description="Judges the tables of every school year, builds a release and switches it in. Needs approved_by.",
    ),
]
