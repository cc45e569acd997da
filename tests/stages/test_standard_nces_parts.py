"""What one directory file says of its schools: both generations of columns, every rule, and rows accounted for."""

import pandas as pd
import pytest

from pipelines.shared.records import Received
from pipelines.standard.nces_parts import defines_schools, standardise_nces_part
from pipelines.standard.split import unaccounted
from tests.unit.nces_by_hand import YEAR, nces_sources, only, part, received, rules, table_text

FLAGS_2016 = {f"G_{g}_OFFERED": "No" for g in ("PK", "KG", *map(str, range(1, 14)), "UG", "AE")}
NEW = {
    "NCESSCH": "010000500871",
    "LEAID": "0100005",
    "ST": "AL",
    "FIPST": "01",
    "ST_LEAID": "AL-101",
    "ST_SCHID": "AL-101-0020",
    "SCH_NAME": "Blue\u00a0River  High",
    "LEA_NAME": "Blue River City",
    "LSTREET1": "402 E Oak Ave",
    "LCITY": "Blue River",
    "LZIP": "35950",
    "SY_STATUS": "1",
    "UPDATED_STATUS": "5",
    "SCH_TYPE": "1",
    "CHARTER_TEXT": "Yes",
    "GSLO": "09",
    "GSHI": "12",
    "LEVEL": "High",
    **FLAGS_2016,
    **{f"G_{g}_OFFERED": "Yes" for g in (9, 10, 11, 12)},
}
OLD = {
    "SURVYEAR": "2014",
    "NCESSCH": "010000500871",
    "LEAID": "0100005",
    "STABR": "AL",
    "ST_LEAID": "101",
    "ST_SCHID": "0020",
    "SCH_NAME": "Blue River High",
    "LEA_NAME": "Blue River City",
    "LSTREE": "402 E Oak Ave",
    "LCITY": "Blue River",
    "LZIP": "35950",
    "SY_STATUS_TEXT": "Open",
    "SCH_TYPE_TEXT": "Regular School",
    "CHARTER_TEXT": "N",
    "GSLO": "09",
    "GSHI": "12",
    "PKOFFERED": "N",
    "KGOFFERED": "N",
    **{f"G{n}OFFERED": "Y" if 9 <= n <= 12 else "N" for n in range(1, 14)},
    "UGOFFERED": "N",
    "AEOFFERED": "N",
}
SEARCH = {
    "NCES School ID": "120009000067",
    "State School ID": "FL-03-0491",
    "NCES District ID": "1200090",
    "Low Grade*": "09",
    "High Grade*": "12",
    "School Name": "BAY HIGH",
    "District": "BAY",
    "County Name*": "†",
    "Street Address": "1 BAY DR",
    "City": "BAYTOWN",
    "State": "FL",
    "ZIP": "32444",
    "Locale Code*": "22",
    "Charter": "No",
    "Students*": "334.00000",
    "Free Lunch*": "20.00000",
    "Reduced Lunch*": "5.00000",
    "Type": "Regular",
    "Status": "Open",
}


def test_the_generation_from_2016_17() -> None:
    result = part("nces_ccd_029", [NEW])
    school = only(result)
    expected = {
        "nces_school_id": "010000500871",
        "state": "AL",
        "state_school_id": "AL-101-0020",
        "leaid": "0100005",
        "school_name": "Blue River High",
        "zip": "35950",
        "sector": "charter",
        "school_type": "regular",
        "status": "changed",
        "grade_low": "09",
        "grade_high": "12",
        "offers_high": True,
        "offers_k8": False,
        "grade_levels": "____hi",
        "grades_year": YEAR,
        "file_year": YEAR,
        "students_total": None,
    }
    assert {name: school[name] for name in expected} == expected
    assert result.findings.empty


@pytest.mark.parametrize(("year", "delimiter"), [("2014-15", "\t"), ("2015-16", ",")])
def test_the_generation_of_2014_15_and_2015_16(year: str, delimiter: str) -> None:
    school = only(part("nces_ccd_029", table_text([OLD], delimiter), file_year=year))
    assert school["state_school_id"] == "AL-101-0020", "put together from state, district part and school part"
    assert (school["sector"], school["status"], school["offers_high"], school["offers_k8"]) == (
        "public",
        "open",
        True,
        False,
    )
    assert (school["street"], school["grades_year"]) == ("402 E Oak Ave", year)


