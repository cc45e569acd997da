"""Percent of public and charter schools with any grade 9-12 that offer computer science, by state and nationally."""

from schemas.columns import columns
from schemas.table_model import Table

TABLE = Table(
    name="state_summary",
    stage="published",
    title="Offering by state",
    grain="one place (a state or US) in one school year",
    columns=columns(
        "place",
        "school_year",
        "data_year",
        "schools_total",
        "schools_offering",
        "schools_not_offering",
        "schools_maybe",
        "schools_unknown",
        "schools_excluded",
        "percent_offering",
        "percent_known",
    ),
    key=("place", "school_year"),
    required=("schools_total", "schools_offering", "schools_unknown", "schools_excluded"),
    caveats=(
        "The US row pools each state's most recent year that has any answer, up to this one; its data_year is null when those differ.",
        "percent_offering leaves unknown schools out of its denominator; percent_known says how many those are.",
    ),
)
