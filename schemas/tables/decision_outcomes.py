"""What became of every decision in a school year: applied, replaced, asked again, or of no use any more."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="decision_outcomes",
    stage="reconciled",
    title="What became of decisions",
    grain="one decision in one school year",
    columns=columns(
        "decision_id",
        "school_year",
        "source",
        "file",
        "row",
        "decision_kind",
        "case_id",
        "nces_school_id_given",
        "other_nces_school_id",
        "about_source",
        "decision_outcome",
        "why",
        "decided_by",
        "decided_at",
        "reason",
    ),
    key=("decision_id",),
    required=("school_year", "decision_kind", "decision_outcome", "why", "decided_by", "decided_at"),
    caveats=("Decisions of earlier years are listed again in each year in which they may hold.",),
)
