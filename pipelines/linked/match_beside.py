"""How each candidate stands beside the record's other candidates: whether another of as good a name fits better.

Compares level codes with each other, per record; what a level is worth stands in schemas/linkage/school_match.yml.
"""

from __future__ import annotations

import numpy as np

from pipelines.linked.match_levels import BESIDE, NAME_RANK, RANKS, STREET

WORST = 99


def ranks(codes: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """How good each pair is by `name` and by each comparison of RANKS, 0 being the best."""
    parts = {**codes, "town": codes["place"] // len(STREET), "street": codes["place"] % len(STREET)}
    return {key: ranking[parts[key].astype(np.int64)] for key, ranking in {"name": NAME_RANK, **RANKS}.items()}


def beside(codes: dict[str, np.ndarray], record: np.ndarray) -> dict[str, np.ndarray]:
    """Level of BESIDE of each pair for each comparison of RANKS, among the record's candidates of as good a name."""
    rank = ranks(codes)
    records = int(record.max()) + 1 if len(record) else 0
    out = {f"{key} beside others": _standing(rank[key], rank["name"], record, records) for key in RANKS}
    # Names are held against those of candidates whose place and district agree as well.
    where = (rank["district"] > 1).astype(np.int64) + (rank["town"] > 2)
    out["name beside others"] = _standing(rank["name"], where, record, records)
    return {comparison: levels.astype(np.int8) for comparison, levels in out.items()}


def _standing(rank: np.ndarray, group: np.ndarray, record: np.ndarray, records: int) -> np.ndarray:
    """Among pairs of the same record whose group is at most the pair's own: as good as any, alone the best, or outdone."""
    groups = int(NAME_RANK.max()) + 1
    best = np.full((records, groups), WORST)
    np.minimum.at(best, (record, group), rank)
    best = np.minimum.accumulate(best, axis=1)
    at_best = rank == best[record, group]
    # How many pairs of the record have a group up to each one, and how many of them the pair's own rank.
    count = np.zeros((records, groups), dtype=np.int64)
    np.add.at(count, (record, group), 1)
    total = np.cumsum(count, axis=1)[record, group]
    order = np.lexsort((group, rank, record))
    run = record[order] * (WORST + 1) + rank[order]
    key = run * groups + group[order]
    same = np.empty(len(order), dtype=np.int64)
    same[order] = np.searchsorted(key, key, side="right") - np.searchsorted(run, run, side="left")
    return np.select([at_best & (same == 1) & (total > 1), at_best], [1, 0], len(BESIDE) - 1)


def rivals(codes: dict[str, np.ndarray], record: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Per pair whether it is better than its record's first choice in something, or no worse in anything.

    `first`: position of each record's first choice. The first choice itself is no rival.
    """
    worse, better = np.zeros(len(record), dtype=bool), np.zeros(len(record), dtype=bool)
    chosen = first[record]
    for values in ranks(codes).values():
        worse |= values > values[chosen]
        better |= values < values[chosen]
    return (better | ~worse) & (np.arange(len(record)) != chosen)
