"""The days on which partners may answer and ask, from `schemas/season.yml`. Judges nothing."""

from __future__ import annotations

from schemas.season_model import load_season


def windows_of(school_year: str, kind: str) -> dict[str, list[str]]:
    """Class of partners -> first and last day on which its answers and requests are in time, as ISO dates."""
    year = int(school_year[:4]) + 1
    return {name: [f"{year}-{day}" for day in span] for name, span in load_season().windows[kind].items()}


def every_window(school_year: str) -> dict[str, list[tuple[str, str]]]:
    """Class of partners -> its windows of both kinds of season."""
    kinds = [windows_of(school_year, kind) for kind in load_season().windows]
    return {name: [(one[name][0], one[name][1]) for one in kinds if name in one] for name in kinds[0]}
