"""The list of a state's titles: every spelling once with its judgement, spellings of one title together, no formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.season.title_list import titles_of_years, write_titles
from pipelines.shared.findings import conform
from pipelines.shared.steps import Workspace
from pipelines.shared.store import TableStore
from schemas.source_model import load_sources
from tests.unit.received_by_hand import received_by_hand

SOURCES = load_sources()
SENT = {
    "2017-18": ["AP Comp Sci", "AP Comp Sci"],
    "2018-19": ["AP COMP. SCI", "=Keyboarding", "AP Comp Sci", ""],
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = Workspace(TableStore(str(tmp_path / "data")), tmp_path / "raw", SOURCES)
    for year, titles in SENT.items():
        # All are sections of one course at one school: folded into one offering, and none of their titles may be lost.
        rows = [{"state_school_id_given": "WA-1-2", "course_code": "10157", "course_name": title} for title in titles]
        received = received_by_hand("wa", {"a.csv": rows}, school_year=year)
        found.store.write_text(received.rows, "received", "wa", year)
        found.store.write_text(received.restricted, "restricted", "wa", year)
        found.store.write(received.files, "received_files", year, name="wa.files")
        for table in ("findings", "rejects"):
            found.store.write(conform(pd.DataFrame(), table), table, year, stage="received", name=f"wa.{table}")
        found.store.write(
            conform(pd.DataFrame(), "course_offerings"), "course_offerings", year, stage="standard", name="wa"
        )
    return found


def test_every_spelling_of_every_section_is_listed_beside_its_like(workspace: Workspace) -> None:
    titles = titles_of_years(workspace, SOURCES["wa"])
    assert titles["title_key"].tolist() == ["", "ap comp sci", "ap comp sci", "keyboarding"]
    assert titles["course_name"].tolist() == ["", "AP COMP. SCI", "AP Comp Sci", "=Keyboarding"]
    assert titles["rows"].tolist() == [1, 1, 3, 1]
    assert titles["school_years"].tolist() == ["2018-19", "2018-19", "2017-18|2018-19", "2018-19"]
    assert titles["counts_as_cs"].tolist() == ["counts", "counts", "counts", "review"]


def test_the_file_runs_nothing_and_says_when_there_is_nothing(workspace: Workspace, tmp_path: Path) -> None:
    write_titles(workspace, SOURCES["wa"], tmp_path / "review" / "titles.csv")
    text = (tmp_path / "review" / "titles.csv").read_text(encoding="utf-8-sig")
    assert "'=Keyboarding" in text
    with pytest.raises(ValueError, match="no course of ga is in"):
        write_titles(workspace, SOURCES["ga"], tmp_path / "x.csv")
