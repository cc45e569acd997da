"""Looks up one school's answer and its evidence. Putting it into words is `pipelines/reconciled/explain.py`."""

from __future__ import annotations

import difflib
from typing import Any

from pipelines.reconciled.explain import explain
from pipelines.shared.steps import Workspace
from schemas.policy_model import load_policy


def explain_school(workspace: Workspace, nces_school_id: str, school_year: str) -> dict[str, Any]:
    """The answer of a school, its ordered evidence, and the file and row of each piece; ready for JSON.

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
    return explain(school, evidence[evidence["nces_school_id"] == nces_school_id], load_policy(str(school["policy"])))
