"""Survey answers compared with themselves and each other: each rule on its rows, at its bound, beside sound ones."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipelines.standard.survey_checks import CONSENT, CONTACT, FREE_TEXT, NAMED_TOPICS, check_answers

YEAR = "2018-19"
TYPED: dict[str, Any] = {
    "role_group": "teacher_or_admin",
    "how_many_20_hours": "SOME",
    "how_many_10_hours": "SOME",
    "is_teacher_banner": False,
    "topic_do_not_know": False,
    "submitted_at": "2018-10-01T09:00:00",
    "topic_blocks": True,
}
FLAGS = ("is_teacher_banner", "topic_do_not_know", *NAMED_TOPICS)


def check(*answers: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Rule, row and column of each finding. The first answer stands in row 2; each has a person and school of its own."""
    rows = [
        {
            CONSENT: "true",
            "file": "a.csv",
            "person": f"p{n}",
            "school": f"s{n}",
            CONTACT: f"a{n}@school.example",
            **dict.fromkeys(FREE_TEXT),
            **TYPED,
            **answer,
        }
        for n, answer in enumerate(answers)
    ]
    # Labels are not places: a finding that moved to another row would show.
    frame = pd.DataFrame(rows, index=[10 * n + 7 for n in range(len(rows))]).reindex(
        columns=list(dict.fromkeys([*rows[0], *NAMED_TOPICS]))
    )
    read = frame.astype(dict.fromkeys(FLAGS, "boolean") | {n: "str" for n in frame if n not in FLAGS})
    sent = read[[CONSENT, "file"]].assign(source="survey", sheet=None, row=range(2, len(rows) + 2))
    private = read[[CONTACT, *FREE_TEXT]].assign(respondent_key=read["person"])
    parts = [part for part in check_answers(sent, read, private, read["school"], YEAR) if not part.empty]
    found = pd.concat(parts) if parts else pd.DataFrame(columns=["rule_id", "row", "column", "value", "school_year"])
    assert found["value"].isna().all(), "what a person wrote is not shown"
    assert set(found["school_year"]) <= {YEAR}
    places = found[["rule_id", "row", "column"]].astype(object)
    return sorted(places.where(places.notna(), None).itertuples(index=False, name=None), key=str)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({}, None),
        ({CONTACT: "ada@GMAIL.com"}, ("R06", CONTACT)),
        ({CONTACT: "odd@name@aol.com"}, ("R06", CONTACT)),
        ({CONTACT: "ada@gmail.com", "role_group": "not_teacher_or_admin"}, None),
        ({CONTACT: "ada@notgmail.com"}, None),
        ({CONTACT: None}, None),
        ({"how_many_20_hours": "ALL"}, None),
        ({"how_many_20_hours": "ALL", "topic_blocks": None}, ("R10", "how_many_20_hours")),
        ({"how_many_20_hours": "ALL", "topic_blocks": False}, ("R10", "how_many_20_hours")),
        ({"how_many_20_hours": "ALL", "topic_blocks": None, "is_teacher_banner": True}, None),
        ({"how_many_20_hours": "SOME", "topic_blocks": None}, None),
        ({"topic_do_not_know": True}, ("R11", "topic_do_not_know")),
        ({"topic_do_not_know": True, "topic_blocks": None}, None),
        ({"topic_do_not_know": None}, None),
        ({"how_many_20_hours": "NONE", "how_many_10_hours": "NONE"}, None),
        ({"how_many_20_hours": "NONE", "how_many_10_hours": "NONE", "tell_us_more": "A Python CLASS"}, ("R12", "tell_us_more")),
        ({"how_many_20_hours": "NONE", "how_many_10_hours": "SOME", "tell_us_more": "a class"}, None),
        ({"how_many_20_hours": "SOME", "how_many_10_hours": "NONE", "tell_us_more": "a class"}, None),
        *(({name: "write to a@b.org"}, ("R17", name)) for name in FREE_TEXT),
        ({"tell_us_more": "call (555) 123-4567"}, ("R17", "tell_us_more")),
        ({"inaccuracy_comment": "SHIT"}, ("R17", "inaccuracy_comment")),
        ({"tell_us_more": "room 555-1234"}, None),
    ],
)  # fmt: skip
def test_an_answer_compared_with_itself(answer: dict[str, Any], found: tuple[str, str] | None) -> None:
    assert check({}, answer, {}) == ([(found[0], 3, found[1])] if found else [])


@pytest.mark.parametrize(("schools", "is_told"), [(5, False), (6, True)])
def test_one_person_answers_for_a_few_schools(schools: int, is_told: bool) -> None:
    answers = [{"person": "p", "school": f"of p {n}"} for n in range(schools)]
    told = [("R08", n + 3, CONTACT) for n in range(schools)] if is_told else []
    assert check({}, *answers) == sorted(told, key=str)
    assert check({}, *({**one, "person": None} for one in answers)) == [], "nobody knows whether they are one person"
    assert check(*({**one, "school": "one"} for one in answers)) == []


@pytest.mark.parametrize(("many", "is_told"), [(20, False), (21, True)])
def test_answers_for_one_school_do_not_come_in_a_burst(many: int, is_told: bool) -> None:
    answers = [{"school": "one", "submitted_at": f"2018-10-01T09:{n:02d}:00"} for n in range(many)]
    told = [("R09", n + 3, "submitted_at") for n in range(many)] if is_told else []
    assert check({}, *answers) == sorted(told, key=str)
    spread = [{**one, "submitted_at": f"2018-10-01T{9 + n % 2:02d}:00:00"} for n, one in enumerate(answers)]
    assert check(*spread) == [], "over two hours"
    assert check(*({**one, "submitted_at": None} for one in answers)) == []


def test_a_blank_consent_is_told_once_per_file_that_asks() -> None:
    blank = {CONSENT: None}
    asked = [{}, blank, blank]
    unasked = [{**blank, "file": "b.csv"}] * 2
    assert check(*asked, *unasked) == [("R16", None, CONSENT)]
    assert check(*unasked) == []
