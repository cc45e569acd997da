"""The titles that a state's files hold, each spelling with its judgement: what a person goes through to judge the list.

Judges nothing of its own: `course_verdicts` does, as for the offerings; but here no section is folded into another.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as arrow

from pipelines.shared.frames import to_frame
from pipelines.shared.records import Received
from pipelines.shared.text import key_of
from pipelines.standard.course_codes import canonical_code
from pipelines.standard.course_rows import read_given
from pipelines.standard.course_verdicts import judge_courses
from schemas.source_model import CourseRule, Source

COLUMNS = ("title_key", "course_name", "course_code", "counts_as_cs", "counts_basis")


def list_titles(received: Received, source: Source, school_year: str, catalog: pd.DataFrame) -> pd.DataFrame:
    """One row per spelling, code and judgement of everything received, replaced deliveries too: COLUMNS as text, blank
    where missing, and `rows` of the files."""
    given, rule = read_given(received, source), source.courses or CourseRule()
    codes = given.cells["course_code"].map(lambda code: canonical_code(code, rule))
    titles = given.cells["course_name"]
    judged = judge_courses(codes, titles, rule, catalog, school_year)
    columns = (titles.map(key_of), titles, codes, judged.verdict, judged.basis)
    rows = to_frame(arrow.table({name: column.text() for name, column in zip(COLUMNS, columns, strict=True)}))
    return rows.fillna("").groupby(list(COLUMNS), sort=True).size().rename("rows").reset_index()
