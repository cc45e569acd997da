"""Receiving files: copies, receipts, refusals to overwrite, and the fingerprint of what would be read."""

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.received.receipts import ReceiveError, read_receipts, receive_file, source_fingerprint
from schemas.source_model import Source, parse_source

YAML = """
source: fl
title: Florida
produces: nces_schools
publisher: nobody
layouts: [{name: a, columns: {school_name: Name}}]
"""
HEADER = "source,school_year,file,sha256,bytes,delivery,received_on,received_by,note\n"
GOOD = f"fl,2018-19,fl/2018-19/a.csv,{'0' * 64},3,full,2019-10-01,me,\n"


@pytest.fixture
def source() -> Source:
    return parse_source(YAML, Path("fl.yml"))


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    file = tmp_path / "sent" / "2018-2019.csv"
    file.parent.mkdir()
    file.write_bytes(b"Name\nA\n")
    return file


def test_a_received_file_is_copied_and_has_a_receipt(tmp_path: Path, source: Source, sent: Path) -> None:
    raw = tmp_path / "raw"
    target = receive_file(raw, sent, source, "2018-2019", received_on="2019-10-01", received_by="Ana, B.", note='"x"')
    assert target == raw / "fl" / "2018-19" / "2018-2019.csv"
    assert target.read_bytes() == sent.read_bytes()
    (line,) = read_receipts(raw).to_dict("records")
    assert line["file"] == "fl/2018-19/2018-2019.csv"
    assert (line["bytes"], line["delivery"], line["received_by"], line["note"]) == ("7", "full", "Ana, B.", '"x"')
    assert [p.name for p in target.parent.iterdir()] == ["2018-2019.csv"]


def test_no_receipts_is_an_empty_frame(tmp_path: Path) -> None:
    assert read_receipts(tmp_path).empty


def test_the_same_name_is_never_overwritten(tmp_path: Path, source: Source, sent: Path) -> None:
    receive_file(tmp_path / "raw", sent, source, "2018-19", received_on="2019-10-01")
    sent.write_bytes(b"Name\nB\n")
    with pytest.raises(ReceiveError, match=r"never overwritten.*2018-2019\.2\.csv"):
        receive_file(tmp_path / "raw", sent, source, "2018-19", received_on="2019-10-02")
    assert (tmp_path / "raw/fl/2018-19/2018-2019.csv").read_bytes() == b"Name\nA\n"


def test_the_same_bytes_are_received_once_per_year(tmp_path: Path, source: Source, sent: Path) -> None:
    receive_file(tmp_path / "raw", sent, source, "2018-19", received_on="2019-10-01")
    again = sent.rename(sent.with_name("again.csv"))
    with pytest.raises(ReceiveError, match=r"were received for fl 2018-19 before, as fl/2018-19/2018-2019\.csv"):
        receive_file(tmp_path / "raw", again, source, "2018-19", received_on="2019-10-02")
    receive_file(tmp_path / "raw", again, source, "2017-18", received_on="2019-10-02")
    assert len(read_receipts(tmp_path / "raw")) == 2
    assert not (tmp_path / "raw/fl/2018-19/again.csv").exists()


def test_a_stopped_receive_can_be_repeated(tmp_path: Path, source: Source, sent: Path) -> None:
    left = tmp_path / "raw/fl/2018-19/2018-2019.csv"
    left.parent.mkdir(parents=True)
    left.write_bytes(sent.read_bytes())
    receive_file(tmp_path / "raw", sent, source, "2018-19", received_on="2019-10-01")
    assert len(read_receipts(tmp_path / "raw")) == 1


