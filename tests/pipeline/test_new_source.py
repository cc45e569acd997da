"""`cleanup new-source`: the draft loads, `check` runs with it at once, and what is not certain is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.one_file.check_command import Asked, run_check
from pipelines.one_file.check_file import check_file
from pipelines.one_file.guess_columns import OF_THE_SCHOOL, TARGETS, guess_columns
from pipelines.one_file.new_source import run_new_source
from pipelines.one_file.safe_repairs import Repaired
from pipelines.one_file.study_file import study_file
from pipelines.one_file.write_copy import write_copy
from pipelines.received.find_header import find_header
from schemas.source_model import Layout, Source, load_sources, parse_source

SCHOOLS = [f"{name} High School" for name in ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel")]
COURSES = [("10157", "AP Computer Science A"), ("10011", "Computer Science Principles"), ("10152", "Programming")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CS_ACCESS_DATA", str(tmp_path / "no data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


Draft = Callable[[str, str | bytes, str], tuple[Path, Path, Source]]


@pytest.fixture
def draft(folder: Path) -> Draft:
    """Write a file, draft a YAML for a state from it, and load the draft: file, YAML, source."""

    def make(state: str, body: str | bytes, name: str = "Courses 2018-19.csv") -> tuple[Path, Path, Source]:
        file, out = folder / name, folder / f"{state.lower()}.yml"
        file.write_bytes(body.encode() if isinstance(body, str) else body)
        assert run_new_source(state, file, out) in (0, 1)
        return file, out, parse_source(out.read_text(encoding="utf-8"), out)

    return make


def parts(delimiter: str = ",", above: str = "") -> str:
    """A file whose ids stand in two columns, with lost zeros in the first."""
    header = [
        "District Number",
        "District Name",
        "School Number",
        "School Name",
        "Course Code",
        "Course Title",
        "Students",
    ]
    rows = [
        [str(7 + n), f"District {n}", f"{n:04}", school, *COURSES[n % 3], str(10 + n)]
        for n, school in enumerate(SCHOOLS, start=1)
    ]
    rows[-1][0] = "123"
    return above + "\n".join(delimiter.join(row) for row in [header, *rows]) + "\n"


def layout_of(source: Source) -> Layout:
    (layout,) = source.layouts
    return layout


def test_ids_of_two_columns_are_built_and_padded(draft: Draft) -> None:
    file, out, source = draft("NE", parts(), "Courses 2018-19.csv")
    layout = layout_of(source)
    assert layout.since == "2018-19"
    assert {k: v for k, v in layout.columns.items() if k != "district_name"} == {
        "district_code": "District Number",
        "school_code": "School Number",
        "school_name": "School Name",
        "course_code": "Course Code",
        "course_name": "Course Title",
        "enrolled": "Students",
    }
    assert layout.build == {"state_school_id_given": "NE-{district_code:0>3}-{school_code:0>4}"}
    checked = check_file(file, source, "2018-19")
    assert not checked.refused
    assert checked.counts["rows_kept"] == 8
    assert checked.table is not None
    assert checked.table["state_school_id_given"].iloc[0] == "NE-008-0001"
    assert run_check(Asked(file, source_file=out)) in (0, 1)


@pytest.mark.parametrize(
    ("delimiter", "above", "encoding"),
    [(";", "", "utf-8"), ("\t", "", "utf-16"), ("|", "", "cp1252"), (",", "State of Nebraska\n\nAll schools, 2019\n", "utf-8-sig")],
)  # fmt: skip
def test_dialects(delimiter: str, above: str, encoding: str, draft: Draft) -> None:
    body = parts(delimiter, above).replace("Alder", "Añil").encode(encoding)
    file, _, source = draft("NE", body, "Courses 2018-19.csv")
    checked = check_file(file, source, "2018-19")
    assert not checked.refused, checked.file["reason"]
    assert checked.counts["rows_kept"] == 8
    assert checked.table is not None
    assert checked.table["school_name"].iloc[0] == "Añil High School"


def test_a_workbook_with_several_sheets(folder: Path) -> None:
    records = [line.split(",") for line in parts().splitlines()]
    layout = Layout.model_validate({"name": "l", "reader": "workbook", "columns": {"school_name": "School Name"}})
    written = Repaired(records, [], layout, find_header(records[:1], layout), "Enrollment")
    file, _ = write_copy(written, folder / "Courses 2018-19.xlsx")
    out = folder / "ne.yml"
    assert run_new_source("NE", file, out) in (0, 1)
    source = parse_source(out.read_text(encoding="utf-8"), out)
    assert layout_of(source).reader == "workbook"
    assert check_file(file, source, "2018-19").counts["rows_kept"] == 8


def test_whole_ids_give_the_pattern(draft: Draft) -> None:
    rows = [
        f"{school},AZ-{n:05}-{n:05}{n:03},04000{n}00012{n},10157,AP Computer Science A"
        for n, school in enumerate(SCHOOLS)
    ]
    _, _, source = draft(
        "AZ", "\n".join(["school,state id of school,NCES,code of course,course name", *rows]) + "\n", "a.csv"
    )
    assert source.state_school_id is not None
    columns = layout_of(source).columns
    assert columns["state_school_id_given"] == "state id of school"
    assert columns["nces_school_id_given"] == "NCES"


def test_a_column_for_each_course(draft: Draft) -> None:
    rows = [
        f"{school},31000{n}00012{n},{'Y' if n % 2 else ''},{'' if n % 2 else 'Y'}" for n, school in enumerate(SCHOOLS)
    ]
    file, _, source = draft("NE", "\n".join(["School Name,NCES ID,10157,10011", *rows]) + "\n", "wide 2018-19.csv")
    wide = layout_of(source).wide
    assert wide is not None
    assert list(wide.columns) == ["10157", "10011"]
    assert wide.teaches_when == ("Y",)
    assert not check_file(file, source, "2018-19").refused


def test_a_list_of_schools_counts_for_nothing_until_someone_says_so(draft: Draft) -> None:
    body = "\n".join(
        ["School Name,NCES ID,City,Phone", *(f"{s},31000{n}00012{n},Omaha,1" for n, s in enumerate(SCHOOLS))]
    )
    file, _, source = draft("NE", body + "\n", "schools 2018-19.csv")
    assert source.courses is not None
    assert (source.courses.mode, source.courses.blank_course) == ("catalog", "review")
    assert layout_of(source).ignore == ("Phone",)
    assert layout_of(source).columns["city"] == "City"
    table = check_file(file, source, "2018-19").table
    assert table is not None
    assert set(table["counts_as_cs"]) == {"review"}


def test_place_and_grades_of_the_school_are_drafted_and_those_of_its_district_are_not(draft: Draft) -> None:
    header = "School Name,NCES ID,District Street Address,District City,Mailing Zip,School Street Address,County Name,Grade Span"
    rows = [f"{s},31000{n}00012{n},9 Far Rd,Ord,68862,{n} Elm St,Douglas,09-12" for n, s in enumerate(SCHOOLS)]
    file, _, source = draft("NE", "\n".join([header, *rows]) + "\n", "schools 2018-19.csv")
    layout = layout_of(source)
    assert {name: theirs for name, theirs in layout.columns.items() if name in OF_THE_SCHOOL} == {
        "street": "School Street Address",
        "county": "County Name",
        "grade_span": "Grade Span",
    }
    assert set(layout.ignore) == {"District Street Address", "District City", "Mailing Zip"}
    table = check_file(file, source, "2018-19").table
    assert table is not None
    assert table[["street", "county", "grade_low", "grade_high"]].iloc[0].tolist() == [
        "0 Elm St",
        "Douglas",
        "09",
        "12",
    ]


def test_a_teachers_column_is_restricted_in_the_draft(draft: Draft) -> None:
    header = "School Name,NCES ID,Course Code,Course Title,Teacher Name"
    rows = [f"{s},31000{n}00012{n},10157,AP Computer Science A,Zebulon Canary" for n, s in enumerate(SCHOOLS)]
    file, out, source = draft("NE", "\n".join([header, *rows]) + "\n", "Courses 2018-19.csv")
    assert layout_of(source).columns["teacher_name_or_id"] == "Teacher Name"
    assert "Canary" not in out.read_text(encoding="utf-8")
    checked = check_file(file, source, "2018-19")
    assert "Canary" not in checked.findings.to_csv()


@pytest.mark.parametrize(
    ("state", "body", "words"),
    [
        ("NE", "a,b\n1,2\n", "No column of courses was found"),
        ("NE", "School Name,Course Code\n" + "Elm High School,10157\n" * 5, "Which school year is it"),
        ("NE", "School Name,Course Code,Mystery\n" + "Elm High School,10157,x\n" * 5, "Not recognized: Mystery"),
        ("NE", "School Name,NCES ID,Course Code\n" + "Elm High School,3.1E+11,10157\n" * 5, "cannot be had back"),
        ("GA", "School Name,Course Code\n" + "Elm High School,77.1\n" * 5, "codes of another kind"),
        ("GA", "School Name,Course Code\n" + "Elm High School,77.1\n" * 5, "schemas/sources/ga.yml exists"),
    ],
)  # fmt: skip
def test_what_a_person_must_decide(state: str, body: str, words: str, folder: Path) -> None:
    file = folder / "final.csv"
    file.write_text(body, encoding="utf-8")
    assert any(words in said for said in study_file(state, file, "draft").decide)


def test_a_draft_is_printed_or_written_and_never_overwrites(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "Courses 2018-19.csv"
    file.write_text(parts(), encoding="utf-8")
    run_new_source("ne", file, None)
    printed = capsys.readouterr()
    assert parse_source(printed.out, Path("ne.yml")).state == "NE"
    assert "Next: cleanup check" in printed.err
    (folder / "ne.yml").write_text("mine")
    with pytest.raises(ValueError, match="never overwritten"):
        run_new_source("NE", file, folder / "ne.yml")
    with pytest.raises(ValueError, match=r"write it to ne\.yml"):
        run_new_source("NE", file, folder / "Nebraska 1.yml")


def test_hostile_names_make_no_hostile_yaml(draft: Draft) -> None:
    header = '"School Name","x: [","""quoted"" # no comment","a\nb",Course Code'
    _, _, source = draft("NE", header + "\n" + "Elm High School,1,2,3,10157\n" * 3, "odd 2018-19.csv")
    assert layout_of(source).columns["school_name"] == "School Name"


@pytest.mark.parametrize("name", ["fl", "wa", "teals"])
def test_a_committed_layout_is_guessed_from_its_own_names(name: str) -> None:
    """The names of every layout that we know are learned: no column is taken for another one."""
    sources = load_sources()
    layout = sources[name].layouts[0]
    ours = [column for column in layout.columns if column in TARGETS]
    found = guess_columns([layout.spellings(column)[0] for column in ours], [], "FL", sources, frozenset())
    assert {guess.target for guess in found if guess.target} <= set(ours)
    assert all(guess.target == column for guess, column in zip(found, ours, strict=True) if guess.target)
    assert sum(bool(guess.target) for guess in found) >= 0.6 * len(ours)
