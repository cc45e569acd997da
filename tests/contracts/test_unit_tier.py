"""Tests of tests/unit touch no disk, network or process: what they ask for shows it, and its conftest holds them to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[1] / "unit"
NOT_HERE = re.compile(
    r"\btmp_path|\bsubprocess\b|\bplaywright\b|shared/data|open_workspace|run_season|standardise_\w+\("
)


@pytest.mark.parametrize("path", sorted(UNIT.glob("test_*.py")), ids=lambda path: path.name)
def test_a_file_of_the_unit_tier_asks_for_no_disk(path: Path) -> None:
    found = sorted({match.group() for match in NOT_HERE.finditer(path.read_text(encoding="utf-8"))})
    assert found == [], f"move tests/unit/{path.name} to tests/stages: it uses {', '.join(found)}"
