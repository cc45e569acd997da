"""Courses that people decided on, where no list judges them or a list is wrong."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="decided_courses",
    stage="linked",
    title="Courses decided by people",
    grain="one course of one source in one school year",
    columns=columns(
        "source", "school_year", "course_code", "course_name", "counts_as_cs", "counts_basis", "decision_id"
    ),
    required=("source", "school_year", "counts_as_cs", "counts_basis", "decision_id"),
    caveats=("Where only a code is given, the decision is for every title under it.",),
)
