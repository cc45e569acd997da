"""What each source sent for the year: reported, not reported, refused or held, and what became of its rows."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="sources",
    stage="published",
    title="Sources",
    grain="one source in one school year",
    columns=columns(
        "source",
        "school_year",
        "report_status",
        "file_year",
        "received_on",
        "rows_in",
        "rows_kept",
        "rows_rejected",
        "rows_merged",
        "rows_excluded",
        "reason",
    ),
    key=("source", "school_year"),
    required=("report_status",),
)
