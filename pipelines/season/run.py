"""Runs the list of steps for school years, in order. The same list becomes the Dagster assets in `pipelines/defs/`.

A failed blocking check stops the year it belongs to; everything else goes on and is reported.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from pipelines.season.run_lock import die_with_parent, run_lock
from pipelines.season.steps.answering import answering_steps
from pipelines.season.steps.comparing import comparing_steps
from pipelines.season.steps.gathering import gathering_steps
from pipelines.season.steps.history import history_steps
from pipelines.season.steps.inbox import inbox_steps
from pipelines.season.steps.linking import linking_steps
from pipelines.season.steps.partners import partner_steps
from pipelines.season.steps.reporting import reporting_steps
from pipelines.season.steps.sources import source_steps
from pipelines.shared.steps import Step, StepReport, Workspace, collect_garbage_seldom, last_report, run_step
from schemas.source_model import Source

MAX_WORKERS = 4
"""Processes at once, whatever the machine has: memory grows with each (bench/README.md has the sum for two)."""


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
    """Every step of one school year in an order in which each comes after what it needs, the directory's first.

    The directory is the longest way: what waits for it should not also wait for the states.
    """
    first = sorted(sources.values(), key=lambda source: source.produces != "nces_schools")
    return [*(step for source in first for step in source_steps(source)), *national_steps(sources)]


def national_steps(sources: Mapping[str, Source]) -> list[Step]:
    """The steps of `all_steps` that are made from the parts of all sources."""
    groups = (
        gathering_steps,
        history_steps,
        linking_steps,
        partner_steps,
        answering_steps,
        reporting_steps,
        comparing_steps,
        inbox_steps,
    )
    return [step for group in groups for step in group(sources)]


def run_season(
    workspace: Workspace, school_years: list[str], watch: Callable[[Step, str], None] | None = None
) -> Iterator[StepResult]:
    """Run every step of every school year and yield each result as it is done. `watch` is called with each.

    Steps that do not need each other run side by side. Raises BlockedError when a blocking check fails, and LockedError
    when somebody else runs the school year.
    """
    steps = all_steps(workspace.sources)
    for school_year in school_years:
        with run_lock(workspace, school_year):
            yield from _run_year(steps, workspace, school_year, watch)


def _run_year(
    steps: list[Step], workspace: Workspace, school_year: str, watch: Callable[[Step, str], None] | None
) -> Iterator[StepResult]:
    for number, report, seconds in run_steps(steps, workspace, school_year):
        if watch:
            watch(steps[number], school_year)
        stop = [check for check in report.checks if check.blocking and not check.passed]
        if stop:
            step = steps[number]
            raise BlockedError(f"{step.stage}/{step.name} {school_year}: {stop[0].sentence}")
        yield StepResult(steps[number], school_year, report, seconds)


def read_ahead(workspace: Workspace, school_years: list[str]) -> None:
    """Run only the steps of the sources: what needs no other year, and can be done beforehand on another core."""
    collect_garbage_seldom()
    for school_year in school_years:
        with run_lock(workspace, school_year, what="reading ahead"):
            for source in workspace.sources.values():
                for step in source_steps(source):
                    run_step(step, workspace, school_year)


Outcome = tuple[int, StepReport, float]
_WORK: tuple[list[Step], Workspace, str]


def run_steps(steps: list[Step], workspace: Workspace, school_year: str) -> Iterator[Outcome]:
    """Run those steps for one school year, side by side where none needs the other; needs outside the list are taken as
    met. Yields the place in the list, the report and the seconds of each as it is done; 0 seconds when it was current.
    """
    global _WORK
    _WORK = (steps, workspace, school_year)
    collect_garbage_seldom()
    maker = {made: number for number, step in enumerate(steps) for made in step.makes}
    waits = {number: {maker[need] for need in step.needs if need in maker} for number, step in enumerate(steps)}
    running: dict[Future[tuple[StepReport, float]], int] = {}
    with ExitStack() as closing:
        pool: Executor | None = None
        while waits or running:
            done: list[Outcome] = []
            for number in [n for n, needed in waits.items() if not needed]:
                del waits[number]
                report = last_report(steps[number], workspace, school_year)
                if report:
                    done.append((number, report, 0.0))
                    continue
                # Workers are started only when there is work: a night without news takes two seconds.
                pool = pool or closing.enter_context(_workers())
                running[pool.submit(_run_one, number)] = number
            if not done:
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                done = [(running.pop(future), *future.result()) for future in sorted(finished, key=running.__getitem__)]
            for number, report, seconds in done:
                for needed in waits.values():
                    needed.discard(number)
                yield number, report, seconds


@contextmanager
def _workers() -> Iterator[Executor]:
    """Forked workers have everything imported already; steps are told by number, because functions cannot be sent."""
    count = min(os.cpu_count() or 1, MAX_WORKERS)
    if count == 1 or sys.platform != "linux":
        yield _InThisProcess()
        return
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork"), initializer=die_with_parent)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _InThisProcess(Executor):
    """Runs what is submitted at once, where processes cannot be forked."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _run_one(number: int) -> tuple[StepReport, float]:
    steps, workspace, school_year = _WORK
    start = time.perf_counter()
    report = run_step(steps[number], workspace, school_year)
    return report, time.perf_counter() - start
