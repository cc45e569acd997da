"""Answers compared with the year before, with each other and with what decisions set aside. Changes no answer.

A finding speaks of a school or of a state; its source is the evidence's, or the state's own course file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.shared.findings import join_findings, row_findings
from schemas.thresholds import threshold
from schemas.verdicts import Verdict

STAGE = "reconciled"
NO = (Verdict.NO, Verdict.HISTORICAL_NO)
CARRIED = (Verdict.HISTORICAL_YES, Verdict.HISTORICAL_NO, Verdict.HISTORICAL_MAYBE)
BY_PEOPLE = ("override", "staff_entry")
LEDGERS = ("ap", "ib")
LISTS = (*LEDGERS, "provider")

SCHOOL_COLUMNS = ("nces_school_id", "state", "teaches_cs", "in_access_report")
EVIDENCE_COLUMNS = ("nces_school_id", "source", "evidence_kind", "says", "is_used", "records_yes", "records_no")
REVIEW_COLUMNS = ("nces_school_id", "state", "state_says", "teacher_survey_says")


@dataclass(frozen=True)
class Answers:
    """The answers of a year and what they are compared with.

    schools: SCHOOL_COLUMNS of `school_cs_access`. evidence: EVIDENCE_COLUMNS of `evidence`. review: REVIEW_COLUMNS of
    `review_table`. before: table `school_cs_access` of the year before, None when there is none. offerings,
    offerings_before: course source -> records of the year and of the year before. accepted: course sources with an
    accepted file of the year. absent: course source -> share of the state's high schools that its complete file does
    not name.
    """

    school_year: str
    schools: pd.DataFrame
    evidence: pd.DataFrame
    review: pd.DataFrame
    before: pd.DataFrame | None = None
    offerings: Mapping[str, int] | None = None
    offerings_before: Mapping[str, int] | None = None
    accepted: Collection[str] = ()
    absent: Mapping[str, float] | None = None


def compare_answers(answers: Answers) -> pd.DataFrame:
    """Findings R13, S24, X06 to X10, X13 and X14, table `findings`, stage `reconciled`."""
    return join_findings(
        [
            _against_ledgers(answers),
            *_lists_against_states(answers),
            _teachers_who_differ(answers),
            _flips(answers),
            _states_without_courses(answers),
            _state_against_teachers(answers),
            _carried(answers),
            _absent(answers),
        ]
    )


def _find(answers: Answers, rule_id: str, sources: pd.Series, column: str, values: pd.Series) -> pd.DataFrame:
    rows = pd.DataFrame({"source": sources}, index=sources.index)
    return row_findings(rows, rule_id, stage=STAGE, school_year=answers.school_year, column=column, values=values)


def _of_states(answers: Answers, rule_id: str, states: pd.Series, values: pd.Series, rows: pd.Series) -> pd.DataFrame:
    found = _find(answers, rule_id, states.str.lower(), "teaches_cs", values)
    return found.assign(finding_rows=rows.to_numpy("int64")) if len(found) else found


def _against_ledgers(answers: Answers) -> pd.DataFrame:
    """X10: an answer that takes back a ledger's Yes, and is no decision of two people (C06)."""
    evidence = answers.evidence
    proven = evidence[evidence["evidence_kind"].isin(LEDGERS) & (evidence["says"] == Verdict.YES)]
    used = evidence[evidence["is_used"].fillna(False).astype(bool)]
    wrong = used[used["says"].isin(NO) & ~used["evidence_kind"].isin(BY_PEOPLE)]
    wrong = wrong[wrong["nces_school_id"].isin(proven["nces_school_id"])]
    return _find(answers, "X10", wrong["source"].fillna("school_cs_access"), "teaches_cs", wrong["nces_school_id"])


def _lists_against_states(answers: Answers) -> list[pd.DataFrame]:
    """A ledger or a provider names a school that its state's complete file misses (X13), or of which it lists courses
    that do not count (X14). Once per school, whatever the policy answers; the value names the school and the lists.
    """
    evidence = answers.evidence
    # Schools are compared by number: `isin` on the ids of 100,000 schools takes seconds.
    school = pd.factorize(evidence["nces_school_id"])[0]
    names = (evidence["records_yes"] > 0).fillna(False).to_numpy(bool)
    named_by = {}
    for kind in LISTS:
        named_by[kind] = np.zeros(school.max(initial=-1) + 1, dtype=bool)
        named_by[kind][school[names & (evidence["evidence_kind"] == kind).to_numpy(bool)]] = True
    against = ((evidence["evidence_kind"] == "state") & (evidence["says"] == Verdict.NO)).to_numpy(bool)
    at = np.flatnonzero(against & np.logical_or.reduce(list(named_by.values()))[school])
    at = at[~pd.Series(school[at]).duplicated().to_numpy()]
    met = evidence.iloc[at]
    shown = met["nces_school_id"] + ":"
    for kind, flags in named_by.items():
        shown = shown + np.where(flags[school[at]], f" {kind}", "")
    listed = (met["records_no"] > 0).fillna(False)
    return [
        _find(answers, rule_id, met["source"][where], "teaches_cs", shown[where])
        for rule_id, where in (("X13", ~listed), ("X14", listed))
    ]


