"""Areas of the regional partners: one row per partner and state or ZIP code. Not which school is whose."""

from schemas.columns import LOCATED, columns
from schemas.table_model import Table

TABLE = Table(
    name="partner_regions",
    stage="standard",
    title="Areas of regional partners",
    grain="one area (a state, or a ZIP code) of one partner",
    columns=columns(
        *LOCATED,
        "partner_id",
        "partner_name",
        "partner_account",
        "partner_class",
        "state",
        "zip",
    ),
    key=("record_id",),
    required=("source", "school_year", "file", "row", "partner_id", "partner_name", "partner_class"),
    caveats=("An area that several partners have is listed for each of them (G04) and maps no school.",),
)
