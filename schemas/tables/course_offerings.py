"""Courses that states say their schools offer: one row per school and course of a delivery, sections folded."""

from schemas.columns import SCHOOL_DETAILS, columns, count_columns
from schemas.table_model import Table

LOCATOR = ("record_id", "source", "school_year", "file", "sheet", "row")

TABLE = Table(
    name="course_offerings",
    stage="standard",
    title="Course offerings",
    grain="one school and course of one state in one school year",
    columns=columns(
        *LOCATOR,
        "delivery",
        "state",
        "nces_school_id_given",
        "state_school_id_given",
        "school_name",
        "district_name",
        "city",
        "zip",
        *SCHOOL_DETAILS,
        "course_code",
        "course_name",
        "counts_as_cs",
        "counts_basis",
        "source_rows",
        *count_columns(),
    ),
    key=("record_id",),
    required=("source", "school_year", "file", "row", "state", "counts_as_cs", "counts_basis", "source_rows"),
    caveats=(
        "Where a state gives no course list (HI, DC, PA and others) course_code is null and the row alone is the evidence.",
    ),
)
