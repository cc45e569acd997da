"""The 62 cases of domain.md 4.6 against the policy census-2018. Other rules of the stage are tested beside this file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.reconciled.explain import explain
from pipelines.reconciled.school_cs_access import Reconciled
from schemas.policy_model import Policy
from tests.unit.reconciled_builder import CENSUS, World, answer, run_together, told, used

Build = Callable[[World], World]

# Cases 1 to 20: one teacher's answer. Flags (offers_high, offers_k8), answers, expected verdict.
HIGH, MIXED, K8, NO_STATS = (True, False), (True, True), (False, True), (None, None)
N10, S10, A10 = ({"how_many_10_hours": code} for code in ("NONE", "SOME", "ALL"))
N20, S20, A20 = ({"how_many_20_hours": code} for code in ("NONE", "SOME", "ALL"))
BLOCKS, TEXT = {"topic_blocks": True}, {"topic_text": True}

SURVEY_CASES = {
    "test_case_01_high_none": (HIGH, N20, "N"),
    "test_case_02_high_some_without_topic": (HIGH, S20, "N"),
    "test_case_03_mixed_some_without_topic": (MIXED, S20, "Y"),
    "test_case_04_high_banner_some": (HIGH, {**S20, "is_teacher_banner": True}, "Y"),
    "test_case_05_high_some_blocks": (HIGH, {**S20, **BLOCKS}, "Y"),
    "test_case_06_high_some_text": (HIGH, {**S20, **TEXT}, "Y"),
    "test_case_07_high_some_both": (HIGH, {**S20, **BLOCKS, **TEXT}, "Y"),
    "test_case_08_high_all_blocks": (HIGH, {**A20, **BLOCKS}, "Y"),
    "test_case_09_high_all_text": (HIGH, {**A20, **TEXT}, "Y"),
    "test_case_10_high_all_both": (HIGH, {**A20, **BLOCKS, **TEXT}, "Y"),
    "test_case_11_k8_none": (K8, {**N10, **N20}, "N"),
    "test_case_12_k8_10h_some": (K8, {**S10, **N20}, "Y"),
    "test_case_13_k8_10h_all": (K8, {**A10, **N20}, "Y"),
    "test_case_14_k8_20h_some": (K8, {**N10, **S20}, "Y"),
    "test_case_15_k8_20h_all": (K8, {**N10, **A20}, "Y"),
    "test_case_16_no_stats_none": (NO_STATS, {**N10, **N20}, "N"),
    "test_case_17_no_stats_10h_some": (NO_STATS, {**S10, **N20}, "Y"),
    "test_case_18_no_stats_10h_all": (NO_STATS, {**A10, **N20}, "Y"),
    "test_case_19_no_stats_20h_some": (NO_STATS, {**N10, **S20}, "Y"),
    "test_case_20_no_stats_20h_all": (NO_STATS, {**N10, **A20}, "Y"),
}


def silent(world: World) -> World:
    """The school's state sent a complete file that does not list it."""
    return world.state_reported()


def both(world: World) -> World:
    return world.teacher(True).teacher(False)


def excluding(state: str, year: str) -> Policy:
    inferred = CENSUS.inferred_no.model_copy(update={"exclude": ((state, year),)})
    return CENSUS.model_copy(update={"inferred_no": inferred})


