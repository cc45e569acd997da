"""What levels are worth: the weights of schemas/linkage/school_match.yml, and the arithmetic that turns them into answers.

Adds and compares numbers; does not look at names or places, and learns nothing (bench/learn_linkage.py does).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from pipelines.linked.match_entries import listed_levels, listing_levels
from pipelines.linked.match_levels import CLAIM, DOUBT, EVIDENCE, FIRST_LISTED, LEVELS, LISTING, OFTEN, crossed

PATH = Path(__file__).parents[2] / "schemas" / "linkage" / "school_match.yml"

KIND_OF_FILE = ("list", "directory")
CLAIMS = crossed(KIND_OF_FILE, CLAIM)
OF_FILE = {"claims": CLAIMS, "first listed": FIRST_LISTED, "listing": crossed(LISTING, OFTEN)}
"""What the other records of the file say of a pair: comparisons that need the first choices of all."""
NAMESAKES = ("one school of nearly this name", "two", "three or more", "none")
MARGIN = ("under 0.5", "0.5 to 1", "1 to 2", "2 to 4", "4 to 8", "over 8")
MARGIN_STEPS = (0.5, 1, 2, 4, 8)
STANDING = (
    *("name and district the same, no rival", "name and town the same, no rival", "name the same, no rival"),
    *("name alike, no rival", "another is better in something"),
)
"""How the first choice stands: a rival is another candidate that is better in something, or as good in all."""
AROUND = {
    "evidence": EVIDENCE,
    "namesakes": NAMESAKES,
    "standing and margin": crossed(STANDING, MARGIN),
    "claim": CLAIMS,
    "doubt": DOUBT,
}
"""What makes a first choice more or less sure than its chance says, each with its levels."""
BENDS = (0.0, 2.0, 4.0, 6.0)
"""Log-odds at which the line from chance to confidence may bend."""

CLAIM_STEPS = (-6.0, -2.0, 0.0, 2.0, 6.0)
BLOCKED = 0.5
"""Highest score of an answer that `blocks` keeps from being automatic."""
FAR_BELOW = -30.0
"""Score of a runner-up where there is none."""
SURE = 0.9
FEW = 100
"""A file of fewer records says nothing of how clear its records are: only `sure` decides."""
DIRECTORY_LIKE = 0.006
DIRECTORY_LEAST = 200
"""A file is taken for a directory when fewer than this share of the schools it surely names are named by two records, in
at least so many records. Between directory years 0.1 to 0.4 percent are, in lists that people typed 3 to 38 percent."""


@dataclass(frozen=True)
class MatchModel:
    """Weights in log-odds by comparison (arrays in the order of LEVELS), and how they become a confidence."""

    learnt_from: str
    weights: dict[str, np.ndarray]
    of_file: dict[str, np.ndarray]
    confidence: dict[str, np.ndarray]
    slopes: np.ndarray
    blocks: dict[str, np.ndarray]
    sure: float
    expected_wrong: float
    least_auto: float
    least_review: float


@cache
def load_model() -> MatchModel:
    """The declared model. Raises ValueError on a comparison or level that the code does not know."""
    raw = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    unknown = sorted(set(raw["comparisons"]) - set(LEVELS))
    if unknown:
        raise ValueError(f"{PATH.name}: unknown comparison {unknown[0]!r}; expected one of {', '.join(LEVELS)}")
    confidence = raw["confidence"]
    return MatchModel(
        learnt_from=raw["learnt_from"],
        weights={name: _weights(name, levels, raw["comparisons"].get(name, {})) for name, levels in LEVELS.items()},
        of_file={name: _weights(name, levels, raw.get(name, {})) for name, levels in OF_FILE.items()},
        confidence={name: _weights(name, levels, confidence.get(name, {})) for name, levels in AROUND.items()},
        slopes=np.array([confidence["start"], *confidence["slopes"]], dtype=float),
        blocks={name: _marks(name, levels) for name, levels in raw["blocks"].items()},
        sure=raw["auto"]["sure"],
        expected_wrong=raw["auto"]["expected_wrong"],
        least_auto=raw["auto"]["least"],
        least_review=raw["review"]["least"],
    )


def _weights(name: str, levels: tuple[str, ...], given: dict[str, float]) -> np.ndarray:
    unknown = sorted(set(given) - set(levels))
    if unknown:
        raise ValueError(f"{PATH.name}: {name!r} has no level {unknown[0]!r}; expected one of {', '.join(levels)}")
    return np.array([given.get(level, 0.0) for level in levels], dtype=float)


def _marks(name: str, blocked: list[str]) -> np.ndarray:
    if name not in LEVELS:
        raise ValueError(
            f"{PATH.name}: blocks name an unknown comparison {name!r}; expected one of {', '.join(LEVELS)}"
        )
    return _weights(name, LEVELS[name], dict.fromkeys(blocked, 1.0)) > 0


def blocked(model: MatchModel, codes: dict[str, np.ndarray], at: np.ndarray) -> np.ndarray:
    """Whether each of the pairs `at` has a level that no likeness of the rest outweighs: a person must say."""
    out = np.zeros(len(at), dtype=bool)
    for comparison, marks in model.blocks.items():
        out |= marks[codes[comparison][at]]
    return out


def pair_scores(model: MatchModel, codes: dict[str, np.ndarray]) -> np.ndarray:
    """Log-odds of each pair against "no school of the directory": the sum of its levels' weights."""
    total = np.zeros(len(codes["name"]))
    for comparison, weights in model.weights.items():
        total += weights[codes[comparison]]
    return total


