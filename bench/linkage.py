"""`make linkage`: the school matcher and general tools on the labelled tasks, as a page: bench/linkage.md.

Every tool runs in a process of its own, so that seconds and memory are its own. Measures; declares and learns nothing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.linkage_peers import COLUMNS, PEERS
from bench.linkage_review import HEAD
from bench.linkage_review import run as run_review
from bench.linkage_tasks import GOLD, TASKS, Figures, figures, load_task, names_of_other_years, recall_at

PAGE = Path(__file__).parent / "linkage.md"
OURS = "cleanup link"
UNSEEN = "cleanup link, states not seen"
TARGETS = {"T1": 0.96, "T2": 0.94, "T3": 0.975, "T4": 0.984, "T5": 0.997, "T6": 0.955, "T7": 0.945}
"""Recall to reach at the product's own limit (issue 4)."""


@dataclass(frozen=True)
class Rung:
    """What one rung settles. Recall and R: of all records of the task with a true school, by this rung alone."""

    answers: int
    share: float
    right: float
    recall: float
    recall_at: dict[float, float]
    false_accepts: float


@dataclass(frozen=True)
class Run:
    """One tool on one task. `rungs`: figures per rung, where the tool has rungs."""

    tool: str
    task: str
    figures: Figures
    seconds: float
    megabytes: float
    rungs: dict[str, Rung]


def run(tool: str, task: str) -> Run:
    """Answers of a tool to a task, measured in this process."""
    records, truth, directory = load_task(task)
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    auto: np.ndarray | None = None
    if tool == OURS:
        from pipelines.linked.match_schools import match_schools

        found = match_schools(records, directory).set_index("record_id").loc[records["record_id"]]
        ids, score = found["nces_id"].to_numpy(object), found["score"].to_numpy(float)
        auto = (found["decision"] == "auto").to_numpy()
    else:
        ids, score = PEERS[tool](records, directory)
    after = resource.getrusage(resource.RUSAGE_SELF)
    right = _right(ids, truth)
    positive = truth["truth"].notna().to_numpy()
    if auto is None:
        # A general tool has no limit of its own: the one with hindsight that gives the highest recall at 99.5 percent.
        auto = _hindsight(score, right)
    rungs = {}
    if tool == OURS:
        exact = _same_name(records, directory, ids)
        for name, where in (("automatic, same name", auto & exact), ("automatic, another spelling", auto & ~exact)):
            rungs[name] = _rung(where, right, positive, score)
        review = (found["decision"] == "review").to_numpy()
        rungs["review, first candidate"] = _rung(review, right, positive, score)
        rungs["none"] = _rung(~auto & ~review, right, positive, score)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    took = min(time.monotonic() - started, cpu) if tool == OURS else cpu
    return Run(tool, task, figures(task, score, right, positive, auto), took, after.ru_maxrss / 1024, rungs)


def _rung(where: np.ndarray, right: np.ndarray, positive: np.ndarray, score: np.ndarray) -> Rung:
    n, positives = int(where.sum()), int(positive.sum())
    return Rung(
        n,
        n / len(where),
        int((where & right).sum()) / max(n, 1),
        int((where & right).sum()) / positives,
        {p: recall_at(score[where], right[where], positives, p) for p in (0.99, 0.995, 0.999)},
        int((where & ~positive).sum()) / max(int((~positive).sum()), 1),
    )


def _right(ids: np.ndarray, truth: pd.DataFrame) -> np.ndarray:
    sets = truth["truth"].fillna("").str.split("|")
    return np.array([i is not None and i == i and i in t for i, t in zip(ids, sets, strict=True)], dtype=bool)


