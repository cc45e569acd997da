"""`make learn`: learns the weights of schemas/linkage/school_match.yml from the labelled tasks and from people's answers.

Runs outside the pipeline, prints what states it has not seen would have got, and writes the file with --write.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import yaml
from scipy import optimize, sparse

from bench.linkage_labels import FOLDS, Labelled, Loaded, gather, one_hot, read_pairs
from bench.linkage_tasks import GOLD, TASKS, Figures, figures
from pipelines.linked.match_beside import surroundings
from pipelines.linked.match_levels import LEVELS
from pipelines.linked.match_model import (
    AROUND,
    BENDS,
    BLOCKED,
    OF_FILE,
    PATH,
    MatchModel,
    bent,
    blocked,
    chances,
    choose,
    levels_of_file,
    load_model,
    worth_of_file,
)

WEIGHT_PENALTY = 2.0
CROSSED_PENALTY = 10.0
"""Comparisons that join others only correct their sum, so they are held back more."""
CONFIDENCE_PENALTY = 5.0


def penalties() -> np.ndarray:
    """How strongly each level of LEVELS is held at 0."""
    return np.concatenate(
        [
            np.full(len(v), CROSSED_PENALTY if " and " in k or "of both" in k else WEIGHT_PENALTY)
            for k, v in LEVELS.items()
        ]
    )


PRIORS = {"numbers": {"differ": -2.0}, "level words": {"contradict": -1.0}, "side words": {"differ": -1.0}}
"""Log-odds to which these levels are held instead of 0: people know what few labelled pairs show."""


def priors() -> np.ndarray:
    """What each level of LEVELS is held at."""
    return np.concatenate([[PRIORS.get(k, {}).get(level, 0.0) for level in levels] for k, levels in LEVELS.items()])


def learn_choice(
    x: sparse.csr_matrix, ok: np.ndarray, record: np.ndarray, weight: np.ndarray, begin: np.ndarray
) -> np.ndarray:
    """Weights under which the right candidate, or none where there is no right one, is most likely chosen."""
    n = len(weight)
    penalty = np.resize(penalties(), x.shape[1])
    penalty[len(penalties()) :] = WEIGHT_PENALTY
    prior = np.zeros(x.shape[1])
    prior[: len(penalties())] = priors()
    has_right = np.bincount(record, weights=ok, minlength=n) > 0
    turned = x.T.tocsr()

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        share = chances(x @ b, record, n)
        right = np.bincount(record, weights=share * ok, minlength=n)
        none = 1 - np.bincount(record, weights=share, minlength=n)
        found = np.maximum(np.where(has_right, right, none), 1e-12)
        wanted = np.where(has_right[record], share * ok / np.maximum(right, 1e-12)[record], 0)
        gradient = turned @ (weight[record] * (share - wanted)) + penalty * (b - prior)
        return float(-(weight * np.log(found)).sum() + (penalty * (b - prior) ** 2).sum() / 2), gradient

    return _least(loss, begin)


def learn_confidence(x: sparse.csr_matrix, right: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Logistic weights; the line's own columns (the first ones) are hardly held back."""
    turned = x.T.tocsr()
    penalty = np.full(x.shape[1], CONFIDENCE_PENALTY)
    penalty[: len(BENDS) + 2] = 0.01

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ b
        value = (weight * np.logaddexp(0, np.where(right, -z, z))).sum() + (penalty * b * b).sum() / 2
        return float(value), turned @ (weight * (1 / (1 + np.exp(-z)) - right)) + penalty * b

    return _least(loss, np.zeros(x.shape[1]))


def _least(loss: Callable[[np.ndarray], tuple[float, np.ndarray]], begin: np.ndarray) -> np.ndarray:
    return optimize.minimize(
        loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 150, "maxcor": 20, "ftol": 1e-7}
    ).x


