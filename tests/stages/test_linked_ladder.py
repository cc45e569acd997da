"""The ladder as a whole: one row per record, the same answers in any order, and a directory may grow elsewhere."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.linked.ladder import IDENTITY, MATCHED, link_records
from pipelines.shared.findings import conform
from pipelines.shared.pandera_bridge import require_valid
from schemas.columns import MATCH_REASONS, RESTRICTED, SCHOOL_DETAILS
from schemas.tables import table

DATA = Path(__file__).parents[3] / "shared" / "data"


def directory(n: int = 60, state: str = "GA", fips: str = "13") -> pd.DataFrame:
    """An invented directory: namesakes in every fifth city, every seventh school closed, a few shared state ids."""
    rows = [
        {
            "nces_school_id": f"{fips}{k // 6:05d}{k:05d}",
            "school_year": "2018-19",
            "state": state,
            "state_school_id": f"{state}-{k // 6:03d}-{(k - k % 2 if k % 11 == 1 else k):04d}",
            "district_name": f"District {k // 6} County Schools",
            "school_name": f"School {k % 13} Elementary",
            "city": f"City {k % 5}",
            "zip": f"{30000 + k % 5}",
            "sector": "public",
            "is_operating": None if k % 10 == 9 else k % 7 != 0,
            "directory_sources": "nces_directory 2018-19",
        }
        for k in range(n)
    ]
    return conform(pd.DataFrame(rows), "nces_schools")


def records(schools: pd.DataFrame) -> pd.DataFrame:
    """Records of every kind: ids, one id, wrong ids, names with places, names alone, nothing."""
    rows = []
    for k, s in enumerate(schools.itertuples()):
        other = schools.iloc[(k + 7) % len(schools)]
        given = [
            {"nces_school_id_given": s.nces_school_id, "state_school_id_given": s.state_school_id},
            {"state_school_id_given": s.state_school_id},
            {"nces_school_id_given": s.nces_school_id, "state_school_id_given": other.state_school_id},
            {"school_name": s.school_name, "district_name": s.district_name},
            {"school_name": s.school_name.upper(), "city": s.city, "zip": s.zip},
            {"school_name": s.school_name, "nces_school_id_given": "130000099999"},
            {},
        ][k % 7]
        rows.append({"state": s.state, **given})
    frame = pd.DataFrame(rows).assign(source="ga", school_year="2018-19", file="ga.csv", sheet=None)
    frame["row"] = range(2, len(frame) + 2)
    frame["record_id"] = [f"ga:ga.csv:{row:04d}" for row in frame["row"]]
    return frame


def test_result_is_the_declared_table_one_row_per_record():
    schools = directory()
    given = records(schools)
    linked = link_records(given, schools)

    require_valid(linked, table("linked_records"))
    assert linked["record_id"].tolist() == sorted(given["record_id"])
    assert set(linked["match_reason"]) <= set(MATCH_REASONS)
    assert not set(linked.columns) & RESTRICTED
    matched = linked["match_reason"].isin(MATCHED)
    assert matched.any()
    assert (~matched).any()
    assert (linked["nces_school_id"].notna() == matched).all()
    scored = linked["match_candidates"].notna() & linked["match_reason"].isin(["not_found", "ambiguous"])
    assert scored.any()
    for column in ("match_score", "match_margin"):
        assert (linked[column].notna() == matched | scored).all(), "of those that wait, that of the first candidate"
    assert (linked.loc[matched, ["match_score", "match_margin"]] == 1).all().all()


def test_order_of_rows_changes_nothing():
    schools = directory()
    given = records(schools)
    expected = link_records(given, schools)
    for seed in (1, 2):
        shuffled = link_records(given.sample(frac=1, random_state=seed), schools.sample(frac=1, random_state=seed))
        pd.testing.assert_frame_equal(shuffled, expected)


def test_run_twice_gives_the_same():
    schools = directory()
    pd.testing.assert_frame_equal(link_records(records(schools), schools), link_records(records(schools), schools))


def test_schools_of_another_state_change_nothing():
    schools = directory()
    given = records(schools)
    grown = pd.concat([directory(state="FL", fips="12"), schools, directory(state="AL", fips="01")])
    pd.testing.assert_frame_equal(link_records(given, grown), link_records(given, schools))


def test_inputs_are_left_alone():
    schools, given = directory(), records(directory())
    before = given.copy(), schools.copy()
    link_records(given, schools)
    pd.testing.assert_frame_equal(given, before[0])
    pd.testing.assert_frame_equal(schools, before[1])


def test_missing_columns_are_null_and_nothing_is_no_error():
    schools = directory()
    bare = records(schools).drop(columns=list(IDENTITY), errors="ignore")
    assert set(link_records(bare, schools)["match_reason"]) == {"no_identity"}
    assert link_records(bare.iloc[:0], schools).empty
    assert set(link_records(records(schools), schools.iloc[:0])["match_reason"]) == {"not_found", "no_identity"}


def test_record_id_twice_is_refused_in_words():
    schools = directory()
    given = records(schools)
    with pytest.raises(ValueError, match="stands twice"):
        link_records(pd.concat([given, given.iloc[:1]]), schools)


def namesakes() -> pd.DataFrame:
    """Two pairs of schools that share name, town and district: one has two streets, the other two spans of grades."""
    one = {"school_year": "2018-19", "state": "GA", "sector": "public", "is_operating": True, "city": "Pinetown"}
    one |= {"district_name": "Pine County", "zip": "30001", "county": "Pine County", "directory_sources": "x 2018-19"}
    told = [
        ("Quartz Ridge Academy", "12 Elm St", "KG", "12"),
        ("Quartz Ridge Academy", "4300 Harbor Rd", "KG", "12"),
        ("Osprey Hollow School", "7 Oak Ave", "KG", "05"),
        ("Osprey Hollow School", "7 Oak Ave", "09", "12"),
        *((f"Marl {word} School", f"{n} Main St", "KG", "12") for n, word in enumerate(("Fen", "Cove", "Heath"), 1)),
    ]
    names = ("school_name", "street", "grade_low", "grade_high")
    rows = [one | dict(zip(names, t, strict=True)) for t in told]
    return conform(
        pd.DataFrame(rows).assign(nces_school_id=[f"1300091{n:05d}" for n in range(len(rows))]), "nces_schools"
    )


QUARTZ = {"state": "GA", "school_name": "QUARTZ RIDGE ACADEMY", "city": "Pinetown", "zip": "30001"}
OSPREY = {"state": "GA", "school_name": "Osprey Hollow School", "city": "Pinetown", "zip": "30001"}
DETAILED = [
    (QUARTZ | {"street": "12 Elm Street", "county": "Pine"}, "130009100000"),
    (QUARTZ | {"street": "4300 Harbor Road", "county": "Pine"}, "130009100001"),
    (OSPREY | {"street": "7 Oak Avenue", "grade_low": "KG", "grade_high": "05"}, "130009100002"),
    (OSPREY | {"street": "7 Oak Avenue", "grade_low": "09", "grade_high": "12"}, "130009100003"),
    (OSPREY | {"street": "7 Oak Avenue", "school_level": "High School"}, "130009100003"),
]


def asked(*rows: dict[str, str], source: str = "list") -> pd.DataFrame:
    frame = pd.DataFrame(rows).assign(source=source, school_year="2018-19", file="l.csv", sheet=None)
    return frame.assign(row=range(2, len(frame) + 2), record_id=[f"{source}:{n:03}" for n in range(len(frame))])


@pytest.mark.parametrize(("row", "school"), DETAILED)
def test_a_street_or_grades_part_namesakes(row: dict[str, str], school: str):
    found = link_records(asked(row), namesakes()).iloc[0]
    assert (found["nces_school_id"], found["match_reason"]) == (school, "scored")
    bare = {name: value for name, value in row.items() if name not in SCHOOL_DETAILS}
    assert link_records(asked(bare), namesakes()).iloc[0]["match_reason"] == "ambiguous"


def test_details_in_any_order_and_beside_records_without_them():
    plain = records(directory())
    schools = pd.concat([directory(), namesakes()], ignore_index=True)
    given = pd.concat([plain, asked(*(row for row, _ in DETAILED))], ignore_index=True)
    expected = link_records(given, schools)
    for seed in (1, 2):
        shuffled = link_records(given.sample(frac=1, random_state=seed), schools.sample(frac=1, random_state=seed))
        pd.testing.assert_frame_equal(shuffled, expected)
    alone = link_records(plain, schools)
    others = expected[expected["source"] == "ga"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, alone)
    assert alone[list(SCHOOL_DETAILS)].isna().all().all()
    detailed = link_records(given[given["source"] == "list"], schools)
    pd.testing.assert_frame_equal(expected[expected["source"] == "list"].reset_index(drop=True), detailed)


def test_certain_rungs_pay_no_heed_to_details():
    schools = directory()
    given = records(schools)
    told = given.assign(street="1 Nowhere Ln", county="Elsewhere", grade_low="09", grade_high="12")
    plain, detailed = link_records(given, schools), link_records(told, schools)
    certain = plain["nces_school_id"].notna()
    same = ["nces_school_id", "match_reason", "match_note", "match_score"]
    pd.testing.assert_frame_equal(plain.loc[certain, same], detailed.loc[certain, same])


def test_a_street_without_its_number_takes_nothing_from_a_match():
    row = {"state": "GA", "school_name": "Marl Fen", "city": "Pinetown", "zip": "30001"}
    columns = ["nces_school_id", "match_score", "match_margin", "match_note"]
    without = link_records(asked(row), namesakes())[columns]
    assert without["nces_school_id"].tolist() == ["130009100004"]
    pd.testing.assert_frame_equal(link_records(asked(row | {"street": "Main Street"}), namesakes())[columns], without)


@pytest.mark.real
@pytest.mark.skipif(not (DATA / "state_files").is_dir(), reason="../shared/data is not there")
def test_state_files_with_both_ids_agree_with_the_directory_but_for_timberline():
    # real-data.md, "Check: the spine": of 306 schools that carry both ids and resolve, 305 agree.
    raw = pd.read_csv(
        DATA / "nces" / "ccd_sch_129_1516_characteristics.csv.gz", dtype=str, keep_default_na=False, encoding="utf-8"
    )
    schools = conform(
        pd.DataFrame(
            {
                "nces_school_id": raw["NCESSCH"],
                "school_year": "2015-16",
                "state": raw["STABR"],
                "state_school_id": raw["STABR"] + "-" + raw["ST_SCHID"],
                "district_name": raw["LEA_NAME"],
                "school_name": raw["SCH_NAME"],
                "sector": "public",
                "directory_sources": "ccd_129 2015-16",
            }
        ),
        "nces_schools",
    )
    both = _real_records()
    both = both[both["nces_school_id_given"].notna() & both["state_school_id_given"].notna()]
    both = both.drop_duplicates(["nces_school_id_given", "state_school_id_given"])
    resolves = both["state_school_id_given"].isin(schools["state_school_id"]) & both["nces_school_id_given"].isin(
        schools["nces_school_id"]
    )
    linked = link_records(both[resolves], schools)

    assert len(linked) == 306
    assert linked["match_reason"].value_counts().to_dict() == {"nces_id_given": 305, "id_conflict": 1}
    conflict = linked[linked["match_reason"] == "id_conflict"].iloc[0]
    assert conflict["state_school_id_given"] == "ID-001-0243"


def _real_records() -> pd.DataFrame:
    parts = []
    for path in sorted((DATA / "state_files").glob("*.csv")):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False).apply(lambda column: column.str.strip())
        frame = frame.replace({"unspecified": None, "": None, "?": None})
        frame = frame.rename(columns={"nces_id": "nces_school_id_given", "state_school_id": "state_school_id_given"})
        ids = frame["nces_school_id_given"]
        parts.append(
            pd.DataFrame(
                {
                    "record_id": [f"{path.name}:{row}" for row in range(2, len(frame) + 2)],
                    "source": path.name[:2].lower(),
                    "school_year": "2018-19",
                    "file": path.name,
                    "row": range(2, len(frame) + 2),
                    "state": path.name[:2],
                    # The standard stage puts the lost zero back (rule D02) before records are linked.
                    "nces_school_id_given": ids.mask(ids.str.len() == 11, "0" + ids),
                    "state_school_id_given": frame["state_school_id_given"],
                    "school_name": frame["school_name"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
