"""Records that name a school by another of its numbers, linked to the one that this year's directory has.

The ladder itself is not touched: ids go in as the year's, and what was given comes back with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.linked.crosswalk import ask_by_code, tell_by_code
from pipelines.linked.ladder import IDENTITY, LOCATORS, link_records
from pipelines.linked.successors import StandIns, without_superseded
from pipelines.shared.findings import join_findings


@dataclass(frozen=True)
class Coded:
    """Offerings whose rows name a school by a code, and the list of the codes. `word`: what the code is called."""

    offerings: pd.DataFrame
    codes: pd.DataFrame
    code_column: str
    word: str


def link_all_followed(
    records: pd.DataFrame,
    by_code: list[Coded],
    directory: pd.DataFrame,
    stand: StandIns,
    other_names: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Linked records of lists that name schools and of offerings by code, with stand-ins for all given ids; findings.

    All go up the ladder in one call, because reading the directory's names and places is most of its work.
    """
    listed = without_superseded(directory, stand)
    asked = [
        ask_by_code(_stood_in(one.offerings, stand), _stood_in(one.codes, stand), listed, one.code_column, one.word)
        for one in by_code
    ]
    every = [_stood_in(records, stand), *(one.records for one in asked)]
    columns = [*LOCATORS, *IDENTITY]
    together = pd.concat([part.reindex(columns=columns).astype(_TEXTS) for part in every], ignore_index=True)
    linked = link_records(together, listed, other_names)
    mine = linked[linked["record_id"].isin(records["record_id"])].reset_index(drop=True)
    found, findings = [_named(mine, records["record_id"], records["nces_school_id_given"], stand)], []
    for one, question in zip(by_code, asked, strict=True):
        part = linked[linked["record_id"].isin(question.records["record_id"])].reset_index(drop=True)
        told, noted = tell_by_code(question, part, listed)
        found.append(_named(told, one.offerings["record_id"], _given_or_coded(one), stand))
        findings.append(noted)
    return pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True), join_findings(findings)


_TEXTS = dict.fromkeys((*LOCATORS[:-1], *IDENTITY), "str")


def _stood_in(rows: pd.DataFrame, stand: StandIns) -> pd.DataFrame:
    if "nces_school_id_given" not in rows:
        return rows
    return rows.assign(nces_school_id_given=stand.of(rows["nces_school_id_given"]))


def _given_or_coded(one: Coded) -> pd.Series:
    """The id that each row gives or, without one, that its code stands for, as the sources wrote it."""
    by_code = one.codes.drop_duplicates(one.code_column, keep=False).set_index(one.code_column)["nces_school_id_given"]
    coded = one.offerings[one.code_column].map(by_code).astype("str")
    own = one.offerings.get("nces_school_id_given", None)
    return coded if own is None else own.where(own.notna(), coded)


def _named(linked: pd.DataFrame, record_id: pd.Series, given: pd.Series, stand: StandIns) -> pd.DataFrame:
    return name_successors(linked, pd.Series(given.to_numpy(object), index=record_id.to_numpy(object)), stand)


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
