"""How likely a school without an answer offers computer science, and how sure that is. Adds up nothing.

A logistic regression over what the directory says of a school, with a level for each state that leans on all others
where the state told little; fitted by Newton's steps, no random number (docs/decisions, the estimator's page).

Whom it learns from decides everything. AP and IB ledgers and the lists of providers can only say Yes, so a school known
by them alone says nothing of the schools they do not list. The model therefore learns from schools that a source which
can also say No has answered for, and that no list of the other kind names: unknown schools are not named by those either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.published.report_schools import IN_REPORT, ReportSchools
from schemas.metrics import GROUP_KINDS, LEAST_REFERENCE

ONLY_YES = ("ap_says", "ib_says", "provider_says")
BY_STATE = ("state_says", "last_year_says", "two_years_ago_says")
"""Kinds of evidence that can say No in one state and not in another: a state's partial file, and answers carried on."""
PEOPLE = ("override_says", "staff_entry_says", "teacher_survey_says", "other_survey_says")
FEATURES = ("locale", "size", "frl_quartile", "title_i", "charter")
TYPES = ("regular", "career_technical", "alternative", "special_education")
STEPS = 40
SPREAD_OF_GROUPS = 1.0
"""Standard deviation, in logits, that a group's effect is expected to have: weak, it only keeps empty groups at 0."""
EXPECTED_SPREAD, EXPECTED_WEIGHT = 1.0, 5.0
"""Standard deviation of the states' levels, in logits, before any is seen, and how many states that counts for. The 51
percentages of the report of 2022 (domain.md 13) have 0.97. Two states that happen to agree must not pass for all."""


@dataclass(frozen=True)
class Estimate:
    """chance: per school, that it offers; null for all when nothing can be estimated. columns: per school, the
    coefficients that are its own.

    covariance: of the k coefficients. alike: correlation of two schools of one district beyond what the features say.
    reference: schools learnt from.
    """

    chance: np.ndarray
    columns: np.ndarray
    covariance: np.ndarray
    alike: float
    reference: int

    @property
    def exists(self) -> bool:
        """Whether there were enough schools to learn from."""
        return self.reference >= LEAST_REFERENCE


def estimate_chances(schools: ReportSchools) -> Estimate:
    """Fit on the schools of the national pool that may be learnt from, and say the chance of every school."""
    frame = schools.frame
    learn = can_be_learnt_from(frame)
    where, columns, cells, states = _design(schools)
    count = int(learn.sum())
    if count < LEAST_REFERENCE:
        size = cells.shape[1]
        nothing = np.full(len(frame), np.nan)
        return Estimate(nothing, columns, np.zeros((size, size)), 0.0, count)
    trials = np.bincount(where[learn], minlength=len(cells)).astype("float64")
    yes = np.bincount(where[learn], weights=frame["yes"].to_numpy("float64")[learn], minlength=len(cells))
    used = trials > 0
    beta, covariance = _fit(cells[used], trials[used], yes[used], states)
    chance = _logistic(cells @ beta)[where]
    alike = _alike(chance[learn], frame["yes"].to_numpy("float64")[learn], frame["leaid"][learn])
    return Estimate(chance, columns, covariance, alike, count)


def can_be_learnt_from(frame: pd.DataFrame) -> np.ndarray:
    """Flag per school: a source that can say Yes and No gave a yes or no, and no list that only says Yes names it."""
    two_sided = frame[list(PEOPLE)].notna().any(axis=1).to_numpy()
    named = frame[list(ONLY_YES)].notna().any(axis=1).to_numpy()
    for kind in BY_STATE:
        said = frame[kind].notna().to_numpy()
        says_no = frame[kind].isin(["N", "HN"]).groupby(frame["state"]).transform("any").to_numpy()
        two_sided = two_sided | (said & says_no)
        named = named | (said & ~says_no)
    answered = (frame["yes"] | frame["no"]).to_numpy()
    return two_sided & ~named & answered & frame["pooled"].to_numpy()


