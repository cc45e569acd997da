"""What the public may see of evidence that rests on survey answers: counts that name nobody. Other evidence is left as it is.

A row of the survey's file is one person, and so is a count of one; partners and stewards see more (ADR 20).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.published.small_cells import LEAST, is_small

SURVEYS = {
    "teacher_survey": "from teachers or administrators",
    "other_survey": "from people other than teachers and administrators",
}
"""Kinds of evidence that are answers of people -> the words for those people."""


def for_everyone(evidence: pd.DataFrame) -> pd.DataFrame:
    """The table `evidence` (or its rows) for the public: survey answers without file, row and small counts.

    `records_yes` and `records_no` of 1 to 9 are null; `why` and `pointer` say how many only where that is shown.
    The same rows in the same order; every other kind of evidence is untouched.
    """
    return _rewrite(evidence, exact=False)


def for_partners(evidence: pd.DataFrame) -> pd.DataFrame:
    """The same for a partner: survey answers with their numbers, still without file and row."""
    return _rewrite(evidence, exact=True)


def _rewrite(evidence: pd.DataFrame, *, exact: bool) -> pd.DataFrame:
    asked = evidence["evidence_kind"].isin(list(SURVEYS))
    if not asked.any():
        return evidence
    rows = evidence.loc[asked]
    yes, no = rows["records_yes"], rows["records_no"]
    hide_yes, hide_no = (yes.notna() & False, no.notna() & False) if exact else (is_small(yes), is_small(no))
    told = ~hide_yes & ~hide_no & yes.notna() & no.notna()
    who = rows["evidence_kind"].map(SURVEYS)
    total = (yes + no).astype("str")
    one = told & (yes + no == 1).fillna(False)
    answers = (total + " survey answers ").where(told, "Survey answers ").mask(one, "1 survey answer ")
    split = (yes > 0).fillna(False) & (no > 0).fillna(False)
    verb = pd.Series(np.where(one, "says ", "say "), index=rows.index)
    agree = verb + pd.Series(np.where((yes > 0).fillna(False), "yes", "no"), index=rows.index)
    counts = (": " + yes.astype("str") + " yes, " + no.astype("str") + " no").where(told, "")
    said = (("disagree" + counts).where(split, agree)).astype("str")
    # What follows the place: why the evidence was or was not used. A text of another form loses it, never the reverse.
    rest = rows["why"].str.extract(r"^.*\)((?:;[^)]*)?)$", expand=False).fillna("")
    few = pd.Series(
        np.where((yes + no < LEAST).fillna(True), f"fewer than {LEAST}", f"{LEAST} or more"), index=rows.index
    )
    number = total.where(told, few) + pd.Series(np.where(one, " answer", " answers"), index=rows.index)
    out = evidence.copy()
    out.loc[asked, "why"] = (answers + who + " " + said + rest).astype("str")
    out.loc[asked, "pointer"] = ("survey: " + number).astype("str")
    out.loc[asked, "records_yes"] = yes.mask(hide_yes)
    out.loc[asked, "records_no"] = no.mask(hide_no)
    return out
