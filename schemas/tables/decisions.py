"""What people decided: one row per decision, never edited; the newest wins and undo is a newer one."""

from schemas.columns import columns
from schemas.table_model import Table

MADE = (
    "decision_id",
    "decision_kind",
    "case_id",
    "case_kind",
    "nces_school_id_given",
    "other_nces_school_id",
    "request_id",
    "about_source",
    "course_code",
    "course_name",
    "field",
    "new_value",
    "decided_value",
    "value_before",
    "base_release",
    "decided_by",
    "decided_at",
    "reason",
    "expires",
    "evidence_hash",
    "evidence_seen",
)
"""What a decision holds, however it was sent."""

TABLE = Table(
    name="decisions",
    stage="standard",
    title="Decisions",
    grain="one decision",
    columns=columns(
        "record_id",
        "source",
        "school_year",
        "file_year",
        "file",
        "sheet",
        "row",
        *MADE,
        "reviewer_partner",
    ),
    key=("decision_id",),
    required=(
        "record_id",
        "source",
        "school_year",
        "file_year",
        "file",
        "row",
        "decision_kind",
        "decided_by",
        "decided_at",
        "reason",
    ),
)
