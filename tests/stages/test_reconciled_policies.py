"""Policies at work: the order of the rules is data, a new order needs no code, and access-report-2023 case by case."""

from __future__ import annotations

from pathlib import Path

import yaml

from schemas.policy_model import Policy, load_policy, parse_policy
from tests.unit.reconciled_builder import CENSUS, World, answer, run_together, told, used
from tests.unit.test_policy_model import PATH, change, rule


def test_a_new_order_needs_no_code() -> None:
    """Surveys of teachers first, then AP: the YAML changes, the engine does not."""
    first = [r for r in yaml.safe_load(PATH.read_text(encoding="utf-8"))["rules"] if "teacher" in r["label"]]
    text = change(rules=[*first, rule(label="offers_ap")])
    policy = parse_policy(text, Path("census-2018.yml"))
    world = World().teacher(False).ap()
    assert (answer(world.run()), used(world.run())) == ("Y", ["offers_ap"])
    assert (answer(world.run(policy)), used(world.run(policy))) == ("N", ["consistent_teacher_surveys"])


def test_census_2018_shows_providers_without_asking_them() -> None:
    row = told(World().provider().run()).loc["provider"]
    assert (row["is_used"], row["position"]) == (False, len(CENSUS.rules) + 1)
    assert row["why"] == (
        "TEALS: 1 course listed (teals/2020-21/teals.csv row 2); "
        "not used: census-2018 does not ask this kind of evidence"
    )


def staff(world: World, value: str) -> World:
    return world.override(value, source="staff_entry")


# access-report-2023 (domain.md 4.5, proposed order): facts, answer, label.
REPORT_2023 = {
    "override first": (lambda w: staff(w.override("N"), "Y").course(), "N", "override"),
    "staff entry second": (lambda w: staff(w, "N").course(), "N", "staff_entry"),
    "excluded by a person": (lambda w: w.override("E").course().ap(), "E", "override"),
    "state before provider": (lambda w: w.course().ap(), "Y", "doe"),
    "provider before survey": (lambda w: w.provider().teacher(False), "Y", "provider"),
    "ap before survey": (lambda w: w.ap().teacher(False), "Y", "provider_ap"),
    "survey before inferred no": (lambda w: w.state_reported().parent(True), "Y", "other_survey"),
    "teachers disagree": (lambda w: w.teacher(True).teacher(False), "M", "teacher_survey"),
    "inferred no": (lambda w: w.state_reported().before(y1="Y"), "N", "doe_inferred"),
    "listed without computer science": (
        lambda w: w.state_reported().course(counts="does_not_count"),
        "N",
        "doe_inferred",
    ),
    "state against provider": (
        lambda w: w.state_reported().course(counts="does_not_count").provider().teacher(True),
        "M",
        "doe_against_provider",
    ),
    "missing from the file is no conflict": (lambda w: w.state_reported().provider(), "Y", "provider"),
    "last year": (lambda w: w.before(y1="N"), "HN", "last_year"),
    "maybe is not carried": (lambda w: w.before(y1="M"), "U", None),
    "two years ago is not asked": (lambda w: w.before(y2="Y"), "U", None),
}


def test_access_report_2023() -> None:
    policy: Policy = load_policy("access-report-2023")
    worlds = {name: World(number=n) for n, name in enumerate(REPORT_2023, start=1)}
    for name, (build, _, _) in REPORT_2023.items():
        build(worlds[name])
    result = run_together(worlds.values(), policy)
    found = {name: (answer(result, w.me), (used(result, w.me) or [None])[0]) for name, w in worlds.items()}
    assert found == {name: (expected, label) for name, (_, expected, label) in REPORT_2023.items()}
    why = told(result, worlds["state against provider"].me).loc["doe_against_provider", "why"]
    assert "none of which counts" in why
    assert why.endswith("; TEALS says otherwise")
    rows = result.review_table.set_index("nces_school_id")
    assert rows.loc[worlds["state against provider"].me, ["state_says", "provider_says"]].tolist() == ["N", "Y"]


def test_a_staff_entry_is_an_override_where_the_policy_names_no_such_source() -> None:
    assert used(staff(World(), "N").run()) == ["overrides"]
