"""Columns of a course as a state reports it: its code and title, whether it counts, and its students.

Which courses count is declared in `schemas/courses/`.
"""

from __future__ import annotations

from schemas.table_model import Column

COUNTS = {
    "enrolled": "students enrolled in the course",
    "female": "female students enrolled",
    "black": "Black or African American students enrolled",
    "hispanic": "Hispanic or Latino students enrolled",
    "native_american": "American Indian or Alaska Native students enrolled",
    "pacific_islander": "Native Hawaiian or Pacific Islander students enrolled",
    "frl": "enrolled students eligible for free or reduced-price lunch",
    "special_education": "enrolled students with special education status",
    "english_learner": "enrolled English language learners",
}
COUNT_STATUSES = ("exact", "suppressed", "missing", "cep")


def count_columns() -> tuple[str, ...]:
    """Names of the four columns of each course count: value, low, high, status."""
    return tuple(f"{count}{part}" for count in COUNTS for part in ("", "_low", "_high", "_status"))


def _count_columns(count: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(
            count,
            "integer",
            f"{meaning}; null unless reported exactly",
            unit="students",
            minimum=0,
            rule="S11",
            tier="partner",
        ),
        Column(f"{count}_low", "integer", f"least number of {meaning}", unit="students", minimum=0, tier="partner"),
        Column(
            f"{count}_high",
            "integer",
            f"greatest number of {meaning}; null when unbounded",
            unit="students",
            minimum=0,
            tier="partner",
        ),
        Column(
            f"{count}_status", "text", f"how the number of {meaning} was given", allowed=COUNT_STATUSES, tier="partner"
        ),
    )


COURSES: tuple[Column, ...] = (
    Column("course_code", "text", "course code, in the state's canonical form"),
    Column("course_name", "text", "course title as the state wrote it, spaces folded"),
    Column(
        "counts_as_cs",
        "text",
        "whether the course is computer science by the state's catalog of that year",
        allowed=("counts", "does_not_count", "review"),
    ),
    Column("counts_basis", "text", "why the course counts or not"),
    Column("source_rows", "integer", "rows of the file folded into this one", minimum=1),
    *(part for count, meaning in COUNTS.items() for part in _count_columns(count, meaning)),
)