def test_a_stranger_in_the_place_is_not_overwritten(tmp_path: Path, source: Source, sent: Path) -> None:
    left = tmp_path / "raw/fl/2018-19/2018-2019.csv"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"other")
    with pytest.raises(ReceiveError, match="without a receipt"):
        receive_file(tmp_path / "raw", sent, source, "2018-19", received_on="2019-10-01")
    assert left.read_bytes() == b"other"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"school_year": "2018-20"}, "is not a school year"),
        ({"delivery": "partial"}, "full, changes, supplement"),
        ({"received_on": "1.10.2019"}, "date like 2019-10-01"),
        ({"received_on": "20191001"}, "date like 2019-10-01"),
        ({"file": "absent.csv"}, "there is no file"),
        ({"file": ".hidden"}, "not a plain file name"),
    ],
)
def test_what_cannot_be_received_is_said(
    tmp_path: Path, source: Source, sent: Path, change: dict[str, str], sentence: str
) -> None:
    (sent.parent / ".hidden").write_bytes(b"x")
    asked = {"file": sent.name, "school_year": "2018-19", "delivery": "full", "received_on": "2019-10-01", **change}
    with pytest.raises(ReceiveError, match=sentence):
        receive_file(
            tmp_path / "raw",
            sent.parent / asked["file"],
            source,
            asked["school_year"],
            delivery=asked["delivery"],
            received_on=asked["received_on"],
        )
    assert not list((tmp_path).glob("raw/**/*.csv"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("source,file\n", "must start with the header"),
        ("", "must start with the header"),
        (HEADER + "fl,2018-19\n", "line 2: expected 9 fields, found 2"),
        (HEADER + GOOD + GOOD, "line 3: .* stands in line 2 already"),
        (HEADER + GOOD.replace("2018-19,fl", "2018,fl"), "not a school year"),
        (HEADER + GOOD.replace("fl/2018-19/a.csv", "fl/2018-19/../a.csv"), "file must lie in"),
        (HEADER + GOOD.replace("fl/2018-19/a.csv", "/etc/passwd"), "file must lie in"),
        (HEADER + GOOD.replace("fl/2018-19/a.csv", "fl/2018-19/.."), "file must lie in"),
        (HEADER + GOOD.replace("fl/2018-19/a.csv", "wa/2018-19/a.csv"), "file must lie in"),
        (HEADER + GOOD.replace("000", "xyz", 1), "sha256"),
        (HEADER + GOOD.replace(",3,", ",three,"), "bytes"),
        (HEADER + GOOD.replace("full", "whole"), "delivery"),
        (HEADER + GOOD.replace("2019-10-01", "2019-13-01"), "received_on"),
        (HEADER + 'fl,"open', "cannot be read"),
    ],
)
def test_malformed_receipts_are_said_with_their_line(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "receipts.csv").write_text(text)
    with pytest.raises(ValueError, match=sentence):
        read_receipts(tmp_path)


def test_receipts_written_by_hand_are_kept_as_they_are(tmp_path: Path, source: Source, sent: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "receipts.csv").write_text(HEADER + "\n" + GOOD.rstrip("\n"))
    receive_file(raw, sent, source, "2018-19", received_on="2019-10-01")
    assert (raw / "receipts.csv").read_text().startswith(HEADER + "\n" + GOOD)
    assert len(read_receipts(raw)) == 2


def test_people_who_receive_at_once_lose_nothing(tmp_path: Path, source: Source) -> None:
    files = []
    for number in range(20):
        file = tmp_path / f"{number}.csv"
        file.write_text(f"Name\n{number}\n")
        files.append(file)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda f: receive_file(tmp_path / "raw", f, source, "2018-19", received_on="2019-10-01"), files))
    with (tmp_path / "raw/receipts.csv").open(newline="") as handle:
        assert len(list(csv.DictReader(handle))) == 20


def test_the_fingerprint_changes_with_what_would_be_read(tmp_path: Path, source: Source, sent: Path) -> None:
    raw = tmp_path / "raw"

    def mark(year: str = "2018-19", of: Source = source) -> str:
        return source_fingerprint(raw, of, year, read_receipts(raw))

    marks = [mark()]
    target = receive_file(raw, sent, source, "2018-19", received_on="2019-10-01")
    marks.append(mark())
    assert mark() == marks[-1]
    target.write_bytes(b"Name\nX\n")
    marks.append(mark())
    target.unlink()
    marks.append(mark())
    (target.parent / "stray.csv").write_text("x")
    marks.append(mark())
    assert len(set(marks)) == len(marks)
    other = mark("2017-18")
    sent.write_bytes(b"Name\nC\n")
    receive_file(raw, sent, source, "2016-17", received_on="2019-10-01")
    assert mark("2017-18") == other
    assert mark() == marks[-1]
    near = source.model_copy(update={"nearest_year": True})
    assert mark("2017-18", near) != other
    assert mark("2017-18", near) == mark("2016-17", near)
