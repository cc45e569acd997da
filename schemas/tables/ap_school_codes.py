"""College Board school codes and the NCES id each belongs to in one school year. A school may change its code."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="ap_school_codes",
    stage="standard",
    title="AP school codes",
    grain="one AP school code in one school year",
    columns=columns(
        "record_id", "source", "school_year", "file", "sheet", "row", "ap_school_code", "nces_school_id_given"
    ),
    key=("ap_school_code",),
    required=("record_id", "source", "school_year", "file", "row", "nces_school_id_given"),
)
