"""Commands of the public page: `serve` shows a release on this machine, `page` writes one state's page as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.season.releases.find import Found

Data = Annotated[str | None, typer.Option("--data", help="Folder for tables and releases.")]
Release = Annotated[str, typer.Option("--release", help="Version, for example 2026.11.1; empty: the current one.")]
Preview = Annotated[bool, typer.Option("--preview", help="The preview instead of a release.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(page)


def serve(
    release: Release = "",
    preview: Preview = False,
    port: Annotated[int, typer.Option(help="Port on this machine; 0: any free one.")] = 8010,
    data: Data = None,
) -> None:
    """Show a release's page on this machine (and nobody else's) and say the address. Ctrl-C stops it."""
    import signal

    from pipelines.season.releases.serve import address_of, make_server

    server = make_server(_found(data, release, preview), port)
    # Started by a service or in the background, a program may find Ctrl-C ignored, and is stopped by TERM.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    typer.echo(f"The page is at {address_of(server)}  (Ctrl-C stops it)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
    finally:
        server.server_close()


def page(
    state: Annotated[str, typer.Option(help="Two letters, for example WA.")],
    out: Annotated[Path, typer.Option(help="Where to write it, for example wa.html.")],
    release: Release = "",
    preview: Preview = False,
    data: Data = None,
) -> None:
    """Write the page of one state as one file that opens by double-click, without a server or a network."""
    from pipelines.season.releases.state_page import write_state_page

    typer.echo(write_state_page(_found(data, release, preview), state, out))


def _found(data: str | None, release: str, preview: bool) -> Found:
    from pipelines.season.releases.find import find_release
    from pipelines.season.releases.tables import data_path
    from pipelines.season.workspace import open_workspace

    return find_release(data_path(open_workspace(None, data)), release, preview=preview)
