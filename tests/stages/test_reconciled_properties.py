"""Properties that hold whatever the evidence: one row per school, any row order, no chains, no Yes turned to No."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.shared.school_year import shift
from schemas.policy_model import load_policies, load_policy
from schemas.verdicts import CODES, DIRECT
from tests.unit.reconciled_builder import World, answer, run_together

FACTS = {
    "teacher yes": lambda w: w.teacher(True),
    "teacher no": lambda w: w.teacher(False),
    "parent yes": lambda w: w.parent(True),
    "parent no": lambda w: w.parent(False),
    "course": lambda w: w.course(),
    "course under review": lambda w: w.course(counts="review"),
    "other course": lambda w: w.course(counts="does_not_count"),
    "state reported": lambda w: w.state_reported(),
    "ap": lambda w: w.ap(),
    "ib": lambda w: w.ib(),
    "provider": lambda w: w.provider(),
    "override no": lambda w: w.override("N"),
    "override null": lambda w: w.override(None, "2020-10-01"),
    "last year yes": lambda w: w.before(y1="Y"),
    "two years ago no": lambda w: w.before(y2="N"),
}
ORDER = {"N": 0, "HN": 0, "U": 1, "M": 2, "HM": 2, "HY": 3, "Y": 3}
facts = st.lists(st.sampled_from(sorted(FACTS)), max_size=6, unique=True)
towns = st.lists(facts, min_size=1, max_size=12)
few = settings(max_examples=5, deadline=None)


def build(number: int, names: Iterable[str]) -> World:
    world = World(number=number)
    for name in names:
        FACTS[name](world)
    return world


@few
@given(towns, st.sampled_from(sorted(load_policies())))
def test_every_school_has_one_row_and_one_reason(town: list[list[str]], policy: str) -> None:
    worlds = [build(n, names) for n, names in enumerate(town, start=1)]
    result = run_together(worlds, load_policy(policy))
    rows = result.school_cs_access
    asked = {row["nces_school_id"] for world in worlds for row in world.rows["nces_schools"]}
    assert rows["nces_school_id"].is_unique
    assert asked <= set(rows["nces_school_id"])
    used = result.evidence.groupby("nces_school_id")["is_used"].sum().reindex(rows["nces_school_id"]).fillna(0)
    assert (used <= 1).all()
    known = (rows["teaches_cs"] != "U").to_numpy()
    assert (used.to_numpy()[known] == 1).all()
    assert rows["decided_by_rule"].notna().to_numpy().tolist() == known.tolist()
    assert result.review_table["nces_school_id"].tolist() == rows["nces_school_id"].tolist()


def test_an_ap_row_never_turns_yes_into_no() -> None:
    """Every pair of facts, with and without an AP row: 120 schools in two runs."""
    pairs = dict(enumerate([*combinations(sorted(FACTS), 2), *((name,) for name in FACTS)], start=1))
    before = run_together(build(n, names) for n, names in pairs.items())
    after = run_together(build(n, names).ap(exam="CSP") for n, names in pairs.items())
    for number, names in pairs.items():
        first, second = (answer(result, World(number=number).me) for result in (before, after))
        assert ORDER[second] >= ORDER[first], names


@pytest.mark.parametrize("policy", sorted(load_policies()))
def test_rows_may_come_in_any_order(policy: str) -> None:
    names = sorted(FACTS)
    worlds = [build(n, names[n % 5 : n % 5 + n]) for n in range(1, 12)]
    tidy = run_together(worlds, load_policy(policy))
    for seed in (1, 2):
        mixed = [build(n, names[n % 5 : n % 5 + n]) for n in range(1, 12)]
        for world in mixed:
            for name, rows in world.rows.items():
                shuffled = pd.Series(rows, dtype=object).sample(frac=1, random_state=seed)
                world.rows[name] = shuffled.tolist()
        again = run_together(reversed(mixed), load_policy(policy))
        for name in ("evidence", "school_cs_access", "review_table"):
            pd.testing.assert_frame_equal(getattr(again, name), getattr(tidy, name))


def test_equal_times_of_decisions_are_settled_by_their_id() -> None:
    for order in (("d1", "d2"), ("d2", "d1")):
        world = World()
        for decision_id in order:
            world.override("Y" if decision_id == "d2" else "N", decision_id=decision_id)
        assert answer(world.run()) == "Y"


def test_decisions_are_compared_by_time_not_by_text() -> None:
    """Noon in New York is later than half past noon in London."""
    world = World().override("Y", "2020-09-01T12:00:00-04:00").override("N", "2020-09-01T12:30:00+00:00")
    assert answer(world.run()) == "Y"


def test_history_never_chains() -> None:
    """A direct Yes of 2016-17 is carried to 2017-18 and 2018-19 and is gone in 2019-20 (domain.md 4.3)."""
    answers: dict[str, pd.DataFrame] = {}
    for back in range(4):
        year = shift("2016-17", back)
        world = World(year)
        if back == 0:
            world.course()
        for n in (1, 2):
            earlier = answers.get(shift(year, -n))
            if earlier is not None:
                world.before(**{f"y{n}": earlier["teaches_cs"].item()})
        answers[year] = world.run().school_cs_access
    assert [frame["teaches_cs"].item() for frame in answers.values()] == ["Y", "HY", "HY", "U"]


def test_only_direct_answers_are_carried() -> None:
    worlds = {code: World(number=n).before(y1=code, y2=code) for n, code in enumerate(CODES, start=1)}
    result = run_together(worlds.values())
    carried = {code for code, world in worlds.items() if answer(result, world.me) != "U"}
    assert carried == set(DIRECT)
