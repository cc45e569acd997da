"""Cells and grades of the directory: every spelling, three-valued answers, and what holds for any text."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.standard.nces_grades import describe_grades, flags_disagree, offers_nothing
from pipelines.standard.nces_values import (
    is_given,
    read_counts,
    read_flags,
    read_grades,
    read_positions,
    read_text,
    read_words,
    read_zips,
)
from schemas.columns import GRADES
from schemas.directory_values import CHARTER_WORDS, GRADED, STATUS_WORDS, TYPE_WORDS

CELLS = st.lists(
    st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["01", "K", "-1", " PK", "9", "†", "N"])),
    min_size=1,
    max_size=40,
)


def text(*cells: str | None) -> pd.Series:
    return pd.Series(cells, dtype="str")


def plain(values: pd.Series) -> list[object]:
    return [None if pd.isna(value) else value for value in values]


@pytest.mark.parametrize(
    ("given_", "grade", "odd"),
    [
        ("1", "01", False), ("01", "01", False), ("09", "09", False), ("13", "13", False),
        ("K", "KG", False), ("KG", "KG", False), ("Kindergarten", "KG", False), ("0", "KG", False),
        ("PK", "PK", False), ("Pre-K", "PK", False), ("-1", "PK", False), (" pk\u00a0", "PK", False),
        ("Ungraded", "UG", False), ("UG", "UG", False), ("Adult education", "AE", False),
        ("N", None, False), ("M", None, False), ("†", None, False), ("–", None, False), ("-9", None, False),
        ("Not applicable", None, False), ("", None, False), (None, None, False),
        ("14", None, True), ("grade nine", None, True),
    ],
)  # fmt: skip
def test_grades_in_any_spelling(given_: str | None, grade: str | None, odd: bool) -> None:
    grades, unknown = read_grades(text(given_))
    assert (plain(grades), list(unknown)) == ([grade], [odd])


@settings(deadline=None, max_examples=12)
@given(CELLS)
def test_grades_are_total_and_idempotent(cells: list[str | None]) -> None:
    once, _ = read_grades(text(*cells))
    again, odd = read_grades(once)
    assert plain(once) == plain(again)
    assert set(once.dropna()) <= set(GRADES)
    assert not odd.any()


@settings(deadline=None, max_examples=12)
@given(CELLS)
def test_cells_are_total_and_idempotent(cells: list[str | None]) -> None:
    for read in (read_text, lambda t: read_words(t, STATUS_WORDS)[0], lambda t: read_zips(t)[0]):
        once = read(text(*cells))
        assert len(once) == len(cells)
    for read in (read_text, lambda t: read_zips(t)[0], lambda t: read_counts(t)[0].astype("str")):
        assert plain(read(read(text(*cells)))) == plain(read(text(*cells)))


@pytest.mark.parametrize(
    ("given_", "count", "is_code", "is_odd"),
    [
        ("334.00000", 334, False, False), ("0", 0, False, False), ("1,204", 1204, False, False), (" 7 ", 7, False, False),
        ("-1", None, True, False), ("-2", None, True, False), ("-9", None, True, False),
        ("M", None, False, False), ("†", None, False, False), ("–", None, False, False), ("‡", None, False, False),
        (None, None, False, False), ("12.5", None, False, True), ("many", None, False, True), ("-40", None, False, True),
    ],
)  # fmt: skip
def test_counts_are_never_zero_for_missing(given_: str | None, count: int | None, is_code: bool, is_odd: bool) -> None:
    counts, code, odd = read_counts(text(given_))
    assert (plain(counts), list(code), list(odd)) == ([count], [is_code], [is_odd])


@pytest.mark.parametrize(
    ("given_", "zip_", "odd"),
    [
        ("35950", "35950", False), ("2139", "02139", False), ("901", "00901", False), ("021391234", "02139", False),
        ("02139-1234", "02139", False), ("21391234", "02139", False), ("27713.0", "27713", False),
        (None, None, False), ("M", None, False), ("00000", None, True), ("ABCDE", None, True), ("12", None, True),
    ],
)  # fmt: skip
def test_zip_codes(given_: str | None, zip_: str | None, odd: bool) -> None:
    zips, unknown = read_zips(text(given_))
    assert (plain(zips), list(unknown)) == ([zip_], [odd])


@pytest.mark.parametrize(
    ("latitude", "longitude", "inside", "odd"),
    [
        ("34.26", "-86.2", True, False), ("61.2", "-149.9", True, False), ("21.3", "-157.8", True, False),
        ("18.4", "-66.1", True, False), ("-14.3", "-170.7", True, False), ("13.4", "144.8", True, False),
        ("0", "0", False, True), ("0.0", "0.0", False, True), ("-86.2", "34.26", False, True), ("34.26", None, False, True),
        (None, None, False, False), ("M", "M", False, False), ("north", "west", False, True), ("51.5", "-0.1", False, True),
    ],
)  # fmt: skip
def test_positions_lie_in_the_united_states(
    latitude: str | None, longitude: str | None, inside: bool, odd: bool
) -> None:
    north, east, unknown = read_positions(text(latitude), text(longitude))
    assert (north.notna()[0], east.notna()[0], unknown[0]) == (inside, inside, odd)


@pytest.mark.parametrize(
    ("words", "given_", "value", "odd"),
    [
        (STATUS_WORDS, "1", "open", False), (STATUS_WORDS, "8", "reopened", False), (STATUS_WORDS, "1-Open", "open", False),
        (STATUS_WORDS, "Changed Boundary", "changed", False), (STATUS_WORDS, "5-Changed Boundary/Agency", "changed", False),
        (STATUS_WORDS, "9", None, True), (STATUS_WORDS, "gone", None, True), (STATUS_WORDS, "M", None, False),
        (TYPE_WORDS, "3", "career_technical", False), (TYPE_WORDS, "Other/Alternative", "alternative", False),
        (TYPE_WORDS, "4-Alternative/other school", "alternative", False), (TYPE_WORDS, "5", None, True),
        (CHARTER_WORDS, "Yes", "charter", False), (CHARTER_WORDS, "Not applicable", "public", False),
        (CHARTER_WORDS, "2-No", "public", False), (CHARTER_WORDS, None, None, False),
    ],
)  # fmt: skip
def test_words_and_codes(words: dict[str, str], given_: str | None, value: str | None, odd: bool) -> None:
    values, unknown = read_words(text(given_), words)
    assert (plain(values), list(unknown)) == ([value], [odd])


def test_a_flag_is_three_valued_and_n_is_no() -> None:
    assert plain(read_flags(text("Yes", "N", "0.0", "1.0", "2", "M", None, "†"))) == [True, False, False, True, False, None, None, None]  # fmt: skip


def described(low: str | None, high: str | None, **flags: object) -> tuple[object, ...]:
    frame = pd.DataFrame({g.removeprefix("g"): pd.array([v], dtype="boolean") for g, v in flags.items()})
    grades = describe_grades(text(low), text(high), frame if flags else pd.DataFrame(index=[0]))
    return tuple(plain(grades[name])[0] for name in ("offers_high", "offers_k8", "grade_levels"))


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        ("09", "12", (True, False, "____hi")), ("PK", "PK", (False, False, "el____")), ("KG", "05", (False, True, "el____")),
        ("PK", "06", (False, True, "el____")), ("KG", "06", (False, True, "el____")), ("01", "06", (False, True, "elmi__")),
        ("06", "08", (False, True, "__mi__")), ("07", "12", (True, True, "__mihi")), ("KG", "12", (True, True, "elmihi")),
        ("13", "13", (True, False, "____hi")), ("08", "09", (True, True, "__mihi")),
        ("UG", "UG", (False, False, "______")), ("AE", "AE", (False, False, "______")),
        ("UG", None, (False, False, "______")), (None, "UG", (False, False, "______")),
        ("AE", None, (False, False, "______")), (None, "AE", (False, False, "______")),
        (None, None, (None, None, None)),
        ("KG", "UG", (None, True, None)), ("09", "AE", (True, False, None)), (None, "08", (False, True, None)),
        ("12", "09", (None, None, None)),
    ],
)  # fmt: skip
def test_a_span_says_what_is_offered(low: str | None, high: str | None, answer: tuple[object, ...]) -> None:
    assert described(low, high) == answer


def flags_of(*offered: str) -> dict[str, object]:
    return {f"g{grade}": grade in offered for grade in GRADES}


def test_flags_decide_before_the_span() -> None:
    assert described("KG", "12", **flags_of("KG", "09")) == (True, True, "el__hi")
    assert described(None, None, **flags_of("13")) == (True, False, "____hi")
    assert described(None, None, **flags_of("UG")) == (False, False, "______")
    assert described(None, None, **flags_of()) == (None, None, None), "a school that offers nothing has not reported"
    assert described("N", None, **dict.fromkeys(flags_of(), None)) == (None, None, None)


def test_some_flags_answer_for_their_grades_only() -> None:
    assert described(None, None, g09=True, g10=True, g11=True, g12=True) == (True, None, None)
    assert described(None, None, g09=False, g10=False, g11=False, g12=False) == (False, None, None)
    assert described(None, None, g09=None, g10=False, g11=False, g12=False) == (None, None, None)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([*GRADES, None]), st.sampled_from([*GRADES, None]))
def test_a_span_equals_the_flags_of_its_grades(low: str | None, high: str | None) -> None:
    answer = described(low, high)
    if low in GRADED and high in GRADED and GRADED.index(low) <= GRADED.index(high):
        assert answer == described(low, high, **flags_of(*GRADED[GRADED.index(low) : GRADED.index(high) + 1]))


def test_the_ends_come_from_a_complete_set_of_flags_only() -> None:
    whole = describe_grades(text(None), text(None), pd.DataFrame({k[1:]: [v] for k, v in flags_of("07", "12").items()}))
    assert (whole["grade_low"][0], whole["grade_high"][0]) == ("07", "12")
    some = describe_grades(text(None), text(None), pd.DataFrame({g: [True] for g in ("09", "10", "11", "12")}))
    assert plain(some["grade_low"]) == [None]


def test_each_row_has_its_own_levels() -> None:
    grades = describe_grades(text("KG", "06", "09"), text("05", "08", "12"), pd.DataFrame(index=range(3)))
    assert plain(grades["grade_levels"]) == ["el____", "__mi__", "____hi"]


@pytest.mark.parametrize("cells", [("9", None, "\u2020"), (None, None, None), ("M", "1-Yes", " ")])
def test_readers_keep_labels_and_give_their_types(cells: tuple[str | None, ...]) -> None:
    """Most sources lack most columns: one without a single value gives the same types as one that is full."""
    given_ = pd.Series(list(cells), index=[7, 3, 5], dtype="str")
    north, east, odd_place = read_positions(given_, given_)
    counts, is_code, odd_count = read_counts(given_)
    (words, odd_word), (zips, odd_zip) = read_words(given_, STATUS_WORDS), read_zips(given_)
    found = {
        "str": (read_text(given_), words, zips),
        "boolean": (read_flags(given_),),
        "Int64": (counts,),
        "Float64": (north, east),
        "bool": (odd_word, odd_zip, odd_place, odd_count, is_code, is_given(given_)),
    }
    for dtype, columns in found.items():
        assert [str(column.dtype) for column in columns] == [dtype] * len(columns)
        assert all(column.index.tolist() == [7, 3, 5] for column in columns)


def test_what_is_given_is_no_mark_for_a_missing_value() -> None:
    cells = ("x", " x ", "M", "-1", "\u2020", "", None, "none of ours")
    assert is_given(text(*cells), missing=("None of ours",)).tolist() == [True, True, *[False] * 6]


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("1-Yes", True),
        ("2 - No", False),
        ("1- Yes", True),
        ("Yes", True),
        ("2-No", False),
        ("1--Yes", None),
        ("x", None),
    ],
)
def test_a_flag_may_stand_behind_its_number(flag: str, value: bool | None) -> None:
    assert plain(read_flags(text(flag))) == [value]


def flags_of_rows(*offered: tuple[str, ...]) -> pd.DataFrame:
    rows = [{grade: grade in grades for grade in GRADES} for grades in offered]
    return pd.DataFrame(rows, index=[7, 3, 5][: len(rows)]).astype("boolean")


def test_span_and_flags_are_compared_row_by_row() -> None:
    flags = flags_of_rows(("09", "12"), ("09", "12"), ())
    low, high = (
        pd.Series(list(side), index=flags.index, dtype="str") for side in (("09", "09", "09"), ("12", "11", "12"))
    )
    assert flags_disagree(low, high, flags).to_dict() == {7: False, 3: True, 5: False}
    assert flags_disagree(low.mask(low.index == 3), high, flags).to_dict() == {7: False, 3: False, 5: False}
    assert flags_disagree(high, low, flags).to_dict() == {7: False, 3: False, 5: False}, "12 to 09 is no span"
    flags.loc[3, "05"] = pd.NA
    assert flags_disagree(low, high, flags).to_dict() == {7: False, 3: False, 5: False}


def test_a_school_offers_nothing_only_when_every_flag_says_so() -> None:
    flags = flags_of_rows((), ("UG",), ("KG",))
    assert offers_nothing(flags, flags.index).to_dict() == {7: True, 3: False, 5: False}
    flags.loc[7, "05"] = pd.NA
    assert not offers_nothing(flags, flags.index).any()


def test_each_row_is_described_under_its_own_label() -> None:
    flags = flags_of_rows(("UG",), ("07", "08"), ())
    empty = pd.Series(None, index=flags.index, dtype="str")
    grades = describe_grades(empty, empty, flags)
    assert grades.index.tolist() == [7, 3, 5]
    assert plain(grades["grade_low"]) == ["UG", "07", None]
    assert plain(grades["grade_levels"]) == ["______", "__mi__", None]
    assert plain(grades["offers_high"]) == [False, False, None]
    assert plain(grades["offers_k8"]) == [False, True, None], "no flag and no span: nothing was reported"
    spans = pd.Series([None, None, "09"], index=flags.index, dtype="str")
    assert plain(describe_grades(spans, empty, flags)["offers_high"]) == [False, False, False], "flags before the span"


def test_marks_of_a_source_are_missing_and_not_odd() -> None:
    for read in (read_grades, lambda cells, marks: read_words(cells, STATUS_WORDS, marks), read_zips):
        values, odd = read(text("no data", "odd"), ("No data",))
        assert (plain(values), odd.tolist()) == ([None, None], [False, True])
    counts, is_code, odd = read_counts(text("no data", "odd"), ("No data",))
    assert (plain(counts), is_code.tolist(), odd.tolist()) == ([None, None], [False, False], [False, True])
