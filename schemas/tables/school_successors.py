"""Which NCES id came after which: evidence and last year's answers follow these where they are followed."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="school_successors",
    stage="linked",
    title="Successors",
    grain="one NCES id and one that came after it",
    columns=columns(
        "predecessor_nces_school_id",
        "successor_nces_school_id",
        "school_year_before",
        "school_year_after",
        "event_kind",
        "confidence",
        "is_followed",
        "reason",
    ),
    key=("predecessor_nces_school_id", "successor_nces_school_id"),
    required=("school_year_after", "event_kind", "confidence", "is_followed", "reason"),
    caveats=(
        "Doubtful links, splits and links that lead in a circle are not followed until a person decides.",
        "A link of an id to itself: the id may have been given out anew; last year's answer waits until a person decides.",
    ),
)
