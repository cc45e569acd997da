"""Why each school of a diff changed: one cause for every row, found by comparing what two releases were made from.

Finds no change itself (`diff.py`). What a person decided is told in public as "a decision"; who, only in `by`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipelines.published.cause_clues import (
    Clues,
    Frames,
    any_new_file,
    changed_declarations,
    decisions_on,
    decisions_on_sources,
    directory_files,
    files_of,
    moved_links,
    moving_evidence,
    renumbered,
    school_facts,
)
from pipelines.published.diff import KEY
from pipelines.published.provenance import Provenance
from schemas.verdicts import Verdict

CAUSES: Mapping[str, str] = {
    "first_release": "the first release",
    "new_year": "a school year that the last release did not have",
    "new_file": "a new file",
    "withdrawn_row": "a row that the newer file no longer has",
    "file_gone": "a file that is no longer used",
    "decision": "a decision",
    "link_moved": "a record that leads to another school now",
    "school_opened": "a school that opened",
    "school_closed": "a school that closed",
    "school_renumbered": "a school that goes on under another NCES id, by renumbering, merger or split",
    "school_changed": "another entry of the school in the directory",
    "no_new_evidence": "no evidence of the new school year: the last answer is carried",
    "history_expired": "no evidence for two years: the last answer is no longer carried",
    "policy": "another policy",
    "declaration": "another declaration: which courses count, how a file is read, or a bound",
    "code": "another version of the steps",
    "year_gone": "a school year that is no longer in the data",
    "unexplained": "not known: the last release does not say what it was made from",
}
"""Every cause, with its words."""
BY_PEOPLE = ("override", "staff_entry")
HISTORY = ("last_year", "two_years_ago")
CARRIED = (Verdict.HISTORICAL_YES, Verdict.HISTORICAL_NO, Verdict.HISTORICAL_MAYBE)


@dataclass
class _Told:
    """The rows of the diff with what has been found of each; a row that has a cause keeps it."""

    rows: pd.DataFrame
    found: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        empty = pd.Series(None, index=self.rows.index, dtype="str")
        self.found = pd.DataFrame({"cause": empty, "detail": empty, "by": empty})

    def open(self, *changes: str) -> pd.Index:
        """Rows of those changes (of all, when none is named) without a cause."""
        waiting = self.found["cause"].isna()
        if changes:
            waiting &= self.rows["change"].isin(changes)
        return self.rows.index[waiting]

    def tell(self, where: pd.Index, cause: str, detail: pd.Series | str = "", by: pd.Series | str = "") -> None:
        where = where.intersection(self.open())
        self.found.loc[where, "cause"] = cause
        for name, text in (("detail", detail), ("by", by)):
            told = text if isinstance(text, str) else text.reindex(where).fillna("").astype("str")
            self.found.loc[where, name] = told


def explain_changes(
    diff: pd.DataFrame, old: Frames | None, new: Frames, was: Provenance | None, now: Provenance
) -> pd.DataFrame:
    """The diff with `cause` (a key of CAUSES), `detail` (one clause, public) and `by` (who decided; partner tier).

    diff: of `diff_releases`, with a unique index. old, new: {table: frame} of the two releases; was, now: what they were
    made from; `was` is None for a release that does not say. Every row gets a cause.
    """
    told = _Told(diff)
    if old is None:
        told.tell(told.open(), "first_release")
        return diff.join(told.found)
    clues = Clues(old, new, was, now)
    told.tell(told.open("year gone"), "year_gone")
    _new_years(told, clues)
    _schools(told, clues)
    _answers(told, clues)
    _rest(told, clues)
    return diff.join(told.found)


def _new_years(told: _Told, clues: Clues) -> None:
    """A school year that is new: what its answer rests on, where it is not that of the year before."""
    where = told.open("new year")
    rows = told.rows.loc[where]
    same = (rows["was"] == rows["now"]) | rows["was"].isna()
    told.tell(where[same], "new_year")
    rows = rows[~same]
    used = clues.used_now(rows)
    decided = decisions_on(rows, clues, new_only=False)
    people = used["evidence_kind"].isin(BY_PEOPLE)
    told.tell(rows.index[people], "decision", decided["detail"], decided["by"])
    told.tell(rows.index[rows["now"].isin(CARRIED)], "no_new_evidence", "carried from " + used["evidence_year"])
    told.tell(rows.index[rows["now"] == Verdict.UNKNOWN], "history_expired")
    told.tell(rows.index, "new_file", used["pointer"].str.replace(r"#.*", "", regex=True))


def _schools(told: _Told, clues: Clues) -> None:
    """Schools that come and go, and names and places: the directory's files, decisions, openings and closings."""
    rows = told.rows.loc[told.open("new school", "gone", "name", "place")]
    if rows.empty:
        return
    decided = decisions_on(rows, clues)
    told.tell(decided.index, "decision", decided["detail"], decided["by"])
    told.tell(*_as("school_renumbered", renumbered(rows, clues)))
    facts = school_facts(rows, clues)
    came, went = rows["change"] == "new school", rows["change"] == "gone"
    opened = came & facts["status_now"].isin(["new", "added", "reopened"])
    told.tell(rows.index[opened], "school_opened", "the directory says: " + facts["status_now"])
    closed = went & facts["status_was"].isin(["closed", "inactive"])
    told.tell(rows.index[closed], "school_closed", "the directory said: " + facts["status_was"])
    files = directory_files(rows, clues)
    told.tell(rows.index[went].intersection(files.index), "withdrawn_row", files + " does not list it")
    told.tell(*_as("new_file", files))
    made = facts["directory_sources_was"].fillna("") != facts["directory_sources_now"].fillna("")
    told.tell(
        rows.index[made & ~came & ~went], "new_file", "the directory is made of " + facts["directory_sources_now"]
    )
    _by_version(told, rows, clues)


