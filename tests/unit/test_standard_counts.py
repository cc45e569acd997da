"""Counts as states write them: exact, hidden, missing; and the sum of sections."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.shared.coded import encode
from pipelines.standard.counts import EXACT, STATUSES, Counts, add_sections, read_count, read_counts

NONE = (None, None)


def read(*cells: str | None) -> tuple[Counts, np.ndarray]:
    return read_counts(encode(pd.Series(list(cells), dtype="str")))


def first(counts: Counts) -> tuple[tuple[int | None, ...], str]:
    numbers = tuple(None if np.isnan(part[0]) else int(part[0]) for part in (counts.low, counts.high))
    return numbers, STATUSES[counts.status[0]]


@pytest.mark.parametrize(
    ("cell", "numbers", "status"),
    [
        ("12", (12, 12), "exact"),
        (" 012 ", (12, 12), "exact"),
        ("1,234", (1234, 1234), "exact"),
        ("334.00000", (334, 334), "exact"),
        ("0", (0, 0), "exact"),
        ("*", (1, None), "suppressed"),
        ("**", (1, None), "suppressed"),
        ("<=10", (0, 10), "suppressed"),
        ("≤ 10", (0, 10), "suppressed"),
        ("<10", (0, 9), "suppressed"),
        ("n<6", (0, 5), "suppressed"),
        ("N < 6", (0, 5), "suppressed"),
        (">=10", (10, None), "suppressed"),
        (">10", (11, None), "suppressed"),
        ("3-9", (3, 9), "suppressed"),
        ("5-5", (5, 5), "suppressed"),
        ("CEP", NONE, "cep"),
        ("unspecified ", NONE, "missing"),
        ("?", NONE, "missing"),
        ("", NONE, "missing"),
        (None, NONE, "missing"),
    ],
)
def test_known_marks(cell: str | None, numbers: tuple[int | None, ...], status: str) -> None:
    counts, bad = read(cell)
    assert first(counts) == (numbers, status)
    assert not bad[0]


@pytest.mark.parametrize("cell", ["-3", "1.5", "12,34", "9-3", "<0", "few", "n/a", "1E3", "12345678901", "٣"])
def test_other_text_is_missing_and_reported(cell: str) -> None:
    counts, bad = read(cell)
    assert first(counts) == (NONE, "missing")
    assert bad[0]


@pytest.mark.parametrize(
    ("cells", "numbers", "status"),
    [
        (["99", "201"], (300, 300), "exact"),
        (["99", "*"], (100, None), "suppressed"),
        (["<=10", "5"], (5, 15), "suppressed"),
        (["5", None], (5, None), "suppressed"),
        ([None, "unspecified"], NONE, "missing"),
        (["CEP", "CEP"], NONE, "cep"),
        (["CEP", None], NONE, "missing"),
        (["7"], (7, 7), "exact"),
        (["*"], (1, None), "suppressed"),
    ],
)
def test_sections_are_added(cells: list[str | None], numbers: tuple[int | None, ...], status: str) -> None:
    counts, _ = read(*cells)
    assert first(add_sections(counts, np.zeros(len(cells), dtype=int), 1)) == (numbers, status)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(-5, 9999).map(str)), max_size=15))
def test_reading_is_total_and_consistent(cells: list[str | None]) -> None:
    counts, bad = read(*cells)
    assert len(counts.low) == len(bad) == len(cells)
    exact = counts.status == EXACT
    assert (counts.low[exact] == counts.high[exact]).all()
    unknown = np.isin(counts.status, [STATUSES.index("missing"), STATUSES.index("cep")])
    assert np.isnan(counts.low[unknown]).all()
    assert np.isnan(counts.high[unknown]).all()
    assert (counts.low[~np.isnan(counts.low)] >= 0).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["3", "20", "*", "<=10", None, "CEP"]), min_size=1, max_size=9), st.randoms())
def test_the_sum_does_not_depend_on_the_order(cells: list[str | None], random: object) -> None:
    shuffled = list(cells)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = np.zeros(len(cells), dtype=int)
    assert first(add_sections(read(*cells)[0], one, 1)) == first(add_sections(read(*shuffled)[0], one, 1))


@pytest.mark.parametrize(
    ("sign", "number", "low", "high"),
    [
        (">=", 10, 10, None), ("≥", 10, 10, None), (">", 10, 11, None), (">", 0, 1, None),
        ("<=", 10, 0, 10), ("≤", 10, 0, 10), ("<", 10, 0, 9), ("<", 1, 0, 0), ("<=", 0, 0, 0),
    ],
)  # fmt: skip
def test_a_bound_leaves_what_is_possible(sign: str, number: int, low: int, high: int | None) -> None:
    found = read_count(f"{sign}{number}", frozenset())
    assert (found.low, found.high, found.status, found.bad) == (low, high, "suppressed", False)


def test_fewer_than_none_is_no_count() -> None:
    assert read_count("<0", frozenset()).bad
