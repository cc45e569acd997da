"""Decisions of people, as rows of a worksheet that came back: checked, typed, and never edited or deleted.

Does not say which decision holds; that is asked in the stage that uses it (`pipelines/shared/settle.py`).
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.cases import hash_rows
from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.standard import cells, standard_rows
from pipelines.standard.decision_checks import check_decisions, partner_of_file, read_verdicts
from pipelines.standard.read_answers import other_schools, read_answers_to_cases
from pipelines.standard.split import split_rows
from schemas.case_kinds import ONE_YEAR
from schemas.source_model import Source
from schemas.tables.decisions import MADE

SENT = (*MADE, "answer")
CHECKED = ("school_year", "reviewer_region", "reviewer_partner", "partner_id", "state", "candidates", "file_year")
"""Columns of a worksheet that are compared only: its year, the reviewer's states or partner, what was in question."""
SAID = (*MADE, "reviewer_partner")
CONTENT = tuple(name for name in SAID if name not in ("decision_id", "decided_at"))
"""What an answer is told by: a worksheet that is saved again on a later day says nothing new."""
ANSWERS = ("answers", "answers_workbook")
"""Layouts of answers to cases."""
KINDS_THEN = {"verdict": "verdict_override"}
"""The predecessor knew one kind of decision."""


def standardise_decisions(received: Received, source: Source, school_year: str) -> Standardised:
    """One row per decision of this year's files, and of earlier years' where it may still hold.

    Left out and counted: cases without an answer, and decisions of earlier years that were for one year (C05). In the
    predecessor's worksheet a blank answer is a decision too: the school gets no answer (domain.md 4.3, rule 0).
    Verdicts are codes or their words (`HISTORICAL_YES`), in any letter case. A later file adds to the earlier ones
    whatever its delivery kind: undo is a newer decision. A row without decision_id gets its record_id, an
    answer a hash of what it says; the same person's same answer a second time is the first one.
    Rules C01 to C05, C07 to C11, C14, D02, D09, S16; domain.md 3 and 15 (40), validation-and-reliability.md C3.
    """
    rows = standard_rows.prepare_rows(received, source, (*SENT, *CHECKED))
    rows["file_year"] = rows["file_year"].fillna(school_year)
    is_answer = _are_answers(rows, received)
    skipped = is_answer & rows["answer"].isna()
    blank = rows[skipped]
    rows, is_answer = rows[~skipped], is_answer[~skipped]

    read, faults = _read(rows, is_answer, received)
    over = read["decision_kind"].isin(ONE_YEAR) & (rows["file_year"] != school_year)
    past = rows[over]
    rows, read, faults, is_answer = rows[~over], read[~over], faults[~over], is_answer[~over]

    ids, id_findings = standard_rows.read_nces_ids(
        rows.assign(**{standard_rows.NCES: read[standard_rows.NCES]}), None, source, school_year, can_do_without=True
    )
    read[standard_rows.NCES] = ids
    findings = [id_findings, *check_decisions(rows, read, faults, is_answer, school_year)]
    sound, rejects = split_rows(rows, join_findings(findings), school_year)
    read = read.loc[sound.index]
    read = _name_answers(read, is_answer.loc[sound.index])
    read["decision_id"] = read["decision_id"].fillna(read["record_id"])

    versions = read["decision_id"].map(read.drop_duplicates(list(SAID))["decision_id"].value_counts())
    contested = standard_rows.note(
        read[versions > 1], "C10", school_year, column="decision_id", values=read["decision_id"]
    )
    single, unclear = split_rows(sound, contested, school_year)
    kept, repeats = standard_rows.fold_repeats(read.loc[single.index], SAID)
    return standard_rows.hand_on(
        "decisions",
        kept.drop(columns="source_rows"),
        received,
        school_year,
        findings=[*findings, contested, standard_rows.note(repeats, "S16", school_year)],
        rejects=[rejects, unclear],
        merged=repeats,
        excluded=[blank, past],
    )


def _name_answers(read: pd.DataFrame, is_answer: pd.Series) -> pd.DataFrame:
    """The decisions with the ids of answers. A person's answer that says what their last one on the case said is that
    decision, with its time; one that comes back after another answer is a new one."""
    told = read[is_answer & read["decision_id"].isna()]
    if told.empty:
        return read
    said = hash_rows(told, CONTENT, 16)
    ordered = told.assign(said=said).sort_values("decided_at", kind="stable")
    by = [ordered["case_id"], ordered["decided_by"]]
    is_new = ordered["said"] != ordered.groupby(by)["said"].shift()
    time = ordered["decided_at"].where(is_new).groupby(by).ffill()
    again = is_new.groupby([*by, ordered["said"]]).cumsum()
    name = "answer " + ordered["said"] + again.map(lambda count: "" if count == 1 else f".{count}")
    out = read.copy()
    out.loc[ordered.index, "decision_id"] = name.astype("str")
    out.loc[ordered.index, "decided_at"] = time.astype("str")
    return out


