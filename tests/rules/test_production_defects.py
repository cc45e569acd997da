"""The 44 defects that the predecessor had in production (domain.md 15), each with the proof that this project catches it.

Test n is defect n of that table. Invented data; ids and spellings are those the table names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.linked.crosswalk import link_ap, link_ib
from pipelines.linked.directory_change import compare_directories
from pipelines.linked.ladder import link_records
from pipelines.linked.names import school_name_key
from pipelines.linked.record_checks import Records, compare_records
from pipelines.published.diff import diff_hash, diff_releases
from pipelines.published.public_tables import join_years
from pipelines.published.state_summary import percent
from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts
from pipelines.shared.pandera_bridge import require_valid
from pipelines.standard.cells import read_states
from pipelines.standard.counts import read_count
from pipelines.standard.course_catalog import CATALOGS, COLUMNS, catalog_of, load_catalog
from pipelines.standard.course_codes import canonical_code
from pipelines.standard.course_offerings import standardise_course_offerings
from pipelines.standard.ids import repair_nces_id, repair_state_id
from pipelines.standard.nces_schools import build_directory
from schemas.columns import by_name, column
from schemas.source_model import CourseRule, parse_source
from schemas.states import STATES
from schemas.tables import table
from tests.rules import cases_directory, cases_states
from tests.rules.cases import all_cases
from tests.rules.runners import (
    FILE_SOURCE,
    HEADER,
    SCHOOL,
    TABLE,
    courses,
    directory_part,
    file_source,
    linked,
    received_file,
    schools,
)
from tests.unit.nces_by_hand import YEAR, nces_sources
from tests.unit.published_builder import release_years
from tests.unit.received_by_hand import received_by_hand, source_of
from tests.unit.reconciled_builder import CENSUS, World, answer
from tests.unit.reconciled_builder import YEAR as WORLD_YEAR

CASES = all_cases()
OTHER_SCHOOL = "120009000068"


def fires(*rule_ids: str) -> bool:
    """Each rule fires on its case and is silent on the sound one."""
    return all(one in CASES[one].fires() and one not in CASES[one].silent() for one in rule_ids)


def rule_of(state: str) -> CourseRule:
    rule = source_of(state).courses
    assert rule is not None
    return rule


def offerings(state: str, *rows: dict[str, str], files: dict[str, list[dict[str, str]]] | None = None) -> pd.DataFrame:
    """Table `course_offerings` of a state's rows, by its own list of courses."""
    received = received_by_hand(state, files or {"a.csv": list(rows)}, delivery="full")
    return standardise_course_offerings(received, source_of(state), YEAR, load_catalog(state.upper())).table


def built(*parts: pd.DataFrame) -> pd.DataFrame:
    """Table `nces_schools` by NCES id."""
    by_source = {str(one["source"].iloc[0]): one for one in parts}
    return build_directory(by_source, nces_sources(), YEAR)[0].set_index("nces_school_id")


def record(**given: Any) -> pd.DataFrame:
    row = {"record_id": "r:1", "source": "fl", "school_year": YEAR, "file": "a.csv", "row": 2, "state": "FL"}
    return pd.DataFrame([{**row, **given}])


def test_defect_01_a_lost_leading_zero_is_put_back_by_proof() -> None:
    assert repair_nces_id("10000500871", "AL") == ("010000500871", "D02")
    assert repair_nces_id("10000500871", "GA") == (None, "D01"), "the state does not prove the zero"
    assert fires("D02", "D09")


def test_defect_02_a_normaliser_never_loses_an_id_without_a_zero() -> None:
    for given in ("110000500871", "010000500871", "00326758"):
        assert repair_nces_id(given, None)[0] == given


