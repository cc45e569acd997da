"""Hides small numbers of people in published tables, and enough others that none can be worked out. Publishes nothing.

The rule is ADR 21: counts of 1 to 9 people are hidden, and with them whatever would give them away by subtraction,
inside one release and between two. Counts of schools and courses are not counts of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.thresholds import threshold

LEAST = int(threshold("p04_students"))
"""Least number of people that may be shown; zero may."""
SLACK = 6
"""Whole numbers by which a hidden count must be able to vary: more than the 4 that would fix it within two either way."""
HIDDEN = "hidden_counts"
"""Column that names the splits hidden in a row, joined by a bar, so that hidden is told from not known."""


@dataclass(frozen=True)
class Split:
    """One way in which a count of people is published in parts.

    total: column of the whole. parts: columns of the parts; what they leave of the total is a part too, unless `whole`
    says that they add up to it. derived: columns (shares, ratios) that go when the parts go.
    """

    name: str
    total: str
    parts: tuple[str, ...]
    whole: bool = False
    derived: tuple[str, ...] = ()


TOTAL = "total"
"""Name under which `hidden_counts` says that the total itself is hidden, and every split of it."""


def is_small(counts: pd.Series) -> pd.Series:
    """Which counts may not be shown: 1 to 9. Null and zero are not small."""
    return ((counts >= 1) & (counts < LEAST)).fillna(False).astype(bool)


def suppress(
    frame: pd.DataFrame, splits: Sequence[Split], parent: pd.Series, before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The frame with counts of people hidden (null) and the column `hidden_counts`; other rows and columns untouched.

    parent: for each row the index label of the row whose counts are the sum of this row and its siblings; null for a
    row that is part of no sum. A row whose parent is not in the frame is part of no sum either.
    before: the table as published last (columns as in the result, same labels): what it hid stays hidden, and what it
    showed and has not changed is not used to hide something else, because a reader has it.
    All splits have the same total; within a row the parts of a split are hidden together. Raises ValueError when the
    index has a label twice or the splits have different totals.
    """
    if frame.index.has_duplicates:
        raise ValueError("small cells are hidden by row label, and the index has a label twice; set the key as index")
    if len({split.total for split in splits}) != 1:
        raise ValueError("splits of different totals are hidden one total at a time; call suppress once for each")
    values = _Values(frame, splits, before)
    families = _families(frame.index, parent)
    hidden = -1
    # Hiding a sum asks for hidden parts below it, and hidden parts may ask for a hidden sum: until nothing is added.
    while hidden != values.count_hidden():
        hidden = values.count_hidden()
        for rows, above in families:
            _protect_total(values, rows, above)
            for number in range(len(splits)):
                _protect_split(values, number, rows, above)
        for rows, above in reversed(families):
            _loosen_below(values, rows, above)
    return values.result()


