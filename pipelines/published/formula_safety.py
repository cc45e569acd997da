"""Text that no spreadsheet runs as a formula (OWASP, CSV injection). Numbers are not its business."""

from __future__ import annotations

import pyarrow as arrow
import pyarrow.compute as compute

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet run a text cell, also in their full-width form, which Excel folds."""


def escape_formulas(cells: arrow.ChunkedArray) -> arrow.ChunkedArray:
    """The text cells, with a leading apostrophe where a spreadsheet would run them."""
    runs = compute.is_in(compute.utf8_slice_codeunits(cells, 0, 1), value_set=arrow.array(FORMULA, cells.type))
    if not compute.any(runs).as_py():
        return cells
    apostrophe, nothing = arrow.scalar("'", cells.type), arrow.scalar("", cells.type)
    return compute.if_else(runs, compute.binary_join_element_wise(apostrophe, cells, nothing), cells)
