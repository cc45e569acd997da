"""Tables that only partner folders and extracts hold: no step makes them and no release shows them (ADR 20).

`contacts` is the one table with restricted columns; who may have it is decided in `pipelines/published/partner_contacts.py`.
"""

from __future__ import annotations

from schemas.columns import columns
from schemas.table_model import Table
from schemas.tables import table

_OFFERINGS, _ANSWERS = table("course_offerings"), table("survey_responses")
_IDENTIFY_AN_ANSWER = frozenset({"record_id", "file", "sheet", "row", "submitted_at", "source_rows", "role", "form"})
"""Columns of a survey answer that tell who gave it, or let a reader follow it from release to release."""
_PLACE = frozenset({"nces_school_id_given", "school_name", "city", "state", "zip", "school_year", "source"})

PARTNER_TABLES: dict[str, Table] = {
    declared.name: declared
    for declared in (
        Table(
            name="partner_courses",
            stage="published",
            title="Courses that states reported",
            grain="one record of a course at one school, as its state sent it",
            columns=(*columns("nces_school_id"), *_OFFERINGS.columns),
            key=("record_id",),
            required=("nces_school_id", "school_year", "state"),
            caveats=(
                "Counts are the state's own, with its own suppression: a range where it gives one. Do not publish them.",
            ),
        ),
        Table(
            name="survey_answers",
            stage="published",
            title="What people said in the survey",
            grain="one person's last answer for one school and school year, without who or when",
            columns=columns(
                "nces_school_id",
                "school_year",
                "answer_number",
                *(c for c in _ANSWERS.column_names if c not in _IDENTIFY_AN_ANSWER | _PLACE),
            ),
            key=("nces_school_id", "school_year", "answer_number"),
            required=("role_group",),
            caveats=("Answers are what people said, not what a school confirmed. Do not publish single answers.",),
        ),
        Table(
            name="contacts",
            stage="published",
            title="People who agreed to be contacted by their school's partner",
            grain="one person and school",
            columns=columns("nces_school_id", "school_year", "submitter_name", "submitter_email_address"),
            key=("nces_school_id", "submitter_email_address"),
            required=("school_year",),
            caveats=(
                "Shared by the person's own latest word, which may be withdrawn: use the newest release only, and delete older copies.",
            ),
        ),
        Table(
            name="entitlements",
            stage="published",
            title="Which account may see which school",
            grain="one account and school in one school year",
            columns=columns("partner_account", "partner_id", "nces_school_id", "school_year"),
            key=("partner_account", "nces_school_id", "school_year"),
            required=("partner_id",),
            caveats=("For row-level security: join on nces_school_id and school_year, filter by USERNAME().",),
        ),
    )
}