class _Values:
    """Counts as arrays, and what is hidden so far: `total_hidden` by row, `hidden` by row and split."""

    def __init__(self, frame: pd.DataFrame, splits: Sequence[Split], before: pd.DataFrame | None) -> None:
        self.frame, self.splits = frame, splits
        self.total: np.ndarray = frame[splits[0].total].astype("Float64").to_numpy(float, na_value=np.nan)
        self.parts: list[np.ndarray] = [self._parts_of(split) for split in splits]
        earlier = None if before is None else before.reindex(frame.index)
        told = _said_hidden(earlier, frame.index)
        self.total_known = _same(earlier, [splits[0].total], frame)[:, 0]
        known = [self._known(split, earlier) for split in splits]
        self.parts_known: list[np.ndarray] = [np.asarray(cells.any(axis=1)) for cells in known]
        self.total_hidden: np.ndarray = _small(self.total) | told(TOTAL)
        for part, cells in zip(self.parts, known, strict=True):
            # Where a reader knows some parts from before, the others are pinned by the total as soon as they are few.
            few = (np.where(cells, 0, np.nan_to_num(part)).sum(axis=1) < 2 * SLACK) | ((~cells).sum(axis=1) < 2)
            self.total_hidden |= _small(part).any(axis=1) & cells.any(axis=1) & few
        self.hidden: np.ndarray = np.column_stack(
            [
                _small(part).any(axis=1) | told(split.name) | self.total_hidden
                for split, part in zip(splits, self.parts, strict=True)
            ]
        )
        # What was hidden before and may be the same now is tied to what was shown then, so it protects nothing new.
        self.total_before, self.before = told(TOTAL), np.column_stack([told(s.name) | told(TOTAL) for s in splits])
        self.forced: np.ndarray = np.zeros((len(frame), len(splits)), dtype=bool)
        self.total_forced = np.zeros(len(frame), dtype=bool)

    def _parts_of(self, split: Split) -> np.ndarray:
        parts = self.frame[list(split.parts)].astype("Float64").to_numpy(float, na_value=np.nan)
        if split.whole:
            return parts
        return np.column_stack([parts, self.total - np.nansum(parts, axis=1)])

    def _known(self, split: Split, earlier: pd.DataFrame | None) -> np.ndarray:
        """Cells of the split, the rest of the total too, that were shown before with the values of now."""
        cells = _same(earlier, list(split.parts), self.frame)
        return cells if split.whole else np.column_stack([cells, cells.all(axis=1) & self.total_known])

    def count_hidden(self) -> int:
        return int(self.total_hidden.sum() + self.hidden.sum())

    def result(self) -> pd.DataFrame:
        out = self.frame.copy()
        names = pd.Series("", index=out.index, dtype="str")
        total = self.splits[0].total
        out[total] = out[total].mask(self.total_hidden)
        names = names.mask(self.total_hidden, TOTAL)
        for number, split in enumerate(self.splits):
            gone = self.hidden[:, number] | self.total_hidden
            for column in (*split.parts, *split.derived):
                out[column] = out[column].mask(gone)
            names = names.mask(gone, names + np.where(names == "", "", "|") + split.name)
        out[HIDDEN] = names.where(names != "").astype("str")
        return out


def _small(counts: np.ndarray) -> np.ndarray:
    return np.asarray((counts >= 1) & (counts < LEAST))


def _said_hidden(earlier: pd.DataFrame | None, index: pd.Index):  # type: ignore[no-untyped-def]
    if earlier is None or HIDDEN not in earlier:
        return lambda _name: np.zeros(len(index), dtype=bool)
    said = earlier[HIDDEN].fillna("").str.split("|")
    return lambda name: said.map(lambda names: name in names).to_numpy(bool)


def _same(earlier: pd.DataFrame | None, columns: list[str], frame: pd.DataFrame) -> np.ndarray:
    """Cells, rows by columns, that were shown before with the values of now."""
    if earlier is None:
        return np.zeros((len(frame), len(columns)), dtype=bool)
    return np.column_stack([(earlier[c] == frame[c]).fillna(False).to_numpy(bool) for c in columns])


def _families(index: pd.Index, parent: pd.Series) -> list[tuple[np.ndarray, int]]:
    """Row numbers of siblings and of the row that is their sum, the deepest first."""
    above = pd.Series(index.get_indexer(parent.reindex(index).to_numpy(object)), index=range(len(index)))
    depth, climb = np.zeros(len(index), dtype=int), above.to_numpy().copy()
    for _ in range(len(index)):
        on = climb >= 0
        if not on.any():
            break
        depth[on] += 1
        climb[on] = above.to_numpy()[climb[on]]
    found = []
    for level in range(int(depth.max(initial=0)), 0, -1):
        mine = above[depth == level]
        found += [(mine.index[mine == top].to_numpy(), int(top)) for top in sorted(mine.unique())]
    return found


