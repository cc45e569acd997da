"""Columns of what people decided, and of what became of it.

The question that was asked is in `review.py`.
"""

from __future__ import annotations

from schemas.columns.patterns import SCHOOL_YEAR_PATTERN
from schemas.table_model import Column
from schemas.verdicts import CODES

DECISION_KINDS = (
    "record_is_school",
    "record_is_none",
    "record_is_not_a_school",
    "same_school",
    "not_same_school",
    "school_field",
    "course_counts",
    "course_does_not_count",
    "verdict_override",
    "source_hold",
    "source_release",
    "accept_flip",
    "schools_merged",
    "school_split",
    "school_closed",
    "school_succeeds",
    "request_declined",
)

DECISIONS: tuple[Column, ...] = (
    Column("decision_id", "text", "id of the decision"),
    Column("decision_kind", "text", "what was decided", allowed=DECISION_KINDS),
    Column("decided_value", "text", "verdict code decided; null means: no answer", allowed=CODES),
    Column(
        "other_nces_school_id",
        "text",
        "the other school of a decision on two: the one that is the same, was merged, split off or is followed",
    ),
    Column("field", "text", "column of the directory that a decision sets"),
    Column("new_value", "text", "value that a decision sets the field to; null: not known"),
    Column("about_source", "text", "source that a decision holds or releases"),
    Column("value_before", "text", "value that the person saw and decided to change"),
    Column("base_release", "text", "release that the worksheet was filled from"),
    Column(
        "expires",
        "text",
        "last school year the decision holds for; null: until a newer one",
        pattern=SCHOOL_YEAR_PATTERN,
    ),
    Column(
        "decision_outcome",
        "text",
        "what became of the decision: applied; superseded by a newer one; asked_again: its evidence has changed; disputed: "
        "another person says otherwise; needs_second_person; refused: it does not fit what it would change; not_theirs: by "
        "the data another partner answers it; expired; unmatched: nothing is left that it speaks of",
        allowed=(
            "applied",
            "superseded",
            "asked_again",
            "disputed",
            "needs_second_person",
            "refused",
            "not_theirs",
            "expired",
            "unmatched",
        ),
    ),
    Column("evidence_seen", "text", "the evidence as it was shown to the person"),
    Column("decided_by", "text", "who decided", tier="partner"),
    Column("decided_at", "text", "when it was decided", unit="ISO date and time"),
    Column("evidence_hash", "text", "hash of the evidence the person saw"),
)
