"""Columns that say which school a record is of, and how that was found.

The weights of the matcher are in `schemas/linkage/`.
"""

from __future__ import annotations

from schemas.table_model import Column

MATCH_REASONS = (
    "decided_by_person",
    "nces_id_given",
    "successor",
    "state_id",
    "code_crosswalk",
    "same_name_same_district",
    "same_name_same_city",
    "scored",
    "id_conflict",
    "ambiguous",
    "not_found",
    "no_identity",
    "decided_no_school",
)

LINKING: tuple[Column, ...] = (
    Column(
        "match_reason", "text", "rung of the ladder that found the school, or why none was found", allowed=MATCH_REASONS
    ),
    Column(
        "match_score",
        "decimal",
        "trust in the match, the expected share of such matches that are right: 1 on certain rungs; without a match that of the first candidate, null without one",
        minimum=0,
        maximum=1,
    ),
    Column(
        "match_margin",
        "decimal",
        "distance to the runner-up: 1 when there is none; without a match that of the first candidate, null without one",
        minimum=0,
        maximum=1,
    ),
    Column("match_note", "text", "the match in words"),
    Column(
        "match_candidates", "text", "up to five schools that a record without a match may mean, each with id and reason"
    ),
)
