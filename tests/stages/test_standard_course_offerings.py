"""State course files: identity, deliveries, sections, counts, courses; every row is accounted for."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from pipelines.shared.pandera_bridge import require_valid
from pipelines.shared.records import Received, Standardised
from pipelines.standard.course_catalog import COLUMNS as CATALOG_COLUMNS
from pipelines.standard.course_offerings import standardise_course_offerings
from pipelines.standard.split import unaccounted
from schemas.columns import COUNTS, RESTRICTED, SCHOOL_DETAILS
from schemas.source_model import Source
from schemas.tables import table
from tests.unit.received_by_hand import fate, fired, received_by_hand

YEAR = "2018-19"
CATALOG = pd.DataFrame(
    [
        ("", "", "0200320", "AP COMPUTER SCI A", "counts", "AP course", "high", "", ""),
        ("", "", "9007210", "FOUND OF PROGRAMMING", "counts", "in the state's list", "high", "", ""),
        ("", "", "9001110", "FOUND OF WEB DESIGN", "does_not_count", "web pages", "high", "", ""),
        ("", "", "8208330", "GAME & SIM PROGRAM", "review", "a decision of the state", "high", "", ""),
    ],
    columns=list(CATALOG_COLUMNS),
    dtype="str",
)
SOUND = {
    "school_name": "Kestrel High",
    "state_school_id_given": "FL-03-0491",
    "nces_school_id_given": "120009000067",
    "course_code": "0200320",
    "course_name": "AP COMPUTER SCI A",
    "teacher_name_or_id": "unspecified",
    **dict.fromkeys(COUNTS, "unspecified"),
}
OTHER = {
    **SOUND,
    "school_name": "Osprey High",
    "state_school_id_given": "FL-03-0492",
    "nces_school_id_given": "120009000068",
}


def source(**changes: object) -> Source:
    return Source.model_validate(
        {
            "source": "fl",
            "title": "Florida",
            "produces": "course_offerings",
            "publisher": "invented",
            "state": "FL",
            "state_school_id": {"pattern": r"FL-\d{2}-\d{4}", "example": "FL-03-0491"},
            "courses": {"pad": 7},
            "layouts": [{"name": "invented", "columns": {"school_name": "school_name"}}],
            **changes,
        }
    )


def standardise(received: Received, **changes: object) -> Standardised:
    result = standardise_course_offerings(received, source(**changes), YEAR, CATALOG)
    assert unaccounted(result.accounts).empty
    require_valid(result.table, table("course_offerings"))
    return result


def one_file(*rows: dict[str, str], **changes: object) -> Standardised:
    return standardise(received_by_hand("fl", {"a.csv": list(rows)}, delivery="full"), **changes)


def delivered(*files: tuple[str, list[dict[str, str]]]) -> Received:
    received = received_by_hand("fl", {f"{number}.csv": rows for number, (_, rows) in enumerate(files)})
    kinds = pd.Series([kind for kind, _ in files], index=received.files.index, dtype="str")
    received.files["delivery"] = kinds
    received.rows["delivery"] = received.rows["file"].map(dict(zip(received.files["file"], kinds, strict=True)))
    return received


def deliveries(*files: tuple[str, list[dict[str, str]]], superseded: tuple[int, ...] = ()) -> Standardised:
    received = delivered(*files)
    received.files.loc[list(superseded), "file_status"] = "superseded"
    return standardise(received)


# Identity


IDENTITIES: list[tuple[dict[str, str], str, list[str]]] = [
    ({}, "kept", []),
    ({"nces_school_id_given": "unspecified"}, "kept", []),
    ({"nces_school_id_given": "390464000000"}, "kept", ["D03"]),
    ({"nces_school_id_given": "5.3E+11", "state_school_id_given": ""}, "kept", ["D03"]),  # the name is left
    ({"nces_school_id_given": "12", "state_school_id_given": "", "school_name": ""}, "rejected", ["D01", "S26"]),
    ({"nces_school_id_given": "?", "state_school_id_given": "", "school_name": " "}, "rejected", ["S26"]),
    ({"nces_school_id_given": "", "state_school_id_given": "", "school_name": "n/a"}, "rejected", ["S26"]),
    (
        {"nces_school_id_given": "?", "state_school_id_given": "", "school_name": "SHARED SERVICE ARRANGEMENT"},
        "rejected",
        ["S26"],
    ),
    ({"nces_school_id_given": "", "state_school_id_given": ""}, "kept", []),
    ({"state_school_id_given": "GA-03-0491"}, "rejected", ["S03"]),
    ({"state_school_id_given": "FL - 03 - 0491"}, "kept", ["S27"]),
    ({"state_school_id_given": "FL-3-491"}, "kept", ["D07"]),
    ({"nces_school_id_given": "130009000067"}, "kept", ["D05"]),
    ({"nces_school_id_given": "326758"}, "kept", ["D09"]),
]


def test_identity_of_a_row() -> None:
    rows = [{**SOUND, **changes, "course_code": f"{n:07d}"} for n, (changes, _, _) in enumerate(IDENTITIES)]
    result = one_file(*rows, courses={"mode": "every_row"})
    for row, (_, row_is, rules) in enumerate(IDENTITIES, start=2):
        assert (row, fate(result, row), fired(result, row)) == (row, row_is, rules)


def test_a_lost_zero_is_put_back_only_for_the_state_of_the_file() -> None:
    row = {**SOUND, "nces_school_id_given": "10005000870", "state_school_id_given": "AL-101-0200"}
    alabama = {
        "state": "AL",
        "state_school_id": {"pattern": r"AL-\d{3}-\d{4}", "example": "AL-101-0200"},
    }
    result = one_file(row, **alabama)
    assert result.table["nces_school_id_given"].tolist() == ["010005000870"]
    assert fired(result, 2) == ["D02"]
    florida = one_file({**row, "state_school_id_given": ""})
    assert florida.table["nces_school_id_given"].isna().all()
    assert fired(florida, 2) == ["D01"]


def test_an_unreadable_id_beside_another_identity_is_counted_not_rejected() -> None:
    result = one_file({**SOUND, "nces_school_id_given": "390464000000"})
    finding = result.findings.iloc[0]
    assert (finding["severity"], finding["value"], finding["column"]) == (
        "warn",
        "390464000000",
        "nces_school_id_given",
    )
    assert result.table["nces_school_id_given"].isna().all()
    assert result.table["state_school_id_given"].tolist() == ["FL-03-0491"]


def test_the_school_part_repeats_the_district_where_the_state_builds_ids_so() -> None:
    texas = {
        "state": "TX",
        "state_school_id": {
            "pattern": r"TX-\d{6}-\d{9}",
            "example": "TX-001903-001903001",
            "school_repeats_district": True,
        },
    }
    good = {**SOUND, "nces_school_id_given": "", "state_school_id_given": "TX-001903-001903001"}
    result = one_file(good, {**good, "state_school_id_given": "TX-001903-001904001"}, **texas)
    assert fired(result, 2) == []
    assert fired(result, 3) == ["S28"]
    assert len(result.table) == 2


# Courses


COURSES = [
    ("0200320", "AP", "0200320", "counts", []),
    ("200320", "AP", "0200320", "counts", ["S07"]),
    ("9001110", "Web", "9001110", "does_not_count", ["S10"]),
    ("8208330", "Games", "8208330", "review", []),
    ("0000001", "Pottery", "0000001", "review", ["S06"]),
    ("unspecified ", "Ap Computer Sci. A", None, "counts", []),
    ("Unspecifed", "Pottery", None, "review", ["S06"]),
    ("unspecified", "unspecified", None, "counts", []),
]


def test_courses() -> None:
    result = one_file(
        *(
            {**SOUND, "course_code": code, "course_name": title, "nces_school_id_given": f"12000900{n:04d}"}
            for n, (code, title, *_) in enumerate(COURSES, start=2)
        )
    )
    kept = result.table.set_index("row")
    for row, (_, _, kept_as, counts, rules) in enumerate(COURSES, start=2):
        code = kept.loc[row, "course_code"]
        assert (row, None if pd.isna(code) else code) == (row, kept_as)
        assert (row, kept.loc[row, "counts_as_cs"], fired(result, row)) == (row, counts, rules)
        assert kept.loc[row, "counts_basis"]


def test_a_state_that_sends_only_schools_counts_every_row() -> None:
    result = one_file({**SOUND, "course_code": "0000001"}, courses={"mode": "every_row"})
    assert result.table["counts_as_cs"].tolist() == ["counts"]
    assert result.findings.empty


def test_a_repaired_code_keeps_the_original_in_its_finding() -> None:
    result = standardise(
        received_by_hand(
            "fl",
            {"a.csv": [{**SOUND, "course_code": "200320"}]},
            spelled={"course_code": "course_id", "school_name": "n"},
        )
    )
    finding = result.findings.iloc[0]
    assert (finding["value"], finding["column"], finding["row"]) == ("200320", "course_id", 2)


# Counts


CELLS: list[tuple[dict[str, str], list[str]]] = [
    ({"enrolled": "20", "female": "20"}, []),
    ({"enrolled": "20", "female": "21"}, ["S13"]),
    ({"enrolled": "20", "female": "*"}, []),
    ({"enrolled": "<=10", "female": "11"}, ["S13"]),
    ({"enrolled": "unspecified", "female": "21"}, []),
    ({"enrolled": "many"}, ["S11"]),
    ({"enrolled": "-5"}, ["S11"]),
    ({"frl": "CEP"}, []),
    ({"enrolled": "0", "female": "0"}, ["S12"]),  # North Carolina writes zeros for unknown
]


def test_counts_are_checked() -> None:
    rows = [
        {**SOUND, **cells, "nces_school_id_given": f"12000900{n:04d}"} for n, (cells, _) in enumerate(CELLS, start=2)
    ]
    result = one_file(*rows)
    assert len(result.table) == len(CELLS)
    for row, (_, rules) in enumerate(CELLS, start=2):
        assert (row, fired(result, row)) == (row, rules)


def test_a_finding_on_groups_does_not_show_small_counts() -> None:
    result = one_file({**SOUND, "enrolled": "2", "black": "3"})
    assert result.findings["value"].isna().all()


def test_hidden_counts_are_ranges() -> None:
    row = one_file(
        {**SOUND, "enrolled": ">=10", "female": "**", "black": "<=10", "frl": "CEP", "hispanic": "4"}
    ).table.iloc[0]
    assert (row["enrolled_low"], row["enrolled_status"]) == (10, "suppressed")
    assert (row["female_low"], row["black_high"], row["frl_status"], row["hispanic"]) == (1, 10, "cep", 4)
    assert pd.isna(row["enrolled"])
    assert pd.isna(row["female_high"])
    assert row["native_american_status"] == "missing"


# Repeated rows and sections


def test_sections_are_one_offering_with_the_sum_of_their_students() -> None:
    result = one_file({**SOUND, "enrolled": "99"}, OTHER, {**SOUND, "enrolled": "201", "school_name": "KESTREL  HIGH"})
    assert result.table["row"].tolist() == [2, 3]
    assert result.table["enrolled"].tolist()[0] == 300
    assert result.table["source_rows"].tolist() == [2, 1]
    assert (fired(result, 2), fired(result, 4)) == ([], ["S17"])
    assert result.findings["value"].tolist() == ["into row 2"]


def test_a_section_whose_title_contradicts_its_code_never_hides_behind_another() -> None:
    """Found on Washington's real files: whichever section stood first decided for all of them."""
    sections = [SOUND, {**SOUND, "course_name": "Physical Education"}]
    for order in (sections, sections[::-1]):
        result = standardise(received_by_hand("fl", {"a.csv": order}))
        judged = dict(zip(result.table["course_name"], result.table["counts_as_cs"], strict=True))
        assert judged == {"AP COMPUTER SCI A": "counts", "Physical Education": "review"}
        assert set(result.findings["rule_id"]) == {"S08"}


