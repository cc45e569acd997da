"""The groups of schools that the access report compares, with their bounds. Computes nothing.

The groups of one school are columns of `school_cs_access` (`pipelines/reconciled/school_groups.py`).
"""

from __future__ import annotations

SIZE_BOUNDS: dict[str, int] = {"small": 0, "medium": 500, "large": 1200}
"""Least number of students of each size. Small is below 500 (domain.md 13, an article of 2024); where large begins was
never published, 1,200 is ours."""
SIZES = tuple(SIZE_BOUNDS)

LOCALES: dict[str, str] = {"1": "city", "2": "suburb", "3": "town", "4": "rural"}
"""First digit of the NCES locale code -> group."""
LOCALE_GROUPS = tuple(LOCALES.values())

RURAL_LOCALES = ("32", "33", "41", "42", "43")
"""Locale codes that are rural by REAP (domain.md 6): town distant, town remote, rural fringe, distant, remote."""

HIGH_NEEDS_PERCENT = 50.0
"""A school has high needs from this share of students eligible for free or reduced-price lunch on. The predecessor had
`>= 0.5` in one place and `> 0.5` in another (domain.md 15, 34); here it is `>=`, everywhere."""
