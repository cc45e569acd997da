"""Schools that a curriculum provider (TEALS and others) says it works with, one row per course."""

from schemas.columns import LOCATED, SCHOOL_DETAILS, columns
from schemas.table_model import Table

TABLE = Table(
    name="provider_offerings",
    stage="standard",
    title="Provider offerings",
    grain="one school and course of one provider in one school year",
    columns=columns(
        *LOCATED,
        "provider",
        "provider_course",
        "nces_school_id_given",
        "school_name",
        "district_name",
        "city",
        "state",
        "zip",
        *SCHOOL_DETAILS,
        "country",
        "source_rows",
    ),
    key=("record_id",),
    required=("source", "school_year", "file", "row", "provider", "source_rows"),
    caveats=("A cell that lists several courses becomes several rows.",),
)