@dataclass(frozen=True)
class Choice:
    """Per record its best pair and the second best (positions, -1 without one), by score, then the lower school."""

    first: np.ndarray
    second: np.ndarray


def choose(scores: np.ndarray, record: np.ndarray, school: np.ndarray, records: int) -> Choice:
    """Best and second best pair of each record."""
    order = np.lexsort((school, -scores, record))
    start = np.searchsorted(record[order], np.arange(records + 1))
    padded = np.concatenate([order, [-1, -1]])
    count = np.diff(start)
    return Choice(np.where(count > 0, padded[start[:-1]], -1), np.where(count > 1, padded[start[:-1] + 1], -1))


def chances(scores: np.ndarray, record: np.ndarray, records: int) -> np.ndarray:
    """Share of each pair among its record's candidates and "none of them", whose score is 0. `record` is sorted."""
    top = np.zeros(records)
    np.maximum.at(top, record, scores)
    odds = np.exp(scores - top[record])
    return odds / (np.exp(-top) + np.bincount(record, weights=odds, minlength=records))[record]


def is_directory(sure_schools: np.ndarray) -> bool:
    """Whether the records name each school once, judged by the schools of the records that are sure of theirs."""
    if len(sure_schools) < DIRECTORY_LEAST:
        return False
    counts = np.unique(sure_schools, return_counts=True)[1]
    return bool((counts > 1).mean() < DIRECTORY_LIKE)


@dataclass(frozen=True)
class Entries:
    """What the directory's entries tell besides names and places: the year of an id (match_entries.first_years), and what an
    entry lacks (LISTING). `pair_` ones are of each pair's school, the others of every school; `state` is of each record."""

    pair_year: np.ndarray
    pair_listing: np.ndarray
    year: np.ndarray
    listing: np.ndarray
    school_state: np.ndarray
    state: np.ndarray


def levels_of_file(
    scores: np.ndarray,
    record: np.ndarray,
    school: np.ndarray,
    file: np.ndarray,
    entries: Entries,
    one_to_one: bool | None = None,
) -> dict[str, np.ndarray]:
    """Levels of OF_FILE of each pair, found within each file; `file` is a number per record."""
    out = {name: np.zeros(len(scores), dtype=np.int64) for name in OF_FILE}
    position = np.zeros(len(file), dtype=np.int64)
    for number in np.unique(file):
        mine = file == number
        position[mine] = np.arange(mine.sum())
        at = np.flatnonzero(mine[record])
        count = int(mine.sum())
        own = (scores[at], position[record[at]], school[at])
        choice = choose(*own, count)
        first = choice.first[choice.first >= 0]
        sure = chances(own[0], own[1], count)[first] > SURE
        out["claims"][at] = claim_levels(*own, first, sure, one_to_one)
        around = np.isin(entries.school_state, np.unique(entries.state[mine]))
        out["first listed"][at] = listed_levels(entries.pair_year[at], first, sure, entries.year[around])
        out["listing"][at] = listing_levels(entries.pair_listing[at], first, sure, entries.listing[around])
    return out


