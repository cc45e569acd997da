"""Runs the list of steps for school years, in order. The same list becomes the Dagster assets in `pipelines/defs/`.

A failed blocking check stops the year it belongs to; everything else goes on and is reported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.season.answering_steps import answering_steps
from pipelines.season.gathering_steps import gathering_steps
from pipelines.season.linking_steps import linking_steps
from pipelines.season.source_steps import source_steps
from pipelines.shared.steps import Step, StepReport, Workspace, run_step
from schemas.source_model import Source


@dataclass(frozen=True)
class StepResult:
    """A step of one school year that ran: its report and its time in seconds."""

    step: Step
    school_year: str
    report: StepReport
    seconds: float


class BlockedError(RuntimeError):
    """A blocking check failed; the sentence says which and why. What had been published stays as it was."""


def all_steps(sources: Mapping[str, Source]) -> list[Step]:
    """Every step of one school year in an order in which each comes after what it needs."""
    steps = [step for source in sources.values() for step in source_steps(source)]
    return [*steps, *gathering_steps(sources), *linking_steps(sources), *answering_steps(sources)]


def run_season(
    workspace: Workspace, school_years: list[str], watch: Callable[[Step, str], None] | None = None
) -> Iterator[StepResult]:
    """Run every step of every school year and yield each result. `watch` is called before each step.

    Raises BlockedError when a blocking check fails.
    """
    steps = all_steps(workspace.sources)
    for school_year in school_years:
        for step in steps:
            if watch:
                watch(step, school_year)
            start = time.perf_counter()
            report = run_step(step, workspace, school_year)
            yield StepResult(step, school_year, report, time.perf_counter() - start)
            stop = [check for check in report.checks if check.blocking and not check.passed]
            if stop:
                raise BlockedError(f"{step.stage}/{step.name} {school_year}: {stop[0].sentence}")
