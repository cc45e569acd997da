"""Where each number of report.html leads: the page's address that lists the schools or courses behind it.

The page's addresses are read by `page/route.js`. Says nothing of what a number is, and draws no link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from pipelines.published.state_summary import NATION
from schemas.metrics import GROUP_KIND_WORDS, METRICS, RACE_WORDS
from schemas.verdicts import OFFERING

PAGE = "../page/index.html"
_YES = ",".join(OFFERING)
_ANSWERED = ("Y", "HY", "N", "HN", "M", "HM")
ANSWERS = {
    "figure": _YES,
    "numerator": _YES,
    "denominator": ",".join(_ANSWERED),
    "coverage": ",".join(_ANSWERED),
    "unknown": "U",
    "range": "U,M,HM",
}
"""Part of a row -> answers of its schools. A range and an estimate differ from the figure by the schools of which nothing
is known and those whose sources disagree."""
_RACE_CODES = {word: code for code, word in RACE_WORDS.items()}


def address(row: Mapping[str, Any], part: str) -> str:
    """Address, from report.html, of what is behind that part (a key of ANSWERS) of a row of `access_report`.

    Shares and counts of schools and of the students who attend them: the schools, those of the nation each in its
    state's most recent year. Students in courses: the list of courses, since no count of one school is public.
    """
    place = "US" if row["place_id"] == NATION else row["place_id"]
    query = {"year": row["school_year"]}
    metric = str(row["metric"])
    if METRICS[metric].students or metric == "population_share":
        return f"{PAGE}#/{place}/courses?{urlencode(query)}"
    if metric == "offering_change":
        return f"{PAGE}#/{place}/changed?{urlencode(query)}"
    if place == "US":
        query["show"] = "pooled"
    query["answer"] = ANSWERS[part]
    if row["group_kind"] in GROUP_KIND_WORDS:
        query["group"] = f"{row['group_kind']}.{row['group']}"
    if metric == "access":
        query["students"] = _RACE_CODES.get(str(row["group"]), "total")
    return f"{PAGE}#/{place}/teaches?{urlencode(query, safe=',')}"


def sources_address(school_year: str) -> str:
    """Address of the list of what each source sent."""
    return f"{PAGE}#/US/know?{urlencode({'year': school_year})}"
