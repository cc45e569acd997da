"""Real files beside the repository are read completely, fast, and cell by cell as Python's csv reads them."""

import csv
import gzip
import io
import time
from pathlib import Path

import pytest

from pipelines.received.read_csv import decode, read_grid
from pipelines.received.read_file import read_table
from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts, receive_file
from schemas.source_model import Layout, parse_source

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real files (../shared/data) are not here"),
]
ENCODINGS = ("utf-8-sig", "cp1252")


def csv_files() -> list[Path]:
    folders = ("nces", "state", "state_files", "codeorg", "reference")
    files = [p for f in folders for p in sorted((DATA / f).rglob("*.csv*"))]
    # Comparing the four largest takes 20 seconds; they agreed when the reader was written.
    return [p for p in files if p.stat().st_size < 1_000_000]


@pytest.mark.parametrize("path", csv_files(), ids=lambda p: p.name)
def test_every_cell_is_what_the_csv_module_reads(path: Path) -> None:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    utf8, _ = decode(data, ENCODINGS)
    records = list(csv.reader(io.StringIO(utf8.decode(), newline=""), strict=True))
    grid = read_grid(utf8, ",", len(records[0]), 1)
    assert not grid.uneven
    expected = [(n, r) for n, r in enumerate(records[1:], start=2) if any(cell.strip() for cell in r)]
    assert list(grid.rows) == [n for n, _ in expected]
    for place, column in enumerate(grid.cells.columns):
        assert column.to_pylist() == [record[place] for _, record in expected]


SPINE = """
source: ccd
title: CCD 129
produces: nces_schools
publisher: NCES
layouts:
  - name: characteristics
    columns: {nces_school_id_given: NCESSCH, state_school_id_given: ST_SCHID, school_name: SCH_NAME, state: STABR,
              year: SURVYEAR, leaid: LEAID, district_name: LEA_NAME, title: TITLEI_TEXT}
    required: [nces_school_id_given, school_name, state]
    ignore: ["*"]
    year_column: year
"""


def test_the_national_directory_is_read_fast(tmp_path: Path) -> None:
    source = parse_source(SPINE, Path("ccd.yml"))
    file = DATA / "nces/ccd_sch_129_1516_characteristics.csv.gz"
    receive_file(tmp_path, file, source, "2015-16", received_on="2019-10-01")
    receipts = read_receipts(tmp_path)
    start = time.perf_counter()
    received = read_source(tmp_path, source, "2015-16", receipts)
    assert time.perf_counter() - start < 5  # about 0.5 s when the machine has nothing else to do
    assert len(received.rows) == 100_232
    assert received.findings.empty
    assert received.rows["nces_school_id_given"].str.fullmatch(r"\d{12}").all()


def test_the_page_that_calls_itself_xls_holds_the_schools_of_the_export() -> None:
    columns = {"nces_school_id_given": "NCES School ID", "school_name": "School Name", "students_total": "Students*"}
    required = ("nces_school_id_given", "school_name")
    page = Layout(name="page", reader="html_table", columns=columns, required=required)
    export = Layout(name="export", columns=columns, required=required)
    got = []
    for name in ("washington_schools.xls.html.gz", "nces_school_search_2324_wa.csv.gz"):
        table = read_table((DATA / "nces" / name).read_bytes(), (export, page))
        # Where the page repeats blanks, a browser shows one.
        got.append(sorted([" ".join(c.split()) for c in table.grid.record(at)] for at in range(2_553)))
        assert table.grid.rows_in == 2_553
    assert got[0] == got[1]
