"""What a source's YAML may say of answers and of files with one column per course."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.source_model import Layout

PLAIN: dict[str, Any] = {"name": "own", "columns": {"school_name": "School"}, "required": ["school_name"]}
WIDE: dict[str, Any] = {"columns": {"02204": ["02204", "2204"], "10157": "10157"}, "teaches_when": ["Y"]}


def layout(**more: object) -> Layout:
    return Layout.model_validate({**PLAIN, **more})


def test_every_column_of_a_course_is_read_and_required() -> None:
    wide = layout(wide=WIDE)
    assert wide.spellings("teaches 02204") == ("02204", "2204")
    assert wide.required == ("school_name", "teaches 02204", "teaches 10157")
    assert wide.wide
    assert wide.wide.helpers() == {"teaches 02204": "02204", "teaches 10157": "10157"}
    assert Layout.model_validate(wide.model_dump()) == wide


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"wide": {**WIDE, "teaches_when": ["n "]}}, "teaches_when and not_when both hold 'n'"),
        ({"offered_when": {"teaches": {"teaches_when": ["Y"]}}}, "offered_when names teaches, which"),
        ({"at_least": {"enrolled": 1}}, "at_least names enrolled, which"),
        ({"offered_when": {"school_name": {"teaches_when": ["Y"], "unless": ["N"]}}}, "Extra inputs"),
    ],
)
def test_a_layout_that_contradicts_itself_is_refused(more: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        layout(**more)
