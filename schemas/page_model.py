"""What `page.yml` may say: the fixed texts of the public page that a team changes. Holds no table and no verdict."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field


class PageTexts(BaseModel):
    """Where the survey is, who takes corrections, and what the figures cannot say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    survey_address: str = Field(pattern=r"^https://\S+$")
    correction_contact: str = Field(min_length=1)
    limits: tuple[str, ...] = Field(min_length=1)


@cache
def load_page_texts() -> PageTexts:
    """The texts declared in `schemas/page.yml`."""
    return PageTexts.model_validate(yaml.safe_load((Path(__file__).parent / "page.yml").read_text(encoding="utf-8")))
