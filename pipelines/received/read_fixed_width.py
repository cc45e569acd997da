"""Text whose columns stand at fixed positions, as the record layout of its publisher says. Knows no other format.

A line is a row; what stands between or behind the declared positions must be blank.
"""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.received.find_header import Header, missing_columns, places_of
from pipelines.received.grid import Grid, without_blank_rows
from pipelines.received.limits import MAX_FIELD, MAX_ROWS
from pipelines.received.refusal import Refused
from pipelines.received.signs import signs_in
from pipelines.shared.text import header_key
from schemas.source_model import Layout


def read_fixed_width(utf8: bytes, layout: Layout) -> tuple[Header, Grid]:
    """The declared header and the rows. Cells lose the spaces that fill them up.

    A line that ends before the last column begins, or that holds something outside of the columns (a tab too, whose
    width nobody knows), is kept apart as uneven. Raises Refused F04 (limits), F09 (a required column has no position)
    or F10 (no line fits).
    """
    names = tuple(layout.positions)
    places = places_of(names, layout)
    missing = missing_columns(layout, places)
    if missing:
        raise Refused("F09", f"the layout gives no position for {', '.join(missing)}")
    lines = utf8.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_ROWS:
        raise Refused("F04", f"the file has more rows than the limit of {MAX_ROWS:,}")
    text = arrow.array(lines, arrow.large_string())
    if (compute.max(compute.utf8_length(text)).as_py() or 0) > MAX_FIELD:
        raise Refused("F04", f"a line is longer than {MAX_FIELD:,} characters")
    is_even = _is_even(text, layout)
    filled = compute.not_equal(compute.utf8_trim_whitespace(text), "")
    even = compute.and_(is_even, filled)
    uneven = compute.indices_nonzero(compute.and_(compute.invert(is_even), filled)).to_pylist()
    rows = np.asarray(compute.indices_nonzero(even)).astype(np.int64) + 1
    kept = text.filter(even)
    cells = arrow.table(
        [_cut(kept, first, last) for first, last in layout.positions.values()], names=list(_numbers(names))
    )
    header = Header(layout, names, 0, {ours: found for ours, found in places.items() if found})
    grid = Grid(
        cells,
        rows,
        len(names),
        tuple((at + 1, [lines[at]] if len(names) > 1 else [lines[at], ""]) for at in uneven),
        cut_off=not utf8.endswith((b"\n", b"\r")),
        signs=signs_in(utf8),
    )
    return header, without_blank_rows(_without_header(grid, names))


def _numbers(names: tuple[str, ...]) -> list[str]:
    return [str(n) for n in range(len(names))]


def _cut(text: arrow.Array, first: int, last: int) -> arrow.Array:
    return compute.utf8_trim(compute.utf8_slice_codeunits(text, first - 1, last), characters=" ")


def _is_even(text: arrow.Array, layout: Layout) -> arrow.Array:
    spans = sorted(layout.positions.values())
    even = compute.greater_equal(compute.utf8_length(text), spans[-1][0])
    even = compute.and_not(even, compute.match_substring(text, "\t"))
    gaps = [(0, spans[0][0] - 1), *((a[1], b[0] - 1) for a, b in itertools.pairwise(spans))]
    for start, stop in (*((a, b) for a, b in gaps if a < b), (spans[-1][1], None)):
        between = compute.utf8_trim_whitespace(compute.utf8_slice_codeunits(text, start, stop))
        even = compute.and_(even, compute.equal(between, ""))
    return even


def _without_header(grid: Grid, names: tuple[str, ...]) -> Grid:
    """The same file is sometimes sent with a line of names; that line is no row."""
    if not len(grid.rows) or [header_key(c) for c in grid.record(0)] != [header_key(n) for n in names]:
        return grid
    return Grid(grid.cells.slice(1), grid.rows[1:], grid.width, grid.uneven, cut_off=grid.cut_off, signs=grid.signs)
