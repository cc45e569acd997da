"""Whether rows of the directory, and the directory as a whole, agree with themselves: at the bounds, row by row."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipelines.shared.findings import conform
from pipelines.standard.nces_directory_checks import check_directory
from pipelines.standard.nces_row_checks import CHECKED, check_rows, outside_state
from schemas.columns import GRADES, RACES
from schemas.state_facts import STATE_BOXES
from schemas.thresholds import threshold
from tests.unit.nces_by_hand import nces_sources

YEAR = "2018-19"
CCD = nces_sources()["nces_ccd_029"]
PART: dict[str, Any] = {
    "state": "AL",
    "location_state": "AL",
    "status": "open",
    "zip": "35950",
    "latitude": 34.0,
    "longitude": -86.0,
    "grade_low": "09",
    "grade_high": "12",
    "offers_high": True,
    "offers_k8": False,
}
TYPES = {"latitude": "Float64", "longitude": "Float64", "offers_high": "boolean", "offers_k8": "boolean"}
COUNTED = ("students_total", "students_by_grade", *(f"students_{race}" for race in RACES))
SENT = dict.fromkeys((*CHECKED, "status", "school_type")) | {"file_year": YEAR}


SPEAKS_OF: dict[str, tuple[str, str | None]] = {
    "D10": ("status", "the same in status and in its code"),
    "D11": ("school_type", "the same in school_type and in its code"),
    "D12": ("effective_date", None),
    "D14": ("grade_low", None),
    "D15": ("level", None),
    "D16": ("status", None),
    "D17": ("zip", "a ZIP code of the state"),
    "D18": ("location_state", None),
    "D19": ("latitude", "a position in the state"),
    "D23": ("students_total", None),
}
"""Rule -> the column it speaks of, and what it expects where the rule's own sentence does not say so."""


def check(*rows: dict[str, Any]) -> dict[str, list[int]]:
    """Places of the rows that broke each rule; a row is given by what is not as in PART, SENT and the grades 09-12."""
    index = [10 * n + 7 for n in range(len(rows))]

    def table(names: Any, defaults: dict[str, Any]) -> pd.DataFrame:
        return pd.DataFrame([{name: row.get(name, defaults.get(name)) for name in names} for row in rows], index=index)

    sent = table([*SENT, "sent_status"], SENT).astype("str")
    sent["status"] = sent.pop("sent_status")
    part = table(PART, PART).astype({name: TYPES.get(name, "str") for name in PART})
    given = [row.get("flags", ("09", "12")) for row in rows]
    flags = pd.DataFrame(
        [{grade: None if some is None else grade in some for grade in GRADES} for some in given], index=index
    ).astype("boolean")
    counts = table(COUNTED, {}).astype("Int64")
    found: dict[str, list[int]] = {}
    for one in check_rows(sent, part, flags, counts, CCD):
        assert one.rows.index.tolist() == index
        assert one.rows.dtype == bool
        assert (one.column, one.expected) == SPEAKS_OF[one.rule_id]
        found[one.rule_id] = [place for place, broke in enumerate(one.rows) if broke]
    return {rule_id: places for rule_id, places in found.items() if places}


def test_sound_rows_break_nothing_and_say_of_which_column_they_are_asked() -> None:
    assert check({}, {}) == {}
    assert check(dict.fromkeys(PART)) == {}, "what a file lacks is not compared"


