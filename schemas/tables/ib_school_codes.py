"""IB school codes and the NCES id each belongs to."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="ib_school_codes",
    stage="standard",
    title="IB school codes",
    grain="one IB school code",
    columns=columns(
        "record_id", "source", "school_year", "file", "sheet", "row", "ib_school_code", "nces_school_id_given"
    ),
    key=("ib_school_code",),
    required=("record_id", "source", "school_year", "file", "row", "nces_school_id_given"),
)
