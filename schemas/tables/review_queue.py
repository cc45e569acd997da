"""What a person must decide, one row per case, most records first. The single inbox of the clean-up."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="review_queue",
    stage="linked",
    title="Review queue",
    grain="one open case",
    columns=columns(
        "case_id",
        "case_kind",
        "school_year",
        "source",
        "state",
        "question",
        "system_answer",
        "candidates",
        "school_name",
        "city",
        "nces_school_id_given",
        "state_school_id_given",
        "file",
        "row",
        "records",
        "evidence_hash",
    ),
    key=("case_id",),
    required=("case_kind", "school_year", "source", "question", "system_answer", "records", "evidence_hash"),
)
