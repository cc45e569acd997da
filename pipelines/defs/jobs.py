"""The buttons: one job per thing a steward does. Which steps exist is decided in `pipelines/season/steps/`."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines.defs.partitions import SCHOOL_YEARS
from pipelines.defs.release import APPROVAL_KEY, CANDIDATE_KEY, PREVIEW_KEY, RELEASE_KEY, RELEASE_KEYS, ROLLBACK_KEY
from pipelines.defs.season import CLOSING_KEY, OPENING_KEY
from pipelines.defs.settings import SETTINGS_KEY

EVERYTHING = dg.AssetSelection.all() - dg.AssetSelection.assets(*RELEASE_KEYS, OPENING_KEY, CLOSING_KEY)


def _path(name: str, description: str, **settings: object) -> Any:
    """The whole path of a school year. Every setting is written out, so that the launchpad shows what can be set."""
    config = {"sources": [], "started_by": "", "note": "", **settings}
    return dg.define_asset_job(
        name,
        selection=EVERYTHING,
        partitions_def=SCHOOL_YEARS,
        config=_of(SETTINGS_KEY, config),
        description=description,
    )


def _button(name: str, key: dg.AssetKey, description: str, *, by_year: bool = False, **settings: object) -> Any:
    """One asset that does one thing, with its settings as the launchpad shows them first."""
    return dg.define_asset_job(
        name,
        selection=dg.AssetSelection.assets(key),
        partitions_def=SCHOOL_YEARS if by_year else None,
        config=_of(key, settings) if settings else None,
        description=description,
    )


def _of(key: dg.AssetKey, settings: Mapping[str, object]) -> dict[str, object]:
    return {"ops": {"__".join(key.path): {"config": dict(settings)}}}


JOBS = [
    _path(
        "fall_cleanup",
        "The whole path of one school year, from files received to tables ready to publish.",
    ),
    _path(
        "summer_cleanup",
        "The same path in the summer, when partners look at their schools before the year's files are complete.",
    ),
    _path(
        "nightly_refresh",
        "The same path for the newest school year, each night; steps without new input are not run again.",
        started_by="schedule",
        note="nightly refresh",
    ),
    _path(
        "refresh_one_source",
        "Reads the named sources anew and brings the national tables up to date; others keep what they had.",
        sources=["fl"],
    ),
    _button(
        "open_season",
        OPENING_KEY,
        "Opens a season of a year that has been run: freezes the base, writes worksheets and review pages.",
        by_year=True,
        kind="fall",
        by="",
    ),
    _button(
        "close_season",
        CLOSING_KEY,
        "Closes a season: what is there now is its release candidate, and what is still open is written down.",
        by_year=True,
        kind="fall",
        by="",
    ),
    _button(
        "release_candidate",
        CANDIDATE_KEY,
        "Judges the tables of every school year and builds the next release with its diff. Switches nothing.",
        started_by="",
    ),
    _button(
        "approve_release",
        APPROVAL_KEY,
        "Records that somebody looked at a candidate and approves it, or takes that back. Needs approved_by.",
        version="",
        approved_by="",
        note="",
        states=[],
        errata=[],
        withdraw=False,
    ),
    _button(
        "publish_release",
        RELEASE_KEY,
        "Switches an approved candidate in; refuses when anything changed since it was approved.",
        version="",
        approved_by="",
        note="",
        dry_run=False,
    ),
    _button(
        "roll_back_release",
        ROLLBACK_KEY,
        "Switches back to an earlier release, by default the one before the current one. Nothing is deleted.",
        version="",
        by="",
        note="",
    ),
    _button(
        "preview_release",
        PREVIEW_KEY,
        "Builds the tables of now as a preview, a channel of its own. What is published stays.",
    ),
]
