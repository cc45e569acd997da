"""Schools on the College Board's AP computer science ledgers of one school year, by school code and exam.

Does not turn a code into a school; the linked stage does.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pandas as pd

from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.standard import cells, standard_rows
from pipelines.standard.split import split_rows
from schemas.columns import column
from schemas.source_model import Source

COLUMNS = ("ap_school_code", "ap_exam", "school_name", "city", "state", "country", "ledger_year")
_EXAM_IN_NAME = re.compile(r"(?<![A-Za-z])(CSA|CSP)(?![A-Za-z])", re.IGNORECASE)


def standardise_ap_offerings(received: Received, source: Source, school_year: str) -> Standardised:
    """One row per school code and exam; the ledgers of a year overlap, and the first row of each stands.

    The exam is the row's, else the file's: `CSP-2018-2019.csv`. A full delivery replaces the earlier files of its own
    exam only, for CSA and CSP come as two files. Rows of other countries (A05) and of other school years (A07) are left
    out and counted. Rules A01, A02, A04, A05, A07, D32, S16; domain.md 8 and 15 (26).
    """
    rows = standard_rows.prepare_rows(received, source, COLUMNS)
    gone = rows["file"].isin(standard_rows.withdrawn_files(received, group=exam_of_file))
    foreign = cells.is_foreign(rows["country"]) & ~gone
    years = cells.read_years(rows["ledger_year"])
    other_year = years.notna() & (years != school_year) & ~gone & ~foreign
    excluded = [rows[gone], rows[foreign], rows[other_year]]
    left_out = [
        standard_rows.note_per_file(rows[foreign], "A05", school_year, column="country"),
        standard_rows.note_per_file(rows[other_year], "A07", school_year, column="ledger_year"),
    ]
    rows = rows[~gone & ~foreign & ~other_year]

    codes, code_findings = standard_rows.read_codes(rows, "ap_school_code", school_year)
    exams = rows["ap_exam"].str.upper()
    exams = exams.where(exams.notna(), cells.per_value(rows["file"], lambda files: files.map(exam_of_file)))
    unknown = ~exams.isin(column("ap_exam").allowed)
    states, odd_state = cells.read_states(rows["state"])
    findings = [
        *code_findings,
        standard_rows.note(
            rows[unknown], "A04", school_year, column="ap_exam", values=rows["ap_exam"], expected="CSA or CSP"
        ),
        standard_rows.note(rows[odd_state], "D32", school_year, column="state", values=rows["state"]),
    ]
    sound, rejects = split_rows(rows, join_findings(findings), school_year)
    read = rows.assign(ap_school_code=codes, ap_exam=exams, state=states).loc[sound.index]
    kept, repeats = standard_rows.fold_repeats(read, ("ap_school_code", "ap_exam"))
    return standard_rows.hand_on(
        "ap_offerings",
        kept,
        received,
        school_year,
        findings=[*left_out, *findings, standard_rows.note(repeats, "S16", school_year)],
        rejects=[rejects],
        merged=repeats,
        excluded=excluded,
    )


def exam_of_file(file: str) -> str:
    """CSA or CSP when the name of the file says so, else empty text."""
    found = _EXAM_IN_NAME.search(PurePosixPath(file).name) if pd.notna(file) else None
    return found[1].upper() if found else ""
