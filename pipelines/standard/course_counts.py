"""The counts of a state's course rows: read all at once, checked against each other, and folded per offering.

The reading of a single cell is in `counts`; which rows make an offering is in `course_offerings`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.shared.findings import empty_findings, join_findings
from pipelines.standard import national_lists as lists
from pipelines.standard.counts import add_sections, parse_counts
from schemas.columns import COUNTS
from schemas.source_model import Source

_PARTS = {"value": "", "low": "_low", "high": "_high", "status": "_status"}
_LOCATORS = ["source", "file", "sheet", "row"]
_NOTHING = empty_findings()
_ZERO = "at least one student in a course that is offered; a zero may stand for unknown"


def read_counts(rows: pd.DataFrame, source: Source, school_year: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The counts in one long frame (value, low, high, status: all rows for `enrolled`, then all for the next), and
    findings S11 and S13.

    rows: course rows whose counts are text. A cell that is neither a count nor a known mark is missing (S11); no
    students at all in an offered course is kept as sent and reported (North Carolina writes zeros for unknown).
    """
    text = pd.concat([rows[count] for count in COUNTS], ignore_index=True)
    long, bad = parse_counts(text, ("", *source.missing))
    odd = _blocks(bad.to_numpy())
    low = _blocks(long["low"].to_numpy("float64", na_value=np.nan))
    high = _blocks(long["high"].to_numpy("float64", na_value=np.nan))
    enrolled = list(COUNTS).index("enrolled")
    zero = (low[enrolled] == 0) & (high[enrolled] == 0)
    parts = [note_where(rows, zero, "S11", school_year, column="enrolled", shown="enrolled", expected=_ZERO)]
    for place, count in enumerate(COUNTS):
        parts.append(note_where(rows, odd[place], "S11", school_year, column=count, shown=count))
        # The counts themselves stay out of this finding: a small one may point to a child.
        parts.append(note_where(rows, low[place] > high[enrolled], "S13", school_year, column=count))
    return long, join_findings(parts)


def fold_counts(long: pd.DataFrame, offering: np.ndarray, size: int) -> dict[str, pd.Series]:
    """The counts of each offering by column (`schemas.columns.count_columns`): of its only row, or of all sections.

    long: as `read_counts` gives it. offering: per row, the number of its offering, 0 to size - 1; rows below 0 are
    left out.
    """
    used = np.tile(offering >= 0, len(COUNTS))
    group = (np.arange(len(COUNTS))[:, None] * size + offering).ravel()
    sums = add_sections(long[used], group[used], len(COUNTS) * size)
    return {
        count + ending: sums[part].iloc[place * size : (place + 1) * size].reset_index(drop=True)
        for place, count in enumerate(COUNTS)
        for part, ending in _PARTS.items()
    }


def note_where(
    rows: pd.DataFrame,
    flag: np.ndarray | pd.Series,
    rule_id: str,
    school_year: str,
    *,
    column: str,
    shown: str = "",
    expected: str | None = None,
) -> pd.DataFrame:
    """One finding per flagged row, which names `column` and shows the cell of column `shown`."""
    flags = np.asarray(flag, dtype=bool)
    if not flags.any():
        return _NOTHING
    found = rows.loc[flags, [*_LOCATORS, *([shown] if shown else [])]]
    values = found[shown] if shown else None
    return lists.note(found, rule_id, school_year, column=column, values=values, expected=expected)


def _blocks(numbers: np.ndarray) -> np.ndarray:
    return numbers.reshape(len(COUNTS), -1)
