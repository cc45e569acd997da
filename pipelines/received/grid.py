"""A table as it was read: text cells by position, and the row each came from. Knows no column name and no source.

Blank rows and the notes below a table are taken off here, alike for every reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute

CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""Control characters that no cell may hold; tab and line breaks are white space."""
_NOTE = re.compile(
    r"\s*(?:[*†‡§]|(?:foot)?notes?\b|sources?\b|legend\b|disclaimer\b|(?:grand |state |sub-?)?totals?\b"
    r"|end of (?:file|report|data)\b|data (?:as of|source)|generated (?:on|by)\b)",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"\s*(?:grand |state |sub-?)?totals?\s*:?\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\s*[\d,.%\s]*\s*")


@dataclass(frozen=True)
class Grid:
    """Data rows of one table, below its header.

    cells: one text column per field, in file order. rows: row of each as a spreadsheet shows it.
    uneven: (row, fields) of the rows whose number of fields is not `width`. notes: (row, fields) below the table.
    cut_off: the last row stands without a line end. has_control: some cell may hold a control character.
    """

    cells: arrow.Table
    rows: np.ndarray
    width: int
    uneven: tuple[tuple[int, list[str]], ...] = ()
    notes: tuple[tuple[int, list[str]], ...] = field(default=())
    cut_off: bool = False
    has_control: bool = False

    def record(self, at: int) -> list[str]:
        """The cells of one row."""
        return [column[at].as_py() for column in self.cells.columns]

    @property
    def rows_in(self) -> int:
        """Data rows: not blank, not a note."""
        return len(self.rows) + len(self.uneven)


def grid_of(
    records: Sequence[tuple[int, list[str]]], width: int, *, cut_off: bool = False, has_control: bool = True
) -> Grid:
    """A grid from (row, fields) pairs; blank records are left out, uneven ones kept apart."""
    even = [(row, fields) for row, fields in records if len(fields) == width]
    uneven = tuple((row, fields) for row, fields in records if len(fields) != width and any(f.strip() for f in fields))
    columns = list(zip(*(fields for _, fields in even), strict=True)) if even else [()] * width
    cells = arrow.table([arrow.array(c, arrow.large_string()) for c in columns], names=[str(n) for n in range(width)])
    rows = np.array([row for row, _ in even], dtype=np.int64)
    return without_blank_rows(Grid(cells, rows, width, uneven, cut_off=cut_off, has_control=has_control))


def without_blank_rows(grid: Grid) -> Grid:
    """The grid without rows that hold only white space; the numbers of the others stay as they are."""
    blank = np.arange(len(grid.rows))
    for column in grid.cells.columns:
        if not len(blank):
            return grid
        shown = column if len(blank) == len(grid.rows) else column.take(arrow.array(blank))
        is_blank = compute.equal(compute.utf8_trim_whitespace(shown), "")
        blank = blank[np.asarray(is_blank.to_numpy(), dtype=bool)]
    if not len(blank):
        return grid
    keep = np.ones(len(grid.rows), dtype=bool)
    keep[blank] = False
    return replace(grid, cells=grid.cells.filter(arrow.array(keep)), rows=grid.rows[keep])


def without_notes(grid: Grid) -> Grid:
    """The grid without the notes and totals that stand below the last data row (F11).

    A note is a row whose only filled cell begins like one (Note, Source, Total, *), or a row that is shorter than the
    header and begins so. A total is a row named Total with nothing but numbers beside it.
    """
    tail = len(grid.rows)
    uneven = list(grid.uneven)
    notes: list[tuple[int, list[str]]] = []
    while tail or uneven:
        from_uneven = bool(uneven) and (not tail or uneven[-1][0] > grid.rows[tail - 1])
        row, fields = uneven[-1] if from_uneven else (int(grid.rows[tail - 1]), grid.record(tail - 1))
        if not _is_note(fields, grid.width):
            break
        notes.append((row, fields))
        if from_uneven:
            uneven.pop()
        else:
            tail -= 1
    if not notes:
        return grid
    return replace(
        grid,
        cells=grid.cells.slice(0, tail),
        rows=grid.rows[:tail],
        uneven=tuple(uneven),
        notes=tuple(reversed(notes)),
        cut_off=False,
    )


def _is_note(fields: list[str], width: int) -> bool:
    filled = [f for f in fields if f.strip()]
    if _TOTAL.fullmatch(filled[0]) and all(_NUMBER.fullmatch(f) for f in filled[1:]):
        return True
    if not _NOTE.match(filled[0]) or fields[0] != filled[0]:
        return False
    return len(filled) == 1 or len(fields) <= max(1, width // 2)


def without_empty_columns(header: list[str], grid: Grid) -> tuple[list[str], Grid]:
    """Leave out columns at the right that have neither a name nor a value: a spreadsheet's used range, not a column."""
    width = len(header)
    while width and not header[width - 1].strip():
        trimmed = compute.utf8_trim_whitespace(grid.cells.column(width - 1))
        if compute.any(compute.not_equal(trimmed, "")).as_py():
            break
        width -= 1
    if width == len(header):
        return header, grid
    return header[:width], replace(grid, cells=grid.cells.select(list(range(width))))
