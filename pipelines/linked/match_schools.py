"""The scored rung: for each record the school of its state it most likely means, how sure that is, and why in words.

Uses names, places, districts and grades only; ids, decisions of people and codes of providers belong to the ladder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipelines.linked.match_alike import alike_words
from pipelines.linked.match_beside import beside, surroundings
from pipelines.linked.match_blocks import find_candidates
from pipelines.linked.match_compare import compare
from pipelines.linked.match_entries import first_years
from pipelines.linked.match_levels import LEVELS
from pipelines.linked.match_model import (
    BLOCKED,
    FAR_BELOW,
    Choice,
    Entries,
    MatchModel,
    blocked,
    chances,
    choose,
    confidence,
    decide,
    levels_of_file,
    load_model,
    pair_scores,
    worth_of_file,
)
from pipelines.linked.match_other_names import OTHER_NAME, best_of_each, with_other_names
from pipelines.linked.match_reasons import Told, write_candidates, write_reasons
from pipelines.linked.match_sides import Sides, prepare

FEDERAL: dict[str, tuple[str, ...]] = {"BI": ("59",), "DD": ("58", "63")}
"""Codes of federal agencies in place of a state, and how the NCES ids of their schools begin."""
CHUNK = 200_000
"""Pairs compared at a time; bounds the memory."""


@dataclass(frozen=True)
class Pairs:
    """Candidates: per pair the record and the school (positions in their tables), level codes, and the rarest word.

    `named`: position of the pair's row in `listed`, which beyond the schools has their names of other years. `listing`: level
    of LISTING of every school.
    """

    record: np.ndarray
    school: np.ndarray
    codes: dict[str, np.ndarray]
    rarest: np.ndarray
    vocabulary: np.ndarray
    named: np.ndarray
    listed: pd.DataFrame
    listing: np.ndarray

    def take(self, at: np.ndarray) -> Pairs:
        """Those pairs only."""
        codes = {key: values[at] for key, values in self.codes.items()}
        moved = {key: getattr(self, key)[at] for key in ("record", "school", "rarest", "named")}
        return replace(self, codes=codes, **moved)


def match_schools(
    records: pd.DataFrame,
    directory: pd.DataFrame,
    model: MatchModel | None = None,
    *,
    one_to_one: bool | None = None,
    list_all: bool = False,
    other_names: pd.DataFrame | None = None,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """One row per record, in the order of record_id: record_id, nces_id, score, match_reason, margin, decision, candidates.

    `records`: record_id and any of match_sides.COLUMNS as text, and `file` when they are of several (records of one file
    are looked at together); `directory`: nces_id and the same columns. `score` is the share
    of answers like this one that are right (0 without a candidate), `margin` the log-odds to the runner-up.
    `candidates` lists up to five schools in words where the decision is not automatic, with `list_all` everywhere. `one_to_one`: whether both are
    directories; None finds out. `other_names` (nces_id, school_name): names that lists of other years give the schools. Neither the order of the rows nor schools of other states change an answer. Raises
    ValueError when an id stands twice.
    """
    say = progress or (lambda _: None)
    model = model or load_model()
    records = _ordered(records, "record_id")
    directory = _with_federal(_ordered(directory, "nces_id"), records["state"])
    file = pd.factorize(records["file"], sort=True)[0] if "file" in records else np.zeros(len(records), np.int64)
    pairs = find_pairs(records, directory, say, other_names)
    n = len(records)
    say("weighing")
    scores = pair_scores(model, pairs.codes)
    if len(pairs.listed) > len(directory):
        scores = scores + np.where(pairs.named >= len(directory), OTHER_NAME, 0.0)
        best = best_of_each(scores, pairs.record, pairs.school)
        pairs, scores = pairs.take(best), scores[best]
    levels = levels_of_file(scores, pairs.record, pairs.school, file, entries_of(records, directory, pairs), one_to_one)
    scores = scores + worth_of_file(model.of_file, levels)
    choice = choose(scores, pairs.record, pairs.school, n)
    score, margin = np.full(n, np.nan), np.full(n, np.nan)
    has = choice.first >= 0
    if has.any():
        around = surroundings(pairs.codes, levels["claims"], scores, pairs.record, choice)
        chance = chances(scores, pairs.record, n)[choice.first]
        found = confidence(model, chance, around)
        held = blocked(model, pairs.codes, choice.first)
        score[has] = np.where(held, np.minimum(found, BLOCKED), found)[has]
        margin[has] = margin_of(scores, choice)[has]
    decision = decide(model, score, file)
    say("writing the reasons")
    told = Told(pairs.codes, levels, scores, pairs.rarest, pairs.vocabulary, other_names_of(pairs, len(directory)))
    ids = np.array([*directory["nces_id"], None], dtype=object)
    best = np.where(has, pairs.school[choice.first] if len(pairs.school) else 0, len(directory))
    return pd.DataFrame(
        {
            "record_id": records["record_id"].astype("str"),
            "nces_id": pd.Series(ids[best], dtype="str"),
            "score": np.round(np.nan_to_num(score), 6),
            "match_reason": write_reasons(told, choice),
            "margin": np.round(margin, 2),
            "decision": pd.Series(decision, dtype="str"),
            "candidates": write_candidates(
                told, pairs.record, pairs.school, directory, (decision != "auto") | list_all
            ),
        }
    )


def find_pairs(
    records: pd.DataFrame,
    directory: pd.DataFrame,
    say: Callable[[str], None] | None = None,
    other_names: pd.DataFrame | None = None,
) -> Pairs:
    """Candidates of each record and how they compare; with other names, a school may be the candidate of several rows."""
    say = say or (lambda _: None)
    say("reading names and places")
    listed = with_other_names(directory, other_names)
    sides = prepare(records, listed.rows)
    say("finding candidates")
    left, right = find_candidates(sides)
    say("comparing")
    codes, rarest = _compare_all(sides, left, right)
    codes |= beside(codes, left)
    named = right - sides.split
    listing = sides.listing[sides.split : sides.split + len(directory)]
    return Pairs(left, listed.school[named], codes, rarest, sides.vocabulary, named, listed.rows, listing)


def entries_of(records: pd.DataFrame, directory: pd.DataFrame, pairs: Pairs) -> Entries:
    """What the directory's entries tell of their time, for all pairs."""
    year = first_years(directory["nces_id"])
    states = pd.factorize(pd.concat([records["state"], directory["state"]], ignore_index=True).fillna("?"))[0]
    school_state, state = states[len(records) :], states[: len(records)]
    return Entries(year[pairs.school], pairs.listing[pairs.school], year, pairs.listing, school_state, state)


