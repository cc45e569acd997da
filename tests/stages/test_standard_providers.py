"""Other providers: course lists in one cell, blank and shared ids, rows of other countries."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.standard.provider_offerings import standardise_provider_offerings
from pipelines.standard.split import unaccounted
from schemas.columns import SCHOOL_DETAILS
from tests.unit.received_by_hand import fate, fired, received_by_hand, source_of

SOUND = {
    "school_name": "Kestrel High",
    "nces_school_id_given": "120009000067",
    "city": "TAMPA",
    "zip": "33610",
    "district_name": "Kestrel County",
    "state": "FL",
    "country": "United States",
    "provider_course": "Intro Full",
}


def standardise(*rows, **options):
    received = received_by_hand("teals", {"list.csv": list(rows)}, **options)
    result = standardise_provider_offerings(received, source_of("teals"), "2018-19")
    assert unaccounted(result.accounts).empty
    return result


def test_a_list_of_courses_becomes_one_row_each():
    cells = ["AP CSP, Intro Full", "AP, AP", "AP,ap ,", "Other", "", " , "]
    result = standardise(*({**SOUND, "city": f"Town {n}", "provider_course": cell} for n, cell in enumerate(cells)))
    found = [c if pd.notna(c) else None for c in result.table["provider_course"]]
    assert found == ["AP CSP", "Intro Full", "AP", "AP", "Other", None, None]
    assert result.table["record_id"].tolist()[:2] == [
        "teals:teals/2018-19/list.csv:2",
        "teals:teals/2018-19/list.csv:2:2",
    ]
    assert result.accounts.iloc[0]["rows_kept"] == len(cells)
    assert result.findings.empty
    assert set(result.table["provider"]) == {"TEALS"}


CASES = [
    ({}, [], "kept"),
    ({"nces_school_id_given": ""}, [], "kept"),
    ({"nces_school_id_given": "00489531"}, [], "kept"),
    ({"school_name": "", "nces_school_id_given": ""}, ["S26"], "rejected"),
    ({"school_name": ""}, [], "kept"),
    ({"school_name": "", "nces_school_id_given": "12"}, ["D01"], "rejected"),
    ({"nces_school_id_given": "12"}, ["D01"], "kept"),
    ({"nces_school_id_given": "1.2E+11"}, ["D03"], "kept"),
    ({"nces_school_id_given": "10000500871", "state": "AL"}, ["D02"], "kept"),
    ({"nces_school_id_given": "489531"}, ["D09"], "kept"),
    ({"state": "GA"}, ["D05"], "kept"),
    ({"state": "Atlantis"}, ["D32"], "kept"),
    ({"zip": "1"}, ["D17"], "kept"),
]


@pytest.fixture(scope="module")
def judged():
    return standardise(*({**SOUND, "city": f"Town {n}", **change} for n, (change, _, _) in enumerate(CASES)))


@pytest.mark.parametrize("case", range(len(CASES)), ids=[str(change) for change, _, _ in CASES])
def test_rows_are_checked(judged, case):
    _, rules, became = CASES[case]
    assert fired(judged, case + 2) == rules
    assert fate(judged, case + 2) == became


def test_eleven_digits_of_another_state_are_not_padded():
    result = standardise({**SOUND, "nces_school_id_given": "10000500871"})
    assert result.findings[["rule_id", "severity"]].values.tolist() == [["D01", "warn"]]
    assert pd.isna(result.table.iloc[0]["nces_school_id_given"])


def test_two_schools_that_share_an_id_stay_apart():
    result = standardise(SOUND, {**SOUND, "school_name": "Osprey Prep"})
    assert len(result.table) == 2


def test_a_repeated_row_is_folded_into_the_first_and_counted():
    result = standardise(
        SOUND, {**SOUND, "school_name": "KESTREL HIGH"}, {**SOUND, "provider_course": "Intro Full, AP"}
    )
    assert result.table[["row", "provider_course", "source_rows"]].values.tolist() == [
        [2, "Intro Full", 3],
        [4, "AP", 1],
    ]
    assert result.findings[["rule_id", "row"]].values.tolist() == [["S16", 3]]
    assert result.accounts.iloc[0][["rows_kept", "rows_merged"]].tolist() == [2, 1]


def test_street_and_grades_of_a_school_are_taken_and_tell_namesakes_apart():
    low = {**SOUND, "nces_school_id_given": "", "street": "1 Elm St", "county": "12057", "grade_span": "KG-05"}
    high = {**low, "street": "2 Elm St", "county": "Hillsborough", "grade_span": "9-Dec"}
    result = standardise(low, high, {**low, "street": "1 ELM ST."})
    told = result.table[["row", *SCHOOL_DETAILS, "source_rows"]].astype(object)
    assert told.where(told.notna(), None).values.tolist() == [
        [2, "1 Elm St", None, "KG", "05", None, 2],
        [3, "2 Elm St", "Hillsborough", None, None, None, 1],
    ]
    assert fired(result, 3) == ["D33"]
    assert fired(result, 4) == ["S16"]


def test_the_list_of_local_schools_is_read_as_it_is_published():
    row = {"school_name": "Kestrel High", "school_level": "Middle School | High School", "street": "None"}
    received = received_by_hand(
        "local_schools", {"l.csv": [{**row, "state": "Fl", "zip": "33610-1", "country": "USA"}]}
    )
    (found,) = standardise_provider_offerings(received, source_of("local_schools"), "2018-19").table.to_dict("records")
    assert (found["school_level"], found["state"]) == (row["school_level"], "FL")
    assert pd.isna(found["street"])


def test_rows_of_other_countries_are_left_out_and_counted():
    result = standardise(SOUND, {**SOUND, "country": "Canada", "state": "BC"})
    assert result.findings[["rule_id", "finding_rows"]].values.tolist() == [["A05", 1]]
    assert result.accounts.iloc[0][["rows_kept", "rows_excluded"]].tolist() == [1, 1]


def test_shuffled_rows_give_the_same_table():
    rows = [{**SOUND, "provider_course": c} for c in ("AP, Other", "Other", "AP", "Intro S1")]
    received = received_by_hand("teals", {"list.csv": rows})
    first = standardise_provider_offerings(received, source_of("teals"), "2018-19")
    received.rows = received.rows.sample(frac=1, random_state=1)
    second = standardise_provider_offerings(received, source_of("teals"), "2018-19")
    pd.testing.assert_frame_equal(first.table, second.table)