def test_a_repeated_row_is_not_added() -> None:
    result = one_file(*[{**SOUND, "enrolled": "20"}] * 3, {**SOUND, "enrolled": "7"})
    assert result.table["enrolled"].tolist() == [27]
    assert result.table["source_rows"].tolist() == [4]
    assert [fired(result, row) for row in (3, 4, 5)] == [["S16"], ["S16"], ["S17"]]
    assert result.accounts["rows_merged"].tolist() == [3]


def test_rows_that_differ_in_the_teacher_only_are_sections() -> None:
    rows = [{**SOUND, "enrolled": "20", "teacher_name_or_id": name} for name in ("CANARY ONE", "CANARY TWO")]
    result = one_file(*rows)
    assert result.table["enrolled"].tolist() == [40]
    assert fired(result, 3) == ["S17"]


def test_schools_that_share_one_of_two_ids_stay_apart() -> None:
    result = one_file(SOUND, {**SOUND, "state_school_id_given": "FL-46-0671"})
    assert len(result.table) == 2
    assert result.findings.empty


def test_courses_without_code_are_told_apart_by_title() -> None:
    rows = [{**SOUND, "course_code": "", "course_name": name} for name in ("Java", "JAVA ", "Python", "")]
    assert one_file(*rows).table["row"].tolist() == [2, 4, 5]


