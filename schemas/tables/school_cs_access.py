"""The answer: does this school teach computer science this year? Exactly one row per school of the directory."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="school_cs_access",
    stage="reconciled",
    title="Does this school teach computer science?",
    grain="one school of the directory in one school year",
    columns=columns(
        "nces_school_id",
        "school_year",
        "school_name",
        "district_name",
        "leaid",
        "state_school_id",
        "street",
        "city",
        "state",
        "zip",
        "county",
        "latitude",
        "longitude",
        "locale_code",
        "sector",
        "school_type",
        "status",
        "grade_low",
        "grade_high",
        "grade_levels",
        "grades_year",
        "students_total",
        "teaches_cs",
        "decided_by_rule",
        "evidence_year",
        "policy",
        "in_access_report",
        "excluded_reason",
    ),
    key=("nces_school_id", "school_year"),
    required=("school_name", "state", "sector", "teaches_cs", "policy", "in_access_report"),
    caveats=(
        "U is unknown, not no.",
        "HY, HN and HM rest on one of the two years before and are never carried further.",
    ),
)
