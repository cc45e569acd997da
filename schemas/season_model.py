"""The shape of `season.yml`: school years covered, policies, schedule. Holds no value itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict


class Season(BaseModel):
    """Years are text such as 2018-19; `policies` maps the first year a policy holds for to its name.

    windows: kind of season -> class of partner -> first and last day, as month-day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_year: str
    last_year: str
    policies: dict[str, str]
    time_zone: str
    nightly_cron: str
    windows: dict[str, dict[str, tuple[str, str]]]

    def policy_of(self, school_year: str) -> str:
        """Name of the policy of that school year. Raises KeyError before the first."""
        since = [year for year in self.policies if year <= school_year]
        if not since:
            raise KeyError(f"schemas/season.yml names no policy for {school_year}")
        return self.policies[max(since)]


@cache
def load_season() -> Season:
    """The season declared in `schemas/season.yml`."""
    return Season.model_validate(yaml.safe_load((Path(__file__).parent / "season.yml").read_text(encoding="utf-8")))