def test_defect_03_a_row_on_another_districts_school_is_a_conflict() -> None:
    among = schools({}, {"nces_school_id": OTHER_SCHOOL, "state_school_id": "FL-16-0581"})
    twice = {"nces_school_id_given": OTHER_SCHOOL, "state_school_id_given": "FL-03-0491", "school_name": "Kestrel High"}
    assert "S02" in linked(twice, among=among)
    assert fires("S02", "S05")


@pytest.mark.parametrize("given", ["390464000000", "390435000000", "5.3E+11"])
def test_defect_04_a_rounded_id_is_refused(given: str) -> None:
    assert repair_nces_id(given, "OH") == (None, "D03")


@pytest.mark.parametrize(("state", "given", "code"), [("id", "2204", "02204"), ("oh", "31700", "031700")])
def test_defect_05_lost_zeros_of_course_codes(state: str, given: str, code: str) -> None:
    assert canonical_code(given, rule_of(state)) == code
    assert fires("S07")


@pytest.mark.parametrize("spelling", ["11.019", "11.01900", "11.0190000"])
def test_defect_06_decimals_of_georgia_are_one_code(spelling: str) -> None:
    assert canonical_code(spelling, rule_of("ga")) == canonical_code("11.019000", rule_of("ga"))
    assert canonical_code("11.0160000", rule_of("ga")) != canonical_code(spelling, rule_of("ga"))


def test_defect_07_spaces_around_dashes_go_and_others_stay() -> None:
    assert repair_state_id("MI - 50050 - 00119", "MI") == ("MI-50050-00119", frozenset({"S27"}))
    assert repair_state_id("IA-785510 000-785510 418", "IA")[0] == "IA-785510 000-785510 418"


def test_defect_08_unknown_courses_and_schools_wait_for_a_person() -> None:
    kept = offerings("fl", {**cases_states.SOUND, "course_code": "0209999", "course_name": "Advanced Falconry"})
    assert kept["counts_as_cs"].tolist() == ["review"], "kept, and no evidence"
    assert fires("S01", "S06", "S23")


def test_defect_09_ids_of_districts_are_no_courses(tmp_path: Path) -> None:
    (tmp_path / "tx.csv").write_text(",".join(COLUMNS) + "\n,,14906,,counts,x,high,,\n")
    with pytest.raises(ValueError, match="line 2: '14906' looks like the id of a district"):
        catalog_of(source_of("tx"), tmp_path)
    assert fires("S09")


def test_defect_10_a_list_of_courses_has_no_code_twice(tmp_path: Path) -> None:
    line = ",,10157,AP CSA,counts,AP course,high,,\n"
    (tmp_path / "nh.csv").write_text(",".join(COLUMNS) + "\n" + line + line)
    with pytest.raises(ValueError, match="line 3: a code stands once"):
        load_catalog("NH", tmp_path)
    assert load_catalog("NH", CATALOGS)["course_code"].is_unique


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("*", (1, None, "suppressed")),
        ("<=10", (0, 10, "suppressed")),
        (">=10", (10, None, "suppressed")),
        ("CEP", (None, None, "cep")),
        ("0", (0, 0, "exact")),
        ("?", (None, None, "missing")),
    ],
)
def test_defect_11_marks_among_numbers(cell: str, found: tuple[int | None, int | None, str]) -> None:
    assert read_count(cell, frozenset({"?"}))[:3] == found
    assert fires("S12", "S13")


def _state_of(high_schools: int) -> World:
    world = World().file().course(World().other)
    for number in range(2, high_schools + 1):
        world.school(nces=f"02000000{number:04d}")
    return world


def test_defect_12_a_tiny_delivery_makes_no_state_no() -> None:
    assert answer(_state_of(30).run()) == "U", "two rows marked as a full delivery"
    assert answer(_state_of(3).run()) == "N", "a file that names enough schools still does"
    assert answer(World().school(World().other).file(delivery="supplement").course(World().other).run()) == "U"


