"""Answers to cases as people write them, read as decisions: which kind, which school, which verdict, or what is wrong.

Looks at one answer at a time and knows no file; whether an answer still holds is asked where it is applied.
"""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from pipelines.shared.text import key_of
from schemas.case_kinds import CASES

_ID = re.compile(r"^(\d{12}|\d{11}|[0-9A-Z]{2}\d{6})(?=\s|$)")


class Read(NamedTuple):
    """An answer as a decision. fault: what is wrong with it, in words; then the rest is null."""

    kind: str | None = None
    school: str | None = None
    verdict: str | None = None
    wants_school: bool = False
    fault: str | None = None


@lru_cache(maxsize=100_000)
def read_answer(case_kind: str, answer: str) -> Read:
    """What an answer to a case of that kind says; letter case, spaces and punctuation do not matter.

    A school that was listed is chosen by its line, or by its NCES id alone.
    """
    case = CASES.get(case_kind)
    if case is None:
        return Read(fault=f"{case_kind!r} is not a kind of case; leave the locked columns as they are")
    for choice in case.choices:
        if key_of(choice.label) == key_of(answer):
            return Read(choice.decision_kind, verdict=choice.verdict, wants_school=bool(choice.asks))
    found = _ID.match(answer.strip().upper())
    if found and case.candidate:
        return Read(case.candidate, school=found[1].zfill(12) if found[1].isdigit() else found[1])
    labels = [choice.label for choice in case.choices]
    close = difflib.get_close_matches(answer.casefold(), labels, n=1, cutoff=0.5)
    listed = "one of the schools listed, " if case.candidate else ""
    hint = f"did you mean {close[0]!r}?" if close else f"choose {listed}{' or '.join(map(repr, labels))}"
    return Read(fault=f"{answer!r} is not a choice; {hint}")


def read_answers_to_cases(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of answers read: kind, school, verdict, wants_school, fault. Each different answer is read once."""
    both = zip(rows["case_kind"].fillna(""), rows["answer"], strict=True)
    return pd.DataFrame(
        [read_answer(kind, answer) for kind, answer in both], index=rows.index, columns=list(Read._fields)
    )


def other_schools(candidates: pd.Series, chosen: pd.Series) -> pd.Series:
    """The schools of a case beside the chosen one (all of them where none is), joined by a bar; null where none is."""
    listed = candidates.fillna("").str.split("|")
    out = []
    for parts, school in zip(listed, chosen, strict=True):
        ids = [found[1] for part in parts if (found := _ID.match(part.strip()))]
        out.append("|".join(one for one in ids if one != school) or None)
    return pd.Series(out, index=candidates.index, dtype="str")
