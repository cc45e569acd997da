"""What people answered about records, as pairs that the school matcher can learn from.

Chooses answers and writes them; learning, and whether new weights are taken, is `make learn`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.linked.decided_records import DECIDED, NO_SCHOOL
from pipelines.linked.match_sides import COLUMNS
from pipelines.shared.steps import Workspace

BY_NAME = ("not_found", "scored", "same_name_same_district", "same_name_same_city")
"""What the ladder said of records whose names and places alone had to tell; where several schools fitted, the score says so."""


@dataclass(frozen=True)
class Pairs:
    """table: columns of a record and nces_id, null where the answer was that it is none of the directory's schools.
    left_out: different records that were asked about because of their ids, or that give no name or no state."""

    table: pd.DataFrame
    left_out: int


def training_pairs(decided: pd.DataFrame, before: pd.DataFrame) -> Pairs:
    """Each different record that a person decided on, once.

    decided: table `linked_records` with the decisions in it. before: those of its rows that decisions changed, as the
    ladder left them. Sorted by all columns; two different answers for one record are two pairs. Answers to questions that
    ids raised are left out: what decided them is not in the names and places that the matcher compares.
    """
    known = [name for name in COLUMNS if name in decided]
    mine = decided[decided["match_reason"].isin([DECIDED, NO_SCHOOL])]
    between = (before["match_reason"] == "ambiguous") & before["match_score"].notna()
    by_name = before[before["match_reason"].isin(BY_NAME) | between]
    asked = mine["record_id"].isin(by_name["record_id"])
    asked &= mine["school_name"].notna() & mine["state"].notna()
    pairs = mine[[*known, "nces_school_id"]].rename(columns={"nces_school_id": "nces_id"})
    taken = pairs[asked].drop_duplicates().sort_values([*known, "nces_id"], ignore_index=True)
    return Pairs(taken, len(pairs[~asked].drop_duplicates()))


def write_training_pairs(workspace: Workspace, school_year: str, out: Path | None = None) -> tuple[Path, Pairs]:
    """Write the pairs of a year that has been run as CSV, by default into the data folder; returns where, and the pairs.

    Raises ValueError when the year has not been run.
    """
    store = workspace.store
    if not store.exists("linked", "linked_records", school_year):
        ran = ", ".join(store.years("linked", "linked_records")) or "none"
        raise ValueError(f"{school_year} has not been run; years with records: {ran}. Run: cleanup run {school_year}")
    pairs = training_pairs(
        store.read("linked_records", school_year),
        store.read("linked_records", school_year, name="linked_records.undecided"),
    )
    path = out or Path(store.root) / "review" / f"pairs_{school_year}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    pairs.table.to_csv(beside, index=False)
    beside.replace(path)
    return path, pairs