@pytest.mark.parametrize(
    ("change", "rule_id"),
    [
        ({"sent_status": "Open", "status_code": "1"}, None),
        ({"sent_status": "Open", "status_code": "2"}, "D10"),
        ({"sent_status": "Open", "status_code": "M"}, None),
        ({"sent_status": None, "status_code": "2"}, None),
        ({"school_type": "1", "school_type_text": "Regular School"}, None),
        ({"school_type": "1", "school_type_text": "Other/Alternative"}, "D11"),
        ({"school_type": "1", "school_type_text": "odd"}, None),
        ({"effective_date": "07/01/2018"}, None),
        ({"effective_date": "06/30/2018"}, None),
        ({"effective_date": "06/30/2020"}, None),
        ({"effective_date": "07/01/2020"}, "D12"),
        ({"effective_date": "06/30/2017"}, "D12"),
        ({"effective_date": "2017-07-01"}, None),
        ({"effective_date": "2016-12-31"}, "D12"),
        ({"effective_date": "01JUL2017:00:00:00"}, None),
        ({"effective_date": "01JAN2014:00:00:00"}, "D12"),
        ({"effective_date": "soon"}, "D12"),
        ({"effective_date": "M"}, None),
        ({"grade_low": "10"}, "D14"),
        ({"flags": ()}, "D16"),
        ({"flags": (), "status": "closed"}, None),
        ({"flags": (), "status": "reopened"}, "D16"),
        ({"no_grades": "Yes"}, "D16"),
        ({"no_grades": "Yes", "status": "closed"}, None),
        ({"no_grades": "No"}, None),
        ({"level": "High"}, None),
        ({"level": "Elementary"}, "D15"),
        ({"level": "High", "offers_high": False}, "D15"),
        ({"level": "High", "offers_high": None}, None),
        ({"level": "Other", "offers_high": False}, None),
        ({"zip": "30301"}, "D17"),
        ({"zip": None}, None),
        ({"zip": "30301", "location_state": "GA", "out_of_state": "Yes"}, "D19"),
        ({"location_state": "GA", "zip": "30301", "latitude": 33.7, "longitude": -84.4}, "D18"),
        ({"location_state": "GA", "zip": "30301", "latitude": None, "out_of_state": "Yes"}, None),
        ({"location_state": "GA", "zip": "30301", "latitude": None, "out_of_state": "No"}, "D18"),
        ({"location_state": "AZ", "state": "BI", "zip": "86001", "latitude": None}, None),
        ({"location_state": None, "state": "BI", "zip": "86001", "latitude": None}, None),
        ({"location_state": None, "zip": "30301"}, "D17"),
        ({"latitude": 40.0}, "D19"),
        ({"longitude": None, "latitude": 99.0}, None),
        ({"students_total": 10, "students_wh": 10}, None),
        ({"students_total": 10, "students_wh": 6, "students_bl": 5}, "D23"),
        ({"students_total": 10, "students_wh": None}, None),
        ({"students_total": None, "students_wh": 5}, None),
        ({"students_total": 10, "students_by_grade": 11}, None),
        ({"students_total": 10, "students_by_grade": 12}, "D23"),
        ({"students_total": 10, "students_by_grade": 8}, "D23"),
    ],
)
def test_a_row_compared_with_itself(change: dict[str, Any], rule_id: str | None) -> None:
    assert check({}, change, {}) == ({rule_id: [1]} if rule_id else {})
    assert check(change) == ({rule_id: [0]} if rule_id else {})


@pytest.mark.parametrize(
    ("north", "east", "is_outside"),
    [
        (30.01, -88.59, False), (35.19, -84.71, False), (29.99, -86.0, True), (35.21, -86.0, True),
        (34.0, -88.61, True), (34.0, -84.69, True), (None, -86.0, False), (34.0, None, False),
    ],
)  # fmt: skip
def test_a_position_lies_in_the_box_of_its_state_or_a_little_beside_it(
    north: float | None, east: float | None, is_outside: bool
) -> None:
    """Alabama is 30.1 to 35.1 north and 84.8 to 88.5 west; a tenth of a degree beside it is near enough."""
    part = pd.DataFrame({"latitude": [34.0, north], "longitude": [-86.0, east]}, index=[7, 3]).astype("Float64")
    state = pd.Series(["AL", "AL"], index=part.index, dtype="str")
    assert outside_state(part, state).to_dict() == {7: False, 3: is_outside}
    assert not outside_state(part, state.mask(state == "AL", "ZZ")).any(), "a state without a box rules nothing out"
    assert not outside_state(part, state.mask(state == "AL")).any()


def test_the_line_around_a_state_belongs_to_it() -> None:
    slack = threshold("d19_slack")
    south, up, west, right = STATE_BOXES["AL"][0]
    edges = [(south - slack, west), (up + slack, west), (south, west - slack), (south, right + slack)]
    part = pd.DataFrame(edges, columns=["latitude", "longitude"]).astype("Float64")
    assert not outside_state(part, pd.Series(["AL"] * 4, dtype="str")).any()


def test_a_state_of_two_boxes_and_others_beside_it() -> None:
    places = [("AK", 52.0, 178.0), ("AK", 61.2, -149.9), ("AK", 52.0, 160.0), (None, 0.0, 0.0), ("AL", 61.2, -149.9)]
    frame = pd.DataFrame(places, columns=["state", "latitude", "longitude"])
    part = frame[["latitude", "longitude"]].astype("Float64")
    assert outside_state(part, frame["state"].astype("str")).tolist() == [False, False, True, False, True]


SCHOOL: dict[str, Any] = {
    "school_year": YEAR,
    "state": "AL",
    "sector": "public",
    "school_type": "regular",
    "is_operating": True,
    "is_virtual": False,
    "students_total": 300,
    "street": "402 E Oak Ave",
    "city": "Blue River",
    "directory_sources": f"nces_ccd_029 {YEAR}",
}


