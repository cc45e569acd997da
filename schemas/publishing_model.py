"""The shape of `publishing.yml`: how many people approve a release. Holds no value itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Publishing(BaseModel):
    """Who may publish; each field is explained in `publishing.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    approvals_needed: int = Field(ge=1, le=5)
    approve_and_publish: bool


@cache
def load_publishing() -> Publishing:
    """The settings declared in `schemas/publishing.yml`."""
    text = (Path(__file__).parent / "publishing.yml").read_text(encoding="utf-8")
    return Publishing.model_validate(yaml.safe_load(text))
