"""Text normalisers on the spellings that files have; what holds for any text is in test_received_properties.py."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.shared.text import blank_to_null, header_key, match_key


def series(cells: list[str | None]) -> pd.Series:
    return pd.Series(cells, dtype="str")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("St. Mary’s  High", "st marys high"),
        ("ST MARY'S HIGH", "st marys high"),
        ("Médano\u00a0Alto", "medano alto"),
        ("Arts & Sciences", "arts and sciences"),
        ("K–8 School", "k 8 school"),
        ("…", None),
    ],
)
def test_match_key(text: str, key: str | None) -> None:
    found = match_key(series([text])).iloc[0]
    assert (None if pd.isna(found) else found) == key


def test_markers_become_null_but_other_words_stay() -> None:
    cells = series(["unspecified ", "None", "NA", "", " x\u00a0 y "])
    found = blank_to_null(cells, ("", "unspecified"))
    assert found.isna().tolist() == [True, False, False, True, False]
    assert found.iloc[4] == "x y"


def test_header_key() -> None:
    assert header_key("\ufeffNCES School ID:  ") == "nces school id:"
