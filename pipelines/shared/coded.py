"""A text column as a code per row and the short list of its different cells. Knows no table and no rule.

A file has few different cells beside its rows: each is read once, in plain Python, and rows are moved as numbers.
pandas takes up to a millisecond for each operation on a column whatever its length, and a season has hundreds of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as arrow


@dataclass(frozen=True)
class Coded:
    """One text column. codes: per row the place of its cell in `values`, -1 for null. values: no cell twice."""

    codes: np.ndarray
    values: list[str]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def known(self) -> np.ndarray:
        """Flag per row: not null."""
        return self.codes >= 0

    def map(self, function: Callable[[str], str | None]) -> Coded:
        """The column with each cell read by the function, once; null stays null."""
        found: dict[str, int] = {}
        place = np.full(len(self.values) + 1, -1, dtype=np.int64)
        for number, value in enumerate(self.values):
            read = function(value)
            if read is not None:
                place[number] = found.setdefault(read, len(found))
        return Coded(place[self.codes], list(found))

    def flag(self, function: Callable[[str], bool]) -> np.ndarray:
        """What the function says of each cell; null is False."""
        return np.array([*(function(value) for value in self.values), False], dtype=bool)[self.codes]

    def take(self, at: np.ndarray) -> Coded:
        """The rows at those places."""
        return Coded(self.codes[at], self.values)

    def only(self, where: np.ndarray) -> Coded:
        """The column with null where the flag is not set."""
        return Coded(np.where(where, self.codes, -1), self.values)

    def or_else(self, other: Coded) -> Coded:
        """The column with its nulls filled from another one."""
        joined = Coded(np.where(self.known, self.codes, len(self.values) + other.codes), [*self.values, *other.values])
        nulls = ~self.known & ~other.known
        return joined.only(~nulls).map(lambda value: value)

    def text(self) -> arrow.Array:
        """The column as Arrow text."""
        return arrow.array([*self.values, None], arrow.string()).take(arrow.array(self.codes % (len(self.values) + 1)))


def constant(value: str, size: int) -> Coded:
    """A column that holds one cell in every row."""
    return Coded(np.zeros(size, dtype=np.int64), [value])


def nothing(size: int) -> Coded:
    """A column of nulls."""
    return Coded(np.full(size, -1, dtype=np.int64), [])


def encode(column: pd.Series | arrow.Array | arrow.ChunkedArray) -> Coded:
    """A text column of pandas or Arrow as codes, cells in the order in which they come first."""
    data = arrow.chunked_array(arrow.array(column, from_pandas=True)) if isinstance(column, pd.Series) else column
    if isinstance(data, arrow.ChunkedArray):
        data = data.combine_chunks() if data.num_chunks != 1 else data.chunk(0)
    if isinstance(data, arrow.ChunkedArray):  # combine_chunks keeps a column of no chunks as it is
        return nothing(0)
    coded = data.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Coded(codes, coded.dictionary.to_pylist())


def number_rows(columns: Sequence[np.ndarray]) -> np.ndarray:
    """A number per row, alike where all columns of codes are alike, in the order of first appearance."""
    numbers = columns[0]
    for codes in columns[1:]:
        spread = int(codes.max(initial=-1)) + 2
        numbers = pd.factorize(numbers)[0] * spread + codes + 1
    return pd.factorize(numbers)[0]
