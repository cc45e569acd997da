"""A season told on the sample world: open, answers back, wrong ones said by row, evidence that changes, undo, close."""

from __future__ import annotations

import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from pipelines.season.answers import explain_school
from pipelines.season.import_answers import import_answers
from pipelines.season.run import run_season
from pipelines.season.seasons import close_season, inputs_changed, open_season, progress_of, state_of, worksheet_rows
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.steps import Workspace

YEAR = "2018-19"
NOW = datetime(2019, 8, 5, tzinfo=UTC)
COLUMNS = ["case_id", "case_kind", "evidence_hash", "source", "state", "nces_school_id_given", "candidates", "evidence"]


def run(workspace: Workspace) -> pd.DataFrame:
    list(run_season(workspace, [YEAR]))
    return workspace.store.read("review_queue", YEAR)


def sheet(queue: pd.DataFrame, answers: dict[str, str], path: Path, **more: str) -> Path:
    """A file of answers: case_id -> answer, as a person sends it back."""
    rows = queue[queue["case_id"].isin(list(answers))][COLUMNS].copy()
    rows["answer"] = rows["case_id"].map(answers)
    filled = rows.assign(**{"reason": "asked the school", "decided_by": "R. Stewardly", "value": "", **more})
    filled.to_csv(path, index=False)
    return path


def outcomes(workspace: Workspace) -> dict[str, str]:
    told = workspace.store.read("decision_outcomes", YEAR)
    told = told[told["case_id"].notna()]
    return dict(zip(told["case_id"], told["decision_outcome"], strict=True))


