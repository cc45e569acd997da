"""Rows set aside because they broke a rule of severity reject or quarantine, with the reason and the fix."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="rejects",
    stage="standard",
    title="Rejected rows",
    grain="one row of a file that did not go on",
    columns=columns("school_year", "source", "file", "sheet", "row", "rule_ids", "reason", "fix", "record"),
    key=("source", "file", "row"),
    required=("school_year", "rule_ids", "reason", "record"),
)
