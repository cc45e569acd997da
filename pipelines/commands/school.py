"""`cleanup school`: the life of one school."""

from __future__ import annotations

import json as json_text
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def school(
        school_id: Annotated[
            str, typer.Argument(metavar="NCES_ID", help="An NCES id of any year, or a state's id such as FL-03-0491.")
        ],
        data: Annotated[str | None, typer.Option("--data", help="Folder for tables and releases.")] = None,
        json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    ) -> None:
        """Tell the life of a school: its names, places and numbers over the years, and what became of it."""
        from pipelines.linked.school_story import story_text
        from pipelines.season.school_lives import school_life
        from pipelines.season.workspace import open_workspace

        story = school_life(open_workspace(None, data), school_id)
        typer.echo(json_text.dumps(story, indent=1, ensure_ascii=False) if json else story_text(story))
