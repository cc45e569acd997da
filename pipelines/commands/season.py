"""`cleanup season …`: a season of the clean-up is opened, followed and closed."""

from __future__ import annotations

import json as json_text
from typing import Annotated

import typer

Data = Annotated[str | None, typer.Option("--data", help="Folder for tables and releases.")]
Year = Annotated[str, typer.Argument(help="School year, for example 2019-20.")]
Kind = Annotated[str, typer.Option("--kind", help="fall or summer.")]
By = Annotated[str, typer.Option("--by", help="Who does it. Kept in the record.")]

season = typer.Typer(no_args_is_help=True, help="A season: the base frozen, answers by partner, a release candidate.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(season, name="season")


@season.command("open")
def open_(year: Year, kind: Kind = "fall", by: By = "", data: Data = None) -> None:
    """Freeze the base and write each partner's worksheet and page."""
    from datetime import UTC, datetime

    from pipelines.season.review_files import hand_out
    from pipelines.season.seasons import open_season, season_file
    from pipelines.season.workspace import open_workspace
    from pipelines.shared.school_year import parse_school_year

    workspace, school_year = open_workspace(None, data), parse_school_year(year)
    record = open_season(workspace, school_year, kind, by=by or "somebody", now=datetime.now(UTC))
    folder = season_file(workspace, school_year, kind).parent
    whose = sorted(set(record["cases"].values()))
    hand_out(workspace, school_year, whose, folder)
    typer.echo(
        f"The {kind} season of {school_year} is open: {len(record['cases']):,} cases, "
        f"a worksheet and a page for {', '.join(whose)} and for all in {folder}"
    )


@season.command()
def status(
    year: Year,
    kind: Kind = "fall",
    data: Data = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show the progress by partner, files that came since, and after publication the errata."""
    from rich.console import Console
    from rich.table import Table

    from pipelines.season.seasons import (
        COUNTS,
        errata_of,
        inputs_changed,
        no_errata,
        progress_of,
        read_season,
        requests_by_state,
        state_of,
    )
    from pipelines.season.workspace import open_workspace
    from pipelines.shared.school_year import parse_school_year

    workspace, school_year = open_workspace(None, data), parse_school_year(year)
    record = read_season(workspace, school_year, kind)
    if record is None:
        raise ValueError(
            f"the {kind} season of {school_year} is not open: cleanup season open {school_year} --kind {kind}"
        )
    progress, state = progress_of(workspace, record), state_of(workspace, record)
    changed, unknown = inputs_changed(workspace, record), ""
    try:
        errata = errata_of(workspace, record)
    except ValueError as error:
        # Progress is worth telling while a year waits for its run.
        errata, unknown = no_errata(), str(error)
    if json:
        told = {
            "state": state,
            "progress": progress.to_dict("records"),
            "files_since": changed,
            "requests": requests_by_state(workspace, school_year),
            "errata": None if unknown else len(errata),
        }
        typer.echo(json_text.dumps(told, indent=1))
        return
    table = Table(title=f"{kind} season of {school_year}: {state}", header_style="bold")
    for name in ("partner_id", *COUNTS):
        table.add_column(name.replace("_", " "), justify="left" if name == "partner_id" else "right")
    for row in progress.to_dict("records"):
        table.add_row(*(f"{row[name]:,}" if name in COUNTS else str(row[name]) for name in ("partner_id", *COUNTS)))
    console = Console()
    console.print(table)
    for name, (first, last) in record["windows"].items():
        console.print(f"Answers of {name} partners are in time from {first} to {last}.", highlight=False)
    for state, count in requests_by_state(workspace, school_year).items():
        console.print(f"Requests of partners that are {state}: {count:,}", highlight=False)
    came = "1 file" if len(changed) == 1 else f"{len(changed)} files"
    console.print(f"{came} came or changed since it was opened.", highlight=False)
    for one in errata.head(20).fillna("").itertuples():
        console.print(
            f"  erratum: {one.nces_school_id} {one.school_name}, {one.change}: {one.was} → {one.now}", markup=False
        )
    if unknown:
        console.print(f"Errata are not known: {unknown}", highlight=False)
    elif state == "published":
        console.print(f"{len(errata)} errata wait for the next release.")


@season.command()
def close(year: Year, kind: Kind = "fall", by: By = "", data: Data = None) -> None:
    """End the season: write down what is still open, and build the release candidate."""
    from datetime import UTC, datetime

    from pipelines.season.releases.candidate import GateError
    from pipelines.season.releases.publishing import propose_release
    from pipelines.season.releases.show import print_candidate
    from pipelines.season.seasons import close_season
    from pipelines.season.workspace import open_workspace
    from pipelines.shared.locks import LockedError
    from pipelines.shared.school_year import parse_school_year

    workspace, school_year = open_workspace(None, data), parse_school_year(year)
    record = close_season(workspace, school_year, kind, by=by or "somebody", now=datetime.now(UTC))
    still = sum(row["open"] for row in record["candidate"]["progress"].values())
    typer.echo(f"The {kind} season of {school_year} is closed with {still:,} cases open.")
    try:
        built = propose_release(workspace, who=by)
    except (ValueError, GateError, LockedError) as error:
        typer.echo(f"The candidate was not built: {error} Then: cleanup candidate", err=True)
        raise typer.Exit(1) from None
    print_candidate(built)