def test_a_school_part_that_holds_the_district_is_seen_for_the_file_as_a_whole() -> None:
    other = {**OLD, "NCESSCH": "010000500870"}
    whole = part(
        "nces_ccd_029", [{**OLD, "ST_SCHID": "101-0020"}, {**other, "ST_SCHID": "101-0010"}], file_year="2015-16"
    )
    assert list(whole.table["state_school_id"]) == ["AL-101-0010", "AL-101-0020"]
    mixed = part("nces_ccd_029", [{**OLD, "ST_SCHID": "101-0020"}, {**other, "ST_SCHID": "0010"}], file_year="2015-16")
    assert list(mixed.table["state_school_id"]) == ["AL-101-0010", "AL-101-101-0020"]


ROW_129 = {"STABR": "BI", "LEAID": "5900001", "ST_LEAID": "D11", "LEA_NAME": "Dry Lake Agency", "ST_SCHID": "D11-A10"}
ROW_129 |= {"NCESSCH": "590000100001", "SCH_NAME": "Dry Lake School", "TITLEI_STATUS": "5", "TITLEI": "Yes"}


def test_characteristics_of_2015_16() -> None:
    statuses = {"5": True, "6": False, "M": None, "-9": None}
    ids = [f"59000010000{n}" for n in range(1, 1 + len(statuses))]
    rows = [
        {**ROW_129, "NCESSCH": i, "TITLEI_STATUS": s, "TITLEI": "Missing"} for i, s in zip(ids, statuses, strict=True)
    ]
    schools = part("nces_ccd_129", rows, file_year="2015-16").table
    assert [None if pd.isna(flag) else bool(flag) for flag in schools["title_i"]] == list(statuses.values())
    assert set(schools["state"] + " " + schools["state_school_id"]) == {"BI BI-D11-A10"}
    assert schools[["sector", "offers_high", "grades_year"]].isna().all(axis=None)


def test_characteristics_from_2016_17() -> None:
    row = {
        "ST": "AL",
        "NCESSCH": "010000500871",
        "LEAID": "0100005",
        "ST_SCHID": "AL-101-0020",
        "SCH_NAME": "Blue River",
    }
    school = only(part("nces_ccd_129", [{**row, "LEA_NAME": "B", "TITLEI_STATUS": "NOTTITLE1ELIG"}]))
    assert (school["state_school_id"], school["title_i"]) == ("AL-101-0020", False)


def test_edge_without_a_header_and_with_one() -> None:
    fields = [
        "010000500871",
        "0100005",
        "BLUE RIVER HIGH",
        "01",
        "402 E OAK AVE",
        "BLUE RIVER",
        "AL",
        "35950",
        "01",
        "01095",
    ]
    fields += ["Marshall County", "32", "34.26", "-86.2", *["N"] * 8, "2018-2019"]
    geocode = only(part("nces_edge", ("|".join(fields) + "\n").encode()))
    row = {
        "SURVYEAR": "2014",
        "NCESSCH": "010000500871",
        "FIPST": "01",
        "LSTREE": "402 E OAK AVE",
        "LCITY": "BLUE RIVER",
    }
    row |= {
        "LSTATE": "AL",
        "LZIP": "35950",
        "LATCODE": "34.26",
        "LONGCODE": "-86.2",
        "CONAME": "Marshall County",
        "LOCALE": "32",
    }
    geoids = only(part("nces_edge", [row], file_year="2014-15"))
    for school in (geocode, geoids):
        assert (school["latitude"], school["longitude"], school["locale_code"]) == (34.26, -86.2, "32")
        assert (school["street"], school["county"], school["school_name"]) == ("402 E OAK AVE", "Marshall County", None)


def test_starred_columns_are_of_the_year_before() -> None:
    school = only(part("nces_search", [SEARCH], file_year="2023-24"))
    assert (school["grades_year"], school["file_year"]) == ("2022-23", "2023-24")
    assert (school["students_total"], school["frl_eligible"], school["county"]) == (334, 25, None)
    unstarred = {name.replace("*", ""): cell for name, cell in SEARCH.items()}
    assert only(part("nces_search", [unstarred], file_year="2023-24"))["grades_year"] == "2023-24"


def test_the_xls_that_is_html_gives_the_same_rows() -> None:
    cells = (
        "".join(f"<TD><b>{name}</b></TD>" for name in SEARCH),
        "".join(f"<TD>{cell}</TD>" for cell in SEARCH.values()),
    )
    page = (
        "<html><body><table><tr><td>Notes</td></tr>"
        + "".join(f"<TR>{c}</TR>" for c in cells)
        + "</table></body></html>"
    )
    html = part("nces_search", page.replace("†", "&dagger;").encode("cp1252"), file_year="2023-24")
    assert {**only(html), "row": 2} == {**only(part("nces_search", [SEARCH], file_year="2023-24")), "row": 2}


