"""Tables and progress for people at a terminal. Takes plain values and computes nothing.

Progress goes to standard error, so that what is printed can be piped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines.season.run import all_steps
from pipelines.shared.steps import Step, Workspace
from schemas.verdicts import CODES, WORDS

SEVERITY_STYLE = {"block": "bold red", "reject": "red", "quarantine": "yellow", "warn": "cyan", "fix": "green"}


@contextmanager
def progress(workspace: Workspace, school_years: list[str], *, quiet: bool) -> Iterator[Callable[[Step, str], None]]:
    """A progress bar over all steps of all school years; yields the function to call before each step."""
    bar = Progress(
        TextColumn("{task.description:<38}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=quiet,
    )
    with bar:
        task = bar.add_task("starting", total=len(all_steps(workspace.sources)) * len(school_years))
        started = False

        def watch(step: Step, school_year: str) -> None:
            nonlocal started
            bar.update(task, advance=1 if started else 0, description=f"{school_year} {step.stage}/{step.name}")
            started = True

        yield watch
        bar.update(task, advance=1)


def print_summary(summary: dict[str, Any]) -> None:
    """The summary of a run: one block per school year, most important last."""
    console = Console()
    for year, figures in summary["years"].items():
        console.rule(f"[bold]{year}")
        console.print(_sources(figures["sources"]))
        if figures["findings"]:
            console.print(_findings(figures["findings"]))
        console.print(_answers(figures))
        waiting = sum(figures["review_queue"].values())
        kinds = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in figures["review_queue"].items())
        console.print(f"[bold]Review queue:[/bold] {waiting:,} cases wait for a person ({kinds or 'none'}).")
        for case in figures["first_cases"]:
            console.print(f"  • {case['question']}", markup=False)
            console.print(f"    {case['how_open']}; {case['effect']}", style="dim", markup=False)
    console.rule()
    for failure in summary["failed_checks"]:
        console.print(f"[red]✗[/red] {failure['year']} {failure['step']} {failure['check']}: ", end="")
        console.print(failure["sentence"], markup=False)
    if "steps" in summary:
        times = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in summary["seconds"].items())
        done = f"{summary['steps']} steps ({summary['steps_reused']} unchanged)"
        console.print(f"{done}: {times}. Tables: {summary['data']}")


def _sources(sources: list[dict[str, Any]]) -> Table:
    table = Table(title="Sources", title_justify="left", header_style="bold")
    for name in ("source", "status"):
        table.add_column(name)
    for name in ("rows in", "kept", "rejected", "merged", "excluded"):
        table.add_column(name, justify="right")
    silent = [s["source"] for s in sources if s["status"] == "not reported"]
    for s in sources:
        if s["source"] in silent:
            continue
        style = "red" if s["status"] == "refused" else ""
        numbers = [f"{s[f'rows_{n}']:,}" for n in ("in", "kept", "rejected", "merged", "excluded")]
        table.add_row(s["source"], s["status"], *numbers, style=style)
    if silent:
        table.caption = f"not reported: {', '.join(silent)}"
    return table


def _findings(findings: list[dict[str, Any]]) -> Table:
    table = Table(title="Findings by rule", title_justify="left", header_style="bold")
    table.add_column("rule")
    table.add_column("severity")
    table.add_column("findings", justify="right")
    table.add_column("what should be true")
    for finding in findings:
        style = SEVERITY_STYLE[finding["severity"]]
        table.add_row(
            finding["rule"], f"[{style}]{finding['severity']}[/{style}]", f"{finding['count']:,}", finding["sentence"]
        )
    return table


def _answers(figures: dict[str, Any]) -> Table:
    percent = figures["percent_offering"]
    said = "no answer yet" if percent is None else f"{percent:g} percent of high schools with an answer offer CS"
    table = Table(
        title=f"Does the school teach computer science? {figures['schools']:,} schools; {said}",
        title_justify="left",
        header_style="bold",
        caption="  ".join(f"{code} {WORDS[code]}" for code in CODES),
        caption_justify="left",
    )
    table.add_column("public and charter high schools of")
    for code in CODES:
        table.add_column(code, justify="right")
    for state, counts in figures["answers_by_state"].items():
        table.add_row(state, *(f"{counts[code]:,}" if counts[code] else "·" for code in CODES))
    table.add_section()
    table.add_row("all schools", *(f"{figures['answers'][code]:,}" for code in CODES), style="bold")
    return table


def print_verdicts(verdicts: list[dict[str, Any]]) -> None:
    """What the release gate expected and found, failures last."""
    table = Table(title="Release gate", header_style="bold")
    for name in ("table", "expected", "found", ""):
        table.add_column(name)
    for verdict in sorted(verdicts, key=lambda v: not v["passed"]):
        mark = "[green]✓[/green]" if verdict["passed"] else "[red]✗[/red]"
        table.add_row(str(verdict["table"]), str(verdict["expectation"]), str(verdict["found"]), mark)
    Console().print(table)