def _protect_total(values: _Values, rows: np.ndarray, above: int) -> None:
    """Hide totals of siblings until those hidden can vary, or hide the sum itself."""
    counts = np.nan_to_num(values.total[rows])
    hidden, forced = values.total_hidden[rows], values.total_forced[rows]
    fresh = (~values.total_known[rows] & ~values.total_before[rows]) | forced
    if not (hidden & (fresh | values.total_known[rows])).any():
        return

    def is_safe() -> bool:
        block = hidden & fresh
        # Every hidden total counts at least one person.
        return bool(block.sum() >= 2 and counts[block].sum() - block.sum() >= 2 * SLACK)

    for extra in np.argsort(counts, kind="stable"):
        if values.total_hidden[above] or is_safe():
            break
        if fresh[extra] and not hidden[extra] and counts[extra] > 0:
            hidden[extra] = True
    if not is_safe():
        values.total_hidden[above] = values.total_forced[above] = True
        values.hidden[above] = values.forced[above] = True
    values.total_hidden[rows] = hidden
    values.hidden[rows] |= hidden[:, None]


def _protect_split(values: _Values, number: int, rows: np.ndarray, above: int) -> None:
    """Hide the split in more siblings until every small part can vary, or hide it in the sum too."""
    parts: np.ndarray = np.nan_to_num(values.parts[number][rows])
    hidden, forced, known = values.hidden[rows, number], values.forced[rows, number], values.parts_known[number][rows]
    fresh = (~known & ~values.before[rows, number]) | forced
    old = hidden & ~fresh & ~known
    if not hidden.any():
        return
    must = _small(parts) | forced[:, None] | values.total_hidden[rows][:, None]

    def is_safe() -> bool:
        block = hidden & fresh
        if must[hidden & known & ~forced].any():
            return False
        if must[old].any() and not values.before[above, number] and not _can_vary(parts[old], must[old]):
            return False
        if not must[block].any():
            return bool(block.sum() != 1)
        return bool(block.sum() >= 2) and _can_vary(parts[block], must[block])

    for extra in np.argsort(parts.sum(axis=1), kind="stable"):
        if values.hidden[above, number] or is_safe():
            break
        if fresh[extra] and not hidden[extra] and parts[extra].sum() > 0:
            hidden[extra] = True
    if not is_safe():
        values.hidden[above, number] = values.forced[above, number] = True
    values.hidden[rows, number] = hidden


def _loosen_below(values: _Values, rows: np.ndarray, above: int) -> None:
    """Where a sum is hidden, hide as much below it as lets it vary: siblings that are all shown would add up to it."""
    if values.total_hidden[above]:
        counts, usable = np.nan_to_num(values.total[rows])[:, None], ~values.total_known[rows]
        if not values.total_before[above]:
            usable = usable & ~values.total_before[rows]
        hidden = _hide_until_loose(counts, values.total_hidden[rows], usable)
        values.total_hidden[rows] = hidden
        values.hidden[rows] |= hidden[:, None]
    for number, parts in enumerate(values.parts):
        if values.hidden[above, number]:
            usable = ~values.parts_known[number][rows]
            if not values.before[above, number]:
                usable = usable & ~values.before[rows, number]
            values.hidden[rows, number] = _hide_until_loose(
                np.nan_to_num(parts[rows]), values.hidden[rows, number], usable
            )


def _hide_until_loose(counts: np.ndarray, hidden: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Rows hidden, the smallest first, until each column's hidden counts can take the slack (or all that it has)."""
    hidden = hidden.copy()
    wanted = np.minimum(SLACK * 2, counts[usable].sum(axis=0))
    for extra in np.argsort(counts.sum(axis=1), kind="stable"):
        if (hidden & usable).any() and (counts[hidden & usable].sum(axis=0) >= wanted).all():
            break
        if usable[extra] and counts[extra].sum() > 0:
            hidden[extra] = True
    return hidden


def _can_vary(block: np.ndarray, must: np.ndarray) -> bool:
    """Whether every cell that must be kept can rise by the slack within the block's sums (Fréchet bounds of a table)."""
    rows, columns, everything = block.sum(axis=1)[:, None], block.sum(axis=0)[None, :], block.sum()
    most, least = np.minimum(rows, columns), np.maximum(0, rows + columns - everything)
    wide = (most - least >= SLACK) & ((most - block >= SLACK) | (block - least >= SLACK))
    return bool(wide[must].all())
