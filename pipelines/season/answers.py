"""Looks up one school's answer, its evidence, the records matched to it and the decisions on it. Words are `pipelines/reconciled/explain.py`."""

from __future__ import annotations

import difflib
from typing import Any

import pandas as pd

from pipelines.reconciled.explain import explain
from pipelines.shared.steps import Workspace
from schemas.policy_model import load_policy

DECISION = (
    "decision_id",
    "decision_kind",
    "decision_outcome",
    "why",
    "decided_by",
    "decided_at",
    "reason",
    "file",
    "row",
)


def explain_school(workspace: Workspace, nces_school_id: str, school_year: str) -> dict[str, Any]:
    """The answer of a school, its ordered evidence, the file and row of each piece, why each record was matched to it,
    and every decision that concerns the school (who, when, why, what became of it); ready for JSON. For the project's own people: it names who decided.

    Raises ValueError when the year has not been run or the school is not in its directory (naming a close id).
    """
    store = workspace.store
    if not store.exists("reconciled", "school_cs_access", school_year):
        years = ", ".join(store.years("reconciled", "school_cs_access")) or "none yet"
        raise ValueError(f"{school_year} has not been run (run are: {years}); run it first: cleanup run {school_year}")
    answers = store.read("school_cs_access", school_year)
    rows = answers[answers["nces_school_id"] == nces_school_id]
    if rows.empty:
        close = difflib.get_close_matches(nces_school_id, answers["nces_school_id"].tolist(), n=1, cutoff=0.8)
        hint = (
            f"; did you mean {close[0]}?" if close else "; an NCES id has 12 digits (8 characters for private schools)"
        )
        raise ValueError(f"no school {nces_school_id!r} in the {school_year} directory{hint}")
    school = rows.iloc[0]
    evidence = store.read("evidence", school_year)
    told = explain(school, evidence[evidence["nces_school_id"] == nces_school_id], load_policy(str(school["policy"])))
    return told | {
        "matches": _matches(workspace, nces_school_id, school_year),
        "decisions": _decisions(workspace, nces_school_id, school_year),
    }


def _matches(workspace: Workspace, nces_school_id: str, school_year: str) -> list[dict[str, Any]]:
    """Which records were matched to the school, and why: one line per source, name given and reason, with its rows."""
    columns = ["source", "file", "row", "school_name", "nces_school_id", "match_reason", "match_score", "match_note"]
    linked = workspace.store.read("linked_records", school_year, columns=columns)
    mine = linked[linked["nces_school_id"] == nces_school_id].drop(columns="nces_school_id")
    by = ["source", "file", "school_name", "match_reason", "match_note"]
    grouped = mine.sort_values(["source", "file", "row"], kind="stable").groupby(by, dropna=False, sort=True)
    told = grouped.agg(
        records=("row", "size"), rows=("row", "unique"), match_score=("match_score", "max")
    ).reset_index()
    plain = told.astype(object).where(told.notna(), None)
    return [
        {name: [int(row) for row in value] if name == "rows" else value for name, value in one.items()}
        for one in plain.to_dict("records")
    ]


def _decisions(workspace: Workspace, nces_school_id: str, school_year: str) -> list[dict[str, Any]]:
    store = workspace.store
    if not store.exists("reconciled", "decision_outcomes", school_year):
        return []
    outcomes = store.read("decision_outcomes", school_year)
    linked = store.read("linked_records", school_year, columns=["nces_school_id", "match_reason", "match_note"])
    notes = linked.loc[linked["nces_school_id"] == nces_school_id, "match_note"].dropna()
    in_notes = notes.str.findall(r"decision ([^:;]+)").explode().dropna().str.strip().unique()
    mine = (
        (outcomes["nces_school_id_given"] == nces_school_id)
        | outcomes["other_nces_school_id"].str.contains(nces_school_id, regex=False, na=False)
        | outcomes["decision_id"].isin(in_notes)
    )
    found = outcomes[mine].sort_values(["decided_at", "decision_id"], kind="stable")[list(DECISION)]
    plain = found.astype(object).where(found.notna(), None)
    return [{name: (int(value) if name == "row" and not pd.isna(value) else value) for name, value in row.items()}
            for row in plain.to_dict("records")]  # fmt: skip
