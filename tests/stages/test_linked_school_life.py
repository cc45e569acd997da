"""The life of a school, by hand: one case for every kind of event, and what must not be taken for one."""

from __future__ import annotations

import os
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.linked.school_life import lives_of_schools
from pipelines.linked.school_lists import FACTS, Part, lists_by_year
from schemas.source_model import load_sources

YEARS = ("2017-18", "2018-19")
USUAL = {
    "state": "WA",
    "leaid": "5399001",
    "district_name": "Alder School District",
    "school_name": "Nestucca High School",
    "street": "12 Mill Rd",
    "city": "Alderton",
    "zip": "98001",
    "status": "open",
}
FILLER = [{"nces_school_id": f"53990029{n:04d}", "school_name": f"Quiet {n}{chr(97 + n)} School", "street": f"{900 + n} Far St", "zip": "98999", "city": "Farville", "state_school_id": f"WA-99-{n}"} for n in range(9)]  # fmt: skip
"""Schools of which nothing is to be told, so that no list is an excerpt."""


def a_list(*schools: dict[str, object]) -> pd.DataFrame:
    rows = [USUAL | row for row in (*FILLER, *schools)]
    frame = pd.DataFrame(rows).reindex(columns=["nces_school_id", *FACTS, "place_year"])
    frame["state_id_is_own"] = frame["state_school_id"].notna()
    numbers = {"state_id_is_own": "bool", "latitude": "Float64", "longitude": "Float64", "students_total": "Int64"}
    return frame.astype({name: numbers.get(name, "str") for name in frame.columns})


def life(was: list[dict[str, object]], now: list[dict[str, object]]) -> pd.DataFrame:
    return lives_of_schools(dict(zip(YEARS, (a_list(*was), a_list(*now)), strict=True)))


def kinds(history: pd.DataFrame) -> list[tuple[str, str, str | None, str]]:
    columns = ["event_kind", "nces_school_id", "other_nces_school_ids", "confidence"]
    rows = history[columns].astype(object).where(history[columns].notna(), None)
    return [tuple(row) for row in rows.itertuples(index=False, name=None)]


OLD, NEW, THIRD = "539900100001", "539900700044", "539900100003"
ONE = {"nces_school_id": OLD, "state_school_id": "WA-12-3456"}
MIDDLE = {"nces_school_id": THIRD, "school_name": "Nestucca Middle School", "state_school_id": "WA-12-3457"}
NAMELESS_STATE = {"state_school_id": None}


def test_nothing_happened() -> None:
    assert kinds(life([ONE], [ONE])) == []


def test_opened_and_closed() -> None:
    assert kinds(life([], [ONE])) == [("opened", OLD, None, "likely")]
    assert kinds(life([ONE], [])) == [("closed", OLD, None, "likely")]


def test_a_status_says_that_a_school_closed_and_reopened() -> None:
    assert kinds(life([ONE], [ONE | {"status": "closed"}])) == [("closed", OLD, None, "certain")]
    assert kinds(life([ONE | {"status": "closed"}], [ONE])) == [("reopened", OLD, None, "certain")]
    assert kinds(life([ONE | {"status": "future"}], [ONE])) == [("opened", OLD, None, "certain")]


def test_a_planned_school_has_not_opened() -> None:
    assert kinds(life([], [ONE | {"status": "future"}])) == []


def test_renumbered_by_the_states_id() -> None:
    found = life([ONE], [ONE | {"nces_school_id": NEW}])
    assert kinds(found) == [("renumbered", OLD, NEW, "certain")]
    assert found["reason"].tolist() == ["the state's id and the name are the same"]


def test_renumbered_by_name_and_place_where_no_state_id_is_known() -> None:
    found = life([ONE | NAMELESS_STATE], [ONE | NAMELESS_STATE | {"nces_school_id": NEW}])
    assert kinds(found) == [("renumbered", OLD, NEW, "likely")]


def test_renumbered_by_its_number_within_the_state() -> None:
    """NCES numbers the schools of a state through: a charter school that becomes a district keeps the last five digits."""
    later = (
        ONE
        | NAMELESS_STATE
        | {"nces_school_id": "539999900001", "city": "Birchport", "zip": "98555", "street": "PO Box 1"}
    )
    assert kinds(life([ONE | NAMELESS_STATE], [later])) == [("renumbered", OLD, "539999900001", "certain")]


