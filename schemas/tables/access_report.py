"""The access report: every figure by place and group, with its bounds, estimate and coverage. Public places only."""

from schemas.columns import columns
from schemas.metrics import FIGURES
from schemas.table_model import Table

NAMES = (
    "school_year",
    "place_kind",
    "place_id",
    "place_name",
    "group_kind",
    "group",
    "metric",
    *FIGURES,
    "coverage",
    "evidence_years",
    "is_hidden",
)
KEY = ("school_year", "place_kind", "place_id", "group_kind", "group", "metric")

TABLE = Table(
    name="access_report",
    stage="published",
    title="Access report",
    grain="one figure of one group in one place (nation, state, district or county) in one school year",
    columns=columns(*NAMES),
    key=KEY,
    required=("place_name",),
    caveats=(
        "figure leaves unknown schools out; lower and upper say what they could make of it, coverage how many they are.",
        "The nation pools each state's most recent year with an answer; for students in courses it adds up the states whose file of this very year counts them.",
        "Seats are not persons: a student of two courses counts twice.",
        "Counts of students in courses below 10 are hidden, and so is what would give them away, here or beside an earlier release; is_hidden says where.",
    ),
)
