"""Commands of the release: diff, candidate, approve, publish, preview, rollback, releases. The work is in `season/`."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[str | None, typer.Option("--data", help="Folder for tables and releases.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Note = Annotated[str, typer.Option(help="What was looked at. Kept with the approval.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (diff, candidate, approve, publish, preview, rollback, releases):
        app.command()(command)


def diff(
    out: Annotated[Path | None, typer.Option(help="Folder to write diff.html, diff.csv and by_state.csv into.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show which schools would change, and why, if the tables of now were published."""
    from pipelines.published.comparison import write_comparison
    from pipelines.season.releases.publishing import compare_with_current
    from pipelines.season.releases.show import print_comparison
    from pipelines.season.workspace import open_workspace

    comparison = compare_with_current(open_workspace(None, data))
    if out:
        write_comparison(out, comparison, with_people=True)
    if json:
        typer.echo(comparison.diff.drop(columns="by").to_json(orient="records", indent=1))
    else:
        print_comparison(comparison)
        if out:
            typer.echo(f"The page is {out / 'diff.html'}.")


def candidate(
    who: Annotated[str, typer.Option("--by", help="Who builds it, for others who want to at the same moment.")] = "",
    drop: Annotated[
        str, typer.Option(help="Delete this candidate instead, for example 2026.11.2; one that was published stays.")
    ] = "",
    note: Annotated[str, typer.Option(help="With --drop: why.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Build the next release beside the others, with its diff, for people to look at. Switches nothing.

    Older candidates that were never published go when a newer one is built; their diff pages and approvals stay.
    """
    from pipelines.season.releases.publishing import drop as drop_candidate
    from pipelines.season.releases.publishing import propose_release
    from pipelines.season.releases.show import print_candidate
    from pipelines.season.workspace import open_workspace

    if drop:
        typer.echo(drop_candidate(open_workspace(None, data), drop, who=who, note=note))
        return
    with _gate():
        built = propose_release(open_workspace(None, data), who=who)
    if json:
        facts = {
            name: built.facts[name]
            for name in ("version", "base", "schools_changed", "states_to_name", "errata", "limits")
        }
        typer.echo(json_text.dumps({**facts, "folder": str(built.folder)}, indent=1, sort_keys=True))
    else:
        print_candidate(built)
    raise typer.Exit(1 if built.states_to_name or built.errata else 0)


def approve(
    version: Annotated[str, typer.Argument(help="The candidate; empty: the newest.")] = "",
    approved_by: Annotated[str, typer.Option("--by", help="Who looked at the diff and approves it.")] = "",
    note: Note = "",
    state: Annotated[
        list[str] | None, typer.Option(help="State beyond a limit that you approve by name; repeat it.")
    ] = None,
    errata: Annotated[
        list[str] | None,
        typer.Option(help="School year that was published as final and changes all the same; repeat it."),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take back what you approved before, by a newer record.")
    ] = False,
    data: Data = None,
) -> None:
    """Record that you looked at a candidate and approve it. It holds for exactly what you saw."""
    from pipelines.season.releases.approving import approve as record
    from pipelines.season.releases.approving import withdraw as take_back
    from pipelines.season.workspace import open_workspace

    if withdraw:
        back = take_back(open_workspace(None, data), version, approved_by=approved_by, note=note)
        typer.echo(f"{back.approved_by} takes the approval of {back.version} back; the record keeps both.")
        return
    given = record(
        open_workspace(None, data), version, approved_by=approved_by, note=note, states=state or [], errata=errata or []
    )
    names = [*given.states, *(f"errata of {year}" for year in given.errata)]
    named = f", naming {', '.join(names)}" if names else ""
    typer.echo(f"{given.approved_by} approves {given.version}{named}. Next: cleanup publish {given.version}")


def publish(
    version: Annotated[str, typer.Argument(help="The approved candidate; empty: the newest.")] = "",
    approved_by: Annotated[
        str, typer.Option("--by", help="Build, approve and publish in one go, where that is allowed.")
    ] = "",
    note: Note = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything but switch.")] = False,
    data: Data = None,
) -> None:
    """Switch an approved candidate in."""
    from pipelines.season.releases.publishing import publish_release, try_release
    from pipelines.season.workspace import open_workspace

    workspace = open_workspace(None, data)
    with _gate():
        if dry_run:
            outcome = try_release(workspace)
        else:
            outcome = publish_release(workspace, version, approved_by=approved_by, note=note)
    typer.echo(outcome.sentence)


def preview(data: Data = None) -> None:
    """Build the tables of now as a preview, and point releases/preview.json to it. What is published stays."""
    from pipelines.season.releases.publishing import preview_release
    from pipelines.season.workspace import open_workspace

    typer.echo(preview_release(open_workspace(None, data)).sentence)


def rollback(
    version: Annotated[str, typer.Argument(help="Version to go back to; empty: the one before the current.")] = "",
    approved_by: Annotated[str, typer.Option("--by", help="Who takes it back. Kept beside the approvals.")] = "",
    note: Annotated[str, typer.Option(help="Why. Kept beside the approvals.")] = "",
    data: Data = None,
) -> None:
    """Switch back to an earlier release. Nothing is deleted."""
    from pipelines.season.releases.publishing import roll_back
    from pipelines.season.workspace import open_workspace

    typer.echo(roll_back(open_workspace(None, data), version, approved_by=approved_by, note=note))


def releases(data: Data = None, json: Json = False) -> None:
    """List releases and candidates: when, whether published, and who approved."""
    from pipelines.season.releases.publishing import list_all
    from pipelines.season.releases.show import print_releases
    from pipelines.season.workspace import open_workspace

    rows = list_all(open_workspace(None, data))
    if json:
        typer.echo(json_text.dumps(rows, indent=1, sort_keys=True, ensure_ascii=False))
    else:
        print_releases(rows)


@contextmanager
def _gate() -> Iterator[None]:
    """Shows the gate's verdicts, and ends with exit code 1, when the tables are not fit to publish."""
    from pipelines.season.releases.candidate import GateError
    from pipelines.season.show import print_verdicts

    try:
        yield
    except GateError as error:
        print_verdicts(error.verdicts)
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
