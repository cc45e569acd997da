"""Decisions of people, as rows of a worksheet that came back: checked, typed, and never edited or deleted.

Does not say which decision holds; the newest does, in the stage that uses it.
"""

from __future__ import annotations

import re

import pandas as pd

from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.standard import cells, standard_rows
from pipelines.standard.split import split_rows
from schemas.columns import column
from schemas.source_model import Source
from schemas.states import FIPS_STATE
from schemas.verdicts import CODES, Verdict

WHO_WHEN_WHY = ("decided_by", "decided_at", "reason")
COLUMNS = (
    "decision_id",
    "decision_kind",
    standard_rows.NCES,
    "school_year",
    "decided_value",
    *WHO_WHEN_WHY,
    "evidence_hash",
)
CHECKED = ("base_release", "value_before", "reviewer_region")
"""Columns of a worksheet that are compared only: the release it was filled from, its answer, the reviewer's states."""
KINDS_THEN = {"verdict": "verdict_override"}
"""The predecessor knew one kind of decision."""
RELEASE = re.compile(r"20\d\d\.\d{1,2}\.\d+")


def standardise_decisions(received: Received, source: Source, school_year: str) -> Standardised:
    """One row per decision. A blank answer is a decision too: the school gets no answer (domain.md 4.3, rule 0).

    Answers are the verdict codes or their words (`HISTORICAL_YES`), in any letter case. A later file adds to the
    earlier ones whatever its delivery kind: undo is a newer decision. A row without decision_id gets its record_id.
    Two answers for one school in one file are both kept for a person to look at; the newest counts (C04).
    Rules C01 to C05, C07 to C10, D02, D09, S16; domain.md 3 and 15 (40), validation-and-reliability.md C3.
    """
    rows = standard_rows.prepare_rows(received, source, (*COLUMNS, *CHECKED))
    ids, id_findings = standard_rows.read_nces_ids(rows, None, source, school_year, can_do_without=True)
    times = cells.read_times(rows["decided_at"])
    kinds = rows["decision_kind"].str.lower().replace(KINDS_THEN)
    answers = cells.per_value(rows["decided_value"], read_answers)
    years = cells.read_years(rows["school_year"])
    findings = [
        *(
            standard_rows.note(rows[missing], "C03", school_year, column=name, values=rows[name])
            for name, missing in _missing(rows, times)
        ),
        standard_rows.note(
            rows[~kinds.isin(column("decision_kind").allowed)],
            "C08",
            school_year,
            column="decision_kind",
            values=rows["decision_kind"],
            expected=" or ".join(column("decision_kind").allowed),
        ),
        standard_rows.note(
            rows[rows["decided_value"].notna() & answers.isna()],
            "C08",
            school_year,
            column="decided_value",
            values=rows["decided_value"],
            expected=f"one of {', '.join(CODES)}, or blank for no answer",
        ),
        standard_rows.note(
            rows[ids.isna()], "C09", school_year, column=standard_rows.NCES, values=rows[standard_rows.NCES]
        ),
        standard_rows.note(
            rows[rows["school_year"].notna() & (years != school_year)],
            "C05",
            school_year,
            column="school_year",
            values=rows["school_year"],
            expected=school_year,
        ),
        id_findings,
        *_worksheet_findings(rows, ids, kinds, answers, school_year),
    ]
    sound, rejects = split_rows(rows, join_findings(findings), school_year)
    typed = {"decision_kind": kinds, "decided_value": answers, "decided_at": times, standard_rows.NCES: ids}
    read = rows.assign(**typed).loc[sound.index]
    read["decision_id"] = read["decision_id"].fillna(read["record_id"])

    said = [name for name in COLUMNS if name != "school_year"]
    versions = read["decision_id"].map(read.drop_duplicates(said)["decision_id"].value_counts())
    contested = standard_rows.note(
        read[versions > 1], "C10", school_year, column="decision_id", values=read["decision_id"]
    )
    single, unclear = split_rows(sound, contested, school_year)
    kept, repeats = standard_rows.fold_repeats(read.loc[single.index], said)
    return standard_rows.hand_on(
        "decisions",
        kept.drop(columns=["source_rows", *CHECKED]),
        received,
        school_year,
        findings=[*findings, contested, standard_rows.note(repeats, "S16", school_year)],
        rejects=[rejects, unclear],
        merged=repeats,
        excluded=[],
    )


def _worksheet_findings(
    rows: pd.DataFrame, ids: pd.Series, kinds: pd.Series, answers: pd.Series, school_year: str
) -> list[pd.DataFrame]:
    """C01, C02, C04 and C07: whether the rows of a file fit each other and what its reviewer saw."""
    release = rows["base_release"]
    first = release.groupby(rows["file"]).transform("first")
    unfit = first.notna() & ((release != first) | ~release.str.fullmatch(RELEASE.pattern, na=False))
    was = cells.per_value(rows["value_before"], read_answers)
    stale = rows["value_before"].notna() & (was.isna() | (was == answers))
    told = pd.DataFrame({"file": rows["file"], "kind": kinds, "school": ids, "answer": answers.fillna("no answer")})
    several = told[ids.notna()].groupby(["file", "kind", "school"])["answer"].transform("nunique") > 1
    place = ids.str[:2].map(FIPS_STATE).where(ids.str.len() == 12).fillna("")
    states = rows["reviewer_region"].fillna("").str.upper().str.findall(r"[A-Z]{2}")
    outside = [
        bool(region) and state != "" and state not in region for region, state in zip(states, place, strict=True)
    ]
    found = (
        ("C01", unfit, "base_release"),
        ("C02", stale, "value_before"),
        ("C04", several.reindex(rows.index, fill_value=False), "decided_value"),
        ("C07", pd.Series(outside, index=rows.index, dtype=bool), "reviewer_region"),
    )
    return [
        standard_rows.note(rows[where], rule_id, school_year, column=name, values=rows[name])
        for rule_id, where, name in found
    ]


def read_answers(text: pd.Series) -> pd.Series:
    """Verdict codes from codes or words, in any letter case; null for anything else."""
    spoken = {**{v.value: v.value for v in Verdict}, **{v.name: v.value for v in Verdict}}
    return text.str.upper().str.replace(r"[\s-]+", "_", regex=True).map(spoken).astype("str")


def _missing(rows: pd.DataFrame, times: pd.Series) -> list[tuple[str, pd.Series]]:
    return [(name, (times if name == "decided_at" else rows[name]).isna()) for name in WHO_WHEN_WHY]
