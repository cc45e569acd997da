"""The directory joined from its files: which school exists, which file is believed, and schools that may stand twice."""

import pandas as pd
import pytest

from pipelines.shared.findings import conform
from pipelines.shared.pandera_bridge import require_valid
from pipelines.standard.nces_schools import build_directory
from schemas.tables import table
from tests.unit.nces_by_hand import YEAR, nces_sources

HIGH = {"grade_low": "09", "grade_high": "12", "offers_high": True, "offers_k8": False, "grade_levels": "____hi"}
SMALL = {"grade_low": "KG", "grade_high": "05", "offers_high": False, "offers_k8": True, "grade_levels": "el____"}
OAK, ELM, ANN = "010000500871", "010000500872", "A1300001"


def row(nces_id: str, **cells: object) -> dict[str, object]:
    return {"nces_school_id": nces_id, "state": "AL", "school_name": f"School {nces_id}", **cells}


def part(source: str, year: str, *rows: dict[str, object]) -> pd.DataFrame:
    fixed = {"source": source, "file": f"{source}/{year}/a.csv", "school_year": YEAR, "file_year": year}
    graded = [
        {**fixed, "row": n, **({"grades_year": year} if "grade_low" in r else {}), **r} for n, r in enumerate(rows, 2)
    ]
    return conform(pd.DataFrame(graded), "nces_parts")


def directory(*parts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    by_source = {"nces_ccd_052": conform(pd.DataFrame(), "nces_parts")}
    by_source |= {str(p["source"].iloc[0]): p for p in parts}
    schools, findings = build_directory(by_source, nces_sources(), YEAR)
    return require_valid(schools, table("nces_schools")).set_index("nces_school_id"), findings


def test_the_union_of_files_of_other_years_is_the_directory() -> None:
    schools, findings = directory(
        part("nces_ccd_129", "2015-16", row(OAK), row(ELM, state_school_id="AL-101-0020")),
        part("nces_urban", "2019-20", row(OAK, **HIGH)),
        part("nces_edge", "2014-15", row(OAK, latitude=34.2, longitude=-86.2), row("010000500999", latitude=34.2)),
        part("nces_pss", "2015-16", row(ANN, **SMALL)),
    )
    assert list(schools.index) == [OAK, ELM, ANN], "a file of positions lists no school"
    assert list(schools["sector"]) == ["public", "public", "private"]
    assert schools.at[OAK, "directory_sources"] == "nces_ccd_129 2015-16|nces_edge 2014-15|nces_urban 2019-20"
    assert list(schools["file_year"]) == ["2015-16"] * 3
    assert pd.isna(schools.at[ELM, "offers_high"]), "closed by 2019: no file gives its grades"
    assert (schools.at[OAK, "grades_year"], schools.at[OAK, "leaid"]) == ("2019-20", "0100005")
    assert schools["is_operating"].isna().all()
    assert findings.empty


def test_a_file_of_the_year_itself_decides_for_its_states() -> None:
    georgian = "130000100001"
    schools, _ = directory(
        part("nces_ccd_029", YEAR, row(OAK, status="open")),
        part("nces_ccd_129", "2015-16", row(OAK, state_school_id="AL-101-0020"), row(ELM), row(georgian, state="GA")),
        part("nces_pss", "2015-16", row(ANN)),
    )
    assert list(schools.index) == [OAK, georgian, ANN], (
        "ELM is gone; Georgia and the private schools have no list of the year"
    )
    assert schools.at[OAK, "state_school_id"] == "AL-101-0020", "other years still add values"


@pytest.mark.parametrize(
    ("years", "expected"),
    [(("2017-18", YEAR), 1), (("2017-18", "2019-20"), 0), (("2014-15", "2016-17"), 1), (("2021-22", "2019-20"), 1), ((YEAR, YEAR), 0)],
)  # fmt: skip
def test_the_year_is_asked_before_the_priority(years: tuple[str, str], expected: int) -> None:
    names = ("nces_ccd_029", "nces_urban")
    cells = ({**HIGH, "city": "first"}, {**SMALL, "city": "second"})
    schools, _ = directory(*(part(n, y, row(OAK, **c)) for n, y, c in zip(names, years, cells, strict=True)))
    assert schools.at[OAK, "city"] == cells[expected]["city"]
    assert schools.at[OAK, "grade_low"] == cells[expected]["grade_low"]
    assert schools.at[OAK, "grades_year"] == years[expected]


def test_grades_come_together_from_one_file() -> None:
    some = {"offers_high": True, "grade_low": None, "grades_year": YEAR}
    schools, _ = directory(
        part("nces_ccd_029", YEAR, row(OAK, **some)),
        part("nces_urban", "2017-18", row(OAK, **SMALL, street="1 Oak St")),
    )
    school = schools.loc[OAK]
    assert (school["offers_high"], school["grades_year"], school["street"]) == (True, YEAR, "1 Oak St")
    assert school[["grade_low", "grade_high", "offers_k8", "grade_levels"]].isna().all()


@pytest.mark.parametrize(
    ("year", "status", "operating"),
    [
        (YEAR, "open", True), (YEAR, "reopened", True), (YEAR, "changed", True), (YEAR, "closed", False),
        (YEAR, "inactive", False), (YEAR, "future", False), (YEAR, None, None), ("2017-18", "closed", False),
        ("2017-18", "open", True), ("2017-18", "future", None), ("2019-20", "closed", None), ("2019-20", "new", None),
    ],
)  # fmt: skip
def test_a_later_file_does_not_say_whether_a_school_was_operating(
    year: str, status: str | None, operating: bool | None
) -> None:
    schools, _ = directory(part("nces_ccd_029", year, row(OAK, status=status)))
    answer = schools.at[OAK, "is_operating"]
    assert (None if pd.isna(answer) else bool(answer)) is operating


def test_one_state_id_on_two_schools_is_found_and_kept() -> None:
    shared = {"state_school_id": "FL-48-1851"}
    schools, findings = directory(
        part(
            "nces_ccd_029",
            YEAR,
            row(OAK, **shared),
            row(ELM, **shared),
            row("010000500873", state_school_id="FL-48-1852"),
        )
    )
    assert list(schools["state_school_id"].value_counts()) == [2, 1]
    assert list(findings["rule_id"]) == ["D08", "D08"]
    assert list(findings["row"]) == [2, 3]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({}, True), ({"school_name": "ST MARYS HIGH", "street": "12 oak st"}, True), ({"street": "14 Oak St."}, False),
        ({"school_name": "St. Mark's High"}, False), ({"city": "Elsewhere"}, False), ({"street": None}, False),
    ],
)  # fmt: skip
def test_name_and_address_of_one_school(other: dict[str, object], found: bool) -> None:
    place = {"school_name": "St. Mary's High", "street": "12 Oak St.", "city": "Here"}
    _, findings = directory(part("nces_ccd_029", YEAR, row(OAK, **place), row(ELM, **{**place, **other})))
    assert set(findings["rule_id"]) == ({"D28"} if found else set())
    assert len(findings) == 2 * found


