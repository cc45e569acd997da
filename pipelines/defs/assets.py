"""Turns each step into Dagster assets with its checks. Holds no data logic: that is in the stages.

A step's report becomes metadata that plots (rows, numbers) and check results with a table of at most 50 findings.
"""

# No `from __future__ import annotations` here: Dagster reads the annotations of decorated functions.
import warnings
from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.defs.partitions import SCHOOL_YEARS
from pipelines.defs.resources import Folders
from pipelines.defs.settings import SETTINGS_KEY
from pipelines.shared.steps import CheckOutcome, Step, StepReport, run_step
from schemas.table_model import Table
from schemas.tables import table

OWNERS = ["team:data-stewards"]
ARROW_NAMES = {"text": "string", "integer": "int64", "decimal": "double", "flag": "bool"}

# `partitions_def` of a check spec is a preview parameter of 1.13; tests/pipeline holds what we rely on.
warnings.filterwarnings("ignore", category=dg.PreviewWarning)


def asset_of(step: Step) -> dg.AssetsDefinition:
    """The assets of one step, partitioned by school year, with its checks on the first of them."""
    first = dg.AssetKey(list(step.makes[0]))
    specs = [
        dg.AssetSpec(
            key=dg.AssetKey([stage, name]),
            deps=[dg.AssetKey(list(need)) for need in step.needs],
            description=_description(step, name),
            group_name=stage,
            kinds=set(step.kinds[:3]),
            owners=OWNERS,
            partitions_def=SCHOOL_YEARS,
            metadata=_table_metadata(
                table(name) if name in step.tables else table(step.part_of) if step.part_of else None
            ),
        )
        for stage, name in step.makes
    ]
    checks = [
        dg.AssetCheckSpec(
            name=name, asset=first, description=sentence, blocking=name in step.blocking, partitions_def=SCHOOL_YEARS
        )
        for name, sentence in step.checks.items()
    ]

    @dg.multi_asset(
        name=f"{step.stage}__{step.name}",
        specs=specs,
        check_specs=checks,
        can_subset=False,
        op_tags={"stage": step.stage},
    )
    def run(context: dg.AssetExecutionContext, folders: Folders) -> Iterator[dg.MaterializeResult]:
        year = context.partition_key
        settings = folders.open().store.read_json("received", SETTINGS_KEY.path[-1], year) or {}
        workspace = folders.open(settings.get("sources", []))
        report = run_step(step, workspace, year)
        for position, (stage, name) in enumerate(step.makes):
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey([stage, name]),
                metadata=_metadata(report, workspace.store.path(stage, name, year), main=position == 0),
                check_results=[_check_result(check, first) for check in report.checks] if position == 0 else [],
            )

    return run


def _description(step: Step, name: str) -> str:
    if name in step.tables and name != step.name:
        return table(name).title
    return step.description


def _table_metadata(declared: Table | None) -> dict[str, dg.TableSchema]:
    if declared is None:
        return {}
    return {
        "dagster/column_schema": dg.TableSchema(
            columns=[
                dg.TableColumn(
                    name=column.name,
                    type=ARROW_NAMES[column.type],
                    description=column.meaning + (f" ({column.unit})" if column.unit else ""),
                    constraints=dg.TableColumnConstraints(
                        nullable=column.name not in {*declared.required, *declared.key},
                        unique=declared.key == (column.name,),
                        other=[f"one of {', '.join(column.allowed)}"] if column.allowed else [],
                    ),
                )
                for column in declared.columns
            ]
        )
    }


def _metadata(report: StepReport, path: str, *, main: bool) -> dict[str, Any]:
    if not main:
        return {"path": dg.MetadataValue.path(path)}
    return {
        "dagster/row_count": report.rows,
        "summary": report.sentence,
        "unchanged": report.reused,
        "path": dg.MetadataValue.path(path),
        **report.numbers,
    }


def _check_result(check: CheckOutcome, asset_key: dg.AssetKey) -> dg.AssetCheckResult:
    metadata: dict[str, Any] = {}
    if check.findings:
        metadata["findings"] = dg.MetadataValue.table(
            records=[dg.TableRecord({k: str(v) for k, v in finding.items()}) for finding in check.findings]
        )
    if check.details:
        metadata["all_findings"] = dg.MetadataValue.path(check.details)
    return dg.AssetCheckResult(
        asset_key=asset_key,
        check_name=check.name,
        passed=check.passed,
        severity=dg.AssetCheckSeverity.ERROR if check.is_error else dg.AssetCheckSeverity.WARN,
        description=check.sentence,
        metadata=metadata,
    )
