"""`python -m bench.linkage_review`: how often the right school stands first among the candidates that a person is shown.

Measures the committed model on the labelled tasks, and counts what the weights of schemas/review_order.py come from; matches
and learns nothing itself.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.linkage_tasks import GOLD, TASKS, load_task, names_of_other_years
from pipelines.linked.match_schools import match_schools
from pipelines.linked.scored import bounded_margin
from pipelines.shared.case_order import openness_of
from pipelines.shared.cases import ids_of
from schemas.review_order import OPENNESS

SHOWN = 5
TO_REACH = 0.95
"""Share of cases with a right candidate in which it stands first (issue 4)."""
HEAD = "task    records    asked  has one   listed    first  first 2  first 3  first 5 | of all  listed    first"


@dataclass(frozen=True)
class Places:
    """Where the right school stands, in one task.

    `asked`: records that no automatic answer settles. `has_right`: those of them that have a school in the directory.
    `listed`: whose school is among the candidates shown. `within[k]`: share of `listed` that has it among the first k.
    The figures beginning with `all_` are over every record with a school, settled or not.
    """

    task: str
    records: int
    asked: int
    has_right: int
    listed: int
    within: dict[int, float]
    all_listed: float
    all_first: float

    def line(self) -> str:
        """One line under HEAD."""
        shares = "  ".join(f"{self.within[k]:7.4f}" for k in (1, 2, 3, SHOWN))
        counts = f"{self.records:9,}{self.asked:9,}{self.has_right:9,}{self.listed:9,}"
        return f"{self.task:<6}{counts}  {shares} |         {self.all_listed:.4f}   {self.all_first:.4f}"


def places_of(candidates: pd.Series, truth: pd.Series) -> np.ndarray:
    """Place of the right school among each record's candidates, 1 the first; 0 where it is not among them.

    `candidates`: schools in words, joined by bars. `truth`: right NCES ids joined by bars, null for no school.
    """
    listed = ids_of(candidates).str.split("|").reset_index(drop=True).explode().dropna()
    right = truth.str.split("|").reset_index(drop=True).explode().dropna()
    place = listed.groupby(level=0).cumcount() + 1
    shown = pd.DataFrame({"record": listed.index, "school": listed.to_numpy(), "place": place.to_numpy()})
    wanted = pd.DataFrame({"record": right.index, "school": right.to_numpy()})
    hits = shown.merge(wanted, on=["record", "school"]).groupby("record")["place"].min()
    return hits.reindex(range(len(truth)), fill_value=0).to_numpy(np.int64)


def measure(task: str, places: np.ndarray, truth: pd.Series, auto: np.ndarray) -> Places:
    """The figures of one task from the place of each record's school and whether it was settled automatically."""
    has = truth.notna().to_numpy()
    asked = places[~auto & has]
    listed = asked[asked > 0]
    within = {k: float((listed <= k).mean()) if len(listed) else 1.0 for k in range(1, SHOWN + 1)}
    return Places(
        task,
        len(truth),
        int((~auto).sum()),
        len(asked),
        len(listed),
        within,
        float((places[has] > 0).mean()),
        float((places[has] == 1).mean()),
    )


def run(task: str, other_years: bool) -> tuple[Places, pd.DataFrame]:
    """The figures of one labelled task, with or without the names that lists of other years give the schools.

    Also its cases that are not automatic: openness and the place of the right school.
    """
    records, truth, directory = load_task(task)
    names = names_of_other_years(task) if other_years else None
    found = match_schools(records, directory, list_all=True, other_names=names)
    found = found.set_index("record_id").loc[records["record_id"]]
    places, auto = places_of(found["candidates"], truth["truth"]), (found["decision"] == "auto").to_numpy()
    margin = pd.Series(bounded_margin(found["margin"]), index=found.index)
    openness = openness_of(found["candidates"], found["score"], margin)
    asked = pd.DataFrame({"openness": openness.to_numpy(object), "place": places})[~auto]
    return measure(task, places, truth["truth"], auto), asked


def by_openness(asked: pd.DataFrame) -> pd.DataFrame:
    """Cases of each level, the share whose school is shown, and the share in which it stands first.

    asked: openness, and place as `places_of` gives it.
    """
    told = asked.assign(shown=asked["place"] > 0, first=asked["place"] == 1)
    levels = told.groupby("openness").agg(cases=("shown", "size"), shown=("shown", "mean"), first=("first", "mean"))
    return levels.reindex([level for level in OPENNESS if level in levels.index])


def main() -> None:
    """Print a line per task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--other-years", action="store_true", help="compare names of other years too")
    asked = parser.parse_args()
    if not (GOLD / "tasks").is_dir():
        raise SystemExit(f"there are no labelled tasks at {GOLD}; they are not part of the repository")
    print(HEAD, flush=True)
    cases = []
    for task in asked.tasks.split(","):
        found, left = run(task, asked.other_years)
        cases.append(left)
        print(found.line(), flush=True)
    print(f"To reach: the first is right in {TO_REACH:.0%} of the cases asked whose school is listed.")
    print(f"\n{by_openness(pd.concat(cases)).round(3).to_string()}")


if __name__ == "__main__":
    main()
