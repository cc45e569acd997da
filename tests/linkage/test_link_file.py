"""`cleanup link` from file to file: formats, columns under other names, ids that are given, and what it says when it cannot."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipelines.cli import app, main
from pipelines.season.link_file import link_file
from tests.linkage.test_school_match import FIRST, LEVELS

Capture = pytest.CaptureFixture[str]
SCHOOLS = pd.DataFrame(
    [
        ("410000000001", "OR", "Nestucca Ridge High School", "Tide County", "Cloverdale", "97112"),
        ("410000000002", "OR", "Nestucca Ridge Middle School", "Tide County", "Cloverdale", "97112"),
        ("410000000003", "OR", "Bramble Lake Elementary School", "Fir County", "Bramble", "97113"),
        ("530000000004", "WA", "Nestucca Ridge High School", "Sound County", "Cloverdale", "98001"),
    ],
    columns=["ncessch", "STATE", "Sch Name", "District", "City", "ZIP"],
)
SCHOOLS = pd.concat(
    [
        SCHOOLS,
        # Neighbors, so that words such as High and Academy are common in the state and others are rare.
        pd.DataFrame(
            [
                (f"4199{n:08}", "OR", f"{first} {level}", f"District {n % 9}", f"Town {n % 7}", f"9720{n % 7}")
                for n, (first, level) in enumerate((f, one) for f in FIRST for one in LEVELS)
            ],
            columns=SCHOOLS.columns,
        ),
    ],
    ignore_index=True,
)
ROWS = pd.DataFrame(
    [
        ("a", "Oregon", "NESTUCCA RDG H S", "Cloverdale", "97112"),
        ("b", "OR", "Bramble Lake Elem", "Bramble", "97113-0012"),
        ("c", "OR", "Grand Hotel", "Cloverdale", None),
    ],
    columns=["record_id", "State", "School", "Town", "Zip Code"],
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    SCHOOLS.to_csv(tmp_path / "directory.csv.gz", index=False)
    return tmp_path / "directory.csv.gz"


def write(rows: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        rows.to_parquet(path)
    elif path.suffix == ".xlsx":
        rows.to_excel(path, index=False)
    else:
        rows.to_csv(path, index=False, sep="\t" if ".tsv" in path.name else ";" if "semicolon" in path.name else ",")
    return path


@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.tsv", "semicolon.csv", "x.parquet", "x.xlsx"])
def test_every_format_gives_the_same_answers(name: str, tmp_path: Path, directory: Path) -> None:
    done = link_file(write(ROWS, tmp_path / name), directory=directory, out=tmp_path / "out.csv")
    written = pd.read_csv(tmp_path / "out.csv", dtype="str")
    assert written["record_id"].tolist() == ["a", "b", "c"]
    assert written["nces_id"].tolist()[:2] == ["410000000001", "410000000003"]
    assert written["decision"].tolist()[:2] == ["auto", "auto"]
    assert written["decision"].tolist()[2] != "auto"
    assert done.columns == ("state", "school_name", "city", "zip")
    assert written.columns[:6].tolist() == ["record_id", "nces_id", "score", "match_reason", "margin", "decision"]
    assert not list(tmp_path.glob(".out*"))


def test_rows_without_ids_are_numbered(tmp_path: Path, directory: Path) -> None:
    file = write(ROWS.drop(columns="record_id"), tmp_path / "x.csv")
    assert link_file(file, directory=directory).answers["record_id"].tolist() == ["1", "2", "3"]


def test_a_given_id_goes_first_unless_all_else_contradicts_it(tmp_path: Path, directory: Path) -> None:
    given = ["410000000002", "410000000001", None]
    file = write(ROWS.assign(School=["NRMS", "Bramble Lake Elem", "x"], nces_school_id=given), tmp_path / "x.csv")
    done = link_file(file, directory=directory).answers.set_index("record_id")
    assert done.loc["a", ["nces_id", "decision", "score"]].tolist() == ["410000000002", "auto", 1.0]
    assert done.loc["b", "decision"] == "review"
    assert done.loc["b", "match_reason"].startswith("NCES id given is contradicted")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("state,city\nOR,Bramble\n", "no column school_name"),
        ("school_name,city\nx,Bramble\n", "no column state"),
        ("record_id,state,school_name\n1,OR,x\n1,OR,y\n", "'1' stands in more than one row"),
        ("record_id,state,school_name\n,OR,x\n", "record_id is blank in row 2"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    text: str, said: str, tmp_path: Path, directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["cleanup", "link", str(tmp_path / "x.csv"), "--directory", str(directory)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_header_alone_is_no_error_and_writes_a_header(tmp_path: Path, directory: Path) -> None:
    (tmp_path / "x.csv").write_text("record_id,state,school_name\n", encoding="utf-8")
    out = tmp_path / "new" / "answers.csv.gz"
    command = ["link", str(tmp_path / "x.csv"), "--directory", str(directory), "--out", str(out)]
    got = CliRunner().invoke(app, command)
    assert got.exit_code == 0
    with gzip.open(out, "rt") as file:
        assert file.read().startswith("record_id,nces_id,score")
    assert "0 records against 64 schools" in got.output


def test_the_command_says_counts_columns_and_time(tmp_path: Path, directory: Path) -> None:
    file = write(ROWS, tmp_path / "x.csv")
    command = ["link", str(file), "--directory", str(directory), "--out", str(tmp_path / "o.csv")]
    got = CliRunner().invoke(app, command)
    assert got.exit_code == 0
    for part in (
        "3 records against 64 schools in",
        "compared by state, school_name, city, zip",
        "matched",
        "no school found",
    ):
        assert part in got.output


def test_a_file_that_is_no_table_is_refused(tmp_path: Path, directory: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(ValueError, match=r"x\.xlsx cannot be read"):
        link_file(tmp_path / "x.xlsx", directory=directory)


def test_a_name_of_another_year_finds_the_school_under_its_name_of_today(tmp_path: Path, directory: Path) -> None:
    renamed = ROWS.assign(School=["Harlan Teasdale H S", "Bramble Lake Elem", "Grand Hotel"])
    file = write(renamed, tmp_path / "x.csv")
    before = SCHOOLS.assign(**{"Sch Name": SCHOOLS["Sch Name"].replace("Nestucca Ridge High School", "Teasdale High")})
    before[["ncessch", "Sch Name"]].to_csv(tmp_path / "earlier.csv", index=False)

    plain = link_file(file, directory=directory).answers.set_index("record_id")
    done = link_file(file, directory=directory, other_years=[tmp_path / "earlier.csv"])
    answers = done.answers.set_index("record_id")
    assert plain.loc["a", "decision"] != "auto"
    assert answers.loc["a", ["nces_id", "decision"]].tolist() == ["410000000001", "auto"]
    assert answers.loc["a", "match_reason"].startswith("in another year's list named 'Teasdale High': ")
    assert answers.loc["b", "match_reason"] == plain.loc["b", "match_reason"]
    assert done.other_names == 2


def test_the_command_takes_other_years(tmp_path: Path, directory: Path) -> None:
    file = write(ROWS, tmp_path / "x.csv")
    SCHOOLS[["ncessch", "Sch Name"]].assign(**{"Sch Name": "Old Name"}).to_csv(tmp_path / "e.csv", index=False)
    command = ["link", str(file), "--directory", str(directory), "--other-year", str(tmp_path / "e.csv")]
    got = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "o.csv")])
    assert got.exit_code == 0
    assert "64 schools are compared under their names of other years too" in got.output
