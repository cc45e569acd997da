"""Every column, once: type, meaning, unit, allowed values, tier. Each subject has a room; this registry joins the rooms.

Tables in `tables/` list columns by name. No table may describe a column of its own; a different quantity gets a
different name.
"""

from __future__ import annotations

from schemas.columns.courses import COUNTS, COURSES, count_columns
from schemas.columns.decisions import DECISIONS
from schemas.columns.evidence import EVIDENCE, EVIDENCE_KINDS
from schemas.columns.ledgers import LEDGERS
from schemas.columns.linking import LINKING, MATCH_REASONS
from schemas.columns.lives import LIVES
from schemas.columns.partners import PARTNERS
from schemas.columns.patterns import NCES_ID_PATTERN
from schemas.columns.published import PUBLISHED
from schemas.columns.received import LOCATED, RECEIVED
from schemas.columns.review import CASE_KINDS, REVIEW
from schemas.columns.schools import GRADES, RACES, SCHOOL_DETAILS, SCHOOLS
from schemas.columns.survey import HOW_MANY, SURVEY, TOPICS
from schemas.table_model import Column

__all__ = [
    "CASE_KINDS",
    "COUNTS",
    "EVIDENCE_KINDS",
    "GRADES",
    "HOW_MANY",
    "LOCATED",
    "MATCH_REASONS",
    "NCES_ID_PATTERN",
    "RACES",
    "RESTRICTED",
    "SCHOOL_DETAILS",
    "TOPICS",
    "all_columns",
    "by_name",
    "column",
    "columns",
    "count_columns",
]


def by_name(*declared: Column) -> dict[str, Column]:
    """Columns of the rooms by name. Raises ValueError when two rooms declare one."""
    known: dict[str, Column] = {}
    for one in declared:
        if one.name in known:
            raise ValueError(f"column {one.name!r} is declared twice in schemas/columns/")
        known[one.name] = one
    return known


_ALL: dict[str, Column] = by_name(
    *RECEIVED,
    *SCHOOLS,
    *COURSES,
    *SURVEY,
    *LEDGERS,
    *PARTNERS,
    *DECISIONS,
    *LINKING,
    *REVIEW,
    *LIVES,
    *EVIDENCE,
    *PUBLISHED,
)
RESTRICTED: frozenset[str] = frozenset(name for name, one in _ALL.items() if one.tier == "restricted")


def column(name: str) -> Column:
    """The declared column of that name. Raises KeyError with the name when it is not declared."""
    return _ALL[name]


def columns(*names: str) -> tuple[Column, ...]:
    """Several declared columns, in the order asked."""
    return tuple(_ALL[name] for name in names)


def all_columns() -> dict[str, Column]:
    """Every declared column by name."""
    return dict(_ALL)
