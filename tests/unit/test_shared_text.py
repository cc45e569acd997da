"""Text normalisers on the spellings that files have; what holds for any text is in test_received_properties.py."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.shared.text import blank_to_null, fold_spaces, header_key, is_among, match_key


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


@pytest.mark.parametrize("normalise", [fold_spaces, match_key, blank_to_null])
@pytest.mark.parametrize("cells", [["\u00a0a ", None], [None, None], ["  ", " "]])
def test_labels_of_rows_and_the_type_are_kept(normalise, cells: list[str | None]) -> None:
    found = normalise(pd.Series(cells, index=[7, 3], dtype="str"))
    assert found.index.tolist() == [7, 3]
    assert str(found.dtype) == "str"


def test_what_is_given_stays_as_it_was() -> None:
    cells = series([" a  b ", "c"])
    assert fold_spaces(cells).tolist() == ["a b", "c"]
    assert cells.tolist() == [" a  b ", "c"]


def test_being_among_keeps_the_labels() -> None:
    found = is_among(pd.Series(["a", None, "b"], index=[7, 3, 5], dtype="str"), series(["b", None, "b"]))
    assert found.to_dict() == {7: False, 3: False, 5: True}
