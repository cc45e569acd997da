"""What happened to every school from one directory list to the next, one event a row: the life of a school."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="school_history",
    stage="linked",
    title="School history",
    grain="one event of one school",
    columns=columns(
        "event_id",
        "nces_school_id",
        "state",
        "school_name",
        "event_kind",
        "school_year_before",
        "school_year_after",
        "other_nces_school_ids",
        "what_was",
        "what_is_now",
        "reason",
        "confidence",
        "needs_review",
    ),
    key=("event_id",),
    required=("nces_school_id", "event_kind", "school_year_after", "reason", "confidence", "needs_review"),
    caveats=(
        "An event lies between two lists, which may be several years apart; when in between is not known.",
        "A private school that a survey wave does not have may have closed or may not have answered.",
    ),
)
