"""Tests of the release folder: the same bytes from the same rows, what each file holds, and what is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as arrow
import pytest
from frictionless import Package

from pipelines.published import release
from pipelines.published.database_file import FILE, VIEWS
from pipelines.published.dictionary import dictionary_frame, dictionary_markdown
from pipelines.published.diff import read_release
from pipelines.published.public_tables import PUBLISHED, join_years
from pipelines.published.release import build_release, write_csv
from pipelines.published.tableau_file import EXTRACT, load_pantab
from schemas.tables import load_tables, table
from tests.unit.published_builder import YEARS, release_years

VERSION = "2026.11.1"
CANARY = "canary@example.org"


def build(data: Path, years: dict, version: str = VERSION, **more: object) -> Path:
    arguments = {
        "released_on": date(2026, 11, 3),
        "inputs": {"fl/f.csv": "0" * 64},
        "code_version": "abc",
        "diff_hash": "d",
    }
    return build_release(data, version, years, **{**arguments, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("data"), release_years())


def test_shuffled_rows_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    shuffled = {
        year: {name: frame.sample(frac=1, random_state=5) for name, frame in release_years()[year].items()}
        for year in reversed(YEARS)
    }
    again = build(tmp_path, shuffled)
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(again).as_posix() for p in again.rglob("*") if p.is_file())
    differing = [n for n in names if (folder / n).read_bytes() != (again / n).read_bytes()]
    # DuckDB and Hyper put identifiers of their own into each file; the manifest holds the hash of the content instead.
    assert set(differing) <= {FILE, EXTRACT}


def test_the_manifest_says_what_is_in_it(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["version"] == VERSION
    assert manifest["released_on"] == "2026-11-03"
    assert manifest["policies"] == ["census-2018"]
    assert manifest["inputs"] == {"fl/f.csv": "0" * 64}
    assert (manifest["code_version"], manifest["diff_sha256"]) == ("abc", "d")
    assert manifest["rows"]["school_cs_access"] == {"total": 12, "2017-18": 5, "2018-19": 7}
    content = {FILE, EXTRACT} if load_pantab() else {FILE}
    assert set(manifest["content"]) == content
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert files == {*manifest["files"], *content, "manifest.json"}


def test_a_release_is_read_back_as_it_was(folder: Path) -> None:
    back = read_release(folder)
    for name, frame in join_years(release_years()).items():
        expected = frame.sort_values(list(table(name).key), kind="stable").reset_index(drop=True)
        pd.testing.assert_frame_equal(back[name], expected)


def test_csv_keeps_ids_as_text_and_null_apart_from_empty(folder: Path) -> None:
    lines = (folder / "csv/school_cs_access.csv").read_bytes()
    assert b"\r" not in lines
    assert lines.splitlines()[1].startswith(b'"120001000000","2017-18","FL High 0",,')
    courses = (folder / "csv/courses_that_count.csv").read_text().splitlines()
    assert courses[1:3] == [
        '"FL","2017-18","","","counts","blank row",0',
        '"FL","2017-18","0200300","\'=Intro to CS","counts","catalog",1',
    ]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        ("St. Mary's - North", "St. Mary's - North"),
        ("'quoted", "'quoted"),
        ('say "hi"', 'say ""hi""'),
        ("", ""),
    ],
)
def test_a_text_cell_is_never_a_formula(cell: str, written: str, tmp_path: Path) -> None:
    write_csv(arrow.table({"a": [cell]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().decode() == f'"a"\n"{written}"\n'


def test_numbers_keep_their_minus_and_null_is_nothing(tmp_path: Path) -> None:
    write_csv(
        arrow.table({"n": [-1, None], "d": [-82.4, None], "f": [True, None], "t": ["010", None]}), tmp_path / "a.csv"
    )
    assert (tmp_path / "a.csv").read_text() == '"n","d","f","t"\n-1,-82.4,true,"010"\n,,,\n'


def test_restricted_and_undeclared_columns_stay_out(tmp_path: Path) -> None:
    years = release_years()
    access = years["2018-19"]["school_cs_access"]
    for column in ("submitter_email_address", "teacher_name_or_id", "something_else"):
        access[column] = CANARY
    folder = build(tmp_path, years)
    held = [p.name for p in folder.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]
    assert held == []
    assert "submitter_email_address" not in read_release(folder)["school_cs_access"]


def test_the_database_answers_questions(folder: Path) -> None:
    with duckdb.connect(str(folder / FILE), read_only=True) as connection:
        for name in (*PUBLISHED, *VIEWS):
            assert connection.execute(f"SELECT count(*) FROM {name}").fetchone() is not None
        teaching = connection.execute(
            "SELECT count(*) FROM schools_teaching_cs WHERE school_year = '2018-19'"
        ).fetchone()
        unknown = connection.execute("SELECT count(*) FROM schools_without_data").fetchone()
        why = connection.execute(
            "SELECT answer_in_words, is_used, why FROM why WHERE nces_school_id = '120001000000' AND school_year = '2018-19'"
        ).fetchall()
        silent = connection.execute("SELECT is_used FROM why WHERE teaches_cs = 'U'").fetchall()
        meaning = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'sources' AND column_name = 'report_status'"
        ).fetchone()
        changed = connection.execute("SELECT was, now FROM schools_that_changed ORDER BY nces_school_id").fetchall()
        moved = connection.execute(
            "SELECT year_before, percent_before, percent_offering, points_changed FROM how_it_changed "
            "WHERE place = 'FL' AND school_year = '2018-19'"
        ).fetchone()
        received = connection.execute("SELECT source, rows_in FROM sources_received").fetchall()
    assert changed == [("N", "Y"), ("U", "M"), ("N", "U"), ("N", "U")]
    assert moved == ("2017-18", 50.0, pytest.approx(66.667, abs=1e-3), pytest.approx(16.667, abs=1e-3))
    assert received == [("fl", 5), ("fl", 5)]
    assert teaching == (2,)
    assert unknown == (4,)
    assert why == [("offers computer science", True, "=the state lists 'Intro to CS'")]
    assert len(silent) == 4
    assert set(silent) == {(None,)}
    assert meaning == ("what the release says of the source",)


def test_the_data_package_is_valid_and_its_rows_too(folder: Path) -> None:
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.flatten(["rowNumber", "fieldName", "type", "message"]) == []
    package = json.loads((folder / "datapackage.json").read_text())
    assert package["version"] == VERSION
    assert package["created"] == "2026-11-03T00:00:00Z"
    fields = {f["name"]: f for f in package["resources"][0]["schema"]["fields"]}
    assert fields["nces_school_id"]["type"] == "string"
    assert fields["teaches_cs"]["constraints"]["enum"] == ["Y", "N", "M", "HY", "HN", "HM", "E", "U"]
    assert fields["latitude"]["constraints"] == {"minimum": -90, "maximum": 90}


def test_the_data_package_tells_a_wrong_cell(tmp_path: Path) -> None:
    folder = build(tmp_path, release_years())
    path = folder / "csv/school_cs_access.csv"
    path.write_text(path.read_text().replace('"census-2018",true', '"census-2018",perhaps', 1))
    report = Package(str(folder / "datapackage.json")).validate()
    assert ["in_access_report", "type-error"] in report.flatten(["fieldName", "type"])


def test_the_dictionary_names_every_column_once() -> None:
    text = dictionary_markdown(load_tables().values())
    for declared in load_tables().values():
        assert f"\n## {declared.name}\n" in text
    assert "teaches_cs" in text
    assert "Caveat: U is unknown, not no." in text
    assert "| restricted |" not in dictionary_markdown([table("school_cs_access")])
    frame = dictionary_frame(load_tables().values())
    assert len(frame) == sum(len(t.columns) for t in load_tables().values())
    assert not frame.duplicated(["table", "column"]).any()
    assert set(frame.loc[frame["column"] == "female", "tier"]) == {"partner"}


def test_every_line_of_a_dictionary_table_has_its_eight_cells() -> None:
    for line in dictionary_markdown(load_tables().values()).splitlines():
        if line.startswith("| `"):
            assert line.replace("\\|", "").count("|") == 9, line


def test_a_release_is_never_changed(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"release 2026\.11\.1 exists already and is never changed"):
        build(folder.parents[1], release_years())


def test_a_version_that_is_no_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"'\.\./x' is not a release; releases are numbered like 2026.11.1"):
        build(tmp_path, release_years(), "../x")


def test_a_killed_build_leaves_no_release_and_is_cleaned_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(release, "write_database", killed)
        patch.setattr(release.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            build(tmp_path, release_years())
    left = [p.name for p in (tmp_path / "releases").iterdir() if p.is_dir()]
    assert len(left) == 1
    assert left[0].startswith(".building-2026.11.1-")
    build(tmp_path, release_years())
    assert [p.name for p in (tmp_path / "releases").iterdir() if p.is_dir()] == [VERSION]


def test_a_failed_build_removes_what_it_wrote(tmp_path: Path) -> None:
    years = release_years()
    years["2018-19"]["evidence"] = pd.concat([years["2018-19"]["evidence"]] * 2)
    with pytest.raises(ValueError, match="evidence has two rows with the same"):
        build(tmp_path, years)
    assert [p for p in (tmp_path / "releases").iterdir() if p.is_dir()] == []
