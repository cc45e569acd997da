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

from pipelines.received.signs import Signs

ANYTHING = Signs()
Records = list[tuple[int, list[str]]]
_NOTE = re.compile(
    r"\s*(?:[*†‡§]|(?:foot)?notes?\b|sources?\b|legend\b|disclaimer\b|(?:grand |state |sub-?)?totals?\b"
    r"|end of (?:file|report|data)\b|data (?:as of|source)|generated (?:on|by)\b)",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"\s*(?:grand |state |sub-?)?totals?\s*:?\s*", re.IGNORECASE)
_STARTS_OF_TOTALS = ("Total", "TOTAL", "total", "Grand", "GRAND", "State T", "STATE T", "Sub", "SUB")
_NUMBER = re.compile(r"\s*[\d,.%\s]*\s*")


@dataclass(frozen=True)
class RawTable:
    """One sheet of a workbook, or one table of a page: (row, fields) as they stand, and what is odd about it.

    merged: (row, column, row, column) of each, counted from 1. hidden: rows and columns. zeros: numbers whose shown
    leading zeros were kept.
    """

    name: str
    records: Records
    visible: bool = True
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: int = 0
    zeros: int = 0


@dataclass(frozen=True)
class Grid:
    """Data rows of one table, below its header.

    cells: one text column per field, in file order. rows: row of each as a spreadsheet shows it.
    uneven: (row, fields) of the rows whose number of fields is not `width`. notes: (row, fields) below the table.
    repeated: (row, fields) of headers and totals between the rows.
    cut_off: the last row stands without a line end. signs: what some cell may hold.
    """

    cells: arrow.Table
    rows: np.ndarray
    width: int
    uneven: tuple[tuple[int, list[str]], ...] = ()
    notes: tuple[tuple[int, list[str]], ...] = field(default=())
    repeated: tuple[tuple[int, list[str]], ...] = field(default=())
    cut_off: bool = False
    signs: Signs = ANYTHING

    def record(self, at: int) -> list[str]:
        """The cells of one row."""
        return [column[at].as_py() for column in self.cells.columns]

    @property
    def rows_in(self) -> int:
        """Data rows: not blank, not a note."""
        return len(self.rows) + len(self.uneven) + len(self.repeated)


def grid_of(
    records: Sequence[tuple[int, list[str]]], width: int, *, cut_off: bool = False, signs: Signs = ANYTHING
) -> Grid:
    """A grid from (row, fields) pairs; blank records are left out, uneven ones kept apart."""
    even = [(row, fields) for row, fields in records if len(fields) == width]
    uneven = tuple((row, fields) for row, fields in records if len(fields) != width and any(f.strip() for f in fields))
    columns = list(zip(*(fields for _, fields in even), strict=True)) if even else [()] * width
    cells = arrow.table([arrow.array(c, arrow.large_string()) for c in columns], names=[str(n) for n in range(width)])
    rows = np.array([row for row, _ in even], dtype=np.int64)
    return without_blank_rows(Grid(cells, rows, width, uneven, cut_off=cut_off, signs=signs))


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


def without_repeated_headers(header: list[str], grid: Grid) -> Grid:
    """The grid without lines that repeat its header, or that are a total of the rows above them (F24)."""
    first = next((at for at, name in enumerate(header) if name.strip()), 0)
    column = grid.cells.column(first)
    again = compute.equal(compute.utf8_trim_whitespace(column), header[first].strip())
    for start in _STARTS_OF_TOTALS:
        again = compute.or_(again, compute.starts_with(grid.cells.column(0), start))
    suspects = compute.indices_nonzero(again).to_pylist()
    named = [name.strip() for name in header]
    records = {at: grid.record(at) for at in suspects}
    found = [at for at, record in records.items() if [c.strip() for c in record] == named or _is_total(record)]
    if not found:
        return grid
    keep = np.ones(len(grid.rows), dtype=bool)
    keep[found] = False
    repeated = tuple((int(grid.rows[at]), records[at]) for at in found)
    return replace(
        grid, cells=grid.cells.filter(arrow.array(keep)), rows=grid.rows[keep], repeated=(*grid.repeated, *repeated)
    )


def _is_total(fields: list[str]) -> bool:
    filled = [f for f in fields if f.strip()]
    return bool(_TOTAL.fullmatch(filled[0])) and fields[0] == filled[0] and all(map(_NUMBER.fullmatch, filled[1:]))


def _is_note(fields: list[str], width: int) -> bool:
    filled = [f for f in fields if f.strip()]
    if _TOTAL.fullmatch(filled[0]) and all(map(_NUMBER.fullmatch, filled[1:])):
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