def worth_of_file(weights: dict[str, np.ndarray], levels: dict[str, np.ndarray]) -> np.ndarray:
    """What the levels of OF_FILE add to each pair's score."""
    return np.sum([weights[name][levels[name]] for name in OF_FILE], axis=0)


def claim_levels(
    scores: np.ndarray,
    record: np.ndarray,
    school: np.ndarray,
    first: np.ndarray,
    sure: np.ndarray,
    one_to_one: bool | None,
) -> np.ndarray:
    """For each pair the level of CLAIMS: how well the school fits the best other record whose first choice it is.

    `first`: positions of the records' first choices; `sure`: which of them are sure.
    """
    if one_to_one is None:
        one_to_one = is_directory(school[first[sure]])
    order = first[np.lexsort((-scores[first], school[first]))]
    named, start = np.unique(school[order], return_index=True)
    count = np.diff(np.append(start, len(order)))
    base = len(CLAIM) * int(one_to_one)
    if not len(order):
        return np.full(len(scores), base)
    best, best_record = scores[order][start], record[order][start]
    next_best = np.where(count > 1, scores[order][np.minimum(start + 1, len(order) - 1)], np.nan)
    at = np.minimum(np.searchsorted(named, school), len(named) - 1)
    other = np.where(best_record[at] == record, next_best[at], best[at])
    other = np.where((named[at] == school) & (other >= 0), other, np.nan)
    gap = other - scores
    tie = np.abs(gap) < 1e-9
    level = np.digitize(np.nan_to_num(gap), CLAIM_STEPS)
    # Levels of CLAIM: 0 nobody, 1 to 3 others are weaker, 4 as strong, 5 to 7 others are stronger.
    level = np.select([np.isnan(gap), tie, level >= 3], [0, 4, level + 2], level + 1)
    return base + level


def confidence(model: MatchModel, chance: np.ndarray, levels: dict[str, np.ndarray]) -> np.ndarray:
    """Share of answers of this kind that are right, from the chance of the pair and what surrounds it."""
    total = bent(chance) @ model.slopes
    for name, weights in model.confidence.items():
        total += weights[levels[name]]
    return 1 / (1 + np.exp(-total))


def bent(chance: np.ndarray) -> np.ndarray:
    """Columns whose weighted sum is a line with bends in the log-odds of the chance: 1, x, and x beyond each bend."""
    odds = np.clip(np.log(np.maximum(chance, 1e-12) / np.maximum(1 - chance, 1e-12)), -8.0, 14.0)
    return np.stack([np.ones_like(odds), odds, *(np.maximum(odds - bend, 0) for bend in BENDS)], axis=1)


def decide(model: MatchModel, score: np.ndarray, file: np.ndarray) -> np.ndarray:
    """`auto`, `review` or `none` per score (NaN: no candidate); `file` is a number per record.

    Automatic is what is at least `sure`. In a file of clear records the limit is lower, down to `least`: there the
    surest answers are taken together, as many as keep their expected share of wrong ones below `expected_wrong`.
    """
    filled = np.nan_to_num(score)
    limit = np.full(len(filled), model.sure)
    for number in np.unique(file):
        mine = file == number
        ordered = -np.sort(-filled[mine])
        expected = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
        enough = np.flatnonzero(expected >= 1 - model.expected_wrong)
        if len(ordered) >= FEW and len(enough):
            limit[mine] = min(model.sure, max(ordered[enough[-1]], model.least_auto))
    return np.select([filled >= limit, filled >= model.least_review], ["auto", "review"], "none")
