"""The access report of the regional partners' areas: the same figures as `access_report`. For partners, not published."""

from schemas.columns import columns
from schemas.table_model import Table
from schemas.tables.access_report import KEY, NAMES

TABLE = Table(
    name="partner_report",
    stage="published",
    title="Access report by regional partner",
    grain="one figure of one group in one partner's area in one school year",
    columns=columns(*(name for name in NAMES if name != "is_hidden")),
    key=KEY,
    required=("place_name",),
    caveats=(
        "Partner tier: place_id and place_name name a partner, and small counts are not hidden beyond what the state hides.",
    ),
)
