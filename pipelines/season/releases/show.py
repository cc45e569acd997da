"""What a release would change, for people at a terminal. Takes what was computed and computes nothing."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from pipelines.published.causes import CAUSES, count_causes
from pipelines.published.comparison import Comparison
from pipelines.season.releases.candidate import Candidate

MOST_ROWS = 20
QUIET = ("new_year", "first_release", "year_gone")


def print_comparison(comparison: Comparison) -> None:
    """Causes, limits and the first schools; most important last."""
    console = Console()
    if comparison.diff.empty:
        console.print("Nothing would change.")
        return
    news = comparison.diff[~comparison.diff["cause"].isin(QUIET)]
    if len(news):
        console.print(_schools(news))
        if len(news) > MOST_ROWS:
            console.print(f"… and {len(news) - MOST_ROWS:,} more: cleanup diff --out FOLDER, or --json.")
    table = Table(title="Why", title_justify="left", header_style="bold")
    table.add_column("cause")
    for name in ("changes", "schools"):
        table.add_column(name, justify="right")
    for row in count_causes(comparison.diff).to_dict("records"):
        table.add_row(row["words"], f"{row['changes']:,}", f"{row['schools']:,}")
    console.print(table)
    _print_limits(console, comparison.limits.to_dict("records"))
    console.print(f"[bold]A release of now {comparison.sentence}.[/bold]", highlight=False)


def print_candidate(candidate: Candidate) -> None:
    """What a person does next with a candidate."""
    console = Console()
    _print_limits(console, list(candidate.facts["limits"]))
    if candidate.dropped:
        gone = ", ".join(candidate.dropped)
        console.print(f"Dropped:     {gone}, never published; this candidate takes its place", highlight=False)
    console.print(f"[bold]Candidate {candidate.sentence}.[/bold]", highlight=False)
    console.print(f"Look at it:  {candidate.pages / 'diff.html'}", soft_wrap=True, highlight=False)
    for year, schools in candidate.errata.items():
        noun = "school" if schools == 1 else "schools"
        console.print(f"Errata:      {schools:,} {noun} of {year}, which was published as final", highlight=False)
    command = f'cleanup approve {candidate.version} --by "Your Name" --note "what you looked at"{candidate.options}'
    console.print(f"Approve it:  {command}", soft_wrap=True, highlight=False)
    console.print(f"Publish it:  cleanup publish {candidate.version}", soft_wrap=True, highlight=False)


def print_releases(rows: list[dict[str, Any]]) -> None:
    """Releases and candidates, the newest last."""
    table = Table(title="Releases", title_justify="left", header_style="bold")
    for name in ("version", "built on", "school years", "state", "approved by", "switched in"):
        table.add_column(name)
    for row in rows:
        state = "current" if row["is_current"] else "published before" if row["published"] else "candidate"
        years = f"{row['school_years'][0]} to {row['school_years'][-1]}"
        approved = ", ".join(row["approved_by"]) or "nobody"
        switched = "\n".join(_switch_in_words(entry) for entry in row["switched"]) or "never"
        style = "bold" if row["is_current"] else ""
        table.add_row(row["version"], row["released_on"], years, state, approved, switched, style=style)
    Console().print(table)


def _switch_in_words(entry: dict[str, str]) -> str:
    """For example: 2026-11-25 publish, Ana Diaz (looked at CA)."""
    who = f", {entry['approved_by']}" if entry["approved_by"] else ""
    why = f" ({entry['note']})" if entry["note"] else ""
    return f"{entry['switched_at'][:10]} {entry['action']}{who}{why}"


def _print_limits(console: Console, limits: list[Any]) -> None:
    if not limits:
        return
    table = Table(title="States beyond a limit", title_justify="left", header_style="bold")
    for name in ("state", "year", "rule", "found", "approval"):
        table.add_column(name)
    for row in limits:
        named = row["must_be_named"]
        words = "must name it" if named else "not needed"
        table.add_row(
            row["state"], row["school_year"], row["rule_id"], row["found"], words, style="yellow" if named else ""
        )
    console.print(table)


def _schools(news: pd.DataFrame) -> Table:
    table = Table(title="Schools that would change", title_justify="left", header_style="bold")
    for name in ("state", "year", "school", "change", "was", "now", "why"):
        table.add_column(name)
    for row in news.head(MOST_ROWS).fillna("").to_dict("records"):
        why = CAUSES[row["cause"]] + (f": {row['detail']}" if row["detail"] else "")
        why += f", by {row['by']}" if row["by"] else ""
        school = f"{row['school_name']} {row['nces_school_id']}"
        table.add_row(row["state"], row["school_year"], school, row["change"], row["was"], row["now"], why)
    return table