# Deliveries


def test_a_full_delivery_replaces_the_earlier_one_and_says_what_is_gone() -> None:
    second = {**SOUND, "course_code": "9007210"}
    result = deliveries(("full", [SOUND, second, OTHER, second]), ("full", [SOUND]), superseded=(0,))
    assert result.table["file"].tolist() == ["fl/2018-19/1.csv"]
    assert result.accounts[["rows_kept", "rows_excluded"]].values.tolist() == [[0, 4], [1, 0]]
    gone = result.findings[result.findings["rule_id"] == "S25"]
    assert gone[["file", "row", "value"]].values.tolist() == [
        ["fl/2018-19/0.csv", 4, "0200320"],
        ["fl/2018-19/0.csv", 5, "9007210"],
    ]


def test_a_full_delivery_that_takes_nothing_back_is_silent() -> None:
    fewer_ids = {**SOUND, "state_school_id_given": ""}
    result = deliveries(("full", [SOUND]), ("full", [fewer_ids, OTHER]), superseded=(0,))
    assert result.findings.empty


def test_rows_of_replaced_deliveries_raise_no_other_finding() -> None:
    odd = {**SOUND, "course_code": "200320", "state_school_id_given": "GA-03-0491"}
    result = deliveries(("full", [odd]), ("full", [SOUND]), superseded=(0,))
    assert result.findings.empty
    assert result.rejects.empty