def _teachers_who_differ(answers: Answers) -> pd.DataFrame:
    """R13, once per school."""
    evidence = answers.evidence
    told = evidence[evidence["evidence_kind"] == "teacher_survey"].drop_duplicates("nces_school_id")
    mixed = told[((told["records_yes"] > 0) & (told["records_no"] > 0)).fillna(False).astype(bool)]
    return _find(answers, "R13", mixed["source"].fillna("survey"), "how_many_20_hours", mixed["nces_school_id"])


def _flips(answers: Answers) -> pd.DataFrame:
    """X06, once per state and direction, over schools with an answer of their own in both years."""
    if answers.before is None:
        return join_findings([])
    reported = answers.schools[answers.schools["in_access_report"].fillna(False).astype(bool)]
    last = answers.before[["nces_school_id", "teaches_cs"]]
    both = reported[["nces_school_id", "state", "teaches_cs"]].merge(last, on="nces_school_id", suffixes=("", "_was"))
    both = both[both["teaches_cs"].isin(["Y", "N"]) & both["teaches_cs_was"].isin(["Y", "N"])]
    turned = {
        "Yes to No": (both["teaches_cs"] == "N") & (both["teaches_cs_was"] == "Y"),
        "No to Yes": (both["teaches_cs"] == "Y") & (both["teaches_cs_was"] == "N"),
    }
    bounds = {"Yes to No": threshold("x06_yes_to_no"), "No to Yes": threshold("x06_no_to_yes")}
    parts = []
    for way, flags in turned.items():
        by = flags.groupby(both["state"]).agg(["sum", "mean", "size"])
        odd = by[(by["mean"] > bounds[way]) & (by["size"] >= threshold("x06_schools"))]
        states = odd.index.to_series()
        shown = states + ": " + odd["sum"].astype("str") + " of " + odd["size"].astype("str") + f" schools from {way}"
        parts.append(_of_states(answers, "X06", states, shown, odd["sum"]))
    return join_findings(parts)


def _states_without_courses(answers: Answers) -> pd.DataFrame:
    """X07: courses the year before, a file this year, and no course in it."""
    now, before = answers.offerings or {}, answers.offerings_before or {}
    empty = sorted(s for s in answers.accepted if before.get(s, 0) > 0 and now.get(s, 0) == 0)
    sources = pd.Series(empty, dtype="str")
    shown = sources.map({s: f"{before[s]} the year before" for s in empty}).astype("str")
    return _find(answers, "X07", sources, "course_code", shown)


def _state_against_teachers(answers: Answers) -> pd.DataFrame:
    review = answers.review
    both = review[review["state_says"].isin(["Y", "N"]) & review["teacher_survey_says"].isin(["Y", "N"])]
    by = (both["state_says"] != both["teacher_survey_says"]).groupby(both["state"]).agg(["sum", "mean", "size"])
    odd = by[(by["mean"] > threshold("x08_disagree")) & (by["size"] >= threshold("x08_schools"))]
    states = odd.index.to_series()
    shown = states + ": " + odd["sum"].astype("str") + " of " + odd["size"].astype("str") + " schools"
    return _of_states(answers, "X08", states, shown, odd["sum"])


def _carried(answers: Answers) -> pd.DataFrame:
    reported = answers.schools[answers.schools["in_access_report"].fillna(False).astype(bool)]
    known = reported[reported["teaches_cs"] != Verdict.UNKNOWN]
    by = known["teaches_cs"].isin(CARRIED).groupby(known["state"]).agg(["sum", "mean", "size"])
    odd = by[by["mean"] > threshold("x09_carried_share")]
    states = odd.index.to_series()
    shown = states + ": " + odd["sum"].astype("str") + " of " + odd["size"].astype("str") + " answers"
    return _of_states(answers, "X09", states, shown, odd["sum"])


def _absent(answers: Answers) -> pd.DataFrame:
    shares = {s: n for s, n in (answers.absent or {}).items() if n > threshold("s24_absent_share")}
    sources = pd.Series(sorted(shares), dtype="str")
    shown = pd.Series(np.array([f"{shares[s]:.0%}" for s in sorted(shares)], dtype=object), dtype="str")
    return _find(answers, "S24", sources, "nces_school_id", shown)