@pytest.mark.parametrize(("year", "verdict"), [(WORLD_YEAR, "U"), ("2019-20", "N")])
def test_defect_13_an_exclusion_holds_for_its_state_and_year_only(year: str, verdict: str) -> None:
    inferred = CENSUS.inferred_no.model_copy(update={"exclude": (("AK", year),)})
    policy = CENSUS.model_copy(update={"inferred_no": inferred})
    assert answer(World().state_reported().run(policy)) == verdict


def test_defect_14_no_school_stands_at_zero_zero() -> None:
    assert fires("D19")
    assert "D19" in cases_directory.geo(LATCODE="41.9", LONGCODE="-87.6").fires(), "in the US, but not in its state"


@pytest.mark.parametrize("code", ["YES", "HISTORICAL_YES", ""])
def test_defect_15_only_the_codes_of_the_enum_are_written(code: str) -> None:
    frame = World().run().school_cs_access
    with pytest.raises(ValueError, match="teaches_cs"):
        require_valid(frame.assign(teaches_cs=pd.Series([code] * len(frame), dtype="str")), table("school_cs_access"))


def test_defect_16_two_schools_of_one_state_id_both_stay() -> None:
    same = {**cases_directory.OTHER, "state_school_id": "AL-101-0020"}
    assert len(built(directory_part("nces_ccd_029", YEAR, cases_directory.LISTED, same))) == 2
    assert fires("D08", "X01")


def test_defect_17_an_id_that_changed_leads_to_its_successor() -> None:
    before = schools({"nces_school_id": "120009000001"})
    lost = link_records(record(nces_school_id_given="120009000001"), schools())
    nothing = pd.DataFrame(columns=["record_id"], dtype="str")
    told = Records(
        school_year=YEAR,
        linked=lost,
        directory=schools(),
        offerings=nothing.reindex(columns=["record_id", "course_name", "counts_as_cs", "counts_basis", "enrolled"]),
        surveys=nothing.reindex(columns=["record_id", "how_many_10_hours", "how_many_20_hours"]),
        produces={"fl": "course_offerings"},
        before=before,
    )
    found = compare_records(told).set_index("rule_id")
    assert found.at["S04", "value"] == f"120009000001 is now {SCHOOL['nces_school_id']}"


def test_defect_18_a_file_of_another_year_is_refused() -> None:
    assert fires("S22")
    assert "F02" in received_file(TABLE, name="FL-2017-2018.csv")


def test_defect_19_a_file_that_is_gone_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    line = f"fl,2018-19,fl/2018-19/gone.csv,{'0' * 64},1,full,2019-10-01,,"
    (tmp_path / "receipts.csv").write_text(
        f"source,school_year,file,sha256,bytes,delivery,received_on,received_by,note\n{line}\n"
    )
    received = read_source(tmp_path, file_source(), "2018-19", read_receipts(tmp_path))
    assert received.files["file_status"].tolist() == ["missing"]


@pytest.mark.parametrize(
    ("state", "code", "title"), [("wy", "10004", "Computer Applications"), ("fl", "9001110", "FOUND OF WEB DESIGN")]
)
def test_defect_20_use_of_computers_is_no_evidence(state: str, code: str, title: str) -> None:
    example = source_of(state).state_school_id
    assert example is not None
    row = {
        "state_school_id_given": example.example,
        "course_code": code,
        "course_name": title,
        "school_name": "Kestrel",
    }
    assert offerings(state, row)["counts_as_cs"].tolist() != ["counts"]


def test_defect_21_totals_of_the_school_on_every_course_are_noticed() -> None:
    assert fires("S32", "S15")


@pytest.mark.parametrize("name", ["", "SHARED SERVICE ARRANGEMENT"])
def test_defect_22_phantom_rows_are_set_aside_and_counted(name: str) -> None:
    row = {"school_name": name, "state_school_id_given": "?", "nces_school_id_given": "", "course_code": "unspecified"}
    assert "S26" in courses(row, state="tx")


