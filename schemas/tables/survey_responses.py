"""Survey answers, one per person, school and year (the last). Contact details and free text are kept apart."""

from schemas.columns import LOCATED, TOPICS, columns
from schemas.table_model import Table

TABLE = Table(
    name="survey_responses",
    stage="standard",
    title="Survey answers",
    grain="one person's last answer for one school and school year",
    columns=columns(
        *LOCATED,
        "form",
        "role",
        "role_group",
        "submitted_at",
        "nces_school_id_given",
        "school_name",
        "city",
        "state",
        "zip",
        "how_many_do_hoc",
        "how_many_after_school",
        "how_many_10_hours",
        "how_many_20_hours",
        "class_frequency",
        *(f"topic_{topic}" for topic in TOPICS),
        "is_teacher_banner",
        "inaccuracy_reported",
        "share_with_regional_partners",
        "source_rows",
    ),
    key=("record_id",),
    required=("source", "school_year", "file", "row", "role_group", "is_teacher_banner", "source_rows"),
    caveats=("Answers are what people said, not what a school confirmed.",),
)
