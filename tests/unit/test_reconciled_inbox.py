"""What a case of the inbox concerns, and what its answer would change, in words."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.reconciled.inbox import Known, build_inbox
from pipelines.shared.cases import as_asked, identify
from pipelines.shared.findings import conform

ONE, OTHER = "539900100001", "539900100002"
KNOWN = Known(
    schools=pd.DataFrame(
        {
            "nces_school_id": [ONE, OTHER],
            "state": "WA",
            "teaches_cs": ["U", "Y"],
            "in_access_report": True,
            "students_total": pd.array([400, 90], dtype="Int64"),
        }
    ),
    partners=pd.DataFrame({"nces_school_id": [ONE], "partner_id": ["102"]}, dtype="str"),
    state_partners=pd.Series(dtype="str"),
    course_schools=pd.DataFrame(columns=["case_id", "nces_school_id"], dtype="str"),
    source_schools=pd.DataFrame(columns=["source", "nces_school_id"], dtype="str"),
)


def inbox(**case: object) -> pd.Series:
    asked = pd.DataFrame([{"source": "wa", "state": "WA", "records": 3, "nces_school_id_given": ONE} | case])
    cases = as_asked(identify(asked.assign(facts="")), "2018-19").drop(columns="facts")
    return build_inbox(conform(cases, "review_queue"), conform(pd.DataFrame(), "decision_outcomes"), KNOWN).iloc[0]


@pytest.mark.parametrize(
    ("kind", "candidates", "schools", "students", "published", "effect"),
    [
        ("recycled_id", None, 1, 400, 1, "last year's answer of this NCES id would be this school's, or not"),
        ("duplicate_school", f"{ONE} a | {OTHER} b", 2, 490, 2, "2 schools would count as one"),
        ("ambiguous", f"{ONE} a | {OTHER} b", 2, 490, 1, "3 records would speak of the school that is chosen"),
        ("ambiguous", f"{OTHER} b", 1, 90, 0, "3 records would speak of the school that is chosen"),
        ("closed_school", f"{ONE} a", 1, 400, 1, "3 records would move to another school"),
        ("flip", None, 1, 400, 1, "the answer of this school"),
    ],
)
def test_a_case_says_what_its_answer_would_change(
    kind: str, candidates: str | None, schools: int, students: int, published: int, effect: str
) -> None:
    case = inbox(case_kind=kind, candidates=candidates, subject=ONE)
    assert (case["schools_affected"], case["students_affected"]) == (schools, students)
    assert case["published_effect"] == published
    assert case["effect"].startswith(f"{effect}; ")
    assert case["effect"].endswith("could change" if published else "no published answer would change")
