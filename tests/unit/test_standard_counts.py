"""Counts as states write them: exact, hidden, missing; and the sum of sections."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.standard.counts import add_sections, parse_counts

NONE = (None, None, None)


def read(*cells: str | None) -> tuple[pd.DataFrame, pd.Series]:
    return parse_counts(pd.Series(list(cells), dtype="str"))


def as_tuple(row: pd.Series) -> tuple[int | None, ...]:
    return tuple(None if pd.isna(row[c]) else int(row[c]) for c in ("value", "low", "high"))


@pytest.mark.parametrize(
    ("cell", "numbers", "status"),
    [
        ("12", (12, 12, 12), "exact"),
        (" 012 ", (12, 12, 12), "exact"),
        ("1,234", (1234, 1234, 1234), "exact"),
        ("334.00000", (334, 334, 334), "exact"),
        ("0", (0, 0, 0), "exact"),
        ("*", (None, 1, None), "suppressed"),
        ("**", (None, 1, None), "suppressed"),
        ("<=10", (None, 0, 10), "suppressed"),
        ("≤ 10", (None, 0, 10), "suppressed"),
        ("<10", (None, 0, 9), "suppressed"),
        ("n<6", (None, 0, 5), "suppressed"),
        ("N < 6", (None, 0, 5), "suppressed"),
        (">=10", (None, 10, None), "suppressed"),
        (">10", (None, 11, None), "suppressed"),
        ("3-9", (None, 3, 9), "suppressed"),
        ("CEP", NONE, "cep"),
        ("unspecified ", NONE, "missing"),
        ("?", NONE, "missing"),
        ("", NONE, "missing"),
        (None, NONE, "missing"),
    ],
)
def test_known_marks(cell: str | None, numbers: tuple[int | None, ...], status: str) -> None:
    counts, bad = read(cell)
    assert as_tuple(counts.iloc[0]) == numbers
    assert counts["status"].tolist() == [status]
    assert not bad.iloc[0]


@pytest.mark.parametrize("cell", ["-3", "1.5", "12,34", "9-3", "<0", "few", "n/a", "1E3", "12345678901", "٣"])
def test_other_text_is_missing_and_reported(cell: str) -> None:
    counts, bad = read(cell)
    assert as_tuple(counts.iloc[0]) == NONE
    assert counts["status"].tolist() == ["missing"]
    assert bad.iloc[0]


@pytest.mark.parametrize(
    ("cells", "numbers", "status"),
    [
        (["99", "201"], (300, 300, 300), "exact"),
        (["99", "*"], (None, 100, None), "suppressed"),
        (["<=10", "5"], (None, 5, 15), "suppressed"),
        (["5", None], (None, 5, None), "suppressed"),
        ([None, "unspecified"], NONE, "missing"),
        (["CEP", "CEP"], NONE, "cep"),
        (["CEP", None], NONE, "missing"),
        (["7"], (7, 7, 7), "exact"),
        (["*"], (None, 1, None), "suppressed"),
    ],
)
def test_sections_are_added(cells: list[str | None], numbers: tuple[int | None, ...], status: str) -> None:
    counts, _ = read(*cells)
    total = add_sections(counts, np.zeros(len(cells), dtype=int), 1)
    assert as_tuple(total.iloc[0]) == numbers
    assert total["status"].tolist() == [status]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(-5, 9999).map(str)), max_size=15))
def test_reading_is_total_and_consistent(cells: list[str | None]) -> None:
    counts, bad = read(*cells)
    assert len(counts) == len(bad) == len(cells)
    exact = counts["status"] == "exact"
    assert counts["value"].notna().equals(exact)
    assert (counts.loc[exact, "low"] == counts.loc[exact, "high"]).all()
    assert counts.loc[counts["status"].isin(["missing", "cep"]), ["value", "low", "high"]].isna().all(axis=None)
    assert (counts["low"].dropna() >= 0).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["3", "20", "*", "<=10", None, "CEP"]), min_size=1, max_size=9), st.randoms())
def test_the_sum_does_not_depend_on_the_order(cells: list[str | None], random: object) -> None:
    shuffled = list(cells)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = np.zeros(len(cells), dtype=int)
    pd.testing.assert_frame_equal(add_sections(read(*cells)[0], one, 1), add_sections(read(*shuffled)[0], one, 1))
