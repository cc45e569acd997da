"""The sample season, run once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.season.run import StepResult, run_season
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.steps import Workspace

YEARS = ["2016-17", "2017-18", "2018-19"]


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, list[StepResult]]:
    """The committed sample season after a whole run, and what each step reported."""
    data = tmp_path_factory.mktemp("data")
    workspace = open_workspace(PROJECT / "raw", str(data))
    return workspace, list(run_season(workspace, YEARS))


@pytest.fixture(scope="session")
def workspace(season: tuple[Workspace, list[StepResult]]) -> Workspace:
    return season[0]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """An empty raw folder for tests that receive files of their own."""
    return tmp_path / "raw"
