"""Schools of AP and IB offerings, by the list of school codes of the same year; what no code tells goes to the ladder.

Holds no rung of its own beside the code, and does not decide which code list to trust.
"""

from __future__ import annotations

import pandas as pd

from pipelines.linked.ladder import IDENTITY, link_records
from pipelines.linked.notes import school_text
from pipelines.shared.findings import empty_findings, row_findings
from pipelines.shared.text import is_among


def link_ap(
    ap_offerings: pd.DataFrame, ap_school_codes: pd.DataFrame, directory: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table `linked_records` for the rows of `ap_offerings`, and a finding A03 for every code that leads nowhere.

    A school may change its AP code, so only the list of the same school year counts (domain.md 8, defect 26).
    """
    return _link_by_code(ap_offerings, ap_school_codes, directory, "ap_school_code", "AP code")


def link_ib(
    ib_offerings: pd.DataFrame, ib_school_codes: pd.DataFrame, directory: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table `linked_records` for the rows of `ib_offerings`, and a finding A03 for every code that leads nowhere.

    Where the row gives an NCES id of its own, it and the code must lead to one school.
    """
    return _link_by_code(ib_offerings, ib_school_codes, directory, "ib_school_code", "IB code")


def _link_by_code(
    offerings: pd.DataFrame, codes: pd.DataFrame, directory: pd.DataFrame, code_column: str, word: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if offerings.empty:
        return link_records(offerings, directory), empty_findings()
    rows = offerings.sort_values("record_id", kind="stable").reset_index(drop=True)
    rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, *IDENTITY])))
    own = rows["nces_school_id_given"].astype("str")
    code = rows[code_column].astype("str").fillna("(none)")
    coded = _id_of_code(rows, codes, code_column)
    leads = is_among(coded, directory["nces_school_id"])

    # The id that the code stands for goes up the ladder as a given id: the same checks of state and directory apply.
    linked = link_records(rows.assign(nces_school_id_given=coded.where(leads, own.fillna(coded))), directory)
    by_code = leads & (linked["match_reason"] == "nces_id_given")
    linked["match_reason"] = linked["match_reason"].mask(by_code, "code_crosswalk")
    said = f"{word} " + code + " belongs to NCES id " + coded + " in the list of codes of that year"
    said = said.mask(own.notna() & (own != coded), said + "; the NCES id given, " + own + ", is not in the directory")
    linked["match_note"] = linked["match_note"].mask(by_code, said)
    linked["nces_school_id_given"] = linked["nces_school_id_given"].mask(by_code & own.notna(), own)
    unmatched = f"{word} " + code + " is not in the list of codes of that year; " + linked["match_note"]
    lost = f"{word} " + code + " leads to NCES id " + coded + ", which is not in the directory; " + linked["match_note"]
    linked["match_note"] = linked["match_note"].mask(coded.isna(), unmatched).mask(coded.notna() & ~leads, lost)
    _part_contradictions(linked, directory, by_code, own, coded, word + " " + code)

    year = str(rows["school_year"].iloc[0])
    unknown = row_findings(
        rows[~leads],
        "A03",
        stage="linked",
        school_year=year,
        column=code_column,
        values=rows.loc[~leads, code_column],
    )
    return linked, unknown


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