def test_a_footnote_is_null_never_zero() -> None:
    row = {**SEARCH, "Low Grade*": "–", "High Grade*": "–", "Students*": "†", "Free Lunch*": "‡", "Locale Code*": "†"}
    result = part("nces_search", [row], file_year="2023-24")
    school = only(result)
    assert [school[c] for c in ("offers_high", "students_total", "frl_eligible", "locale_code", "grades_year")] == [
        None
    ] * 5
    assert result.findings.empty


def test_urban_grades() -> None:
    spans = [("Pre-K", "Kindergarten"), ("9", "12"), ("-1", "0"), ("", ""), ("Not applicable", "Not applicable")]
    rows = [
        {
            "ncessch": f"01000050087{n}",
            "school_name": "A",
            "state_location": "AL",
            "lowest_grade_offered": low,
            "highest_grade_offered": high,
        }
        for n, (low, high) in enumerate(spans)
    ]
    schools = part("nces_urban", rows).table
    assert schools["grade_low"].fillna("").tolist() == ["PK", "09", "PK", "", ""]
    assert schools["offers_high"].fillna(False).tolist() == [False, True, False, False, False]
    assert schools["offers_k8"].isna().tolist() == [False, False, False, True, True]


def test_private_schools_of_both_waves() -> None:
    row = {
        "PPIN": "A1300001",
        "PINST": "ST ANNE'S",
        "PADDRS": "PO BOX 1",
        "PCITY": "MAILTOWN",
        "PSTABB": "AL",
        "PZIP": "36609",
    }
    row |= {"PL_ADD": "1 Hill St", "PL_CIT": "Hilltown", "PL_STABB": "AL", "PL_ZIP": "", "LATITUDE14": "30.66"}
    row |= {
        "LONGITUDE14": "-88.16",
        "LOGR2014": "2",
        "HIGR2014": "17",
        "ULOCALE14": "12",
        "P415": "4",
        "NUMSTUDS": "579",
    }
    school = only(part("nces_pss", [row], file_year="2013-14"))
    assert (school["street"], school["city"], school["zip"]) == ("1 Hill St", "Hilltown", "36609")
    assert (school["grade_low"], school["grade_high"], school["grade_levels"]) == ("PK", "12", "elmihi")
    assert (school["sector"], school["school_type"], school["leaid"]) == ("private", "special_education", None)
    later = {"ncessch": "A1300001", "name": "ST ANNE'S", "address": "1 HILL ST", "city": "HILLTOWN", "state_code": "AL"}
    later |= {"zip_code": "36609", "school_type": "1", "offered_09": "1.0", "offered_10": "0.0", "offered_11": "0.0"}
    later |= {
        "offered_12": "0.0",
        "latitude": "30.66",
        "longitude": "-88.16",
        "locale_code": "12",
        "total_students": "39",
    }
    school = only(part("nces_pss", [later], file_year="2015-16"))
    assert (school["offers_high"], school["offers_k8"], school["grade_low"]) == (True, None, None)


TOTAL = "Derived - Education Unit Total minus Adult Education Count"
RACE = "Derived - Subtotal by Race/Ethnicity and Sex minus Adult Education Count"


def member(
    count: str, kind: str = RACE, race: str = "Asian", sex: str = "Female", school: str = "010000500871"
) -> dict[str, str]:
    row = {"NCESSCH": school, "LEAID": school[:7], "ST": "AL", "GRADE": "No Category Codes", "RACE_ETHNICITY": race}
    return {**row, "SEX": sex, "STUDENT_COUNT": count, "TOTAL_INDICATOR": kind}


def test_membership_uses_the_named_totals_only() -> None:
    rows = [
        member("30", TOTAL, "No Category Codes", "No Category Codes"),
        *(member("4"), member("5", sex="Male"), member("3", race="White"), member("-9", race="White", sex="Male")),
        *(member("2", "Category Set A - By Race/Ethnicity; Sex; Grade"), member("31", "Education Unit Total")),
    ]
    result = part("nces_ccd_052", rows)
    school = only(result)
    assert (school["students_total"], school["students_as"], school["students_wh"], school["students_bl"]) == (
        30,
        9,
        None,
        None,
    )
    assert school["students_female"] == 7, "the unknown count is of boys"
    [account] = result.accounts.to_dict("records")
    assert [account[f"rows_{w}"] for w in ("in", "kept", "rejected", "merged", "excluded")] == [7, 1, 0, 4, 2]
    assert rules(result) == ["D22"], "the code of the unknown part is reported"