def test_defect_23_header_and_marks_may_drift() -> None:
    turned = "\n".join(",".join(reversed(line.split(","))) for line in TABLE.splitlines()) + "\n"
    assert received_file(turned) == set(), "columns are found by name"
    assert received_file(f'{HEADER}\n"Kestrel\nHigh",FL-03-0491,120009000067,0200320\n') == set()
    marks = {"enrolled": "unspecified ", "female": "Unspecifed", "black": ""}
    assert "S11" not in courses({**cases_states.SOUND, **marks}, listed=cases_states.LISTED)


def test_defect_24_a_school_that_a_join_doubles_stops_the_release() -> None:
    assert fires("P01", "P07")


def test_defect_25_codes_and_names_of_states_are_pairs() -> None:
    names = pd.Series([state.name for state in STATES.values()], dtype="str")
    assert read_states(names)[0].tolist() == list(STATES)
    assert (STATES["AK"].name, STATES["AZ"].name, STATES["AL"].name) == ("Alaska", "Arizona", "Alabama")


def _codes_of(kind: str, year: str) -> Any:
    codes = record(**{f"{kind}_school_code": "010025", "nces_school_id_given": SCHOOL["nces_school_id"]})
    offering = record(**{f"{kind}_school_code": "010025"})
    link = link_ap if kind == "ap" else link_ib
    found = link(offering, codes.assign(school_year=year), schools())[0]
    return found["match_reason"].item()


def test_defect_26_a_code_holds_for_its_year() -> None:
    assert (_codes_of("ap", YEAR), _codes_of("ap", "2016-17")) == ("code_crosswalk", "no_identity")


def test_defect_27_a_row_that_lost_a_field_is_set_aside() -> None:
    assert fires("F10")


def test_defect_28_counts_of_unknown_schools_make_no_school() -> None:
    listed = directory_part("nces_ccd_029", YEAR, cases_directory.LISTED)
    stray = directory_part("nces_ccd_052", YEAR, {"nces_school_id": "010000500999", "state": "AL", "students_total": 9})
    assert built(listed, stray).index.tolist() == [cases_directory.OAK]
    assert repair_nces_id("0", "AL")[1] in ("D01", "D03")


def test_defect_29_a_providers_row_reaches_its_school() -> None:
    layout = source_of("teals").layouts[0]
    assert "NCES ID" in layout.spellings("nces_school_id_given")
    assert "Classes" in layout.spellings("provider_course")
    found = link_records(record(nces_school_id_given=SCHOOL["nces_school_id"], source="teals"), schools())
    assert found["match_reason"].tolist() == ["nces_id_given"]


def test_defect_30_grades_are_those_of_the_year() -> None:
    high = {"grade_low": "09", "grade_high": "12", "offers_high": True, "offers_k8": False, "grade_levels": "____hi"}
    small = {"grade_low": "KG", "grade_high": "05", "offers_high": False, "offers_k8": True, "grade_levels": "el____"}
    now = directory_part("nces_ccd_029", YEAR, {**cases_directory.LISTED, **high, "grades_year": YEAR})
    later = directory_part("nces_urban", "2019-20", {**cases_directory.LISTED, **small, "grades_year": "2019-20"})
    school = built(now, later).loc[cases_directory.OAK]
    assert (school["grade_low"], school["grades_year"]) == ("09", YEAR)


def test_defect_31_a_corrected_file_takes_back_what_it_does_not_have() -> None:
    files = {"a.csv": [cases_states.SOUND, cases_states.OTHER], "b.csv": [cases_states.SOUND]}
    assert offerings("fl", files=files)["school_name"].tolist() == ["Kestrel High"]
    assert fires("S25")


def test_defect_32_the_tenth_delivery_comes_after_the_ninth() -> None:
    files = {f"2018-2019.{n}.csv": [{**cases_states.SOUND, "enrolled": str(n)}] for n in (9, 10)}
    assert offerings("fl", files=files)["enrolled"].tolist() == [10]


