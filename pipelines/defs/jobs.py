"""The buttons: one job per thing a steward does. Which steps exist is decided in `pipelines/season/`."""

import dagster as dg

from pipelines.defs.partitions import SCHOOL_YEARS
from pipelines.defs.release import APPROVAL_KEY, CANDIDATE_KEY, PREVIEW_KEY, RELEASE_KEY, RELEASE_KEYS, ROLLBACK_KEY
from pipelines.defs.season import CLOSING_KEY, OPENING_KEY
from pipelines.defs.settings import SETTINGS_KEY

EVERYTHING = dg.AssetSelection.all() - dg.AssetSelection.assets(*RELEASE_KEYS, OPENING_KEY, CLOSING_KEY)
_SETTINGS_OP = "__".join(SETTINGS_KEY.path)


def _settings(**values: object) -> dict[str, object]:
    """Run config with every field written out, so that the launchpad shows what can be set."""
    return {"ops": {_SETTINGS_OP: {"config": {"sources": [], "started_by": "", "note": "", **values}}}}


def _op(key: dg.AssetKey, **values: object) -> dict[str, object]:
    return {"ops": {"__".join(key.path): {"config": values}}}


JOBS = [
    dg.define_asset_job(
        "fall_cleanup",
        selection=EVERYTHING,
        partitions_def=SCHOOL_YEARS,
        config=_settings(),
        description="The whole path of one school year, from files received to tables ready to publish.",
    ),
    dg.define_asset_job(
        "summer_cleanup",
        selection=EVERYTHING,
        partitions_def=SCHOOL_YEARS,
        config=_settings(),
        description="The same path in the summer, when partners look at their schools before the year's files are complete.",
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
        "open_season",
        selection=dg.AssetSelection.assets(OPENING_KEY),
        partitions_def=SCHOOL_YEARS,
        config=_op(OPENING_KEY, kind="fall", by=""),
        description="Opens a season of a year that has been run: freezes the base, writes worksheets and review pages.",
    ),
    dg.define_asset_job(
        "close_season",
        selection=dg.AssetSelection.assets(CLOSING_KEY),
        partitions_def=SCHOOL_YEARS,
        config=_op(CLOSING_KEY, kind="fall", by=""),
        description="Closes a season: what is there now is its release candidate, and what is still open is written down.",
    ),
    dg.define_asset_job(
        "release_candidate",
        selection=dg.AssetSelection.assets(CANDIDATE_KEY),
        config=_op(CANDIDATE_KEY, started_by=""),
        description="Judges the tables of every school year and builds the next release with its diff. Switches nothing.",
    ),
    dg.define_asset_job(
        "approve_release",
        selection=dg.AssetSelection.assets(APPROVAL_KEY),
        config=_op(APPROVAL_KEY, version="", approved_by="", note="", states=[], errata=[], withdraw=False),
        description="Records that somebody looked at a candidate and approves it, or takes that back. Needs approved_by.",
    ),
    dg.define_asset_job(
        "publish_release",
        selection=dg.AssetSelection.assets(RELEASE_KEY),
        config=_op(RELEASE_KEY, version="", approved_by="", note="", dry_run=False),
        description="Switches an approved candidate in; refuses when anything changed since it was approved.",
    ),
    dg.define_asset_job(
        "roll_back_release",
        selection=dg.AssetSelection.assets(ROLLBACK_KEY),
        config=_op(ROLLBACK_KEY, version="", by="", note=""),
        description="Switches back to an earlier release, by default the one before the current one. Nothing is deleted.",
    ),
    dg.define_asset_job(
        "preview_release",
        selection=dg.AssetSelection.assets(PREVIEW_KEY),
        description="Builds the tables of now as a preview, a channel of its own. What is published stays.",
    ),
]
