"""No change may fall below the floors of bench/linkage_floors.yml, on a sample of the states of each labelled task."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from bench.linkage_tasks import GOLD, TASKS, figures, load_task
from pipelines.linked.match_schools import match_schools

DECLARED = yaml.safe_load((Path(__file__).parents[2] / "bench" / "linkage_floors.yml").read_text(encoding="utf-8"))
EVERY = 4


def in_sample(state: str) -> bool:
    return sum(state.encode()) % EVERY == 0


@pytest.mark.real
@pytest.mark.skipif(not (GOLD / "tasks").is_dir(), reason="../shared/data is not there")
@pytest.mark.parametrize("task", TASKS)
def test_no_task_falls_below_its_floor(task: str) -> None:
    records, truth, directory = load_task(task)
    part = records["state"].map(in_sample).to_numpy()
    found = match_schools(records[part], directory[directory["state"].map(in_sample)])
    truth = truth[part].set_index("record_id").loc[found["record_id"]]
    right = np.array([i in set(t.split("|")) for i, t in zip(found["nces_id"], truth["truth"].fillna(""), strict=True)])
    got = figures(
        task,
        found["score"].to_numpy(float),
        right,
        truth["truth"].notna().to_numpy(),
        (found["decision"] == "auto").to_numpy(),
    )
    floor = DECLARED["floors"][task]
    assert got.precision >= floor["precision"], got.line()
    assert got.recall >= floor["recall"], got.line()
    assert got.recall_at[0.995] >= floor["recall_at_0.995"], got.line()
    assert got.false_accepts <= floor["false_accepts"], got.line()


def test_floors_name_every_task_and_a_lowered_one_says_why() -> None:
    assert set(DECLARED["floors"]) == set(TASKS)
    for one in DECLARED["lowered"]:
        assert set(one) == {"task", "measure", "from", "to", "on", "why"}
