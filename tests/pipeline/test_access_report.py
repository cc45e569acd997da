"""The access report of one state of the sample season, figure by figure, as a file that a person can read and check."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.defs.assets import _metadata
from pipelines.season.releases import tables as release_tables
from pipelines.season.run import all_steps
from pipelines.shared.steps import Workspace, last_report
from tests.conftest import YEARS

GOLDEN = Path(__file__).parents[1] / "golden" / "access_report_idaho_2018-19.csv"
KINDS = ("all", "size", "charter", "race", "gender")
COLUMNS = [
    *("metric", "group_kind", "group", "figure", "numerator", "denominator", "unknown", "lower", "upper"),
    *("estimate", "estimate_low", "estimate_high", "coverage", "evidence_years"),
]


def idaho(workspace: Workspace) -> str:
    report = workspace.store.read("access_report", "2018-19")
    rows = report[(report["place_kind"] == "state") & (report["place_id"] == "ID")]
    # A row without any number says only that the group is there.
    rows = rows[rows["group_kind"].isin(KINDS) & rows[["figure", "lower", "denominator"]].notna().any(axis=1)]
    return str(rows[COLUMNS].to_csv(index=False, lineterminator="\n"))


def test_idaho_says_what_the_file_says(workspace: Workspace) -> None:
    """A change here is a change of published figures: understand it, then replace the file by what is printed."""
    told = idaho(workspace)
    expected = GOLDEN.read_text(encoding="utf-8")
    assert told.splitlines() == expected.splitlines(), f"write this to {GOLDEN.name} if it is right:\n{told}"


def test_the_charts_are_remembered_with_the_report_and_drawn_where_they_are_shown(workspace: Workspace) -> None:
    step = next(step for step in all_steps(workspace.sources) if step.name == "access_report")
    report = last_report(step, workspace, "2018-19")
    assert report
    assert report.reused
    shown = _metadata(report, "access_report.parquet", main=True)
    assert shown["chart of states"].value.startswith("![chart of states](data:image/png;base64,")


def test_what_an_earlier_release_hid_stays_hidden_and_the_nation_goes_without_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = YEARS[-1]
    now = workspace.store.read("access_report", year)
    shares = now[(now["metric"] == "enrolled_share") & now["numerator"].notna()]
    cell = shares[shares["place_kind"] == "state"].iloc[0]
    same = shares[(shares["group"] == cell["group"]) & (shares["place_kind"] == "nation")].iloc[0]
    earlier = now.assign(is_hidden=(now.index == cell.name) | now["is_hidden"])
    monkeypatch.setattr(release_tables, "read_reports", lambda _: earlier)
    held = release_tables.hide_beside_earlier(workspace, {year: {"access_report": now}})
    rows = held[year]["access_report"].set_index(["metric", "place_id", "group"])
    hidden = rows.loc[("enrolled_share", cell["place_id"], cell["group"])]
    assert hidden["is_hidden"]
    assert pd.isna(hidden["numerator"])
    nation = rows.loc[("enrolled_share", "US", cell["group"])]
    assert pd.isna(nation["numerator"]) or nation["numerator"] == same["numerator"] - cell["numerator"]
