"""Columns of a case that waits for a person.

The answer is in `decisions.py`.
"""

from __future__ import annotations

from schemas.review_order import OPENNESS
from schemas.table_model import Column

CASE_KINDS = (
    "id_conflict",
    "ambiguous",
    "not_found",
    "duplicate_school",
    "school_history",
    "recycled_id",
    "unknown_course",
    "closed_school",
    "conflicting_evidence",
    "flip",
    "inaccuracy_report",
    "refused_file",
    "held_file",
    "coverage_drop",
)

REVIEW: tuple[Column, ...] = (
    Column("case_id", "text", "stable id of the case: hash of the question, the same next year and from another file"),
    Column("case_kind", "text", "kind of case", allowed=CASE_KINDS),
    Column(
        "case_state",
        "text",
        "open; asked_again: the evidence of an earlier answer has changed; disputed: two answers contradict each other; "
        "needs_second_person: one person has decided, and the kind of decision needs two",
        allowed=("open", "asked_again", "disputed", "needs_second_person"),
    ),
    Column("subject", "text", "what the case is about, where no other column says it: a course, a file, schools"),
    Column("question", "text", "the question in one sentence"),
    Column("system_answer", "text", "what the system does until someone answers"),
    Column("candidates", "text", "schools in question, NCES id and name, joined by a bar"),
    Column("choices", "text", "answers that the case allows, joined by a bar"),
    Column(
        "who_can_answer",
        "text",
        "partner: the partner of the school, or a steward; steward: a steward only",
        allowed=("partner", "steward"),
    ),
    Column("evidence", "text", "what speaks in the case, in words"),
    Column("evidence_then", "text", "what an earlier answer rested on, where the case is asked again"),
    Column(
        "asked_before", "text", "earlier decision on the case whose evidence has changed, or which another contradicts"
    ),
    Column("effect", "text", "what an answer would change, in words"),
    Column("records", "integer", "records that wait for the answer", minimum=1),
    Column("schools_affected", "integer", "schools whose answer or identity the case concerns", minimum=0),
    Column(
        "students_affected",
        "integer",
        "students enrolled at these schools; null when no school reports them",
        minimum=0,
    ),
    Column(
        "published_effect",
        "integer",
        "schools of the access report whose published answer the case could change",
        minimum=0,
    ),
    Column(
        "openness",
        "text",
        "how open the question is; with `effect` the reason why the case stands where it stands",
        allowed=tuple(OPENNESS),
    ),
    Column(
        "informative",
        "integer",
        "what the queue is sorted by: the weight of `openness`, times published answers that hang on the case (each worth 100 records) and records",
        minimum=0,
    ),
)
