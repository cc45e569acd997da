"""What the page needs to list the schools behind a figure of the access report: groups, students, the national pool.

Groups and years are those of `report_schools`, so that the page and the report cannot choose differently. Counts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.published.report_schools import group_codes, group_name, latest_years
from schemas.columns import RACES
from schemas.metrics import GROUP_KIND_WORDS, GROUP_KINDS

NO_COUNT = 65_535
"""Stands for an unknown number of students."""


def report_columns(rows: pd.DataFrame, number: npt.NDArray[np.int64]) -> bytes:
    """Columns of little-endian 16-bit numbers over the schools of the report, in order of their numbers: the groups as
    one number (`group_words` says how to take it apart), all students, and the students of each of RACES.

    rows: `school_cs_access` of one school year. number: of the school of each row.
    """
    order = np.argsort(number, kind="stable")
    order = order[rows["in_access_report"].fillna(False).to_numpy(dtype=bool)[order]]
    kept = rows.iloc[order]
    codes = group_codes(kept)
    packed = np.zeros(len(kept), dtype="int64")
    for kind in GROUP_KIND_WORDS:
        packed = packed * _size(kind) + codes[kind]
    columns = [packed]
    for name in ("total", *RACES):
        count = kept[f"students_{name}"].to_numpy(dtype="float64", na_value=np.nan)
        columns.append(np.where(np.isnan(count), NO_COUNT, np.minimum(count, NO_COUNT - 1)))
    return b"".join(column.astype("<u2").tobytes() for column in columns)


def group_words() -> list[dict[str, Any]]:
    """Kinds of groups with their words and names; `divisor` takes a kind out of the packed number, the rest by size."""
    divisor, found = 1, []
    for kind, words in reversed(GROUP_KIND_WORDS.items()):
        names = [group_name(kind, code) for code in range(_size(kind))]
        found.append({"kind": kind, "words": words, "names": names, "divisor": divisor})
        divisor *= _size(kind)
    return found[::-1]


def pooled_years(of_year: Mapping[str, pd.DataFrame], only_state: str = "") -> dict[str, dict[str, str]]:
    """School year -> state -> the year that stands for the state in the nation's figure of that school year."""
    pooled = {year: latest_years(of_year, year) for year in of_year}
    return {year: {s: y for s, y in latest.items() if only_state in ("", s)} for year, latest in pooled.items()}


def _size(kind: str) -> int:
    return len(GROUP_KINDS[kind]) + 1
