"""The command `titles`: every spelling of a state's course titles with its judgement, for a person to go through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(titles)


def titles(
    source: Annotated[str, typer.Argument(help="The state's source, for example wa.")],
    data: Annotated[str | None, typer.Option("--data", help="Folder for tables and releases.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write it; else <data>/review/titles_<st>.csv.")
    ] = None,
) -> None:
    """Write every spelling of the course titles that a state sent, with what it counts as and why, as CSV for review."""
    from pipelines.season.title_list import write_titles
    from pipelines.season.workspace import check_sources, open_workspace

    workspace = open_workspace(None, data)
    try:
        check_sources([source], workspace.sources)
        declared = workspace.sources[source]
        path = out or Path(workspace.store.root) / "review" / f"titles_{source}.csv"
        listed = write_titles(workspace, declared, path)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    judged = listed.groupby("counts_as_cs")["course_name"].nunique()
    said = ", ".join(f"{count:,} {verdict.replace('_', ' ')}" for verdict, count in judged.items())
    typer.echo(f"{listed['course_name'].nunique():,} spellings ({said}) written to {path}")
