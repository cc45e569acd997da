"""No file can end a run, hang it or fool it: each is refused in one clear sentence, or read exactly, within seconds."""

from __future__ import annotations

import re
import resource
import time
from pathlib import Path

import pytest

from tests.hostile.files import HOSTILE, Hostile
from tests.hostile.reading import read

SECONDS = 2
"""Of processor time, the child's included: what a file costs, whatever else the machine does meanwhile."""
BY_THE_CLOCK = 8
"""A file that waits instead of working is held by the clock; other work may share the machine on which tests run."""


def spent() -> float:
    """Seconds of processor time of this process and of the children that ended."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_or_read_exactly(hostile: Hostile, tmp_path: Path) -> None:
    data = hostile.make()
    start, before = time.perf_counter(), spent()
    reading = read(tmp_path, hostile.file, data, hostile.layouts)
    assert spent() - before < SECONDS
    assert time.perf_counter() - start < BY_THE_CLOCK
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
