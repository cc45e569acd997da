"""Why each school got its answer, as the page's files hold it: the list that `cleanup explain` prints. Decides nothing.

Rules of the policy that had nothing to say are added by the page, as `explain` adds them, from the policy's order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipelines.published.page_columns import numbers, texts, to_json
from schemas.policy_model import Policy

ANSWER = ("decided_by_rule", "evidence_year", "excluded_reason", "policy", "grades")
PIECE = ("label", "evidence_kind", "says", "why", "evidence_year", "source", "pointer")


def why_file(answers: pd.DataFrame, evidence: pd.DataFrame, first: int, count: int) -> bytes:
    """One state and school year. `answers` and `evidence` (of `order_pieces`) carry `number`, `answers` also `grades`.

    `first` and `count` are the state's numbers. `answer`: columns over all schools of the state, empty where the year
    does not list the school. `evidence`: columns over the pieces in the order they are asked; `school` is the number
    within the state.
    """
    rows = answers.set_index("number")[list(ANSWER)].reindex(range(first, first + count))
    told: dict[str, Any] = {name: texts(rows[name]) for name in ANSWER}
    listed: dict[str, Any] = {name: texts(evidence[name]) for name in PIECE}
    listed["school"] = (evidence["number"].to_numpy() - first).tolist()
    listed["position"] = numbers(evidence["position"])
    listed["is_used"] = evidence["is_used"].fillna(False).astype("int64").tolist()
    return to_json({"answer": told, "evidence": listed})


def order_pieces(evidence: pd.DataFrame) -> pd.DataFrame:
    """Evidence in the order in which `explain` lists it: by school, then as it is asked."""
    return evidence.sort_values(["number", "position", "label"], kind="stable")


def tell_grades(answers: pd.DataFrame) -> pd.Series:
    """The grades in the words of `explain`: 09 to 12; grades are those of 2016-17."""
    low, high, year = answers["grade_low"], answers["grade_high"], answers["grades_year"]
    said = (low + " to " + high).fillna("not known")
    other = year.notna() & (year != answers["school_year"])
    return said.where(~other, said + "; grades are those of " + year.fillna(""))


def policy_rules(policies: dict[str, Policy], used: set[str]) -> dict[str, Any]:
    """Policy -> title and its rules in order (label, evidence_kind), for the policies that the release names."""
    return {
        name: {
            "title": policy.title,
            "rules": [[rule.label, rule.evidence_kind] for rule in policy.rules],
        }
        for name, policy in sorted(policies.items())
        if name in used
    }


def split_by_state(frame: pd.DataFrame, first: dict[str, tuple[int, int]]) -> dict[str, pd.DataFrame]:
    """Rows by state, found from their `number`; a state without rows is left out."""
    order = sorted(first, key=lambda state: first[state][0])
    starts = np.array([first[state][0] for state in order])
    place = np.searchsorted(starts, frame["number"].to_numpy(), side="right") - 1
    return {order[n]: rows for n, rows in frame.groupby(place, sort=True)}
