"""Whether a file speaks of its state and year: by its name, its ids and its year column."""

from __future__ import annotations

import pyarrow as arrow
import pytest

from pipelines.received.check_content import check_name, check_state, check_year
from pipelines.received.refusal import Refused
from schemas.source_model import Source
from tests.unit.received_by_hand import source_of

FL, SURVEY = source_of("fl"), source_of("survey")


def refusal(check: object, *given: object) -> tuple[str, str] | None:
    """Rule and sentence of the refusal; None when the check lets pass."""
    try:
        check(*given)  # type: ignore[operator]
    except Refused as refused:
        return refused.rule_id, refused.sentence
    return None


@pytest.mark.parametrize(
    ("file", "source", "sentence"),
    [
        ("FL-2018-2019.csv", FL, None),
        ("fl_2018_2019.csv", FL, None),
        ("GA-2018-2019.csv", FL, "the file's name says Georgia; it was received for Florida"),
        ("ga 2018-2019 final.csv", FL, "the file's name says Georgia; it was received for Florida"),
        ("FL-2017-2018.csv", FL, "the file's name says 2017-18; it was received for 2018-19"),
        ("FL-2017-2019.csv", FL, None),
        ("FL-2017-20189.csv", FL, None),
        ("ZZ-2017-2018.csv", FL, None),
        ("courses GA-2018-2019.csv", FL, None),
        ("GA-2018-2019.csv", SURVEY, None),
    ],
)
def test_the_name_of_a_file(file: str, source: Source, sentence: str | None) -> None:
    assert refusal(check_name, file, source, "2018-19") == (("F02", sentence) if sentence else None)


def table(**columns: list[str | None]) -> arrow.Table:
    return arrow.table({name: arrow.chunked_array([cells], arrow.large_string()) for name, cells in columns.items()})


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"state_school_id_given": ["GA-1", " ga -2", "FL-3", None]}, "2 of 3 state ids belong to Georgia; the file was received for Florida"),
        ({"state_school_id_given": ["GA-1", "FL-3"]}, None),
        ({"state_school_id_given": ["FL-1", "fl-2", "GA-3"]}, None),
        ({"state_school_id_given": ["ZZ-1", "ZZ-2", "FL-3"]}, None),
        ({"state_school_id_given": ["1", None, "GA1"], "nces_school_id_given": ["120009000067"] * 3}, None),
        ({"state_school_id_given": [None], "nces_school_id_given": ["130009000067"]}, "1 of 1 NCES ids belong to Georgia; the file was received for Florida"),
        ({"nces_school_id_given": ["10000500871", " 010000500871 ", "120009000067"]}, "2 of 3 NCES ids belong to Alabama; the file was received for Florida"),
        ({"nces_school_id_given": ["1300090000", "99", "1300090000670", None]}, None),
        ({"nces_school_id_given": ["030009000067", None]}, None),
        ({"school_name": ["Kestrel High"]}, None),
    ],
)  # fmt: skip
def test_the_ids_of_a_file(columns: dict[str, list[str | None]], sentence: str | None) -> None:
    assert refusal(check_state, table(**columns), FL) == (("F02", sentence) if sentence else None)
    assert refusal(check_state, table(**columns), SURVEY) is None, "a national list is of no state"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (["2018-19", "2018-2019", "2017-18"], None),
        (["2017-18", " 2017-2018 ", "2018-19", None, "soon"], "2 of 3 rows speak of 2017-18; the file was received for 2018-19"),
        (["2017-18", "2018-19"], None),
        (["2019-20", "2017-18"], "1 of 2 rows speak of 2017-18; the file was received for 2018-19"),
        (["soon", None], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_year_column_of_a_file(cells: list[str | None], sentence: str | None) -> None:
    rows = table(survey_year=cells)
    assert refusal(check_year, rows, "survey_year", "2018-19") == (("S22", sentence) if sentence else None)
    assert refusal(check_year, rows, "", "2018-19") is None
    assert refusal(check_year, rows, "another", "2018-19") is None
