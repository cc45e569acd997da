"""What may be asked of a person, once: the kinds of cases, who can answer each, and which answers it allows.

An answer is a label that a person reads; it stands for a kind of decision. Holds no code that asks or decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.verdicts import Verdict


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

    question: cases of several kinds may be one question, which a person answers once. candidate: the decision that
    choosing one of the schools listed is; empty where none can be chosen. who_can_answer: `partner` or `steward`.
    """

    question: str
    who_can_answer: str
    choices: tuple[Choice, ...]
    candidate: str = ""

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
GO_ON = "use it"
HOLD = "hold it back"

_WHICH_SCHOOL = CaseKind(
    "which_school", "partner", (ANOTHER_SCHOOL, NONE_OF_THESE, NOT_A_SCHOOL), candidate="record_is_school"
)
_ABOUT_A_SOURCE = (Choice(GO_ON, "source_release"), Choice(HOLD, "source_hold"))

CASES: dict[str, CaseKind] = {
    "id_conflict": _WHICH_SCHOOL,
    "ambiguous": _WHICH_SCHOOL,
    "not_found": _WHICH_SCHOOL,
    "closed_school": CaseKind(
        "closed_school", "partner", (ANOTHER_SCHOOL, NONE_OF_THESE, NOT_A_SCHOOL), candidate="record_is_school"
    ),
    "duplicate_school": CaseKind(
        "duplicate_school", "steward", (Choice("not the same school", "not_same_school"),), candidate="same_school"
    ),
    "school_history": CaseKind(
        "school_history",
        "steward",
        (
            Choice("merged into it", "schools_merged"),
            Choice("split off from it", "school_split"),
            Choice("closed without a successor", "school_closed"),
            Choice("not the same school", "not_same_school"),
        ),
        candidate="school_succeeds",
    ),
    "unknown_course": CaseKind(
        "unknown_course",
        "steward",
        (Choice("counts", "course_counts"), Choice("does not count", "course_does_not_count")),
    ),
    "conflicting_evidence": CaseKind("conflicting_evidence", "partner", (YES, NO, CANNOT_TELL)),
    "flip": CaseKind("flip", "partner", (Choice("the change is right", "accept_flip"), YES, NO)),
    "inaccuracy_report": CaseKind(
        "inaccuracy_report", "partner", (Choice("the answer is right", "accept_flip"), YES, NO)
    ),
    "refused_file": CaseKind("refused_file", "steward", _ABOUT_A_SOURCE),
    "held_file": CaseKind("held_file", "steward", _ABOUT_A_SOURCE),
    "coverage_drop": CaseKind("coverage_drop", "steward", _ABOUT_A_SOURCE),
}
"""Kind of case -> what may be answered. The first columns of a worksheet are made from it."""
