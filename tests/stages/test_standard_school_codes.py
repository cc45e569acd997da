"""Crosswalks of exam years: which pairing of a code and a school stands, and what is said of those that do not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipelines.shared.records import Standardised
from pipelines.standard.ap_school_codes import standardise_ap_school_codes
from pipelines.standard.split import unaccounted
from tests.unit.received_by_hand import received_by_hand, source_of

CODE, OAK, ELM = "110025", "010000500871", "010000500872"
CB, HAND = "CB file", "handmatch"


def paired(*rows: tuple[str, str, str], code: str = CODE, year: str = "2018-19") -> Standardised:
    """A crosswalk of rows with an exam year, who matched, and the school; the first stands in row 2."""
    cells = [
        {"ap_school_code": code, "exam_year": exam, "matched_by": by, "nces_school_id_given": school}
        for exam, by, school in rows
    ]
    received = received_by_hand("ap_school_codes", {"list.csv": cells}, school_year=year)
    result = standardise_ap_school_codes(received, source_of("ap_school_codes"), year)
    assert unaccounted(result.accounts).empty
    return result


def kept(result: Standardised) -> list[tuple[int, str]]:
    return list(zip(result.table["row"], result.table["nces_school_id_given"], strict=True))


def told(result: Standardised, *names: str) -> list[tuple[Any, ...]]:
    rows = result.findings[list(names)].astype(object)
    return list(rows.where(rows.notna(), None).itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("rows", "stands"),
    [
        ([("2018", CB, ELM), ("2019", CB, OAK)], 3),
        ([("2019", CB, OAK), ("2018", HAND, ELM)], 2),
        ([("2019", CB, ELM), ("2019", HAND, OAK)], 3),
        ([("2019", "cb FILE", ELM), ("2019", HAND, OAK)], 3),
        ([("2019", "", ELM), ("2019", HAND, OAK)], 3),
        ([("", HAND, ELM), ("2016", CB, OAK)], 3),
        ([("all years", HAND, ELM), ("2016", CB, OAK)], 3),
        ([("", CB, ELM), ("", HAND, OAK)], 3),
    ],
    ids=["newest", "new before hand", "hand", "any letters", "blank is not by hand", "no year", "no such year", "both"],
)
def test_one_pairing_stands(rows: list[tuple[str, str, str]], stands: int) -> None:
    result = paired(*rows)
    assert kept(result) == [(stands, OAK)]
    names = ("rule_id", "row", "column", "value", "school_year", "stage")
    assert told(result, *names) == [("A08", 5 - stands, "ap_school_code", CODE, "2018-19", "standard")]
    assert result.accounts["rows_excluded"].tolist() == [1]


def test_an_older_pairing_with_the_same_school_is_left_out_in_silence() -> None:
    result = paired(("2018", CB, OAK), ("2019", CB, OAK))
    assert (kept(result), told(result, "rule_id")) == ([(3, OAK)], [])
    assert result.accounts["rows_excluded"].tolist() == [1]


@pytest.mark.parametrize(("exam", "is_kept"), [("2018", True), ("2019", True), ("2020", False)])
def test_exams_after_the_school_year_are_counted_and_left_out(exam: str, is_kept: bool) -> None:
    """The exams of 2018-19 are those of May 2019."""
    result = paired((exam, CB, OAK))
    assert kept(result) == ([(2, OAK)] if is_kept else [])
    said = ("A07", "exam_year", 1, "ap_school_codes/2018-19/list.csv", "2018-19")
    assert told(result, "rule_id", "column", "finding_rows", "file", "school_year") == ([] if is_kept else [said])
    assert result.accounts["rows_excluded"].tolist() == [0 if is_kept else 1]


@pytest.mark.parametrize(
    ("code", "school", "found"),
    [
        ("10025", OAK, ("A01", 2, "ap_school_code", "10025", "fix")),
        ("AB12", OAK, ("A02", 2, "ap_school_code", "AB12", "reject")),
        ("010025", "", ("D01", 2, "nces_school_id_given", None, "reject")),
        ("010025", "1.2E+11", ("D03", 2, "nces_school_id_given", "1.2E+11", "reject")),
    ],
)
def test_a_finding_names_column_and_cell(code: str, school: str, found: tuple[Any, ...]) -> None:
    result = paired(("2019", CB, school), code=code)
    assert told(result, "rule_id", "row", "column", "value", "severity") == [found]
    assert result.rejects["rule_ids"].tolist() == ([found[0]] if found[4] == "reject" else [])


def test_a_contested_code_shows_the_code_on_every_row() -> None:
    result = paired(("2019", CB, OAK), ("2019", CB, ELM))
    assert told(result, "rule_id", "row", "column", "value") == [
        ("A06", 2, "ap_school_code", CODE),
        ("A06", 3, "ap_school_code", CODE),
    ]
    assert result.rejects["row"].tolist() == [2, 3]


def test_a_repeated_pairing_is_one_row_that_says_how_many_it_stands_for() -> None:
    result = paired(("2019", HAND, OAK), ("2019", HAND, OAK))
    assert told(result, "rule_id", "row", "school_year") == [("S16", 3, "2018-19")]
    assert result.accounts[["rows_kept", "rows_merged"]].to_numpy().tolist() == [[1, 1]]
    assert result.table[["school_year", "source"]].to_numpy().tolist() == [["2018-19", "ap_school_codes"]]
    assert pd.isna(result.table["sheet"].iloc[0])
