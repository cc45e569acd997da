"""Providers under the terms of a policy, and lists against states' files: what is taken, what not, and what is told."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from pipelines.reconciled.answer_checks import Answers, compare_answers
from pipelines.reconciled.school_cs_access import Reconciled
from schemas.policy_model import HERE, Policy, load_policies, load_policy, parse_policy
from schemas.source_model import load_sources
from tests.unit.reconciled_builder import World, answer, run_together, told, used

REPORT = load_policy("access-report-2023")
YEAR = "2023-24"
PATH = HERE / "policies" / "access-report-2023.yml"


def with_terms(**terms: object) -> Policy:
    """The policy of 2023 with terms of one provider only."""
    raw = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return parse_policy(yaml.safe_dump({**raw, "providers": [{"provider": "TEALS", "basis": "test", **terms}]}), PATH)


def listed(world: World, provider: str, course: str | None = None, **school: object) -> World:
    """The school, with those flags, on the provider's list."""
    world.school(**school) if school else None
    return world.provider(provider=provider, course=course)


# Provider, course, flags of the school, expected answer, a part of why.
TERMS: dict[str, tuple[str, str | None, dict[str, object], str, str]] = {
    "TEALS at a high school": ("TEALS", "Intro Full", {}, "Y", "TEALS: 1 course listed"),
    "TEALS without a class": ("TEALS", None, {}, "Y", "TEALS: 1 course listed"),
    "TEALS without high school grades": (
        "TEALS",
        "Intro Full",
        {"offers_high": False},
        "U",
        "no answer is taken from that: TEALS speaks only for schools with grades 9 to 12",
    ),
    "TEALS, grades not known": ("TEALS", "Intro Full", {"offers_high": None}, "Y", "TEALS"),
    "BootUp at a high school": ("BootUp", None, {}, "U", "BootUp speaks only for schools with grades between"),
    "BootUp at a school of all grades": ("BootUp", None, {"offers_k8": True}, "Y", "BootUp: 1 course"),
    "BootUp, grades not known": ("BootUp", None, {"offers_k8": None}, "Y", "BootUp"),
    "PLTW, computer science": ("PLTW", "Computer Science Essentials", {}, "Y", "PLTW"),
    "PLTW, a short name": ("PLTW", "CSP", {}, "Y", "PLTW"),
    "PLTW, letters inside a word": ("PLTW", "CSPX", {}, "U", "not one of computer science of PLTW"),
    "PLTW, engineering": ("PLTW", "Principles of Engineering", {}, "U", "not one of computer science of PLTW"),
    "PLTW without a course": ("PLTW", None, {}, "U", "the list of PLTW names no course"),
    "Cambridge, computer science": ("Cambridge", "IGCSE Computer Science (0478)", {}, "Y", "Cambridge"),
    "Cambridge, another subject": ("Cambridge", "IGCSE History", {}, "U", "not one of computer science of Cambridge"),
    "Cambridge without a subject": ("Cambridge", None, {}, "Y", "Cambridge"),
    "CYBER.ORG": ("CYBER.ORG", None, {}, "Y", "CYBER.ORG"),
    "Skills Struck takes part only": (
        "Skills Struck",
        "Coding",
        {},
        "U",
        "not used: access-report-2023 takes no answer from this",
    ),
    "a provider that the policy does not name": (
        "Nobody",
        "Coding",
        {},
        "U",
        "no answer is taken from that: access-report-2023 does not name Nobody",
    ),
}


@pytest.fixture(scope="module")
def by_terms() -> tuple[dict[str, World], Reconciled]:
    worlds = {name: World(YEAR, number=n) for n, name in enumerate(TERMS, start=1)}
    for name, (provider, course, school, _, _) in TERMS.items():
        listed(worlds[name], provider, course, **school)
    return worlds, run_together(worlds.values(), REPORT)


@pytest.mark.parametrize("case", TERMS)
def test_terms_of_a_provider(case: str, by_terms: tuple[dict[str, World], Reconciled]) -> None:
    worlds, result = by_terms
    _, _, _, expected, part = TERMS[case]
    row = told(result, worlds[case].me).loc["provider"]
    assert answer(result, worlds[case].me) == expected
    assert part in row["why"]
    assert (row["is_used"], row["records_yes"] > 0) == (expected == "Y", expected == "Y")


@pytest.mark.parametrize(("year", "expected"), [("2021-22", "U"), ("2022-23", "Y"), ("2023-24", "U")])
def test_a_list_is_asked_in_its_years_only(year: str, expected: str) -> None:
    result = World(year).provider().run(with_terms(says="offered", since="2022-23", until="2022-23"))
    assert answer(result) == expected
    outside = "lists of TEALS are asked from 2022-23 to 2022-23" in told(result).loc["provider", "why"]
    assert outside == (expected == "U")


