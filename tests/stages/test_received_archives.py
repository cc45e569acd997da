"""Archives: one packed table is opened, within limits; everything else is refused. Zip files are opened in a child process."""

import gzip

import pytest

from pipelines.received import limits
from pipelines.received.open_file import unpack
from pipelines.received.refusal import Refused
from tests.unit.test_received_layout import CSV, zipped


def packed(data: bytes) -> bytes:
    """Without a time in it: the bytes are a part of the test's name, which every process must find alike."""
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize(
    "data",
    [
        CSV,
        packed(CSV),
        packed(CSV[:9]) + packed(CSV[9:]) + b"\0\0",
        zipped(a=CSV),
        zipped(a=CSV, __MACOSX__slash__a=b"x"),
    ],
)
def test_one_packed_table_is_opened(data: bytes) -> None:
    assert unpack(data) == (CSV, "text")


@pytest.mark.parametrize(
    ("data", "rule_id", "sentence"),
    [
        (packed(CSV)[:-12], "F21", "cut off"),
        (packed(CSV)[:4], "F21", "cut off"),
        (b"\x1f\x8bnonsense", "F03", "cannot be unpacked"),
        (zipped(a=CSV)[:-30], "F21", "cut off"),
        (zipped(a=CSV, b=CSV), "F04", "holds 2 files"),
        (zipped(), "F04", "holds 0 files"),
        (packed(packed(CSV)), "F04", "another archive"),
        (packed(b" "), "F19", "empty file"),
        (packed(b"a" * 40_000_000), "F04", "holds more than"),
        (zipped(a=b"a" * 40_000_000), "F04", "holds more than"),
        (zipped(**{"../../evil.csv": CSV}), "F03", "leads out of it"),
        (packed(CSV) + b"behind", "F03", "cannot be unpacked"),
    ],
)
def test_an_archive_beyond_the_limits_is_refused(data: bytes, rule_id: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        unpack(data)
    assert refusal.value.rule_id == rule_id


def test_the_budget_ends_the_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 1000)
    with pytest.raises(Refused, match="limits are 1,000 bytes"):
        unpack(packed(b"ab" * 1000))