KEPT_NUMBER = "539999900001"
ELSEWHERE = {"city": "Birchport", "zip": "98555", "street": "7 Bay St"}


@pytest.mark.parametrize(
    ("changed", "confidence"),
    [
        ({"school_name": "Quillback Academy"}, "likely"),
        ({"school_name": "ISANA Nestucca Academy", **ELSEWHERE}, "likely"),
        ({"school_name": "Quillback Academy", "street": "7 Bay St"}, "doubtful"),
        ({"school_name": "Quillback Academy", **ELSEWHERE}, "doubtful"),
    ],
    ids=["its address", "a word of its name", "only its town", "nothing else"],
)
def test_a_kept_number_needs_one_more_sign(changed: dict[str, object], confidence: str) -> None:
    later = ONE | NAMELESS_STATE | {"nces_school_id": KEPT_NUMBER} | changed
    assert kinds(life([ONE | NAMELESS_STATE], [later])) == [("renumbered", OLD, KEPT_NUMBER, confidence)]


def test_a_number_that_stands_twice_in_a_list_is_no_sign() -> None:
    later = ONE | NAMELESS_STATE | {"nces_school_id": KEPT_NUMBER, "school_name": "ISANA Nestucca Academy", **ELSEWHERE}
    other = FILLER[0] | {"nces_school_id": "539988800001", "school_name": "Quite Another School", "street": "1 Oak St"}
    found = kinds(life([ONE | NAMELESS_STATE, other], [later, other]))
    assert [kind for kind, *_ in found] == ["closed", "opened"]


def test_words_of_a_name_in_another_order_are_the_name_in_its_town_only() -> None:
    was = ONE | NAMELESS_STATE | {"school_name": "Brown Ronald Academy"}
    now = ONE | NAMELESS_STATE | {"nces_school_id": NEW, "school_name": "Ronald Brown Academy", "street": None}
    assert kinds(life([was], [now])) == [("renumbered", OLD, NEW, "likely")]
    assert {kind for kind, *_ in kinds(life([was], [now | ELSEWHERE | {"district_name": "Birch"}]))} == {
        "closed",
        "opened",
    }


def test_the_state_gave_another_id() -> None:
    found = life([ONE], [ONE | {"state_school_id": "WA-12-9999"}])
    assert kinds(found) == [("state_renumbered", OLD, None, "certain")]
    assert found.loc[0, ["what_was", "what_is_now"]].tolist() == ["WA-12-3456", "WA-12-9999"]


def test_a_state_id_given_out_anew_is_doubtful() -> None:
    other = {
        "nces_school_id": NEW,
        "school_name": "Quillback Elementary",
        "street": "9 Bay St",
        "city": "Cedarham",
        "zip": "98777",
    }
    assert kinds(life([ONE], [ONE | other])) == [("renumbered", OLD, NEW, "doubtful")]


def test_another_school_of_the_name_elsewhere_is_not_the_school() -> None:
    """A differing ordinal tells two schools apart, however alike the rest."""
    later = (
        ONE
        | NAMELESS_STATE
        | {"nces_school_id": NEW, "school_name": "Nestucca High School II", "street": "99 Bay St", "zip": "98777"}
    )
    found = kinds(life([ONE | NAMELESS_STATE], [later]))
    assert [kind for kind, *_ in found] == ["closed", "opened"]


def test_renamed_and_written_differently() -> None:
    assert kinds(life([ONE], [ONE | {"school_name": "Tillicum High School"}])) == [("renamed", OLD, None, "certain")]
    assert kinds(life([ONE], [ONE | {"school_name": "High School, Nestucca"}])) == [("respelled", OLD, None, "certain")]
    assert kinds(life([ONE], [ONE | {"school_name": "NESTUCCA H S"}])) == []


def test_a_working_name_is_no_other_school() -> None:
    planned = ONE | {
        "school_name": "113-H-W-4",
        "status": "future",
        "city": "Office Town",
        "zip": "98111",
        "street": "1 Main",
    }
    found = life([planned], [ONE])
    assert set(found["event_kind"]) == {"opened", "renamed", "moved"}
    assert "working name" in found.loc[found["event_kind"] == "renamed", "reason"].iloc[0]


