"""The store enforces declarations, writes atomically and gives the same bytes for the same table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.shared.findings import conform, file_finding, join_findings, row_findings
from pipelines.shared.pandera_bridge import require_valid
from pipelines.shared.steps import Step, StepReport, Workspace, run_step, show_findings
from pipelines.shared.store import TableStore
from schemas.tables import table


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(str(tmp_path))


def accounts(kept: int = 2) -> pd.DataFrame:
    row = {"school_year": "2018-19", "source": "fl", "file": "a.csv", "rows_in": 2, "rows_kept": kept}
    return conform(pd.DataFrame([row | {"rows_rejected": 0, "rows_merged": 0, "rows_excluded": 0}]), "row_accounts")


def test_what_is_written_is_read_with_its_types(store: TableStore) -> None:
    assert store.write(accounts(), "row_accounts", "2018-19") == 1
    pd.testing.assert_frame_equal(store.read("row_accounts", "2018-19"), accounts())
    assert store.years("standard", "row_accounts") == ["2018-19"]


def test_arrow_never_reads_through_a_python_file(store: TableStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its threads would wait for the interpreter while that ends: one command in twenty aborted on a busy machine."""
    store.write(accounts(), "row_accounts", "2018-19")

    def no_file(*_: object, **__: object) -> None:
        raise AssertionError("a Python file was given to Arrow")

    monkeypatch.setattr("fsspec.implementations.local.LocalFileSystem.open", no_file)
    read = store.read("row_accounts", "2018-19", columns=["source", "rows_kept"])
    assert read.to_dict("list") == {"source": ["fl"], "rows_kept": [2]}
    parts = store.read_many("row_accounts", "2018-19", ["row_accounts"], stage="standard", columns=["source"])
    assert parts["source"].tolist() == ["fl"]


def test_the_same_table_is_the_same_bytes(store: TableStore, tmp_path: Path) -> None:
    store.write(accounts(), "row_accounts", "2018-19")
    other = TableStore(str(tmp_path / "elsewhere"))
    other.write(accounts(), "row_accounts", "2018-19")
    assert store.content_hash("standard", "row_accounts", "2018-19") == other.content_hash(
        "standard", "row_accounts", "2018-19"
    )
    assert store.content_hash("standard", "row_accounts", "2099-00") == "absent"


def test_a_table_that_breaks_its_declaration_is_not_written(store: TableStore) -> None:
    with pytest.raises(ValueError, match="row_accounts breaks its declaration"):
        store.write(accounts(kept=-1), "row_accounts", "2018-19")
    assert not store.exists("standard", "row_accounts", "2018-19")


def test_the_error_of_a_broken_table_names_no_value() -> None:
    frame = accounts().assign(school_year="secret@example.org").astype({"school_year": "str"})
    with pytest.raises(ValueError, match="school_year") as error:
        require_valid(frame, table("row_accounts"))
    assert "secret" not in str(error.value)


def test_no_file_is_left_half_written(store: TableStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(accounts(), "row_accounts", "2018-19")
    before = store.content_hash("standard", "row_accounts", "2018-19")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fsspec.implementations.local.LocalFileSystem.mv", killed)
    with pytest.raises(KeyboardInterrupt):
        store.write(accounts(1), "row_accounts", "2018-19")
    assert store.content_hash("standard", "row_accounts", "2018-19") == before
    assert store.years("standard", "row_accounts") == ["2018-19"]


def test_conform_refuses_columns_that_are_not_declared() -> None:
    with pytest.raises(ValueError, match="does not declare odd"):
        conform(pd.DataFrame({"odd": [1]}), "row_accounts")


def test_findings_of_restricted_columns_hide_the_value() -> None:
    rows = pd.DataFrame({"source": ["survey"], "file": ["a.csv"], "sheet": [None], "row": [2]})
    values = pd.Series(["who@example.org"])
    hidden = row_findings(
        rows, "R01", stage="standard", school_year="2018-19", column="submitter_email_address", values=values
    )
    shown = row_findings(rows, "R02", stage="standard", school_year="2018-19", column="role", values=values)
    assert hidden["value"].isna().all()
    assert shown["value"].tolist() == ["who@example.org"]


def test_shown_findings_have_five_columns_gravest_first() -> None:
    parts = [
        file_finding(rule, stage="received", school_year="2018-19", source="fl", file="a.csv")
        for rule in ("F11", "F17", "F03")
    ]
    shown = show_findings(join_findings(parts))
    assert list(shown[0]) == ["file", "row", "column", "what is wrong", "value"]
    assert shown[0]["what is wrong"].startswith("F03")


def test_a_step_runs_again_only_when_something_it_reads_has_changed(store: TableStore, tmp_path: Path) -> None:
    runs = []

    def count(workspace: Workspace, year: str) -> StepReport:
        runs.append(year)
        workspace.store.write(accounts(), "row_accounts", year)
        return StepReport(rows=1, sentence="one")

    step = Step(
        "standard", "row_accounts", "", count, reads=(("received", "x"),), writes=(("standard", "row_accounts"),)
    )
    workspace = Workspace(store, tmp_path, {})
    assert not run_step(step, workspace, "2018-19").reused
    assert run_step(step, workspace, "2018-19").reused
    store.write_text(pd.DataFrame({"a": ["1"]}), "received", "x", "2018-19")
    assert not run_step(step, workspace, "2018-19").reused
    (tmp_path / "standard" / "row_accounts" / "2018-19.parquet").unlink()
    assert not run_step(step, workspace, "2018-19").reused
    assert len(runs) == 3
