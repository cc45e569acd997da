"""How each candidate stands beside the record's other candidates, and what surrounds the first choice.

Holds level codes of one record against each other; what a level is worth stands in schemas/linkage/school_match.yml.
"""

from __future__ import annotations

import numpy as np

from pipelines.linked.match_compare import doubts, evidence
from pipelines.linked.match_levels import (
    BESIDE,
    NAME,
    NAME_GROUP,
    NAME_RANK,
    RANKS,
    STREET,
    TOWN_GROUP,
    TOWN_GROUPS,
)
from pipelines.linked.match_model import FAR_BELOW, MARGIN, MARGIN_STEPS, Choice

WORST = 99
FAR = TOWN_GROUPS.index("far")
CLOSE = 8.0
"""Log-odds within which a candidate that is better in something makes the first choice less sure."""


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


def surroundings(
    codes: dict[str, np.ndarray], claims: np.ndarray, scores: np.ndarray, record: np.ndarray, choice: Choice
) -> dict[str, np.ndarray]:
    """Per record the level of each comparison of AROUND: what makes its first choice more or less sure than its chance."""
    first = choice.first
    rival = rivals(codes, record, first)
    itself = np.arange(len(record)) == first[record]
    alike = (NAME_GROUP[codes["name"]] <= 1) & (TOWN_GROUP[codes["place"] // len(STREET)] != FAR)
    nearly = np.bincount(record, weights=alike & (rival | itself), minlength=len(first)).astype(np.int64)
    close = rival & (scores > scores[first][record] - CLOSE)
    rivaled = np.bincount(record, weights=close, minlength=len(first)) > 0
    second = np.where(choice.second >= 0, scores[choice.second], FAR_BELOW)
    chosen = {key: values[first].astype(np.int64) for key, values in codes.items()}
    margin = np.digitize(scores[first] - second, MARGIN_STEPS)
    return {
        "evidence": evidence(chosen),
        "namesakes": np.select([nearly == 0, nearly >= 3], [3, 2], nearly - 1),
        "standing and margin": _first_stands(chosen, rivaled) * len(MARGIN) + margin,
        "claim": claims[first],
        "doubt": doubts(chosen),
    }


def _first_stands(chosen: dict[str, np.ndarray], rivaled: np.ndarray) -> np.ndarray:
    """Level of STANDING of each first choice."""
    same_name = chosen["name"] == NAME.index("identical")
    same_town = TOWN_GROUP[chosen["place"] // len(STREET)] == TOWN_GROUPS.index("here")
    return np.select(
        [rivaled, same_name & (chosen["district"] == 0), same_name & same_town, same_name], [4, 0, 1, 2], 3
    )
