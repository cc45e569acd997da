"""Regional partners: areas as they are sent, and one partner or none for each school."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.reconciled.requests import follow_requests
from pipelines.reconciled.school_partners import map_schools
from pipelines.season.steps.windows import every_window
from pipelines.shared.findings import conform
from pipelines.standard.partner_regions import standardise_partner_regions
from pipelines.standard.split import unaccounted
from tests.unit.received_by_hand import fate, fired, received_by_hand, source_of

YEAR = "2018-19"
AREA = {"partner_id": "7", "partner_name": "Kestrel Center", "partner_class": "other", "state": "FL"}


def standardise(*rows: dict[str, str]):
    result = standardise_partner_regions(received_by_hand("partners", {"p.csv": [*rows]}), source_of("partners"), YEAR)
    assert unaccounted(result.accounts).empty
    return result


def test_areas_are_states_or_zip_codes():
    rows = [
        {**AREA, "state": "Florida"},
        {**AREA, "state": "", "zip": "33701-1234"},
        {**AREA, "zip": "33701"},
        {**AREA, "state": ""},
        {**AREA, "state": "PR"},
        {**AREA, "state": "", "zip": "3701"},
        {**AREA, "state": "GA", "partner_name": ""},
        {**AREA, "state": "AL", "partner_class": ""},
        {**AREA, "state": "AK", "deleted_at": "2018-01-01"},
    ]
    result = standardise(*rows)
    areas = result.table[["state", "zip"]].fillna("").agg("".join, axis=1)
    assert areas.tolist() == ["FL", "33701", "AL"]
    assert result.table["partner_class"].tolist() == ["other"] * 3
    assert [fired(result, n) for n in range(4, 9)] == [["G02"], ["G02"], ["G03"], ["G03"], ["G01"]]
    assert (fate(result, 9), fired(result, 9)) == ("kept", [])
    assert result.accounts["rows_excluded"].tolist() == [1]


def regions(*areas: tuple[str, str]) -> pd.DataFrame:
    """Areas as (partner, state or ZIP code)."""
    rows = [
        {"partner_id": who, "state": area if area.isalpha() else None, "zip": area if area.isdigit() else None}
        for who, area in areas
    ]
    return conform(pd.DataFrame(rows), "partner_regions")


SCHOOLS = pd.DataFrame(
    [("2", "FL", "33701"), ("1", "FL", "33702"), ("3", "GA", None), ("4", "FL", "33703-1111")],
    columns=["nces_school_id", "state", "zip"],
    dtype="str",
)


def mapped(*areas: tuple[str, str]) -> dict[str, str]:
    out = map_schools(SCHOOLS, regions(*areas), YEAR)
    assert out["nces_school_id"].tolist() == ["1", "2", "3", "4"], "a row per school, whatever the areas are"
    both = out["partner_id"].fillna("-") + " " + out["mapped_by"].fillna("-")
    return dict(zip(out["nces_school_id"], both, strict=True))


def test_a_zip_code_beats_a_state_and_nobody_is_doubled():
    found = mapped(("a", "FL"), ("b", "33701"), ("b", "33703"), ("b", "33703"))
    assert found == {"1": "a state", "2": "b zip", "3": "- -", "4": "b zip"}


def test_a_contested_area_belongs_to_nobody():
    assert mapped(("a", "FL"), ("b", "FL"), ("c", "33701")) == {"1": "- -", "2": "c zip", "3": "- -", "4": "- -"}
    assert mapped(("a", "FL"), ("b", "33701"), ("c", "33701"))["2"] == "- -"


@pytest.mark.parametrize("seed", [1, 2])
def test_order_changes_nothing(seed: int):
    areas = [("a", "FL"), ("b", "33701"), ("c", "33701"), ("d", "GA"), ("e", "33703")]
    again = map_schools(
        SCHOOLS.sample(frac=1, random_state=seed), regions(*areas).sample(frac=1, random_state=seed), YEAR
    )
    pd.testing.assert_frame_equal(again, map_schools(SCHOOLS, regions(*areas), YEAR))


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2019-05-31", "early"),
        ("2019-06-30", "open"),
        ("2019-07-01", "early"),
        ("2019-08-01", "open"),
        ("2019-08-31T23:00:00", "open"),
        ("2019-09-01", "late"),
    ],
)
def test_a_request_is_in_time_in_either_window_of_its_class(day: str, state: str):
    sent = {"request_id": "r1", "partner_class": "scholarship", "requested_at": day, "request_kind": "update"}
    requests = conform(pd.DataFrame([sent, {**sent, "request_id": "r2", "partner_class": "other"}]), "partner_requests")
    none = conform(pd.DataFrame(), "decision_outcomes")
    links = pd.DataFrame({"decision_id": [], "request_id": []}, dtype="str")
    found = follow_requests(requests, none, links, every_window(YEAR)).set_index("request_id")["request_state"]
    assert found["r1"] == state
    assert (found["r2"] == "open") == (day not in ("2019-05-31",)), "the other class has longer windows"
