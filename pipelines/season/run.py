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
from dataclasses import dataclass

from pipelines.season.answering_steps import answering_steps
from pipelines.season.gathering_steps import gathering_steps
from pipelines.season.linking_steps import linking_steps
from pipelines.season.source_steps import source_steps
from pipelines.shared.steps import Step, StepReport, Workspace, collect_garbage_seldom, fingerprint, run_step
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
    steps = [step for source in first for step in source_steps(source)]
    return [*steps, *gathering_steps(sources), *linking_steps(sources), *answering_steps(sources)]


def run_season(
    workspace: Workspace, school_years: list[str], watch: Callable[[Step, str], None] | None = None
) -> Iterator[StepResult]:
    """Run every step of every school year and yield each result as it is done. `watch` is called with each.

    Steps that do not need each other run side by side. Raises BlockedError when a blocking check fails.
    """
    steps = all_steps(workspace.sources)
    for school_year in school_years:
        for number, report, seconds in _run_steps(steps, workspace, school_year):
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
        for source in workspace.sources.values():
            for step in source_steps(source):
                run_step(step, workspace, school_year)


Outcome = tuple[int, StepReport, float]
_WORK: tuple[list[Step], Workspace, str]


def _run_steps(steps: list[Step], workspace: Workspace, school_year: str) -> Iterator[Outcome]:
    global _WORK
    _WORK = (steps, workspace, school_year)
    workers = min(os.cpu_count() or 1, MAX_WORKERS)
    if workers == 1 or sys.platform != "linux" or all(_is_current(step, workspace, school_year) for step in steps):
        yield from (_run_one(number) for number in range(len(steps)))
        return
    collect_garbage_seldom()
    # Forked workers have everything imported already; steps are told by number, because functions cannot be sent.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from _in_order_of_need(steps, pool)


def _is_current(step: Step, workspace: Workspace, school_year: str) -> bool:
    saved = workspace.store.read_json(step.stage, step.name, school_year)
    return bool(saved) and saved["fingerprint"] == fingerprint(step, workspace, school_year)


def _in_order_of_need(steps: list[Step], pool: Executor) -> Iterator[Outcome]:
    maker = {made: number for number, step in enumerate(steps) for made in step.makes}
    waits = {number: {maker[need] for need in step.needs if need in maker} for number, step in enumerate(steps)}
    running: dict[Future[Outcome], int] = {}
    try:
        while waits or running:
            for number in [n for n, needed in waits.items() if not needed]:
                running[pool.submit(_run_one, number)] = number
                del waits[number]
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=running.__getitem__):
                number = running.pop(future)
                for needed in waits.values():
                    needed.discard(number)
                yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _run_one(number: int) -> Outcome:
    steps, workspace, school_year = _WORK
    start = time.perf_counter()
    report = run_step(steps[number], workspace, school_year)
    return number, report, time.perf_counter() - start
