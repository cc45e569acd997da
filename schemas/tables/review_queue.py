"""What a person must decide, one row per case, the most informative first. The inbox of the year.

Informative is what hangs on a case (published answers, then records) times how open it is: schemas/review_order.py.
"""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="review_queue",
    stage="reconciled",
    title="Review queue",
    grain="one open case",
    columns=columns(
        "case_id",
        "case_kind",
        "case_state",
        "school_year",
        "source",
        "state",
        "partner_id",
        "who_can_answer",
        "question",
        "system_answer",
        "choices",
        "candidates",
        "evidence",
        "evidence_then",
        "asked_before",
        "effect",
        "subject",
        "school_name",
        "city",
        "nces_school_id_given",
        "state_school_id_given",
        "course_code",
        "course_name",
        "file",
        "row",
        "records",
        "schools_affected",
        "students_affected",
        "published_effect",
        "openness",
        "informative",
        "evidence_hash",
    ),
    key=("case_id",),
    required=(
        "case_kind",
        "case_state",
        "school_year",
        "source",
        "who_can_answer",
        "question",
        "system_answer",
        "choices",
        "records",
        "evidence_hash",
    ),
)
