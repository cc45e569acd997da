"""The page's files: same tables, same bytes; where schools lie; which districts are alike; names as people write them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from pipelines.published.page import Page, build_page
from pipelines.published.page_columns import calm, numbers, texts
from pipelines.published.page_districts import count_answers, find_similar, list_districts
from pipelines.published.page_map import LOWER_48, NOWHERE, PARTS, Cone, draw_outlines, place_schools
from pipelines.published.page_schools import list_schools
from schemas.columns import RESTRICTED
from schemas.state_shapes import load_outlines
from schemas.states import STATES
from tests.page.conftest import VERSION

PAGE = Page(VERSION, date(2026, 11, 25))


def test_the_same_tables_give_the_same_bytes_in_any_order(tables: dict[str, pd.DataFrame]) -> None:
    once = build_page(tables, PAGE)
    answers = tables["school_cs_access"]
    shuffled = {**tables, "school_cs_access": answers.sample(frac=1, random_state=7)}
    shuffled["evidence"] = tables["evidence"].sample(frac=1, random_state=8)
    again = build_page(shuffled, PAGE)
    assert [name for name in once if once[name] != again[name]] == []
    assert list(once) == list(again)


def test_nothing_restricted_is_in_any_file(tables: dict[str, pd.DataFrame]) -> None:
    for name, body in build_page(tables, PAGE).items():
        if name.endswith(".json"):
            text = body.decode()
            assert not any(f'"{column}"' in text for column in RESTRICTED), name


def test_a_page_of_one_state_holds_its_schools_only(tables: dict[str, pd.DataFrame]) -> None:
    files = build_page(tables, replace(PAGE, only_state="ID"))
    lines = files["data/schools.txt"].decode().split("\n")
    assert {line.split("\t")[3] for line in lines} == {"ID"}
    about = json.loads(files["data/about.json"])
    assert [state["postal"] for state in about["states"]] == ["ID"]
    assert not any(name.startswith("data/why/WA") for name in files)


# Snyder, Map Projections: A Working Manual, page 291: sphere of radius 1, parallels 29.5 and 45.5, origin 23 N 96 W.
def test_the_projection_gives_snyders_example() -> None:
    x, y = Cone(-96, (0, 23), (29.5, 45.5)).project(np.array(-75.0), np.array(35.0))
    assert (round(float(x), 7), round(float(y), 7)) == (0.2952720, 0.2416774)


@pytest.mark.parametrize(
    ("part", "at", "longitude", "latitude", "expected"),
    [
        (LOWER_48, (480, 250), -122.4194, 37.7749, (107.4, 214.1)),
        (LOWER_48, (480, 250), -74.0059, 40.7128, (794.6, 176.5)),
        (LOWER_48, (480, 250), -95.9928, 36.1540, (488.8, 298.0)),
        (PARTS["AK"], (480 - 0.307 * 1070, 250 + 0.201 * 1070), -149.9003, 61.2181, (171.2, 446.9)),
        (PARTS["HI"], (480 - 0.205 * 1070, 250 + 0.212 * 1070), -157.8583, 21.3069, (298.5, 451.0)),
    ],
)
def test_cities_lie_where_the_usual_map_has_them(part, at, longitude, latitude, expected) -> None:  # type: ignore[no-untyped-def]
    scale = 1070 * (0.35 if part is PARTS["AK"] else 1)
    x, y = replace(part, scale=scale, at=at).place(np.array([longitude]), np.array([latitude]))
    assert (round(float(x[0]), 1), round(float(y[0]), 1)) == expected


def test_every_state_and_territory_has_an_outline_and_a_name_on_the_map() -> None:
    drawn = draw_outlines()
    shown = {postal for postal, state in STATES.items() if postal not in ("BI", "DD")}
    assert set(drawn["shapes"]) == shown == set(load_outlines())
    assert all(rings for rings in drawn["shapes"].values())
    assert set(drawn["boxes"]) == {"AS", "GU", "MP", "PR", "VI"}


def test_a_school_lies_inside_its_states_part_or_nowhere() -> None:
    state = np.array(["WA", "AK", "PR", "AK", "DD", "FL", "WA"], dtype=object)
    longitude = np.array([-122.3, -149.9, -66.1, -80.0, 8.6, np.nan, 0.0])
    latitude = np.array([47.6, 61.2, 18.4, 27.9, 50.0, np.nan, 0.0])
    placed = place_schools(state, longitude, latitude)
    assert (placed[:3] < NOWHERE).all()
    assert (placed[3:] == NOWHERE).all(), "outside its state, overseas, without coordinates, at 0,0"


def districts_of(rows: list[tuple[str, str, float | None, float | None]]) -> pd.DataFrame:
    """school_cs_access of one high school per district: (leaid, locale, students, FRL percent)."""
    frame = pd.DataFrame(rows, columns=["leaid", "locale_group", "students_total", "frl_percent"])
    return frame.assign(
        nces_school_id=frame["leaid"] + "00001", school_year="2018-19", state="WA", district_name="D" + frame["leaid"],
        school_name="S", city="C", street="1 A St", county="K", is_cep=False, in_access_report=True, teaches_cs="Y",
        students_total=frame["students_total"].astype("Int64"), frl_percent=frame["frl_percent"].astype("Float64"),
    )  # fmt: skip


def test_alike_is_the_same_locale_then_size_and_lunch() -> None:
    rows = [
        ("5300001", "rural", 1000, 50), ("5300002", "rural", 1000, 52), ("5300003", "rural", 4000, 50),
        ("5300004", "rural", 1000, 95), ("5300005", "city", 1000, 50), ("5300006", "rural", None, None),
    ]  # fmt: skip
    answers = districts_of(rows)
    districts = list_districts(list_schools(answers))
    counts = count_answers(answers, np.arange(len(rows)), len(rows))
    similar = find_similar(districts, counts)
    assert similar[0] == [1, 5, 3, 2], (
        "two points of lunch, then unknown (1.5), 45 points (1.8), four times the size (2)"
    )
    assert similar[4] == [], "no other district in a city"
    assert all(len(near) <= 10 and row not in near for row, near in enumerate(similar))


def test_ties_are_broken_by_the_row_and_ten_are_enough() -> None:
    answers = districts_of([(f"53{n:05d}", "town", 500, None) for n in range(40)])
    counts = count_answers(answers, np.arange(40), 40)
    similar = find_similar(list_districts(list_schools(answers)), counts)
    assert similar[0] == list(range(1, 11))
    assert similar[20] == list(range(10))


def test_lunch_shares_under_cep_say_nothing() -> None:
    answers = districts_of([("5300001", "town", 500, 100)]).assign(is_cep=True)
    assert list_districts(list_schools(answers))["frl_percent"].isna().all()


@pytest.mark.parametrize(
    ("shouted", "said"),
    [
        ("LAKE OF THE PINES HIGH", "Lake of the Pines High"),
        ("MCKINLEY STEM ACADEMY II", "McKinley STEM Academy II"),
        ("O'BRIEN K-8", "O'Brien K-8"),
        ("McDonald High", "McDonald High"),
        ("P S 12", "P S 12"),
        ("DAEP", "DAEP"),
        ("ESCUELA ÁREA", "Escuela Área"),
    ],
)
def test_shouted_names_are_said_calmly(shouted: str, said: str) -> None:
    assert calm(pd.Series([shouted, None], dtype="str")).tolist()[0] == said


def test_columns_keep_unknown_apart_from_zero_and_nothing() -> None:
    assert numbers(pd.Series([0, None, 3], dtype="Int64")) == [0, None, 3]
    assert numbers(pd.Series([0.5, None], dtype="Float64")) == [0.5, None]
    assert texts(pd.Series(["a", None, "", "a"], dtype="str")) == {"of": ["a", ""], "at": [0, -1, 1, 0]}
