"""What `page.yml` may say: the fixed texts of the public page that a team changes. Holds no table and no verdict."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Correction(_Texts):
    """Who takes corrections: in words, and an e-mail address and a form where there are any."""

    contact: str = Field(min_length=1)
    email: str = Field(default="", pattern=r"^([^\s@?&]+@[^\s@?&]+\.[^\s@?&]+)?$")
    address: str = Field(default="", pattern=r"^(https://\S+)?$")


class Definition(_Texts):
    """What a course must be to count, what never counts, and who decides."""

    counts: tuple[str, ...] = Field(min_length=1)
    not_counted: str = Field(min_length=1)
    decided: str = Field(min_length=1)


class Seen(_Texts):
    """What one kind of reader may see."""

    who: str = Field(min_length=1)
    what: str = Field(min_length=1)


class PageTexts(_Texts):
    """Where the survey is, who takes corrections, what counts, who sees what, and what the figures cannot say."""

    survey_address: str = Field(pattern=r"^https://\S+$")
    correction: Correction
    definition: Definition
    who_sees: tuple[Seen, ...] = Field(min_length=1)
    limits: tuple[str, ...] = Field(min_length=1)


@cache
def load_page_texts() -> PageTexts:
    """The texts declared in `schemas/page.yml`."""
    return PageTexts.model_validate(yaml.safe_load((Path(__file__).parent / "page.yml").read_text(encoding="utf-8")))
