"""Pairs of NCES ids of one directory year that may be one school, with the one that is suggested to stay."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="duplicate_schools",
    stage="linked",
    title="Duplicate schools",
    grain="two NCES ids of one directory year",
    columns=columns(
        "nces_school_id",
        "twin_nces_school_id",
        "school_year",
        "state",
        "school_name",
        "twin_kind",
        "survivor_nces_school_id",
        "reason",
    ),
    key=("nces_school_id", "twin_nces_school_id"),
    required=("school_year", "twin_kind", "reason"),
    caveats=(
        "A combined campus has one state id and several NCES ids that are schools of their own: no survivor.",
        "Pairs are as found in the directory, before any decision: what was decided on them is in school_successors.",
    ),
)