def _days(files: pd.DataFrame) -> dict[str, str]:
    """File -> the day on which it was received. Files of one day count in the order in which they came: of two answers
    to a case the one that came later is the newer."""
    place = files.groupby("received_on").cumcount()
    seconds = place.map(lambda number: f"T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}")
    times = files["received_on"].where(place == 0, files["received_on"] + seconds)
    return dict(zip(files["file"], times, strict=True))


def _are_answers(rows: pd.DataFrame, received: Received) -> pd.Series:
    layouts = dict(zip(received.files["file"], received.files["layout"], strict=True))
    return rows["file"].map(layouts).isin(ANSWERS) | rows["case_id"].notna()


def _read(rows: pd.DataFrame, is_answer: pd.Series, received: Received) -> tuple[pd.DataFrame, pd.Series]:
    """The rows typed; and, for those that cannot be read, why (C08)."""
    read = rows.drop(columns=["answer", *(name for name in CHECKED if name != "file_year")]).copy()
    read["reviewer_partner"] = partner_of_file(rows)
    read["decision_kind"] = rows["decision_kind"].str.lower().replace(KINDS_THEN)
    read["decided_value"] = cells.per_value(rows["decided_value"], read_verdicts)
    is_verdict = read["decision_kind"] == "verdict_override"
    read["value_before"] = rows["value_before"].mask(is_verdict, cells.per_value(rows["value_before"], read_verdicts))
    read["decided_at"] = cells.read_times(rows["decided_at"])
    read["expires"] = cells.read_years(rows["expires"])
    read["other_nces_school_id"] = rows["other_nces_school_id"].str.upper()
    faults = pd.Series(None, index=rows.index, dtype="str")
    asked = rows[is_answer]
    if asked.empty:
        return read, faults
    told = read_answers_to_cases(asked)
    chosen = told["school"].astype("str").where(~told["wants_school"].astype(bool), asked["new_value"])
    of_case = told["kind"].isin(["verdict_override", "accept_flip"])
    by_school = told["kind"].isin(["same_school", "not_same_school"])
    others = other_schools(asked["candidates"], chosen.where(told["kind"] == "same_school"))
    first, rest = others.str.extract(r"^([^|]+)", expand=False), others.str.extract(r"\|(.+)$", expand=False)
    apart = told["kind"] == "not_same_school"
    chosen = chosen.mask(apart, first).mask(of_case, asked[standard_rows.NCES])
    others = others.mask(apart, rest).where(by_school)
    chosen, others = _of_lives(asked, told["kind"], chosen, others)
    at = asked.index
    read.loc[at, "decision_kind"] = told["kind"].astype("str")
    read.loc[at, "decided_value"] = told["verdict"].astype("str")
    read.loc[at, standard_rows.NCES] = chosen.astype("str")
    read.loc[at, "other_nces_school_id"] = others.astype("str")
    read.loc[at, "new_value"] = None
    # A worksheet is one person's work of one day: its answers were given by the day on which it was received.
    days = _days(received.files)
    read.loc[at, "decided_at"] = read.loc[at, "decided_at"].fillna(asked["file"].map(days).astype("str"))
    # A worksheet that names nobody was filled in by whoever handed it over.
    by = dict(zip(received.files["file"], received.files["received_by"], strict=True))
    read.loc[at, "decided_by"] = asked["decided_by"].fillna(asked["file"].map(by).astype("str"))
    faults.loc[at] = told["fault"].astype("str")
    return read, faults


def _of_lives(
    asked: pd.DataFrame, kind: pd.Series, chosen: pd.Series, others: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """The two schools of an answer on a school's history: the case names the later one, its candidate is the earlier; of an
    id given out anew both are the one id."""
    recycled = asked["case_kind"] == "recycled_id"
    is_history = recycled | (asked["case_kind"] == "school_history")
    later = asked[standard_rows.NCES]
    earlier = asked["candidates"].str.extract(r"^\s*([0-9A-Z]{8,12})", expand=False).mask(recycled, later)
    first = later.mask(kind.isin(["school_split", "school_closed"]), earlier)
    second = earlier.mask(kind == "school_split", later).mask(kind == "school_closed")
    return chosen.mask(is_history, first), others.mask(is_history, second)
