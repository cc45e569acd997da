"""Whether a state's file as a whole is what it seems: courses in the course column, counts of courses, no names.

Reads no cell that others do not read, and judges no course.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipelines.shared.coded import Coded, number_rows
from pipelines.shared.findings import file_finding, join_findings
from pipelines.standard.counts import EXACT, Counts
from pipelines.standard.row_notes import STAGE, Notes
from schemas.columns import COUNTS
from schemas.thresholds import threshold

TEACHER = "teacher_name_or_id"


def note_moved_columns(codes: Coded, state_ids: Coded, file: Coded, notes: Notes) -> None:
    """Note S09 on every row of a file whose course column holds the ids of its own districts or schools.

    The predecessor counted Texan district ids as courses (domain.md 15, 9). Zeros on the left do not count, because a
    spreadsheet takes them. A single equal code is chance, so a share of the file's rows decides.
    """
    code = _plain(codes)
    equal = np.zeros(len(codes), dtype=bool)
    for part in (1, 2):
        equal |= codes.known & (code == _plain(state_ids.map(lambda value, part=part: _part(value, part))))  # type: ignore[misc]
    rows = np.bincount(file.codes, minlength=len(file.values))
    moved = np.bincount(file.codes[equal], minlength=len(file.values)) > rows * threshold("s09_id_share")
    notes.add("S09", moved[file.codes], column="course_code", values=codes)


def _plain(column: Coded) -> np.ndarray:
    return np.array([*(value.lstrip("0") for value in column.values), None], dtype=object)[column.codes]


def _part(state_id: str, number: int) -> str | None:
    parts = state_id.split("-")
    return parts[number] if len(parts) > number else None


def teachers_moved(restricted: pd.DataFrame, source: str, marks: frozenset[str], school_year: str) -> pd.DataFrame:
    """S21 once per file: how many rows name a teacher. The names themselves are in the restricted tier only."""
    if restricted.empty or TEACHER not in restricted:
        return join_findings([])
    named = restricted[TEACHER].notna() & ~restricted[TEACHER].str.strip().isin(list(marks))
    return join_findings(
        file_finding(
            "S21", stage=STAGE, school_year=school_year, source=source, file=str(name), rows=int(count), column=TEACHER
        )
        for name, count in restricted.loc[named, "file"].value_counts(sort=False).sort_index().items()
    )


def totals_of_schools(
    counts: Mapping[str, Counts], school: np.ndarray, file: Coded, source: str, school_year: str
) -> pd.DataFrame:
    """S32 once per file that repeats one set of numbers in the courses of most of its schools (North Dakota).

    counts: per offering the counts by column of COUNTS. school, file: of each offering. Source: domain.md 15 (21).
    """
    exact = counts["enrolled"].status == EXACT
    if int(exact.sum()) < threshold("s32_schools") * threshold("s32_courses"):
        return join_findings([])
    numbers = [np.nan_to_num(counts[name].low, nan=-1).astype("int64") + 1 for name in COUNTS]
    place, named = file.codes[exact], number_rows([file.codes[exact], school[exact]])
    first = np.unique(named, return_index=True)[1]
    courses = np.bincount(named)
    pairs = np.unique(named * (len(named) + 1) + number_rows([part[exact] for part in numbers]))
    alike = np.bincount(pairs // (len(named) + 1)) == 1
    several = courses >= threshold("s32_courses")
    asked = np.bincount(place[first[several]], minlength=len(file.values))
    same = np.bincount(place[first[several & alike]], minlength=len(file.values))
    odd = np.flatnonzero((same >= threshold("s32_schools")) & (same > asked * threshold("s32_share")))
    return join_findings(
        file_finding(
            "S32",
            stage=STAGE,
            school_year=school_year,
            source=source,
            file=file.values[number],
            rows=int(same[number]),
            column="enrolled",
        )
        for number in odd
    )