AK_21 = excluding("AK", "2021-22")
YES3, NO3 = {"y1": "Y", "y2": "Y", "y3": "Y"}, {"y1": "N", "y2": "N", "y3": "N"}
# Cases 22 to 61: facts, expected verdict, expected label.
CASES: dict[str, tuple[Build, str, str | None]] = {
    "test_case_22_override_beats_all": (
        lambda w: w.override("N").teacher(True).ap().ib().before(**YES3),
        "N",
        "overrides",
    ),
    "test_case_23_newest_override": (
        lambda w: (
            w.override("HY", "2020-09-01T10:01:00")
            .override("N", "2020-09-01T10:00:00")
            .override("M", "2020-09-01T10:00:00")
        ),
        "HY",
        "overrides",
    ),
    **{
        f"test_case_24_override_{code}": (lambda w, code=code: w.override(code), code, "overrides")
        for code in ("Y", "N", "M", "HY", "HN", "HM")
    },
    "test_case_27_ap_beats_teacher": (lambda w: w.teacher(False).ap().before(**NO3), "Y", "offers_ap"),
    "test_case_28_ib_beats_teacher": (lambda w: w.teacher(False).ib().before(**NO3), "Y", "offers_ib"),
    "test_case_29_teacher_beats_parent": (lambda w: w.teacher(True).parent(False), "Y", "consistent_teacher_surveys"),
    "test_case_30_teacher_no_beats_state": (
        lambda w: w.teacher(False).parent(True).course().before(**YES3),
        "N",
        "consistent_teacher_surveys",
    ),
    "test_case_31_state_beats_mixed_teachers": (
        lambda w: both(w).parent(False).course().before(**NO3),
        "Y",
        "state_offering",
    ),
    "test_case_32_inferred_no": (lambda w: silent(both(w)).parent(True).before(**YES3), "N", "state_offering"),
    "test_case_35_mixed_teachers": (
        lambda w: both(w).parent(True).before(**NO3),
        "M",
        "inconsistent_teacher_surveys",
    ),
    "test_case_36_parent_yes": (lambda w: w.parent(True).before(**NO3), "Y", "non_teacher_surveys"),
    "test_case_37_parent_no": (lambda w: w.parent(False).before(**YES3), "N", "non_teacher_surveys"),
    "test_case_38_last_year_first": (lambda w: w.before(y1="Y", y2="N", y3="N"), "HY", "last_years_summary"),
    "test_case_39_last_year_no": (lambda w: w.before(y1="N", y2="Y", y3="Y"), "HN", "last_years_summary"),
    "test_case_40_last_year_maybe": (lambda w: w.before(y1="M", y2="Y", y3="N"), "HM", "last_years_summary"),
    "test_case_41_two_years_yes": (lambda w: w.before(y2="Y", y3="N"), "HY", "two_years_agos_summary"),
    "test_case_42_two_years_no": (lambda w: w.before(y2="N", y3="Y"), "HN", "two_years_agos_summary"),
    "test_case_43_two_years_maybe": (lambda w: w.before(y2="M", y3="Y"), "HM", "two_years_agos_summary"),
    "test_case_44_three_years": (lambda w: w.before(y3="M"), "U", None),
    "test_case_45_nothing": (lambda w: w, "U", None),
    "test_case_46_teachers_yes": (lambda w: w.teacher(True, 5), "Y", "consistent_teacher_surveys"),
    "test_case_46_teachers_no": (lambda w: w.teacher(False, 5), "N", "consistent_teacher_surveys"),
    "test_case_47_state_yes": (lambda w: w.course(), "Y", "state_offering"),
    "test_case_47_state_no": (lambda w: w.state_reported(), "N", "state_offering"),
    "test_case_48_parents_yes": (lambda w: w.parent(True, 5), "Y", "non_teacher_surveys"),
    "test_case_48_parents_no": (lambda w: w.parent(False, 5), "N", "non_teacher_surveys"),
    "test_case_49_mixed_teachers_beat_parents": (
        lambda w: w.teacher(True, 5).teacher(False).parent(True, 5).parent(False, 5),
        "M",
        "inconsistent_teacher_surveys",
    ),
    **{
        f"test_case_{number}_{back}_{code}": (
            lambda w, code=code, back=back: w.before(**{back: code}),
            expected,
            label if expected != "U" else None,
        )
        for start, back, label in ((50, "y1", "last_years_summary"), (56, "y2", "two_years_agos_summary"))
        for number, (code, expected) in enumerate(
            [("Y", "HY"), ("N", "HN"), ("M", "HM"), ("HY", "U"), ("HN", "U"), ("HM", "U")], start=start
        )
    },
}


ALONE: dict[str, Build] = {
    "one rule is used": lambda w: silent(both(w)).ap().ib().parent(True).override("M").before(y1="Y", y2="N"),
    "override null alone": lambda w: w.override(None),
    "override null ends the search": lambda w: w.override("N").override(None, "2020-10-01").ap(),
    "one banner yes": lambda w: silent(w).teacher(True),
}
"""Facts of the cases that have a test of their own."""


@pytest.fixture(scope="module")
def together() -> tuple[dict[str, World], Reconciled]:
    """All cases in one national run, each in a state of its own, so that they also show that schools do not mix."""
    worlds = {name: World(number=n) for n, name in enumerate([*SURVEY_CASES, *CASES, *ALONE], start=1)}
    for name, (flags, answers, _) in SURVEY_CASES.items():
        worlds[name].school(offers_high=flags[0], offers_k8=flags[1]).survey(**answers)
    for name, (build, _, _) in CASES.items():
        build(worlds[name])
    for name, build in ALONE.items():
        build(worlds[name])
    return worlds, run_together(worlds.values())


