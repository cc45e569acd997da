"""Every layout of every state, read from a small invented file: the course is found, and who does not teach is not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as arrow
import pytest

from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts, receive_file
from pipelines.shared.quick_check import certainly_valid
from pipelines.shared.records import Standardised
from pipelines.standard.course_catalog import load_catalog
from pipelines.standard.course_offerings import standardise_course_offerings
from pipelines.standard.split import unaccounted
from schemas.source_model import Source, load_sources
from schemas.tables import table
from tests.unit.state_files_by_hand import StateFile, state_files

FILES = state_files()
DRIFTED = [file for file in FILES if len({file.text(spelling) for spelling in range(5)}) > 1]


def read(folder: Path, source: Source, year: str, text: str) -> tuple[str, Standardised]:
    sent = folder / "sent.csv"
    sent.write_text(text, encoding="utf-8")
    receive_file(folder / "raw", sent, source, year, delivery="full", received_on="2019-06-01")
    received = read_source(folder / "raw", source, year, read_receipts(folder / "raw"))
    assert received.files["file_status"].tolist() == ["accepted"], received.files["reason"].tolist()
    result = standardise_course_offerings(received, source, year, load_catalog(source.state))
    assert unaccounted(result.accounts).empty
    declared = table("course_offerings")
    data = arrow.Table.from_pandas(result.table, schema=declared.arrow_schema, preserve_index=False)
    assert certainly_valid(data, declared)
    return received.files["layout"].iloc[0], result


def assert_read(file: StateFile, layout: str, result: Standardised) -> None:
    assert layout == file.layout.name
    assert result.table["row"].tolist() == [2]
    offering = result.table.iloc[0]
    assert offering["counts_as_cs"] == "counts", offering["counts_basis"]
    for column, expected in {"nces_school_id_given": file.nces_id, "state_school_id_given": file.state_id}.items():
        assert (expected is None and pd.isna(offering[column])) or offering[column] == expected
    for column, expected in file.offered.items():
        if expected != "unspecified":
            assert offering[column].startswith(expected)
    assert result.rejects.empty
    assert result.accounts["rows_in"].tolist() == [len(file.cells)]
    assert result.accounts["rows_excluded"].tolist() == [len(file.cells) - 1]
    assert not set(result.findings["rule_id"]) & {"S06", "D01", "D07", "S28", "S31"}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.source.source}-{f.layout.name}")
def test_a_file_in_each_layout_is_read(file: StateFile, tmp_path: Path) -> None:
    assert_read(file, *read(tmp_path, file.source, file.school_year, file.text()))


def test_all_51_jurisdictions_are_read() -> None:
    assert len({file.source.state for file in FILES}) == 51


@pytest.mark.parametrize("file", DRIFTED[::12], ids=lambda f: f"{f.source.source}-{f.layout.name}")
def test_other_spellings_of_the_columns_are_read_alike(file: StateFile, tmp_path: Path) -> None:
    for spelling in (1, 4):
        head, rest = file.text(spelling).split("\n", 1)
        folder = tmp_path / str(spelling)
        folder.mkdir()
        assert_read(file, *read(folder, file.source, file.school_year, f"  {head.upper()} \n{rest}"))


# Own layouts of the states, by hand: domain.md 5.3.

OWN: list[tuple[str, str, str, list[tuple[str, str, str]]]] = [
    # state, year, file, offerings as (row, course, counts_as_cs)
    (
        "id",
        "2017-18",
        "LeaNumber,SchoolNumber,02204,03208,10157\n1,7,Y,N,Y\n132,65,N,N,N\n171,12,,,y \n9,9,Yes,N,N\n",
        [("2", "02204", "counts"), ("2", "10157", "counts"), ("4", "10157", "counts"), ("5", "02204", "review")],
    ),
    ("id", "2017-18", "LeaNumber,SchoolNumber,2204,3208,10157\n1,7,N,Y,N\n", [("2", "03208", "counts")]),
    (
        "in",
        "2017-18",
        "NCES,4570,4568,4801,5236,4803,5612,4586\n180000100001,Y,,,,,Y,\n180000100002,,,,,,,\n",
        [("2", "4570", "counts"), ("2", "5612", "review")],
    ),
    (
        "ma",
        "2017-18",
        "School Name,District Code,School Code,Course Code,Progrmming Included,Total Enrollment\n"
        "Kestrel,00010000,00010599,10158,Y,12\nKestrel,00010000,00010599,10152,N,30\n"
        "Osprey,00010000,00010600,10011,Y,*\nOsprey,00010000,00010600,10012,Y,0\nOsprey,00010000,00010600,10004,Y,9\n",
        [("2", "10158", "counts"), ("6", "10004", "does_not_count")],
    ),
    (
        "ct",
        "2017-18",
        "District Code,School Code,Course,CourseEnrollments\n0640011,0646111,Java Programming,14\n"
        "0640011,0646111,AP Computer Science A,*\n0640011,0646211,Pottery,8\n",
        [("2", "Java Programming", "counts"), ("4", "Pottery", "review")],
    ),
    (
        "dc",
        "2018-19",
        "State School Id,Teaches CS?\nDC-001-420,unspecified\nDC-001-421,10011\nDC-001-422,\nDC-001-423,No\n"
        "DC-001-424,perhaps\n",
        [("2", "", "counts"), ("3", "10011", "counts"), ("6", "PERHAPS", "review")],
    ),
    ("nv", "2018-19", "State School ID,Teaches CS - From Cindi/NV\nNV-02-02999,unspecified\n", [("2", "", "counts")]),
    ("pa", "2017-18", "state_school_id\nPA-101260303-6999\n", [("2", "", "counts")]),
    ("sc", "2017-18", "districtcode,schoolcode\n160,1\n", [("2", "", "counts")]),
    ("ia", "2017-18", "NCES ID\n190000100001\n", [("2", "", "counts")]),
    (
        "ga",
        "2017-18",
        "SCHOOL_YEAR,SYSTEM_ID,SYSTEM_NAME,SCHOOL_ID,SCHOOL_NAME,COURSE_NUMBER,COURSE_TITLE,COURSE_TAKER_CT\n"
        "2018,601,Kestrel County,103,Kestrel High,11.019,AP Computer Science Principles,22\n"
        "2018,7830613,State Charter,613,Osprey Academy,11.01600,AP Computer Science A,3\n",
        [("2", "11.0190000", "counts"), ("3", "11.0160000", "counts")],
    ),
    (
        "ut",
        "2017-18",
        "NCES ID,"
        + ",".join(f'"{title}"' for title in load_sources()["ut"].layouts[1].wide.columns)  # type: ignore[union-attr]
        + "\n490000100001,1,0,,,,,,,1,,,,,,\n490000100002,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n",
        [("2", "A.P. Computer Science", "counts"), ("2", "Exploring Computer Science I (CS)", "counts")],
    ),
    (
        "me",
        "2018-19",
        "NCES School ID: ,course\n230000100001,Computer Programming\n230000100001,Computer Applications\n",
        [("2", "Computer Programming", "counts"), ("3", "Computer Applications", "does_not_count")],
    ),
    ("mi", "2018-19", "State School ID,Subject Course Code\nMI - 50050 - 00119,10152\n", [("2", "10152", "counts")]),
    ("va", "2017-18", "state_school_id,course\nVA-001-0010530,10152 advanced\n", [("2", "10152 ADVANCED", "counts")]),
    ("ky", "2018-19", "State School ID,Course\nKY-057281000-057281999,Other\n", [("2", "OTHER", "counts")]),
    (
        "in",
        "2018-19",
        "IDOE_CORPORATION_ID,CORPORATION_NAME,IDOE_SCHOOL_ID,SCHOOL_NAME,COURSE_CODE,SUBJECT_NAME,Overall,Female,Male\n"
        "0015,Kestrel Corporation,0999,Kestrel High,4801,Computer Science I,15,3,12\n",
        [("2", "4801", "counts")],
    ),
]


@pytest.mark.parametrize(("state", "year", "text", "expected"), OWN, ids=[f"{n}-{row[0]}" for n, row in enumerate(OWN)])
def test_own_layouts_of_states(
    state: str, year: str, text: str, expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    _, result = read(tmp_path, load_sources()[state], year, text)
    course = result.table["course_code"].fillna(result.table["course_name"]).fillna("")
    found = zip(result.table["row"].astype("str"), course, result.table["counts_as_cs"], strict=True)
    assert sorted(found) == sorted(expected)
    assert result.table["record_id"].is_unique


def test_rows_that_offer_nothing_are_told(tmp_path: Path) -> None:
    """A hidden or zero enrolment is told row by row, an answer of no once per file; nothing is dropped in silence."""
    source = load_sources()["ma"]
    text = next(text for state, _, text, _ in OWN if state == "ma")
    _, result = read(tmp_path, source, "2017-18", text)
    told = result.findings.set_index("rule_id")
    assert sorted(told.loc[["S12"], "row"]) == [4, 5]
    assert told.loc["S30", "finding_rows"] == 1
    assert result.accounts[["rows_in", "rows_kept", "rows_excluded"]].iloc[0].tolist() == [5, 2, 3]


def test_an_answer_that_is_neither_yes_nor_no_is_a_question(tmp_path: Path) -> None:
    _, result = read(tmp_path, load_sources()["id"], "2017-18", OWN[0][2])
    told = result.findings[result.findings["rule_id"] == "S31"]
    assert told["row"].tolist() == [5]
    assert told["column"].tolist() == ["02204"]
    assert told["severity"].tolist() == ["quarantine"]


def test_the_offerings_of_a_wide_row_have_records_of_their_own(tmp_path: Path) -> None:
    _, result = read(tmp_path, load_sources()["id"], "2017-18", OWN[0][2])
    mine = result.table[result.table["row"] == 2]
    assert mine["record_id"].str.endswith(("csv:2", "csv:2:2")).all()
    assert result.accounts[["rows_in", "rows_kept", "rows_excluded"]].iloc[0].tolist() == [4, 3, 1]


def test_the_order_of_rows_changes_no_answer(tmp_path: Path) -> None:
    head, *rows = OWN[0][2].splitlines()
    _, straight = read(tmp_path, load_sources()["id"], "2017-18", "\n".join([head, *rows]) + "\n")
    folder = tmp_path / "turned"
    folder.mkdir()
    _, turned = read(folder, load_sources()["id"], "2017-18", "\n".join([head, *rows[::-1]]) + "\n")
    said = [
        sorted(zip(r.table["state_school_id_given"], r.table["course_code"], r.table["counts_as_cs"], strict=True))
        for r in (straight, turned)
    ]
    assert said[0] == said[1]


def test_a_wide_row_without_a_school_is_rejected_once(tmp_path: Path) -> None:
    header = "NCES,4570,4568,4801,5236,4803,5612,4586\n"
    _, result = read(tmp_path, load_sources()["in"], "2017-18", f"{header}180000100001,Y,,,,,,\n12,Y,Y,,,,,\n")
    assert result.table["row"].tolist() == [2]
    assert result.rejects["row"].tolist() == [3]
    assert result.accounts[["rows_in", "rows_kept", "rows_rejected"]].iloc[0].tolist() == [2, 1, 1]


def test_a_file_that_lost_the_column_of_a_course_is_refused(tmp_path: Path) -> None:
    """Read without it, every school that teaches only that course would seem not to teach."""
    sent = tmp_path / "sent.csv"
    sent.write_text("LeaNumber,SchoolNumber,02204,03208\n1,7,Y,N\n", encoding="utf-8")
    source = load_sources()["id"]
    receive_file(tmp_path / "raw", sent, source, "2017-18", delivery="full", received_on="2019-06-01")
    received = read_source(tmp_path / "raw", source, "2017-18", read_receipts(tmp_path / "raw"))
    assert received.files["file_status"].tolist() == ["refused"]


def test_a_later_delivery_takes_back_what_it_does_not_offer(tmp_path: Path) -> None:
    source, raw = load_sources()["id"], tmp_path / "raw"
    for number, text in enumerate(("1,7,Y,Y,N\n", "1,7,N,Y,Y\n")):
        sent = tmp_path / f"{number}.csv"
        sent.write_text(f"LeaNumber,SchoolNumber,02204,03208,10157\n{text}", encoding="utf-8")
        receive_file(raw, sent, source, "2017-18", delivery="full", received_on=f"2019-06-0{number + 1}")
    received = read_source(raw, source, "2017-18", read_receipts(raw))
    result = standardise_course_offerings(received, source, "2017-18", load_catalog("ID"))
    assert unaccounted(result.accounts).empty
    assert result.table["course_code"].tolist() == ["03208", "10157"]
    taken_back = result.findings[result.findings["rule_id"] == "S25"]
    assert taken_back["value"].tolist() == ["02204"]