def test_a_school_under_a_working_name_has_not_opened() -> None:
    assert kinds(life([], [ONE | {"school_name": "113-H-W-4"}])) == []


def test_a_name_of_three_capital_letters_is_no_working_name_where_all_are_capitals() -> None:
    found = life([ONE | {"school_name": "SEPHARDIC GAN"}], [ONE | {"school_name": "YESHIVA TORAT EMET"}])
    assert found["reason"].tolist() == ["the name has changed wholly; NCES and state id are the same"]


@pytest.mark.parametrize(
    ("was", "now"),
    [("Stadium", "Stadium High School"), ("Puget Sound School", "Puget Sounds School"), ("Mt Sacred Heart School", "Mount Sacred Heart School"), ("The Depaul School", "Depaul School Inc")],
    ids=["the level", "a letter", "a short form", "small words"],
)  # fmt: skip
def test_one_name_written_in_two_ways(was: str, now: str) -> None:
    assert kinds(life([ONE | {"school_name": was}], [ONE | {"school_name": now}])) == [
        ("respelled", OLD, None, "certain")
    ]


def test_a_number_or_a_level_is_another_name() -> None:
    for was, now in (("PS 12", "PS 13"), ("Nestucca Elementary", "Nestucca High School")):
        assert kinds(life([ONE | {"school_name": was}], [ONE | {"school_name": now}])) == [
            ("renamed", OLD, None, "certain")
        ]


def test_two_ids_that_agree_are_the_school_whatever_else_has_changed() -> None:
    """An id that only stands in the earlier list says nothing of the later one."""
    other = {"school_name": "Quillback Elementary", "street": "9 Bay St", "city": "Cedarham", "zip": "98777"}
    assert set(life([ONE], [ONE | other])["event_kind"]) == {"renamed", "moved"}
    lists = dict(zip(YEARS, (a_list(ONE), a_list(ONE | other).assign(state_id_is_own=False)), strict=True))
    assert "recycled_id" in set(lives_of_schools(lists)["event_kind"])


def test_a_word_that_many_schools_have_does_not_make_two_names_one() -> None:
    was = ONE | NAMELESS_STATE | {"school_name": "Davenport Community Campus"}
    now = ONE | NAMELESS_STATE | {"school_name": "Fresh Start Community School"}
    assert life([was], [now])["reason"].tolist() == ["the name has changed wholly; the NCES id is the same"]


def test_programs_of_two_districts_are_not_one_school() -> None:
    was = ONE | NAMELESS_STATE | {"school_name": "Homebound", "district_name": "Alder"}
    now = was | {"nces_school_id": NEW, "street": None, "zip": None}
    assert kinds(life([was], [now])) == [("renumbered", OLD, NEW, "likely")]
    assert {kind for kind, *_ in kinds(life([was], [now | {"district_name": "Birch"}]))} == {"closed", "opened"}


def test_who_goes_on_under_an_id_that_was_there_before_has_joined_its_school() -> None:
    lists = {"2016-17": a_list(ONE, HIGH | NAMELESS_STATE), "2017-18": a_list(ONE | NAMELESS_STATE)}
    lists["2018-19"] = a_list(ONE | NAMELESS_STATE | {"nces_school_id": HIGH["nces_school_id"]})
    found = lives_of_schools(lists)
    told = found[found["school_year_after"] == "2018-19"]
    assert ("merged", OLD, HIGH["nces_school_id"], "likely") in kinds(told)


def test_moved() -> None:
    found = life([ONE], [ONE | {"street": "700 Bay Street", "zip": "98003"}])
    assert kinds(found) == [("moved", OLD, None, "likely")]
    assert found.loc[0, "what_is_now"] == "700 Bay Street, Alderton"
    assert kinds(life([ONE], [ONE | {"street": "12 MILL ROAD"}])) == []
    assert kinds(life([ONE], [ONE | {"street": "14 Mill Rd"}])) == []
    assert kinds(life([ONE], [ONE | {"street": "12 Mill", "zip": "98002"}])) == []


