"""Course codes: zeros and decimals that spreadsheets lose are put back, and nothing else is changed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.standard.course_codes import canonical_codes, compared_codes, title_keys
from schemas.source_model import CourseRule

FL, GA, TX, IL = CourseRule(pad=7), CourseRule(decimals=7), CourseRule(pad=8), CourseRule(compare_length=5)


@pytest.mark.parametrize(
    ("cell", "rule", "code", "repaired"),
    [
        ("0200320", FL, "0200320", False),
        ("200320", FL, "0200320", True),
        ("200320.0", FL, "0200320", True),
        ("11.0160000", GA, "11.0160000", False),
        ("11.01600", GA, "11.0160000", True),
        ("11.019", GA, "11.0190000", True),
        ("11.", GA, "11.0000000", True),
        ("11.01600000000", GA, "11.0160000", True),
        ("11.01600001", GA, "11.01600001", False),  # not zeros: cutting would make another course
        ("11016", GA, "11016", False),
        ("3580200", TX, "03580200", True),
        ("A3580300", TX, "A3580300", False),
        ("a3580300", TX, "A3580300", True),
        ("13027600", TX, "13027600", False),
        ("CS – 101", CourseRule(), "CS-101", True),
        (" 10152 ", CourseRule(pad=5), "10152", False),
        ("٣٢", FL, "٣٢", False),  # digits of another script stay as they are
        ("IB-1", FL, "IB-1", False),
        ("", FL, None, False),
        (None, FL, None, False),
    ],
)
def test_canonical_form(cell: str | None, rule: CourseRule, code: str | None, repaired: bool) -> None:
    codes, changed = canonical_codes(pd.Series([cell], dtype="str"), rule)
    assert codes.astype("object").where(codes.notna(), None).tolist() == [code]
    assert changed.tolist() == [repaired]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.text("0123456789.-", max_size=12)), max_size=24))
def test_canonical_form_is_idempotent(cells: list[str | None]) -> None:
    for rule in (FL, GA, TX, CourseRule()):
        once, _ = canonical_codes(pd.Series(cells, dtype="str"), rule)
        twice, changed = canonical_codes(once, rule)
        pd.testing.assert_series_equal(once, twice)
        assert not changed.any()


def test_the_catalog_of_illinois_knows_the_first_five_digits() -> None:
    codes = pd.Series(["10152A000", None], dtype="str")
    assert compared_codes(codes, IL).tolist()[0] == "10152"
    assert compared_codes(codes, FL).tolist()[0] == "10152A000"


def test_titles_are_compared_without_punctuation() -> None:
    keys = title_keys(pd.Series(["Computer Programming—Other", "COMPUTER  PROGRAMMING - other ", " - "], dtype="str"))
    assert keys.iloc[0] == keys.iloc[1] == "computer programming other"
    assert pd.isna(keys.iloc[2])
