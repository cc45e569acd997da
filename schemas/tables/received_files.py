"""Every file that arrived for a school year, and what became of it. One row per file."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="received_files",
    stage="received",
    title="Files received",
    grain="one file for one school year",
    columns=columns(
        "source",
        "school_year",
        "file_year",
        "file",
        "sha256",
        "bytes",
        "delivery",
        "received_on",
        "received_by",
        "file_status",
        "layout",
        "encoding",
        "rows_in",
        "reason",
        "columns_found",
        "columns_unknown",
    ),
    key=("source", "school_year", "file"),
    required=("file_status",),
    caveats=("A refused file stays listed with its reason; its rows are not read.",),
)
