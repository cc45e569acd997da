"""The answer for every school of a school year: `school_cs_access`, with its evidence and the review table.

The one entry of this stage; reading and writing tables belongs to the step that calls it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from pipelines.reconciled.access_report import excluded_reason
from pipelines.reconciled.decide import decide
from pipelines.reconciled.evidence import build_evidence, collect_evidence
from pipelines.reconciled.inputs import Inputs, sort_schools
from pipelines.reconciled.review_table import build_review_table
from pipelines.reconciled.school_groups import group_schools
from pipelines.shared.findings import conform, empty_findings, row_findings
from schemas.policy_model import Policy
from schemas.tables import table
from schemas.verdicts import Verdict


@dataclass(frozen=True)
class Reconciled:
    """Declared tables `evidence`, `school_cs_access` and `review_table` of one school year.

    findings: decisions that lead to no school of the directory (C09).
    """

    evidence: pd.DataFrame
    school_cs_access: pd.DataFrame
    review_table: pd.DataFrame
    findings: pd.DataFrame


def reconcile(inputs: Inputs, policy: Policy) -> Reconciled:
    """One answer per school of the directory, by the ordered rules of the policy (domain.md 4.3).

    The rows of the inputs may come in any order. Raises ValueError when the tables contradict each other; see
    `collect_evidence`.
    """
    schools = sort_schools(inputs.nces_schools)
    signals = collect_evidence(replace(inputs, nces_schools=schools), policy)
    decided = decide(signals, policy)
    evidence = build_evidence(decided, schools, policy, inputs.school_year)
    answers = build_answers(schools, decided, policy)
    review = build_review_table(answers, decided, policy)
    return Reconciled(evidence, answers, review, _lost_decisions(inputs, schools))


def build_answers(schools: pd.DataFrame, decided: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """The table `school_cs_access`: one row per row of `schools`, in its order. No used evidence is U, unknown."""
    columns = ["school", "says", "label", "evidence_year"]
    used = decided.loc[decided["is_used"], columns].set_index("school").reindex(schools.index)
    teaches = used["says"].fillna(Verdict.UNKNOWN.value).astype("str")
    known = teaches != Verdict.UNKNOWN
    out = schools[[name for name in table("school_cs_access").column_names if name in schools]].copy()
    out = out.assign(**group_schools(schools))
    out["teaches_cs"] = teaches
    out["decided_by_rule"] = used["label"].where(known)
    out["evidence_year"] = used["evidence_year"].where(known)
    out["policy"] = policy.policy
    out["excluded_reason"] = excluded_reason(schools, teaches, policy.access_report)
    out["in_access_report"] = out["excluded_reason"].isna()
    return conform(out, "school_cs_access")


def _lost_decisions(inputs: Inputs, schools: pd.DataFrame) -> pd.DataFrame:
    """A finding for every decision without a school that the linking stage did not already ask about."""
    made = inputs.decisions
    asked = made["record_id"].isin(_among(inputs.linked_records["record_id"], made["record_id"]))
    known = made["nces_school_id_given"].isin(_among(schools["nces_school_id"], made["nces_school_id_given"]))
    lost = made[~asked & ~known]
    if lost.empty:
        return empty_findings()
    return row_findings(
        lost,
        "C09",
        stage="reconciled",
        school_year=inputs.school_year,
        column="nces_school_id_given",
        values=lost["nces_school_id_given"],
    )


def _among(many: pd.Series, few: pd.Series) -> pd.Series:
    """Those of the many that are among the few; `isin` is slow the other way round (2 s for 130,000 ids)."""
    return many[many.isin(few.dropna())]
