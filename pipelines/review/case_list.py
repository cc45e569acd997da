"""The cases of a school year as a person sees them: each with the schools in question beside what was written.

Reads two tables and makes plain values; writes no file, and asks nothing that the review queue does not ask.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import pandas as pd

from pipelines.shared.cases import who_answers
from schemas.case_kinds import STEWARDS

SHOWN = (
    "case_id",
    "case_kind",
    "state",
    "partner_id",
    "source",
    "subject",
    "school_name",
    "city",
    "nces_school_id_given",
    "state_school_id_given",
    "question",
    "system_answer",
    "effect",
    "evidence",
    "evidence_then",
    "asked_before",
    "choices",
    "candidates",
    "who_can_answer",
    "schools_affected",
    "students_affected",
    "published_effect",
    "openness",
    "informative",
    "records",
    "file",
    "row",
    "evidence_hash",
)
"""Columns of `review_queue` that a person sees, in the order in which they are told."""
SCHOOL_FIELDS = (
    ("nces_school_id", "NCES id"),
    ("school_name", "name"),
    ("district_name", "district"),
    ("street", "street"),
    ("city", "city"),
    ("state", "state"),
    ("zip", "ZIP code"),
    ("state_school_id", "state id"),
    ("grades", "grades"),
    ("sector", "sector"),
    ("status", "status"),
    ("students_total", "students"),
)
"""What is told of each school in question, with its label."""
CANDIDATE = re.compile(
    r"^\s*(?P<id>\d{12}|[0-9A-Z]{2}\d{6}) (?P<school>.*?)(?: \((?P<why>[^()]*(?:\([^()]*\)[^()]*)*)\))?\s*$"
)
"""A school in question as the queue writes it: `069900200006 Marlcote High, QUILLPORT (name very alike, same city)`."""
BAR = "|"


@dataclass(frozen=True)
class CaseList:
    """cases: the queue's rows as asked, in its order. candidates: {case_id: [(NCES id, why)]}. schools: {id: fields}.

    run_id: twelve characters that change when any case, or the evidence of one, does. partner: whose answers these are;
    empty for the stewards, who may answer everything.
    """

    school_year: str
    run_id: str
    cases: pd.DataFrame
    candidates: dict[str, list[tuple[str, str]]]
    schools: dict[str, dict[str, str]]
    partner: str = ""


def list_cases(
    queue: pd.DataFrame, directory: pd.DataFrame, school_year: str, *, state: str = "", partner: str = ""
) -> CaseList:
    """Cases of one state, those that a partner (or `stewards`) answers, or all of them.

    `queue`: table review_queue. `directory`: table nces_schools.

    Raises ValueError when a state or partner is named that has no case, with those that have.
    """
    cases = queue.reindex(columns=list(SHOWN))
    for name, wanted, of in (("state", state.upper(), queue["state"]), ("partner", partner, who_answers(queue))):
        if not wanted:
            continue
        mine = of.reindex(cases.index) == wanted
        if not mine.any() and not cases.empty:
            there = ", ".join(sorted(of.dropna().unique())) or "none"
            raise ValueError(
                f"no open case of {school_year} is for {name} {wanted!r} to answer; there are cases of {there}"
            )
        cases = cases[mine]
    cases = cases.reset_index(drop=True)
    candidates = {
        case_id: _split_candidates(text)
        for case_id, text in zip(cases["case_id"], cases["candidates"], strict=True)
        if isinstance(text, str)
    }
    named = {school for listed in candidates.values() for school, _ in listed}
    by = "" if partner == STEWARDS else partner
    return CaseList(school_year, run_id(cases), cases, candidates, _tell_schools(directory, named), by)


def run_id(cases: pd.DataFrame) -> str:
    """Twelve hexadecimal characters of the cases and their evidence."""
    told = sorted(f"{case} {evidence}" for case, evidence in zip(cases["case_id"], cases["evidence_hash"], strict=True))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def split_choices(choices: str) -> list[str]:
    """The answers a case allows, each school without the words that say why it is in question."""
    parts = [part.strip() for part in choices.split(BAR)]
    return [f"{match['id']} {match['school']}" if (match := CANDIDATE.match(part)) else part for part in parts]


def _split_candidates(text: str) -> list[tuple[str, str]]:
    found = [match for part in text.split(BAR) if (match := CANDIDATE.match(part.strip()))]
    return [(match["id"], match["why"] or "") for match in found]


def _tell_schools(directory: pd.DataFrame, named: set[str]) -> dict[str, dict[str, str]]:
    rows = directory[directory["nces_school_id"].isin(named)]
    low, high = rows["grade_low"].astype("str"), rows["grade_high"].astype("str")
    rows = rows.assign(grades=low.str.cat(high, sep=" to "))
    told = rows[[name for name, _ in SCHOOL_FIELDS]].astype("str")
    return {
        record["nces_school_id"]: {name: value for name, value in record.items() if isinstance(value, str)}
        for record in told.to_dict("records")
    }
