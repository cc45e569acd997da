"""`cleanup check`: the findings of the run, in seconds and without Dagster; repaired copies; files nobody can place."""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipelines.one_file.check_command import Asked, run_check
from pipelines.one_file.check_file import Directory, check_file
from pipelines.one_file.safe_repairs import REPAIRS, repair_file
from pipelines.received.receipts import read_receipts, receive_file
from pipelines.season.steps.sources import source_steps
from pipelines.season.workspace import PROJECT
from pipelines.shared.findings import conform, join_findings
from pipelines.shared.school_year import parse_school_year
from pipelines.shared.steps import Workspace, run_step, show_findings
from pipelines.shared.store import TableStore
from schemas.source_model import load_sources

YEAR = "2018-19"
CANARY = "Zebulon Canary-Teacher"
HEADER = (
    "school_name,state_school_id,nces_id,course_id,course_name,teacher_name_or_id,num_students_enrolled,"
    "num_students_female"
)
GOOD = "Alpha High School,GA-601-0103,130006000001,11.0160000,AP Computer Science A,unspecified,12,5"
LAST = "Beta High School,GA-601-0104,130006000002,11.0190000,AP Computer Science Principles,unspecified,20,9"


def georgia(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


ODD_FILES: dict[str, str | bytes] = {
    "good": georgia(GOOD, LAST),
    "lost zeros": georgia(GOOD.replace("11.0160000", "11.016"), LAST),
    "rounded id": georgia(GOOD.replace("130006000001", "1.3E+11"), LAST),
    "another state in a row": georgia(GOOD.replace("GA-601", "FL-01"), LAST, LAST),
    "unknown course": georgia(
        GOOD.replace("11.0160000,AP", '99.9999999,"Advanced Placement,').replace("Science A", 'Science A"'), LAST
    ),
    "odd counts": georgia(GOOD.replace(",12,5", ",-5,many"), LAST),
    "twice": georgia(GOOD, GOOD, LAST),
    "shifted row": georgia(GOOD + ",x", LAST),
    "note": georgia(GOOD, LAST, "Source: the agency,,,,,,,"),
    "nobody": georgia(GOOD, ",,,11.0160000,AP Computer Science A,unspecified,1,1"),
    "unknown column": georgia(GOOD, LAST, header=HEADER.replace("female", "females")),
    "missing column": georgia(GOOD, LAST, header=HEADER.replace("course_id", "courseID")),
    "another state": georgia(*(row.replace("GA-", "CA-") for row in (GOOD, LAST))),
    "header only": georgia(),
    "empty": b"",
    "binary": b"\x00\x01not a table",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place where nothing tells state or year but the files themselves, and no directory lies about."""
    place = tmp_path / "inbox"
    place.mkdir()
    monkeypatch.setenv("CS_ACCESS_DATA", str(tmp_path / "no data"))
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def put(folder: Path) -> Callable[..., Path]:
    def write(body: str | bytes, name: str = "GA_2018-2019.csv") -> Path:
        path = folder / name
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        return path

    return write


def plainly(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings in an order of their own, without the path of the file, which is elsewhere below raw/."""
    frame = findings.drop(columns=["file"]).sort_values(list(findings.columns.drop("file")), kind="stable")
    return frame.reset_index(drop=True)


# ------------------------------------------------------------------------------------- the same findings as in the run


@pytest.mark.parametrize("kind", list(ODD_FILES))
def test_an_odd_file_has_the_findings_of_the_run(kind: str, put: Callable[..., Path], tmp_path: Path) -> None:
    source, file = load_sources()["ga"], put(ODD_FILES[kind])
    raw, store = tmp_path / "raw", TableStore(str(tmp_path / "data"))
    receive_file(raw, file, source, YEAR, received_on="2019-10-01")
    reports = [run_step(step, Workspace(store, raw, {"ga": source}), YEAR) for step in source_steps(source)]
    stages = ("received", "standard")
    stored = join_findings(store.read("findings", YEAR, stage=stage, name="ga.findings") for stage in stages)

    checked = check_file(file, source, YEAR)
    pd.testing.assert_frame_equal(plainly(checked.findings), plainly(stored))
    assert checked.refused == any(check.is_error for check in reports[0].checks)
    # Dagster shows the tables of these checks: each of their lines is a finding of `cleanup check`, word for word.
    mine = {(f["row"], f["column"], f["what is wrong"], f["value"]) for f in told(checked.findings)}
    shown = [line for report in reports for check in report.checks for line in check.findings]
    assert {(f["row"], f["column"], f["what is wrong"], f["value"]) for f in shown} <= mine


def told(findings: pd.DataFrame) -> list[dict[str, str]]:
    return [line for one in range(len(findings)) for line in show_findings(conform(findings.iloc[[one]], "findings"))]


RECEIPTS = read_receipts(PROJECT / "raw")
ALONE = RECEIPTS[(RECEIPTS["school_year"] == YEAR) & ~RECEIPTS["source"].str.startswith("nces_")].drop_duplicates(
    ["source"], keep=False
)


@pytest.mark.parametrize("file", ALONE["file"].to_list())
def test_a_file_of_the_sample_has_the_findings_of_the_run(file: str, workspace: Workspace) -> None:
    """The stages received, standard and linked, for every source that sent one file in that year."""
    store, name = workspace.store, file.split("/")[0]
    stored = [store.read("findings", YEAR, stage=stage, name=f"{name}.findings") for stage in ("received", "standard")]
    linked = store.read("findings", YEAR, stage="linked")
    whole = join_findings([*stored, linked[linked["file"] == file]])
    checked = check_file(PROJECT / "raw" / file, load_sources()[name], YEAR, Directory(store, YEAR))
    pd.testing.assert_frame_equal(plainly(checked.findings), plainly(whole))


def test_the_sample_has_findings_of_each_stage(workspace: Workspace) -> None:
    """Else the comparison above would compare nothing."""
    found = [
        check_file(PROJECT / "raw" / file, load_sources()[file.split("/")[0]], YEAR, Directory(workspace.store, YEAR))
        for file in ALONE["file"]
    ]
    assert set(pd.concat(one.findings for one in found)["stage"]) >= {"standard", "linked"}


@pytest.mark.dagster
def test_the_check_in_dagster_shows_these_findings(put: Callable[..., Path], tmp_path: Path) -> None:
    import dagster as dg

    from pipelines.defs.build import build_definitions
    from pipelines.defs.resources import Folders

    file = put(ODD_FILES["unknown course"])
    source, raw = load_sources()["ga"], tmp_path / "raw"
    receive_file(raw, file, source, YEAR, received_on="2019-10-01")
    folders = Folders(raw=str(raw), data=str(tmp_path / "data"))
    job = build_definitions(folders).resolve_job_def("fall_cleanup")
    result = job.execute_in_process(
        instance=dg.DagsterInstance.ephemeral(),
        partition_key=YEAR,
        asset_selection=[dg.AssetKey(["received", "run_settings"]), dg.AssetKey(["received", "ga"]), dg.AssetKey(["standard", "ga"])],
        raise_on_error=False,
    )  # fmt: skip
    evaluations = {e.asset_key.to_user_string(): e for e in result.get_asset_check_evaluations()}
    records = evaluations["standard/ga"].metadata["findings"].records
    shown = {(r.data["row"], r.data["what is wrong"]) for r in records}
    assert shown
    assert shown <= {(f["row"], f["what is wrong"]) for f in told(check_file(file, source, YEAR).findings)}


# ------------------------------------------------------------------------------------------------------ what is printed

MODEL = """\
GA_2018-2019.csv  ›  Georgia, computer science courses (ga), 2018-19  ›  3 problems in 3 of 4 rows

  row 2   num_students_enrolled   "-5"
              Expected: a count is a whole number, or a known mark for a hidden or missing one.
              Write a whole number, * for hidden, or unspecified.
              S11, counted, 1 finding

  row 3   course_id   "11.9999999"
              Expected: the course is in the state's catalog of that year.
              Say whether the course counts as computer science.
              S06, waits for a person, 1 finding

  row 4   state_school_id   "FL-01-0103"
              Expected: a state's school id starts with the state's code.
              Check that the row belongs to this state.
              S03, set aside, 1 finding

3 of 4 rows would be taken; 1 row would be set aside; 1 row would wait for a person.
Next: fix the file and run  cleanup check GA_2018-2019.csv --source ga --year 2018-19
"""


def test_the_model_of_a_report(put: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The form of user-experience.md 6: grouped, most important last, and what to do next at the very end."""
    rows = [
        GOOD.replace(",12,5", ",-5,5"),
        LAST.replace("11.0190000", "11.9999999").replace("Computer Science Principles", "Underwater Basket Weaving"),
        GOOD.replace("GA-601", "FL-01").replace("Alpha", "Gamma").replace("130006000001", ""),
        LAST.replace("Beta", "Delta").replace("GA-601-0104", "GA-601-0105").replace("0002,", "0003,"),
    ]
    assert run_check(Asked(put(georgia(*rows)), "ga", YEAR)) == 1
    assert capsys.readouterr().out == MODEL


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("good", 0, "Nothing is left to do"),
        ("lost zeros", 0, "add  --fix NAME.csv"),
        ("unknown course", 1, "The catalog lists this title under 11.0160000"),
        ("unknown column", 1, "Did you mean 'num_students_female'"),
        ("missing column", 2, "Did you mean 'course_id' by 'courseID'?"),
        ("another state", 2, "say --source ca"),
        ("empty", 2, "the file is empty"),
    ],
)
def test_exit_codes_and_suggestions(
    kind: str, code: int, words: str, put: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_check(Asked(put(ODD_FILES[kind]), "ga", YEAR)) == code
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("was", "meant"),
    [("99.9999999", "11.0160000"), ("num_students_females", "num_students_female"), ("courseID", "course_id")],
)
def test_a_suggested_fix_is_right(was: str, meant: str, put: Callable[..., Path]) -> None:
    """Doing what the report suggests leaves nothing to do."""
    body = next(str(text) for text in ODD_FILES.values() if was in str(text))
    assert run_check(Asked(put(body), "ga", YEAR)) != 0
    assert run_check(Asked(put(body.replace(was, meant)), "ga", YEAR)) == 0


@pytest.mark.parametrize("kind", list(ODD_FILES))
def test_no_restricted_value_is_printed(
    kind: str, put: Callable[..., Path], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = ODD_FILES[kind]
    file = put(body.replace("unspecified", CANARY) if isinstance(body, str) else body)
    for as_json in (False, True):
        run_check(Asked(file, "ga", YEAR, as_json=as_json))
    if kind not in ("header only", "empty", "binary", "missing column", "another state"):
        run_check(Asked(file, "ga", YEAR, fix=folder / "copy.csv"))
        assert "Canary" not in (folder / "copy.changes.csv").read_text(encoding="utf-8")
    printed = capsys.readouterr()
    assert "Canary" not in printed.out + printed.err


def test_json(put: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_check(Asked(put(ODD_FILES["odd counts"]), as_json=True)) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["school_year"], told["verdict"]) == ("ga", YEAR, "findings")
    assert [(g["rule"], g["values"]) for g in told["groups"]] == [
        ("S11", [{"value": "-5", "rows": [2]}]),
        ("S11", [{"value": "many", "rows": [2]}]),
    ]
    assert told["rows_in"] == told["rows_kept"] == 2


# ------------------------------------------------------------------------------------------ source and year, found or asked


def test_every_sample_file_finds_its_source_and_year(capsys: pytest.CaptureFixture[str]) -> None:
    for receipt in ALONE.to_dict("records"):
        run_check(Asked(PROJECT / "raw" / receipt["file"], as_json=True))
        told = json.loads(capsys.readouterr().out)
        assert (told["source"], told["school_year"]) == (receipt["source"], receipt["school_year"])


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("final.csv", "good", "--year 2018-19"),
        ("ga_2018.csv", "good", "--year 2017-18, or --year 2018-19"),
        ("TX_2018-2019.csv", "good", "--source tx, or --source ga"),
        ("courses_2018-2019.csv", "empty", "cannot be read"),
        ("courses_2018-2019.csv", "binary", "no source of schemas/sources/ fits"),
    ],
)
def test_what_cannot_be_told_is_asked(
    name: str, kind: str, sentence: str, put: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_check(Asked(put(ODD_FILES[kind], name))) == 2
    assert sentence in capsys.readouterr().err


def test_a_year_is_not_asked_for_where_it_makes_no_difference(
    put: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_check(Asked(put(ODD_FILES["missing column"], "ga.csv"))) == 2
    printed = capsys.readouterr()
    assert "Did you mean 'course_id' by 'courseID'?" in printed.out
    assert "No layout of ga fits the file" in printed.out


def test_two_states_that_fit_alike_are_both_named(put: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    bare = georgia("Alpha High School,unspecified,unspecified,unspecified,Computer Science,unspecified,12,5")
    assert run_check(Asked(put(bare, "final_2018-2019.csv"))) == 2
    said = capsys.readouterr().err
    assert "may belong to" in said
    assert said.count("--source") >= 2


# ----------------------------------------------------------------------------------------------------- the repaired copy


def test_a_copy_has_no_more_of_what_was_repaired(put: Callable[..., Path], folder: Path) -> None:
    untidy = [
        '"  Alpha\u00a0 High ",GA-601 - 0103,="130006000001",11.016,AP Computer Science A,Some  Body,12,Unspecifed',
        "Beta High School,GA-601-0104,130006000002,11.0190000,=AP(),unspecified,?,9",
        "Note: counts of October,,,,,,,",
    ]
    file, copy = put(georgia(*untidy)), folder / "copy.csv"
    source = load_sources()["ga"]
    before = check_file(file, source, YEAR)
    assert run_check(Asked(file, "ga", YEAR, fix=copy)) == 0
    after = check_file(copy, source, YEAR)
    repaired = {"F11", "F13", "F25", *REPAIRS}
    assert set(before.findings["rule_id"]) >= {"F11", "F25", "S07", "S27"}
    assert not set(after.findings["rule_id"]) & repaired
    rows = list(csv.reader(copy.open(encoding="utf-8", newline="")))
    assert rows[1] == [
        "Alpha High", "GA-601-0103", "130006000001", "11.0160000", "AP Computer Science A", "Some  Body", "12", "unspecified",
    ]  # fmt: skip
    assert rows[2][4] == "'=AP()"
    changes = list(csv.DictReader((folder / "copy.changes.csv").open(encoding="utf-8", newline="")))
    assert {change["rule"] for change in changes} == {"F11", "F13", "F25", "S07", "S27", "spaces", "marker"}
    assert {change["row"] for change in changes} == {"2", "3", "4"}
    assert repair_file(after).changes == []


@pytest.mark.parametrize("kind", [k for k in ODD_FILES if k not in ("header only", "empty", "binary")])
def test_a_copy_keeps_every_other_finding(kind: str, put: Callable[..., Path], folder: Path) -> None:
    file, source = put(ODD_FILES[kind]), load_sources()["ga"]
    before = check_file(file, source, YEAR)
    if before.refused:
        with pytest.raises(ValueError, match="nothing in it can be repaired"):
            repair_file(before)
        return
    run_check(Asked(file, "ga", YEAR, fix=folder / "copy.csv"))
    after = check_file(folder / "copy.csv", source, YEAR)
    repaired = ["F11", "F13", "F25", "F29", *REPAIRS]
    left = before.findings[~before.findings["rule_id"].isin(repaired)]
    pd.testing.assert_frame_equal(plainly(after.findings), plainly(left))


def test_a_zero_without_proof_is_not_put_back(put: Callable[..., Path], folder: Path) -> None:
    """Eleven digits of another state's schools: nothing says that a zero was lost."""
    body = georgia(GOOD.replace("130006000001", "13000600001"), LAST)
    run_check(Asked(put(body), "ga", YEAR, fix=folder / "copy.csv"))
    assert "13000600001," in (folder / "copy.csv").read_text(encoding="utf-8")


def test_other_encodings_become_utf_8(put: Callable[..., Path], folder: Path) -> None:
    body = georgia(GOOD.replace("Alpha", "Peña"), LAST).encode("cp1252")
    run_check(Asked(put(body), "ga", YEAR, fix=folder / "copy.csv"))
    assert "Peña" in (folder / "copy.csv").read_text(encoding="utf-8")
    assert ",,cp1252,utf-8,encoding" in (folder / "copy.changes.csv").read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------- alone, fast, and quiet


def cleanup(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, **environment},
        check=False,
    )


def test_it_imports_neither_dagster_nor_the_gate() -> None:
    code = (
        "import sys, pipelines.one_file.check_command, pipelines.one_file.new_source\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('dagster', 'great_expectations', 'requests', 'duckdb')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert done.stdout.strip() == "[]"


def test_it_writes_nothing_and_has_no_color_when_piped(put: Callable[..., Path], folder: Path) -> None:
    file = put(ODD_FILES["odd counts"])
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    done = cleanup("check", str(file), CS_ACCESS_DATA=str(folder / "none"))
    assert done.returncode == 1, done.stderr
    assert "\x1b" not in done.stdout
    assert not done.stderr
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def processor_seconds(*arguments: str, **environment: str) -> float:
    """Processor time of a command and its children: the clock of a busy machine would tell of its neighbors."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert cleanup(*arguments, **environment).returncode in (0, 1)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_twenty_thousand_rows_take_less_than_three_seconds(put: Callable[..., Path], folder: Path) -> None:
    rows = [
        f"School {n % 900},GA-601-{n % 900:04},{130006000000 + n % 900},{'11.016' if n % 3 else '11.9999999'},"
        f"Course {n % 40},unspecified,{n % 70 - 1},{n % 50}"
        for n in range(20_000)
    ]
    file = put(georgia(*rows))
    assert processor_seconds("check", str(file), CS_ACCESS_DATA=str(folder / "none")) < 3


def test_help_takes_less_than_half_a_second() -> None:
    assert min(processor_seconds("--help") for _ in range(3)) < 0.5


def test_the_year_of_a_file_is_the_one_that_was_typed(
    put: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run_check(Asked(put(ODD_FILES["good"]), "ga", "2018", as_json=True))
    assert json.loads(capsys.readouterr().out)["school_year"] == parse_school_year("2018")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked(Path("nothing.csv")), "there is no file at nothing.csv"),
        (Asked(Path("GA_2018-2019.csv"), "gaa"), "did you mean 'ga'"),
        (Asked(Path("GA_2018-2019.csv"), "ga", "2018-20"), "is not a school year"),
        (Asked(Path("GA_2018-2019.csv"), source_file=Path("none.yml")), r"none\.yml cannot be read"),
        (Asked(Path("GA_2018-2019.csv"), "ga", YEAR, data="nowhere"), "no directory of schools below nowhere"),
        (Asked(Path("GA_2018-2019.csv"), "ga", YEAR, fix=Path("copy.xlsx")), r"name it copy\.csv"),
    ],
)
def test_wrong_calls_are_refused_in_a_sentence(asked: Asked, sentence: str, put: Callable[..., Path]) -> None:
    put(ODD_FILES["good"])
    with pytest.raises(ValueError, match=sentence):
        run_check(asked)


def test_a_wrong_call_ends_in_exit_code_2(folder: Path) -> None:
    done = cleanup("check", "nothing.csv", CS_ACCESS_DATA=str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no file at nothing.csv" in done.stderr
    assert "Traceback" not in done.stderr
