"""No file can end a run, hang it or fool it: each is refused in one clear sentence, or read exactly, within seconds."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.hostile.files import HOSTILE, Hostile
from tests.hostile.reading import read

SECONDS = 2
SLACK = 4
"""Times longer than alone, because other work shares the machine on which tests run."""


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_or_read_exactly(hostile: Hostile, tmp_path: Path) -> None:
    data = hostile.make()
    start = time.perf_counter()
    reading = read(tmp_path, hostile.file, data, hostile.layouts)
    assert time.perf_counter() - start < SECONDS * SLACK
    if reading.status == "refused":
        assert hostile.rules, reading.reason
        assert set(reading.rules) <= set(hostile.rules), reading.reason
        assert reading.rows == []
        assert len(reading.received.findings) == 1
        # Not the answer for what nobody foresaw, and not a parser's own words.
        assert not re.search(r"could not be read \(|Error|Exception|Traceback", reading.reason)
        assert 15 < len(reading.reason) < 400
        assert not re.search(r"[\x00-\x1f\x7f]", reading.reason)
    else:
        assert hostile.rows is not None, f"read, and not refused: {reading.rows[:3]}"
        assert reading.rows == hostile.rows


def test_there_are_enough_of_them() -> None:
    assert len({hostile.name for hostile in HOSTILE}) == len(HOSTILE) >= 60
