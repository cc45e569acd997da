"""Who may be contacted: the latest word counts, doubt is a no, and a purged address is nobody's."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.published.partner_contacts import agreed_people, list_contacts
from pipelines.published.partner_files import build_partner_folders
from pipelines.shared.retention import purged_address

A = "a@x.example"


@pytest.mark.parametrize(
    ("answers", "agrees"),
    [
        ([("2018-01-01", True)], True),
        ([("2018-01-01", False)], False),
        ([("2018-01-01", None)], False),
        ([("2018-01-01", True), ("2019-01-01", False)], False),
        ([("2019-01-01", True), ("2018-01-01", False)], True),
        ([("2018-01-01", True), ("2018-01-01", False)], False),
        ([("2018-01-01", True), (None, False)], False),
        ([(None, True)], True),
    ],
)
def test_the_latest_word_counts_and_doubt_is_a_no(answers: list, agrees: bool) -> None:
    said = pd.DataFrame(answers, columns=["at", "shares"]).assign(address=A).astype({"at": "str", "address": "str"})
    said["shares"] = said["shares"].astype("boolean")
    assert agreed_people(said) == ({A} if agrees else set())


def test_a_purged_address_is_nobodys() -> None:
    said = pd.DataFrame({"address": [purged_address(A, b"salt")], "at": ["2018-01-01"], "shares": [True]})
    assert agreed_people(said.astype({"address": "str"})) == set()


def test_a_person_stands_once_per_school_with_the_latest_name() -> None:
    answers = pd.DataFrame(
        {
            "nces_school_id": ["1", "1", "2", "3"],
            "school_year": ["2017-18", "2018-19", "2018-19", "2018-19"],
            "submitter_name": ["Old", "New", "Two", "Not hers"],
            "submitter_email_address": A,
            "submitted_at": ["2018-01-01", "2019-01-01", "2019-01-01", "2019-01-01"],
        }
    )
    listed = list_contacts(answers, {A}, {"1", "2"})
    assert listed["submitter_name"].tolist() == ["New", "Two"]
    assert list_contacts(answers, set(), {"1", "2"}).empty


def test_a_partner_id_that_is_a_path_is_refused(tmp_path) -> None:
    schools = pd.DataFrame({"partner_id": ["../x"], "nces_school_id": ["1"], "school_year": ["2018-19"]})
    with pytest.raises(ValueError, match="cannot be a partner's id"):
        build_partner_folders(tmp_path, "2026.11.1", {}, schools, {}, {}, released_on=None)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