def test_moved_far_is_for_a_person() -> None:
    here, there = {"latitude": 47.0, "longitude": -122.0}, {"latitude": 48.0, "longitude": -122.0}
    found = life([ONE | here], [ONE | there | {"street": "700 Bay St", "zip": "98003"}])
    assert kinds(found) == [("moved", OLD, None, "doubtful")]
    assert "111.2 km" in found.loc[0, "reason"]


def test_an_id_given_out_anew() -> None:
    other = {
        "school_name": "Quillback Elementary",
        "street": "9 Bay St",
        "city": "Cedarham",
        "zip": "98777",
        "state_school_id": "WA-77-1",
    }
    found = life([ONE], [ONE | other])
    assert ("recycled_id", OLD, None, "doubtful") in kinds(found)
    assert "renamed" not in set(found["event_kind"])


def test_two_schools_at_one_address_became_one() -> None:
    joint = ONE | {"nces_school_id": NEW, "school_name": "Nestucca School", "state_school_id": "WA-12-9000"}
    found = kinds(life([ONE, MIDDLE], [joint]))
    assert sorted(row[:3] for row in found if row[0] == "merged") == [("merged", OLD, NEW), ("merged", THIRD, NEW)]


def test_a_school_taken_in_by_one_that_goes_on() -> None:
    found = life([ONE, MIDDLE], [ONE | {"school_name": "Nestucca Middle-High School"}])
    assert ("merged", THIRD, OLD, "likely") in kinds(found)
    assert "closed" not in set(found["event_kind"])


def test_a_school_of_its_name_at_its_address_is_doubtful_when_nothing_of_it_changed() -> None:
    found = kinds(life([ONE, MIDDLE], [ONE]))
    assert ("merged", THIRD, OLD, "doubtful") in found


def test_split() -> None:
    found = kinds(life([ONE], [ONE, MIDDLE]))
    assert ("split", OLD, THIRD, "doubtful") in found


def test_another_school_took_its_place() -> None:
    later = ONE | {"nces_school_id": NEW, "school_name": "Nestucca Community", "state_school_id": "WA-12-9000"}
    assert kinds(life([ONE], [later])) == [("succeeded", OLD, NEW, "doubtful")]


def test_a_state_and_the_bureau_list_one_school() -> None:
    twin = ONE | {"nces_school_id": "590009900001", "state": "BI", "state_school_id": "BI-D1-D1"}
    bureau = [
        FILLER[n] | {"nces_school_id": f"5900098{n:05d}", "state": "BI", "state_school_id": None} for n in range(3)
    ]
    found = kinds(life([ONE, twin, *bureau], [ONE, twin, *bureau]))
    assert ("reported_twice", "590009900001", OLD, "likely") in found


def test_several_schools_on_one_campus_are_told_once() -> None:
    found = life([ONE, MIDDLE], [ONE, MIDDLE])
    assert kinds(found) == [
        ("shared_campus", OLD, THIRD, "certain"),
        ("shared_campus", THIRD, OLD, "certain"),
    ]
    assert found["school_year_after"].unique().tolist() == ["2017-18"]


def test_a_private_school_that_a_wave_does_not_have_did_not_close() -> None:
    private = {"nces_school_id": "A1592001", "school_name": "St Anne School", "leaid": None, "status": None}
    others = [
        {
            "nces_school_id": f"B000000{n}",
            "school_name": f"Other {n}{chr(97 + n)}",
            "street": f"{n} Elm",
            "zip": "98222",
        }
        for n in range(3)
    ]
    lists = {
        "2013-14": a_list(private, *others),
        "2015-16": a_list(*others),
        "2017-18": a_list(private, *others),
    }
    found = lives_of_schools(lists)
    assert found["event_kind"].tolist() == ["not_listed", "listed_again"]
    # The survey does not know every school: the name alone is no proof, in another place.
    elsewhere = a_list(
        private | {"nces_school_id": "A1599999", "city": "Birchport", "zip": "98555", "street": "7 Bay St"}, *others
    )
    found = lives_of_schools({"2013-14": lists["2013-14"], "2015-16": elsewhere})
    assert ("renumbered", "A1592001", "A1599999", "doubtful") in kinds(found)
    renumbered = {"2013-14": lists["2013-14"], "2015-16": a_list(private | {"nces_school_id": "A1599999"}, *others)}
    assert kinds(lives_of_schools(renumbered)) == [("renumbered", "A1592001", "A1599999", "likely")]


