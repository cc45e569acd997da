"""One file: its bytes, the layout that fits, and its table. Raises Refused; knows no receipt and no other file."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as arrow

from pipelines.received.find_header import Header, find_header, fit_header
from pipelines.received.grid import (
    Grid,
    RawTable,
    grid_of,
    without_empty_columns,
    without_notes,
    without_repeated_headers,
)
from pipelines.received.limits import MAX_ROWS
from pipelines.received.notice import Notice
from pipelines.received.open_file import KIND_NAMES, Kind, unpack
from pipelines.received.read_csv import HEADER_ROWS, decode, peek, read_grid
from pipelines.received.read_fixed_width import read_fixed_width
from pipelines.received.read_html import read_html
from pipelines.received.read_parquet import read_parquet
from pipelines.received.read_workbook import read_workbook
from pipelines.received.refusal import Refused
from pipelines.shared.text import header_key
from schemas.source_model import Layout

WANTED: dict[str, Kind] = {
    "csv": "text",
    "fixed_width": "text",
    "html_table": "html",
    "workbook": "workbook",
    "parquet": "parquet",
}
WANTED_NAMES = {
    "csv": "delimited text",
    "fixed_width": "text in columns of fixed width",
    "html_table": "an HTML page",
    "workbook": "an Excel workbook",
    "parquet": "a Parquet file",
}
ROWS_OF_A_SHEET = 100_000
"""Rows of a second sheet are numbered from the next multiple, so that no two rows of a file have one number."""


@dataclass(frozen=True)
class FileTable:
    """The table of a file: its header, its rows, and how it was read (encoding and sheet are null where there is none).

    starts: (row, sheet) where each sheet begins, when several were read. notices: what is odd, and is no row.
    """

    header: Header
    grid: Grid
    encoding: str | None = None
    sheet: str | None = None
    kind: Kind = "text"
    starts: tuple[tuple[int, str], ...] = ()
    notices: tuple[Notice, ...] = ()

    def sheet_of(self, rows: np.ndarray) -> list[str | None]:
        """The sheet of each row."""
        if not self.starts:
            return [self.sheet] * len(rows)
        at = np.searchsorted([start for start, _ in self.starts], rows, side="right") - 1
        return [self.starts[n][1] for n in at]


def read_table(data: bytes, layouts: Sequence[Layout]) -> FileTable:
    """Read the bytes with the first layout that fits. Raises Refused, of the layout that came closest."""
    data, kind = unpack(data)
    refusals: list[Refused] = []
    for layout in layouts:
        try:
            return replace(_judged(_read_with(data, kind, layout)), kind=kind)
        except Refused as refusal:
            refusals.append(refusal)
    raise max(refusals, key=lambda refusal: refusal.progress)


def _read_with(data: bytes, kind: Kind, layout: Layout) -> FileTable:
    if kind != WANTED[layout.reader]:
        raise Refused("F03", f"the file is {KIND_NAMES[kind]}; the source declares {WANTED_NAMES[layout.reader]}")
    if layout.reader == "workbook":
        return _of_tables(read_workbook(data, layout.sheet), layout, "sheets")
    if layout.reader == "parquet":
        return replace(_of_tables([read_parquet(data)], layout, "tables"), sheet=None)
    utf8, encoding = decode(data, layout.encodings)
    if layout.reader == "html_table":
        return replace(_of_tables(read_html(utf8), layout, "tables"), encoding=encoding, sheet=None)
    if layout.reader == "fixed_width":
        header, grid = read_fixed_width(utf8, layout)
        return FileTable(header, _complete(grid), encoding)
    header = fit_header(lambda delimiter: peek(utf8, delimiter), layout)
    return FileTable(header, _complete(read_grid(utf8, layout.delimiter, len(header.names), header.skip)), encoding)


# ------------------------------------------------------------------------------------------------ sheets and tables


def _of_tables(tables: list[RawTable], layout: Layout, what: str) -> FileTable:
    """The one sheet or table whose header fits the layout; or all that fit, where the layout says so."""
    fits: list[tuple[RawTable, Header]] = []
    refusals: list[Refused] = []
    for table in tables:
        try:
            header = find_header([fields for _, fields in table.records[: HEADER_ROWS + 1]], layout)
        except Refused as refusal:
            refusals.append(refusal)
        else:
            fits.append((table, header))
    if not tables:
        raise Refused("F07", f"the file has no {what}")
    shown = [(table, header) for table, header in fits if table.visible]
    hidden = [table.name for table, _ in fits if not table.visible]
    if not shown and hidden:
        raise Refused("F14", f"only the hidden sheet {hidden[0]!r} has the required columns; unhide it", progress=1)
    if not shown:
        raise max(refusals, key=lambda refusal: refusal.progress)
    if len(shown) > 1 and layout.sheets == "one":
        names = ", ".join(table.name for table, _ in shown)
        raise Refused("F04", f"several {what} have the required columns ({names}); send one table per file", progress=1)
    parts = [_table_of(table, header) for table, header in shown]
    notices = tuple(
        Notice("F27", "every sheet with the required columns is shown; this one was not read", sheet=name)
        for name in hidden
    )
    return replace(_one_below_the_other(parts), notices=(*itertools.chain(*(p.notices for p in parts)), *notices))


def _table_of(table: RawTable, header: Header) -> FileTable:
    records = table.records[header.skip :]
    if len(records) > MAX_ROWS:
        raise Refused("F04", f"the file has more rows than the limit of {MAX_ROWS:,}", progress=1)
    grid = without_notes(grid_of(records, len(header.names)))
    _refuse_merged(table, grid)
    notices = []
    if table.hidden:
        expected = f"no row or column is hidden; {table.hidden:,} are, and they were read"
        notices.append(Notice("F27", expected, rows=table.hidden, sheet=table.name))
    if table.zeros:
        notices.append(Notice("F30", rows=table.zeros, sheet=table.name))
    return FileTable(header, grid, sheet=table.name, notices=tuple(notices))


def _refuse_merged(table: RawTable, grid: Grid) -> None:
    rows = np.sort(np.concatenate([grid.rows, np.array([row for row, _ in grid.uneven], dtype=np.int64)]))
    for top, _, bottom, _ in table.merged:
        first = np.searchsorted(rows, top)
        if first < len(rows) and rows[first] <= bottom:
            raise Refused(
                "F14",
                f"cells of row {rows[first]} of {table.name!r} are merged; only one of them has a value",
                progress=1,
            )


def _one_below_the_other(parts: list[FileTable]) -> FileTable:
    """One table of several sheets with the same columns. Raises Refused F09 when their columns differ."""
    first = parts[0]
    if len(parts) == 1:
        return first
    keys = [header_key(name) for name in first.header.names]
    starts: list[tuple[int, str]] = []
    grids: list[Grid] = []
    offset = 0
    for part in parts:
        if [header_key(name) for name in part.header.names] != keys:
            raise Refused("F09", f"sheet {part.sheet!r} has other columns than {first.sheet!r}", progress=1)
        starts.append((offset, str(part.sheet)))
        grids.append(_moved(part.grid, offset))
        last = max([offset, *grids[-1].rows[-1:].tolist(), *(row for row, _ in grids[-1].uneven)])
        offset = (last // ROWS_OF_A_SHEET + 1) * ROWS_OF_A_SHEET
    whole = Grid(
        arrow.concat_tables([grid.cells for grid in grids]),
        np.concatenate([grid.rows for grid in grids]),
        first.grid.width,
        tuple(itertools.chain(*(grid.uneven for grid in grids))),
        tuple(itertools.chain(*(grid.notes for grid in grids))),
    )
    return replace(first, grid=whole, sheet=None, starts=tuple(starts))


def _moved(grid: Grid, by: int) -> Grid:
    def moved(records: tuple[tuple[int, list[str]], ...]) -> tuple[tuple[int, list[str]], ...]:
        return tuple((row + by, fields) for row, fields in records)

    return replace(grid, rows=grid.rows + by, uneven=moved(grid.uneven), notes=moved(grid.notes))


# ------------------------------------------------------------------------------------------------ every table


def _complete(grid: Grid) -> Grid:
    """The grid without its notes. Raises Refused F21 when its last row is cut off: narrow, and without a line end."""
    out = without_notes(grid)
    if out.cut_off and out.uneven and out.uneven[-1][0] > (out.rows[-1] if len(out.rows) else 0):
        row, fields = out.uneven[-1]
        if len(fields) < out.width:
            raise Refused(
                "F21", f"row {row}, the last, has {len(fields)} of {out.width} fields and no line end", progress=1
            )
    return out


def _judged(table: FileTable) -> FileTable:
    """The table without its empty columns. Raises Refused F08 (nameless column), F10 (every row) or F19 (no rows)."""
    grid = without_notes(table.grid)
    width = grid.width
    if not grid.rows_in:
        raise Refused("F19", "the file has a header and no rows", progress=1)
    if not len(grid.rows):
        widths = sorted({len(fields) for _, fields in grid.uneven})
        raise Refused(
            "F10",
            f"every row has another number of fields than the header: expected {width}, "
            f"found {', '.join(map(str, widths[:5]))}",
            progress=1,
        )
    names, grid = without_empty_columns(list(table.header.names), grid)
    if any(not name.strip() for name in names):
        place = next(at for at, name in enumerate(names, start=1) if not name.strip())
        raise Refused("F08", f"column {place} of the header has no name, and has values", progress=1)
    header = replace(table.header, names=tuple(names))
    return replace(table, header=header, grid=without_repeated_headers(names, grid))
