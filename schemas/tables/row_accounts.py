"""Rows in against rows kept, rejected, merged and excluded. One row per file; the sum is checked on every run."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="row_accounts",
    stage="standard",
    title="Row accounts",
    grain="one accepted file",
    columns=columns(
        "school_year", "source", "file", "rows_in", "rows_kept", "rows_rejected", "rows_merged", "rows_excluded"
    ),
    key=("school_year", "source", "file"),
    required=("rows_in", "rows_kept", "rows_rejected", "rows_merged", "rows_excluded"),
)