def test_what_says_most_decides_among_several_providers() -> None:
    world = listed(World(YEAR), "Skills Struck").provider(provider="PLTW", course="Biomedical Science")
    weak = told(world.run(REPORT)).loc["provider", "why"]
    assert weak.startswith("Skills Struck: 1 course listed")
    strong = told(world.provider(provider="TEALS").provider(provider="CYBER.ORG").run(REPORT)).loc["provider"]
    assert strong["why"].startswith("CYBER.ORG and TEALS: 2 courses listed")
    assert (strong["records_yes"], strong["says"]) == (2, "Y")


def test_without_terms_every_row_is_an_offering_that_is_shown() -> None:
    row = told(World().provider(provider="Nobody").run()).loc["provider"]
    assert (row["records_yes"], row["is_used"]) == (1, False)
    assert "no answer is taken" not in row["why"]


def test_a_provider_named_twice_is_refused() -> None:
    raw = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="a provider stands twice"):
        parse_policy(yaml.safe_dump({**raw, "providers": raw["providers"] * 2}), PATH)


def test_the_policy_names_every_provider_there_is() -> None:
    sources = {s.provider for s in load_sources().values() if s.produces == "provider_offerings"}
    # Code.org's list says neither course nor school year: its schools are found, and no policy takes an answer from it.
    asked = sources - {"Code.org local schools"}
    assert {terms.provider for terms in REPORT.providers} == asked
    assert asked == {"TEALS", "BootUp", "PLTW", "Skills Struck", "Cambridge", "CYBER.ORG"}
    assert len(sources) == len(asked) + 1


LISTS = {"ap": lambda w: w.ap(), "ib": lambda w: w.ib(), "provider": lambda w: w.provider()}
# What the state's file says: missing from a complete file, listed without computer science, listed with it, incomplete.
STATES = {
    "missing": (lambda w: w.state_reported(), "X13"),
    "explicit no": (lambda w: w.state_reported().course(counts="does_not_count"), "X14"),
    "yes": (lambda w: w.state_reported().course(), None),
    "incomplete": (lambda w: w.state_reported(delivery="supplement"), None),
    "no, but incomplete": (lambda w: w.state_reported(delivery="supplement").course(counts="does_not_count"), None),
    "no file": (lambda w: w, None),
}


PAIRS = [(state, kind) for state in STATES for kind in LISTS]


@pytest.fixture(scope="module", params=sorted(load_policies()))
def lists_against_states(request: pytest.FixtureRequest) -> tuple[list[World], Reconciled, pd.DataFrame]:
    """Every pair in a state of its own, reconciled and compared in one national run under each policy."""
    worlds = [World(YEAR, number=n) for n, _ in enumerate(PAIRS, start=1)]
    for world, (state, kind) in zip(worlds, PAIRS, strict=True):
        LISTS[kind](STATES[state][0](world))
    result = run_together(worlds, load_policy(request.param))
    found = compare_answers(Answers(YEAR, result.school_cs_access, result.evidence, result.review_table))
    return worlds, result, found[found["rule_id"].isin(["X13", "X14"])]


@pytest.mark.parametrize("place", range(len(PAIRS)), ids=["-".join(pair) for pair in PAIRS])
def test_a_list_against_a_state_is_told(
    place: int, lists_against_states: tuple[list[World], Reconciled, pd.DataFrame]
) -> None:
    state, kind = PAIRS[place]
    worlds, result, every = lists_against_states
    world, rule_id = worlds[place], STATES[state][1]
    found = every[every["value"].str.startswith(world.me)]
    assert found["rule_id"].tolist() == ([rule_id] if rule_id else [])
    if rule_id:
        assert found[["source", "value"]].to_numpy().tolist() == [[world.state.lower(), f"{world.me}: {kind}"]]
    # Both stand in the evidence, whichever wins.
    kinds = set(told(result, world.me)["evidence_kind"])
    assert kinds == ({kind, "state"} if state != "no file" else {kind})


def test_several_lists_are_one_finding() -> None:
    result = World(YEAR).state_reported().provider().ib().ap().run(REPORT)
    found = compare_answers(Answers(YEAR, result.school_cs_access, result.evidence, result.review_table))
    assert found.loc[found["rule_id"] == "X13", "value"].tolist() == ["020000000001: ap ib provider"]


def test_neither_side_alone_is_a_finding() -> None:
    for world in (World(YEAR).state_reported(), World(YEAR).provider().ap()):
        result = world.run(REPORT)
        found = compare_answers(Answers(YEAR, result.school_cs_access, result.evidence, result.review_table))
        assert not found["rule_id"].isin(["X13", "X14"]).any()


# ---------------------------------------------------------------------------- domain.md 4.5, row by row


