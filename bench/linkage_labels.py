"""What the matcher learns from: the candidates of every labelled record, which of them is right, and people's answers.

Gathers; learns and measures nothing.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from bench.linkage_tasks import load_task
from pipelines.linked.match_levels import LEVELS
from pipelines.linked.match_model import Entries
from pipelines.linked.match_schools import Pairs, entries_of, find_pairs

FOLDS = 3
MOST_WEIGHT = 2.6
"""Of a record of a small task, so that a handful of answers from people does not outweigh the labelled tasks."""
RARE = 15
"""A level that fewer pairs have keeps the weight 0: nothing is learnt from a handful."""


@dataclass
class Labelled:
    """All tasks one after the other. Per pair: record, school, ok, codes; per record: task, fold, weight, positive."""

    pairs: list[Pairs]
    entries: list[Entries]
    codes: dict[str, np.ndarray]
    record: np.ndarray
    school: np.ndarray
    ok: np.ndarray
    task: np.ndarray
    fold: np.ndarray
    weight: np.ndarray
    positive: np.ndarray


Loaded = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
"""Records, truth and directory of a task, as `load_task` gives them."""


def read_pairs(path: Path, directory: Path) -> Loaded:
    """Training pairs from people's answers, as a task of its own.

    `path`: CSV or Parquet with the columns of a record (state and school_name at least) and `nces_id`, empty where the
    answer was that there is no such school. `directory`: table of the schools that were to choose from. Raises
    ValueError when a column is missing or an answer names a school that the directory does not have.
    """
    from pipelines.season.link_file import read_table

    needed = ("nces_id", "state", "school_name")
    pairs, schools = read_table(path, needed), read_table(directory, needed)
    unknown = pairs["nces_id"].dropna()[~pairs["nces_id"].dropna().isin(schools["nces_id"])]
    if len(unknown):
        raise ValueError(
            f"{path.name}: {unknown.iloc[0]} is no school of {directory.name}; give the directory of that year"
        )
    records = pairs.drop(columns="nces_id").assign(record_id=[f"{n:09}" for n in range(len(pairs))])
    truth = pd.DataFrame({"record_id": records["record_id"], "truth": pairs["nces_id"], "kind": "answered"})
    return records, truth, schools.sort_values("nces_id", ignore_index=True)


def gather(names: tuple[str, ...], more: dict[str, Loaded] | None = None) -> Labelled:
    """Candidates of every task with their labels; `more` are tasks that are no files beside the repository."""
    parts, entries, columns = (
        [],
        [],
        {key: [] for key in ("record", "school", "ok", "task", "fold", "weight", "positive")},
    )
    at = 0
    for number, name in enumerate(names):
        records, truth, directory = (more or {}).get(name) or load_task(name)
        pairs = find_pairs(records, directory)
        ids = directory["nces_id"].to_numpy(object)[pairs.school]
        right = truth["truth"].fillna("").str.split("|").map(set).to_numpy(object)
        n = len(records)
        columns["ok"].append(np.array([i in right[r] for i, r in zip(ids, pairs.record, strict=True)], dtype=bool))
        columns["record"].append(pairs.record + at)
        columns["school"].append(pairs.school + number * 10_000_000)
        columns["task"].append(np.full(n, number))
        columns["fold"].append(np.array([zlib.crc32(s.encode()) % FOLDS for s in records["state"]]))
        columns["weight"].append(np.full(n, min((20_000 / n) ** 0.5, MOST_WEIGHT)))
        columns["positive"].append(truth["truth"].notna().to_numpy())
        parts.append(pairs)
        entries.append(entries_of(records, directory, pairs))
        at += n
    codes = {key: np.concatenate([p.codes[key] for p in parts]) for key in LEVELS}
    return Labelled(parts, entries, codes, **{key: np.concatenate(values) for key, values in columns.items()})


def one_hot(codes: dict[str, np.ndarray], levels: dict[str, tuple[str, ...]]) -> sparse.csr_matrix:
    """A row per pair, a column per level, a one where the pair has the level; levels of few pairs stay empty."""
    at, columns = 0, []
    for name, names in levels.items():
        columns.append(codes[name].astype(np.int64) + at)
        at += len(names)
    column = np.stack(columns, axis=1)
    enough = np.bincount(column.ravel(), minlength=at) >= RARE
    rows = np.arange(0, column.size + 1, column.shape[1])
    return sparse.csr_matrix((enough[column.ravel()].astype(float), column.ravel(), rows), shape=(len(column), at))