@pytest.fixture
def own(workspace: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(PROJECT / "raw", tmp_path / "raw")
    shutil.copytree(workspace.store.root, tmp_path / "data")
    return open_workspace(tmp_path / "raw", str(tmp_path / "data"))


def first(queue: pd.DataFrame, kind: str) -> pd.Series:
    return queue[queue["case_kind"] == kind].iloc[0]


def test_a_season(own: Workspace, tmp_path: Path) -> None:
    queue = own.store.read("review_queue", YEAR)
    record = open_season(own, YEAR, "fall", by="R. Stewardly", now=NOW)
    with pytest.raises(ValueError, match="already"):
        open_season(own, YEAR, "fall", by="R. Stewardly", now=NOW)
    whose = sorted(set(record["cases"].values()))
    assert sum(len(worksheet_rows(own, YEAR, one)) for one in whose) == len(queue)

    conflict, course, ids = (first(queue, kind) for kind in ("conflicting_evidence", "unknown_course", "id_conflict"))
    twins = first(queue, "duplicate_school")
    chosen = str(ids["candidates"]).split(" | ")[0]
    answers = {
        str(conflict["case_id"]): "Offers computer science",
        str(course["case_id"]): "counts",
        str(ids["case_id"]): chosen.split(" ")[0],
        str(twins["case_id"]): "not the same school",
        str(first(queue, "flip")["case_id"]): "teh change is right",
        str(first(queue, "inaccuracy_report")["case_id"]): "",
    }
    file = sheet(queue, answers, tmp_path / "back.csv")
    done = import_answers(own, file, YEAR, by="R. Stewardly", now=NOW)
    assert (done.answers, done.skipped, done.rejected) == (4, 1, 1)
    assert "is not a choice; did you mean 'the change is right'?" in done.sentences[0]
    assert import_answers(own, file, YEAR, by="R. Stewardly", now=NOW).path is None, "twice changes nothing"

    after = run(own)
    told = outcomes(own)
    taken = [case for case, answer in answers.items() if answer and "teh" not in answer]
    assert {case: told[case] for case in taken} == dict.fromkeys(taken, "applied")
    assert not after["case_id"].isin(taken).any(), "what was answered is not asked again"
    explained = explain_school(own, str(conflict["nces_school_id_given"]), YEAR)
    assert explained["teaches_cs"] == "Y"
    assert [made["decided_by"] for made in explained["decisions"]] == ["R. Stewardly"]
    linked = own.store.read("linked_records", YEAR)
    decided = linked[linked["match_reason"] == "decided_by_person"]
    assert set(decided["nces_school_id"]) == {chosen.split(" ")[0]}
    counted = own.store.read("decided_courses", YEAR)
    assert counted["counts_as_cs"].tolist() == ["counts"]
    progress = progress_of(own, record)
    assert int(progress["applied"].sum()) == 4
    assert inputs_changed(own, record)

    # Another person contradicts without having seen it: both go back to review, and the system's answer stands.
    other = sheet(
        queue, {str(conflict["case_id"]): "limited or no computer science"}, tmp_path / "b.csv", decided_by="B"
    )
    import_answers(own, other, YEAR, by="B", now=NOW)
    again = run(own).set_index("case_id").loc[str(conflict["case_id"])]
    assert again["case_state"] == "disputed"
    assert explain_school(own, str(conflict["nces_school_id_given"]), YEAR)["teaches_cs"] == "M"

    closed = close_season(own, YEAR, "fall", by="R. Stewardly", now=NOW)
    assert state_of(own, closed) == "closed"


def test_changed_evidence_is_asked_again_and_what_is_gone_is_reported(own: Workspace, tmp_path: Path) -> None:
    queue = own.store.read("review_queue", YEAR)
    course = first(queue, "unknown_course")
    stale = queue.assign(evidence_hash="0" * 64, evidence="the title was not listed")
    gone = queue[queue["case_kind"] == "unknown_course"].iloc[[1]].assign(case_id="f" * 16)
    sheet(pd.concat([stale[stale["case_id"] == course["case_id"]], gone]), {str(course["case_id"]): "counts", "f" * 16: "counts"}, tmp_path / "s.csv")  # fmt: skip
    done = import_answers(own, tmp_path / "s.csv", YEAR, by="A", now=NOW)
    assert any("will be asked again" in sentence for sentence in done.sentences)
    after = run(own).set_index("case_id").loc[str(course["case_id"])]
    assert after["case_state"] == "asked_again"
    assert "the title was not listed" in after["evidence_then"]
    assert outcomes(own)["f" * 16] == "unmatched"
    found = own.store.read("findings", YEAR, stage="reconciled", name="review_queue.findings")
    assert {"C12", "C13"} <= set(found["rule_id"])


def test_direct_decisions_hold_a_source_and_set_a_field(own: Workspace, tmp_path: Path) -> None:
    directory = own.store.read("nces_schools", YEAR)
    school = directory[directory["state"] == "GA"].iloc[0]
    rows = [
        {"decision_kind": "source_hold", "about_source": "id", "field": "", "new_value": ""},
        {"decision_kind": "school_field", "nces_school_id": school["nces_school_id"], "field": "city", "new_value": "Newtown"},
        {"decision_kind": "school_field", "nces_school_id": school["nces_school_id"], "field": "zip", "new_value": "30001", "value_before": "99999"},
    ]  # fmt: skip
    frame = pd.DataFrame(rows).assign(reason="told by phone", decided_by="A", decided_at="2019-08-05")
    frame.to_csv(tmp_path / "changes.csv", index=False)
    assert import_answers(own, tmp_path / "changes.csv", YEAR, by="A", now=NOW).answers == 3
    run(own)
    now = own.store.read("nces_schools", YEAR).set_index("nces_school_id").loc[school["nces_school_id"]]
    assert (now["city"], now["zip"]) == ("Newtown", school["zip"])
    told = own.store.read("decision_outcomes", YEAR)
    assert told[told["decided_by"] == "A"]["decision_outcome"].value_counts().to_dict() == {"applied": 2, "refused": 1}
    sources = own.store.read("sources", YEAR).set_index("source")
    assert sources.loc["id", "report_status"] == "held"
    assert (own.store.read("linked_records", YEAR)["source"] != "id").all()


def test_two_imports_at_once_lose_nothing(own: Workspace, tmp_path: Path) -> None:
    queue = own.store.read("review_queue", YEAR).query("case_kind == 'unknown_course'")
    files = [
        sheet(queue, {str(case): "counts"}, tmp_path / f"{n}.csv", decided_by=f"P{n}")
        for n, case in enumerate(queue["case_id"].head(3))
    ]
    work = [threading.Thread(target=import_answers, args=(own, f, YEAR), kwargs={"by": "A", "now": NOW}) for f in files]
    for one in work:
        one.start()
    for one in work:
        one.join()
    run(own)
    assert len(own.store.read("decided_courses", YEAR)) == 3
