"""Which case is asked first, and the word that says why."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.shared.case_order import most_informative_first, openness_of
from pipelines.shared.findings import conform
from schemas.review_order import OPENNESS


@pytest.mark.parametrize(
    ("candidates", "score", "margin", "level"),
    [
        (None, None, None, "no_candidate"),
        ("a", None, None, "schools_by_id"),
        ("a", 0.46, 0.1, "candidates_nearly_even"),
        ("a", 0.46, 0.3, "first_candidate_possible"),
        ("a", 0.88, 0.9, "first_candidate_likely"),
        ("a", 0.88, 0.0, "candidates_nearly_even"),
        ("a", 0.2, 0.0, "first_candidate_unlikely"),
        ("a", 0.01, 0.0, "candidates_far_off"),
    ],
)
def test_how_open_a_question_is(candidates: str | None, score: float | None, margin: float | None, level: str) -> None:
    one = [
        pd.Series([value], dtype=kind) for value, kind in ((candidates, "str"), (score, "Float64"), (margin, "Float64"))
    ]
    assert openness_of(*one).tolist() == [level]
    assert OPENNESS[level].words


def cases(*rows: tuple[str, str | None, int | None, int, int | None]) -> pd.DataFrame:
    names = ["case_id", "openness", "published_effect", "records", "students_affected"]
    return conform(pd.DataFrame(rows, columns=names).assign(case_kind="not_found"), "review_queue")


def order(*rows: tuple[str, str | None, int | None, int, int | None]) -> list[str]:
    return most_informative_first(cases(*rows))["case_id"].tolist()


def test_published_answers_then_records_times_how_open() -> None:
    asked = [
        ("many_records", "first_candidate_likely", 0, 500, None),
        ("published", "first_candidate_likely", 1, 1, None),
        ("hopeless", "candidates_far_off", 1, 3, None),
        ("none", "no_candidate", 0, 900, None),
        ("course", None, 7, 9, None),
        ("even", "candidates_nearly_even", 1, 2, None),
    ]
    expected = ["course", "even", "published", "many_records", "hopeless", "none"]
    assert order(*asked) == expected
    assert order(*reversed(asked)) == expected


def test_what_is_equal_goes_by_students_then_by_the_id_of_the_case() -> None:
    same = ("first_candidate_likely", 1, 1)
    assert order(("b", *same, 10), ("c", *same, None), ("a", *same, 10)) == ["a", "b", "c"]


def test_a_plain_question_says_so_and_the_points_are_shown() -> None:
    ranked = most_informative_first(cases(("x", None, None, 12, None)))
    assert ranked[["openness", "informative"]].to_numpy().tolist() == [["plain_question", 108]]


def test_weights_fall_as_levels_say_less() -> None:
    weights = [one.weight for one in OPENNESS.values()]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] == 0 < weights[-2]
