"""The verdict codes, once, from source file to pixel. Does not hold the rules that choose a verdict (see `policies/`).

Source: domain.md 4.3 and 4.5; the 2024 blank-map failure (`Y` against `YES`) is why there is exactly one list.
"""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """Does this school teach computer science this year? Unknown is not No."""

    YES = "Y"
    NO = "N"
    MAYBE = "M"
    HISTORICAL_YES = "HY"
    HISTORICAL_NO = "HN"
    HISTORICAL_MAYBE = "HM"
    EXCLUDED = "E"
    UNKNOWN = "U"


WORDS: dict[str, str] = {
    Verdict.YES: "offers computer science",
    Verdict.NO: "limited or no computer science",
    Verdict.MAYBE: "sources disagree",
    Verdict.HISTORICAL_YES: "offered computer science in an earlier year",
    Verdict.HISTORICAL_NO: "limited or no computer science in an earlier year",
    Verdict.HISTORICAL_MAYBE: "sources disagreed in an earlier year",
    Verdict.EXCLUDED: "not part of the report",
    Verdict.UNKNOWN: "no data",
}

CODES: tuple[str, ...] = tuple(v.value for v in Verdict)
DIRECT: tuple[str, ...] = (Verdict.YES, Verdict.NO, Verdict.MAYBE)
"""Verdicts that rest on evidence of their own year; only these may be carried forward as history."""
OFFERING: tuple[str, ...] = (Verdict.YES, Verdict.HISTORICAL_YES)
"""Verdicts that count as offering in percentages."""
