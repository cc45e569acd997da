"""A table of one's own made fit to publish, from the command line."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.season.hide_table import hide_table

TABLE = """place,state,school_year,enrolled,female
WA,,2018-19,300,120
Ash,WA,2018-19,100,4
Birch,WA,2018-19,90,50
Cedar,WA,2018-19,110,66
WA,,2017-18,200,100
Ash,WA,2017-18,100,50
Birch,WA,2017-18,100,50
"""


def test_a_small_count_and_a_sibling_are_hidden(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    options = ["--key", "place,school_year", "--total", "enrolled", "--split", "gender=female", "--parent", "state"]
    shown = CliRunner().invoke(app, ["hide-small", str(tmp_path / "t.csv"), "--out", str(tmp_path / "o.csv"), *options])
    assert shown.exit_code == 0, shown.output
    assert "2 of 7 rows have hidden counts" in shown.output
    out = pd.read_csv(tmp_path / "o.csv").set_index(["place", "school_year"])
    hidden = out.index[out["female"].isna()].tolist()
    assert hidden == [("Ash", "2018-19"), ("Birch", "2018-19")]
    assert out.loc[("Ash", "2018-19"), "hidden_counts"] == "gender"
    assert out["enrolled"].notna().all()


def test_what_was_published_last_is_counted_as_known(tmp_path: Path) -> None:
    """Birch was shown before and has not changed, so Cedar is hidden with Ash, or the sum is."""
    (tmp_path / "t.csv").write_text(TABLE)
    earlier = TABLE.replace("WA,,2018-19,300,120", "WA,,2018-19,300,146").replace("100,4\n", "100,30\n")
    (tmp_path / "was.csv").write_text(earlier)
    hide_table(
        tmp_path / "was.csv", tmp_path / "before.csv", ["place", "school_year"], "enrolled", ["gender=female"], "state"
    )
    hide_table(
        tmp_path / "t.csv",
        tmp_path / "o.csv",
        ["place", "school_year"],
        "enrolled",
        ["gender=female"],
        "state",
        tmp_path / "before.csv",
    )
    out = pd.read_csv(tmp_path / "o.csv").set_index(["place", "school_year"])
    assert out.index[out["female"].isna()].tolist() == [("WA", "2018-19"), ("Ash", "2018-19")]


@pytest.mark.parametrize(
    ("table", "split", "sentence"),
    [
        (TABLE, "gender=women", "has no column women"),
        (TABLE.replace("100,4", "100,four"), "gender=female", "row 3: female must be a whole number"),
        (TABLE.replace("100,4", "100,-4"), "gender=female", "row 3: female must be a whole number"),
        (TABLE, "female", "a split is written name=column"),
        (TABLE + "Ash,WA,2018-19,1,1\n", "gender=female", "a label twice"),
    ],
)
def test_what_cannot_be_read_ends_in_a_sentence(table: str, split: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(table)
    with pytest.raises(ValueError, match=sentence):
        hide_table(tmp_path / "t.csv", tmp_path / "o.csv", ["place", "school_year"], "enrolled", [split], "state")
    assert not (tmp_path / "o.csv").exists()
