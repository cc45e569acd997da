"""Which schools the access report counts, and why the others are left out (domain.md 13). Decides no answer."""

from __future__ import annotations

import pandas as pd

from schemas.policy_model import STATES, AccessReport
from schemas.verdicts import Verdict


def excluded_reason(schools: pd.DataFrame, teaches_cs: pd.Series, report: AccessReport) -> pd.Series:
    """Why a school is not in the access report, the first reason that holds; null when it is in the report.

    An unknown status counts as operating (the predecessor had no status for most years); unknown grades leave a school
    out under a reason of their own.
    """
    high = schools["offers_high"]
    reasons: list[tuple[pd.Series, str | pd.Series]] = [
        (~schools["sector"].isin(report.sectors), schools["sector"] + " school"),
        (~schools["state"].isin(STATES), "outside the 50 states and DC"),
        (~schools["is_operating"].fillna(True).astype(bool), "closed, inactive or future"),
        (high.isna(), "grades not known"),
        (~high.fillna(False).astype(bool), "no grades 9-12"),
        (
            schools["school_type"].isin(report.exclude_school_types),
            schools["school_type"].str.replace("_", " ") + " school",
        ),
        (teaches_cs == Verdict.EXCLUDED, "left out by a decision"),
        (teaches_cs.isin(report.exclude_answers), "sources disagree; a person decides first"),
    ]
    result = pd.Series(pd.NA, index=schools.index, dtype="str")
    for applies, reason in reversed(reasons):
        result = result.mask(applies.to_numpy(dtype=bool), reason)
    return result