def _part(data: Labelled, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of those records, and their records renumbered."""
    kept = where[data.record]
    return kept, (np.cumsum(where) - 1)[data.record[kept]]


def file_levels(data: Labelled, scores: np.ndarray) -> dict[str, np.ndarray]:
    """Levels of OF_FILE of every pair; each task is a file of its own, with the directory of its own."""
    out = {name: np.zeros(len(scores), dtype=np.int64) for name in OF_FILE}
    for number, entries in enumerate(data.entries):
        where = data.task == number
        kept, record = _part(data, where)
        file = np.zeros(int(where.sum()), dtype=np.int64)
        for name, levels in levels_of_file(scores[kept], record, data.school[kept], file, entries).items():
            out[name][kept] = levels
    return out


def learn_weights(data: Labelled, where: np.ndarray, x: sparse.csr_matrix) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Weights of LEVELS and of OF_FILE from some records; the levels of all pairs in their files come from the weights
    learnt first."""
    kept, record = _part(data, where)
    first = learn_choice(x[kept], data.ok[kept], record, data.weight[where], np.zeros(x.shape[1]))
    both = sparse.hstack([x, one_hot(file_levels(data, x @ first), OF_FILE)]).tocsr()
    begin = np.concatenate([first, np.zeros(both.shape[1] - x.shape[1])])
    second = learn_choice(both[kept], data.ok[kept], record, data.weight[where], begin)
    parts = np.split(second, np.cumsum([x.shape[1], *(len(levels) for levels in OF_FILE.values())])[:-1])
    return parts[0], dict(zip(OF_FILE, parts[1:], strict=True))


def answers(data: Labelled, scores: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, sparse.csr_matrix, np.ndarray]:
    """Per record: whether its first choice is right, the columns of the confidence, and whether it has candidates."""
    n = len(data.task)
    choice = choose(scores, data.record, data.school, n)
    has = choice.first >= 0
    around = surroundings(data.codes, levels, scores, data.record, choice)
    line = bent(chances(scores, data.record, n)[choice.first])
    columns = [sparse.csr_matrix(line), *(one_hot({k: around[k]}, {k: v}) for k, v in AROUND.items())]
    return has & data.ok[choice.first], sparse.hstack(columns).tocsr(), has


def cross_validate(data: Labelled, x: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Score and right answer of each record by weights learnt in other states."""
    n = len(data.task)
    scores, levels = np.zeros(len(data.record)), np.zeros(len(data.record), dtype=np.int64)
    for fold in range(FOLDS):
        weights, of_file = learn_weights(data, data.fold != fold, x)
        mine = (data.fold == fold)[data.record]
        plain = x @ weights
        found = file_levels(data, plain)
        scores[mine] = (plain + worth_of_file(of_file, found))[mine]
        levels[mine] = found["claims"][mine]
    right, columns, has = answers(data, scores, levels)
    held = blocked(load_model(), data.codes, choose(scores, data.record, data.school, n).first)
    sure = np.full(n, np.nan)
    for fold in range(FOLDS):
        learnt, asked = has & (data.fold != fold), has & (data.fold == fold)
        b = learn_confidence(columns[learnt], right[learnt], data.weight[learnt])
        sure[asked] = 1 / (1 + np.exp(-(columns[asked] @ b)))
    return np.where(held, np.minimum(sure, BLOCKED), sure), right


def show(data: Labelled, names: tuple[str, ...], sure: np.ndarray, right: np.ndarray) -> list[Figures]:
    """Print and return the figures of each task."""
    found = []
    for number, name in enumerate(names):
        mine = data.task == number
        found.append(figures(name, sure[mine], right[mine], data.positive[mine]))
        print(found[-1].line(), flush=True)
    return found


def version_of(names: tuple[str, ...]) -> str:
    """Tasks and a short hash of their files."""
    digest = hashlib.sha256()
    for name in names:
        for ending in ("inputs", "truth"):
            digest.update((GOLD / "tasks" / f"{name}_{ending}.csv.gz").read_bytes())
    return f"{', '.join(names)} of ../shared/data/gold, sha256 {digest.hexdigest()[:12]}"


def learn(data: Labelled, where: np.ndarray, x: sparse.csr_matrix) -> MatchModel:
    """The model that some records teach; limits and blocks are those of the declared one."""
    weights, of_file = learn_weights(data, where, x)
    plain = x @ weights
    levels = file_levels(data, plain)
    right, columns, has = answers(data, plain + worth_of_file(of_file, levels), levels["claims"])
    taught = has & where
    b = learn_confidence(columns[taught], right[taught], data.weight[taught])
    line = len(BENDS) + 2
    return dataclasses.replace(
        load_model(),
        weights=_apart(weights, LEVELS),
        of_file=of_file,
        slopes=b[:line],
        confidence=_apart(b[line:], AROUND),
    )


def _apart(weights: np.ndarray, levels: dict[str, tuple[str, ...]]) -> dict[str, np.ndarray]:
    ends = np.cumsum([len(names) for names in levels.values()])[:-1]
    return dict(zip(levels, np.split(weights, ends), strict=True))


def write_model(model: MatchModel, names: tuple[str, ...], path: Path) -> None:
    """Write the model over the file, which keeps its limits and blocks."""
    old = yaml.safe_load(path.read_text(encoding="utf-8"))
    written = {
        "learnt_from": version_of(names),
        "learnt_on": datetime.date.today().isoformat(),
        "auto": old["auto"],
        "review": old["review"],
        "blocks": old["blocks"],
        "comparisons": {name: _named(levels, model.weights[name]) for name, levels in LEVELS.items()},
        **{name: _named(levels, model.of_file[name]) for name, levels in OF_FILE.items()},
        "confidence": {
            "start": round(float(model.slopes[0]), 3),
            "slopes": [round(float(slope), 3) for slope in model.slopes[1:]],
            **{name: _named(levels, model.confidence[name]) for name, levels in AROUND.items()},
        },
    }
    head = "".join(f"# {line}\n" for line in HEAD)
    path.write_text(head + yaml.safe_dump(written, sort_keys=False, width=118, allow_unicode=True), encoding="utf-8")
    print(f"{path.name} written")


def everyone(data: Labelled) -> np.ndarray:
    """All records."""
    return np.ones(len(data.task), dtype=bool)


HEAD = (
    "Which school is it? What each level of each comparison is worth, in log-odds. Written by bench/learn_linkage.py.",
    "A pair's score is the sum of its levels; 'no school of the directory' has the score 0. Levels that stand in no line are",
    "worth 0 (too rare to learn from). Comparisons that join two others are corrections to the sum of those two.",
    "Rarity is in bits: a word of every 8th school of the state has 3. 'claims', 'first listed', 'listing' look at the file's other records.",
    "The confidence is a line with bends (at log-odds 0, 2, 4, 6) through the chance of the first choice, plus levels.",
    "'auto': answers at least 'sure'; in a file of clear records also less sure ones, down to 'least', as long as the expected",
    "share of wrong ones stays below expected_wrong. 'blocks': levels that keep an answer from being automatic whatever the rest.",
)


def _named(levels: tuple[str, ...], weights: np.ndarray) -> dict[str, float]:
    return {level: round(float(w), 2) for level, w in zip(levels, weights, strict=True) if abs(w) >= 0.005}


ANSWERED = "answered"
SHOWN = 10
"""Answered pairs that are named, of those that got better and of those that got worse."""
MAY_FALL = 0.001
"""Recall at 99.5 percent that a task may lose by learning from answers before the new weights are refused."""


def learn_from_answers(pairs: Loaded, names: tuple[str, ...], accept: bool) -> bool:
    """Show what the answers change on pairs that neither side has seen; whether the new weights may be written.

    Both sides are cross-validated by state. The new weights are refused when a task loses more than MAY_FALL of its
    recall at 99.5 percent, or more answered pairs get worse than better, unless `accept` says otherwise.
    """
    everything = gather((*names, ANSWERED), {ANSWERED: pairs})
    x = one_hot(everything.codes, LEVELS)
    answered = everything.task == len(names)
    print("without the answers", flush=True)
    silent = dataclasses.replace(everything, weight=np.where(answered, 0.0, everything.weight))
    before = show(silent, (*names, ANSWERED), *(old := cross_validate(silent, x)))
    print("with the answers", flush=True)
    after = show(everything, (*names, ANSWERED), *(new := cross_validate(everything, x)))
    right_before, right_after = old[1][answered], new[1][answered]
    better, worse = int((right_after & ~right_before).sum()), int((right_before & ~right_after).sum())
    fallen = [b.task for b, a in zip(before, after, strict=True) if a.recall_at[0.995] < b.recall_at[0.995] - MAY_FALL]
    print(f"of {answered.sum()} answered pairs, first choice: {better} better, {worse} worse")
    for told, which in (("better", right_after & ~right_before), ("worse", right_before & ~right_after)):
        for state, name in pairs[0].loc[which, ["state", "school_name"]].head(SHOWN).itertuples(index=False):
            print(f"  {told}: {name}, {state}")
    print(f"tasks that lose more than {MAY_FALL:.1%} of recall at 99.5 %: {', '.join(fallen) or 'none'}")
    good = not fallen and worse <= better
    if not good and not accept:
        print("refused; look at the pairs that got worse, or accept with --accept and say why in the change")
    return good or accept


def main() -> None:
    """Cross-validate by state, and write the model with --write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write schemas/linkage/school_match.yml")
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--no-check", action="store_true", help="do not cross-validate")
    parser.add_argument("--pairs", type=Path, help="people's answers: columns of a record and nces_id (CSV or Parquet)")
    parser.add_argument("--directory", type=Path, help="the schools that the answers chose from")
    parser.add_argument("--accept", action="store_true", help="write although something got worse")
    asked = parser.parse_args()
    names = tuple(asked.tasks.split(","))
    if asked.pairs:
        if not asked.directory:
            parser.error("--pairs needs --directory, the table of schools that the answers chose from")
        pairs = read_pairs(asked.pairs, asked.directory)
        if learn_from_answers(pairs, names, asked.accept) and asked.write:
            data = gather((*names, ANSWERED), {ANSWERED: pairs})
            write_model(learn(data, everyone(data), one_hot(data.codes, LEVELS)), names, PATH)
        return
    data = gather(names)
    x = one_hot(data.codes, LEVELS)
    print(f"{len(data.task)} records, {len(data.record)} pairs, {x.shape[1]} levels", flush=True)
    if not asked.no_check:
        show(data, names, *cross_validate(data, x))
    if asked.write:
        write_model(learn(data, everyone(data), x), names, PATH)


if __name__ == "__main__":
    main()
