"""The national steps about the lives of schools: their history, their successors, and schools that stand twice.

They read the directory's files as they were sent, year by year; a night without a new directory file reuses them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipelines.linked.decided_lives import ON_LIVES, lives_that_hold
from pipelines.linked.duplicate_schools import FACTS as DUPLICATE_FACTS
from pipelines.linked.duplicate_schools import pair_duplicates
from pipelines.linked.school_life import lives_of_schools
from pipelines.linked.school_lists import COLUMNS, Part, lists_by_year
from pipelines.linked.successors import DECISION_COLUMNS, build_successors, stand_ins
from pipelines.season.steps.parts import decisions_of, part_keys
from pipelines.shared.steps import MAX_SHOWN, CheckOutcome, Step, StepReport, Workspace, tally
from pipelines.standard.nces_parts import defines_schools
from schemas.source_model import Source

HISTORY = ("linked", "school_history")
DIRECTORY = ("standard", "nces_schools")
OF_THEIR_OWN = ("combined_campus", "one_campus")
"""Kinds of pairs that are two schools, as a rule."""


def history_steps(sources: Mapping[str, Source]) -> list[Step]:
    """School history, then successors and duplicates."""
    parts = part_keys(sources, "nces_parts")
    decisions = part_keys(sources, "decisions")
    return [
        Step(
            stage="linked",
            name="school_history",
            description="What became of every school from one directory list to the next, told apart by kind.",
            run=_tell_lives,
            tables=("school_history",),
            needs=tuple(parts),
            reads=tuple(parts),
            writes=(HISTORY,),
            also=lambda workspace, year: _hashes_before(workspace, year, parts),
            checks={"lives_are_clear": "What became of every school can be told without a person."},
        ),
        Step(
            stage="linked",
            name="school_successors",
            description="Which NCES id came after which, by what was found and what was decided; schools that stand twice.",
            run=_name_successors,
            tables=("school_successors", "duplicate_schools"),
            needs=(HISTORY, DIRECTORY, *decisions),
            reads=(HISTORY, DIRECTORY, *decisions),
            writes=(
                ("linked", "school_successors"),
                ("linked", "school_successors.decisions"),
                ("linked", "duplicate_schools"),
            ),
            checks={"schools_stand_once": "No school stands in the directory of the year under two NCES ids."},
        ),
    ]


def _years_before(workspace: Workspace, school_year: str, stage: str, name: str) -> list[str]:
    """School years before this one that have the table, the latest first."""
    return [year for year in reversed(workspace.store.years(stage, name)) if year < school_year]


def _hashes_before(workspace: Workspace, school_year: str, keys: list[tuple[str, str]]) -> str:
    store = workspace.store
    return " ".join(
        f"{year}/{name}:{store.content_hash(stage, name, year)}"
        for stage, name in keys
        for year in _years_before(workspace, school_year, stage, name)
    )


def directory_parts(workspace: Workspace, school_year: str) -> list[Part]:
    """The rows of all directory files that this year and the years run before it have read; a borrowed file is read once."""
    store = workspace.store
    parts = []
    for stage, name in part_keys(workspace.sources, "nces_parts"):
        source = workspace.sources[name]
        known: set[str] = set()
        for year in [school_year, *_years_before(workspace, school_year, stage, name)]:
            told = store.read("nces_parts", year, stage=stage, name=name, columns=["file_year"])["file_year"]
            files = set(told.dropna().unique()) - known
            if not files:
                continue
            rows = store.read("nces_parts", year, stage=stage, name=name, columns=list(COLUMNS))
            fresh = rows if len(files) == told.nunique() else rows[rows["file_year"].isin(files)]
            parts.append(Part(source, fresh, defines_schools(source)))
            known |= files
    return parts


def _tell_lives(workspace: Workspace, school_year: str) -> StepReport:
    lists = lists_by_year(directory_parts(workspace, school_year))
    history = lives_of_schools(lists)
    workspace.store.write(history, "school_history", school_year)
    doubtful = history[history["needs_review"].fillna(False)]
    years = ", ".join(lists) or "none yet"
    return StepReport(
        rows=len(history),
        sentence=f"{len(history):,} events between the directory lists of {years}.",
        numbers=tally(history["event_kind"]) | {"needs_review": len(doubtful)},
        checks=[
            CheckOutcome(
                name="lives_are_clear",
                passed=doubtful.empty,
                sentence="Nothing is doubtful."
                if doubtful.empty
                else f"{len(doubtful):,} events are doubtful; none of them is followed until a person decides.",
                findings=_shown(doubtful, ["nces_school_id", "school_name", "event_kind", "what_is_now", "reason"]),
                details=workspace.store.path("linked", "school_history", school_year),
            )
        ],
    )


def _name_successors(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    history, listed = store.read("school_history", school_year), store.read("nces_schools", school_year)
    decisions = decisions_of(workspace, school_year)
    # What is asked about is what was found: an answer must not change the question that it answers.
    links = build_successors(history, decisions.head(0)[list(DECISION_COLUMNS)])
    as_found = stand_ins(links, listed["nces_school_id"], school_year)
    twins = pair_duplicates(listed[list(DUPLICATE_FACTS)], as_found, school_year, history)
    holding, outcomes = lives_that_hold(links, twins, listed, decisions)
    successors = build_successors(history, holding[list(DECISION_COLUMNS)])
    stand = stand_ins(successors, listed["nces_school_id"], school_year)
    store.write(outcomes, "decision_outcomes", school_year, stage="linked", name="school_successors.decisions")
    store.write(successors, "school_successors", school_year)
    store.write(twins, "duplicate_schools", school_year)
    followed = int(successors["is_followed"].fillna(False).sum())
    standing = _not_decided(twins[~twins["twin_kind"].isin(OF_THEIR_OWN)], holding)
    return StepReport(
        rows=len(successors),
        sentence=f"{len(successors):,} links between NCES ids, {followed:,} followed; {len(twins):,} pairs in the directory.",
        numbers={"links": len(successors), "links_followed": followed, "stand_ins": len(stand.ids)}
        | tally(twins["twin_kind"], "twins_"),
        checks=[
            CheckOutcome(
                name="schools_stand_once",
                passed=standing.empty,
                sentence="Every school stands once."
                if standing.empty
                else f"{len(standing):,} pairs of NCES ids may be one school each; the table suggests which id stays.",
                findings=_shown(
                    standing, ["nces_school_id", "twin_nces_school_id", "school_name", "twin_kind", "reason"]
                ),
                details=store.path("linked", "duplicate_schools", school_year),
            )
        ],
    )


def _not_decided(twins: pd.DataFrame, holding: pd.DataFrame) -> pd.DataFrame:
    said = holding[holding["decision_kind"].isin(ON_LIVES)]
    ids = said["nces_school_id_given"], said["other_nces_school_id"]
    decided = {frozenset(pair) for pair in zip(*ids, strict=True)}
    pairs = zip(twins["nces_school_id"], twins["twin_nces_school_id"], strict=True)
    return twins[np.array([frozenset(pair) not in decided for pair in pairs], dtype=bool)]


def _shown(rows: pd.DataFrame, names: list[str]) -> list[dict[str, str]]:
    top = rows[names].head(MAX_SHOWN).astype("object")
    return [{str(k): str(v) for k, v in row.items()} for row in top.where(top.notna(), "").to_dict("records")]
