"""Columns of an answer to the survey, most of them for partners only or restricted.

What a survey file may say in other words is in `schemas/survey_words.py`.
"""

from __future__ import annotations

from schemas.table_model import Column

HOW_MANY = ("NONE", "SOME", "ALL", "I DON'T KNOW")
TOPICS = (
    "blocks",
    "text",
    "robots",
    "internet",
    "security",
    "data",
    "web_design",
    "game_design",
    "ethical_social",
    "other",
    "do_not_know",
)

SURVEY: tuple[Column, ...] = (
    Column("response_id", "text", "hash that identifies the answer inside one run; never published", tier="restricted"),
    Column(
        "respondent_key",
        "text",
        "hash of the respondent's e-mail, to keep the last answer per person",
        tier="restricted",
    ),
    Column("form", "text", "survey form version", tier="partner"),
    Column(
        "role",
        "text",
        "who answers",
        allowed=("TEACHER", "ADMINISTRATOR", "PARENT", "VOLUNTEER", "STUDENT", "OTHER"),
        rule="R02",
        tier="partner",
    ),
    Column(
        "role_group",
        "text",
        "teacher_or_admin, or not_teacher_or_admin (blank and other roles)",
        allowed=("teacher_or_admin", "not_teacher_or_admin"),
        tier="partner",
    ),
    Column("submitted_at", "text", "when the answer was sent", unit="ISO date and time", tier="partner"),
    *(
        Column(question, "text", f"how many students {meaning}", allowed=HOW_MANY, rule="R03", tier="partner")
        for question, meaning in {
            "how_many_do_hoc": "will do an Hour of Code",
            "how_many_after_school": "do computer programming after school",
            "how_many_10_hours": "take at least 10 hours of programming inside another course",
            "how_many_20_hours": "take a semester or year course with at least 20 hours of programming",
        }.items()
    ),
    Column(
        "class_frequency",
        "text",
        "how often the class meets",
        allowed=(
            "LESS THAN ONE HOUR PER WEEK",
            "ONE TO THREE HOURS PER WEEK",
            "THREE PLUS HOURS PER WEEK",
            "I DON'T KNOW",
        ),
        rule="R03",
        tier="partner",
    ),
    *(
        Column(f"topic_{topic}", "flag", f"the course teaches: {topic.replace('_', ' ')}", tier="partner")
        for topic in TOPICS
    ),
    Column("is_teacher_banner", "flag", "answered on the teacher banner, which has no topic boxes", tier="partner"),
    Column("inaccuracy_reported", "flag", "the respondent says the published answer is wrong", tier="partner"),
    Column(
        "share_with_regional_partners",
        "flag",
        "the respondent agrees to share contact details with the partner of the state; blank is no",
        tier="partner",
    ),
    Column("submitter_email_address", "text", "respondent's e-mail", tier="restricted"),
    Column("submitter_name", "text", "respondent's name", tier="restricted"),
    Column("tell_us_more", "text", "free text", tier="restricted"),
    Column("inaccuracy_comment", "text", "free text on what is wrong", tier="restricted"),
    Column("topic_other_description", "text", "free text on another topic", tier="restricted"),
    Column("teacher_name_or_id", "text", "teacher's name or id as the state sent it", tier="restricted"),
    Column(
        "answer_number",
        "integer",
        "number of the answer among those for its school and school year, in the order of what they say: it names nobody",
        minimum=1,
        tier="partner",
    ),
)
