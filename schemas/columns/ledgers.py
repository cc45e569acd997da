"""Columns of the lists of AP, IB and other curriculum providers.

What they prove is said by the policies.
"""

from __future__ import annotations

from schemas.table_model import Column

LEDGERS: tuple[Column, ...] = (
    Column("ap_school_code", "text", "College Board school code", pattern=r"^\d{6}$"),
    Column("ap_exam", "text", "AP course", allowed=("CSA", "CSP")),
    Column("ib_school_code", "text", "IB school code", pattern=r"^\d{6}$"),
    Column("ib_level", "text", "IB level", allowed=("HL", "SL")),
    Column("provider", "text", "curriculum provider"),
    Column("provider_course", "text", "course as the provider names it"),
)
