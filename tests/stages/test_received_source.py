"""A source's files of one year: statuses, findings, rejects and rows; one refused file never stops the others."""

import gzip
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.received import read_one as module
from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts
from pipelines.shared.findings import conform
from pipelines.shared.records import Received
from schemas.columns import RESTRICTED
from schemas.rules import RULES
from schemas.source_model import Source, parse_source
from schemas.tables import table

YAML = """
source: fl
title: Florida
produces: course_offerings
publisher: nobody
state: FL
state_school_id: {pattern: "FL-.*", example: FL-03-0491}
courses: {mode: every_row}
layouts:
  - name: v2
    columns:
      school_name: School
      state_school_id_given: [State ID, Old State ID]
      nces_school_id_given: NCES ID
      course_name: Course
      teacher_name_or_id: Teacher
      survey_year: Year
    required: [school_name, nces_school_id_given]
    ignore: [Phone*]
    year_column: survey_year
"""
HEADER = "School,State ID,NCES ID,Course,Teacher\n"
ROW = "A High,FL-03-0491,120009000067,AP CSA,CANARY Smith\n"
GOOD = HEADER + ROW


@pytest.fixture
def source() -> Source:
    return parse_source(YAML, Path("fl.yml"))


class Raw:
    """A raw folder that is filled by hand, with receipts that may be wrong."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lines = ["source,school_year,file,sha256,bytes,delivery,received_on,received_by,note"]

    def add(self, name: str, content: str | bytes, *, delivery: str = "full", year: str = "2018-19") -> str:
        data = content.encode() if isinstance(content, str) else content
        file = f"fl/{year}/{name}"
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        self.lines.append(f"fl,{year},{file},{digest},{len(data)},{delivery},2019-10-01,,")
        (self.root / "receipts.csv").write_text("\n".join(self.lines) + "\n")
        return file

    def read(self, source: Source, year: str = "2018-19") -> Received:
        received = read_source(self.root, source, year, read_receipts(self.root))
        check_shapes(received, source)
        return received


def check_shapes(received: Received, source: Source) -> None:
    """What every reader of `Received` relies on."""
    for name, frame in {
        "received_files": received.files,
        "findings": received.findings,
        "rejects": received.rejects,
    }.items():
        assert dict(frame.dtypes.astype(str)) == table(name).pandas_types
        table(name).pandera_schema.validate(frame)
    assert {str(d) for c, d in received.rows.dtypes.items() if c != "row"} <= {"str"}
    assert str(received.rows["row"].dtype) == "Int64"
    hidden = {column for layout in source.layouts for column in layout.columns} & RESTRICTED
    assert not hidden & set(received.rows)
    assert list(received.restricted) == ["file", "row", *sorted(hidden)]
    assert (received.restricted["row"] == received.rows["row"]).all()
    assert (received.restricted["file"] == received.rows["file"]).all()
    read = received.files[received.files["file_status"].isin(["accepted", "superseded"])]
    for file, rows_in in zip(read["file"], read["rows_in"], strict=True):
        kept, rejected = (received.rows["file"] == file).sum(), (received.rejects["file"] == file).sum()
        assert kept + rejected == rows_in
    shown = received.findings.to_csv() + received.files.to_csv() + received.rejects.to_csv() + received.rows.to_csv()
    assert "CANARY" not in shown


@pytest.fixture
def raw(tmp_path: Path) -> Raw:
    return Raw(tmp_path)


def statuses(received: Received) -> list[str]:
    return list(received.files["file_status"])


def test_nothing_came(source: Source, raw: Raw) -> None:
    received = raw.read(source)
    assert received.files.empty
    assert received.rows.empty
    assert received.findings.empty


def test_a_good_file(source: Source, raw: Raw) -> None:
    file = raw.add("a.csv", GOOD)
    received = raw.read(source)
    (line,) = received.files.to_dict("records")
    assert (line["file"], line["file_status"], line["layout"], line["encoding"]) == (
        file,
        "accepted",
        "v2",
        "utf-8-sig",
    )
    assert (line["rows_in"], line["file_year"], line["delivery"]) == (1, "2018-19", "full")
    assert pd.isna(line["reason"])
    assert json.loads(line["columns_found"])["nces_school_id_given"] == "NCES ID"
    assert received.findings.empty
    (row,) = received.rows.to_dict("records")
    assert (row["source"], row["file"], row["row"], row["school_name"]) == ("fl", file, 2, "A High")
    assert pd.isna(row["sheet"])
    assert pd.isna(row["survey_year"])
    assert list(received.restricted["teacher_name_or_id"]) == ["CANARY Smith"]


REFUSALS = {
    "missing required": ("School,State ID\nA,FL-1-1\n", "F09", "NCES ID"),
    "empty": ("", "F19", "empty"),
    "blank": (" \n\n", "F19", "empty"),
    "only a header": (HEADER, "F19", "no rows"),
    "wrong year": (HEADER.replace("Teacher", "Year") + ROW.replace("CANARY Smith", "2017-2018"), "S22", "2017-18"),
    "wrong state": (HEADER + ROW.replace("FL-", "GA-"), "F02", "1 of 1 state ids belong to Georgia"),
    "wrong state by NCES id": (
        HEADER + ROW.replace("FL-03-0491", "").replace("1200", "1300"),
        "F02",
        "NCES ids belong",
    ),
    "wrong state, zero lost": (HEADER + ROW.replace("FL-03-0491", "").replace("120009", "60009"), "F02", "California"),
    "wrong encoding": (b"\x81\x8d" + GOOD.encode(), "F05", "encoding"),
    "utf-16 without mark": (GOOD.encode("utf-16-le"), "F05", "byte order mark"),
    "wrong delimiter": (GOOD.replace(",", ";"), "F03", "semicolon"),
    "wrong delimiter tab": (GOOD.replace(",", "\t"), "F03", "a tab"),
    "no header": (ROW, "F07", "required columns"),
    "header too low": ("x\n" * 20 + GOOD, "F07", "first 20 rows"),
    "duplicate header": (GOOD.replace("Course", "school"), "F08", "stands twice"),
    "shifted": (HEADER + "x," + ROW + "y," + ROW, "F10", "expected 5, found 6"),
    "trailing comma on every row": (HEADER + ROW.replace("\n", ",\n"), "F10", "found 6"),
    "cut off": (GOOD + "B High,FL-1", "F21", "no line end"),
    "unclosed quote": (GOOD + '"B High,FL-1,1,2,3\n' + ROW, "F21", "quote"),
    "truncated gzip": (gzip.compress(GOOD.encode())[:-5], "F21", "cut off"),
    "HTML as xls": (b"<html><table><tr><td>School</td></tr></table></html>", "F03", "HTML page"),
    "pdf": (b"%PDF-1.4 x", "F03", "PDF"),
    "bomb": (gzip.compress(b"," * 40_000_000), "F04", "holds more than"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_an_unreadable_file_is_refused_and_the_others_go_on(name: str, source: Source, raw: Raw) -> None:
    content, rule_id, words = REFUSALS[name]
    raw.add("before.csv", GOOD.replace("A High", "Before High"), delivery="supplement")
    refused = raw.add("refused.csv", content)
    raw.add("after.csv", GOOD, delivery="supplement")
    received = raw.read(source)
    assert statuses(received) == ["accepted", "refused", "accepted"]
    (finding,) = received.findings.to_dict("records")
    assert (finding["rule_id"], finding["severity"], finding["file"]) == (rule_id, RULES[rule_id].severity, refused)
    assert words in finding["expected"]
    assert finding["expected"] == received.files["reason"][1]
    assert "could not be read (" not in finding["expected"]
    assert finding["fix"] == RULES[rule_id].fix
    assert len(received.rows) == 2


def test_a_year_without_layout_is_refused(source: Source, raw: Raw) -> None:
    layout = source.layouts[0].model_copy(update={"since": "2019-20"})
    raw.add("a.csv", GOOD)
    received = raw.read(source.model_copy(update={"layouts": (layout,)}))
    assert list(received.findings["rule_id"]) == ["F20"]


def test_a_changed_a_missing_and_a_stray_file(source: Source, raw: Raw) -> None:
    for name in ("changed.csv", "missing.csv"):
        raw.add(name, GOOD + name.split(".")[0] + ",,120009000068,,\n")
    (raw.root / "fl/2018-19/changed.csv").write_text(GOOD)
    (raw.root / "fl/2018-19/missing.csv").unlink()
    (raw.root / "fl/2018-19/stray.csv").write_text(GOOD)
    (raw.root / "fl/2018-19/.DS_Store").write_text("x")
    received = raw.read(source)
    assert statuses(received) == ["refused", "missing"]
    assert list(received.findings["rule_id"]) == ["F18"] * 3
    assert list(received.findings["file"].str[11:]) == ["changed.csv", "missing.csv", "stray.csv"]
    assert received.rows.empty


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        (["full"], ["accepted"]),
        (["full", "full"], ["superseded", "accepted"]),
        (["full", "changes", "supplement"], ["accepted", "accepted", "accepted"]),
        (["full", "changes", "full", "changes"], ["superseded", "superseded", "accepted", "accepted"]),
        (["supplement", "supplement"], ["accepted", "accepted"]),
        (["full", "bad full"], ["accepted", "refused"]),
        (["full", "bad full", "full"], ["superseded", "refused", "accepted"]),
        (["full", "same full"], ["accepted", "superseded"]),
        (["full", "full", "same full"], ["superseded", "accepted", "superseded"]),
    ],
)
def test_a_later_full_delivery_supersedes(deliveries: list[str], expected: list[str], source: Source, raw: Raw) -> None:
    for number, delivery in enumerate(deliveries):
        content = GOOD.replace("A High", f"School {number}")
        if delivery.startswith("same"):
            content = GOOD.replace("A High", "School 0")
        if delivery.startswith("bad"):
            content = "x" + content
        raw.add(f"{number}.csv", content, delivery=delivery.split()[-1])
    received = raw.read(source)
    assert statuses(received) == expected
    # Rows of superseded files are handed on, so that withdrawn ones can be listed.
    assert len(received.rows) == len(expected) - expected.count("refused")
    assert list(received.findings["rule_id"]).count("F01") == sum(d.startswith("same") for d in deliveries)
    for line in received.files[received.files["file_status"] == "superseded"].to_dict("records"):
        assert "fl/2018-19/" in line["reason"]


def test_files_that_add_up_replace_nothing(source: Source, raw: Raw) -> None:
    for number in range(2):
        raw.add(f"{number}.csv", GOOD.replace("A High", f"School {number}"))
    adding = source.model_copy(update={"files_add_up": True})
    assert statuses(raw.read(adding)) == ["accepted", "accepted"]


def test_other_years_and_sources_are_left_alone(source: Source, raw: Raw) -> None:
    raw.add("a.csv", GOOD, year="2017-18")
    raw.add("b.csv", GOOD)
    assert list(raw.read(source).files["file"]) == ["fl/2018-19/b.csv"]
    assert raw.read(source, "2019-20").files.empty


def test_the_nearest_year_is_borrowed_where_the_source_allows_it(source: Source, raw: Raw) -> None:
    near = source.model_copy(update={"nearest_year": True})
    year_named = HEADER.replace("Teacher", "Year") + ROW.replace("CANARY Smith", "2016")
    raw.add("a.csv", year_named, year="2016-17")
    raw.add("b.csv", GOOD, year="2018-19")
    for year, file_year in {
        "2015-16": "2016-17",
        "2017-18": "2016-17",
        "2018-19": "2018-19",
        "2020-21": "2018-19",
    }.items():
        received = raw.read(near, year)
        assert statuses(received) == ["accepted"]
        assert set(received.files["school_year"]) == {year}
        assert set(received.rows["file_year"]) == set(received.files["file_year"]) == {file_year}


def test_unknown_columns_are_named_and_not_kept(source: Source, raw: Raw) -> None:
    raw.add("a.csv", "School,NCES ID,E-mail ,Phone (home),State ID,Room\nA,120009000067,CANARY,CANARY,FL-1-1,CANARY\n")
    received = raw.read(source)
    assert list(received.findings["rule_id"]) == ["F17", "F17"]
    assert list(received.findings["column"]) == ["E-mail", "Room"]
    assert list(received.files["columns_unknown"]) == ["E-mail|Room"]


def test_notes_below_the_table_are_left_out_and_named(source: Source, raw: Raw) -> None:
    raw.add("a.csv", GOOD + "\nNote: hidden below 10\nTotal,,,,\n* hidden,,,,\n")
    received = raw.read(source)
    assert list(received.files["rows_in"]) == [1]
    assert list(received.findings["rule_id"]) == ["F11"] * 3
    assert list(received.findings["row"]) == [4, 5, 6]
    assert list(received.findings["value"]) == ["Note: hidden below 10", "Total", "* hidden"]
    assert set(received.findings["severity"]) == {"fix"}


def test_a_note_under_a_restricted_column_is_not_shown(source: Source, raw: Raw) -> None:
    raw.add("a.csv", "Teacher,School,NCES ID\nx,A,120009000067\nNote by CANARY,,\n")
    received = raw.read(source)
    assert list(received.findings["rule_id"]) == ["F11"]
    assert received.findings["value"].isna().all()


def test_uneven_rows_are_rejected_without_their_cells(source: Source, raw: Raw) -> None:
    raw.add("a.csv", "Report\n\n" + GOOD + "B,FL-1-1,1,CANARY,2,3\nC,CANARY\n" + ROW)
    received = raw.read(source)
    assert list(received.files["rows_in"]) == [4]
    assert list(received.files["reason"]) == ["the header stands in row 3"]
    assert list(received.rows["row"]) == [4, 7]
    assert list(received.rejects["row"]) == [5, 6]
    assert set(received.rejects["record"]) == {"{}"}
    assert set(received.rejects["rule_ids"]) == {"F10"}
    assert list(received.findings["expected"]) == [
        "5 fields, as the header has; found 6",
        "5 fields, as the header has; found 2",
    ]


def test_control_characters_reject_the_row(source: Source, raw: Raw) -> None:
    bad = "B\x00 High,FL-1-1,120009000068,x\ty,CANARY\n"
    raw.add("a.csv", GOOD + bad + ROW.replace("Smith", "\x07") + ROW)
    received = raw.read(source)
    assert list(received.rows["row"]) == [2, 5]
    assert list(received.rejects["row"]) == [3, 4]
    assert [sorted(json.loads(r)) for r in received.rejects["record"]] == [
        ["course_name", "nces_school_id_given", "school_name", "state_school_id_given"]
    ] * 2
    assert list(zip(received.findings["row"], received.findings["column"], strict=True)) == [
        (3, "School"),
        (4, "Teacher"),
    ]
    assert received.findings["value"].isna().all()


def test_a_tab_or_a_line_break_is_no_control_character(source: Source, raw: Raw) -> None:
    raw.add("a.csv", GOOD + '"B\n\tHigh",FL-1-1,120009000068,x,y\n')
    received = raw.read(source)
    assert received.rejects.empty
    assert list(received.rows["school_name"]) == ["A High", "B\n\tHigh"]


@pytest.mark.parametrize(
    "other",
    [
        HEADER + ROW + ROW.replace("FL-", "GA-"),
        HEADER + ROW.replace("FL-03-0491", "03-0491"),
        HEADER + ROW.replace("120009000067", "530009000067"),
        HEADER + ROW.replace("FL-03-0491", "").replace("120009000067", "unspecified"),
        HEADER + ROW.replace("FL-03-0491", "XX-1"),
        HEADER.replace("Teacher", "Year") + ROW.replace("CANARY Smith", "2018"),
        HEADER.replace("Teacher", "Year") + ROW.replace("CANARY Smith", "someday"),
        HEADER.replace("Teacher", "Year") + ROW.replace("CANARY Smith", "2018") + ROW.replace("CANARY Smith", "2017"),
    ],
)
def test_state_and_year_are_judged_by_the_majority(other: str, source: Source, raw: Raw) -> None:
    raw.add("a.csv", other)
    assert statuses(raw.read(source)) == ["accepted"]


def test_a_source_without_state_takes_every_state(source: Source, raw: Raw) -> None:
    raw.add("a.csv", GOOD.replace("FL-", "GA-"))
    national = source.model_copy(update={"state": ""})
    assert statuses(raw.read(national)) == ["accepted"]


def test_a_reader_that_fails_ends_in_a_refusal_without_its_words(
    source: Source, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("CANARY")

    monkeypatch.setattr(module, "read_table", fail)
    raw.add("a.csv", GOOD)
    received = raw.read(source)
    assert list(received.files["reason"]) == ["the file could not be read (RuntimeError)"]


def test_a_faulty_yaml_is_our_defect_and_raises(source: Source, raw: Raw) -> None:
    layout = source.layouts[0].model_copy(update={"build": {"key": "{teacher_name_or_id}"}})
    with pytest.raises(ValueError, match="restricted"):
        raw.read(source.model_copy(update={"layouts": (layout,)}))


def test_the_metamorphic_twins_of_a_file_read_alike(source: Source, raw: Raw) -> None:
    text = GOOD + "Ångström “High”,FL-1-1,120009000068,x,y\n"
    twins = {
        "a.csv": text.encode(),
        "b.csv": text.replace("\n", "\r\n").encode(),
        "c.csv": b"\xef\xbb\xbf" + text.rstrip("\n").encode(),
        "d.csv": text.encode("utf-16"),
        "e.csv": text.encode("cp1252"),
        "f.csv.gz": gzip.compress(text.encode(), mtime=0),
        "g.csv": text.replace("School,State ID", " school ,OLD  STATE ID").encode(),
        "h.csv": text.replace("\n", "\r").encode(),
        "i.csv": text.replace("\n", ",,\n").encode(),
        "j.csv": "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in text.splitlines()).encode(),
    }
    layout = source.layouts[0].model_copy(update={"encodings": ("utf-8-sig", "utf-16", "cp1252")})
    for name, data in twins.items():
        raw.add(name, data, delivery="supplement")
    received = raw.read(source.model_copy(update={"layouts": (layout,)}))
    assert set(statuses(received)) == {"accepted"}, received.files["reason"].dropna().to_list()
    parts = [part.drop(columns="file").reset_index(drop=True) for _, part in received.rows.groupby("file", sort=True)]
    for part in parts[1:]:
        pd.testing.assert_frame_equal(part, parts[0])


def test_reading_twice_gives_the_same(source: Source, raw: Raw) -> None:
    raw.add("a.csv", GOOD + "x\n" + ROW)
    raw.add("b.csv", "nonsense")
    first, second = raw.read(source), raw.read(source)
    for name in ("rows", "files", "restricted", "findings", "rejects"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    assert conform(first.files, "received_files").equals(first.files)


@pytest.mark.parametrize(("before", "now", "fires"), [(10, 5, False), (10, 4, True), (10, 20, False), (10, 21, True)])
def test_a_delivery_of_another_size_is_told(before: int, now: int, fires: bool, source: Source, raw: Raw) -> None:
    for name, size in (("a.csv", before), ("b.csv", now)):
        raw.add(name, HEADER + "".join(ROW.replace("A High", f"{name} {n}") for n in range(size)))
    found = raw.read(source).findings
    assert (found["rule_id"].tolist() == ["F12"]) == fires
    if fires:
        assert found["file"].iloc[0].endswith("b.csv")
