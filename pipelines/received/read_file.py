"""One file: its bytes, the layout that fits, and its table. Raises Refused; knows no receipt and no other file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.received.find_header import Header, find_header, fit_header
from pipelines.received.grid import Grid, grid_of, without_empty_columns, without_notes
from pipelines.received.open_file import KIND_NAMES, Kind, unpack
from pipelines.received.read_csv import HEADER_ROWS, MAX_ROWS, decode, peek, read_grid
from pipelines.received.read_html import read_html_tables
from pipelines.received.read_workbook import read_sheets
from pipelines.received.refusal import Refused
from schemas.source_model import Layout

WANTED: dict[str, Kind] = {"csv": "text", "html_table": "html", "workbook": "workbook"}
WANTED_NAMES = {"csv": "delimited text", "html_table": "an HTML page", "workbook": "an Excel workbook"}
Records = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class FileTable:
    """The table of a file: its header, its rows, and how it was read (encoding and sheet are null where there is none)."""

    header: Header
    grid: Grid
    encoding: str | None = None
    sheet: str | None = None


def read_table(data: bytes, layouts: Sequence[Layout]) -> FileTable:
    """Read the bytes with the first layout that fits. Raises Refused, of the layout that came closest."""
    data, kind = unpack(data)
    refusals: list[Refused] = []
    for layout in layouts:
        try:
            return _judged(_read_with(data, kind, layout))
        except Refused as refusal:
            refusals.append(refusal)
    raise max(refusals, key=lambda refusal: refusal.progress)


def _read_with(data: bytes, kind: Kind, layout: Layout) -> FileTable:
    if kind != WANTED[layout.reader]:
        raise Refused("F03", f"the file is {KIND_NAMES[kind]}; the source declares {WANTED_NAMES[layout.reader]}")
    if layout.reader == "workbook":
        sheets = read_sheets(data, layout.sheet)
        name, header, grid = _only_fit(list(sheets.items()), layout, "sheets")
        return FileTable(header, grid, sheet=name)
    utf8, encoding = decode(data, layout.encodings)
    if layout.reader == "html_table":
        tables = [(f"number {n}", table) for n, table in enumerate(read_html_tables(utf8), start=1)]
        _, header, grid = _only_fit(tables, layout, "tables")
        return FileTable(header, grid, encoding)
    header = fit_header(lambda delimiter: peek(utf8, delimiter), layout)
    return FileTable(header, _complete(read_grid(utf8, layout.delimiter, len(header.names), header.skip)), encoding)


def _only_fit(tables: list[tuple[str, Records]], layout: Layout, what: str) -> tuple[str, Header, Grid]:
    """The one sheet or table whose header fits the layout."""
    fits: list[tuple[str, Header, Records]] = []
    refusals: list[Refused] = []
    for name, records in tables:
        try:
            header = find_header([fields for _, fields in records[:HEADER_ROWS]], layout)
        except Refused as refusal:
            refusals.append(refusal)
        else:
            fits.append((name, header, records[header.skip :]))
    if not tables:
        raise Refused("F07", f"the file has no {what}")
    if not fits:
        raise max(refusals, key=lambda refusal: refusal.progress)
    if len(fits) > 1:
        names = ", ".join(name for name, _, _ in fits)
        raise Refused("F04", f"several {what} have the required columns ({names}); send one table per file", progress=1)
    name, header, records = fits[0]
    if len(records) > MAX_ROWS:
        raise Refused("F04", f"the file has more rows than the limit of {MAX_ROWS:,}", progress=1)
    return name, header, grid_of(records, len(header.names))


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
    header = Header(table.header.layout, tuple(names), table.header.skip, table.header.places)
    return FileTable(header, grid, table.encoding, table.sheet)
