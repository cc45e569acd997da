"""What makes two cases the same question, and whether what was shown with it is the same. Asks and answers nothing.

A case_id depends on the question only: the same next year, from another file and in another row. An evidence_hash
depends on the facts that an answer rests on, never on how they are put into words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from schemas.case_kinds import CASES, STEWARDS

LISTED_ID = r"(?:^|\| ?)(\d{12}|[0-9A-Z]{2}\d{6})(?= )"
MORE = r" \| and \d+ more$"
"""How a list of candidates says that there are more than it shows."""
FACTS = "facts"
"""Column of a builder's cases that is hashed and not kept: what the answer rests on, as text."""


def identify(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases with `case_id` and `evidence_hash`. A column that a kind is named by and the cases lack counts as null."""
    ids = pd.Series(None, index=cases.index, dtype="str")
    for kind in cases["case_kind"].dropna().unique():
        known = CASES[kind]
        mine = cases[cases["case_kind"] == kind].reindex(columns=[*known.named_by, *known.told_apart_by])
        asked = mine.assign(asks=known.question)
        ids.loc[mine.index] = hash_rows(asked, ("asks", *known.named_by), 16, where_given=known.told_apart_by)
    return cases.assign(case_id=ids, evidence_hash=hash_rows(cases.reindex(columns=[FACTS]), (FACTS,), 64))


def as_asked(cases: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """The cases of a year as open ones, with who can answer and what: the schools in question, then the fixed answers."""
    kinds = cases["case_kind"]
    fixed = kinds.map({kind: "|".join(one.label for one in CASES[kind].choices) for kind in CASES}).astype("str")
    listed = cases.reindex(columns=["candidates"])["candidates"].astype("str")
    schools = listed.str.replace(MORE, "", regex=True).str.replace(" | ", "|", regex=False)
    asks = kinds.isin([kind for kind in CASES if CASES[kind].lists_candidates]) & schools.notna()
    return cases.assign(
        school_year=school_year,
        case_state="open",
        who_can_answer=kinds.map({kind: one.who_can_answer for kind, one in CASES.items()}).astype("str"),
        choices=(schools + "|" + fixed).where(asks, fixed).astype("str"),
    )


def who_answers(cases: pd.DataFrame) -> pd.Series:
    """The partner_id of those who answer each case of `review_queue`, or `stewards`: not every case of a partner's school
    is the partner's to answer. cases: partner_id, who_can_answer."""
    return cases["partner_id"].where(cases["who_can_answer"] == "partner").fillna(STEWARDS).astype("str")


def hash_rows(frame: pd.DataFrame, names: Sequence[str], length: int, *, where_given: Sequence[str] = ()) -> pd.Series:
    """A hash of those columns for each row, as hexadecimal text of that length; null counts as the empty text.

    where_given: columns that count only in rows that have them, so that rows without any keep their hash.
    """
    texts = frame[list(names)].astype("str").fillna("").to_numpy(dtype=object).tolist()
    for name in where_given:
        given = frame[name].astype("str")
        for at in np.flatnonzero(given.notna()):
            texts[at].append(f"{name} {given.iloc[at]}")
    # A unit separator keeps ("ab", "c") and ("a", "bc") apart.
    hashes = [hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:length] for row in texts]
    return pd.Series(hashes, index=frame.index, dtype="str")


def ids_of(candidates: pd.Series) -> pd.Series:
    """The NCES ids of `130057002235 Richmond Hill Middle School | ...`, joined by a bar; null stays null."""
    return candidates.astype("str").str.findall(LISTED_ID).map("|".join, na_action="ignore").astype("str")


def disputed_hash(evidence_hash: str, decision_ids: Sequence[str]) -> str:
    """The evidence of a case that people answered differently: who decides next has seen those answers too."""
    return hashlib.sha256("\x1f".join([evidence_hash, *sorted(decision_ids)]).encode()).hexdigest()
