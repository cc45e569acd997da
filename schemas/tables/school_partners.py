"""Which regional partner a school belongs to: one row per school of the directory, at most one partner."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="school_partners",
    stage="reconciled",
    title="Partners of schools",
    grain="one school of the directory in one school year",
    columns=columns("nces_school_id", "school_year", "partner_id", "mapped_by"),
    key=("nces_school_id",),
    required=("school_year",),
    caveats=("A school without a partner has a row too; so a join with the directory keeps the number of its rows.",),
)
