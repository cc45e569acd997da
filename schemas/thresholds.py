"""The numeric bounds that rules use, from `thresholds.yml`: value, unit, date and reason of each.

Holds no bound itself, and no limit on what may be read from a file (`pipelines/received/limits.py`).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

PATH = Path(__file__).parent / "thresholds.yml"


class Threshold(BaseModel):
    """One bound. `rule`: the rule that uses it. `reason`: where the number comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    value: float
    unit: str
    date: date
    reason: str


@cache
def load_thresholds() -> dict[str, Threshold]:
    """Every bound by name, in the order of the file. Raises ValueError on an unknown key or a missing one."""
    raw = yaml.load(PATH.read_text(encoding="utf-8"), _LOADER)
    return {name: Threshold.model_validate(entry) for name, entry in raw.items()}


@cache
def threshold(name: str) -> float:
    """The bound of that name. Raises KeyError when `thresholds.yml` does not have it."""
    return load_thresholds()[name].value
