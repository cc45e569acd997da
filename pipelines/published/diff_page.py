"""The diff as one offline page: what would change, why, where limits are broken, and every school. Computes no change.

The page is whole without scripts; the script only filters the list of schools. Nothing is asked of the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.published.causes import CAUSES, count_causes
from pipelines.published.state_summary import NATION
from schemas.rules import rule
from schemas.states import STATES
from schemas.verdicts import WORDS

TEMPLATE = Path(__file__).with_name("diff_page.html")
MOST_ROWS = 2_000
"""Schools listed on the page; the rest is in diff.csv, and a page of 100,000 rows opens nowhere."""
CHANGE_WORDS = {
    "answer": "answer",
    "name": "name",
    "place": "address or position",
    "new school": "new school",
    "gone": "school is gone",
    "new year": "new school year",
    "year gone": "school year is gone",
}
LISTED_LAST = ("new_year", "first_release", "year_gone")


def draw_diff(
    *,
    version: str,
    base: str,
    sentence: str,
    diff: pd.DataFrame,
    limits: pd.DataFrame,
    by_state: pd.DataFrame,
    errata: Mapping[str, int] | None = None,
    channel: str = "release",
) -> str:
    """The page as HTML. diff: with `cause`, `detail` and perhaps `decided_by`; limits, by_state: as in `comparison.py`.

    errata: frozen school years that change, and how many schools of each.
    """
    listed, left = _listed(diff)
    return _template().render(
        version=version,
        base=base,
        sentence=sentence,
        channel=channel,
        causes=count_causes(diff).to_dict("records"),
        errata=dict(errata or {}),
        limits=_limits(limits),
        places=_places(by_state),
        rows=listed,
        left=left,
        with_people="decided_by" in diff,
        states=sorted({row["state"] for row in listed}),
        kinds={key: CHANGE_WORDS[key] for key in CHANGE_WORDS if key in {row["change"] for row in listed}},
        cause_words={key: words for key, words in CAUSES.items() if key in {row["cause"] for row in listed}},
    )


@cache
def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))


def _listed(diff: pd.DataFrame) -> tuple[list[dict[str, str]], int]:
    """The rows to list, those with news first, and how many are left out. School years that only came are not listed."""
    news = diff[~diff["cause"].isin(LISTED_LAST)]
    shown = news.head(MOST_ROWS).fillna("")
    rows = [{str(k): str(v) for k, v in row.items()} for row in shown.to_dict("records")]
    for row in rows:
        answers = row["change"] not in ("name", "place")
        for side in ("was", "now"):
            row[f"{side}_words"] = WORDS.get(row[side], row[side]) if answers and row[side] else row[side]
        row["change_words"] = CHANGE_WORDS[row["change"]]
        row["cause_words"] = CAUSES[row["cause"]]
    return rows, len(news) - len(rows)


def _limits(limits: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in limits.to_dict("records"):
        name = _name(row["state"])
        sentence = rule(row["rule_id"]).sentence
        rows.append({**{str(k): v for k, v in row.items()}, "name": name, "sentence": sentence})
    return rows


def _places(by_state: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in by_state.to_dict("records"):
        told: dict[str, Any] = {str(k): v for k, v in row.items()}
        told["name"] = _name(row["place"])
        for name in ("percent_offering", "percent_known"):
            sides = [row[f"{name}_{side}"] for side in ("was", "now")]
            told[name] = [None if pd.isna(value) else f"{value:.1f}" for value in sides]
        rows.append(told)
    return rows


def _name(place: str) -> str:
    if place == NATION:
        return "United States"
    return STATES[place].name if place in STATES else place
