"""What partners ask for: a school added, removed, changed, merged or split, or an answer that they say is wrong."""

from schemas.columns import LOCATED, columns
from schemas.table_model import Table

SENT = (
    "request_id",
    "request_kind",
    "partner_id",
    "partner_class",
    "nces_school_id_given",
    "other_nces_school_id",
    "school_name",
    "city",
    "state",
    "zip",
    "field",
    "new_value",
    "requested_by",
    "requested_at",
    "reason",
)
"""What a request holds as it is sent."""

TABLE = Table(
    name="partner_requests",
    stage="standard",
    title="Requests of partners",
    grain="one request",
    columns=columns(
        *LOCATED,
        *SENT,
    ),
    key=("request_id",),
    required=("record_id", "source", "school_year", "file", "row", "request_kind", "partner_id", "requested_at"),
)
