"""The review page: one offline file with the open cases of a year, in which a person answers and downloads the answers.

Fills the template beside it; what may be answered is declared in schemas/case_kinds.py, and read by pipelines/standard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from pipelines.review.case_list import SCHOOL_FIELDS, SHOWN, CaseList, split_choices
from pipelines.review.worksheet import ANSWER_COLUMNS, asks_school, kind_names
from schemas.review_order import OPENNESS

TEMPLATES = Path(__file__).parent


def review_page(listed: CaseList, partners: Mapping[str, str] | None = None) -> str:
    """The page as HTML. `partners`: {partner_id: name}. The same cases give the same text.

    Everything of the cases is data in a script block, with < > & written as escapes, and is set as text by the script.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
    template = environment.from_string((TEMPLATES / "review.html").read_text(encoding="utf-8"))
    count = len(listed.cases)
    names = partners or {}
    whose = f" of {names.get(listed.partner, 'partner ' + listed.partner)}" if listed.partner else ""
    return template.render(
        title=f"Cases to decide{whose}, {listed.school_year}",
        about=f"{count:,} open {'case' if count == 1 else 'cases'}, the most informative first: what hangs on a case, and how open it is. Run {listed.run_id}.",
        school_year=listed.school_year,
        style=jinja2.utils.markupsafe.Markup((TEMPLATES / "review.css").read_text(encoding="utf-8")),
        script=jinja2.utils.markupsafe.Markup((TEMPLATES / "review.js").read_text(encoding="utf-8")),
        data=jinja2.utils.markupsafe.Markup(_escaped(_data(listed, names))),
    )


def _data(listed: CaseList, partners: Mapping[str, str]) -> dict[str, Any]:
    kinds = sorted(listed.cases["case_kind"].unique())
    choices = ["|".join(split_choices(text)) for text in listed.cases["choices"]]
    return {
        "school_year": listed.school_year,
        "run_id": listed.run_id,
        "reviewer_partner": listed.partner or None,
        "columns": list(SHOWN),
        "cases": _plain(listed.cases.assign(choices=choices)),
        "candidates": listed.candidates,
        "schools": listed.schools,
        "fields": SCHOOL_FIELDS,
        "kinds": kind_names(),
        "openness": {level: one.words for level, one in OPENNESS.items()},
        "asks_school": {kind: asks_school(kind) for kind in kinds},
        "partners": dict(sorted(partners.items())),
        "answer_columns": ANSWER_COLUMNS,
    }


def _plain(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of text, whole numbers and null."""
    columns = [
        [None if missing else (int(value) if not isinstance(value, str) else value) for value, missing in cells]
        for cells in (zip(frame[name], frame[name].isna(), strict=True) for name in frame.columns)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _escaped(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A school named "</script>" must stay a name.
    for sign, escape in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(sign, escape)
    return text
