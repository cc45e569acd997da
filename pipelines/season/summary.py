"""What a run did, as plain values: rows by source, findings by rule, answers by state, the review queue.

Reads the tables of the store; printing them is `show.py`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipelines.season.run import StepResult
from pipelines.season.steps.comparing import NAME as COMPARISONS
from pipelines.shared.steps import Workspace, tally
from schemas.review_order import OPENNESS
from schemas.rules import RULES
from schemas.verdicts import CODES

ROWS = ("rows_in", "rows_kept", "rows_rejected", "rows_merged", "rows_excluded")


def summarise(workspace: Workspace, school_years: list[str], results: list[StepResult]) -> dict[str, Any]:
    """JSON-ready summary of the school years. `failed_checks` counts failed checks of severity ERROR."""
    failed = [
        {"year": r.school_year, "step": f"{r.step.stage}/{r.step.name}", "check": c.name, "sentence": c.sentence}
        for r in results
        for c in r.report.checks
        if c.is_error and not c.passed
    ]
    seconds: dict[str, float] = {}
    for result in results:
        seconds[result.step.stage] = seconds.get(result.step.stage, 0.0) + result.seconds
    return {
        "years": {year: summarise_year(workspace, year) for year in school_years},
        "failed_checks": failed,
        "seconds": {stage: round(value, 2) for stage, value in seconds.items()},
        "steps": len(results),
        "steps_reused": sum(result.report.reused for result in results),
        "data": workspace.store.root,
    }


def summarise_year(workspace: Workspace, school_year: str) -> dict[str, Any]:
    """The figures of one school year that has been run."""
    store = workspace.store
    stages = ("standard", "linked", "reconciled")
    parts = [store.read("findings", school_year, stage=stage) for stage in stages]
    parts += [store.read("findings", school_year, stage=stage, name=COMPARISONS) for stage in ("linked", "reconciled")]
    parts.append(store.read("findings", school_year, stage="reconciled", name="review_queue.findings"))
    findings = pd.concat(parts, ignore_index=True)
    answer = store.read("school_cs_access", school_year, columns=["state", "teaches_cs", "in_access_report"])
    queue = store.read("review_queue", school_year, columns=["case_kind", "question", "effect", "openness"])
    summary = store.read("state_summary", school_year)
    nation = summary[summary["place"] == "US"].iloc[0]
    return {
        "sources": _sources(store.read("sources", school_year)),
        "findings": _findings(findings),
        "schools": len(answer),
        "answers": {code: int((answer["teaches_cs"] == code).sum()) for code in CODES},
        "answers_by_state": _by_state(answer),
        "percent_offering": None
        if pd.isna(nation["percent_offering"])
        else round(float(nation["percent_offering"]), 1),
        "review_queue": tally(queue["case_kind"]),
        "first_cases": [
            {"question": str(case.question), "effect": str(case.effect), "how_open": OPENNESS[str(case.openness)].words}
            for case in queue.head(3).itertuples()
        ],
    }


def _sources(sources: pd.DataFrame) -> list[dict[str, Any]]:
    out = []
    for row in sources.to_dict("records"):
        entry = {
            "source": row["source"],
            "status": row["report_status"],
            "reason": None if pd.isna(row["reason"]) else row["reason"],
        }
        out.append(entry | {name: 0 if pd.isna(row[name]) else int(row[name]) for name in ROWS})
    return out


def _findings(findings: pd.DataFrame) -> list[dict[str, Any]]:
    grouped = findings.groupby(["rule_id", "severity"], sort=True).size()
    return [
        {"rule": rule_id, "severity": severity, "count": int(count), "sentence": RULES[rule_id].sentence}
        for (rule_id, severity), count in grouped.items()
    ]


def _by_state(answer: pd.DataFrame) -> dict[str, dict[str, int]]:
    inside = answer[answer["in_access_report"].fillna(False)]
    table = pd.crosstab(inside["state"], inside["teaches_cs"]).reindex(columns=list(CODES), fill_value=0)
    return {str(state): {code: int(n) for code, n in row.items()} for state, row in table.iterrows()}
