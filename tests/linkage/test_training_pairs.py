"""Answers of people as training pairs: one for each different record, and only where names and places had to tell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bench.linkage_labels import read_pairs
from pipelines.season.training_pairs import training_pairs
from pipelines.shared.findings import conform

A, B = "410000000001", "410000000002"
ROWS = [
    # record_id, name, city, answer, what the ladder said, its score
    ("1", "Nestuca H S", "Cloverdale", A, "not_found", 0.6),
    ("2", "Nestuca H S", "Cloverdale", A, "not_found", 0.6),
    ("3", "Grand Hotel", "Cloverdale", None, "not_found", None),
    ("4", "Nestucca", "Hebo", B, "ambiguous", 0.5),
    ("5", "Combined Campus", "Hebo", B, "ambiguous", None),
    ("6", "Nestucca High", "Hebo", B, "id_conflict", None),
    ("7", "Nestucca Old", "Hebo", B, "scored", 0.97),
    ("8", None, None, A, "not_found", None),
]


def linked(answered: bool) -> pd.DataFrame:
    names = ["record_id", "school_name", "city", "nces_school_id", "match_reason", "match_score"]
    frame = pd.DataFrame(ROWS, columns=names).assign(state="OR", source="or", school_year="2018-19", file="f", row=2)
    if answered:
        found = frame["nces_school_id"].notna()
        frame["match_reason"] = found.map({True: "decided_by_person", False: "decided_no_school"})
        frame["match_score"] = found.map({True: 1.0, False: None})
        left = frame.iloc[:1].assign(record_id="9", match_reason="scored", school_name="Nobody asked")
        frame = pd.concat([frame, left], ignore_index=True)
    return conform(frame, "linked_records")


def test_each_record_once_and_none_that_an_id_raised() -> None:
    pairs = training_pairs(linked(answered=True), linked(answered=False))
    told = pairs.table[["school_name", "nces_id"]].astype(object).where(pairs.table["nces_id"].notna(), None)
    assert pairs.table["school_name"].tolist() == ["Grand Hotel", "Nestuca H S", "Nestucca", "Nestucca Old"]
    assert told["nces_id"].tolist() == [None, A, B, B]
    assert pairs.left_out == 3
    assert "nces_school_id_given" not in pairs.table


def test_the_order_of_rows_changes_nothing() -> None:
    first = training_pairs(linked(answered=True), linked(answered=False)).table
    turned = training_pairs(linked(answered=True).iloc[::-1], linked(answered=False).iloc[::-1]).table
    pd.testing.assert_frame_equal(first, turned)


def test_learning_reads_them_as_they_are_written(tmp_path: Path) -> None:
    table = training_pairs(linked(answered=True), linked(answered=False)).table
    table.to_csv(tmp_path / "pairs.csv", index=False)
    schools = pd.DataFrame({"nces_school_id": [A, B], "state": "OR", "school_name": ["Nestucca High", "Nestucca"]})
    schools.to_parquet(tmp_path / "2018-19.parquet")
    records, truth, directory = read_pairs(tmp_path / "pairs.csv", tmp_path / "2018-19.parquet")
    assert records["school_name"].tolist() == table["school_name"].tolist()
    assert truth["truth"].notna().tolist() == [False, True, True, True]
    assert len(directory) == 2
