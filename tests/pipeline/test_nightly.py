"""A night with one new delivery: only what it concerns is made anew, and every table is what a whole run makes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipelines.received.receipts import receive_file
from pipelines.season.run import StepResult, run_season
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.steps import Workspace

YEAR = "2018-19"


def tables(data: str) -> dict[str, str]:
    files = sorted(Path(data).rglob("*.parquet"))
    return {str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("source", ["ga", "survey"])
def test_a_night_gives_what_a_whole_run_gives(
    season: tuple[Workspace, list[StepResult]], tmp_path: Path, source: str
) -> None:
    before, raw = Path(season[0].store.root), tmp_path / "raw"
    shutil.copytree(PROJECT / "raw", raw)
    data, whole = str(tmp_path / "night"), str(tmp_path / "whole")
    shutil.copytree(before, data)
    shutil.copytree(before, whole)
    sent = sorted((raw / source / YEAR).glob("*.csv"))[-1]
    corrected = tmp_path / f"corrected-{sent.name}"
    pd.read_csv(sent, dtype="str", keep_default_na=False, encoding="utf-8-sig").iloc[1:].to_csv(corrected, index=False)
    receive_file(raw, corrected, season[0].sources[source], YEAR, received_on="2018-12-01")

    results = list(run_season(open_workspace(raw, data), [YEAR]))
    made = {f"{result.step.stage}/{result.step.name}" for result in results if not result.report.reused}
    for folder in ("received", "standard", "linked", "reconciled", "published", "restricted"):
        for path in Path(whole, folder).rglob(f"{YEAR}.*"):
            path.unlink()
    list(run_season(open_workspace(raw, whole), [YEAR]))

    assert {f"received/{source}", f"standard/{source}", "linked/linked_records"} <= made
    assert "standard/ca" not in made
    assert tables(data) == tables(whole)
