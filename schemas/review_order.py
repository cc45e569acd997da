"""In which order people are asked, once: what a case is worth, and how open each kind of question is.

Declares levels, weights and reasons; holds no code that finds, sorts or answers a case.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Openness:
    """How open a case is. weight: tenths of such cases in which an answer settles something. words: what a person reads.

    reason: where the weight comes from.
    """

    weight: int
    words: str
    reason: str


NEARLY_EVEN, LIKELY, POSSIBLE = "candidates_nearly_even", "first_candidate_likely", "first_candidate_possible"
UNLIKELY, FAR_OFF, NO_CANDIDATE = "first_candidate_unlikely", "candidates_far_off", "no_candidate"
BY_ID, PLAIN = "schools_by_id", "plain_question"

OPENNESS: dict[str, Openness] = {
    NEARLY_EVEN: Openness(
        9,
        "the first candidate is hardly likelier than another school, or none",
        "2026-11-25, seven labelled tasks: six in ten name a school that is shown, in every sixth of these not the first; "
        "the model is least sure here, so each answer teaches it most",
    ),
    LIKELY: Openness(
        9,
        "the first candidate is likely, but not sure enough to be automatic",
        "2026-11-25, seven labelled tasks: nine in ten name a school that is shown, nearly always the first: answered in seconds",
    ),
    BY_ID: Openness(
        9, "the ids or names given lead to these schools", "one of few schools that the record itself names"
    ),
    PLAIN: Openness(9, "one of few fixed answers", "whoever looks can answer; no school is looked for"),
    POSSIBLE: Openness(
        8,
        "the first candidate may well be right",
        "2026-11-25, seven labelled tasks: eight in ten name a school that is shown",
    ),
    UNLIKELY: Openness(
        3,
        "the first candidate is unlikely",
        "2026-11-25, seven labelled tasks: more than every fourth names a school that is shown",
    ),
    FAR_OFF: Openness(
        1,
        "the candidates are far off; most such records are of no school",
        "2026-11-25, seven labelled tasks: one in fifty names a school that is shown",
    ),
    NO_CANDIDATE: Openness(
        0, "no candidate is known", "the whole directory would have to be searched: after all others"
    ),
}
"""Every level, and why it weighs what it weighs. Shares: `python -m bench.linkage_review`."""

POSSIBLE_SCORE = 0.35
LIKELY_SCORE = 0.7
UNLIKELY_SCORE = 0.1
"""Least scores of a level. Below 0.1 a candidate is right once in fifty; from 0.7 on nine times in ten."""
EVEN_MARGIN = 0.25
"""Margins below it are nearly even: the first is less than 1.7 times as likely as the next (log-odds 0.5)."""
PUBLISHED = 100
"""Records that one published answer is worth: what the public reads goes before how often a file says it."""
MOST_RECORDS = 99
"""A case never outweighs a published answer by its records alone."""
