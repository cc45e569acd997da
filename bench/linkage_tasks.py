"""The labelled tasks beside the repository, and the figures that are drawn from answers to them.

Reads and measures; matches nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

GOLD = Path(__file__).parents[2] / "shared" / "data" / "gold"
TASKS: dict[str, str] = {
    "T1": "public_2019",
    "T2": "hs_public2019_private2013",
    "T3": "hs_public2019_private2013",
    "T4": "public_2019",
    "T5": "public_2015",
    "T6": "private_2017",
    "T7": "public_2023_ca_fl_wa",
}
"""Each task with its directory."""


def load_task(name: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Records, truth (row by row the same record) and directory sorted by id; records of kind `suspect` are left out."""
    records = pd.read_csv(GOLD / "tasks" / f"{name}_inputs.csv.gz", dtype="str")
    truth = pd.read_csv(GOLD / "tasks" / f"{name}_truth.csv.gz", dtype="str")
    both = records.merge(truth, on="record_id", validate="1:1").sort_values("record_id", ignore_index=True)
    both = both[both["kind"] != "suspect"].reset_index(drop=True)
    directory = pd.read_csv(GOLD / "directory" / f"{TASKS[name]}.csv.gz", dtype="str")
    directory = directory.sort_values("nces_id", ignore_index=True)
    return both[records.columns], both[["record_id", "truth", "kind"]], directory


NCES = GOLD.parent / "nces"
OTHER_YEARS: dict[str, tuple[str, ...]] = {
    "T1": ("public 2015",),
    "T2": ("public 2015", "private 2015"),
    "T3": ("public 2015", "private 2015"),
    "T5": ("public 2019",),
    "T6": ("private 2015",),
    "T7": ("public 2019",),
}
"""Lists of other years than the task's directory whose names of the same ids may be compared; none is the task's own source."""
_LISTS = {
    "public 2015": ("ccd_sch_129_1516_characteristics.csv.gz", "NCESSCH", "SCH_NAME"),
    "public 2019": ("ccd_directory_2019_urban.csv.gz", "ncessch", "school_name"),
    "private 2015": ("pss_1516.csv.gz", "ncessch", "name"),
}


def names_of_other_years(task: str) -> pd.DataFrame | None:
    """nces_id and school_name of the other years' lists of a task; None where there is none or the files are not there."""
    parts = []
    for name in OTHER_YEARS.get(task, ()):
        file, key, named = _LISTS[name]
        if not (NCES / file).is_file():
            return None
        listed = pd.read_csv(NCES / file, dtype="str", encoding="latin-1", usecols=[key, named])
        parts.append(listed.rename(columns={key: "nces_id", named: "school_name"}))
    return pd.concat(parts, ignore_index=True) if parts else None


@dataclass(frozen=True)
class Figures:
    """One task. Recall over all records with a true school; false accepts over all without one."""

    task: str
    top1: float
    recall_at: dict[float, float]
    precision: float
    recall: float
    false_accepts: float
    review: float

    def line(self) -> str:
        """One line for people."""
        at = "  ".join(f"R{100 * p:g} {r:.4f}" for p, r in self.recall_at.items())
        return (
            f"{self.task}  first choice {self.top1:.4f}  {at}  |  auto: precision {self.precision:.4f} "
            f"recall {self.recall:.4f}  false accepts {self.false_accepts:.4f}  not automatic {self.review:.4f}"
        )


def recall_at(score: np.ndarray, right: np.ndarray, positives: int, precision: float) -> float:
    """Highest recall over all thresholds whose precision is at least that; equal scores stand or fall together."""
    given = ~np.isnan(score)
    order = np.argsort(-score[given], kind="stable")
    ordered, hits = score[given][order], np.cumsum(right[given][order])
    last = np.append(ordered[1:] != ordered[:-1], True) if len(ordered) else np.zeros(0, dtype=bool)
    answered = np.arange(1, len(ordered) + 1)
    fine = last & (hits / answered >= precision)
    return float(hits[fine].max() / positives) if fine.any() else 0.0


def figures(
    task: str, score: np.ndarray, right: np.ndarray, positive: np.ndarray, auto: np.ndarray | None = None
) -> Figures:
    """Figures from the score of each record's answer (NaN: none), whether it is right, and what was automatic."""
    if auto is None:
        from pipelines.linked.match_model import decide, load_model

        auto = decide(load_model(), score, np.zeros(len(score), dtype=np.int64)) == "auto"
    positives, negatives = int(positive.sum()), int((~positive).sum())
    return Figures(
        task=task,
        top1=float(right.sum() / positives),
        recall_at={p: recall_at(score, right, positives, p) for p in (0.99, 0.995, 0.999)},
        precision=float(right[auto].mean()) if auto.any() else 1.0,
        recall=float((right & auto).sum() / positives),
        false_accepts=float((auto & ~positive).sum() / max(negatives, 1)),
        review=float(1 - auto.mean()),
    )
