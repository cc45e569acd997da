"""Courses that states offered and whether each counts as computer science, with the reason."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="courses_that_count",
    stage="published",
    title="Courses that count",
    grain="one course of one state in one school year",
    columns=columns(
        "state", "school_year", "course_code", "course_name", "counts_as_cs", "counts_basis", "schools_teaching"
    ),
    key=("state", "school_year", "course_code", "course_name"),
    required=("counts_as_cs", "counts_basis", "schools_teaching"),
    caveats=("A course with an empty code or name was sent that way by its state.",),
)
