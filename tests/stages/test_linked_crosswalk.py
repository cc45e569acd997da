"""AP and IB codes: the code of the same year, what contradicts it, and what an unknown code falls back to."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from pipelines.linked.crosswalk import link_ap, link_ib
from pipelines.shared.findings import conform
from pipelines.shared.pandera_bridge import require_valid
from schemas.tables import table

SCHOOLS = conform(
    pd.DataFrame(
        [
            ("130009900001", "GA", "Lakeside High School", "Pinetown", "30001"),
            ("130009900002", "GA", "Pine High School", "Pinetown", "30001"),
            ("A1392003", "FL", "St. Mary's Academy", "Palm Key", "33001"),
        ],
        columns=["nces_school_id", "state", "school_name", "city", "zip"],
    ).assign(school_year="2018-19", sector="public", is_operating=True, directory_sources="nces_directory 2018-19"),
    "nces_schools",
)
CODES = pd.DataFrame(
    [("2018-19", "110001", "130009900001"), ("2018-19", "110002", "A1392003"), ("2018-19", "110003", "130007700009")],
    columns=["school_year", "code", "nces_school_id_given"],
)


def ap(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["ap_school_code", "school_name", "city", "state"])
    frame["row"] = range(2, len(frame) + 2)
    frame["record_id"] = [f"ap:csa.csv:{row}" for row in frame["row"]]
    return conform(
        frame.assign(source="ap", school_year="2018-19", file="csa.csv", ap_exam="CSA", source_rows=1), "ap_offerings"
    )


def ap_codes(extra: list[tuple] | None = None) -> pd.DataFrame:
    more = pd.DataFrame(extra or [], columns=CODES.columns)
    return conform(pd.concat([CODES, more]).rename(columns={"code": "ap_school_code"}), "ap_school_codes")


def ib(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["ib_school_code", "school_name", "state", "nces_school_id_given"])
    frame["row"] = range(2, len(frame) + 2)
    frame["record_id"] = [f"ib:ib.csv:{row}" for row in frame["row"]]
    return conform(
        frame.assign(source="ib", school_year="2018-19", file="ib.csv", ib_level="HL", source_rows=1), "ib_offerings"
    )


def ib_codes() -> pd.DataFrame:
    return conform(CODES.rename(columns={"code": "ib_school_code"}), "ib_school_codes")


AP_CASES = [
    (
        ("110001", "LAKESIDE HS", "Pinetown", "GA"),
        "code_crosswalk",
        "130009900001",
        "AP code 110001 belongs",
        False,
    ),
    (("110002", None, None, None), "code_crosswalk", "A1392003", "A1392003 in the list", False),
    (("110001", "Lakeside", "Miami", "FL"), "id_conflict", None, "outside FL", False),
    (("999999", "Pine HS", "PINETOWN", "GA"), "same_name_same_city", "130009900002", "not in the list", True),
    (("999999", "Elm HS", "Elm", "GA"), "not_found", None, "AP code 999999 is not in the list", True),
    (("999999", None, None, None), "no_identity", None, "AP code 999999 is not in the list", True),
    (("110003", "Pine HS", "Pinetown", "GA"), "same_name_same_city", "130009900002", "leads to NCES id", True),
    (("110003", None, None, None), "not_found", None, "130007700009, which is not in the directory", True),
]


@cache
def linked_ap() -> tuple[pd.DataFrame, pd.DataFrame]:
    return link_ap(ap(*[case[0] for case in AP_CASES]), ap_codes(), SCHOOLS)


@pytest.mark.parametrize("n", range(len(AP_CASES)))
def test_ap_codes(n):
    row, reason, school, note, reported = AP_CASES[n]
    linked, findings = linked_ap()
    got = linked[linked["row"] == n + 2].iloc[0]
    findings = findings[findings["row"] == n + 2].reset_index(drop=True)
    assert got["match_reason"] == reason
    assert (None if pd.isna(got["nces_school_id"]) else got["nces_school_id"]) == school
    assert note in got["match_note"]
    assert findings["rule_id"].tolist() == (["A03"] if reported else [])
    if reported:
        assert findings.loc[0, "value"] == row[0]


def test_ap_result_is_the_declared_table():
    linked, findings = linked_ap()
    require_valid(linked, table("linked_records"))
    require_valid(findings, table("findings"))


def test_only_the_code_list_of_the_same_year_counts():
    # Defect 26: a school may change its code between years.
    codes = ap_codes([("2017-18", "110009", "130009900002")])
    linked, findings = link_ap(ap(("110009", None, None, None)), codes, SCHOOLS)
    assert linked["nces_school_id"].isna().all()
    assert findings["rule_id"].tolist() == ["A03"]


def test_a_code_of_two_schools_leads_nowhere():
    codes = ap_codes([("2018-19", "110001", "130009900002")])
    linked, findings = link_ap(ap(("110001", None, None, None)), codes, SCHOOLS)
    assert linked["nces_school_id"].isna().all()
    assert findings["rule_id"].tolist() == ["A03"]


IB_CASES = [
    (("110001", None, "GA", None), "code_crosswalk", "130009900001", "IB code 110001"),
    (("110001", None, "GA", "130009900001"), "code_crosswalk", "130009900001", "IB code 110001"),
    (("110001", None, "GA", "130007700009"), "code_crosswalk", "130009900001", "130007700009, is not in"),
    (("999999", None, "GA", "130009900002"), "nces_id_given", "130009900002", "999999 is not in the list"),
    (
        ("110001", None, "GA", "130009900002"),
        "id_conflict",
        None,
        "130009900001 Lakeside High School | 130009900002 Pine High School",
    ),
]


@cache
def linked_ib() -> pd.DataFrame:
    return link_ib(ib(*[case[0] for case in IB_CASES]), ib_codes(), SCHOOLS)[0]


@pytest.mark.parametrize("n", range(len(IB_CASES)))
def test_ib_codes_beside_ids_of_the_row(n):
    _, reason, school, note = IB_CASES[n]
    linked = linked_ib()
    got = linked[linked["row"] == n + 2].iloc[0]
    assert got["match_reason"] == reason
    assert (None if pd.isna(got["nces_school_id"]) else got["nces_school_id"]) == school
    assert pd.isna(got["match_score"]) == (school is None)
    assert note in got["match_note"]


def test_no_rows_and_any_order():
    empty, findings = link_ap(ap(), ap_codes(), SCHOOLS)
    assert empty.empty
    assert findings.empty
    rows = ap(*[(f"{110000 + n}", "Pine HS", "Pinetown", "GA") for n in range(6)])
    expected = link_ap(rows, ap_codes(), SCHOOLS)
    shuffled = link_ap(
        rows.sample(frac=1, random_state=4), ap_codes().sample(frac=1, random_state=4), SCHOOLS.iloc[::-1]
    )
    for one, other in zip(shuffled, expected, strict=True):
        pd.testing.assert_frame_equal(one, other)
