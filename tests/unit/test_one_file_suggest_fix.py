"""Suggestions name what was meant, and say nothing where two readings are as close."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.one_file.suggest_fix import closest, missing_names, squeezed
from schemas.source_model import load_sources

V2 = next(layout for layout in load_sources()["tx"].layouts if layout.name == "state_v2")
NAMES = [V2.spellings(ours)[0] for ours in V2.columns]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("num_students_enroled", "num_students_enrolled"),
        ("NCES-ID", "nces_id"),
        ("CourseID", "course_id"),
        ("schol_name", "school_name"),
        ("num_students", ""),
        ("principal", ""),
        ("", ""),
    ],
)
def test_closest_column(typed: str, meant: str) -> None:
    assert closest(typed, NAMES) == meant


def test_two_as_close_are_no_suggestion() -> None:
    assert closest("course_x", ["course_a", "course_b"]) == ""


def test_missing_names_are_those_without_any_spelling() -> None:
    assert "school_name" not in missing_names(["School Name"], V2)
    assert "course_id" in missing_names(["School Name"], V2)


@given(st.sampled_from(NAMES), st.sampled_from(["upper", "title", "spaced", "dashed"]))
def test_another_way_to_write_a_name_is_always_recognized(name: str, way: str) -> None:
    typed = {
        "upper": name.upper(),
        "title": name.title(),
        "spaced": name.replace("_", " "),
        "dashed": name.replace("_", "-"),
    }[way]
    assert squeezed(typed) == squeezed(name)
    assert closest(typed, NAMES) == name
