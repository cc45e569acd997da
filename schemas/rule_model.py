"""What a validation rule is. Holds no rule: those are in `rule_sets/`, joined in `rules.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.table_model import Tier

Severity = Literal["block", "reject", "quarantine", "fix", "warn"]


@dataclass(frozen=True)
class Rule:
    """One rule. `sentence` is what should be true; `fix` is what the sender (or a steward) does about it.

    `shows` is the tier of the value that a finding shows: a finding of a restricted rule has none.
    """

    id: str
    severity: Severity
    sentence: str
    fix: str
    version: int = 1
    shows: Tier = "public"
