"""The answer for every school of a school year: `school_cs_access`, with its evidence and the review table.

The one entry of this stage; reading and writing tables belongs to the step that calls it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from pipelines.reconciled.access_report import excluded_reason
from pipelines.reconciled.decide import decide
from pipelines.reconciled.decided_answers import SystemAnswers, answers_asked_about, verdicts_that_hold
from pipelines.reconciled.evidence import build_evidence, collect_decisions, collect_evidence
from pipelines.reconciled.inputs import Inputs, index_schools, number_linked, number_schools, sort_schools
from pipelines.reconciled.review_table import build_review_table
from pipelines.reconciled.school_groups import group_schools
from pipelines.shared.findings import conform, empty_findings, row_findings
from schemas.policy_model import Policy
from schemas.tables import table
from schemas.verdicts import Verdict

STILL_ASKED = ("disputed", "needs_second_person", "refused", "asked_again")


@dataclass(frozen=True)
class Reconciled:
    """Declared tables `evidence`, `school_cs_access` and `review_table` of one school year.

    findings: decisions that lead to no school of the directory (C09). outcomes: table `decision_outcomes` of the
    decisions on answers. cases: table `review_queue`, the answers to ask about, before it is known who is asked again.
    """

    evidence: pd.DataFrame
    school_cs_access: pd.DataFrame
    review_table: pd.DataFrame
    findings: pd.DataFrame
    outcomes: pd.DataFrame = field(default_factory=lambda: conform(pd.DataFrame(), "decision_outcomes"))
    cases: pd.DataFrame = field(default_factory=lambda: conform(pd.DataFrame(), "review_queue"))


def reconcile(inputs: Inputs, policy: Policy, *, settle: bool = False) -> Reconciled:
    """One answer per school of the directory, by the ordered rules of the policy (domain.md 4.3).

    settle: judge the decisions first, by the evidence of now; else all of them hold, the newest of a school first.
    The rows of the inputs may come in any order. Raises ValueError when the tables contradict each other; see
    `collect_evidence`.
    """
    schools = sort_schools(inputs.nces_schools)
    inputs = replace(inputs, nces_schools=schools)
    signals = collect_evidence(inputs, policy)
    decided = decide(signals, policy)
    system = SystemAnswers(schools, decided, _was(inputs, schools), _reports(inputs, schools))
    verdicts = verdicts_that_hold(system, inputs.decisions, inputs.regions) if settle else None
    standing = inputs.decisions if verdicts is None else verdicts.standing
    decided = _with_decisions(signals, decided, collect_decisions(inputs, standing, policy), policy)
    evidence = build_evidence(decided, schools, policy, inputs.school_year)
    answers = build_answers(schools, decided, policy)
    review = build_review_table(answers, decided, policy)
    lost = _lost_decisions(inputs, schools)
    if verdicts is None:
        return Reconciled(evidence, answers, review, lost)
    told = verdicts.outcomes
    waiting = told.loc[told["decision_outcome"].isin(STILL_ASKED), "nces_school_id_given"].dropna().unique()
    cases = answers_asked_about(
        system, answers["in_access_report"], verdicts.asked, sorted(waiting), inputs.school_year
    )
    return Reconciled(evidence, answers, review, lost, *(_by_school(frame) for frame in (told, cases)))


def _by_school(frame: pd.DataFrame) -> pd.DataFrame:
    """Decisions or cases in the order of their schools, so that a part made anew finds its place among the others."""
    key = "case_id" if "case_state" in frame else "decision_id"
    return frame.sort_values(["nces_school_id_given", key], kind="stable").reset_index(drop=True)


def _with_decisions(signals: pd.DataFrame, decided: pd.DataFrame, made: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """`decided` with the schools of decisions decided once more, now with the decisions among their signals."""
    if made.empty:
        return decided
    mine = made["school"].unique()
    again = pd.concat([made, signals[signals["school"].isin(mine)]], ignore_index=True)
    again = again.sort_values("school", kind="stable").reset_index(drop=True)
    rows = pd.concat([decided[~decided["school"].isin(mine)], decide(again, policy)], ignore_index=True)
    return rows.sort_values(["school", "position", "label"], kind="stable").reset_index(drop=True)


def _was(inputs: Inputs, schools: pd.DataFrame) -> pd.Series:
    """Verdict of the year before by row number of the school; only schools that had one."""
    last = inputs.history.get(1)
    if last is None:
        return pd.Series(dtype="str")
    number = number_schools(last["nces_school_id"], index_schools(schools))
    was = last["teaches_cs"].set_axis(number)
    return was[was.index >= 0][lambda codes: ~codes.index.duplicated()]


def _reports(inputs: Inputs, schools: pd.DataFrame) -> pd.Series:
    """People who say that the published answer is wrong, by row number of the school. What they wrote stays unread."""
    surveys = inputs.survey_responses
    if "inaccuracy_reported" not in surveys:
        return pd.Series(dtype="int64")
    wrong = surveys[surveys["inaccuracy_reported"].fillna(False).astype(bool)]
    placed = number_linked(inputs.linked_records, index_schools(schools))
    number = placed.reindex(wrong["record_id"]).dropna().astype("int64")
    return number[number >= 0].value_counts().sort_index()


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
    made = inputs.decisions[inputs.decisions["decision_kind"].isin(["verdict_override", "accept_flip"])]
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
