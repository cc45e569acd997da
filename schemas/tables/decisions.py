"""What people decided: one row per decision, never edited; the newest wins and undo is a newer one."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="decisions",
    stage="standard",
    title="Decisions",
    grain="one decision",
    columns=columns(
        "record_id",
        "source",
        "school_year",
        "file",
        "sheet",
        "row",
        "decision_id",
        "decision_kind",
        "nces_school_id_given",
        "decided_value",
        "decided_by",
        "decided_at",
        "reason",
        "evidence_hash",
    ),
    key=("decision_id",),
    required=(
        "record_id",
        "source",
        "school_year",
        "file",
        "row",
        "decision_kind",
        "decided_by",
        "decided_at",
        "reason",
    ),
)
