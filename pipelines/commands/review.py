"""`cleanup review …`: cases out to people as a page or a worksheet, and their answers back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[str | None, typer.Option("--data", help="Folder for tables and releases.")]
Year = Annotated[str, typer.Option("--year", help="School year, for example 2018-19.")]

review = typer.Typer(
    no_args_is_help=True, help="Cases that wait for a person: out as a page or worksheet, answers back."
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(review, name="review")


@review.command()
def page(
    year: Year,
    partner: Annotated[str, typer.Option(help="Only the cases that this partner answers.")] = "",
    state: Annotated[str, typer.Option(help="Only the cases of this state, for example GA.")] = "",
    out: Annotated[Path | None, typer.Option(help="Where to write it; default: the data folder's review/.")] = None,
    data: Data = None,
) -> None:
    """Write the review page: one offline file of open cases, in which answers are given and downloaded."""
    from pipelines.season.review_files import write_review_page
    from pipelines.season.workspace import open_workspace
    from pipelines.shared.school_year import parse_school_year

    path, count = write_review_page(
        open_workspace(None, data), parse_school_year(year), out, state=state, partner=partner
    )
    typer.echo(f"{count:,} open cases in {path}. Open it in a browser; answers are downloaded as a file to import.")


@review.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="Answers as they came back: a worksheet (.xlsx) or the page's .csv.")],
    year: Year,
    by: Annotated[str, typer.Option("--by", help="Who hands the answers in; named where a row names nobody.")] = "",
    raw: Annotated[Path | None, typer.Option("--raw", help="Folder with receipts.csv and the files as sent.")] = None,
    data: Data = None,
) -> None:
    """Check every answer of a file, say what is wrong by row, and receive it for the next run."""
    from datetime import UTC, datetime

    from pipelines.season.import_answers import import_answers
    from pipelines.season.workspace import open_workspace
    from pipelines.shared.locks import LockedError
    from pipelines.shared.school_year import parse_school_year

    school_year = parse_school_year(year)
    try:
        done = import_answers(open_workspace(raw, data), file, school_year, by=by, now=datetime.now(UTC))
    except LockedError as error:
        raise ValueError(str(error)) from None
    for sentence in done.sentences:
        typer.echo(sentence)
    typer.echo(done.in_words() + (f" Next: cleanup run {school_year}" if done.path else ""))
    raise typer.Exit(1 if done.sentences else 0)


@review.command()
def export(
    year: Year,
    partner: Annotated[str, typer.Option(help="Only the cases of this partner.")] = "",
    state: Annotated[str, typer.Option(help="Only the cases of this state, for example GA.")] = "",
    out: Annotated[Path | None, typer.Option(help="Where to write it; default: the data folder's review/.")] = None,
    data: Data = None,
) -> None:
    """Write a worksheet (.xlsx) of open cases, with a drop-down of the allowed answers in each row."""
    from pipelines.season.review_files import export_worksheet
    from pipelines.season.workspace import open_workspace
    from pipelines.shared.school_year import parse_school_year

    workspace = open_workspace(None, data)
    school_year = parse_school_year(year)
    path, count = export_worksheet(workspace, school_year, state=state, partner=partner, out=out)
    typer.echo(
        f'{count:,} open cases in {path}. When it comes back: cleanup review import FILE --year {school_year} --by "Your Name"'
    )


@review.command()
def pairs(
    year: Year,
    out: Annotated[Path | None, typer.Option(help="Where to write it; default: the data folder's review/.")] = None,
    data: Data = None,
) -> None:
    """Write what people answered about schools named in words as pairs (.csv) for the matcher to learn from."""
    from pipelines.season.training_pairs import write_training_pairs
    from pipelines.season.workspace import open_workspace
    from pipelines.shared.school_year import parse_school_year

    workspace = open_workspace(None, data)
    school_year = parse_school_year(year)
    path, found = write_training_pairs(workspace, school_year, out)
    schools = int(found.table["nces_id"].notna().sum())
    typer.echo(
        f"{len(found.table):,} pairs, {schools:,} of them with a school, in {path}; "
        f"{found.left_out:,} answered records left out: ids raised the question, or no name or state is given."
    )
    if len(found.table):
        directory = workspace.store.path("standard", "nces_schools", school_year)
        typer.echo(f"Next: make learn PAIRS={path} DIRECTORY={directory}")
