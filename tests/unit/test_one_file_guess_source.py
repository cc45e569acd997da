"""Which source and school year a file is taken for, and when nobody is sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.one_file.guess_source import (
    contradicts,
    guess_sources,
    guess_years,
    is_clear,
    state_of_ids,
    state_of_nces_ids,
    states_in_name,
)
from pipelines.one_file.peek_file import Peeked, PeekedTable
from schemas.source_model import load_sources

SOURCES = load_sources()
V2 = ["school_name", "state_school_id", "nces_id", "course_id", "course_name", "num_students_enrolled"]


def csv_of(*records: list[str]) -> Peeked:
    return Peeked("csv", "utf-8-sig", ",", (PeekedTable("", list(records)),))


def v2(state_id: str = "unspecified", nces: str = "unspecified", code: str = "10157") -> Peeked:
    row = ["Alpha High School", state_id, nces, code, "Computer Science", "12"]
    return csv_of(V2, *[row] * 5)


def place(name: str) -> Path:
    return Path("/somewhere/deep/in/a/folder") / name


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("TX_2018-2019.csv", ["2018-19"]),
        ("CA_2018_2019.2.csv", ["2018-19"]),
        ("courses 2018-19.xlsx", ["2018-19"]),
        ("EDGE_GEOCODE_PUBLICSCH_1819.TXT", ["2018-19"]),
        ("edge_geoids_201415.csv", ["2014-15"]),
        ("AL_2018-2019..csv", ["2018-19"]),
        ("courses_2018.csv", ["2017-18", "2018-19"]),
        ("courses_2021.csv", ["2020-21", "2021-22"]),
        ("courses_20191118.csv", []),
        ("courses_2018-2020.csv", ["2017-18", "2018-19"]),
        ("courses.csv", []),
    ],
)
def test_years_in_a_name(name: str, years: list[str]) -> None:
    assert [reading.name for reading in guess_years(place(name), csv_of(["a"], ["b"]))] == years


@pytest.mark.parametrize(
    ("values", "years"),
    [
        (["2018-2019"] * 3, ["2018-19"]),
        (["2018"] * 3, ["2017-18", "2018-19"]),
        (["2018-19", "2017-18"], []),
        (["", ""], []),
    ],
)
def test_years_in_a_column(values: list[str], years: list[str]) -> None:
    found = guess_years(place("courses.csv"), csv_of(["school", "School_Year"], *(["x", v] for v in values)))
    assert [reading.name for reading in found] == years


def test_a_folder_tells_the_year_where_the_name_does_not() -> None:
    found = guess_years(Path("/raw/tx/2018-19/final.csv"), csv_of(["a"], ["b"]))
    assert [reading.name for reading in found] == ["2018-19"]


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("TX_2018-2019.csv", {"TX"}),
        ("tx_2018.csv", {"TX"}),
        ("west virginia courses.csv", {"WV"}),
        ("North-Carolina-2018.csv", {"NC"}),
        ("list of schools in my district.csv", set()),
        ("courses_id_final.csv", set()),
        ("courses ID final.csv", {"ID"}),
    ],
)
def test_states_in_a_name(name: str, states: set[str]) -> None:
    assert states_in_name(place(name)) == states


def test_states_in_cells() -> None:
    assert state_of_ids(v2(state_id="TX-001903-001903001")) == "TX"
    assert state_of_ids(v2()) == ""
    assert state_of_nces_ids(v2(nces="63315005148")) == "CA"
    assert state_of_nces_ids(v2(nces="481839001732")) == "TX"
    assert state_of_nces_ids(v2(nces="12")) == ""


@pytest.mark.parametrize(
    ("name", "peeked", "source"),
    [
        ("final.csv", v2(state_id="TX-001903-001903001"), "tx"),
        ("final.csv", v2(nces="63315005148"), "ca"),
        ("Georgia 2018-19.csv", v2(), "ga"),
        ("final.csv", v2(code="11.0160000"), "ga"),
        ("list.csv", csv_of(["School Name", "NCES ID", "City", "Zip", "School District", "State", "Classes"], ["A"] * 7), "teals"),
    ],
)  # fmt: skip
def test_a_file_finds_its_source(name: str, peeked: Peeked, source: str) -> None:
    readings = guess_sources(place(name), peeked, SOURCES)
    assert readings[0].name == source
    assert is_clear(readings)


def test_a_file_without_any_sign_of_its_state_is_not_placed() -> None:
    readings = guess_sources(place("final.csv"), v2(code="unspecified"), SOURCES)
    assert len(readings) > 2
    assert not is_clear(readings)


def test_another_kind_of_file_is_not_placed() -> None:
    assert not is_clear(guess_sources(place("notes.csv"), csv_of(["to do", "done"], ["x", "y"]), SOURCES))


def test_name_and_ids_may_contradict() -> None:
    assert contradicts(place("TX_2018-2019.csv"), v2(state_id="CA-3367215-3336955"), SOURCES) == ("tx", "ca")
    assert contradicts(place("CA_2018-2019.csv"), v2(state_id="CA-3367215-3336955"), SOURCES) is None
    assert contradicts(place("final.csv"), v2(state_id="CA-3367215-3336955"), SOURCES) is None
