"""Crosswalks from a school code (AP or IB) to an NCES id: the rules that both lists share.

Does not look a code up for an offering; the linked stage does.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.standard import standard_rows
from pipelines.standard.split import split_rows
from schemas.source_model import Source

BY_COLLEGE_BOARD = "cb file"
"""How a crosswalk marks a match that the College Board made itself; all others were made by hand (domain.md 8)."""


def standardise_codes(
    received: Received, source: Source, school_year: str, table_name: str, code_column: str
) -> Standardised:
    """Crosswalk rows with six-digit codes; one row per code.

    A crosswalk of several exam years says several things of a code: the newest exam year that is not after the school
    year stands, and in it a match by hand before the College Board's (A08). A code that is then still given to several
    schools is rejected on every row (A06): nothing says which of them is right.
    Rules A01, A02, A06, A07, A08, D01, D02, D03, D09, S16; domain.md 8 and 15 (1, 2, 26).
    """
    rows = standard_rows.prepare_rows(received, source, (code_column, standard_rows.NCES, "exam_year", "matched_by"))
    gone = rows["file"].isin(standard_rows.withdrawn_files(received))
    exam_years = pd.to_numeric(rows["exam_year"].where(rows["exam_year"].str.fullmatch(r"20\d\d", na=False)))
    later = (exam_years > int(school_year[:4]) + 1) & ~gone
    excluded = [rows[gone], rows[later]]
    left_out = standard_rows.note_per_file(rows[later], "A07", school_year, column="exam_year")
    rows = rows[~gone & ~later]

    codes, code_findings = standard_rows.read_codes(rows, code_column, school_year)
    ids, id_findings = standard_rows.read_nces_ids(rows, None, source, school_year, can_do_without=False)
    no_id = rows[standard_rows.NCES].isna()
    findings = [
        *code_findings,
        standard_rows.note(rows[no_id], "D01", school_year, column=standard_rows.NCES),
        id_findings,
    ]
    sound, rejects = split_rows(rows, join_findings(findings), school_year)
    read = rows.assign(**{code_column: codes, standard_rows.NCES: ids}).loc[sound.index]

    by_hand = read["matched_by"].notna() & (read["matched_by"].str.casefold() != BY_COLLEGE_BOARD)
    rank = exam_years.loc[read.index].fillna(0) * 2 + by_hand.astype("int64")
    beaten = rank < rank.groupby(read[code_column]).transform("max")
    older, read = read[beaten], read[~beaten]
    stands = read.drop_duplicates(code_column).set_index(code_column)[standard_rows.NCES]
    differs = older[standard_rows.NCES] != older[code_column].map(stands)

    shared = read.groupby(code_column)[standard_rows.NCES].transform("nunique") > 1
    conflict = standard_rows.note(read[shared], "A06", school_year, column=code_column, values=read[code_column])
    single, contested = split_rows(sound.loc[read.index], conflict, school_year)
    kept, repeats = standard_rows.fold_repeats(read.loc[single.index], (code_column,))
    return standard_rows.hand_on(
        table_name,
        kept,
        received,
        school_year,
        findings=[
            left_out,
            *findings,
            standard_rows.note(older[differs], "A08", school_year, column=code_column, values=older[code_column]),
            conflict,
            standard_rows.note(repeats, "S16", school_year),
        ],
        rejects=[rejects, contested],
        merged=repeats,
        excluded=[*excluded, older],
    )
