"""Requests of partners with what became of each: their own queue, beside the inbox."""

from schemas.columns import LOCATED, columns
from schemas.table_model import Table
from schemas.tables.partner_requests import SENT

TABLE = Table(
    name="request_queue",
    stage="reconciled",
    title="Queue of requests",
    grain="one request",
    columns=columns(
        *LOCATED,
        *SENT,
        "request_state",
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
