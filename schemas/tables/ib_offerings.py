"""Schools that offer IB computer science in one school year, by IB school code."""

from schemas.columns import LOCATED, columns
from schemas.table_model import Table

TABLE = Table(
    name="ib_offerings",
    stage="standard",
    title="IB offerings",
    grain="one IB school code and level in one school year",
    columns=columns(
        *LOCATED,
        "ib_school_code",
        "ib_level",
        "school_name",
        "state",
        "country",
        "nces_school_id_given",
        "source_rows",
    ),
    key=("ib_school_code", "ib_level"),
    required=("record_id", "source", "school_year", "file", "row", "source_rows"),
)
