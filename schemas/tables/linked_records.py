"""Every record that speaks of a school, from every source, with the school it was matched to or why it was not."""

from schemas.columns import LOCATED, SCHOOL_DETAILS, columns
from schemas.table_model import Table

TABLE = Table(
    name="linked_records",
    stage="linked",
    title="Linked records",
    grain="one record of one source",
    columns=columns(
        *LOCATED,
        "state",
        "nces_school_id_given",
        "state_school_id_given",
        "school_name",
        "district_name",
        "city",
        "zip",
        *SCHOOL_DETAILS,
        "nces_school_id",
        "match_reason",
        "match_score",
        "match_margin",
        "match_note",
        "match_candidates",
    ),
    key=("record_id",),
    required=("source", "school_year", "file", "row", "match_reason", "match_note"),
)
