"""Columns that say where a row came from, which files were received, and what was found in them and counted.

Nothing here says what a row means.
"""

from __future__ import annotations

from schemas.columns.patterns import SCHOOL_YEAR_PATTERN
from schemas.table_model import Column

LOCATED = ("record_id", "source", "school_year", "file", "sheet", "row")
"""Columns that say which record it is and where it stood in what was sent."""

RECEIVED: tuple[Column, ...] = (
    # Where a row came from
    Column("source", "text", "name of the source: its file in schemas/sources/ without the ending"),
    Column("school_year", "text", "school year the row speaks of, for example 2018-19", pattern=SCHOOL_YEAR_PATTERN),
    Column(
        "file_year",
        "text",
        "school year of the file the row was read from; differs from school_year when the nearest year was used",
        pattern=SCHOOL_YEAR_PATTERN,
    ),
    Column("file", "text", "path of the file below raw/"),
    Column("sheet", "text", "sheet of the workbook; null for files without sheets"),
    Column("row", "integer", "row number as a spreadsheet shows it (the header is row 1)", minimum=1),
    Column("stage", "text", "stage of the path", allowed=("received", "standard", "linked", "reconciled", "published")),
    Column("record_id", "text", "source, file and row of the record, joined by a colon; stable for one file"),
    # Files received
    Column("sha256", "text", "hash of the file's bytes", pattern=r"^[0-9a-f]{64}$"),
    Column("bytes", "integer", "size of the file", unit="bytes", minimum=0),
    Column(
        "delivery",
        "text",
        "full: replaces what was sent before; changes or supplement: added to it",
        allowed=("full", "changes", "supplement"),
    ),
    Column("received_by", "text", "who received the file", tier="partner"),
    Column("received_on", "text", "date the file was received", unit="ISO date"),
    Column("file_status", "text", "what became of the file", allowed=("accepted", "refused", "superseded", "missing")),
    Column("layout", "text", "layout of the source's YAML that the file was read with"),
    Column("encoding", "text", "encoding the file was read with"),
    Column("reason", "text", "one sentence: why"),
    Column("columns_found", "text", "the file's column names as spelled, our name first (JSON object)"),
    Column("columns_unknown", "text", "column names of the file that no layout names, joined by a bar"),
    # Findings
    Column("rule_id", "text", "rule in schemas/rules.py"),
    Column(
        "severity",
        "text",
        "block: the file is refused; reject: the row is set aside; quarantine: kept for a person; fix: repaired; warn: counted",
        allowed=("block", "reject", "quarantine", "fix", "warn"),
    ),
    Column("column", "text", "column as spelled in the file"),
    Column("value", "text", "value found; null for restricted columns"),
    Column("expected", "text", "what was expected"),
    Column("fix", "text", "how to put it right, or what was repaired"),
    Column("finding_rows", "integer", "rows this finding stands for", minimum=0),
    Column("rule_ids", "text", "rules the row broke, joined by a bar"),
    Column("record", "text", "the row's cells without restricted columns (JSON object)", tier="partner"),
    # Row accounting
    Column("rows_in", "integer", "data rows in the file", minimum=0),
    Column("rows_kept", "integer", "rows that went on", minimum=0),
    Column("rows_rejected", "integer", "rows set aside with a reason", minimum=0),
    Column("rows_merged", "integer", "rows folded into another row (sections, duplicates, later answers)", minimum=0),
    Column(
        "rows_excluded",
        "integer",
        "rows left out on purpose (withdrawn by a later delivery, other country, no identity)",
        minimum=0,
    ),
)
