"""Commands on what leaves the house and what must not stay: purge, tableau publish, load-postgres, hide-small."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Raw = Annotated[Path | None, typer.Option("--raw", help="Folder with receipts.csv and the files as sent.")]
Data = Annotated[str | None, typer.Option("--data", help="Folder for tables and releases.")]


tableau = typer.Typer(no_args_is_help=True, help="The release as a data source on Tableau Server or Cloud.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(purge)
    app.command("load-postgres")(load_postgres)
    app.command("hide-small")(hide_small)
    app.add_typer(tableau, name="tableau")


@tableau.command("publish")
def publish_tableau(
    server: Annotated[str, typer.Option(help="Address of the server, for example https://tableau.example.org.")],
    project: Annotated[str, typer.Option(help="Project to publish into.")],
    site: Annotated[str, typer.Option(help="Site; empty: the default one.")] = "",
    partners: Annotated[
        bool,
        typer.Option(
            "--partners", help="The extract with entitlements, for row-level security, in place of the public one."
        ),
    ] = False,
    name: Annotated[str, typer.Option(help="Name of the data source; empty: CS access, or CS access (partners).")] = "",
    version: Annotated[str, typer.Option(help="Release; empty: the current one.")] = "",
    data: Data = None,
) -> None:
    """Publish the extract of a release, replacing the one before. The token comes from the environment (see the guide)."""
    from pipelines.published.partner_files import EXTRACT as PARTNERS_EXTRACT
    from pipelines.published.tableau_file import EXTRACT
    from pipelines.published.tableau_server import Place, publish_extract

    folder = _release(data, version)
    inside = folder.parents[1] / "partner" / folder.name / PARTNERS_EXTRACT if partners else folder / EXTRACT
    title = name or ("CS access (partners)" if partners else "CS access")
    identity = publish_extract(inside, Place(server, site, project, title))
    typer.echo(f"{title} of release {folder.name} is on {server} as data source {identity}.")


def load_postgres(
    dsn: Annotated[
        str,
        typer.Argument(help="Address of the database; empty: from CS_ACCESS_POSTGRES_DSN, where a password belongs."),
    ] = "",
    schema: Annotated[str, typer.Option(help="Schema to make or replace.")] = "cs_access",
    version: Annotated[str, typer.Option(help="Release; empty: the current one.")] = "",
    data: Data = None,
) -> None:
    """Load a release into PostgreSQL, in one transaction: readers see the old schema or the new one."""
    import os

    from pipelines.published.load_postgres import DSN, load_release

    address = dsn or os.environ.get(DSN, "")
    if not address:
        raise ValueError(f"say which database: cleanup load-postgres postgresql://user@host/name, or set {DSN}")
    folder = _release(data, version)
    rows = load_release(folder, address, schema)
    listed = ", ".join(f"{name} {count:,}" for name, count in rows.items())
    typer.echo(f"Release {folder.name} is in the schema {schema}: {listed} rows.")


def purge(
    requests: Annotated[
        Path | None,
        typer.Option(
            help="File with the addresses of people who ask for deletion, one a line; - reads them from input."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
    raw: Raw = None,
    data: Data = None,
) -> None:
    """Remove personal details that are past their time, and those of people who ask, everywhere; keep a record of it."""
    import sys
    from datetime import date

    from pipelines.season.purge import purge as remove
    from pipelines.season.workspace import open_workspace

    # Never as an argument: shells keep those in their history, and every user of the machine sees them.
    text = (
        "" if requests is None else sys.stdin.read() if str(requests) == "-" else requests.read_text(encoding="utf-8")
    )
    done = remove(open_workspace(raw, data), text.split(), date.today(), dry_run=dry_run)
    verb = "would be" if dry_run else "were"
    typer.echo(
        f"{done.rows_asked} answers {verb} deleted on request, {done.rows_old} rows {verb} freed of details past their time, "
        f"{done.contacts} contacts {verb} taken out of partner folders; {len(done.files)} files of raw/ changed."
    )
    for sentence in done.left:
        typer.echo(f"Not done, see to it by hand: {sentence}", err=True)
    if done.files and not dry_run:
        typer.echo(f"Next: cleanup run {min(done.years)}..{max(done.years)}, then publish.")
    raise typer.Exit(1 if done.left else 0)


def hide_small(
    file: Annotated[Path, typer.Argument(help="A CSV table with counts of people; it is only read.")],
    out: Annotated[Path, typer.Option(help="Where to write the table that may be published.")],
    key: Annotated[str, typer.Option(help="Columns that name a row, the place first, for example place,school_year.")],
    total: Annotated[str, typer.Option(help="Column of all people of a row.")],
    split: Annotated[
        list[str],
        typer.Option(
            help="name=column,column: parts that leave a rest; with ,= at the end: parts that add up. Repeat it."
        ),
    ],
    parent: Annotated[
        str, typer.Option(help="Column with the place whose counts are the sum of this row and others.")
    ] = "",
    before: Annotated[Path | None, typer.Option(help="The table as it was published last time.")] = None,
) -> None:
    """Hide counts of 1 to 9 people in a table of your own, and whatever would give them away, so that it may be published."""
    from pipelines.season.hide_table import hide_table

    hidden, rows = hide_table(file, out, key.split(","), total, split, parent, before)
    typer.echo(f"{hidden:,} of {rows:,} rows have hidden counts, named in the column hidden_counts. Written to {out}.")


def _release(data: str | None, version: str) -> Path:
    from pipelines.season.releases.find import find_release
    from pipelines.season.releases.tables import data_path
    from pipelines.season.workspace import open_workspace

    return find_release(data_path(open_workspace(None, data)), version).folder
