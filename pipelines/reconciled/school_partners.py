"""Which regional partner each school of the directory belongs to: its ZIP code's before its state's, one or none.

Reads no list and judges none; what is wrong with an area is said where the list is read (G04).
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import conform


def map_schools(directory: pd.DataFrame, regions: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """Table `school_partners`: a row per row of `directory`, whatever the areas are.

    directory: nces_school_id, state, zip. regions: table `partner_regions`. A ZIP code beats a state. An area that
    several partners have maps nobody, and its state does not step in: a school must not be shown to a partner that may
    not be its own (domain.md 10; defect 24).
    """
    schools = directory[["nces_school_id", "state", "zip"]].sort_values("nces_school_id", kind="stable")
    schools = schools.reset_index(drop=True)
    by_zip, by_state = (_owners(regions, area) for area in ("zip", "state"))
    postal = schools["zip"].str[:5]
    of_zip, of_state = postal.map(by_zip).astype("str"), schools["state"].map(by_state).astype("str")
    zip_is_listed = postal.isin(by_zip.index)
    partner = of_zip.where(zip_is_listed, of_state)
    mapped_by = pd.Series("state", index=schools.index, dtype="str").mask(zip_is_listed, "zip").where(partner.notna())
    return conform(
        schools[["nces_school_id"]].assign(school_year=school_year, partner_id=partner, mapped_by=mapped_by),
        "school_partners",
    )


def state_owners(regions: pd.DataFrame) -> pd.Series:
    """State -> its only partner; null where several have it. regions: table `partner_regions`."""
    return _owners(regions, "state")


def _owners(regions: pd.DataFrame, area: str) -> pd.Series:
    """Area -> its only partner; null where several have it."""
    pairs = regions[[area, "partner_id"]].dropna().drop_duplicates()
    several = pairs.duplicated(area, keep=False)
    owners = pairs["partner_id"].mask(several)
    return owners.set_axis(pairs[area]).groupby(level=0).first()
