"""Takes e-mail addresses out of columns that are not for contact details. Restricted columns are left as they are.

Whoever typed an address into the name of a school did not mean to publish it; the file in raw/ still has it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.received.text_cells import holds_byte

ADDRESS = r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>()]+"


def hide_addresses(
    cells: Mapping[str, arrow.ChunkedArray],
) -> tuple[dict[str, arrow.ChunkedArray], dict[str, np.ndarray]]:
    """The columns without addresses, and the places of the cells that held one, by our name (F16).

    `cells`: columns in our names, none of them restricted.
    """
    clean: dict[str, arrow.ChunkedArray] = dict(cells)
    found: dict[str, np.ndarray] = {}
    for name, column in cells.items():
        # Looking for one character first: nearly no column of a course file has any.
        if not holds_byte(column, b"@"):
            continue
        held = compute.match_substring_regex(column, ADDRESS)
        places = np.asarray(compute.indices_nonzero(held))
        if len(places):
            found[name] = places
            without = compute.replace_substring_regex(column, pattern=ADDRESS, replacement="")
            clean[name] = compute.if_else(held, compute.utf8_trim_whitespace(without), column)
    return clean, found
