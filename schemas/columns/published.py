"""Columns of the figures of a release.

What each figure is, is defined in `schemas/metrics.py`.
"""

from __future__ import annotations

from schemas.columns.patterns import SCHOOL_YEAR_PATTERN
from schemas.metrics import GROUP_KINDS, METRICS, PLACE_KINDS, STUDENT_GROUPS
from schemas.table_model import Column

PUBLISHED: tuple[Column, ...] = (
    Column("place", "text", "US, or the state's postal code"),
    Column("schools_total", "integer", "schools in the access report with an answer or unknown", minimum=0),
    Column("schools_offering", "integer", "schools whose answer is Y or HY", minimum=0),
    Column("schools_not_offering", "integer", "schools whose answer is N or HN", minimum=0),
    Column("schools_maybe", "integer", "schools whose answer is M or HM", minimum=0),
    Column("schools_unknown", "integer", "schools in the access report without any evidence", minimum=0),
    Column("schools_excluded", "integer", "schools left out, each with its reason", minimum=0),
    Column(
        "percent_offering",
        "decimal",
        "schools_offering of the schools with an answer; null when there is none",
        unit="percent",
        minimum=0,
        maximum=100,
    ),
    Column(
        "percent_known",
        "decimal",
        "schools with an answer of all schools in the report; null when there is none",
        unit="percent",
        minimum=0,
        maximum=100,
    ),
    Column(
        "place_kind",
        "text",
        "kind of place: nation, state, district, county, or a regional partner's area",
        allowed=PLACE_KINDS,
    ),
    Column(
        "place_id",
        "text",
        "US; postal code; NCES district id; state and county joined by a bar; or partner id",
    ),
    Column("place_name", "text", "name of the place"),
    Column(
        "group_kind",
        "text",
        "what the group is a group of: schools (all, locale, rural, size, title_i, frl_quartile, high_needs, charter) or students",
        allowed=(*GROUP_KINDS, *STUDENT_GROUPS),
    ),
    Column("group", "text", "the group; `not reported` holds the schools of which it is not known"),
    Column("metric", "text", "what the figure is, defined in schemas/metrics.py", allowed=tuple(METRICS)),
    Column(
        "figure",
        "decimal",
        "the figure: percent, points (offering_change) or a ratio (parity); null for an empty group, never 0 for no data",
    ),
    Column("numerator", "integer", "schools or students counted in the figure; null where hidden"),
    Column("denominator", "integer", "schools or students the figure is a share of; null where hidden", minimum=0),
    Column(
        "unknown", "integer", "schools, or students of schools, that are left out because nothing is known", minimum=0
    ),
    Column(
        "lower", "decimal", "the figure if no unknown school offered (for students: if every open count were the least)"
    ),
    Column("upper", "decimal", "the figure if every unknown or disputed school offered; null when nothing bounds it"),
    Column("estimate", "decimal", "what the figure of all schools is likely to be; null when it cannot be estimated"),
    Column("estimate_low", "decimal", "lower end of the 90 percent interval of the estimate, never below `lower`"),
    Column("estimate_high", "decimal", "upper end of the 90 percent interval of the estimate, never above `upper`"),
    Column(
        "coverage",
        "decimal",
        "share of the place's schools or students that the figure is based on",
        unit="percent",
        minimum=0,
        maximum=100,
    ),
    Column(
        "is_hidden",
        "flag",
        "the figures of this row are withheld, because they would tell how many of fewer than 10 students, or could be subtracted from others to tell it; false: an empty cell is not known",
    ),
    Column("evidence_years", "text", "school year, or first and last, of the evidence behind the answers"),
    Column(
        "data_year",
        "text",
        "school year the figure rests on (the US figure pools each state's most recent year)",
        pattern=SCHOOL_YEAR_PATTERN,
    ),
    Column("schools_teaching", "integer", "schools that offer the course", minimum=0),
    Column(
        "report_status",
        "text",
        "what the release says of the source",
        allowed=("reported", "not reported", "refused", "held"),
    ),
)