def test_defect_33_no_column_and_no_verdict_of_two_meanings() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        by_name(column("percent_known"), column("percent_known"))
    for name in ("school_cs_access", "state_summary"):
        assert len(set(table(name).column_names)) == len(table(name).column_names)


def test_defect_34_null_is_not_zero() -> None:
    assert percent(pd.Series([None], dtype="Int64"), pd.Series([10], dtype="Int64")).isna().all()
    assert fires("D22", "D24")


def test_defect_35_an_empty_group_has_no_percentage() -> None:
    assert percent(pd.Series([0], dtype="Int64"), pd.Series([0], dtype="Int64")).isna().all()


def test_defect_36_duplicates_and_sections_are_folded_and_named() -> None:
    assert fires("S16", "S17")


def test_defect_37_names_and_addresses_of_people_stay_restricted() -> None:
    row = {**cases_states.SOUND, "teacher_name_or_id": "CANARY TEACHER"}
    received = received_by_hand("fl", {"a.csv": [row]})
    result = standardise_course_offerings(received, source_of("fl"), YEAR, load_catalog("FL"))
    public = [result.table, result.findings, result.rejects, result.accounts]
    assert "CANARY" not in "".join(frame.to_csv() for frame in public)
    assert fires("S21", "F16", "R17")


def test_defect_38_grades_of_a_course_fit_the_school_and_spellings_are_one() -> None:
    assert fires("S19")
    spellings = ["Central Falls Senior/ /hIgh School", "Central Falls Senior High School", "CENTRAL FALLS SENIOR HIGH"]
    assert school_name_key(pd.Series(spellings, dtype="str")).nunique() == 1


def test_defect_39_a_cell_with_two_courses_and_a_campus_suffix() -> None:
    row = {"school_name": "BON HOMME HIGH SCHOOL - 01", "state_school_id_given": "SD-04002-01", "course_code": ""}
    kept = offerings("sd", {**row, "course_name": "CAD 1/CAD 2"})
    assert "counts" not in kept["counts_as_cs"].tolist()
    names = pd.Series(["BON HOMME HIGH SCHOOL - 01", "Bon Homme High School"], dtype="str")
    assert school_name_key(names).nunique() == 1


def test_defect_40_a_decision_may_be_any_verdict_and_a_missing_school_crashes_nothing() -> None:
    for verdict in ("Y", "N", "M", "E", "U"):
        assert answer(World().ap().override(verdict).run()) == verdict
    assert fires("C09")


def test_defect_41_a_changed_answer_of_an_earlier_year_is_in_the_diff() -> None:
    old = join_years(release_years())
    new = {name: frame.copy() for name, frame in old.items()}
    new["school_cs_access"].loc[0, "teaches_cs"] = "N"
    changes = diff_releases(old, new)
    assert changes[["school_year", "change", "was", "now"]].to_numpy().tolist() == [["2017-18", "answer", "Y", "N"]]
    assert diff_hash(changes) != diff_hash(diff_releases(old, old)), "an approval is bound to the hash"


def test_defect_42_an_ib_code_holds_for_its_year() -> None:
    assert (_codes_of("ib", YEAR), _codes_of("ib", "2016-17")) == ("code_crosswalk", "no_identity")


def test_defect_43_names_of_sources_are_lower_case() -> None:
    with pytest.raises(ValueError, match="lower-case"):
        parse_source(FILE_SOURCE.replace("source: fl", "source: FL").replace("READER", "csv"), Path("FL.yml"))


def test_defect_44_a_large_change_of_a_state_is_an_error() -> None:
    many = [schools(*({"nces_school_id": f"12000900{n:04d}"} for n in range(size))) for size in (120, 100)]
    found = compare_directories(*many, YEAR).set_index("rule_id")
    assert (found.at["X04", "severity"], found.at["X04", "value"]) == ("block", "FL: 100 to 120")
    assert fires("X04", "X06")
