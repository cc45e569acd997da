"""One school's answer in plain words: complete, ordered, ready for JSON."""

from __future__ import annotations

import json

from pipelines.reconciled.explain import explain, explain_text
from tests.unit.reconciled_builder import CENSUS, World

TEXT = """\
School 01, AK (020000000001), school year 2020-21
Answer: N, limited or no computer science, decided by overrides
Grades: 09 to 12; grades are those of 2015-16
Access report: counted
Policy: census-2018

Evidence, in the order in which it is asked:
  1  overrides                      N  used A decision of 2020-09-01 says N (limited or no computer science) \
(decisions/2020-21/decisions.csv row 4)
  5  state_offering                 Y       Alaska's course file lists 2 computer science courses \
(ak/2020-21/ak.csv rows 2, 3); not used: a decision of 2020-09-01 comes first
  9  two_years_agos_summary         -       The answer of 2018-19 was HN (limited or no computer science in an \
earlier year); not carried: it came from an earlier year itself"""


def test_text_and_json_tell_the_same() -> None:
    world = World().school(grades_year="2015-16").course().course().override("N").before(y2="HN")
    result = world.run()
    told = explain(result.school_cs_access.iloc[0], result.evidence)
    assert explain_text(told) == TEXT
    again = json.loads(json.dumps(told))
    assert again == told
    assert told["answer"] == "limited or no computer science"
    assert told["evidence"][1]["rows"] == [
        {"file": "ak/2020-21/ak.csv", "row": 2},
        {"file": "ak/2020-21/ak.csv", "row": 3},
    ]
    assert told["evidence"][1]["records_yes"] == 2


def test_a_school_without_evidence() -> None:
    result = World().school(sector="private", grade_low=None, grade_high=None).run()
    told = explain(result.school_cs_access.iloc[0], result.evidence)
    text = explain_text(told)
    assert "Answer: U, no data\n" in text
    assert "Grades: not known\n" in text
    assert "Access report: left out, private school" in text
    assert text.endswith("Evidence: none. No source speaks of this school.")


def test_with_a_policy_every_rule_is_listed() -> None:
    result = World().before(y1="Y").run()
    told = explain(result.school_cs_access.iloc[0], result.evidence, CENSUS)
    assert [piece["position"] for piece in told["evidence"]] == list(range(1, 10))
    assert {piece["why"] for piece in told["evidence"] if piece["position"] != 8} == {"Nothing found"}
    text = explain_text(told)
    assert "decided by last_years_summary on evidence of 2019-20" in text


def test_evidence_of_other_schools_is_left_out() -> None:
    result = World().state_reported().run()
    told = explain(result.school_cs_access.iloc[0], result.evidence)
    assert [piece["says"] for piece in told["evidence"]] == ["N"]