def test_a_charter_school_and_a_federal_state() -> None:
    school = "590000100001"
    schools, _ = directory(
        part("nces_ccd_129", "2017-18", row(school, state="BI", state_school_id="BI-D11-A10")),
        part("nces_search", "2016-17", row(school, state="BI", sector="charter")),
    )
    assert list(schools.loc[school, ["state", "sector", "state_school_id"]]) == ["BI", "charter", "BI-D11-A10"]


def test_any_order_of_rows_and_sources_gives_the_same_directory() -> None:
    ids = [f"0100005008{n:02d}" for n in range(50)]
    parts = {
        "nces_ccd_129": part(
            "nces_ccd_129", "2015-16", *(row(i, state_school_id=f"AL-1-{n // 2}") for n, i in enumerate(ids))
        ),
        "nces_urban": part("nces_urban", "2019-20", *(row(i, **HIGH, city="B") for i in ids[10:])),
    }
    shuffled = {name: parts[name].sample(frac=1, random_state=5) for name in reversed(list(parts))}
    for first, second in zip(
        build_directory(parts, nces_sources(), YEAR), build_directory(shuffled, nces_sources(), YEAR), strict=True
    ):
        pd.testing.assert_frame_equal(first, second)


def test_no_file_at_all_is_an_empty_directory() -> None:
    schools, findings = directory()
    assert schools.empty
    assert findings.empty
