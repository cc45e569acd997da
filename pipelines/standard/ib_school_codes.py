"""IB school codes with the NCES id each belongs to.

The rules are those of `school_codes.py`; the list has no year, so a year without one borrows the nearest.
"""

from __future__ import annotations

from pipelines.shared.records import Received, Standardised
from pipelines.standard.school_codes import standardise_codes
from schemas.source_model import Source


def standardise_ib_school_codes(received: Received, source: Source, school_year: str) -> Standardised:
    """Table `ib_school_codes` for the year; see `standardise_codes`."""
    return standardise_codes(received, source, school_year, "ib_school_codes", "ib_school_code")
