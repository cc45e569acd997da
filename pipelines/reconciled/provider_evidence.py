"""What the lists of curriculum providers say of a school, under the terms that the policy names for each provider.

Orders nothing and knows no provider; AP and IB are ledgers of their own (`evidence.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipelines.reconciled.pointers import distinct_words, point_at
from pipelines.reconciled.signals import NO_SIGNALS, make_signals, plural
from pipelines.shared.text import match_key
from schemas.policy_model import Policy, ProviderTerms

COLUMNS = ("provider", "provider_course")
"""Columns of provider_offerings that this module reads, beside source, file and row."""

GRADES = {
    "high": ("offers_high", "schools with grades 9 to 12"),
    "k8": ("offers_k8", "schools with grades between kindergarten and 8"),
}
_STRENGTH = {"offered": 0, "takes_part": 1}
_NO_ANSWER = 2


def provider_signals(offerings: pd.DataFrame, schools: pd.DataFrame, policy: Policy, school_year: str) -> pd.DataFrame:
    """Signals of the providers' lists; a row that the terms rule out says nothing, and the signal says why.

    offerings: provider_offerings with `school` (-1: not linked). schools: the sorted directory. Of a school's rows only
    those decide that say most: an offering, else taking part, else nothing (domain.md 4.5).
    """
    rows = offerings[offerings["school"] >= 0]
    if rows.empty:
        return NO_SIGNALS
    rows = _judge(rows, schools, policy, school_year)
    deciding = rows[rows["rank"] == rows.groupby("school")["rank"].transform("min")]
    out = point_at(deciding)
    rank = deciding.groupby("school")["rank"].min()
    out["outcome"] = rank.map({rank: outcome for outcome, rank in _STRENGTH.items()}).astype("str")
    out["short"] = distinct_words(deciding, "provider").reindex(out.index).fillna("A provider")
    why = distinct_words(deciding, "why_not").reindex(out.index)
    out["found"] = out["short"] + ": " + plural(out["records"], "course", "courses") + " listed (" + out["places"] + ")"
    out["found"] += ("; no answer is taken from that: " + why).fillna("")
    out["records_yes"] = out["records"].where(rank == 0, 0)
    out["records_no"] = 0
    return make_signals("provider", school_year, out.rename_axis("school").reset_index())


def _judge(rows: pd.DataFrame, schools: pd.DataFrame, policy: Policy, school_year: str) -> pd.DataFrame:
    """The rows with `rank` (0: an offering, 1: takes part, 2: no answer) and `why_not` (null where there is one)."""
    if not policy.providers:
        return rows.assign(rank=0, why_not=pd.Series(pd.NA, index=rows.index, dtype="str"))
    course = match_key(rows["provider_course"])
    rank = np.full(len(rows), _NO_ANSWER)
    why = (policy.policy + " does not name " + rows["provider"]).to_numpy(object)
    for terms in policy.providers:
        mine = (rows["provider"] == terms.provider).to_numpy(bool)
        rank[mine], why[mine] = _STRENGTH[terms.says], None
        # The reason that is named last is the one that is told; the year rules a list out as a whole.
        for applies, reason in _reasons(terms, rows["school"], course, schools, school_year):
            ruled_out = mine & applies
            rank[ruled_out], why[ruled_out] = _NO_ANSWER, reason
    return rows.assign(rank=rank, why_not=pd.Series(why, index=rows.index, dtype="str"))


def _reasons(
    terms: ProviderTerms, school: pd.Series, course: pd.Series, schools: pd.DataFrame, school_year: str
) -> Sequence[tuple[np.ndarray, str]]:
    """Flags of the rows that the terms rule out, each with its reason."""
    blank = course.isna() | (course == "")
    found: list[tuple[np.ndarray, str]] = []
    if terms.courses:
        listed = match_key(pd.Series(terms.courses, dtype="str"))
        named = course.str.contains(r"\b(?:" + "|".join(listed) + r")\b", regex=True, na=False)
        found.append(
            ((~named & ~blank).to_numpy(bool), f"the course is not one of computer science of {terms.provider}")
        )
    if terms.blank_course == "no_answer":
        found.append((blank.to_numpy(bool), f"the list of {terms.provider} names no course"))
    if terms.grades != "any":
        flag, whom = GRADES[terms.grades]
        # Grades that are not known rule nothing out: unknown is not No.
        without = ~schools[flag].take(school.to_numpy()).fillna(True).to_numpy(bool)
        found.append((without, f"{terms.provider} speaks only for {whom}"))
    if not (terms.since or "") <= school_year <= (terms.until or "9999"):
        bounds = (("from", terms.since), ("to", terms.until))
        asked = " ".join(f"{word} {year}" for word, year in bounds if year)
        found.append((np.ones(len(school), dtype=bool), f"lists of {terms.provider} are asked {asked}"))
    return found
