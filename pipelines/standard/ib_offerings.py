"""US schools that offer IB computer science in one school year, by school code and level.

Does not turn a code into a school; the linked stage does.
"""

from __future__ import annotations

from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.shared.text import match_key
from pipelines.standard import cells, standard_rows
from pipelines.standard.split import split_rows
from schemas.columns import column
from schemas.source_model import Source

COLUMNS = ("ib_school_code", "ib_level", "ib_subject", "school_name", "state", "country", standard_rows.NCES)


def standardise_ib_offerings(received: Received, source: Source, school_year: str) -> Standardised:
    """One row per school code and level (HL, SL) of the subject computer science.

    Rows of other countries (A05) and other subjects are left out and counted; a blank subject is rejected (A04).
    An unreadable NCES id is left out and the row goes on, because its code is what leads to the school.
    Rules A01, A02, A04, A05, D01, D02, D03, D05, D09, D32, S16; domain.md 8 and 15 (42).
    """
    rows = standard_rows.prepare_rows(received, source, COLUMNS)
    gone = rows["file"].isin(standard_rows.withdrawn_files(received))
    foreign = cells.is_foreign(rows["country"]) & ~gone
    subject = cells.per_value(rows["ib_subject"], match_key)
    other_subject = subject.notna() & ~subject.str.startswith("computer sc", na=False) & ~foreign & ~gone
    excluded = [rows[gone], rows[foreign], rows[other_subject]]
    abroad = standard_rows.note_per_file(rows[foreign], "A05", school_year, column="country")
    rows = rows[~gone & ~foreign & ~other_subject]

    codes, code_findings = standard_rows.read_codes(rows, "ib_school_code", school_year)
    states, odd_state = cells.read_states(rows["state"])
    levels = rows["ib_level"].str.upper()
    unknown = ~levels.isin(column("ib_level").allowed)
    no_subject = rows["ib_subject"].isna()
    ids, id_findings = standard_rows.read_nces_ids(rows, states, source, school_year, can_do_without=True)
    findings = [
        *code_findings,
        standard_rows.note(
            rows[unknown], "A04", school_year, column="ib_level", values=rows["ib_level"], expected="HL or SL"
        ),
        standard_rows.note(rows[no_subject], "A04", school_year, column="ib_subject"),
        standard_rows.note(rows[odd_state], "D32", school_year, column="state", values=rows["state"]),
        id_findings,
    ]
    sound, rejects = split_rows(rows, join_findings(findings), school_year)
    read = rows.assign(ib_school_code=codes, ib_level=levels, state=states, **{standard_rows.NCES: ids}).loc[
        sound.index
    ]
    kept, repeats = standard_rows.fold_repeats(read, ("ib_school_code", "ib_level"))
    return standard_rows.hand_on(
        "ib_offerings",
        kept,
        received,
        school_year,
        findings=[abroad, *findings, standard_rows.note(repeats, "S16", school_year)],
        rejects=[rejects],
        merged=repeats,
        excluded=excluded,
    )
