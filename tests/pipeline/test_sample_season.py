"""The sample season from end to end: known answers, nothing lost, nothing leaked, the same bytes twice."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipelines.reconciled.explain import explain_text
from pipelines.review.case_list import list_cases, split_choices
from pipelines.season.answers import explain_school
from pipelines.season.run import StepResult, run_season
from pipelines.season.summary import summarise
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.steps import Workspace
from pipelines.standard.split import unaccounted
from schemas.review_order import OPENNESS
from schemas.tables import load_tables
from tests.conftest import YEARS
from tests.world import CANARIES, KNOWN_ANSWERS


@pytest.mark.parametrize(("school", "expected"), KNOWN_ANSWERS.items(), ids=lambda v: str(v))
def test_known_answers(workspace: Workspace, school: tuple[str, str], expected: tuple[str, str | None]) -> None:
    nces_school_id, year = school
    told = explain_school(workspace, nces_school_id, year)
    answers = workspace.store.read("school_cs_access", year).set_index("nces_school_id").loc[nces_school_id]
    rule = None if pd.isna(answers["decided_by_rule"]) else answers["decided_by_rule"]
    assert (answers["teaches_cs"], rule) == expected, explain_text(told)


@pytest.mark.parametrize("year", YEARS)
def test_every_row_is_accounted_for(workspace: Workspace, year: str) -> None:
    accounts = workspace.store.read("row_accounts", year)
    assert len(accounts) > 5
    assert unaccounted(accounts).empty


@pytest.mark.parametrize("year", YEARS)
def test_every_directory_school_stands_once(workspace: Workspace, year: str) -> None:
    directory = workspace.store.read("nces_schools", year)
    answers = workspace.store.read("school_cs_access", year)
    assert sorted(answers["nces_school_id"]) == sorted(directory["nces_school_id"])
    used = workspace.store.read("evidence", year).query("is_used").groupby("nces_school_id").size()
    known = answers[answers["teaches_cs"] != "U"]["nces_school_id"]
    assert (used.reindex(known) == 1).all()


@pytest.mark.parametrize("year", YEARS)
def test_every_finding_can_be_found(workspace: Workspace, year: str) -> None:
    findings = workspace.store.read("findings", year)
    assert findings["fix"].notna().all()
    in_files = findings[findings["row"].notna()]
    assert in_files["file"].notna().all()
    for file in in_files["file"].unique():
        assert (PROJECT / "raw" / file).exists()


def test_no_canary_outside_the_restricted_tier(workspace: Workspace) -> None:
    """Every file of the data folder is searched, also inside Parquet."""
    root = Path(workspace.store.root)
    found = []
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        text = path.read_text(encoding="utf-8", errors="ignore")
        if path.suffix == ".parquet":
            text = pd.read_parquet(path).to_csv()
        inside = [c for c in CANARIES.values() if c.casefold() in text.casefold()]
        if inside and path.relative_to(root).parts[0] != "restricted":
            found.append((str(path.relative_to(root)), inside))
    assert found == []


def test_the_canaries_are_in_the_restricted_tier(workspace: Workspace) -> None:
    """Proof that the search above could find them."""
    root = Path(workspace.store.root) / "restricted"
    text = "".join(pd.read_parquet(p).to_csv() for p in sorted(root.rglob("*.parquet")))
    assert [c for c in CANARIES.values() if c not in text] == []


def test_a_second_run_does_nothing_and_says_the_same(season: tuple[Workspace, list[StepResult]]) -> None:
    workspace, first = season
    second = list(run_season(workspace, YEARS))
    assert [r.step.name for r in second if not r.report.reused] == []
    said = [{(r.step.stage, r.step.name, r.school_year): r.report.checks for r in run} for run in (first, second)]
    assert said[0] == said[1]


def hashes(root: Path) -> dict[str, str]:
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(root.rglob("*.parquet"))
    }


def test_another_place_gives_the_same_bytes(workspace: Workspace, tmp_path: Path) -> None:
    other = open_workspace(PROJECT / "raw", str(tmp_path / "data"))
    list(run_season(other, YEARS[:1]))
    mine = {k: v for k, v in hashes(Path(workspace.store.root)).items() if "2016-17" in k}
    assert hashes(tmp_path / "data") == mine


def test_rows_in_another_order_give_the_same_answers(workspace: Workspace, tmp_path: Path) -> None:
    """Rows of every comma-separated file are reversed; answers are the same bytes (row numbers in evidence differ)."""
    raw = tmp_path / "raw"
    shutil.copytree(PROJECT / "raw", raw)
    receipts = (raw / "receipts.csv").read_text(encoding="utf-8")
    for path in sorted(p for p in raw.rglob("*.csv") if p.name != "receipts.csv"):
        body = path.read_bytes()
        lines = body.splitlines(keepends=True)
        if b'"' in body or not body.endswith(b"\n") or body.startswith((b"<", b"\xff")) or len(lines) < 3:
            continue
        path.write_bytes(b"".join([lines[0], *lines[:0:-1]]))
        receipts = receipts.replace(hashlib.sha256(body).hexdigest(), hashlib.sha256(path.read_bytes()).hexdigest())
    (raw / "receipts.csv").write_text(receipts, encoding="utf-8")
    other = open_workspace(raw, str(tmp_path / "data"))
    list(run_season(other, YEARS))
    for year in YEARS:
        for table in ("school_cs_access",):
            mine = workspace.store.content_hash("reconciled", table, year)
            assert other.store.content_hash("reconciled", table, year) == mine, year


def test_the_summary_is_plain_values(season: tuple[Workspace, list[StepResult]]) -> None:
    workspace, results = season
    summary = summarise(workspace, YEARS, results)
    assert json.loads(json.dumps(summary)) == summary
    assert set(summary["years"]) == set(YEARS)
    assert sum(summary["years"]["2018-19"]["answers"].values()) == summary["years"]["2018-19"]["schools"]


def test_explain_says_file_and_row(workspace: Workspace) -> None:
    evidence = workspace.store.read("evidence", "2018-19")
    school = evidence[evidence["is_used"] & evidence["pointer"].notna()].iloc[0]
    told = explain_school(workspace, school["nces_school_id"], "2018-19")
    text = explain_text(told)
    assert str(school["pointer"]).split("#")[0] in text
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("year", YEARS)
def test_the_inbox_goes_from_the_most_informative_case_to_those_without_a_candidate(
    workspace: Workspace, year: str
) -> None:
    inbox, directory = workspace.store.read("review_queue", year), workspace.store.read("nces_schools", year)
    assert inbox["informative"].is_monotonic_decreasing
    assert set(inbox["openness"]) <= set(OPENNESS)
    names = directory.set_index("nces_school_id")["school_name"]
    for case_id, listed in list_cases(inbox, directory, year).candidates.items():
        assert len(listed) <= 5, case_id
        assert all(why for _, why in listed), f"{case_id}: each school says why it is one"
    choices = [choice for case in inbox["choices"] for choice in split_choices(case)]
    known = [choice.split(" ", 1) for choice in choices if choice.split(" ")[0] in names.index]
    assert all(said.startswith(names[school]) for school, said in known), "a name is told whole"


def test_explain_puts_every_match_in_words(workspace: Workspace) -> None:
    linked = workspace.store.read("linked_records", "2018-19")
    record = linked[linked["match_reason"] == "scored"].iloc[0]
    told = explain_school(workspace, record["nces_school_id"], "2018-19")
    mine = linked[linked["nces_school_id"] == record["nces_school_id"]]
    assert {one["match_note"] for one in told["matches"]} == set(mine["match_note"])
    assert sum(one["records"] for one in told["matches"]) == len(mine)
    assert f"{record['match_note']} (score {record['match_score']:.3f})" in explain_text(told)
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(
    ("school", "year", "sentence"),
    [("123", "2018-19", "no school '123'"), ("060000100001", "2025-26", "has not been run")],
)
def test_explain_refuses_in_a_sentence(workspace: Workspace, school: str, year: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        explain_school(workspace, school, year)


def test_every_table_is_made_and_has_its_declared_shape(workspace: Workspace) -> None:
    """One name everywhere: a table that is declared is made by a step, at the place its name says."""
    store = workspace.store
    parts = {"nces_parts", *(s.produces for s in workspace.sources.values())} - {"nces_schools"}
    for name, declared in load_tables().items():
        if name not in parts:
            assert store.exists(declared.stage, name, "2018-19"), name
            assert list(store.read(name, "2018-19").columns) == declared.column_names
