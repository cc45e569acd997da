"""What entries of a directory tell of their time, and what is taken out of a list's names before they are compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines.linked.match_beside import beside
from pipelines.linked.match_cleaning import with_state_written_out, without_tails
from pipelines.linked.match_entries import came_after, entries, first_years, listing_levels
from pipelines.linked.match_grades import alone_with_level
from pipelines.linked.match_levels import BESIDE, DISTRICT, LEVELS, LISTING, NAME, OFTEN, PLACE, RANKS
from pipelines.linked.match_schools import find_pairs, match_schools
from pipelines.linked.match_sides import prepare


def sides_of(records: list[str], schools: list[str], state: str = "WV") -> tuple[list[set[str]], list[set[str]]]:
    """Telling words of each record and school, each written "name|district|city"."""

    def frame(rows: list[str]) -> pd.DataFrame:
        parts = [[*row.split("|"), "", ""][:3] for row in rows]
        table = pd.DataFrame(parts, columns=["school_name", "district_name", "city"]).replace("", None).astype("str")
        return table.assign(state=state)

    sides = prepare(frame(records), frame(schools).assign(nces_id=[f"S{n}" for n in range(len(schools))]))
    words = [
        {str(sides.vocabulary[w]) for w in sides.core.word[sides.core.start[r] : sides.core.start[r + 1]]}
        for r in range(len(records) + len(schools))
    ]
    return words[: len(records)], words[len(records) :]


@pytest.mark.parametrize(
    ("given", "year"),
    [("A1700123", 2017), ("BB990004", 1999), ("K9300001", 1993), ("00012345", 1980), ("010000500870", 0)],
)
def test_ids_of_the_survey_tell_when_they_were_first_given(given: str, year: int) -> None:
    assert first_years(pd.Series([given], dtype="str")).tolist() == [year]


def test_of_a_school_listed_twice_the_older_id_is_its_own() -> None:
    ids = pd.Series(["A1700001", "A9900001", "00000001", "010000500870", "010000500871"], dtype="str")
    address = np.array([7, 7, 8, 9, 9])
    assert entries(ids, [address]).tolist() == [2, 1, 0, 0, 0]  # public ids tell no time
    assert entries(ids, [np.array([-1, -1, 8, 9, 9])]).tolist() == [0, 0, 0, 0, 0]  # no address, no twin


def test_a_file_that_never_names_the_newest_schools_came_before_them() -> None:
    listed = np.repeat([1980, 1999, 2013, 2016], 250)
    old = np.repeat([1980, 1999, 2013], 100)
    assert came_after(old, listed) == 2016
    assert came_after(np.append(old, np.full(100, 2016)), listed) == 0  # as often as they are listed
    assert came_after(old[::10], listed) == 0  # too few to tell


def test_entries_without_grades_count_only_against_files_that_never_name_them() -> None:
    listed = np.repeat([0, 1], [800, 200])
    pairs = np.repeat([0, 1], [300, 100])
    first = np.arange(400)
    never = listing_levels(pairs, first, np.arange(400) < 300, listed)
    often = listing_levels(pairs, first, np.ones(400, dtype=bool), listed)
    lacks = LISTING.index("without grades") * len(OFTEN)
    assert set(never[300:]) == {lacks + OFTEN.index("rarely")}
    assert set(often[300:]) == {lacks + OFTEN.index("as often")}
    assert set(never[:300]) == {0}


def test_a_mark_that_a_list_puts_behind_its_names_is_no_part_of_them() -> None:
    marked = [f"{name} High School EX" for name in ("Ashlow", "Birchen", "Corvale", "Dunmere", "Elsby")]
    records, _ = sides_of(marked, ["Ashlow High School", "Birchen High School"])
    assert records[0] == {"ashlow"}
    fewer, _ = sides_of(marked[:3], ["Ashlow High School"])
    assert "ex" in fewer[0]
    borne, _ = sides_of(marked, ["Ashlow High School", "Tarn Middle School Ex"])
    assert "ex" in borne[0]  # a school of the state bears it


def test_words_with_a_meaning_are_no_marks() -> None:
    fairs = [f"{name} High School Fair" for name in ("Ashlow", "Birchen", "Corvale", "Dunmere", "Elsby")]
    records, _ = sides_of(fairs, ["Ashlow High School"])
    assert "fair" in records[0]


def test_doubled_words_initials_and_chains() -> None:
    records, schools = sides_of(
        ["Ashlow Ashlow Central School", "Vale Ski and Sled Academy (VSSA)"],
        ["Beacon H S of Penwick|Beacon High Schools|Penwick", "Vale Ski & Sled Academy"],
    )
    assert records[0] == {"ashlow", "central"}
    assert "vssa" not in records[1]
    assert records[1] == schools[1]


def test_the_beginning_of_the_district_at_the_end_of_a_name_is_cut() -> None:
    names = pd.Series(["TARN MIDDLE SCHOOL ST.", "TARN MIDDLE SCHOOL", None], dtype="str")
    districts = pd.Series(["ST. BRENDAN", "ST. BRENDAN", "ST. BRENDAN"], dtype="str")
    assert without_tails(names, districts).tolist()[:2] == ["TARN MIDDLE SCHOOL", "TARN MIDDLE SCHOOL"]
    assert without_tails(names, pd.Series([None, "TARN", None], dtype="str")).tolist()[0] == "TARN MIDDLE SCHOOL ST."


@pytest.mark.parametrize(
    ("name", "state", "written"),
    [
        ("NM School for the Arts", "NM", "New Mexico School for the Arts"),
        ("MS School for Math", "MS", "Mississippi School for Math"),
        ("Tarn MS", "MS", "Tarn MS"),
        ("NM School for the Arts", "TX", "NM School for the Arts"),
    ],
)
def test_the_code_of_its_own_state_is_written_out(name: str, state: str, written: str) -> None:
    out = with_state_written_out(pd.Series([name], dtype="str"), pd.Series([state], dtype="str"))
    assert out.tolist() == [written]


def test_the_only_high_school_of_a_town() -> None:
    high, middle = 8, 4
    taught = np.array([high, high | middle, high, high, middle])
    regular = np.array([True, True, True, False, True])
    place = np.array([0, 1, 2, 2, -1])
    alone = alone_with_level(taught, regular, 0, [place])
    assert alone.tolist() == [high, high | middle, high, 0, 0]  # an alternative school beside it takes nothing away


def codes(**levels: list[int]) -> dict[str, np.ndarray]:
    n = len(next(iter(levels.values())))
    empty = {key: np.zeros(n, dtype=np.int64) for key in LEVELS}
    return empty | {key.replace("_", " "): np.array(values) for key, values in levels.items()}


def test_a_namesake_in_another_district_is_outdone_by_the_one_in_the_district_given() -> None:
    same, differ = DISTRICT.index("same"), DISTRICT.index("differ")
    pairs = codes(name=[0, 0, 0], district=[same, differ, same])
    levels = beside(pairs, np.array([0, 0, 1]))["district beside others"]
    assert [BESIDE[level] for level in levels] == ["alone the best", "another fits better", "as good as any"]


def test_another_name_in_the_right_district_outdoes_nobody() -> None:
    same, differ = DISTRICT.index("same"), DISTRICT.index("differ")
    pairs = codes(name=[0, NAME.index("nothing in common")], district=[differ, same])
    levels = beside(pairs, np.array([0, 0]))["district beside others"]
    assert BESIDE[levels[0]] == "as good as any"


def test_how_pairs_stand_does_not_depend_on_their_order() -> None:
    random = np.random.default_rng(4)
    pairs = codes(
        name=random.integers(0, len(NAME), 60).tolist(), district=random.integers(0, len(DISTRICT), 60).tolist()
    )
    record, order = np.repeat(np.arange(12), 5), random.permutation(60)
    plain, turned = beside(pairs, record), beside({key: values[order] for key, values in pairs.items()}, record[order])
    for key in RANKS:
        assert np.array_equal(plain[f"{key} beside others"][order], turned[f"{key} beside others"])


def test_of_two_entries_of_one_private_school_the_older_is_matched() -> None:
    twice = pd.DataFrame(
        {
            "nces_id": ["A1700001", "A9900001"],
            "school_name": ["Tarn Hollow Academy", "Tarn Hollow Academy"],
            "city": "Penwick",
            "zip": "40101",
            "street": "9 Fir Rd",
            "state": "KY",
            "sector": "private",
        }
    )
    asked = pd.DataFrame(
        {
            "record_id": ["1"],
            "school_name": ["Tarn Hollow Academy"],
            "city": ["Penwick"],
            "zip": ["40101"],
            "state": "KY",
        }
    ).assign(street="9 Fir Rd")
    for listed in (twice, twice.iloc[::-1]):
        found = match_schools(asked, listed).iloc[0]
        assert found["nces_id"] == "A9900001"
        assert "the older of two entries" in found["match_reason"]


@pytest.mark.parametrize(
    ("north", "place"),
    [
        (0.0005, "near zip; same address"),
        (0.03, "near zip; unknown"),
        (2.0, "elsewhere; unknown"),
        (None, "unknown; unknown"),
    ],
)
def test_coordinates_say_what_columns_leave_open(north: float | None, place: str) -> None:
    asked = pd.DataFrame({"state": ["KY"], "school_name": ["Tarn Hollow School"]})
    listed = asked.assign(nces_id="S1", latitude="38.0", longitude="-84.5")
    if north is not None:
        asked = asked.assign(latitude=str(38.0 + north), longitude="-84.5")
    pairs = find_pairs(asked.assign(record_id="1"), listed)
    assert PLACE[pairs.codes["place"][0]] == place
