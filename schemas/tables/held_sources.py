"""Sources whose rows are kept out of a school year, by their declaration or by a decision."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="held_sources",
    stage="linked",
    title="Sources held back",
    grain="one source in one school year",
    columns=columns("source", "school_year", "reason", "decision_id"),
    key=("source",),
    required=("school_year", "reason"),
)