def _answers(told: _Told, clues: Clues) -> None:
    """Answers: which piece of evidence moved, and what moved it."""
    rows = told.rows.loc[told.open("answer")]
    if rows.empty:
        return
    moving = moving_evidence(rows, clues)
    rows = rows.join(moving)
    by_people = rows[rows["evidence_kind"].isin(BY_PEOPLE)]
    decided = decisions_on(by_people, clues)
    told.tell(by_people.index, "decision", decided["detail"], decided["by"])
    records = rows[rows["evidence_kind"].notna() & ~rows["evidence_kind"].isin((*BY_PEOPLE, *HISTORY))]
    _records(told, records, clues)
    _by_version(told, rows[rows["evidence_kind"].isna()], clues)
    _history(told, rows[rows["evidence_kind"].isin(HISTORY)], clues)


def _records(told: _Told, rows: pd.DataFrame, clues: Clues) -> None:
    if rows.empty:
        return
    links = moved_links(rows, clues)
    decided = decisions_on(rows, clues)
    told.tell(decided.index.intersection(links.index), "decision", decided["detail"], decided["by"])
    files = files_of(rows, clues)
    for cause in ("new_file", "withdrawn_row", "file_gone"):
        found = files[files["cause"] == cause]
        told.tell(found.index, cause, found["detail"])
    told.tell(*_as("link_moved", links))
    told.tell(decided.index, "decision", decided["detail"], decided["by"])
    facts = school_facts(rows, clues)
    told.tell(*_as("school_changed", facts["changed"].dropna()))
    decided = decisions_on_sources(rows, clues)
    told.tell(decided.index, "decision", decided["detail"], decided["by"])
    _by_version(told, rows, clues)


def _history(told: _Told, rows: pd.DataFrame, clues: Clues) -> None:
    """An answer that rests on an earlier year's changes with it, and has its cause."""
    answers = told.rows[told.rows["change"] == "answer"].join(told.found, rsuffix="_found")
    known = answers.dropna(subset=["cause"]).set_index(KEY)[["cause", "detail", "by"]]
    earlier = rows[["nces_school_id", "evidence_year"]].rename(columns={"evidence_year": "school_year"})
    hit = earlier.join(known, on=KEY)
    for cause, part in hit.dropna(subset=["cause"]).groupby("cause", sort=True):
        through = "through the answer of " + part["school_year"] + ": " + part["detail"]
        told.tell(part.index, str(cause), through.str.removesuffix(": "), part["by"])
    gone = rows.index[rows["evidence_year"].isin(clues.years_gone())]
    told.tell(gone, "history_expired", "the answers of " + rows["evidence_year"] + " are no longer in the data")
    fresh = rows.index[rows["evidence_year"].isin(clues.years_new())]
    told.tell(fresh, "new_year", "the answers of " + rows["evidence_year"] + " are new")
    told.tell(*_as("school_changed", school_facts(rows, clues)["changed"].dropna()))
    _by_version(told, rows, clues)


def _by_version(told: _Told, rows: pd.DataFrame, clues: Clues) -> None:
    """What no file, decision or link explains: the policy of the year, a declaration, the steps themselves."""
    rows = rows.loc[told.open().intersection(rows.index)]
    answers = rows[rows["change"] == "answer"]
    told.tell(*_as("policy", answers["school_year"].map(clues.changed_policies()).astype("str").dropna()))
    told.tell(*_as("declaration", changed_declarations(rows, clues)))
    if clues.code_changed:
        told.tell(rows.index, "code", f"version {clues.now.code}")


def _rest(told: _Told, clues: Clues) -> None:
    """What is left: anything received for the year since, else nothing that is on record."""
    told.tell(*_as("new_file", any_new_file(told.rows.loc[told.open()], clues)))
    told.tell(told.open(), "unexplained")


def _as(cause: str, details: pd.Series) -> tuple[pd.Index, str, pd.Series]:
    return details.index, cause, details


def count_causes(diff: pd.DataFrame) -> pd.DataFrame:
    """Rows and schools of each cause, in the order of CAUSES: cause, words, changes, schools."""
    by = diff.groupby("cause")["nces_school_id"].agg(["size", "nunique"]).reindex(list(CAUSES)).dropna()
    out = pd.DataFrame({"cause": by.index, "words": [CAUSES[c] for c in by.index]})
    return out.assign(changes=by["size"].to_numpy(np.int64), schools=by["nunique"].to_numpy(np.int64))
