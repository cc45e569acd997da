"""The release as assets: candidate, approval, release, preview. Not partitioned: a release holds every school year there is.

The work is in `pipelines/season/releases/`; what fails the gate is not built, and what nobody approved is not switched in.
"""

# No `from __future__ import annotations` here: Dagster reads the annotations of decorated functions.
from typing import Any

import dagster as dg
from pydantic import Field

from pipelines.defs.assets import OWNERS
from pipelines.defs.refusals import refused_in_words
from pipelines.defs.resources import Folders
from pipelines.season.releases.approving import approve, withdraw
from pipelines.season.releases.candidate import GateError
from pipelines.season.releases.publishing import (
    preview_release,
    propose_release,
    publish_release,
    roll_back,
    try_release,
)
from pipelines.shared.steps import MAX_SHOWN

CANDIDATE_KEY = dg.AssetKey(["published", "candidate"])
APPROVAL_KEY = dg.AssetKey(["published", "approval"])
RELEASE_KEY = dg.AssetKey(["published", "release"])
PREVIEW_KEY = dg.AssetKey(["published", "preview"])
ROLLBACK_KEY = dg.AssetKey(["published", "rollback"])
RELEASE_KEYS = (CANDIDATE_KEY, APPROVAL_KEY, RELEASE_KEY, PREVIEW_KEY, ROLLBACK_KEY)
FIT = "release_is_fit_to_publish"
WITHIN = "states_are_within_their_limits"
TABLES = [
    dg.AssetKey(["reconciled", "school_cs_access"]),
    dg.AssetKey(["published", "state_summary"]),
    dg.AssetKey(["published", "courses_that_count"]),
    dg.AssetKey(["published", "sources"]),
]


class CandidateSettings(dg.Config):
    """Settings of building a candidate."""

    started_by: str = Field(
        default="", description="Who builds it. Others who want to at the same moment see the name."
    )


class ApprovalSettings(dg.Config):
    """Settings of an approval."""

    version: str = Field(
        default="", description="The candidate that was looked at, for example 2026.11.2; empty: the newest."
    )
    approved_by: str = Field(default="", description="Who looked at the diff and approves it. Required.")
    note: str = Field(default="", description="What was looked at. Kept with the approval.")
    states: list[str] = Field(
        default=[], description='States beyond a limit that are approved by name, for example ["CA"].'
    )
    errata: list[str] = Field(
        default=[],
        description='School years that were published as final and change all the same, for example ["2018-19"].',
    )
    withdraw: bool = Field(
        default=False, description="Take back what approved_by approved of the candidate. Both stay on record."
    )


class PublishSettings(dg.Config):
    """Settings of publishing."""

    version: str = Field(default="", description="The approved candidate; empty: the newest.")
    approved_by: str = Field(
        default="", description="Builds, approves and publishes in one go, where publishing.yml allows that."
    )
    note: str = Field(default="", description="What was looked at. Kept beside the approvals.")
    dry_run: bool = Field(default=False, description="Do everything but switch.")


class RollbackSettings(dg.Config):
    """Settings of taking a release back."""

    version: str = Field(default="", description="The release to go back to; empty: the one before the current.")
    by: str = Field(default="", description="Who takes it back. Kept beside the approvals.")
    note: str = Field(default="", description="Why. Kept beside the approvals.")


@dg.asset(
    key=CANDIDATE_KEY,
    deps=TABLES,
    check_specs=[
        dg.AssetCheckSpec(
            name=FIT,
            asset=CANDIDATE_KEY,
            description="Great Expectations and the totals agree that the release may be read by others.",
        ),
        dg.AssetCheckSpec(
            name=WITHIN,
            asset=CANDIDATE_KEY,
            description="No state moved so far that an approval must name it.",
        ),
    ],
    group_name="published",
    kinds={"greatexpectations", "duckdb", "csv"},
    owners=OWNERS,
    description="The next release with its diff, beside the others, for people to look at. Nothing is switched.",
)
def candidate(config: CandidateSettings, folders: Folders) -> dg.MaterializeResult:
    """Judge the tables of every school year, build the next release and compare it with the current one."""
    with refused_in_words():
        try:
            built = propose_release(folders.open(), who=config.started_by)
        except GateError as error:
            skipped = dg.AssetCheckResult(check_name=WITHIN, passed=False, description="Not asked: the gate failed.")
            said = {"summary": str(error)}
            return dg.MaterializeResult(metadata=said, check_results=[_gate(error.verdicts), skipped])
    return dg.MaterializeResult(
        metadata={
            "summary": f"Candidate {built.sentence}.",
            "version": built.version,
            "schools_changed": int(built.facts["schools_changed"]),
            "states_to_name": ", ".join(built.states_to_name),
            "errata_to_name": ", ".join(built.errata),
            "diff": dg.MetadataValue.path(str(built.pages / "diff.html")),
            "diff_sha256": built.diff_sha256,
            "path": dg.MetadataValue.path(str(built.folder)),
        },
        check_results=[_gate(built.facts["verdicts"]), _limits(built.facts["limits"], built.states_to_name)],
    )


