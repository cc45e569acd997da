"""How long personal details are kept, from `retention.yml`. Deletes nothing."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

PATH = Path(__file__).parent / "retention.yml"


class Retention(BaseModel):
    """One rule: the restricted columns it is about, and after how many months they are emptied."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[str, ...]
    months: int = Field(gt=0)
    date: dt.date
    reason: str

    def kept_from(self, today: dt.date) -> dt.date:
        """First day whose answers still keep these columns."""
        months = today.year * 12 + today.month - 1 - self.months
        return dt.date(months // 12, months % 12 + 1, min(today.day, 28))


@cache
def load_retention() -> dict[str, Retention]:
    """Every rule by name. Raises ValueError on an unknown key or a missing one."""
    raw = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return {name: Retention.model_validate(entry) for name, entry in raw.items()}