@pytest.mark.parametrize("case", SURVEY_CASES)
def test_survey_answer(case: str, together: tuple[dict[str, World], Reconciled]) -> None:
    worlds, result = together
    assert answer(result, worlds[case].me) == SURVEY_CASES[case][2]


@pytest.mark.parametrize("case", CASES)
def test_verdict(case: str, together: tuple[dict[str, World], Reconciled]) -> None:
    _, expected, label = CASES[case]
    worlds, result = together
    school = worlds[case].me
    row = result.school_cs_access.set_index("nces_school_id", drop=False).loc[school]
    assert answer(result, school) == expected
    assert used(result, school) == ([label] if label else [])
    assert row["decided_by_rule"] == label if label else row.isna()["decided_by_rule"]
    # Case 25: the explanation always lists the nine rules of the policy, used or not.
    assert len(explain(row, result.evidence, CENSUS)["evidence"]) == 9


def test_case_21_ap_code_of_each_year() -> None:
    """A school changes its AP code between the years; each year's ledger is joined with that year's codes."""
    for year, code in (("2016-17", "000001"), ("2017-18", "000002")):
        assert answer(World(year).ap(code=code).run()) == "Y"


def test_case_25_one_rule_is_used(together: tuple[dict[str, World], Reconciled]) -> None:
    school, result = together[0]["one rule is used"].me, together[1]
    assert used(result, school) == ["overrides"]
    row = result.school_cs_access.set_index("nces_school_id", drop=False).loc[school]
    pieces = explain(row, result.evidence, CENSUS)["evidence"]
    assert [piece["label"] for piece in pieces] == [rule.label for rule in CENSUS.rules]


def test_case_26_override_null_alone(together: tuple[dict[str, World], Reconciled]) -> None:
    school, result = together[0]["override null alone"].me, together[1]
    assert answer(result, school) == "U"
    assert used(result, school) == ["overrides"]


def test_case_26_override_null_ends_the_search(together: tuple[dict[str, World], Reconciled]) -> None:
    """The predecessor marked it used and went on; here one rule decides, and a person said: no answer."""
    school, result = together[0]["override null ends the search"].me, together[1]
    assert (answer(result, school), used(result, school)) == ("U", ["overrides"])
    assert result.school_cs_access.set_index("nces_school_id").isna().loc[school, "decided_by_rule"]


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        pytest.param("2021-22", "M", id="test_case_33_state_and_year_excluded"),
        pytest.param("2020-21", "N", id="test_case_34_other_year"),
    ],
)
def test_inferred_no_exclusion(year: str, expected: str) -> None:
    assert answer(silent(both(World(year))).parent(True).before(**YES3).run(AK_21)) == expected


def test_case_46_and_49_counts_are_kept(together: tuple[dict[str, World], Reconciled]) -> None:
    worlds, result = together
    rows = told(result, worlds["test_case_49_mixed_teachers_beat_parents"].me)
    mixed, others = rows.loc["inconsistent_teacher_surveys"], rows.loc["non_teacher_surveys"]
    assert (mixed["records_yes"], mixed["records_no"], mixed["says"]) == (5, 1, "M")
    assert (others["records_yes"], others["records_no"], others["is_used"]) == (5, 5, False)


@pytest.mark.parametrize("back", ["y1", "y2"])
@pytest.mark.parametrize("code", ["HY", "HN", "HM"])
def test_case_53_to_61_not_carried_is_still_shown(
    back: str, code: str, together: tuple[dict[str, World], Reconciled]
) -> None:
    worlds, result = together
    [case] = [name for name in CASES if name.endswith(f"_{back}_{code}")]
    rows = told(result, worlds[case].me)
    assert rows["is_used"].tolist() == [False]
    assert rows["says"].isna().all()
    assert code in rows["why"].item()
    assert "not carried" in rows["why"].item()


def test_case_62_one_banner_yes_in_a_state_with_data(together: tuple[dict[str, World], Reconciled]) -> None:
    """The Bayes era said No or Maybe. Under the ordered rules the consistent teacher comes before the state's silence."""
    world, result = together[0]["one banner yes"], together[1]
    assert (answer(result, world.me), used(result, world.me)) == ("Y", ["consistent_teacher_surveys"])
    assert answer(result, world.other) == "Y"
