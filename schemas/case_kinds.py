"""What may be asked of a person, once: the kinds of cases, who can answer each, and which answers it allows.

An answer is a label that a person reads; it stands for a kind of decision. Holds no code that asks or decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.columns import SCHOOL_DETAILS
from schemas.verdicts import Verdict

STEWARDS = "stewards"
"""Who answers a case that no regional partner may answer, or that is of none."""
ONE_YEAR = ("verdict_override", "accept_flip", "source_hold", "source_release")
"""Kinds of decisions that are for their own school year; the others hold until a newer one, or until they expire."""
NEEDS_SCHOOL = (
    "record_is_school",
    "same_school",
    "not_same_school",
    "school_field",
    "verdict_override",
    "accept_flip",
    "schools_merged",
    "school_split",
    "school_closed",
    "school_succeeds",
)
NEEDS_OTHER = ("same_school", "not_same_school", "schools_merged", "school_split", "school_succeeds")
NEEDS_CASE = ("record_is_school", "record_is_none", "record_is_not_a_school")
FIELDS = (
    "school_name",
    "district_name",
    "street",
    "city",
    "zip",
    "county",
    "latitude",
    "longitude",
    "locale_code",
    "school_type",
    "sector",
    "status",
    "state_school_id",
    "students_total",
)
"""Columns of the directory that a decision may set. Ids, states and grades are not among them: they tie schools to files."""


@dataclass(frozen=True)
class Choice:
    """One allowed answer. `verdict`: the answer it gives. `asks`: what must be written beside it, in words."""

    label: str
    decision_kind: str
    verdict: str | None = None
    asks: str = ""


@dataclass(frozen=True)
class CaseKind:
    """One kind of case.

    question: cases of several kinds may be one question, which a person answers once. named_by: columns that make two
    questions the same one. told_apart_by: columns that make them two where a source gives them. candidate: the decision that choosing one of the schools listed is; empty where none can be
    chosen. who_can_answer: `partner` or `steward`.
    """

    question: str
    named_by: tuple[str, ...]
    who_can_answer: str
    choices: tuple[Choice, ...]
    candidate: str = ""
    told_apart_by: tuple[str, ...] = ()

    @property
    def lists_candidates(self) -> bool:
        """Whether the schools in question are answers themselves."""
        return bool(self.candidate)


ANOTHER_SCHOOL = Choice("another school", "record_is_school", asks="its NCES id")
NONE_OF_THESE = Choice("none of these", "record_is_none")
NOT_A_SCHOOL = Choice("not a school", "record_is_not_a_school")
YES = Choice("offers computer science", "verdict_override", Verdict.YES)
NO = Choice("limited or no computer science", "verdict_override", Verdict.NO)
CANNOT_TELL = Choice("sources disagree", "verdict_override", Verdict.MAYBE)
GO_ON = "use it as it is"
HOLD = "hold it back"

_SCHOOL = ("nces_school_id_given",)
_WHICH_SCHOOL = CaseKind(
    "which_school",
    ("source", "state", "nces_school_id_given", "state_school_id_given", "school_name", "city"),
    "partner",
    (ANOTHER_SCHOOL, NONE_OF_THESE, NOT_A_SCHOOL),
    candidate="record_is_school",
    told_apart_by=SCHOOL_DETAILS,
)
_ABOUT_A_SOURCE = (Choice(GO_ON, "source_release"), Choice(HOLD, "source_hold"))

CASES: dict[str, CaseKind] = {
    "id_conflict": _WHICH_SCHOOL,
    "ambiguous": _WHICH_SCHOOL,
    "not_found": _WHICH_SCHOOL,
    "closed_school": CaseKind(
        "closed_school",
        ("source", *_SCHOOL),
        "partner",
        (ANOTHER_SCHOOL, NONE_OF_THESE, NOT_A_SCHOOL),
        candidate="record_is_school",
    ),
    "duplicate_school": CaseKind(
        "duplicate_school",
        ("subject",),
        "steward",
        (Choice("not the same school", "not_same_school"),),
        candidate="same_school",
    ),
    "school_history": CaseKind(
        "school_history",
        ("subject", *_SCHOOL),
        "steward",
        (
            Choice("merged into it", "schools_merged"),
            Choice("split off from it", "school_split"),
            Choice("closed without a successor", "school_closed"),
            Choice("not the same school", "not_same_school"),
        ),
        candidate="school_succeeds",
    ),
    # Asked in other words, but the question is that of school_history: an answer given under that kind holds on.
    "recycled_id": CaseKind(
        "school_history",
        ("subject", *_SCHOOL),
        "steward",
        (Choice("the same school", "school_succeeds"), Choice("another school now", "not_same_school")),
    ),
    "unknown_course": CaseKind(
        "unknown_course",
        ("source", "state", "subject"),
        "steward",
        (Choice("counts", "course_counts"), Choice("does not count", "course_does_not_count")),
    ),
    "conflicting_evidence": CaseKind("conflicting_evidence", _SCHOOL, "partner", (YES, NO, CANNOT_TELL)),
    "flip": CaseKind("flip", _SCHOOL, "partner", (Choice("the change is right", "accept_flip"), YES, NO)),
    "inaccuracy_report": CaseKind(
        "inaccuracy_report", _SCHOOL, "partner", (Choice("the answer is right", "accept_flip"), YES, NO)
    ),
    "refused_file": CaseKind(
        "refused_file",
        ("subject",),
        "steward",
        (Choice("go on without it", "source_release"), Choice(HOLD, "source_hold")),
    ),
    "held_file": CaseKind("use_source", ("source",), "steward", _ABOUT_A_SOURCE),
    "coverage_drop": CaseKind("use_source", ("source",), "steward", _ABOUT_A_SOURCE),
}
"""Kind of case -> what may be answered. The first columns of a worksheet are made from it."""