@dg.asset(
    key=APPROVAL_KEY,
    deps=[CANDIDATE_KEY],
    group_name="published",
    kinds={"json"},
    owners=OWNERS,
    description="Somebody looked at the candidate's diff and approves exactly that. Kept in approvals/approvals.jsonl.",
)
def approval(config: ApprovalSettings, folders: Folders) -> dg.MaterializeResult:
    """Record an approval of a candidate, or that somebody takes theirs back."""
    workspace = folders.open()
    with refused_in_words():
        if config.withdraw:
            back = withdraw(workspace, config.version, approved_by=config.approved_by, note=config.note)
            said = f"{back.approved_by} takes the approval of {back.version} back."
            return dg.MaterializeResult(metadata={"summary": said, "version": back.version})
        given = approve(
            workspace,
            config.version,
            approved_by=config.approved_by,
            note=config.note,
            states=config.states,
            errata=config.errata,
        )
    return dg.MaterializeResult(
        metadata={
            "summary": f"{given.approved_by} approves {given.version}.",
            "version": given.version,
            "approved_by": given.approved_by,
            "states": ", ".join(given.states) or "none beyond a limit",
            "note": given.note or "none",
            "diff_sha256": given.diff_sha256,
        }
    )


@dg.asset(
    key=RELEASE_KEY,
    deps=[APPROVAL_KEY],
    group_name="published",
    kinds={"duckdb", "csv", "parquet"},
    owners=OWNERS,
    description="Every school year as one release folder, switched in. Needs an approval of exactly what it holds.",
)
def release(config: PublishSettings, folders: Folders) -> dg.MaterializeResult:
    """Switch `current.json` to an approved candidate."""
    workspace = folders.open()
    with refused_in_words():
        if config.dry_run:
            outcome = try_release(workspace)
        else:
            outcome = publish_release(workspace, config.version, approved_by=config.approved_by, note=config.note)
    return dg.MaterializeResult(metadata=_outcome(outcome.sentence, outcome.version, outcome.folder, outcome.changes))


@dg.asset(
    key=ROLLBACK_KEY,
    deps=[RELEASE_KEY],
    group_name="published",
    kinds={"json"},
    owners=OWNERS,
    description="Switches back to an earlier release. Nothing is deleted.",
)
def rollback(config: RollbackSettings, folders: Folders) -> dg.MaterializeResult:
    """Point `current.json` to an earlier release."""
    with refused_in_words():
        said = roll_back(folders.open(), config.version, approved_by=config.by, note=config.note)
    return dg.MaterializeResult(metadata={"summary": said})


@dg.asset(
    key=PREVIEW_KEY,
    deps=TABLES,
    group_name="published",
    kinds={"csv", "parquet"},
    owners=OWNERS,
    description="The tables of now as a preview, pointed at by preview.json; what is published stays as it is.",
)
def preview(folders: Folders) -> dg.MaterializeResult:
    """Build the preview and point to it."""
    with refused_in_words():
        outcome = preview_release(folders.open())
    return dg.MaterializeResult(metadata=_outcome(outcome.sentence, outcome.version, outcome.folder, outcome.changes))


def _outcome(sentence: str, version: str, folder: str, changes: int) -> dict[str, Any]:
    return {"summary": sentence, "version": version, "path": dg.MetadataValue.path(folder), "schools_changed": changes}


def _gate(verdicts: list[dict[str, Any]]) -> dg.AssetCheckResult:
    failed = [v for v in verdicts if not v["passed"]]
    records = [dg.TableRecord({k: str(v) for k, v in row.items()}) for row in verdicts]
    said = (
        f"{len(failed)} of {len(verdicts)} expectations do not hold."
        if failed
        else f"All {len(verdicts)} expectations hold."
    )
    return dg.AssetCheckResult(
        check_name=FIT,
        passed=not failed,
        description=said,
        metadata={"expectations": dg.MetadataValue.table(records=records)},
    )


def _limits(limits: list[dict[str, Any]], states: list[str]) -> dg.AssetCheckResult:
    records = [dg.TableRecord({k: str(v) for k, v in row.items()}) for row in limits[:MAX_SHOWN]]
    said = f"An approval must name {', '.join(states)}." if states else "No state moved beyond a limit."
    return dg.AssetCheckResult(
        check_name=WITHIN,
        passed=not states,
        severity=dg.AssetCheckSeverity.WARN,
        description=said,
        metadata={"limits": dg.MetadataValue.table(records=records)} if records else {},
    )
