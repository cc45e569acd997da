"""Every rule can fire and can stay silent, shown on the smallest input that goes through the real stage function."""

from __future__ import annotations

import pytest

from schemas.rules import RULES
from tests.rules.cases import all_cases
from tests.rules.said import read_said, said

CASES = all_cases()
SAID = read_said()
C3 = {"F": 16, "D": 30, "S": 25, "R": 17, "C": 7, "X": 11, "P": 7}
"""Rules of validation-and-reliability.md C3 by letter."""


def test_every_rule_has_a_case_that_fires_and_one_that_is_silent() -> None:
    assert set(RULES) - set(CASES) == set()
    assert set(CASES) - set(RULES) == set()
    assert len(RULES) >= 113


def test_the_rules_of_the_list_are_all_there() -> None:
    wanted = {f"{letter}{number:02d}" for letter, last in C3.items() for number in range(1, last + 1)}
    assert len(wanted) == 113
    assert wanted - set(RULES) == set()


@pytest.mark.parametrize("rule_id", sorted(CASES))
def test_the_rule_fires_and_says_where(rule_id: str) -> None:
    fired = CASES[rule_id].fires()
    assert rule_id in fired
    assert said(fired, rule_id) == SAID[rule_id], "meant? python -m tests.rules.said writes it down"


@pytest.mark.parametrize("rule_id", sorted(CASES))
def test_the_rule_stays_silent(rule_id: str) -> None:
    assert rule_id not in CASES[rule_id].silent()
