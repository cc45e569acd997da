"""College Board school codes of one school year, with the NCES id each belongs to.

The rules are those of `school_codes.py`; a school may have another code the year after.
"""

from __future__ import annotations

from pipelines.shared.records import Received, Standardised
from pipelines.standard.school_codes import standardise_codes
from schemas.source_model import Source


def standardise_ap_school_codes(received: Received, source: Source, school_year: str) -> Standardised:
    """Table `ap_school_codes` of the year; see `standardise_codes`."""
    return standardise_codes(received, source, school_year, "ap_school_codes", "ap_school_code")
