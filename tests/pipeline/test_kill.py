"""A run, a publication and a rollback killed at a dozen points: old or new is left, and the next one finishes the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import kill
from bench.kill import Worlds, draw_points, kill_at, make_worlds

POINTS = 12


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return make_worlds(tmp_path_factory.mktemp("kill") / "worlds")


def test_every_kill_leaves_old_or_new_and_is_finished(worlds: Worlds, tmp_path: Path) -> None:
    found = {(action, point): kill_at(worlds, action, point, tmp_path) for action, point in draw_points(worlds, POINTS)}
    assert len(found) >= POINTS - 1
    assert {place: fault for place, fault in found.items() if fault} == {}


def test_a_torn_table_would_be_noticed(worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(place: Path) -> None:
        path = next((place / "data/reconciled/school_cs_access").glob("*.parquet"))
        path.write_bytes(path.read_bytes()[:-4])

    monkeypatch.setitem(kill.ACTIONS, "rollback", torn)
    assert "neither the old nor the new one" in kill_at(worlds, "rollback", 1_000, tmp_path)
