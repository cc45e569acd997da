"""Which respondents a partner may contact: those whose latest word agrees, for the partner of their school. Reads no file.

The words a person agreed to: share my contact information with the partner in my state.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.retention import is_purged
from schemas.partner_tables import PARTNER_TABLES

EMAIL = "submitter_email_address"
TABLE = PARTNER_TABLES["contacts"]


def agreed_people(said: pd.DataFrame) -> set[str]:
    """Addresses of the people whose latest answer shares their contact details.

    said: every answer received of any school year, also those that were rejected or folded later: `address` (lower
    case), `at` (ISO time, null when it cannot be read), `shares` (flag; blank is no). A person with an answer that
    does not share at the latest time, or at a time nobody can read, has not agreed.
    """
    known = said[said["address"].notna() & ~is_purged(said["address"])]
    shares = known["shares"].fillna(False).astype(bool)
    latest = known["at"].fillna("").groupby(known["address"]).transform("max")
    counts = known["at"].isna() | (known["at"] == latest)
    refused = set(known.loc[counts & ~shares, "address"])
    return set(known.loc[counts & shares, "address"]) - refused


def list_contacts(answers: pd.DataFrame, agreed: set[str], schools: set[str]) -> pd.DataFrame:
    """Table `contacts` of one partner: a row per agreed person and school, with the latest name and school year.

    answers: linked survey answers of all years: nces_school_id, school_year, submitter_name, submitter_email_address,
    submitted_at. schools: the schools that are the partner's now.
    """
    mine = answers[answers[EMAIL].isin(agreed) & answers["nces_school_id"].isin(schools)]
    order = ["school_year", "submitted_at", "submitter_name"]
    newest = mine.sort_values(order, kind="stable", na_position="first").drop_duplicates(list(TABLE.key), keep="last")
    return newest[TABLE.column_names].sort_values(list(TABLE.key), kind="stable").reset_index(drop=True)