@pytest.mark.parametrize("kind", ["changes", "supplement"])
def test_a_later_delivery_adds_and_corrects(kind: str) -> None:
    result = deliveries(
        ("full", [{**SOUND, "enrolled": "5"}, OTHER]),
        (kind, [{**SOUND, "enrolled": "8"}, {**SOUND, "course_code": "9007210"}]),
    )
    found = result.table.set_index(["file", "row"])["enrolled"]
    assert found.index.tolist() == [("fl/2018-19/0.csv", 3), ("fl/2018-19/1.csv", 2), ("fl/2018-19/1.csv", 3)]
    assert found.tolist()[1] == 8
    assert result.findings[["file", "row", "rule_id"]].values.tolist() == [["fl/2018-19/0.csv", 2, "S29"]]
    assert result.accounts["rows_merged"].tolist() == [1, 0]


def test_what_came_before_the_last_full_delivery_does_not_count() -> None:
    second = {**SOUND, "course_code": "9007210"}
    result = deliveries(("full", [SOUND]), ("supplement", [second]), ("full", [SOUND]), ("changes", [OTHER]))
    assert result.table["file"].tolist() == ["fl/2018-19/2.csv", "fl/2018-19/3.csv"]
    assert result.findings["rule_id"].tolist() == ["S25"]


def test_a_correction_that_contradicts_an_id_corrects_nothing() -> None:
    result = deliveries(("full", [SOUND]), ("changes", [{**SOUND, "state_school_id_given": "FL-46-0671"}]))
    assert len(result.table) == 2


# The whole


ROWS = [
    SOUND,
    {**SOUND, "enrolled": "12"},
    OTHER,
    OTHER,
    {**OTHER, "course_code": "9001110", "female": "many"},
    {**SOUND, "school_name": "", "state_school_id_given": "", "nces_school_id_given": "?"},
    {**SOUND, "state_school_id_given": "GA-03-0491"},
    {**SOUND, "course_code": "8208330", "nces_school_id_given": "390464000000"},
]


