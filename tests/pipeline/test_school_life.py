"""The sample season's renumbered charter school: its evidence, its answer of last year and its story follow it."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.shared.steps import Workspace

OLD, NEW, STATE_ID = "069900700990", "069980000990", "CA-9900007-9907990"


def test_evidence_under_the_old_number_counts_for_the_school(workspace: Workspace) -> None:
    linked = workspace.store.read("linked_records", "2018-19")
    named = linked[linked["nces_school_id_given"] == OLD]
    assert set(named["match_reason"]) == {"successor"}
    assert set(named["nces_school_id"]) == {NEW}


def test_last_years_answer_follows_the_school(workspace: Workspace) -> None:
    evidence = workspace.store.read("evidence", "2018-19")
    last = evidence[(evidence["nces_school_id"] == NEW) & (evidence["evidence_kind"] == "last_year")]
    assert len(last) == 1
    assert OLD in last["why"].iloc[0]


def test_the_story_is_told_by_any_id_of_any_year(workspace: Workspace) -> None:
    told = {}
    for asked in (OLD, NEW, STATE_ID, STATE_ID.lower(), OLD.removeprefix("0")):
        result = CliRunner().invoke(app, ["school", asked, "--data", workspace.store.root, "--json"])
        assert result.exit_code == 0, result.output
        told[asked] = json.loads(result.output)
    assert {tuple(story["nces_school_ids"]) for story in told.values()} == {(OLD, NEW)}
    assert [event["event_kind"] for event in told[NEW]["events"]] == ["renumbered"]
    assert all(len(rows) == 1 for rows in told[NEW]["answers"].values()), "one school, one answer a year"
    text = CliRunner().invoke(app, ["school", OLD, "--data", workspace.store.root]).output
    assert f"New NCES id {NEW} instead of {OLD}" in text
    assert "2016-17" in text
    assert "2018-19" in text


def test_a_school_that_the_bureau_and_the_state_list_waits_for_a_person(workspace: Workspace) -> None:
    queue = workspace.store.read("review_queue", "2018-19")
    case = queue[queue["subject"] == "539900600943|599900100001"].iloc[0]
    assert case["case_kind"] == "duplicate_school"
    assert case["candidates"].startswith("539900600943 Twohythe School (suggested to stay; last listed in 2018-19) | ")
    text = CliRunner().invoke(app, ["school", "539900600943", "--data", workspace.store.root]).output
    assert "Listed twice, also as 599900100001 Twohythe School" in text