ROWS_OF_4_5 = {
    "override_beats_everything": (lambda w: w.override("N").course().ap().provider(), "N", "override"),
    "override_may_hold_E": (lambda w: w.override("E").course(), "E", "override"),
    "override_may_hold_HY": (lambda w: w.override("HY"), "HY", "override"),
    "override_may_hold_HN": (lambda w: w.override("HN").course(), "HN", "override"),
    "staff_entry_before_doe": (lambda w: w.override("N", source="staff_entry").course(), "N", "staff_entry"),
    "doe_is_the_preferred_source": (lambda w: w.course().ap().provider().teacher(False), "Y", "doe"),
    "doe_explicit_N_meets_provider_ap": (
        lambda w: w.state_reported().course(counts="does_not_count").ap(),
        "M",
        "doe_against_provider",
    ),
    "doe_explicit_N_meets_provider_ib": (
        lambda w: w.state_reported().course(counts="does_not_count").ib(),
        "M",
        "doe_against_provider",
    ),
    "doe_explicit_N_meets_provider_teals": (
        lambda w: w.state_reported().course(counts="does_not_count").provider(),
        "M",
        "doe_against_provider",
    ),
    "doe_explicit_N_meets_no_answer_of_a_provider": (
        lambda w: w.state_reported().course(counts="does_not_count").provider(provider="Skills Struck"),
        "N",
        "doe_inferred",
    ),
    "doe_explicit_N_alone": (lambda w: w.state_reported().course(counts="does_not_count"), "N", "doe_inferred"),
    "doe_explicit_N_against_a_survey": (
        lambda w: w.state_reported().course(counts="does_not_count").teacher(True),
        "Y",
        "teacher_survey",
    ),
    "provider_ap": (lambda w: w.ap().teacher(False), "Y", "provider_ap"),
    "provider_ib": (lambda w: w.ib().teacher(False), "Y", "provider_ib"),
    "provider_teals": (lambda w: w.provider(provider="TEALS").teacher(False), "Y", "provider"),
    "provider_bootup": (lambda w: w.school(offers_k8=True).provider(provider="BootUp"), "Y", "provider"),
    "provider_cambridge": (lambda w: w.provider(provider="Cambridge", course="Computer Science"), "Y", "provider"),
    "provider_cyber": (lambda w: w.provider(provider="CYBER.ORG"), "Y", "provider"),
    "any_provider_before_doe_inferred": (lambda w: w.state_reported().provider(), "Y", "provider"),
    "survey_before_doe_inferred": (lambda w: w.state_reported().teacher(True), "Y", "teacher_survey"),
    "doe_inferred_before_last_year": (lambda w: w.state_reported().before(y1="Y"), "N", "doe_inferred"),
    "last_year_gives_HY": (lambda w: w.before(y1="Y"), "HY", "last_year"),
    "last_year_gives_HN": (lambda w: w.before(y1="N"), "HN", "last_year"),
    "last_year_E_is_decided_anew": (lambda w: w.before(y1="E"), "U", None),
    "unknown_is_in_the_directory_without_evidence": (lambda w: w, "U", None),
}


@pytest.fixture(scope="module")
def rows_of_4_5() -> tuple[dict[str, World], Reconciled]:
    worlds = {name: World(YEAR, number=n) for n, name in enumerate(ROWS_OF_4_5, start=1)}
    for name, (build, _, _) in ROWS_OF_4_5.items():
        build(worlds[name])
    return worlds, run_together(worlds.values(), REPORT)


@pytest.mark.parametrize("row", ROWS_OF_4_5)
def test_domain_4_5(row: str, rows_of_4_5: tuple[dict[str, World], Reconciled]) -> None:
    worlds, result = rows_of_4_5
    _, expected, label = ROWS_OF_4_5[row]
    assert answer(result, worlds[row].me) == expected
    assert used(result, worlds[row].me) == ([label] if label else [])


def test_domain_4_5_publication_filter() -> None:
    """Final not in E and flag (here M). An unknown school stays, and is counted as unknown."""
    builds = {
        "Y": lambda w: w.ap(),
        "N": lambda w: w.override("N"),
        "HY": lambda w: w.before(y1="Y"),
        "M": lambda w: w.teacher(True).teacher(False),
        "E": lambda w: w.override("E"),
        "U": lambda w: w,
    }
    worlds = {
        code: build(World(YEAR, number=n).school(state="DC")) for n, (code, build) in enumerate(builds.items(), 1)
    }
    rows = run_together(worlds.values(), REPORT).school_cs_access.set_index("nces_school_id")
    found = {code: rows.loc[world.me] for code, world in worlds.items()}
    assert {code: str(row["teaches_cs"]) for code, row in found.items()} == {code: code for code in builds}
    assert [code for code, row in found.items() if not row["in_access_report"]] == ["M", "E"]
    assert found["M"]["excluded_reason"] == "sources disagree; a person decides first"
