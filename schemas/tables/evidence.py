"""Why each school got its answer: every piece of evidence, used or not, with the reason and the file and row."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="evidence",
    stage="reconciled",
    title="Evidence",
    grain="one school, school year and kind of evidence",
    columns=columns(
        "nces_school_id",
        "school_year",
        "position",
        "evidence_kind",
        "label",
        "says",
        "is_used",
        "why",
        "records_yes",
        "records_no",
        "evidence_year",
        "source",
        "pointer",
        "policy",
    ),
    key=("nces_school_id", "school_year", "label"),
    required=("position", "evidence_kind", "label", "is_used", "why", "policy"),
    caveats=("A school without any evidence has no row here; its answer is U, unknown.",),
)
