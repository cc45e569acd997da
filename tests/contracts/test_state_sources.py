"""States' YAMLs and catalogs: they load, agree with each other, and hold courses only."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from pipelines.shared.school_year import school_year
from pipelines.standard.course_catalog import CATALOGS, catalog_of_year, load_catalog
from pipelines.standard.course_codes import canonical_codes, title_keys
from schemas.source_model import Source, load_sources
from schemas.states import STATES

SOURCES = [source for source in load_sources().values() if source.produces == "course_offerings"]
LISTED = [source for source in SOURCES if source.courses and source.courses.mode == "catalog"]
YEARS = [school_year(start) for start in range(2015, 2027)]


def test_the_thirteen_states_are_there() -> None:
    assert {s.state for s in SOURCES} >= {"FL", "GA", "TX", "CA", "RI", "ID", "SD", "HI", "DC", "AL", "IL", "ND", "WA"}
    assert all(s.source == s.state.lower() and s.state in STATES for s in SOURCES)


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.source)
def test_a_state_id_starts_with_the_state(source: Source) -> None:
    assert source.state_school_id
    assert source.state_school_id.example.startswith(f"{source.state}-")
    assert source.state_school_id.pattern.startswith(f"{source.state}-")


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.source)
def test_every_layout_can_identify_school_and_course(source: Source) -> None:
    for layout in source.layouts:
        ours = {*layout.columns, *layout.build, *layout.constants}
        assert {"school_name", "state_school_id_given", "course_code", "course_name"} <= ours


def test_every_catalog_belongs_to_a_state_that_uses_it() -> None:
    assert {path.stem for path in CATALOGS.glob("*.csv")} == {source.source for source in LISTED}


@pytest.mark.parametrize("source", LISTED, ids=lambda s: s.source)
def test_a_course_stands_once_in_a_year(source: Source) -> None:
    catalog = load_catalog(source.state)
    assert not catalog.empty
    for year in YEARS:
        valid = catalog_of_year(catalog, year)
        codes = valid.loc[valid["course_code"] != "", "course_code"]
        assert codes.is_unique
        titles = valid.assign(key=title_keys(valid["course_title"])).dropna(subset="key")
        assert (titles.groupby("key")["counts"].nunique() == 1).all()


@pytest.mark.parametrize("source", LISTED, ids=lambda s: s.source)
def test_codes_are_canonical_and_fit_the_pattern_of_the_state(source: Source) -> None:
    assert source.courses
    codes = load_catalog(source.state)["course_code"]
    codes = codes[codes != ""]
    canonical, repaired = canonical_codes(codes, source.courses)
    assert not repaired.any()
    pd.testing.assert_series_equal(canonical, codes, check_names=False)
    if len(codes):
        assert source.courses.pattern
        assert codes.str.fullmatch(source.courses.pattern).all()


@pytest.mark.parametrize("source", LISTED, ids=lambda s: s.source)
def test_no_catalog_holds_the_id_of_a_district_or_school(source: Source) -> None:
    """The Texas list of the predecessor was full of district ids (domain.md 15, defect 9)."""
    assert source.state_school_id
    codes = load_catalog(source.state)["course_code"]
    assert not codes.str.match(rf"{source.state}-|[A-Z]{{2}}-").any()
    _, district, *_ = source.state_school_id.example.split("-")
    if source.state == "TX":
        assert not codes.str.fullmatch(rf"\d{{{len(district)}}}").any()


def test_internal_ids_of_washington_lead_to_courses_of_its_catalog() -> None:
    washington = load_sources()["wa"]
    codes = {code for layout in washington.layouts for code in layout.values.get("course_code", {}).values()}
    assert codes <= set(load_catalog("WA")["course_code"])


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.source)
def test_patterns_compile(source: Source) -> None:
    assert source.state_school_id
    assert re.compile(source.state_school_id.pattern)
    assert source.courses
    assert re.compile(source.courses.pattern)
