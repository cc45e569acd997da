"""Schools of AP and IB offerings, by the list of school codes of the same year; what no code tells goes to the ladder.

Holds no rung of its own beside the code, and does not decide which code list to trust.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.linked.ladder import IDENTITY, link_records
from pipelines.linked.notes import school_text
from pipelines.shared.findings import empty_findings, row_findings
from pipelines.shared.text import is_among


def link_ap(
    ap_offerings: pd.DataFrame,
    ap_school_codes: pd.DataFrame,
    directory: pd.DataFrame,
    other_names: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table `linked_records` for the rows of `ap_offerings`, and a finding A03 for every code that leads nowhere.

    A school may change its AP code, so only the list of the same school year counts (domain.md 8, defect 26).
    """
    return _link_by_code(ap_offerings, ap_school_codes, directory, "ap_school_code", "AP code", other_names)


def link_ib(
    ib_offerings: pd.DataFrame,
    ib_school_codes: pd.DataFrame,
    directory: pd.DataFrame,
    other_names: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table `linked_records` for the rows of `ib_offerings`, and a finding A03 for every code that leads nowhere.

    Where the row gives an NCES id of its own, it and the code must lead to one school.
    """
    return _link_by_code(ib_offerings, ib_school_codes, directory, "ib_school_code", "IB code", other_names)


def _link_by_code(
    offerings: pd.DataFrame,
    codes: pd.DataFrame,
    directory: pd.DataFrame,
    code_column: str,
    word: str,
    other_names: pd.DataFrame | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    asked = ask_by_code(offerings, codes, directory, code_column, word)
    return tell_by_code(asked, link_records(asked.records, directory, other_names), directory)


@dataclass(frozen=True)
class AskedByCode:
    """Offerings on their way up the ladder. records: as `link_records` takes them, the id that the code stands for as
    the one given; sorted by record_id. code, coded, own, leads: per record its code, the code's id, the id the row gives,
    and whether the code's id is in the directory."""

    records: pd.DataFrame
    code_column: str
    word: str
    code: pd.Series
    coded: pd.Series
    own: pd.Series
    leads: pd.Series


def ask_by_code(
    offerings: pd.DataFrame, codes: pd.DataFrame, directory: pd.DataFrame, code_column: str, word: str
) -> AskedByCode:
    """What the ladder is asked of rows that name their school by a code."""
    rows = offerings.sort_values("record_id", kind="stable").reset_index(drop=True)
    rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, *IDENTITY])))
    own = rows["nces_school_id_given"].astype("str")
    coded = _id_of_code(rows, codes, code_column)
    leads = is_among(coded, directory["nces_school_id"])
    # The id that the code stands for goes up the ladder as a given id: the same checks of state and directory apply.
    records = rows.assign(nces_school_id_given=coded.where(leads, own.fillna(coded)))
    code = rows[code_column].astype("str").fillna("(none)")
    return AskedByCode(records, code_column, word, code, coded, own, leads)


def tell_by_code(
    asked: AskedByCode, linked: pd.DataFrame, directory: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table `linked_records` of those rows from what the ladder said of each, and the findings A03."""
    if asked.records.empty:
        return linked, empty_findings()
    linked, own, coded, leads = linked.copy(), asked.own, asked.coded, asked.leads
    code = f"{asked.word} " + asked.code
    by_code = leads & (linked["match_reason"] == "nces_id_given")
    linked["match_reason"] = linked["match_reason"].mask(by_code, "code_crosswalk")
    said = code + " belongs to NCES id " + coded + " in the list of codes of that year"
    said = said.mask(own.notna() & (own != coded), said + "; the NCES id given, " + own + ", is not in the directory")
    linked["match_note"] = linked["match_note"].mask(by_code, said)
    linked["nces_school_id_given"] = linked["nces_school_id_given"].mask(by_code & own.notna(), own)
    unmatched = code + " is not in the list of codes of that year; " + linked["match_note"]
    lost = code + " leads to NCES id " + coded + ", which is not in the directory; " + linked["match_note"]
    linked["match_note"] = linked["match_note"].mask(coded.isna(), unmatched).mask(coded.notna() & ~leads, lost)
    _part_contradictions(linked, directory, by_code, own, coded, code)

    unknown = asked.records.assign(nces_school_id_given=own)[~leads]
    return linked, row_findings(
        unknown,
        "A03",
        stage="linked",
        school_year=str(asked.records["school_year"].iloc[0]),
        column=asked.code_column,
        values=unknown[asked.code_column],
    )


def _id_of_code(rows: pd.DataFrame, codes: pd.DataFrame, code_column: str) -> pd.Series:
    """The NCES id of each row's code in the list of the row's year; null when the list has none, or several."""
    key = ["school_year", code_column]
    pairs = codes[[*key, "nces_school_id_given"]].drop_duplicates().drop_duplicates(key, keep=False)
    found = rows[key].merge(pairs, on=key, how="left", validate="m:1")
    return found["nces_school_id_given"].where(rows[code_column].notna()).astype("str")


def _part_contradictions(
    linked: pd.DataFrame,
    directory: pd.DataFrame,
    by_code: pd.Series,
    own: pd.Series,
    coded: pd.Series,
    code: pd.Series,
) -> None:
    """Rows whose own NCES id is another known school than their code's become id_conflict, in place."""
    clash = by_code & own.notna() & (own != coded) & is_among(own, directory["nces_school_id"])
    if not clash.any():
        return
    said = (
        code
        + " and NCES id "
        + own
        + " lead to different schools: "
        + school_text(coded, directory)
        + " | "
        + school_text(own, directory)
    )
    linked["match_note"] = linked["match_note"].mask(clash, said)
    linked["match_reason"] = linked["match_reason"].mask(clash, "id_conflict")
    for column in ("nces_school_id", "match_score", "match_margin"):
        linked[column] = linked[column].mask(clash)
