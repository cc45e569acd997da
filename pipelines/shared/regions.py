"""Whose schools and cases are whose, by the data: what a file says of its own reviewer is held against it. Maps no school."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.shared.cases import LISTED_ID

NCES = "nces_school_id_given"
REVIEWER = "reviewer_partner"
NOT_THEIRS = "not_theirs"
"""What became of a decision whose reviewer may not answer for that school (C07)."""
OF_ONE_SCHOOL = ("conflicting_evidence", "flip", "inaccuracy_report", "closed_school")
"""Kinds of cases that are about the school they name, whatever schools they list."""


@dataclass(frozen=True)
class Regions:
    """schools: NCES id -> partner_id. states: postal code -> its only partner."""

    schools: pd.Series
    states: pd.Series

    def of_cases(self, cases: pd.DataFrame) -> pd.Series:
        """The partner of each case, null where it is of none or of several. cases: case_kind, candidates, state and
        nces_school_id_given; a case without any known school is of its state's partner."""
        listed = cases["candidates"].astype("str").str.findall(LISTED_ID).explode().dropna()
        own = cases.loc[cases["case_kind"].isin(OF_ONE_SCHOOL), NCES].dropna()
        spoken = pd.concat([listed, own]).astype("str")
        known = spoken[spoken.isin(self.schools.index)]
        by = known.map(self.schools).groupby(level=0).agg(["nunique", "first"]).reindex(cases.index)
        one = by["first"].where(by["nunique"] == 1).astype("str")
        of_state = cases["state"].map(self.states).astype("str").where(~cases.index.isin(known.index))
        return one.fillna(of_state)

    def not_theirs(self, decisions: pd.DataFrame, cases: pd.DataFrame | None = None) -> pd.Series:
        """Which decisions a partner gave that another answers: by their case where cases are given, and by their school.

        decisions: reviewer_partner, nces_school_id_given, case_id. A decision that names a school of nobody is the
        partner's when its case is.
        """
        reviewer = decisions[REVIEWER]
        school = decisions[NCES].map(self.schools).astype("str")
        if cases is None:
            other = school.fillna("") != reviewer
        else:
            partner = self.of_cases(cases).set_axis(cases["case_id"])
            case = decisions["case_id"].map(partner[~partner.index.duplicated()]).astype("str")
            asked = decisions["case_id"].isin(partner.index)
            other = (asked & (case.fillna("") != reviewer)) | (school.notna() & (school != reviewer))
        return (reviewer.notna() & other).astype(bool)


def in_words(partner: str) -> str:
    """Why such a decision is not applied."""
    return f"by the data another answers this, and not partner {partner}"
