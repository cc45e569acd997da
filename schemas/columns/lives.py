"""Columns of what happens to a school over the years, what follows it, and which listings are of one school.

What one directory says of it is in `schools.py`.
"""

from __future__ import annotations

from schemas.columns.patterns import NCES_ID_PATTERN, SCHOOL_YEAR_PATTERN
from schemas.table_model import Column

EVENT_KINDS = (
    "opened",
    "closed",
    "reopened",
    "not_listed",
    "listed_again",
    "renamed",
    "respelled",
    "moved",
    "renumbered",
    "state_renumbered",
    "recycled_id",
    "merged",
    "split",
    "succeeded",
    "reported_twice",
    "shared_campus",
)

LIVES: tuple[Column, ...] = (
    Column("event_id", "text", "stable id of the event: hash of its kind, schools and years"),
    Column(
        "event_kind",
        "text",
        "what happened. renumbered: the school has another NCES id; state_renumbered: another id of the state; recycled_id: "
        "the id is another school's now; succeeded: another school took its place; reported_twice: two NCES ids for one "
        "school; not_listed, listed_again: out of and back in the private school survey",
        allowed=EVENT_KINDS,
    ),
    Column(
        "school_year_before",
        "text",
        "school year of the last list before the event; null for what one list shows",
        pattern=SCHOOL_YEAR_PATTERN,
    ),
    Column("school_year_after", "text", "school year of the first list after the event", pattern=SCHOOL_YEAR_PATTERN),
    Column("other_nces_school_ids", "text", "NCES ids of the other schools of the event, joined by a bar"),
    Column("what_was", "text", "name, address, id or status before the event"),
    Column("what_is_now", "text", "name, address, id or status after the event"),
    Column(
        "confidence",
        "text",
        "certain: ids prove it; likely: two facts agree; doubtful: a person must look, and nothing is followed until then",
        allowed=("certain", "likely", "doubtful", "decided"),
    ),
    Column("needs_review", "flag", "a person must look"),
    Column(
        "predecessor_nces_school_id",
        "text",
        "NCES id the school, or a school that became part of it, had before",
        pattern=NCES_ID_PATTERN,
    ),
    Column("successor_nces_school_id", "text", "NCES id that came after it", pattern=NCES_ID_PATTERN),
    Column("is_followed", "flag", "evidence and answers of the predecessor count for the successor"),
    Column("twin_nces_school_id", "text", "NCES id of the other school of the pair", pattern=NCES_ID_PATTERN),
    Column(
        "twin_kind",
        "text",
        "what the two share. combined_campus: one state id, and grades that do not overlap; one_campus: an address, and a name "
        "but for the level; bureau_and_state: the Bureau of Indian Education and a state list one school; "
        "same_school_two_years: files of two years list it under two numbers",
        allowed=(
            "same_state_id",
            "combined_campus",
            "same_name_and_address",
            "bureau_and_state",
            "one_campus",
            "same_school_two_years",
        ),
    ),
    Column(
        "survivor_nces_school_id", "text", "NCES id that is suggested to stay; null: both stay", pattern=NCES_ID_PATTERN
    ),
)
