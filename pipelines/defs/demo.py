"""`make demo`: the committed sample season through the real Dagster jobs, then a release, then what came out.

Runs are kept in the project's own DAGSTER_HOME, so that the UI shows them afterwards.
"""

from __future__ import annotations

import multiprocessing
import os
import time
import warnings

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipelines.season.run import read_ahead
from pipelines.season.show import print_summary
from pipelines.season.summary import summarise_year
from pipelines.season.ui import dagster_home
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.steps import collect_garbage_seldom

QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
PERSON = "make demo"
YEARS = ("2016-17", "2017-18", "2018-19")


def run_demo(data: str | None = None) -> int:
    """Run three school years and publish them. Returns the exit code: 1 when a job failed."""
    os.environ["DAGSTER_HOME"] = str(dagster_home())
    # One extract is enough to look at; the partners' takes another second.
    os.environ.setdefault("CS_ACCESS_TABLEAU", "public")
    warnings.filterwarnings("ignore", category=dg.PreviewWarning)
    from pipelines.defs.build import build_definitions
    from pipelines.defs.resources import Folders

    collect_garbage_seldom()
    console = Console()
    raw = str(PROJECT / "raw")
    definitions = build_definitions(Folders(raw=raw, data=data or ""))
    workspace = open_workspace(PROJECT / "raw", data)
    started = time.perf_counter()
    # The job of the first year runs here while the files of the later years are read on another core; their jobs then
    # find those steps done. Forked before Dagster starts any thread.
    ahead = multiprocessing.get_context("fork").Process(target=read_ahead, args=(workspace, YEARS[1:]), daemon=True)
    ahead.start()
    with dg.DagsterInstance.get() as instance, _bar(len(YEARS) + 3) as bar:
        task = bar.tasks[0].id
        for year in YEARS:
            bar.update(task, description=f"Dagster job fall_cleanup, {year}")
            job = definitions.resolve_job_def("fall_cleanup")
            result = job.execute_in_process(
                instance=instance, partition_key=year, raise_on_error=False, run_config=QUIET
            )
            if not result.success:
                console.print(f"[red]The job of {year} failed; see the run in the UI.[/red]")
                return 1
            bar.advance(task)
        published = _publish(definitions, instance, bar)
    seconds = time.perf_counter() - started
    print_summary({"years": {year: summarise_year(workspace, year) for year in YEARS}, "failed_checks": []})
    console.print(f"{len(YEARS)} school years and a release through Dagster in {seconds:.0f} s.")
    if not published.success:
        console.print("[red]The release was not published; see the run in the UI.[/red]")
        return 1
    release = published.asset_materializations_for_node("published__release")[0].metadata
    console.print(f"[bold green]{release['summary'].value}[/bold green]")
    console.print("Ask why:      .venv/bin/cleanup explain NCES_ID --year 2018-19")
    console.print("See the page: .venv/bin/cleanup serve   then http://127.0.0.1:8010")
    console.print("Open the UI:  .venv/bin/cleanup ui   then http://127.0.0.1:3000")
    return 0


def _publish(definitions: dg.Definitions, instance: dg.DagsterInstance, bar: Progress) -> dg.ExecuteInProcessResult:
    """Candidate, approval and publication, as a team does them; the sample season has states beyond a limit to name."""
    states: list[str] = []
    for name, op, config in (
        ("release_candidate", "published__candidate", {"started_by": PERSON}),
        ("approve_release", "published__approval", {"approved_by": PERSON, "note": "sample season", "states": states}),
        ("publish_release", "published__release", {}),
    ):
        bar.update(bar.tasks[0].id, description=f"Dagster job {name}")
        job = definitions.resolve_job_def(name)
        run_config = {"ops": {op: {"config": config}}} | QUIET
        result = job.execute_in_process(instance=instance, run_config=run_config, raise_on_error=False)
        bar.advance(bar.tasks[0].id)
        if not result.success:
            break
        if name == "release_candidate":
            built = result.asset_materializations_for_node(op)[0].metadata
            states += [state for state in str(built["states_to_name"].value).split(", ") if state]
    return result


def _bar(total: int) -> Progress:
    bar = Progress(
        TextColumn("{task.description:<40}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task("starting", total=total)
    return bar
