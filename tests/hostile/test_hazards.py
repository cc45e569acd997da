"""Every measured hazard ends in the exact value, a named repair or a named refusal. Silent outcomes: none."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.rules import RULES
from tests.hostile.hazards import CSV, HAZARDS, WORKBOOK, Hazard
from tests.hostile.reading import read


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.name)
def test_no_hazard_is_silent(hazard: Hazard, tmp_path: Path) -> None:
    reading = read(tmp_path, hazard.file, hazard.make(), (hazard.layout,))
    assert reading.rules == hazard.rules, reading.reason
    assert reading.rows == hazard.rows
    assert (reading.status == "refused") == (hazard.outcome == "refused"), reading.reason
    if hazard.outcome == "exact":
        assert not hazard.rules
    if hazard.outcome == "repair":
        assert all(RULES[rule_id].severity != "block" for rule_id in hazard.rules)


def test_the_whole_table_is_there() -> None:
    assert len(CSV) >= 21
    assert len(WORKBOOK) >= 14
    assert len({hazard.name for hazard in HAZARDS}) == len(HAZARDS)
