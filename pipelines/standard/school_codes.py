"""Crosswalks from a school code (AP or IB) to an NCES id: the rules that both lists share.

Does not look a code up for an offering; the linked stage does.
"""

from __future__ import annotations

from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.standard import cells
from pipelines.standard import national_lists as lists
from pipelines.standard.split import split_rows
from schemas.source_model import Source


def standardise_codes(
    received: Received, source: Source, school_year: str, table_name: str, code_column: str
) -> Standardised:
    """Crosswalk rows with six-digit codes; one row per code.

    A code that is given to several schools is rejected on every row (A06): nothing says which of them is right.
    Rules A01, A02, A06, D01, D02, D03, D09, S16; domain.md 8 and 15 (1, 2, 26).
    """
    rows = lists.prepare_rows(received, source, (code_column, lists.NCES))
    gone = rows["file"].isin(lists.withdrawn_files(received))
    withdrawn, rows = rows[gone], rows[~gone]

    codes, padded, unusable = cells.pad_codes(rows[code_column])
    ids, id_findings = lists.read_nces_ids(rows, None, source, school_year, can_do_without=False)
    no_id = rows[lists.NCES].isna()
    findings = [
        lists.note(rows[padded], "A01", school_year, column=code_column, values=rows[code_column]),
        lists.note(rows[unusable], "A02", school_year, column=code_column, values=rows[code_column]),
        lists.note(rows[no_id], "D01", school_year, column=lists.NCES),
        id_findings,
    ]
    sound, rejects = split_rows(rows, join_findings(findings), school_year)
    read = rows.assign(**{code_column: codes, lists.NCES: ids}).loc[sound.index]

    shared = read.groupby(code_column)[lists.NCES].transform("nunique") > 1
    conflict = lists.note(read[shared], "A06", school_year, column=code_column, values=read[code_column])
    single, contested = split_rows(sound, conflict, school_year)
    kept, repeats = lists.fold_repeats(read.loc[single.index], (code_column,))
    return lists.hand_on(
        table_name,
        kept,
        received,
        school_year,
        findings=[*findings, conflict, lists.note(repeats, "S16", school_year)],
        rejects=[rejects, contested],
        merged=repeats,
        excluded=[withdrawn],
    )
