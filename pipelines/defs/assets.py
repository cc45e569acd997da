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
from pipelines.published.report_charts import draw_picture
from pipelines.season.run_lock import run_lock
from pipelines.shared.steps import CheckOutcome, Step, StepReport, Workspace, run_step
from schemas.table_model import Table
from schemas.tables import table

OWNERS = ["team:data-stewards"]
SOURCE_STAGES = ("received", "standard")
WAIT_SECONDS = 600.0
"""How long an operation waits for a run of the same school year elsewhere before it fails."""
ARROW_NAMES = {"text": "string", "integer": "int64", "decimal": "double", "flag": "bool"}

# `partitions_def` of a check spec is a preview parameter of 1.13; tests/pipeline holds what we rely on.
warnings.filterwarnings("ignore", category=dg.PreviewWarning)


def assets_of(steps: list[Step]) -> list[dg.AssetsDefinition]:
    """The assets of all steps, partitioned by school year: a node for each table and each source's part.

    The steps of the sources run in one operation per stage. An operation of its own for each of 60 sources writes ten
    more events to the run's log than it has to say, a tenth of a second every time (docs/decisions/0008).
    """
    of_sources = [step for step in steps if step.stage in SOURCE_STAGES and not step.tables]
    stages = list(dict.fromkeys(step.stage for step in of_sources))
    together = [_operation(f"{stage}__sources", [s for s in of_sources if s.stage == stage]) for stage in stages]
    return [*together, *(_operation(f"{step.stage}__{step.name}", [step]) for step in steps if step not in of_sources)]


def _operation(name: str, steps: list[Step]) -> dg.AssetsDefinition:
    """One operation that runs those steps, one after the other; each has its checks on the first of its assets."""
    specs = [
        dg.AssetSpec(
            key=dg.AssetKey([stage, made]),
            deps=[dg.AssetKey(list(need)) for need in step.needs],
            description=_description(step, made),
            group_name=stage,
            kinds=set(step.kinds[:3]),
            owners=OWNERS,
            partitions_def=SCHOOL_YEARS,
            metadata=_table_metadata(
                table(made) if made in step.tables else table(step.part_of) if step.part_of else None
            ),
        )
        for step in steps
        for stage, made in step.makes
    ]
    checks = [
        dg.AssetCheckSpec(
            name=check,
            asset=_first(step),
            description=sentence,
            blocking=check in step.blocking,
            partitions_def=SCHOOL_YEARS,
        )
        for step in steps
        for check, sentence in step.checks.items()
    ]

    several = len(steps) > 1

    @dg.multi_asset(name=name, specs=specs, check_specs=checks, can_subset=several, op_tags={"stage": steps[0].stage})
    def run(context: dg.AssetExecutionContext, folders: Folders) -> Iterator[dg.MaterializeResult]:
        year = context.partition_key
        settings = folders.open().store.read_json("received", SETTINGS_KEY.path[-1], year) or {}
        workspace = folders.open(settings.get("sources", []))
        broken: dict[str, Exception] = {}
        with run_lock(workspace, year, who="Dagster", what=f"{name} of {year}", waits=WAIT_SECONDS):
            for step in steps:
                if _first(step) not in context.selected_asset_keys:
                    continue
                try:
                    report = run_step(step, workspace, year)
                except Exception as error:
                    # A defect of ours in one source must not keep the others from their tables.
                    if not several:
                        raise
                    broken[step.name] = error
                    continue
                yield from _results(step, report, workspace, year)
        if broken:
            names = ", ".join(f"{source} ({type(error).__name__})" for source, error in broken.items())
            raise RuntimeError(f"these sources stopped in {name}: {names}") from next(iter(broken.values()))

    return run


def _first(step: Step) -> dg.AssetKey:
    return dg.AssetKey(list(step.makes[0]))


def _results(step: Step, report: StepReport, workspace: Workspace, year: str) -> Iterator[dg.MaterializeResult]:
    for position, (stage, made) in enumerate(step.makes):
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey([stage, made]),
            metadata=_metadata(report, workspace.store.path(stage, made, year), main=position == 0),
            check_results=[_check_result(check, _first(step)) for check in report.checks] if position == 0 else [],
        )


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
        **{name: dg.MetadataValue.md(f"![{name}]({draw_picture(spec)})") for name, spec in report.pictures.items()},
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
