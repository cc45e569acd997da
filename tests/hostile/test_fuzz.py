"""Whatever the bytes, a reader answers with a table or with one sentence. A few seconds here, longer by `make fuzz`.

CS_ACCESS_FUZZ_SECONDS: seconds for each of the tests. CS_ACCESS_FUZZ_START: another start of the chance.
"""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Callable, Sequence

import pytest

from pipelines.received import read_csv
from pipelines.received.read_file import FileTable, read_table
from pipelines.received.refusal import Refused
from pipelines.received.workbook_facts import facts_of
from schemas.source_model import Layout, Source
from tests.hostile import workbooks
from tests.hostile.files import HOSTILE
from tests.hostile.fuzzing import fuzz
from tests.hostile.hazards import CSV as CSV_HAZARDS
from tests.hostile.hazards import GOOD, PLAIN, page
from tests.hostile.reading import LAYOUTS, SOURCE
from tests.unit.received_by_hand import shape_rows

SECONDS = float(os.environ.get("CS_ACCESS_FUZZ_SECONDS", "2"))
START = int(os.environ.get("CS_ACCESS_FUZZ_START", "0"))
SLOWEST = 5.0
WORDS = (b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\xa9", b"\xc3\x83\xc2\xa9",
         b"School", b"NCES ID", b"Enrolled2", b"Total,,,1\n", b'="1"', b"\xe2\x80\x8b", b"<td>", b"</tr>", b"<!--", b"-->",
         b"<script>", b" rowspan=3", b" colspan=9", b"Mar-04", b"x@y.org", GOOD.encode())  # fmt: skip
TEXTS = tuple(LAYOUTS[name] for name in ("csv", "html", "two_lines", "fixed"))


def answer_of(data: bytes, layouts: Sequence[Layout]) -> FileTable | None:
    """The table, or nothing where the file is refused in one short printable sentence."""
    sentence = "it was read, and not refused"
    table = None
    try:
        table = read_table(data, layouts)
    except Refused as refusal:
        sentence = refusal.sentence
    assert 10 < len(sentence) < 1_000
    assert sentence.replace("\ufffd", "").isprintable()
    return table


def answers(data: bytes) -> None:
    """A table whose rows can be shaped and are all accounted for, or a refusal in one short printable sentence."""
    start = time.monotonic()
    table = answer_of(data, TEXTS)
    if table:
        grid = table.grid
        source = Source.model_validate({**SOURCE, "layouts": TEXTS})
        assert len(shape_rows(grid, table.header, source)) == len(grid.rows)
        assert grid.rows_in == len(grid.rows) + len(grid.uneven) + len(grid.repeated)
        numbers = [*grid.rows.tolist(), *(row for row, _ in (*grid.uneven, *grid.repeated, *grid.notes))]
        assert len(set(numbers)) == len(numbers)
    assert time.monotonic() - start < SLOWEST


def reads_alike(data: bytes) -> None:
    """The fast way gives no other cell than the strict way; text that is no UTF-8 does not come so far."""
    utf8 = data.decode("utf-8", errors="ignore").encode()
    for width in (1, 4):
        fast = read_csv._read_plain(utf8, ",", width, 0)
        if fast is not None:
            strict = read_csv._read_strict(utf8, ",", width, 0)
            assert fast.cells.to_pydict() == strict.cells.to_pydict()
            assert fast.rows.tolist() == strict.rows.tolist()
            assert not strict.uneven


def looks(data: bytes) -> None:
    """The look at the parts of a workbook, which is Python of ours, ends in facts or in a refusal."""
    try:
        facts_of(data)
    except (Refused, MemoryError):
        return


@pytest.mark.parametrize(
    ("check", "seeds"),
    [
        (answers, (*(h.make() for h in CSV_HAZARDS if len(h.make()) < 5_000), page(PLAIN).encode(), gzip.compress(GOOD.encode()))),
        (reads_alike, (GOOD.encode(), b'"a","b,""c""",d,"e\n\nf"\n' * 2, b"a,b,c,d\r\n\r\ne,f,g,h\r\n")),
        (looks, (workbooks.xlsx(PLAIN), workbooks.xls(PLAIN), workbooks.xlsb(PLAIN), workbooks.ods(PLAIN))),
    ],
    ids=["any text", "two ways of reading", "parts of a workbook"],
)  # fmt: skip
def test_any_bytes_end_in_an_answer(check: Callable[[bytes], object], seeds: tuple[bytes, ...]) -> None:
    assert fuzz(seeds, check, SECONDS, words=WORDS, start=START) > 10


def test_any_workbook_ends_in_an_answer() -> None:
    """Whole workbooks through the child process, which may die: that too is an answer."""

    seeds = (workbooks.xlsx(PLAIN), workbooks.xls(PLAIN), workbooks.xlsb(PLAIN), workbooks.ods(PLAIN))
    assert fuzz(seeds, lambda data: answer_of(data, (LAYOUTS["workbook"],)), SECONDS, words=WORDS, start=START) > 0


def test_the_seeds_are_many() -> None:
    assert len(CSV_HAZARDS) + len(HOSTILE) > 100
