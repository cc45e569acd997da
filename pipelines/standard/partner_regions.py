"""Areas of the regional partners, as rows of a list: a state or a ZIP code each, withdrawn rows left out.

Does not say which school is whose; that is `pipelines/reconciled/school_partners.py`.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.standard import cells, standard_rows
from pipelines.standard.split import split_rows
from schemas.columns import column
from schemas.policy_model import STATES
from schemas.source_model import Source

PARTNER = ("partner_id", "partner_name", "partner_account", "partner_class")
AREA = ("state", "zip")


def standardise_partner_regions(received: Received, source: Source, school_year: str) -> Standardised:
    """Table `partner_regions`. Rows of a replaced list and rows with a day in `deleted_at` are left out and counted.

    Rules G01 to G06 and S16; domain.md 10 and 15 (24).
    """
    rows = standard_rows.prepare_rows(received, source, (*PARTNER, *AREA, "deleted_at"))
    gone = rows["file"].isin(standard_rows.withdrawn_files(received))
    deleted = ~gone & rows["deleted_at"].notna()
    excluded = [rows[gone], rows[deleted]]
    rows = rows[~gone & ~deleted]

    states, odd_state = cells.read_states(rows["state"])
    odd_state |= states.notna() & ~states.isin(list(STATES))
    zips, _ = cells.read_zips(rows["zip"], states)
    odd_zip = rows["zip"].notna() & zips.isna()
    classes = rows["partner_class"].str.lower()
    unknown_class = ~classes.isin(column("partner_class").allowed)
    nameless = rows["partner_id"].isna() | rows["partner_name"].isna()
    findings = [
        standard_rows.note(rows[nameless], "G01", school_year, column="partner_id", values=rows["partner_id"]),
        standard_rows.note(
            rows[rows["state"].notna() == rows["zip"].notna()], "G02", school_year, column="zip", values=rows["zip"]
        ),
        standard_rows.note(rows[odd_state], "G03", school_year, column="state", values=rows["state"]),
        standard_rows.note(rows[odd_zip], "G03", school_year, column="zip", values=rows["zip"]),
        standard_rows.note(
            rows[unknown_class & classes.notna()],
            "G06",
            school_year,
            column="partner_class",
            values=rows["partner_class"],
        ),
    ]
    sound, rejects = split_rows(rows, join_findings(findings), school_year)
    typed = {"state": states, "zip": zips, "partner_class": classes.mask(unknown_class, "other")}
    read = rows.assign(**typed).loc[sound.index]
    kept, repeats = standard_rows.fold_repeats(read, (*PARTNER, *AREA))
    return standard_rows.hand_on(
        "partner_regions",
        kept.drop(columns=["source_rows", "deleted_at"]),
        received,
        school_year,
        findings=[
            *findings,
            *_contradictions(kept, school_year),
            standard_rows.note(repeats, "S16", school_year),
        ],
        rejects=[rejects],
        merged=repeats,
        excluded=excluded,
    )


def _contradictions(regions: pd.DataFrame, school_year: str) -> list[pd.DataFrame]:
    """G04: an area of several partners. G05: a partner that is called, or signs in, in several ways."""
    area = regions["state"].fillna("") + regions["zip"].fillna("")
    contested = regions["partner_id"].groupby(area).transform("nunique") > 1
    told = regions[list(PARTNER[1:])].fillna("").agg("\x1f".join, axis=1)
    differs = told.groupby(regions["partner_id"]).transform("nunique") > 1
    return [
        standard_rows.note(regions[contested], "G04", school_year, column="zip", values=area),
        standard_rows.note(regions[differs], "G05", school_year, column="partner_name", values=regions["partner_name"]),
    ]
