"""One wide row per school and year: what each kind of evidence says beside the answer."""

from schemas.columns import EVIDENCE_KINDS, columns
from schemas.table_model import Table

TABLE = Table(
    name="review_table",
    stage="reconciled",
    title="Review table",
    grain="one school in one school year",
    columns=columns(
        "nces_school_id",
        "school_year",
        "state",
        "school_name",
        "grade_levels",
        "sector",
        *(f"{kind}_says" for kind in EVIDENCE_KINDS if kind != "directory"),
        "teaches_cs",
        "decided_by_rule",
        "policy",
        "why",
    ),
    key=("nces_school_id", "school_year"),
    required=("state", "school_name", "sector", "teaches_cs", "policy", "why"),
)