def test_the_order_of_the_rows_does_not_matter() -> None:
    received = delivered(("full", ROWS), ("changes", ROWS[:3]))
    expected = standardise(received)
    order = list(range(len(received.rows)))
    random.Random(7).shuffle(order)
    shuffled = standardise(
        Received(
            rows=received.rows.iloc[order].reset_index(drop=True),
            files=received.files,
            restricted=received.restricted.iloc[order[::-1]].reset_index(drop=True),
        )
    )
    for part in ("table", "findings", "rejects", "accounts", "restricted"):
        pd.testing.assert_frame_equal(getattr(shuffled, part), getattr(expected, part))


def test_teachers_reach_the_restricted_tier_only() -> None:
    rows = [{**row, "teacher_name_or_id": f"CANARY {n}"} for n, row in enumerate(ROWS)]
    result = one_file(*rows)
    open_parts = [result.table, result.findings, result.rejects, result.accounts]
    assert not any("CANARY" in part.to_csv() for part in open_parts)
    assert not any(RESTRICTED & set(part.columns) for part in open_parts)
    first = result.table["record_id"].iloc[0]
    teachers = result.restricted[result.restricted["record_id"] == first]["teacher_name_or_id"]
    assert teachers.tolist() == ["CANARY 0", "CANARY 1"]
    assert set(result.restricted["record_id"]) <= set(result.table["record_id"])


def test_nothing_received_gives_nothing() -> None:
    result = standardise(received_by_hand("fl", {}))
    assert result.table.empty
    assert result.accounts.empty


def test_a_refused_file_is_no_delivery() -> None:
    received = received_by_hand("fl", {"a.csv": [SOUND], "b.csv": []}, delivery="full")
    received.files.loc[1, "file_status"] = "refused"
    assert standardise(received).table["file"].tolist() == ["fl/2018-19/a.csv"]


def test_a_source_without_course_rule_is_refused() -> None:
    with pytest.raises(ValueError, match=r"teals\.yml: a source of course_offerings needs"):
        standardise(
            received_by_hand("teals", {}), source="teals", produces="provider_offerings", provider="TEALS", courses=None
        )


PLACED = {"city": "TAMPA", "zip": "33610-0001", "street": "1 Elm St", "county": "Hillsborough"}
BARE = {**SOUND, "state_school_id_given": "", "nces_school_id_given": ""}


def test_where_a_school_stands_and_its_grades_are_taken_where_a_file_says_so():
    rows = [{**SOUND, **PLACED, "grade_low": "9", "grade_high": "12th"}, {**OTHER, "zip": "1", "grade_low": "X"}]
    result = standardise(received_by_hand("fl", {"a.csv": rows}))
    told = result.table[["city", "zip", *SCHOOL_DETAILS]].astype(object)
    assert told.where(told.notna(), None).values.tolist() == [
        ["TAMPA", "33610", "1 Elm St", "Hillsborough", "09", "12", None],
        [None] * 7,
    ]
    assert fired(result, 2) == []
    assert fired(result, 3) == ["D17", "D33"]
    assert fate(result, 3) == "kept"


def test_rows_without_ids_are_told_apart_by_street_or_district_and_those_with_ids_are_not():
    streets = [{"street": "1 Elm St"}, {"street": "2 Oak Rd"}, {"street": "1 ELM ST."}]
    bare = standardise(received_by_hand("fl", {"a.csv": [{**BARE, **street} for street in streets]}))
    assert bare.table[["row", "street"]].values.tolist() == [[2, "1 Elm St"], [3, "2 Oak Rd"]]
    districts = [{**BARE, "district_name": name} for name in ("Kestrel", "Osprey", "KESTREL")]
    assert standardise(received_by_hand("fl", {"a.csv": districts})).table["row"].tolist() == [2, 3]
    known = standardise(received_by_hand("fl", {"a.csv": [{**SOUND, **street} for street in streets]}))
    assert known.table[["row", "source_rows"]].values.tolist() == [[2, 3]]