def whole(*changes: dict[str, Any], year: str = YEAR) -> list[tuple[Any, ...]]:
    """Rule, place, column and value of each finding on a directory of those schools; numbers and names of their own."""
    rows = [
        {
            **SCHOOL,
            "nces_school_id": f"0100005008{n:02d}",
            "state_school_id": f"AL-1-{n}",
            "school_name": f"School {chr(65 + n)}",
            **change,
        }
        for n, change in enumerate(changes)
    ]
    schools = conform(pd.DataFrame(rows), "nces_schools").set_index(pd.Index([10 * n + 7 for n in range(len(rows))]))
    where = pd.DataFrame({"source": "nces_ccd_029", "file": "a.csv", "sheet": None, "row": range(len(rows))})
    found = check_directory(schools, where.set_index(schools.index), year)
    assert set(found["stage"]) <= {"standard"}
    assert set(found["school_year"]) <= {year}
    shown = found[["rule_id", "row", "column", "value"]].astype(object)
    return list(shown.where(shown.notna(), None).itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([{}, {}], []),
        ([{}, {"state_school_id": "AL-1-0"}], [("D08", 0, "state_school_id", "AL-1-0"), ("D08", 1, "state_school_id", "AL-1-0")]),
        ([{"state_school_id": None}, {"state_school_id": None}], []),
        ([{}, {"frl_eligible": 301}], [("D24", 1, "frl_eligible", None)]),
        ([{}, {"frl_eligible": 300}], []),
        ([{}, {"frl_eligible": 5, "students_total": None, "school_type": "alternative"}], []),
        ([{}, {"students_total": 0}], [("D25", 1, "students_total", "0")]),
        ([{}, {"students_total": None}], [("D25", 1, "students_total", None)]),
        ([{}, {"students_total": None}, {"students_total": None}], []),
        ([{}, {"students_total": 0, "school_type": "alternative"}], []),
        ([{}, {"students_total": 0, "is_operating": False}], []),
        ([{}, {"students_total": 0, "is_operating": None}], []),
        ([{}, {"students_total": 1}], []),
        ([{}, {"students_total": 10_000}], []),
        ([{}, {"students_total": 10_001}], [("D26", 1, "students_total", "10001")]),
        ([{}, {"students_total": 10_001, "is_virtual": True}], []),
        ([{}, {"students_total": 10_001, "is_virtual": None}], [("D26", 1, "students_total", "10001")]),
        ([{}, {"sector": "charter"}], []),
        ([{}, {"sector": "charter", "state": "SD"}], [("D27", 1, "sector", "SD")]),
        ([{}, {"sector": "charter", "state": "CA"}], []),
        ([{}, {"sector": "public", "state": "SD"}], []),
        ([{}, {"is_virtual": True, "latitude": 34.0}], [("D29", 1, "latitude", None)]),
        ([{}, {"is_virtual": True}], []),
        ([{}, {"is_virtual": None, "latitude": 34.0}], []),
        ([{}, {"city": "N/A"}], [("D30", 1, "city", "N/A")]),
        ([{"street": "\u2021"}, {"county": "Not reported"}], [("D30", 0, "street", "\u2021"), ("D30", 1, "county", "Not reported")]),
        ([{}, {"school_name": "None"}, {"school_name": "M"}], []),
    ],
)  # fmt: skip
def test_the_directory_compared_with_itself(changes: list[dict[str, Any]], found: list[tuple[Any, ...]]) -> None:
    assert whole(*changes) == found


def test_a_charter_law_holds_from_its_year_on() -> None:
    charter = {"sector": "charter", "state": "AL"}
    assert whole(charter, year="2015-16") == []
    assert whole(charter, year="2014-15") == [("D27", 0, "sector", "AL")]


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ({"school_name": "SCHOOL A", "street": "402 E. OAK AVE", "city": "blue river"}, True),
        ({"school_name": "School A", "state": "GA"}, False),
        ({"school_name": "School A", "street": "402 W Oak Ave"}, False),
        ({"school_name": "School A", "city": "Red River"}, False),
        ({"school_name": "School A", "street": None}, False),
        ({"school_name": "School Aa"}, False),
    ],
)
def test_a_name_and_address_stand_once(other: dict[str, Any], is_same: bool) -> None:
    told = [("D28", 0, "school_name", "010000500800"), ("D28", 1, "school_name", "010000500801")]
    assert whole({}, other, {"school_name": "Far High", "city": "Far"}) == (told if is_same else [])


@pytest.mark.parametrize(
    ("joined", "of", "severity"),
    [(199, 200, None), (198, 200, "warn"), (190, 200, "warn"), (189, 200, "block"), (0, 200, None)],
)
def test_geocodes_of_the_year_have_nearly_every_public_school(joined: int, of: int, severity: str | None) -> None:
    rows = [
        {
            **SCHOOL,
            "nces_school_id": f"0100005{n:05d}" if n < of else f"A{n:07d}",
            "school_name": f"School {n}",
            "directory_sources": f"nces_ccd_029 {YEAR}|nces_edge {YEAR if n < joined else '2014-15'}",
        }
        for n in range(of + 3)
    ]
    schools = conform(pd.DataFrame(rows), "nces_schools")
    where = pd.DataFrame({"source": "nces_ccd_029", "file": "a.csv", "sheet": None, "row": range(len(rows))})
    found = check_directory(schools, where, YEAR)
    found = found[found["rule_id"] == "D20"]
    shown = found[["severity", "source", "file", "value", "finding_rows", "stage", "school_year"]].to_numpy().tolist()
    told = [[severity, "nces_edge", "", f"{joined / of:.1%}", of - joined, "standard", YEAR]]
    assert shown == (told if severity else [])
