"""Which decision holds: the newest on the evidence of now; disputes, second persons, undo, and any order of rows."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.shared.cases import disputed_hash
from pipelines.shared.findings import conform
from pipelines.shared.settle import Settled, newest, settle

CASES = pd.DataFrame({"case_id": ["c1", "c2"], "evidence_hash": ["now", "now"]})


def made(*rows: dict[str, object]) -> pd.DataFrame:
    fixed = {"decision_kind": "verdict_override", "case_id": "c1", "evidence_hash": "now", "school_year": "2018-19"}
    frame = pd.DataFrame(
        [
            {**fixed, "decision_id": f"d{n}", "decided_by": "A", "decided_at": f"2019-0{n}-01", **row}
            for n, row in enumerate(rows, 1)
        ]
    )
    out = conform(frame.drop(columns="people", errors="ignore"), "decisions")
    return out.assign(people=frame["people"]) if "people" in frame else out


def became(settled: Settled) -> dict[str, str]:
    return dict(zip(settled.outcomes["decision_id"], settled.outcomes["decision_outcome"], strict=True))


@pytest.mark.parametrize(
    ("rows", "expected", "standing"),
    [
        ([{"decided_value": "Y"}], {"d1": "applied"}, ["d1"]),
        ([{"decided_value": "Y"}, {"decided_value": "N"}], {"d1": "superseded", "d2": "applied"}, ["d2"]),
        ([{"decided_value": "Y", "evidence_hash": "then"}], {"d1": "asked_again"}, []),
        (
            [{"decided_value": "Y", "evidence_hash": "then"}, {"decided_value": "Y"}],
            {"d1": "superseded", "d2": "applied"},
            ["d2"],
        ),
        (
            [{"decided_value": "Y"}, {"decided_value": "N", "decided_by": "B"}],
            {"d1": "disputed", "d2": "disputed"},
            [],
        ),
        (
            [{"decided_value": "Y"}, {"decided_value": "N", "decided_by": "B", "value_before": "Y"}],
            {"d1": "superseded", "d2": "applied"},
            ["d2"],
        ),
        ([{"decided_value": "N", "people": 2}], {"d1": "needs_second_person"}, []),
        (
            [{"decided_value": "N", "people": 2}, {"decided_value": "N", "decided_by": "B", "people": 2}],
            {"d1": "applied", "d2": "applied"},
            ["d2"],
        ),
    ],
)
def test_what_becomes_of_decisions(
    rows: list[dict[str, object]], expected: dict[str, str], standing: list[str]
) -> None:
    settled = settle(CASES, made(*rows))
    assert became(settled) == expected
    assert settled.standing["decision_id"].tolist() == standing


def test_a_dispute_is_ended_by_who_has_seen_it() -> None:
    two = made({"decided_value": "Y"}, {"decided_value": "N", "decided_by": "B"})
    asked = settle(CASES, two).asked.iloc[0]
    assert (asked["case_state"], asked["asked_before"]) == ("disputed", "d2")
    assert asked["evidence_hash"] == disputed_hash("now", ["d1", "d2"])
    assert "A decided" in asked["evidence_then"]
    assert "B decided" in asked["evidence_then"]
    third = {"decided_value": "N", "decided_by": "C", "evidence_hash": asked["evidence_hash"]}
    ended = settle(CASES, made({"decided_value": "Y"}, {"decided_value": "N", "decided_by": "B"}, third))
    assert became(ended) == {"d1": "superseded", "d2": "superseded", "d3": "applied"}


def test_a_case_asked_again_shows_then() -> None:
    asked = settle(CASES, made({"decided_value": "Y", "evidence_hash": "then", "evidence_seen": "teachers: yes"})).asked
    assert asked.loc[0, "case_state"] == "asked_again"
    assert asked.loc[0, "evidence_then"].endswith("then: teachers: yes")


def test_a_case_that_is_gone_says_nothing() -> None:
    settled = settle(CASES, made({"case_id": "c9"}))
    assert settled.outcomes.empty
    assert settled.standing.empty


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_of_rows_changes_nothing(seed: int) -> None:
    rows = made(
        {"decided_value": "Y"},
        {"decided_value": "N", "decided_by": "B"},
        {"decided_value": "Y", "case_id": "c2", "evidence_hash": "then"},
        {"decided_value": "Y", "case_id": "c2"},
    )
    mixed = settle(CASES, rows.sample(frac=1, random_state=seed).reset_index(drop=True))
    assert became(mixed) == became(settle(CASES, rows))
    assert mixed.asked.equals(settle(CASES, rows).asked)


def test_without_a_case_the_newest_on_a_topic_holds() -> None:
    rows = made({"new_value": "a", "field": "city"}, {"new_value": "b", "field": "city"}, {"field": "zip"})
    standing, replaced = newest(rows, ["field"])
    assert sorted(standing["decision_id"]) == ["d2", "d3"]
    assert replaced["decision_id"].tolist() == ["d1"]
