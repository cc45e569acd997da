"""The counts of a state's course rows: read all at once, checked against each other, and folded per offering.

The reading of a single cell is in `counts`; which rows make an offering is in `course_offerings`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as arrow

from pipelines.shared.coded import Coded
from pipelines.standard.counts import EXACT, STATUSES, Counts, add_sections, read_counts
from pipelines.standard.row_notes import Notes
from schemas.columns import COUNTS

APART = ("black", "hispanic", "native_american", "pacific_islander")
"""Groups of which a student is in one only; their sum is no more than the whole course."""
_ZERO = "at least one student in a course that is offered; a zero may stand for unknown"


def read_course_counts(
    cells: Mapping[str, Coded], missing: tuple[str, ...], notes: Notes, counted: np.ndarray
) -> dict[str, Counts]:
    """The counts of all rows by column of COUNTS, and notes S11 to S14 on the rows flagged in `counted`.

    A cell that is neither a count nor a known mark is missing (S11); no students at all in an offered course is kept as
    sent and reported (S12: North Carolina writes zeros for unknown).
    """
    found = {name: read_counts(cells[name], ("", *missing)) for name in COUNTS}
    whole = found["enrolled"][0]
    zero = (whole.low == 0) & (whole.high == 0)
    notes.add("S12", zero & counted, column="enrolled", values=cells["enrolled"], expected=_ZERO)
    for name, (counts, bad) in found.items():
        notes.add("S11", bad & counted, column=name, values=cells[name])
        # The counts themselves stay out of this finding: a small one may point to a child.
        notes.add("S13", (counts.low > whole.high) & counted, column=name)
    races = np.nansum([found[name][0].low for name in APART], axis=0)
    notes.add("S14", (races > whole.high) & counted, column="enrolled")
    return {name: counts for name, (counts, _) in found.items()}


def fold_counts(
    counts: Mapping[str, Counts], rows: np.ndarray, offering: np.ndarray, size: int
) -> dict[str, arrow.Array]:
    """The counts of each offering by column (`schemas.columns.count_columns`): of its only row, or of all sections.

    rows: places of the rows that are added up. offering: per such row, the number of its offering, 0 to size - 1.
    """
    columns = {}
    for name, every in counts.items():
        sums = add_sections(Counts(*(part[rows] for part in every)), offering, size)
        columns[name] = _whole(sums.low, sums.status == EXACT)
        columns[f"{name}_low"] = _whole(sums.low, ~np.isnan(sums.low))
        columns[f"{name}_high"] = _whole(sums.high, ~np.isnan(sums.high))
        columns[f"{name}_status"] = arrow.array(STATUSES).take(arrow.array(sums.status))
    return columns


def _whole(numbers: np.ndarray, known: np.ndarray) -> arrow.Array:
    return arrow.array(np.nan_to_num(numbers).astype("int64"), mask=~known)
