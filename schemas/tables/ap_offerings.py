"""Schools on the College Board's AP computer science ledgers of one school year, by AP school code."""

from schemas.columns import LOCATED, columns
from schemas.table_model import Table

TABLE = Table(
    name="ap_offerings",
    stage="standard",
    title="AP offerings",
    grain="one AP school code and exam in one school year",
    columns=columns(
        *LOCATED,
        "ap_school_code",
        "ap_exam",
        "school_name",
        "city",
        "state",
        "source_rows",
    ),
    key=("ap_school_code", "ap_exam"),
    required=("record_id", "source", "school_year", "file", "row", "source_rows"),
)