def test_an_excerpt_closes_no_school() -> None:
    whole = a_list(ONE, MIDDLE)
    excerpt = whole.head(3).reset_index(drop=True)
    assert "closed" not in set(lives_of_schools({"2017-18": whole, "2018-19": excerpt})["event_kind"])


def test_lists_come_from_files_of_their_own_year_and_are_read_once() -> None:
    sources = load_sources()
    rows = a_list(ONE).assign(source="nces_ccd_029", file_year="2018-19")
    older = a_list(ONE | {"school_name": "Old Name"}).assign(source="nces_ccd_129", file_year="2016-17")
    geo = rows.assign(source="nces_edge", file_year="2015-16", street="7 Geo St", school_name=None)
    parts = [
        Part(sources["nces_ccd_029"], rows, True),
        Part(sources["nces_ccd_029"], rows.assign(school_name="read again"), True),
        Part(sources["nces_ccd_129"], older.assign(street=None), True),
        Part(sources["nces_edge"], geo, False),
    ]
    lists = lists_by_year(parts)
    assert list(lists) == ["2016-17", "2018-19"]
    assert "read again" not in set(lists["2018-19"]["school_name"])
    # Geocodes of the year before lend an address; they list no school themselves.
    assert lists["2016-17"].set_index("nces_school_id").loc[OLD, "street"] == "7 Geo St"


HIGH = {"nces_school_id": "539900100005", "school_name": "Tillicum High School", "state_school_id": "WA-12-3459"}
TWIN = ONE | {"nces_school_id": "590009900001", "state": "BI", "state_school_id": "BI-D1-D1"}
WORLD = [
    ([HIGH, ONE, MIDDLE, TWIN], [MIDDLE, TWIN, HIGH, ONE]),
    ([ONE], [ONE | {"nces_school_id": NEW}]),
    ([ONE, MIDDLE], [ONE | {"school_name": "Nestucca Middle-High School"}]),
    (
        [ONE | NAMELESS_STATE, MIDDLE],
        [MIDDLE | {"nces_school_id": NEW}, ONE | {"street": "700 Bay St", "zip": "98003"}],
    ),
]


@settings(max_examples=4, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(WORLD))
def test_the_order_of_the_rows_changes_nothing(random: object, world: tuple[list[dict], list[dict]]) -> None:
    lists = [a_list(*rows) for rows in world]
    shuffled = []
    for rows in lists:
        order = list(range(len(rows)))
        random.shuffle(order)  # type: ignore[attr-defined]
        shuffled.append(rows.iloc[order].reset_index(drop=True))
    told, again = (lives_of_schools(dict(zip(YEARS, both, strict=True))) for both in (lists, shuffled))
    pd.testing.assert_frame_equal(told, again)


def test_another_run_of_python_tells_the_same() -> None:
    """Sets of words and ids have another order in every run of Python, unless the seed of its hashes is the same."""
    code = "from tests.stages.test_linked_school_life import told_of_all; print(told_of_all())"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.strip() == told_of_all().strip()
    assert "shared_campus" in told


def told_of_all() -> str:
    return "".join(life(*world).to_csv() for world in WORLD)


def test_time_turned_round_renumbers_the_other_way_and_opens_what_closed() -> None:
    was, now = [ONE, MIDDLE | {"street": "5 Oak St", "zip": "98009"}], [ONE | {"nces_school_id": NEW}]
    forth, back = kinds(life(was, now)), kinds(life(now, was))
    assert ("renumbered", OLD, NEW, "certain") in forth
    assert ("renumbered", NEW, OLD, "certain") in back
    assert ("closed", THIRD, None, "likely") in forth
    assert ("opened", THIRD, None, "likely") in back


@pytest.mark.parametrize("field", ["school_name", "street", "city", "zip", "state_school_id", "district_name"])
def test_what_is_not_known_is_no_change(field: str) -> None:
    assert kinds(life([ONE | {field: None}], [ONE])) == []
    assert kinds(life([ONE], [ONE | {field: None}])) == []
