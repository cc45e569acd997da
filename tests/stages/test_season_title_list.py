"""The list of a state's titles: every spelling once with its judgement, spellings of one title together, no formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.season.title_list import list_titles, write_titles
from pipelines.shared.findings import conform
from pipelines.shared.steps import Workspace
from pipelines.shared.store import TableStore
from schemas.source_model import load_sources

SOURCES = load_sources()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = Workspace(TableStore(str(tmp_path / "data")), tmp_path / "raw", SOURCES)
    rows = [
        ("2017-18", "AP Comp Sci", "counts", 2),
        ("2018-19", "AP COMP. SCI", "counts", 1),
        ("2018-19", "=Robotics", "review", 3),
        ("2018-19", None, "review", 1),
    ]
    for year in ("2017-18", "2018-19"):
        frame = pd.DataFrame(
            [
                {
                    "record_id": f"wa:f.csv:{n}", "school_year": year, "source": "wa", "file": "f.csv", "row": n,
                    "state": "WA", "course_name": title, "counts_as_cs": verdict, "counts_basis": "title",
                    "source_rows": count,
                }
                for n, (when, title, verdict, count) in enumerate(rows, start=2)
                if when == year
            ]
        )  # fmt: skip
        found.store.write(conform(frame, "course_offerings"), "course_offerings", year, stage="standard", name="wa")
    return found


def test_spellings_of_one_title_stand_together(workspace: Workspace) -> None:
    titles = list_titles(workspace, SOURCES["wa"])
    assert titles["title_key"].tolist() == ["", "ap comp sci", "ap comp sci", "robotics"]
    assert titles["course_name"].tolist() == ["", "AP COMP. SCI", "AP Comp Sci", "=Robotics"]
    assert titles["rows"].tolist() == [1, 1, 2, 3]
    assert titles["school_years"].tolist() == ["2018-19", "2018-19", "2017-18", "2018-19"]


def test_the_file_runs_nothing_and_says_when_there_is_nothing(workspace: Workspace, tmp_path: Path) -> None:
    write_titles(workspace, SOURCES["wa"], tmp_path / "review" / "titles.csv")
    text = (tmp_path / "review" / "titles.csv").read_text(encoding="utf-8-sig")
    assert "'=Robotics" in text
    with pytest.raises(ValueError, match="no course of ga is in"):
        write_titles(workspace, SOURCES["ga"], tmp_path / "x.csv")
