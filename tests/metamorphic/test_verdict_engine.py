"""The engine on any signals and any order of rules: it always answers, the same each time, and by the first that speaks."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.reconciled.decide import decide
from pipelines.reconciled.signals import join_signals, make_signals
from schemas.policy_model import HISTORY, OUTCOMES, Condition, Policy, PolicyRule, load_policy
from schemas.verdicts import CODES

YEAR = "2020-21"
KINDS = sorted(OUTCOMES)
SOME = settings(max_examples=12, deadline=None)


@st.composite
def rules(draw: st.DrawFn, number: int) -> PolicyRule:
    """A rule over any kind of evidence, with any answers to any of its outcomes, and now and then a condition."""
    kind = draw(st.sampled_from(KINDS))
    codes = ("HY", "HN", "HM") if kind in HISTORY else CODES
    outcomes = draw(st.lists(st.sampled_from(OUTCOMES[kind]), min_size=1, unique=True))
    meets: tuple[Condition, ...] = ()
    if draw(st.integers(0, 3)) == 0:
        other = draw(st.sampled_from(KINDS))
        meets = (Condition(evidence_kind=other, outcomes=(draw(st.sampled_from(OUTCOMES[other])),)),)
    gives: Any = {outcome: draw(st.sampled_from(codes)) for outcome in outcomes}
    return PolicyRule(label=f"rule_{number}", evidence_kind=kind, gives=gives, meets=meets)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    ordered = tuple(draw(rules(number)) for number in range(draw(st.integers(1, 7))))
    return load_policy().model_copy(update={"rules": ordered})


Facts = dict[tuple[int, str], str | None]
FACTS = st.dictionaries(
    st.tuples(st.integers(0, 4), st.sampled_from(KINDS)), st.integers(0, 20) | st.none(), max_size=24
).map(
    lambda found: {key: None if n is None else OUTCOMES[key[1]][n % len(OUTCOMES[key[1]])] for key, n in found.items()}
)


def signals_of(facts: Facts, seed: int | None = None) -> pd.DataFrame:
    """One signal per school and kind; with a seed the kinds and the schools of each come in another order."""
    mixed = random.Random(seed)
    kinds = mixed.sample(KINDS, len(KINDS)) if seed is not None else KINDS
    parts = []
    for kind in kinds:
        mine = [(school, outcome) for (school, k), outcome in sorted(facts.items(), key=str) if k == kind]
        if seed is not None:
            mixed.shuffle(mine)
        rows = pd.DataFrame(mine, columns=["school", "outcome"]).assign(found=f"{kind} speaks", short=kind)
        parts.append(make_signals(kind, YEAR, rows))
    return join_signals(parts)


def expected(facts: Facts, policy: Policy, school: int) -> tuple[str, str] | None:
    """The answer and its rule, said once more in plain Python: the first rule that speaks."""
    for rule in policy.rules:
        outcome = facts.get((school, rule.evidence_kind))
        met = not rule.meets or any(facts.get((school, c.evidence_kind)) in c.outcomes for c in rule.meets)
        if outcome in rule.gives and met:
            return str(rule.gives[outcome]), rule.label
    return None


@SOME
@given(FACTS, policies())
def test_the_engine_is_total_and_the_first_rule_that_speaks_wins(facts: Facts, policy: Policy) -> None:
    decided = decide(signals_of(facts), policy)
    used = decided[decided["is_used"]]
    assert used["school"].is_unique
    found = {row.school: (row.says, row.label) for row in used.itertuples()}
    schools = {school for school, _ in facts}
    assert found == {s: told for s in schools if (told := expected(facts, policy, s)) is not None}
    # No evidence is lost: every signal stands in the table, used or not, with its reason.
    assert set(zip(decided["school"], decided["evidence_kind"], strict=True)) == set(facts)
    assert decided["why"].str.len().gt(0).all()


@SOME
@given(FACTS, policies(), st.integers(0, 2**16))
def test_the_engine_is_the_same_twice_and_in_any_order(facts: Facts, policy: Policy, seed: int) -> None:
    first = decide(signals_of(facts), policy)
    pd.testing.assert_frame_equal(first, decide(signals_of(facts), policy))
    order = ["school", "position", "label", "evidence_kind"]
    mixed = decide(signals_of(facts, seed), policy).sort_values(order, ignore_index=True)
    pd.testing.assert_frame_equal(mixed, first.sort_values(order, ignore_index=True))


@SOME
@given(FACTS, policies(), st.integers(0, 4), st.sampled_from(KINDS))
def test_what_no_rule_asks_changes_no_answer(facts: Facts, policy: Policy, school: int, kind: str) -> None:
    asked = {rule.evidence_kind for rule in policy.rules}
    asked |= {c.evidence_kind for rule in policy.rules for c in rule.meets}
    if kind in asked:
        return
    more = {**facts, (school, kind): OUTCOMES[kind][0]}
    answers = [
        decided.loc[decided["is_used"], ["school", "says", "label"]].reset_index(drop=True)
        for decided in (decide(signals_of(facts), policy), decide(signals_of(more), policy))
    ]
    pd.testing.assert_frame_equal(*answers)
