"""What was noticed about a file while it was read, before it is a finding. Holds no rule and no frame."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """Something to tell about a file: the rule, what was found, where, and in how many rows.

    `expected` is null where the rule's own sentence says it; `value` is shown, and so must be no one's secret.
    """

    rule_id: str
    expected: str | None = None
    column: str | None = None
    value: str | None = None
    row: int | None = None
    sheet: str | None = None
    rows: int = 0
