"""Tests of the formats of a release: Tableau extract, Excel, GeoJSON, dictionary page, README."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from pipelines.published import excel_files
from pipelines.published.dictionary_page import dictionary_page
from pipelines.published.excel_files import WORKBOOK, write_excel_csv, write_workbook
from pipelines.published.geojson_files import write_geojson
from pipelines.published.public_tables import PUBLISHED, published_tables
from pipelines.published.release import build_release
from pipelines.published.tableau_file import EXTRACT, SWITCH, compare_tables, read_extract, write_extract
from pipelines.published.versions import verify_release
from tests.unit.published_builder import release_years

VERSION = "2026.11.1"


def build(data: Path) -> Path:
    return build_release(
        data, VERSION, release_years(), released_on=date(2026, 11, 3), inputs={}, code_version="abc", diff_hash="d"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with an extract, where the extra is installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SWITCH, raising=False)
        return build(tmp_path_factory.mktemp("data"))


def tables_of(folder: Path) -> dict[str, arrow.Table]:
    return {name: parquet.read_table(folder / "parquet" / f"{name}.parquet") for name in PUBLISHED}


def test_the_extract_equals_the_parquet_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pantab", reason="needs the extra 'tableau'")
    monkeypatch.delenv(SWITCH)
    expected = tables_of(folder)
    found = read_extract(folder / EXTRACT)
    assert {name: table.num_rows for name, table in found.items()} == {n: t.num_rows for n, t in expected.items()}
    assert compare_tables(found, expected) == []
    access = expected["school_cs_access"]
    place = access.column_names.index("students_total")
    other = {
        "type": access.set_column(place, "students_total", access["students_total"].cast(arrow.float64())),
        "rows": access.slice(1),
        "cells": access.set_column(place, "students_total", arrow.array([7] * access.num_rows, arrow.int64())),
    }
    said = {k: compare_tables(found, {**expected, "school_cs_access": t})[0] for k, t in other.items()}
    assert "other columns or types" in said["type"]
    assert "has 12 rows, its Parquet file 11" in said["rows"]
    assert "other cells" in said["cells"]
    # The entitlements are the partners' and stay out of the public file.
    assert set(found) == set(PUBLISHED)
    assert verify_release(folder) == []
    (folder / EXTRACT).write_bytes(b"no extract")
    assert verify_release(folder) == [f"{EXTRACT} of {VERSION} cannot be compared: RuntimeError"]


def test_without_the_extra_the_release_says_so(tmp_path: Path) -> None:
    folder = build(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert "built without the extra 'tableau'" in manifest["tableau"]
    assert not (folder / EXTRACT).exists()
    assert "There is no Tableau extract" in (folder / "README.md").read_text()
    assert verify_release(folder) == []


def test_hyper_leaves_no_log_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pantab", reason="needs the extra 'tableau'")
    monkeypatch.delenv(SWITCH)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert write_extract(tmp_path / "out" / "a.hyper", {"a": arrow.table({"x": ["1"]})})
    assert list((tmp_path / "here").iterdir()) == []
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["a.hyper"]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("120001000067", '="120001000067"'),
        ("010000500870", '="010000500870"'),
        ("2010-11", '="2010-11"'),
        ("1E5", '="1E5"'),
        ("3-4", '="3-4"'),
        ("Mar-04", '="Mar-04"'),
        ("TRUE", '="TRUE"'),
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("-2", "'-2"),
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ('1",=1', '1",=1'),
        ("Mary 4 Oak", "Mary 4 Oak"),
        ("Marsh High", "Marsh High"),
    ],
)
def test_text_survives_excel_and_never_runs(cell: str, written: str, tmp_path: Path) -> None:
    write_excel_csv(arrow.table({"a": [cell], "n": [-1]}), tmp_path / "a.csv")
    body = (tmp_path / "a.csv").read_bytes()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows == [["a", "n"], [written, "-1"]]


def test_excel_files_hold_every_row(folder: Path) -> None:
    for name in ("school_cs_access", "evidence"):
        parts = [pd.read_csv(p, dtype="str") for p in sorted((folder / "excel").glob(f"{name}_*.csv"))]
        assert len(parts) == 2
        assert sum(len(p) for p in parts) == tables_of(folder)[name].num_rows
    assert (folder / "excel" / "sources.csv").exists()


def test_a_table_longer_than_a_sheet_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_files, "ROWS", 4)
    folder = build(tmp_path)
    names = sorted(p.name for p in (folder / "excel").glob("school_cs_access_2018-19*"))
    assert names == ["school_cs_access_2018-19_1.csv", "school_cs_access_2018-19_2.csv"]


def test_the_workbook_reads_and_runs_nothing(tmp_path: Path) -> None:
    tables = published_tables()
    data = {
        name: arrow.Table.from_pandas(frame, schema=tables[name].arrow_schema, preserve_index=False)
        for name, frame in release_years()["2018-19"].items()
    }
    for copy in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / copy, data, tables, VERSION, date(2026, 11, 3))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    schools = book["Schools 2018-19"]
    assert [c.value for c in schools[1]][:2] == ["nces_school_id", "school_name"]
    assert schools["A2"].value == "120001000000"
    assert schools["A2"].data_type == "s"
    assert "offers computer science" in {row[10].value for row in schools.iter_rows(min_row=2)}
    courses = [row[3] for row in book["courses_that_count"].iter_rows(min_row=2)]
    assert "=Intro to CS" in {cell.value for cell in courses}
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        sheets = [parts.read(n).decode() for n in parts.namelist() if n.startswith("xl/worksheets/sheet")]
    assert not any("<f>" in sheet for sheet in sheets)


def test_geojson_leaves_out_and_counts_schools_without_coordinates(tmp_path: Path) -> None:
    frame = release_years()["2018-19"]["school_cs_access"]
    frame.loc[0, ["latitude", "longitude"]] = None
    frame.loc[1, ["latitude", "longitude"]] = 0.0
    declared = published_tables()["school_cs_access"]
    table = arrow.Table.from_pandas(frame[declared.column_names], schema=declared.arrow_schema, preserve_index=False)
    assert write_geojson(tmp_path, table) == {"geojson/us.geojson": 2, "geojson/fl.geojson": 2, "geojson/ga.geojson": 0}
    nation = json.loads((tmp_path / "geojson/us.geojson").read_text())
    assert nation["schools_without_coordinates"] == 2
    assert len(nation["features"]) == len(frame) - 2
    point = nation["features"][0]
    assert point["type"] == "Feature"
    assert point["geometry"] == {"type": "Point", "coordinates": [-82.4, 27.92]}
    assert point["properties"]["nces_school_id"] == point["id"] == "120001000002"
    assert point["properties"]["teaches_cs"] == "M"
    states = [json.loads((tmp_path / f"geojson/{s}.geojson").read_text())["features"] for s in ("fl", "ga")]
    assert sorted(f["id"] for part in states for f in part) == sorted(f["id"] for f in nation["features"])


def test_the_dictionary_page_says_what_the_declarations_say() -> None:
    page = dictionary_page(published_tables().values(), VERSION)
    for declared in published_tables().values():
        assert f'<h2 id="{declared.name}">' in page
        assert page.count(f'data-table="{declared.name}"') == 1
    assert "Caveat: U is unknown, not no." in page
    assert "<td>restricted</td>" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<td>2026.11</td>") == sum(len(t.columns) for t in published_tables().values())


def test_the_readme_says_what_is_missing(folder: Path) -> None:
    text = (folder / "README.md").read_text()
    assert "0 schools without coordinates" in text
    assert f"excel/{WORKBOOK}" in text
    for word in ("dictionary.html", "cs_access.duckdb", "geojson/us.geojson"):
        assert word in text
        assert (folder / word).exists()