def test_girls_are_unknown_where_a_part_of_them_is() -> None:
    rows = [member("4"), member("-9", race="White"), member("5", sex="Male")]
    assert only(part("nces_ccd_052", rows))["students_female"] is None
    assert (
        only(part("nces_ccd_052", [member("30", TOTAL, "No Category Codes", "No Category Codes")]))["students_female"]
        is None
    )


def test_a_group_that_stands_twice_is_not_added_up() -> None:
    result = part("nces_ccd_052", [member("4"), member("4"), member("5", sex="Male")])
    assert only(result)["students_as"] == 9
    assert rules(result) == ["D06"]
    assert unaccounted(result.accounts).empty


def test_wide_membership_has_codes_for_missing() -> None:
    row = {
        "NCESSCH": "010000500871",
        "STABR": "AL",
        "LEAID": "0100005",
        "MEMBER": "30",
        "AM": "-1",
        "AS": "9",
        "AMPKM": "1",
    }
    result = part("nces_ccd_052", [row], file_year="2015-16")
    school = only(result)
    assert (school["students_total"], school["students_am"], school["students_as"]) == (30, None, 9)
    assert rules(result) == ["D22"]


@pytest.mark.parametrize(
    ("free", "reduced", "sum_"), [("20", "5", 25), ("20", "", None), ("20", None, None), ("0", "0", 0)]
)
def test_lunch_is_the_sum_of_both_or_unknown(free: str, reduced: str | None, sum_: int | None) -> None:
    row = {
        "NCESSCH": "010000500871",
        "LEAID": "0100005",
        "ST": "AL",
        "DATA_GROUP": "Free and Reduced-price Lunch Table",
    }
    counts = {"Free lunch qualified": free, "Reduced-price lunch qualified": reduced, "No Category Codes": "99"}
    rows = [{**row, "LUNCH_PROGRAM": p, "STUDENT_COUNT": c} for p, c in counts.items() if c is not None]
    result = part("nces_ccd_033", rows)
    assert only(result)["frl_eligible"] == sum_
    assert unaccounted(result.accounts).empty
    assert int(result.accounts["rows_excluded"].sum()) == 1


RULES = [
    ({}, None, True),
    ({"NCESSCH": "12345"}, "D01", False),
    ({"NCESSCH": "10000509902"}, "D02", True),
    ({"NCESSCH": "390464000000", "LEAID": "3904640", "ST": "OH", "ST_SCHID": "OH-1-2", "LZIP": "43001"}, "D03", False),
    ({"NCESSCH": "5.3E+11"}, "D03", False),
    ({"LEAID": "0100006"}, "D04", True),
    ({"ST": "GA", "ST_SCHID": "GA-1-2", "LZIP": "30301"}, "D05", True),
    ({"ST_SCHID": "0020"}, "D07", True),
    ({"ST_SCHID": "GA-101-0020"}, "D07", True),
    ({"ST_SCHID": "AL - 101 - 0020"}, "S27", True),
    ({"UPDATED_STATUS": "9"}, "D10", True),
    ({"UPDATED_STATUS": "M"}, None, True),
    ({"SCH_TYPE": "5"}, "D11", True),
    ({"GSLO": "12", "GSHI": "09"}, "D13", True),
    ({"GSHI": "14"}, "D33", True),
    ({"GSLO": "N", "GSHI": "N"}, None, True),
    ({"LZIP": "ABCDE"}, "D17", True),
    ({"SCH_NAME": "M"}, "D31", False),
    ({"NCESSCH": ""}, "D31", False),
    ({"ST": ""}, None, True),
]


def test_each_rule_of_the_directory_file_fires_on_its_row_only() -> None:
    rows = [{**NEW, "NCESSCH": f"0100005{n:05d}", **change} for n, (change, _, _) in enumerate(RULES, start=2)]
    result = part("nces_ccd_029", rows)
    fired = result.findings.groupby("row")["rule_id"].agg("|".join).to_dict()
    assert fired == {n: rule_id for n, (_, rule_id, _) in enumerate(RULES, start=2) if rule_id}
    assert list(result.rejects["row"]) == [n for n, (_, _, kept) in enumerate(RULES, start=2) if not kept]
    assert unaccounted(result.accounts).empty