def _design(schools: ReportSchools) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Per school the number of its cell and its columns; the features (1 and 0) of each cell; which are the states' levels.

    A cell is the schools that are alike in every feature; there are far fewer of them than schools.
    """
    frame = schools.frame
    parts = [(schools.groups[kind], len(GROUP_KINDS[kind]) + 1) for kind in FEATURES]
    kinds = pd.Categorical(frame["school_type"], categories=list(TYPES)).codes.astype("int64")
    parts.append((np.where(kinds < 0, len(TYPES), kinds), len(TYPES) + 1))
    parts.append(((frame["grade_levels"] == "____hi").to_numpy("int64"), 2))
    state = pd.Categorical(frame["state"], categories=sorted(IN_REPORT)).codes.astype("int64")
    parts.append((state, len(IN_REPORT)))
    key = np.zeros(len(frame), dtype="int64")
    for codes, size in parts:
        key = key * size + codes
    where, _ = pd.factorize(key, sort=True)
    # Column 0 is the constant; each feature has a run of columns, of which a school has one.
    first = np.cumsum([1, *(size for _, size in parts)])
    columns = np.column_stack(
        [np.zeros_like(key), *(start + codes for start, (codes, _) in zip(first, parts, strict=False))]
    )
    example = np.full(where.max(initial=-1) + 1, 0)
    example[where] = np.arange(len(frame))
    design = np.zeros((len(example), int(first[-1])))
    np.put_along_axis(design, columns[example], 1.0, axis=1)
    states = np.zeros(design.shape[1], dtype=bool)
    states[design.shape[1] - len(IN_REPORT) :] = True
    return where, columns, design, states


def _fit(cells: np.ndarray, trials: np.ndarray, yes: np.ndarray, states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their covariance; the spread of the states' levels is what the data themselves tell (EM steps)."""
    size = cells.shape[1]
    beta, spread = np.zeros(size), EXPECTED_SPREAD
    told = states & (cells.sum(axis=0) > 0)
    covariance = np.eye(size)
    for _ in range(STEPS):
        precision = np.where(states, 1 / spread**2, 1 / SPREAD_OF_GROUPS**2)
        precision[0] = 0.01
        chance = _logistic(cells @ beta)
        weight = trials * chance * (1 - chance)
        gradient = cells.T @ (yes - trials * chance) - precision * beta
        covariance = np.linalg.inv(cells.T @ (weight[:, None] * cells) + np.diag(precision))
        step = covariance @ gradient
        beta = beta + np.clip(step, -2, 2)
        moments = beta[told] ** 2 + np.diag(covariance)[told]
        expected = EXPECTED_WEIGHT * EXPECTED_SPREAD**2
        new = float(np.sqrt((moments.sum() + expected) / (len(moments) + EXPECTED_WEIGHT)))
        if np.abs(step).max() < 1e-8 and abs(new - spread) < 1e-6:
            break
        spread = new
    return beta, covariance


def _alike(chance: np.ndarray, yes: np.ndarray, district: pd.Series) -> float:
    """Correlation of what is left over between two schools of one district, 0 to 1."""
    codes, names = pd.factorize(district, sort=True)
    left = (yes - chance) / np.sqrt(np.maximum(chance * (1 - chance), 1e-6))
    left, codes = left[codes >= 0], codes[codes >= 0]
    if not len(codes):
        return 0.0
    number = np.bincount(codes, minlength=len(names))
    sums, squares = (np.bincount(codes, weights=w, minlength=len(names)) for w in (left, left**2))
    # A pair of a district of 300 counts as one of a district of 3: by districts, not by pairs.
    several = number > 1
    if not several.any():
        return 0.0
    pairs = (sums**2 - squares)[several] / (number * (number - 1.0))[several]
    return float(np.clip(np.average(pairs, weights=np.sqrt(number[several])), 0, 0.9))


def _logistic(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(values, -30, 30)))
