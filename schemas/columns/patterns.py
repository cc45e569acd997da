"""The patterns that columns of several rooms share.

A pattern of one column stands at that column.
"""

from __future__ import annotations

NCES_ID_PATTERN = r"^(\d{12}|[0-9A-Z]{2}\d{6})$"
SCHOOL_YEAR_PATTERN = r"^20\d\d-\d\d$"
