"""`cleanup …`: the same steps as in Dagster, from the command line. Imports what a command needs inside the command.

Exit codes: 0 done, 1 there are findings to look at, 2 something was asked for that cannot be done.
"""

from __future__ import annotations

import json as json_text
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands import page as page_commands
from pipelines.commands import release as release_commands
from pipelines.commands import review as review_commands
from pipelines.commands import school as school_commands
from pipelines.commands import season as season_commands
from pipelines.commands import sharing as sharing_commands
from pipelines.commands import titles as titles_commands
from pipelines.shared.locks import LockedError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The fall clean-up: from files received to a published answer to 'which schools teach computer science?'",
)

Raw = Annotated[Path | None, typer.Option("--raw", help="Folder with receipts.csv and the files as sent.")]
Data = Annotated[str | None, typer.Option("--data", help="Folder for tables and releases.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Year = Annotated[str, typer.Option("--year", help="School year, for example 2018-19.")]


def main() -> None:
    """Run the command line; a refusal ends in one sentence and exit code 2."""
    try:
        app()
    except (ValueError, FileNotFoundError, LockedError) as error:
        print(f"cleanup: {error}", file=sys.stderr)
        sys.exit(2)


@app.command()
def receive(
    file: Annotated[Path, typer.Argument(help="The file as it was sent.")],
    source: Annotated[
        str, typer.Option(help="Source it belongs to: a file name in schemas/sources/ without its ending.")
    ],
    year: Year,
    delivery: Annotated[
        str, typer.Option(help="full: replaces what was sent before; changes, supplement: added to it.")
    ] = "full",
    received_by: Annotated[str, typer.Option("--by", help="Who received it.")] = "",
    note: Annotated[str, typer.Option(help="Anything worth knowing.")] = "",
    raw: Raw = None,
) -> None:
    """Copy a file into raw/, hash it and write its receipt. Never overwrites."""
    from datetime import date

    from pipelines.received.receipts import receive_file
    from pipelines.season.workspace import check_sources, check_years, raw_folder
    from schemas.season_model import load_season
    from schemas.source_model import load_sources

    sources = load_sources()
    name = check_sources([source], sources)[0]
    season = load_season()
    # Directory files of earlier years are welcome: a run borrows the nearest year.
    first = "2010-11" if sources[name].nearest_year else season.first_year
    school_year = check_years(year, first, season.last_year)[0]
    path = receive_file(
        raw or raw_folder(),
        file,
        sources[name],
        school_year,
        delivery=delivery,
        received_on=date.today().isoformat(),
        received_by=received_by,
        note=note,
    )
    typer.echo(f"Received as {path}. Next: cleanup run {school_year}")


@app.command()
def run(
    years: Annotated[str, typer.Argument(help="A school year, or a range such as 2016-17..2018-19.")],
    raw: Raw = None,
    data: Data = None,
    sources: Annotated[str, typer.Option(help="Read only these sources anew, for example fl,ga.")] = "",
    json: Json = False,
) -> None:
    """Run the whole path for one or more school years, without the UI."""
    from datetime import UTC, datetime

    from pipelines.season.dropped_files import receive_dropped
    from pipelines.season.run import run_season
    from pipelines.season.show import print_summary, progress
    from pipelines.season.summary import summarise
    from pipelines.season.workspace import check_years, open_workspace
    from schemas.season_model import load_season

    season = load_season()
    school_years = check_years(years, season.first_year, season.last_year)
    workspace = open_workspace(raw, data, sources.split(","))
    for file in receive_dropped(workspace, school_years, now=datetime.now(UTC)):
        typer.echo(f"Received {file}, which was put there without a receipt.", err=True)
    with progress(workspace, school_years, quiet=json) as watch:
        results = list(run_season(workspace, school_years, watch))
    summary = summarise(workspace, school_years, results)
    if json:
        typer.echo(json_text.dumps(summary, indent=1, sort_keys=True))
    else:
        print_summary(summary)
    raise typer.Exit(1 if summary["failed_checks"] else 0)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The file to look at; it is only read.")],
    source: Annotated[str, typer.Option(help="Source it belongs to; empty: found from the file.")] = "",
    year: Annotated[str, typer.Option("--year", help="School year; empty: found from the file.")] = "",
    data: Annotated[
        str | None, typer.Option("--data", help="Data folder whose directory the ids are looked up in.")
    ] = None,
    source_file: Annotated[
        Path | None, typer.Option(help="A source's YAML to use instead of schemas/sources/.")
    ] = None,
    fix: Annotated[Path | None, typer.Option(help="Write a copy with the safe repairs, and a list of them.")] = None,
    json: Json = False,
) -> None:
    """Say in seconds what is wrong with a file and how to put it right, before it is sent or received."""
    from pipelines.one_file.check_command import Asked, run_check

    raise typer.Exit(run_check(Asked(file, source, year, data, source_file, fix, json)))


@app.command("new-source")
def new_source(
    state: Annotated[str, typer.Argument(help="Postal code of the state, for example NC.")],
    file: Annotated[Path, typer.Argument(help="A file as the state sends it; it is only read.")],
    out: Annotated[
        Path | None, typer.Option(help="Where to write the draft, for example nc.yml; empty: print it.")
    ] = None,
) -> None:
    """Draft a source's YAML from a file of a new layout, and list what a person must decide."""
    from pipelines.one_file.new_source import run_new_source

    raise typer.Exit(run_new_source(state, file, out))


@app.command()
def link(
    file: Annotated[
        Path, typer.Argument(help="A table of schools (CSV, TSV, Parquet, Excel) with state and school_name.")
    ],
    directory_year: Annotated[str, typer.Option(help="School year of the directory, for example 2019-20.")] = "",
    directory: Annotated[
        Path | None, typer.Option(help="A directory table to use instead of the project's own.")
    ] = None,
    other_year: Annotated[
        list[Path] | None,
        typer.Option(help="A directory of another year, for the names its schools had or got. May be given often."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where to write the answers.")] = Path("predictions.csv"),
    data: Data = None,
) -> None:
    """Match any table of schools to NCES, with a score and a reason for each row. Needs no run of the file."""
    from pipelines.season.link_file import run_link

    raise typer.Exit(
        run_link(
            file,
            directory=directory,
            directory_year=directory_year,
            other_years=other_year or (),
            data=data,
            out=out,
            echo=typer.echo,
            warn=lambda text: typer.echo(text, err=True),
        )
    )


@app.command()
def explain(
    nces_school_id: Annotated[str, typer.Argument(help="12 digits, or 8 characters for a private school.")],
    year: Year,
    data: Data = None,
    json: Json = False,
) -> None:
    """Say in plain words why a school got its answer, with file and row of each piece of evidence."""
    from pipelines.reconciled.explain import explain_text
    from pipelines.season.answers import explain_school
    from pipelines.season.workspace import open_workspace
    from pipelines.shared.school_year import parse_school_year

    found = explain_school(open_workspace(None, data), nces_school_id, parse_school_year(year))
    typer.echo(json_text.dumps(found, indent=1, ensure_ascii=False) if json else explain_text(found))


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
) -> None:
    """Start the Dagster UI and its daemon on this machine and say the address. Ctrl-C stops both."""
    from pipelines.season.ui import serve

    raise typer.Exit(serve(port))


@app.command()
def demo(data: Data = None) -> None:
    """Run the committed sample season through the real Dagster jobs, publish it, and show what came out."""
    from pipelines.defs.demo import run_demo

    raise typer.Exit(run_demo(data))


@app.command("docs", hidden=True)
def docs(
    check: Annotated[bool, typer.Option(help="Only say which committed pages are stale.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder to write into, with --data.")] = None,
    data: Data = None,
) -> None:
    """Write the generated pages of docs/ from schemas/. With --data and --out: with coverage, for the people of a run."""
    from pipelines.season.generated_docs import DOCS, stale_docs, write_docs
    from pipelines.season.workspace import open_workspace

    if check:
        stale = stale_docs()
        if stale:
            typer.echo(f"stale pages below docs/: {', '.join(stale)}. Write them anew with: make docs", err=True)
            raise typer.Exit(1)
        return
    if (out is None) != (data is None):
        raise ValueError("--out and --data belong together: committed pages hold nothing of a run")
    typer.echo(f"{write_docs(out or DOCS, open_workspace(None, data) if data else None)} pages written.")


for subject in (
    page_commands,
    release_commands,
    review_commands,
    school_commands,
    season_commands,
    sharing_commands,
    titles_commands,
):
    subject.register(app)


if __name__ == "__main__":
    main()
