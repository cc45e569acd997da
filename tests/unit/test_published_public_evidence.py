"""The public sees of survey answers that there are some and what they say; never a row, never a number below ten."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.published.public_evidence import for_everyone, for_partners

PLACE = "(survey/census (final).csv rows 2, 3; survey/b.csv row 9)"


def evidence(kind: str, why: str, yes: int | None, no: int | None) -> pd.DataFrame:
    frame = pd.DataFrame({"evidence_kind": [kind], "why": [why], "pointer": ["survey/a.csv#2"], "source": ["survey"]})
    return frame.assign(records_yes=pd.array([yes], "Int64"), records_no=pd.array([no], "Int64"))


CASES = [
    ("3 survey answers from teachers or administrators say yes", 3, 0, "",
     "Survey answers from teachers or administrators say yes", "survey: fewer than 10 answers",
     "3 survey answers from teachers or administrators say yes", "survey: 3 answers"),
    ("1 survey answer from teachers or administrators says no", 0, 1, "; not used: the state's course file comes first",
     "Survey answers from teachers or administrators say no; not used: the state's course file comes first",
     "survey: fewer than 10 answers",
     "1 survey answer from teachers or administrators says no; not used: the state's course file comes first",
     "survey: 1 answer"),
    ("14 survey answers from teachers or administrators disagree: 12 yes, 2 no", 12, 2, "",
     "Survey answers from teachers or administrators disagree", "survey: 10 or more answers",
     "14 survey answers from teachers or administrators disagree: 12 yes, 2 no", "survey: 14 answers"),
    ("12 survey answers from teachers or administrators say yes", 12, 0, "",
     "12 survey answers from teachers or administrators say yes", "survey: 12 answers",
     "12 survey answers from teachers or administrators say yes", "survey: 12 answers"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "yes", "no", "rest", "public", "where", "partner", "partner_where"), CASES)
def test_each_tier_sees_its_form(
    found: str, yes: int, no: int, rest: str, public: str, where: str, partner: str, partner_where: str
) -> None:
    row = evidence("teacher_survey", f"{found} {PLACE}{rest}", yes, no)
    shown = for_everyone(row).iloc[0]
    assert (shown["why"], shown["pointer"]) == (public, where)
    assert not any(1 <= n < 10 for n in (shown["records_yes"], shown["records_no"]) if pd.notna(n))
    shown = for_partners(row).iloc[0]
    assert (shown["why"], shown["pointer"]) == (partner, partner_where)
    assert (shown["records_yes"], shown["records_no"]) == (yes, no)


def test_other_evidence_is_untouched() -> None:
    row = evidence("state", "FL's course file lists 2 courses (fl/a.csv rows 2, 3)", 2, 0)
    pd.testing.assert_frame_equal(for_everyone(row), row)


def test_text_of_an_unknown_form_loses_its_end_and_never_shows_a_place() -> None:
    row = evidence("other_survey", "something new (survey/a.csv row 2), odd", 1, None)
    shown = for_everyone(row).iloc[0]
    assert "survey/" not in shown["why"] + shown["pointer"]
