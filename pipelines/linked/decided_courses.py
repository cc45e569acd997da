"""Courses that people decided on: whether each counts, and how that goes into the offerings. Reads no catalog."""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import conform
from pipelines.shared.settle import newest, outcomes_of, settle

KINDS = {"course_counts": "counts", "course_does_not_count": "does_not_count"}
KEY = ["source", "course_code", "course_name"]


def decide_courses(cases: pd.DataFrame, decisions: pd.DataFrame, school_year: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table `decided_courses`, and the outcomes of the decisions on courses.

    cases: rows of `review_queue` of the kind unknown_course. decisions: rows of `decisions` that may hold. A decision
    without a case names its course by source and code, or by source and title where there is no code.
    """
    made = decisions[decisions["decision_kind"].isin(list(KINDS))]
    unknown = cases[cases["case_kind"] == "unknown_course"]
    settled = settle(unknown[["case_id", "evidence_hash"]], made[made["case_id"].notna()])
    answered = settled.standing.drop(columns=[*KEY, "about_source"]).merge(unknown[["case_id", *KEY]], on="case_id")
    alone = made[made["case_id"].isna()]
    direct, replaced = newest(alone, ["about_source", "course_code", "course_name"])
    told = [(at, "applied", "it holds") for at in direct.index]
    decided = pd.concat([answered, direct.drop(columns="source").rename(columns={"about_source": "source"})])
    decided = decided.sort_values(["decided_at", "decision_id"], kind="stable").drop_duplicates(KEY, keep="last")
    decided["counts_as_cs"] = decided["decision_kind"].map(KINDS).astype("str")
    decided["counts_basis"] = "decision " + decided["decision_id"].astype("str")
    out = conform(
        decided[[*KEY, "counts_as_cs", "counts_basis", "decision_id"]].assign(school_year=school_year),
        "decided_courses",
    )
    outcomes = pd.concat([settled.outcomes, replaced, outcomes_of(made, told)], ignore_index=True)
    return out.sort_values(KEY, kind="stable").reset_index(drop=True), outcomes


def judge_by_decision(offerings: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """The offerings with `counts_as_cs` (and `counts_basis`, where there) of the courses that people decided on.

    offerings: rows of `course_offerings` with KEY and counts_as_cs. A decision on a code counts whatever the title.
    """
    if decided.empty or offerings.empty:
        return offerings
    exact = decided[decided["course_name"].notna()]
    by_code = decided[decided["course_name"].isna()]
    rows = offerings[KEY].reset_index(drop=True)
    found = rows.merge(exact, on=KEY, how="left")["decision_id"]
    coded = rows.merge(by_code.drop(columns="course_name"), on=KEY[:2], how="left")["decision_id"]
    by = found.fillna(coded).set_axis(offerings.index)
    at = by.index[by.notna()]
    if at.empty:
        return offerings
    made = decided.set_index("decision_id").loc[by[at]].set_axis(at)
    out = offerings.copy()
    for name in ("counts_as_cs", "counts_basis"):
        if name in out:
            out.loc[at, name] = made[name]
    return out
