"""Columns of the evidence of a school and year, and of the answer it gives.

The order of the evidence is declared in `schemas/policies/`.
"""

from __future__ import annotations

from schemas.columns.patterns import SCHOOL_YEAR_PATTERN
from schemas.table_model import Column
from schemas.verdicts import CODES

EVIDENCE_KINDS = (
    "override",
    "staff_entry",
    "ap",
    "ib",
    "teacher_survey",
    "state",
    "other_survey",
    "provider",
    "last_year",
    "two_years_ago",
    "directory",
)

EVIDENCE: tuple[Column, ...] = (
    Column("evidence_kind", "text", "what the evidence is", allowed=EVIDENCE_KINDS),
    Column("position", "integer", "place in the policy's order of precedence, 1 is asked first", minimum=0),
    Column("label", "text", "the policy's name for the rule"),
    Column("says", "text", "verdict code this evidence alone would give; null: it says nothing", allowed=CODES),
    Column("is_used", "flag", "this evidence gave the answer"),
    Column("why", "text", "in words: what was found, and why it was used or not"),
    Column(
        "records_yes", "integer", "records or answers that say yes; in public null for 1 to 9 survey answers", minimum=0
    ),
    Column(
        "records_no", "integer", "records or answers that say no; in public null for 1 to 9 survey answers", minimum=0
    ),
    Column("evidence_year", "text", "school year the evidence speaks of", pattern=SCHOOL_YEAR_PATTERN),
    Column(
        "pointer",
        "text",
        "file and rows behind it, at most five, joined by a bar; for survey answers only how many there are, because a row is a "
        "person; null when there is no row (inferred, historical)",
    ),
    Column(
        "teaches_cs",
        "text",
        "the answer: Y yes, N no, M sources disagree, HY/HN/HM from an earlier year, E excluded, U unknown",
        allowed=CODES,
    ),
    Column("decided_by_rule", "text", "label of the rule that gave the answer; null when unknown"),
    Column("policy", "text", "policy that ordered the evidence"),
    Column(
        "in_access_report",
        "flag",
        "public or charter, operating, offers high school grades, one of the 50 states or DC, answer not excluded",
    ),
    Column("excluded_reason", "text", "why the school is not in the access report; null when it is"),
    *(
        Column(f"{kind}_says", "text", f"what the {kind.replace('_', ' ')} evidence alone says", allowed=CODES)
        for kind in EVIDENCE_KINDS
        if kind != "directory"
    ),
)