def _hindsight(score: np.ndarray, right: np.ndarray) -> np.ndarray:
    filled = np.where(np.isnan(score), -np.inf, score)
    order = np.argsort(-filled, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last = np.append(filled[order][1:] != filled[order][:-1], True) & np.isfinite(filled[order])
    fine = np.flatnonzero(last & (precision >= 0.995))
    return filled >= filled[order][fine[-1]] if len(fine) else np.zeros(len(score), dtype=bool)


def _same_name(records: pd.DataFrame, directory: pd.DataFrame, ids: np.ndarray) -> np.ndarray:
    from pipelines.linked.names import school_name_key

    listed = directory.set_index("nces_id")["school_name"]
    return school_name_key(records["school_name"]).to_numpy() == school_name_key(pd.Series(ids).map(listed)).to_numpy()


def in_a_process(tool: str, task: str) -> Run | str:
    """`run` in a new process; the error in words when it fails."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        try:
            return pool.apply(run, (tool, task))
        except Exception as error:
            return f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error) else ''}"


def with_recordlinkage(python: Path, task: str) -> Run | str:
    """recordlinkage on a task, by another Python; the error in words when it fails."""
    records, truth, directory = load_task(task)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.csv" for name in ("records", "truth", "directory", "answers")]
        for frame, path in zip((records, truth, directory), files, strict=False):
            frame.to_csv(path, index=False)
        script = Path(__file__).with_name("linkage_recordlinkage.py")
        done = subprocess.run([python, script, *files], capture_output=True, text=True, check=False)
        if done.returncode:
            return f"recordlinkage on {task}: {(done.stderr.strip().splitlines() or ['no message'])[-1][:160]}"
        answers = pd.read_csv(files[3], dtype={"record_id": "str", "nces_id": "str"}).set_index("record_id")
    found = answers.reindex(records["record_id"])
    right = _right(found["nces_id"].to_numpy(object), truth)
    score = found["score"].to_numpy(float)
    measured = figures(task, score, right, truth["truth"].notna().to_numpy(), _hindsight(score, right))
    used = json.loads(done.stdout.splitlines()[-1])
    return Run("recordlinkage, 300 labels", task, measured, used["seconds"], used["megabytes"], {})


def unseen(names: tuple[str, ...]) -> list[Figures]:
    """Figures by weights that were learnt in other states (three parts of the states)."""
    from bench.learn_linkage import cross_validate, show
    from bench.linkage_labels import gather, one_hot
    from pipelines.linked.match_levels import LEVELS

    data = gather(names)
    return show(data, names, *cross_validate(data, one_hot(data.codes, LEVELS)))


def unseen_with_names(names: tuple[str, ...]) -> list[tuple[Figures, Figures]]:
    """Figures of `cleanup link` on files of states that its weights were not learnt from, without and with other years' names.

    Each third of the states is a file of its own, as somebody would bring it.
    """
    from bench.learn_linkage import learn
    from bench.linkage_labels import FOLDS, gather, one_hot
    from pipelines.linked.match_levels import LEVELS
    from pipelines.linked.match_schools import match_schools

    data = gather(names)
    x = one_hot(data.codes, LEVELS)
    models = [learn(data, data.fold != fold, x) for fold in range(FOLDS)]
    out = []
    for number, task in enumerate(names):
        records, truth, directory = load_task(task)
        fold = data.fold[data.task == number]
        both = []
        for other in (None, names_of_other_years(task)):
            parts = [
                match_schools(records[fold == at], directory, model, other_names=other)
                for at, model in enumerate(models)
                if (fold == at).any()
            ]
            both.append(_figures_of(task, pd.concat(parts), records, truth))
        out.append((both[0], both[1]))
    return out


def _figures_of(task: str, answers: pd.DataFrame, records: pd.DataFrame, truth: pd.DataFrame) -> Figures:
    found = answers.set_index("record_id").loc[records["record_id"]]
    right, auto = _right(found["nces_id"].to_numpy(object), truth), (found["decision"] == "auto").to_numpy()
    return figures(task, found["score"].to_numpy(float), right, truth["truth"].notna().to_numpy(), auto)


def renewed(task: str = "T7") -> tuple[int, int, int]:
    """Renumbered schools, how many of them are the first choice, and how many are matched automatically."""
    from pipelines.linked.match_schools import match_schools

    records, truth, directory = load_task(task)
    found = match_schools(records, directory).set_index("record_id").loc[records["record_id"]]
    mine = (truth["kind"] == "renumbered").to_numpy()
    right = mine & _right(found["nces_id"].to_numpy(object), truth)
    return int(mine.sum()), int(right.sum()), int((right & (found["decision"] == "auto").to_numpy()).sum())


RECORDLINKAGE = (
    "recordlinkage asks for pandas below 3 and cannot be installed beside this project. With `--recordlinkage-python PATH`, the Python",
    "of an environment that has it, it is run there (bench/linkage_recordlinkage.py: five blocks, Jaro-Winkler, logistic regression on",
    "300 labelled records, which its figures include). Its memory is at least that of the process that starts it.",
)


def with_names_of_other_years(names: tuple[str, ...]) -> list[tuple[Figures, Figures]]:
    """Figures of `cleanup link` without and with the names that other years' lists give the same ids."""
    from pipelines.linked.match_schools import match_schools

    out = []
    for task in names:
        more = names_of_other_years(task)
        if more is None:
            continue
        records, truth, directory = load_task(task)
        one, two = (
            _figures_of(task, match_schools(records, directory, other_names=other), records, truth)
            for other in (None, more)
        )
        out.append((one, two))
    return out


NAMES = (
    "`cleanup link --other-year FILE` with the lists of other years beside the repository (public 2015-16 and 2019-20, private 2015-16;",
    "never the list that the task's records are taken from).",
)


def _with_names(title: str, said: str, pairs: list[tuple[Figures, Figures]]) -> list[str]:
    if not pairs:
        return []
    lines = [
        f"## {title}",
        "",
        *NAMES,
        said,
        "",
        "| Task | first choice | with names | recall | with names | precision with names | R99.5 | with names |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one, two in pairs:
        cells = _four(
            one.top1, two.top1, one.recall, two.recall, two.precision, one.recall_at[0.995], two.recall_at[0.995]
        )
        lines.append("| " + " | ".join([one.task, *cells]) + " |")
    return [*lines, ""]


def page(
    runs: list[Run | str],
    states: list[Figures],
    renumbered: tuple[int, int, int],
    names: list[tuple[Figures, Figures]],
    unseen_names: list[tuple[Figures, Figures]],
    review: list[str],
) -> str:
    """bench/linkage.md."""
    from pipelines.linked.match_model import load_model

    model, done = load_model(), [one for one in runs if isinstance(one, Run)]
    lines = [
        "# Linking schools: what it reaches",
        "",
        "Written by `make linkage` on the labelled tasks beside the repository. Model: learnt from "
        + model.learnt_from
        + ".",
        "",
        "Precision: right answers of all answers given. Recall: right answers of all records with a true school. R99.5: highest recall",
        "at a precision of at least 99.5 %. False accepts: automatic answers among records without a true school.",
        "",
        "## At the product's own limit, in states the weights were not learnt from",
        "",
        "Weights and confidence are learnt from two thirds of the states and asked in the other third; three times.",
        "",
        "| Task | precision | recall | to reach | R99 | R99.5 | R99.9 | false accepts | not automatic | records without a school |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in states:
        at = one.recall_at
        cells = [one.task, *_four(one.precision, one.recall), str(TARGETS[one.task])]
        cells += [
            *_four(at[0.99], at[0.995], at[0.999], one.false_accepts, one.review),
            f"{_share_without(one.task):.4f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        f"Renumbered schools of T7 (weights of all states): {renumbered[0]}; first choice {renumbered[1]}, automatic {renumbered[2]}.",
        "",
        "## Beside general tools",
        "",
        "`cleanup link` with the committed weights, which have seen these states; the tools with their best limit in hindsight",
        f"and all columns ({', '.join(COLUMNS)}), within the state. Seconds are processor time, memory the peak of the process.",
        "",
        "| Tool | Task | precision | recall | R99 | R99.5 | R99.9 | false accepts | seconds | MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in done:
        f = one.figures
        cells = [
            one.tool,
            one.task,
            *_four(f.precision, f.recall, f.recall_at[0.99], f.recall_at[0.995], f.recall_at[0.999]),
        ]
        lines.append(
            "| " + " | ".join([*cells, f"{f.false_accepts:.4f}", f"{one.seconds:.0f}", f"{one.megabytes:.0f}"]) + " |"
        )
    failed = [one for one in runs if isinstance(one, str)]
    lines += ["", *(f"Not run: {one}." for one in failed)]
    lines += [
        "",
        *RECORDLINKAGE,
        "",
        *_with_names(
            "With the names of other years, in states the weights were not learnt from",
            "Each third of the states as a file of its own.",
            unseen_names,
        ),
        *_with_names(
            "With the names of other years, by the committed weights",
            "They have seen these states: compare the two columns, not the level.",
            names,
        ),
        "## What a person is shown",
        "",
        "By the committed weights: cases that no automatic answer settles, those of them with a school, whose school is listed, and",
        "where it stands; behind the bar the same over all records with a school (bench/linkage_review.py).",
        "",
        "```text",
        *review,
        "```",
        "",
        "## By rung",
        "",
        "Share of the task's records, and right answers of those given. Recall and R99 to R99.9: of all records with a true school, by",
        "this rung alone. Records without a school: their share that the rung answers (automatic ones are the false accepts). The ids of",
        "the tasks are hidden, so the rungs of given ids have nothing to settle here.",
        "",
        "| Task | rung | records | share | right | recall | R99 | R99.5 | R99.9 | records without a school |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in done:
        for name, rung in one.rungs.items():
            cells = [one.task, name, f"{rung.answers:,}"]
            cells += _four(rung.share, rung.right, rung.recall, *rung.recall_at.values(), rung.false_accepts)
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _four(*values: float) -> list[str]:
    return [f"{value:.4f}" for value in values]


def _share_without(task: str) -> float:
    return float(load_task(task)[1]["truth"].isna().mean())


def main() -> None:
    """Run everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--out", type=Path, default=PAGE)
    parser.add_argument("--recordlinkage-python", type=Path, help="Python of an environment that has recordlinkage")
    asked = parser.parse_args()
    if not (GOLD / "tasks").is_dir():
        raise SystemExit(f"there are no labelled tasks at {GOLD}; they are not part of the repository")
    names = tuple(asked.tasks.split(","))
    runs: list[Run | str] = []
    for tool in (OURS, *PEERS):
        for task in names:
            got = in_a_process(tool, task)
            runs.append(got if isinstance(got, Run) else f"{tool} on {task}: {got}")
            print(
                runs[-1] if isinstance(got, str) else f"{tool}  {got.figures.line()}  {got.seconds:.1f} s", flush=True
            )
    if asked.recordlinkage_python:
        runs += [with_recordlinkage(asked.recordlinkage_python, task) for task in names]
    shown = [HEAD, *(run_review(name, other_years=False)[0].line() for name in names)]
    told = page(runs, unseen(names), renewed(), with_names_of_other_years(names), unseen_with_names(names), shown)
    asked.out.write_text(told, encoding="utf-8")
    print(f"{asked.out} written")


if __name__ == "__main__":
    main()
