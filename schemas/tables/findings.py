"""Everything a rule had to say, one row per finding. Never holds the value of a restricted column."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="findings",
    stage="standard",
    title="Findings",
    grain="one rule broken at one place of one file",
    columns=columns(
        "school_year",
        "stage",
        "source",
        "file",
        "sheet",
        "row",
        "column",
        "rule_id",
        "severity",
        "value",
        "expected",
        "fix",
        "finding_rows",
    ),
    required=("school_year", "stage", "source", "rule_id", "severity", "fix", "finding_rows"),
    caveats=("Where a rule speaks of a whole file, row and column are null.",),
)
