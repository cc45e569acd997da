"""The directory built from the real NCES files beside the repository; counts only, nothing of them is copied here."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from pipelines.shared.records import Standardised
from pipelines.standard.nces_schools import build_directory, standardise_nces_part
from pipelines.standard.split import unaccounted
from schemas.source_model import load_sources
from schemas.tables import table
from tests.unit.nces_by_hand import YEAR, nces_sources, received

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "nces"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.exists(), reason="the real files are not there: ../shared/data/nces"),
]


def real_part(source: str, file_year: str, *names: str) -> Standardised:
    data = [gzip.decompress((FOLDER / f"{name}.gz").read_bytes()) for name in names]
    result = standardise_nces_part(received(source, *data, file_year=file_year), load_sources()[source], YEAR)
    assert unaccounted(result.accounts).empty
    return result


def found(result: Standardised) -> dict[str, int]:
    return result.findings.groupby("rule_id")["finding_rows"].sum().to_dict()


def test_the_national_directory_of_make_real() -> None:
    results = {
        "nces_ccd_129": real_part("nces_ccd_129", "2015-16", "ccd_sch_129_1516_characteristics.csv"),
        "nces_urban": real_part("nces_urban", "2019-20", "ccd_directory_2019_urban.csv"),
        "nces_edge": real_part("nces_edge", "2014-15", "edge_geoids_201415_public_school.csv"),
        "nces_pss": real_part("nces_pss", "2015-16", "pss_1516.csv"),
    }
    assert {name: len(result.table) for name, result in results.items()} == {
        "nces_ccd_129": 100_232,
        "nces_urban": 101_688,
        "nces_edge": 102_587,
        "nces_pss": 22_428,
    }
    assert {name: found(result) for name, result in results.items()} == {
        "nces_ccd_129": {},
        "nces_urban": {"D18": 10},
        "nces_edge": {"D17": 8, "D18": 8, "D19": 1},
        "nces_pss": {"D19": 6, "D23": 1},
    }
    schools, findings = build_directory({n: r.table for n, r in results.items()}, nces_sources(), YEAR)
    table("nces_schools").pandera_schema.validate(schools)
    assert len(schools) == 129_833
    public = schools[schools["sector"] != "private"]
    assert public["state_school_id"].notna().sum() == 100_232
    assert public["latitude"].notna().mean() > 0.92
    assert public["offers_high"].notna().mean() > 0.92
    assert not schools["state_school_id"].dropna().duplicated().any()
    assert not public["school_name"].str.contains("\u00a0").any()
    assert set(findings["rule_id"]) == {"D28"}


def test_the_search_exports_of_two_states() -> None:
    names = ["nces_school_search_2324_fl.csv", "nces_school_search_2324_wa.csv"]
    result = real_part("nces_search", "2023-24", *names)
    schools = result.table.set_index("nces_school_id")
    assert schools["state"].value_counts().to_dict() == {"FL": 4248, "WA": 2553}
    assert schools["state_school_id"].notna().all()
    assert (schools["students_total"].isna().groupby(schools["state"]).sum()).to_dict() == {"FL": 65, "WA": 28}
    assert (schools["grade_low"].isna().groupby(schools["state"]).sum()).to_dict() == {"FL": 19, "WA": 0}
    assert set(schools["grades_year"].dropna()) == {"2022-23"}
    assert (schools["sector"] == "charter").sum() == 758
    assert found(result) == {"D17": 2, "D18": 3}, "virtual schools that stand in another state"


def test_the_xls_that_is_html_equals_the_csv() -> None:
    csv = real_part("nces_search", "2023-24", "nces_school_search_2324_wa.csv").table
    html = real_part("nces_search", "2023-24", "washington_schools.xls.html").table
    skip = ["file", "row", "school_name", "street", "district_name"]
    pd.testing.assert_frame_equal(csv.drop(columns=skip), html.drop(columns=skip))


def test_the_earlier_private_survey() -> None:
    result = real_part("nces_pss", "2013-14", "pss1314_no_weights.csv")
    schools = result.table
    assert (len(schools), found(result)) == (24_566, {"D17": 9, "D19": 5})
    assert schools[["offers_high", "offers_k8", "grade_low", "latitude", "zip", "students_total"]].notna().all().all()
    assert schools["nces_school_id"].str.startswith("0").sum() == 9_583
