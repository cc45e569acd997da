"""Records that name a school by another of its numbers, linked to the one that this year's directory has.

The ladder itself is not touched: ids go in as the year's, and what was given comes back with a reason.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from pipelines.linked.ladder import link_records
from pipelines.linked.successors import StandIns, without_superseded

LinkCodes = Callable[[pd.DataFrame, pd.DataFrame, pd.DataFrame], tuple[pd.DataFrame, pd.DataFrame]]


def link_followed(records: pd.DataFrame, directory: pd.DataFrame, stand: StandIns) -> pd.DataFrame:
    """`link_records` with stand-ins for the given ids; a school that stands in the directory twice is found once."""
    given = records["nces_school_id_given"]
    asked = records.assign(nces_school_id_given=stand.of(given))
    linked = link_records(asked, without_superseded(directory, stand))
    return name_successors(
        linked, pd.Series(given.to_numpy(object), index=records["record_id"].to_numpy(object)), stand
    )


def link_codes_followed(
    link: LinkCodes,
    offerings: pd.DataFrame,
    codes: pd.DataFrame,
    code_column: str,
    directory: pd.DataFrame,
    stand: StandIns,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`link_ap` or `link_ib` with stand-ins for the ids of the list of codes and of the rows themselves."""
    own = offerings.get("nces_school_id_given", None)
    asked = offerings if own is None else offerings.assign(nces_school_id_given=stand.of(own))
    listed = codes.assign(nces_school_id_given=stand.of(codes["nces_school_id_given"]))
    linked, findings = link(asked, listed, without_superseded(directory, stand))
    by_code = codes.drop_duplicates(code_column, keep=False).set_index(code_column)["nces_school_id_given"]
    coded = offerings[code_column].map(by_code).astype("str")
    given = coded if own is None else own.where(own.notna(), coded)
    return name_successors(
        linked, pd.Series(given.to_numpy(object), index=offerings["record_id"].to_numpy(object)), stand
    ), findings


def name_successors(linked: pd.DataFrame, given: pd.Series, stand: StandIns) -> pd.DataFrame:
    """Linked records whose given id another stands in for: match_reason `successor`, and the id as it was given.

    linked: records that were linked with `stand.of(...)` of their given ids. given: record_id -> id as given.
    """
    if not stand.ids or linked.empty:
        return linked
    own = linked["record_id"].map(given).astype("str")
    asked = own.isin(list(stand.ids))
    if not asked.any():
        return linked
    later = own.map(stand.ids).astype("str")
    by_id = (
        asked & (linked["nces_school_id"] == later) & linked["match_reason"].isin(["nces_id_given", "code_crosswalk"])
    )
    out = linked.assign(nces_school_id_given=linked["nces_school_id_given"].mask(asked, own))
    said = "NCES id " + own + " is the school's other number: it stands in this year's directory as " + later
    out["match_reason"] = out["match_reason"].mask(by_id, "successor")
    out["match_note"] = out["match_note"].mask(by_id, said)
    return out