def other_names_of(pairs: Pairs, schools: int) -> np.ndarray | None:
    """Per pair the name of another year that it was compared by, empty for the school's own; None without any."""
    if len(pairs.listed) == schools:
        return None
    names = pairs.listed["school_name"].to_numpy(object)[pairs.named]
    return np.where(pairs.named >= schools, names, "").astype(object)


def _compare_all(sides: Sides, left: np.ndarray, right: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    core = sides.core
    alike = alike_words(
        sides.vocabulary, np.unique(core.word[core.row < sides.split]), np.unique(core.word[core.row >= sides.split])
    )
    parts = [
        compare(sides, left[begin : begin + CHUNK], right[begin : begin + CHUNK], alike)
        for begin in range(0, max(len(left), 1), CHUNK)
    ]
    joined = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    return {key: values for key, values in joined.items() if key in LEVELS}, joined["rarest"]


def margin_of(scores: np.ndarray, choice: Choice) -> np.ndarray:
    """Log-odds of the first choice over the second, or over "no school" when that is the better one."""
    second = np.where(choice.second >= 0, scores[choice.second], FAR_BELOW)
    return scores[choice.first] - np.maximum(second, 0.0)


def _with_federal(directory: pd.DataFrame, states: pd.Series) -> pd.DataFrame:
    """Only schools of the records' states; schools of a federal agency also stand under its code when records do."""
    parts = [directory]
    for code, prefixes in FEDERAL.items():
        if (states == code).any():
            federal = directory["nces_id"].str.startswith(prefixes) & (directory["state"] != code)
            parts.append(directory[federal].assign(state=code))
    every = pd.concat(parts, ignore_index=True) if len(parts) > 1 else directory
    return every[every["state"].isin(states.dropna().unique())].reset_index(drop=True)


def _ordered(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    twice = frame[key].duplicated()
    if twice.any():
        raise ValueError(f"{key} {frame.loc[twice, key].iloc[0]!r} stands twice; each row needs one of its own")
    return frame.sort_values(key, kind="stable", ignore_index=True)
