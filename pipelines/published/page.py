"""Builds the public page of a release: the page's own files from `page/` and its data as small files. Serves nothing.

Everything is made from the public tables of the release, so that nothing else can reach the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines.published.guide_page import guide_page
from pipelines.published.page_columns import numbers, texts, to_json
from pipelines.published.page_districts import count_answers, district_columns, find_similar, list_districts
from pipelines.published.page_groups import group_words, pooled_years, report_columns
from pipelines.published.page_map import draw_outlines
from pipelines.published.page_schools import answer_bytes, list_schools, names, number_of, points, ranges, state_file
from pipelines.published.page_why import order_pieces, policy_rules, split_by_state, tell_grades, why_file
from schemas.columns import RACES
from schemas.page_model import load_page_texts
from schemas.policy_model import load_policies
from schemas.source_model import load_sources
from schemas.states import STATES
from schemas.verdict_looks import LOOKS, looks_css
from schemas.verdicts import CODES, OFFERING, WORDS

SOURCE = Path(__file__).parents[2] / "page"
GUIDE = SOURCE.parent / "docs" / "guides" / "use-the-data.md"
GUIDE_FILE = "use-the-data.html"
BESIDE = ("diff/diff.html", "report/report.html")
"""Pages of other makers in a release folder, linked where they are there."""
CHANNEL_FILE = "channel.json"
"""Which channel a page is shown on: as built; whoever serves a release that was never published answers `preview`."""
OWN_FILES = (".html", ".css", ".js", ".svg")
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Page:
    """What a page is built for: the release, its date, one state's postal code or all, and the channel it is shown on.

    beside: pages of the release folder that this one links, of those it knows.
    """

    version: str
    released_on: date
    only_state: str = ""
    channel: str = "release"
    beside: tuple[str, ...] = ()


def build_page(tables: Tables, page: Page) -> dict[str, bytes]:
    """Every file of the page: {path below page/: bytes}. The same tables give the same bytes.

    tables: the tables of a release, all years, public columns only (`public_tables.published_tables`). Raises ValueError
    when `only_state` has no school in the release.
    """
    answers = tables["school_cs_access"]
    every_school = list_schools(answers)
    districts = list_districts(every_school)
    place = {leaid: n for n, leaid in enumerate(districts["leaid"])}
    years = sorted(str(year) for year in answers["school_year"].unique())
    of_year = {year: answers[answers["school_year"] == year] for year in years}
    counts = {year: count_answers(rows, _places(rows, place), len(districts)) for year, rows in of_year.items()}
    similar = find_similar(districts, counts[years[-1]])
    schools = every_school
    if page.only_state:
        schools = _only(every_school, page.only_state)
        of_year = {
            year: _only(rows, page.only_state)
            for year, rows in of_year.items()
            if page.only_state in set(rows["state"])
        }
    files = _own_files()
    files["verdicts.css"] = looks_css().encode()
    if GUIDE.exists() and not page.only_state:
        files[GUIDE_FILE] = guide_page(GUIDE.read_text(encoding="utf-8"), page.version).encode()
    files[CHANNEL_FILE] = to_json({"channel": page.channel})
    files["data/outlines.json"] = _outlines()
    files["data/districts.json"] = to_json(_cut_districts(districts, counts, similar, page.only_state))
    district = _places(schools, _kept_places(districts, similar, page.only_state))
    files |= _school_files(schools, district, of_year, tables["evidence"])
    files |= _course_files(tables["courses_that_count"], page.only_state)
    files["data/sources.json"] = to_json(_columns(tables["sources"].drop(columns=["received_on"], errors="ignore")))
    files["data/about.json"] = to_json(_about(tables, page, schools, of_year))
    return dict(sorted(files.items()))


def write_page(folder: Path, tables: Tables, page: Page) -> None:
    """`build_page` written below `folder`."""
    for name, body in build_page(tables, page).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


@cache
def _outlines() -> bytes:
    return to_json(draw_outlines())


def _own_files() -> dict[str, bytes]:
    if not SOURCE.is_dir():
        raise ValueError(
            f"the page's own files are not in {SOURCE}; install the project with: pip install --editable ."
        )
    return {path.name: path.read_bytes() for path in sorted(SOURCE.iterdir()) if path.suffix in OWN_FILES}


def _only(rows: pd.DataFrame, state: str) -> pd.DataFrame:
    own = rows[rows["state"] == state].reset_index(drop=True)
    if own.empty:
        raise ValueError(f"the release has no school in {state!r}; states are two letters, for example WA")
    return own.assign(number=np.arange(len(own))) if "number" in own else own


def _places(rows: pd.DataFrame, place: Mapping[str, int]) -> np.ndarray:
    return rows["leaid"].map(place).fillna(-1).to_numpy(dtype="int64")


def _kept(districts: pd.DataFrame, similar: list[list[int]], only_state: str) -> list[int]:
    """Rows of the districts a page needs: all, or those of one state and the ones they are compared with."""
    if not only_state:
        return list(range(len(districts)))
    own = np.flatnonzero(districts["state"].to_numpy() == only_state).tolist()
    return sorted({*own, *(n for row in own for n in similar[row])})


def _kept_places(districts: pd.DataFrame, similar: list[list[int]], only_state: str) -> dict[str, int]:
    kept = _kept(districts, similar, only_state)
    return {leaid: n for n, leaid in enumerate(districts["leaid"].iloc[kept])}


def _cut_districts(
    districts: pd.DataFrame, counts: dict[str, pd.DataFrame], similar: list[list[int]], only_state: str
) -> dict[str, Any]:
    kept = _kept(districts, similar, only_state)
    new = {old: n for n, old in enumerate(kept)}
    alike = [[new[n] for n in similar[old] if n in new] for old in kept]
    return district_columns(districts.iloc[kept], {year: c.iloc[kept] for year, c in counts.items()}, alike)


def _school_files(
    schools: pd.DataFrame, district: np.ndarray, of_year: dict[str, pd.DataFrame], evidence: pd.DataFrame
) -> dict[str, bytes]:
    first = ranges(schools)
    files = {"data/points.bin": points(schools, district), "data/schools.txt": names(schools)}
    for state, (start, count) in first.items():
        own = slice(start, start + count)
        files[f"data/states/{state}.json"] = state_file(schools.iloc[own], district[own])
    for year, rows in of_year.items():
        number = number_of(rows, schools)
        files[f"data/answers-{year}.bin"] = answer_bytes(rows, number, len(schools)).tobytes()
        files[f"data/report-{year}.bin"] = report_columns(rows, number)
        pieces = evidence[evidence["school_year"] == year]
        at = number_of(pieces, schools)
        pieces = pieces[at >= 0].assign(number=at[at >= 0])
        told = split_by_state(order_pieces(pieces), first)
        numbered = rows.assign(number=number, grades=tell_grades(rows))
        for state, own_rows in split_by_state(numbered, first).items():
            body = why_file(own_rows, told.get(state, pieces.iloc[:0]), *first[state])
            files[f"data/why/{state}-{year}.json"] = body
    return files


def _course_files(courses: pd.DataFrame, only_state: str) -> dict[str, bytes]:
    kept = courses[courses["state"] == only_state] if only_state else courses
    return {
        f"data/courses/{state}.json": to_json(_columns(rows.drop(columns=["state"])))
        for state, rows in kept.groupby("state", sort=True)
    }


def _count_courses(courses: pd.DataFrame, only_state: str) -> dict[str, dict[str, list[int]]]:
    """State -> school year -> [courses that count, courses named]."""
    kept = courses[courses["state"] == only_state] if only_state else courses
    counts = kept["counts_as_cs"].eq("counts").groupby([kept["state"], kept["school_year"]]).agg(["sum", "size"])
    found: dict[str, dict[str, list[int]]] = {}
    for (state, year), row in counts.iterrows():
        found.setdefault(str(state), {})[str(year)] = [int(row["sum"]), int(row["size"])]
    return found


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    return {
        str(name): numbers(cells) if pd.api.types.is_numeric_dtype(cells.dtype) else texts(cells)
        for name, cells in frame.items()
    }


def _about(tables: Tables, page: Page, schools: pd.DataFrame, of_year: Tables) -> dict[str, Any]:
    first = ranges(schools)
    words = load_page_texts()
    return {
        "version": page.version,
        "released_on": page.released_on.isoformat(),
        "only_state": page.only_state or None,
        "years": sorted(of_year),
        "pooled": pooled_years(of_year, page.only_state),
        "groups": group_words(),
        "races": list(RACES),
        "schools": len(schools),
        "states": [
            {"postal": p, "name": s.name, "in_report": s.in_report, "first": first[p][0], "count": first[p][1]}
            for p, s in STATES.items()
            if p in first
        ],
        "places": {postal: state.name for postal, state in STATES.items()},
        "verdicts": [
            {"code": code, "words": WORDS[code], "shape": LOOKS[code].shape, "path": LOOKS[code].path} for code in CODES
        ],
        "offering": list(OFFERING),
        "policies": policy_rules(load_policies(), set(tables["school_cs_access"]["policy"])),
        "summary": _columns(tables["state_summary"]),
        "courses": _count_courses(tables["courses_that_count"], page.only_state),
        "sources": {name: {"title": source.title, "state": source.state} for name, source in load_sources().items()},
        "beside": list(page.beside),
        "guide": GUIDE_FILE if GUIDE.exists() else None,
        "survey_address": words.survey_address,
        "correction": words.correction.model_dump(),
        "definition": words.definition.model_dump(),
        "who_sees": [seen.model_dump() for seen in words.who_sees],
        "limits": list(words.limits),
    }
