"""States' YAMLs and catalogs: they load, agree with each other, and hold courses only."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from pipelines.shared.school_year import school_year
from pipelines.standard.course_catalog import CATALOGS, catalog_of, catalog_of_year, load_catalog, load_reference
from pipelines.standard.course_codes import canonical_codes, title_keys
from pipelines.standard.ids import repair_state_id
from schemas.source_model import Layout, Source, load_sources
from schemas.states import STATES

PROJECT = Path(__file__).parents[2]
SOURCES = [source for source in load_sources().values() if source.produces == "course_offerings"]
LAYOUTS = [(source, layout) for source in SOURCES for layout in source.layouts]
LISTED = [source for source in SOURCES if (CATALOGS / f"{source.source}.csv").exists()]
SHARED = ("sced", "titles", "title_words")
YEARS = [school_year(start) for start in range(2015, 2027)]


def test_the_51_jurisdictions_are_there() -> None:
    assert {s.state for s in SOURCES} == {postal for postal, state in STATES.items() if state.in_report}
    assert len(SOURCES) == 51
    assert all(s.source == s.state.lower() for s in SOURCES)


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.source)
def test_a_state_id_has_the_shape_it_is_said_to_have(source: Source) -> None:
    shape = source.state_school_id
    assert shape
    assert shape.pattern.startswith(f"{source.state}-")
    assert repair_state_id(shape.example, source.state, shape) == (shape.example, frozenset())


@pytest.mark.parametrize("state", ["AK", "KY", "LA", "MA", "MD", "MN", "MS", "NV", "OK", "TX", "UT", "VA"])
def test_a_school_part_that_does_not_repeat_its_district_is_noticed(state: str) -> None:
    """Where the school part repeats the district (domain.md 5.4; measured on the national file 129 of 2015-16)."""
    shape = load_sources()[state.lower()].state_school_id
    assert shape
    assert shape.school_repeats_district
    front, district, rest = shape.example.split("-", 2)
    other = district.replace(district[0], "1" if district[0] != "1" else "2", 1)
    assert "S28" in repair_state_id(f"{front}-{other}-{rest}", state, shape)[1]


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.source)
def test_every_state_reads_the_common_layout_in_every_year(source: Source) -> None:
    names = [layout.name for layout in source.layouts]
    assert len(set(names)) == len(names)
    if source.state != "WA":
        assert all("state_v2" in {layout.name for layout in source.layouts_of(year)} for year in YEARS)


@pytest.mark.parametrize(("source", "layout"), LAYOUTS, ids=lambda x: x.source if isinstance(x, Source) else x.name)
def test_every_layout_can_identify_a_school_and_says_what_is_offered(source: Source, layout: Layout) -> None:
    ours = {*layout.columns, *layout.build}
    identity = {"nces_school_id_given", "state_school_id_given"} & ours
    assert identity
    # A file without its ids is refused, not read as rows of nobody.
    assert identity & {*layout.required, *layout.build}
    assert not {*layout.offered_when, *layout.at_least} - set(layout.required)
    course = {"course_code", "course_name"} & ours or layout.wide or layout.offered_when
    # Three states sent lists of schools, in which every row is a school that teaches (domain.md 5.3).
    assert course or source.state in {"IA", "PA", "SC"}


def test_every_catalog_belongs_to_a_state() -> None:
    names = {path.stem for path in CATALOGS.glob("*.csv")}
    assert names - set(SHARED) == {source.source for source in LISTED}
    without = {source.source for source in SOURCES} - names
    assert all(load_sources()[name].courses.references for name in without)  # type: ignore[union-attr]


@pytest.mark.parametrize("source", LISTED, ids=lambda s: s.source)
def test_a_course_stands_once_in_a_year(source: Source) -> None:
    catalog = load_catalog(source.state)
    assert not catalog.empty
    for year in YEARS:
        valid = catalog_of_year(catalog, year)
        codes = valid.loc[~valid["course_code"].isin(["", "*"]), "course_code"]
        assert codes.is_unique
        titles = valid.assign(key=title_keys(valid["course_title"])).dropna(subset="key")
        assert (titles.groupby("key")["counts"].nunique() == 1).all()


@pytest.mark.parametrize("source", LISTED, ids=lambda s: s.source)
def test_a_catalog_holds_canonical_codes_of_the_state_only(source: Source) -> None:
    assert source.courses
    catalog = catalog_of(source)
    codes = catalog.loc[~catalog["course_code"].isin(["", "*"]), "course_code"]
    assert source.courses.pattern or codes.empty
    if not source.courses.compare_length:
        canonical, repaired = canonical_codes(codes, source.courses)
        assert not repaired.any()
        pd.testing.assert_series_equal(canonical, codes, check_names=False)


@pytest.mark.parametrize("name", ["sced", "titles"])
def test_the_shared_lists_are_sound(name: str) -> None:
    reference = load_reference(name)
    codes = reference["course_code"]
    assert codes.str.fullmatch(r"\d{5}").all() if name == "sced" else (codes == "").all()


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


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.source)
def test_what_is_a_guess_is_said_in_a_sentence(source: Source) -> None:
    for fact in source.unverified:
        assert fact.endswith(".")
        assert len(fact) > 20
    own = [layout for layout in source.layouts if layout.name == "state_v1"]
    assert source.unverified or not own or source.state == "GA"  # the one own layout whose header is known whole
