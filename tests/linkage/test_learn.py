"""Answers of people become training pairs: read from a table, and refused in words when they cannot be."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bench.linkage_labels import read_pairs

SCHOOLS = pd.DataFrame([("410000000001", "OR", "Nestucca High")], columns=["nces_id", "state", "school_name"])


def test_an_empty_id_means_that_there_is_no_such_school(tmp_path: Path) -> None:
    SCHOOLS.to_csv(tmp_path / "schools.csv", index=False)
    rows = [("OR", "Nestuca H S", "410000000001"), ("OR", "Grand Hotel", None)]
    pd.DataFrame(rows, columns=["state", "school_name", "nces_id"]).to_parquet(tmp_path / "answers.parquet")
    records, truth, directory = read_pairs(tmp_path / "answers.parquet", tmp_path / "schools.csv")
    assert records["school_name"].tolist() == ["Nestuca H S", "Grand Hotel"]
    assert truth["truth"].notna().tolist() == [True, False]
    assert directory["nces_id"].tolist() == ["410000000001"]
    assert "nces_id" not in records


def test_an_answer_outside_the_directory_is_refused(tmp_path: Path) -> None:
    SCHOOLS.to_csv(tmp_path / "schools.csv", index=False)
    SCHOOLS.assign(nces_id="410000000009").to_csv(tmp_path / "answers.csv", index=False)
    with pytest.raises(ValueError, match=r"410000000009 is no school of schools\.csv"):
        read_pairs(tmp_path / "answers.csv", tmp_path / "schools.csv")
