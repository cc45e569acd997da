"""The page of mutation testing: what counts as killed, and which reason belongs to which change."""

from __future__ import annotations

import pytest

from bench.mutation_page import function_of, page, reason_of, share
from bench.mutation_run import DECORATED, STATUSES, Asked, without_caches

CHANGE = "-     return a + b\n+     return a - b"
REASONS = [{"function": "shared.text.f", "change": "return a - b", "reason": "b is 0"}]


def test_only_a_failed_test_and_a_timeout_kill() -> None:
    statuses = ["killed", "timeout", "survived", "no test", "broken (70)"]
    asked = Asked({f"shared.text.x_f__mutmut_{n}": (status, "") for n, status in enumerate(statuses)}, made=9)
    assert share(asked) == 0.4
    assert {code for code, status in STATUSES.items() if status in ("killed", "timeout")} == {1, -24}


@pytest.mark.parametrize(
    ("mutant", "function"),
    [("shared.text.x_f__mutmut_12", "shared.text.f"), ("model.xǁPolicyǁ_sound__mutmut_1", "model.Policy._sound")],
)
def test_a_mutant_is_named_by_its_function(mutant: str, function: str) -> None:
    assert function_of(mutant) == function


def test_a_reason_holds_for_one_change_of_one_function() -> None:
    mutant = "shared.text.x_f__mutmut_1"
    assert reason_of(mutant, CHANGE, REASONS) == "b is 0"
    assert reason_of(mutant, CHANGE.replace("a - b", "a * b"), REASONS) == ""
    assert reason_of(mutant.replace("x_f", "x_g"), CHANGE, REASONS) == ""


def test_the_page_lists_what_was_not_killed() -> None:
    mutants = {"shared.text.x_f__mutmut_1": ("survived", CHANGE), "shared.text.x_g__mutmut_1": ("killed", "")}
    told = page({"normalisers": Asked(mutants, made=7, seed=3, tests=5, first=0)}, "today")
    assert "| **normalisers** | all | 7 | 2 | 3 | 1 | 0 | 1 | 0 | 0.0% | 50.0% |" in told
    assert "- `shared.text.f`: `return a ⟦+ → -⟧ b`: **open** (survived)" in told
    assert "shared.text.g" not in told


def test_caches_are_taken_off_and_other_decorators_stay() -> None:
    text = "@lru_cache(maxsize=9)\ndef a(): ...\n\n@cache\ndef b(): ...\n\n@model_validator(mode='after')\ndef c(self): ...\n"
    plain = without_caches(text)
    assert plain == "def a(): ...\n\ndef b(): ...\n\n@model_validator(mode='after')\ndef c(self): ...\n"
    assert DECORATED.findall(plain) == ["c"]
