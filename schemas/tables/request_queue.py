"""Requests of partners with what became of each: their own queue, beside the inbox."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="request_queue",
    stage="reconciled",
    title="Queue of requests",
    grain="one request",
    columns=columns(
        "record_id",
        "source",
        "school_year",
        "file",
        "sheet",
        "row",
        "request_id",
        "request_kind",
        "request_state",
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
    ),
    key=("request_id",),
    required=(
        "record_id",
        "source",
        "school_year",
        "file",
        "row",
        "request_kind",
        "request_state",
        "partner_id",
        "requested_at",
    ),
)