def test_the_padded_id_is_kept_and_named_as_the_file_spells_it() -> None:
    result = part("nces_ccd_029", [{**NEW, "NCESSCH": "10000500871"}])
    assert only(result)["nces_school_id"] == "010000500871"
    [found] = result.findings.to_dict("records")
    assert (found["column"], found["value"], found["row"]) == ("NCESSCH", "10000500871", 2)


PLACES = [
    ({}, None),
    ({"LATCODE": "0", "LONGCODE": "0"}, "D19"),
    ({"LATCODE": "51.5", "LONGCODE": "-0.1"}, "D19"),
    ({"LATCODE": "", "LONGCODE": ""}, None),
    ({"LOCALE": "44"}, "D21"),
    ({"LOCALE": "N"}, None),
    ({"LSTATE": "GA", "LATCODE": "33.7", "LONGCODE": "-84.4"}, "D18"),
]


def test_rules_of_places_fire_on_their_row_only() -> None:
    row = {"LSTATE": "AL", "LATCODE": "34.26", "LONGCODE": "-86.2", "LOCALE": "32"}
    rows = [{"NCESSCH": f"0100005{n:05d}", **row, **change} for n, (change, _) in enumerate(PLACES, start=2)]
    result = part("nces_edge", rows, file_year="2014-15")
    fired = dict(zip(result.findings["row"], result.findings["rule_id"], strict=True))
    assert fired == {n: rule_id for n, (_, rule_id) in enumerate(PLACES, start=2) if rule_id}
    assert set(result.table["state"]) == {"AL"}, "the state that reports the school is in its id"
    assert list(result.table["latitude"].isna()) == [False, True, True, True, False, False, False]


def test_a_school_stands_once_per_file_and_the_later_file_counts() -> None:
    twice = part("nces_ccd_029", [NEW, NEW, {**NEW, "SCH_NAME": "Other"}])
    assert (only(twice)["school_name"], rules(twice)) == ("Blue River High", ["D06", "D06"])
    assert list(twice.rejects["row"]) == [3, 4]
    files = part("nces_ccd_029", [NEW], [{**NEW, "SCH_NAME": "Renamed"}])
    assert (only(files)["school_name"], list(files.accounts["rows_merged"])) == ("Renamed", [1, 0])
    assert unaccounted(files.accounts).empty


def test_a_full_delivery_replaces_the_schools_of_its_states_only() -> None:
    gone = {**SEARCH, "NCES School ID": "120009000068", "State School ID": "FL-03-0492"}
    elsewhere = {
        **SEARCH,
        "NCES School ID": "530003000001",
        "State School ID": "WA-1-2",
        "NCES District ID": "5300030",
        "State": "WA",
    }
    result = part("nces_search", [SEARCH, gone], [elsewhere], [SEARCH], file_year="2023-24", delivery="full")
    assert list(result.table["nces_school_id"]) == ["120009000067", "530003000001"]
    assert list(result.accounts["rows_excluded"]) == [2, 0, 0]
    assert unaccounted(result.accounts).empty


def test_any_order_of_rows_gives_the_same_part() -> None:
    rows = [{**NEW, "NCESSCH": f"0100005008{n:02d}", "SCH_NAME": f"School {n % 7}"} for n in range(40)]
    came = received("nces_ccd_029", table_text([*rows, *rows[:5]]))
    shuffled = Received(came.rows.sample(frac=1, random_state=3), came.files)
    source = nces_sources()["nces_ccd_029"]
    first, second = (standardise_nces_part(r, source, YEAR) for r in (came, shuffled))
    for name in ("table", "findings", "rejects", "accounts"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def test_which_sources_list_schools() -> None:
    lists = {name for name, source in nces_sources().items() if defines_schools(source)}
    assert lists == {"nces_ccd_029", "nces_ccd_129", "nces_search", "nces_urban", "nces_pss"}
    assert all(source.nearest_year for source in nces_sources().values())


def test_nothing_received_is_an_empty_part() -> None:
    came = received("nces_ccd_029", table_text([NEW]))
    for rows in (came.rows.iloc[:0], pd.DataFrame()):
        result = standardise_nces_part(Received(rows, came.files.iloc[:0]), nces_sources()["nces_ccd_029"], YEAR)
        assert result.table.empty
        assert result.findings.empty
