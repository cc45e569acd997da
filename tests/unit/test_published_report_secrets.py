"""What the access report shows of students in courses gives no small number away: a solver tries, with all its rows, and with
those of two releases of which it is told which counts did not change."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
import pandas as pd
import pytest

from pipelines.published import access_report
from pipelines.published.report_hide import hide_beside
from schemas.metrics import SMALL_CELL
from tests.unit.equations import Equations
from tests.unit.report_builder import course, figures, school

STATES = ("FL", "GA", "WA")
GROUPS = {"female": "female", "Black": "black", "eligible for free or reduced-price lunch": "frl"}
"""Group of the report -> count of the course file."""
CELLS = [(ap, inside) for ap in ("ap", "other") for inside in ("group", "rest")]
SUMS = {
    "enrolled_share": ["ap", "other"],
    "ap_enrolled_share": ["ap"],
}
Truth = dict[Hashable, int]


def season(seed: int) -> tuple[list[dict], list[dict], Truth]:
    """Schools, their courses with exact counts, many of them small, and the counts nobody may learn, by state and group."""
    roll = np.random.default_rng(seed)
    schools, courses, truth = [], [], {}
    for state in STATES:
        here = [school(n, "Y", state, students_total=3000, students_bl=300) for n in range(int(roll.integers(1, 3)))]
        schools += here
        for one in here:
            for name, ap in (("AP Computer Science A", "ap"), ("Intro to CS", "other")):
                if roll.random() < 0.15:
                    continue
                enrolled = int(roll.choice([3, 9, 14, 40, 150]) + roll.integers(0, 4))
                counts = {
                    count: int(roll.choice([0, min(3, enrolled), enrolled // 2, enrolled])) for count in GROUPS.values()
                }
                courses += course([one], name, enrolled=enrolled, **counts)
                for group, count in GROUPS.items():
                    for inside, number in (("group", counts[count]), ("rest", enrolled - counts[count])):
                        key = (state, group, ap, inside)
                        truth[key] = truth.get(key, 0) + number
    return schools, courses, truth


def read(report: pd.DataFrame) -> Equations:
    """Every row of a state and of the nation as an equation over the four counts that make it up."""
    known = Equations()
    shown = report.dropna(subset=["numerator"]).set_index(["metric", "place_id", "group"])
    states_in: dict[tuple[str, str], list[str]] = {}
    for (metric, place, group), row in shown.iterrows():
        if metric in SUMS and group in GROUPS and place in STATES:
            parts = SUMS[metric]
            states_in.setdefault((metric, group), []).append(place)
            known.equate({(place, group, ap, "group"): 1.0 for ap in parts}, row["numerator"])
            if pd.notna(row["denominator"]):
                known.equate({(place, group, ap, i): 1.0 for ap, i in CELLS if ap in parts}, row["denominator"])
        if metric in ("participation", "ap_participation") and place in STATES:
            parts = SUMS["enrolled_share" if metric == "participation" else "ap_enrolled_share"]
            for each in GROUPS:
                known.equate({(place, each, ap, i): 1.0 for ap, i in CELLS if ap in parts}, row["numerator"])
    for (metric, group), states in states_in.items():
        if (metric, "US", group) in shown.index:
            nation = shown.loc[(metric, "US", group), "numerator"]
            terms = {(state, group, ap, "group"): 1.0 for state in STATES for ap in SUMS[metric]}
            # A reader who takes the nation for the sum of all states contradicts it, or learns that some are left out.
            inside = {key: factor for key, factor in terms.items() if key[0] in states}
            known.equate(inside, nation)
    for state in STATES:
        for group in GROUPS:
            for ap, inside in CELLS:
                known.place.setdefault((state, group, ap, inside), len(known.place))
    return known


def secrets(truth: Truth) -> list[dict[Hashable, float]]:
    """Counts of 1 to 9 students: of a kind of course, and of both together."""
    found: list[dict[Hashable, float]] = []
    for state in STATES:
        for group in GROUPS:
            for inside in ("group", "rest"):
                keys: list[Hashable] = [(state, group, ap, inside) for ap in ("ap", "other")]
                candidates = [[keys[0]], [keys[1]], keys]
                found += [dict.fromkeys(c, 1.0) for c in candidates if 0 < sum(truth.get(k, 0) for k in c) < SMALL_CELL]
    return found


def told(seed: int) -> list[tuple[dict[Hashable, float], tuple[float, float]]]:
    schools, courses, truth = season(seed)
    known = read(figures(schools, courses)[0])
    hidden = secrets(truth)
    assert hidden
    return [(terms, found) for terms in hidden if (found := known.pins(terms))]


@pytest.mark.parametrize("seed", range(3, 7))
def test_no_small_number_of_students_can_be_worked_out(seed: int) -> None:
    assert told(seed) == []


def test_the_solver_finds_them_when_nothing_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof can fail."""
    monkeypatch.setattr(access_report, "find_small", lambda rows: pd.Series(False, index=rows.index))
    assert len(told(4)) > 5


def corrected(courses: list[dict], seed: int) -> list[dict]:
    """The courses of the next release: the state sent two of them anew."""
    roll = np.random.default_rng(1000 + seed)
    rows = [dict(row) for row in courses]
    for at in roll.choice(len(rows), size=2, replace=False):
        enrolled = int(roll.choice([3, 9, 14, 40, 150]) + roll.integers(0, 4))
        parts = {c: int(roll.choice([0, min(3, enrolled), enrolled // 2, enrolled])) for c in GROUPS.values()}
        for count, number in {"enrolled": enrolled, **parts}.items():
            rows[at] |= {count: number, f"{count}_low": number, f"{count}_high": number}
    return rows


def count(courses: list[dict]) -> Truth:
    truth: Truth = {}
    for row in courses:
        kind = "ap" if row["course_name"].startswith("AP") else "other"
        for group, name in GROUPS.items():
            for inside, number in (("group", row[name]), ("rest", row["enrolled"] - row[name])):
                key = (row["state"], group, kind, inside)
                truth[key] = truth.get(key, 0) + number
    return truth


def told_by_two(seed: int, hide: Callable[..., frozenset]) -> list[tuple[object, tuple[float, float]]]:
    """What two releases together pin, for a reader who is told of every count whether it is the same in both."""
    schools, courses, _ = season(seed)
    again = corrected(courses, seed)
    one = figures(schools, courses)[0]
    two = figures(schools, again)[0]
    two = figures(schools, again, hide=hide(two, one))[0]
    truths = count(courses), count(again)
    both = Equations()
    for number, report in enumerate((one, two)):
        alone = read(report)
        names = {at: key for key, at in alone.place.items()}
        for terms, value in zip(alone.rows, alone.values, strict=True):
            both.equate({(number, names[at]): factor for at, factor in terms.items()}, value)
        for key in alone.place:
            both.place.setdefault((number, key), len(both.place))
    for key in set(truths[0]) & set(truths[1]):
        if truths[0][key] == truths[1][key]:
            both.equate({(0, key): 1.0, (1, key): -1.0}, 0)
    found = []
    for number, truth in enumerate(truths):
        for terms in secrets(truth):
            here = {(number, key): factor for key, factor in terms.items()}
            found += [(here, pinned)] if (pinned := both.pins(here)) else []
    return found


@pytest.mark.parametrize("seed", [4, 8])
def test_two_releases_together_give_nothing_away(seed: int) -> None:
    assert told_by_two(seed, hide_beside) == []


def test_the_solver_finds_what_a_second_release_gives_away_when_the_first_is_forgotten() -> None:
    """The proof can fail."""
    assert told_by_two(4, lambda *_: frozenset())


def test_the_nation_is_the_sum_of_the_states_that_are_shown() -> None:
    """Otherwise the nation less the states that are shown would be the one that is not."""
    for seed in (4, 5):
        schools, courses, _ = season(seed)
        rows = figures(schools, courses)[0].set_index(["metric", "group", "place_id"])["numerator"]
        for metric in SUMS:
            for group in GROUPS:
                nation = rows.get((metric, group, "US"))
                shown = [rows.get((metric, group, state)) for state in STATES]
                if pd.notna(nation):
                    assert nation == sum(n for n in shown if pd.notna(n))


def test_hidden_is_told_from_not_known() -> None:
    schools = [school(1, "Y", "FL", students_total=400), school(2, "Y", "GA", students_total=400)]
    courses = course(schools[:1], enrolled=40, female=4) + course(schools[1:], enrolled=40)
    rows = figures(schools, courses)[0].set_index(["metric", "place_id", "group"])
    for place in ("FL", "US"):
        assert rows.loc[("enrolled_share", place, "female"), "is_hidden"]
    assert not rows.loc[("enrolled_share", "GA", "female"), "is_hidden"]
    assert not rows.loc[("enrolled_share", "FL", "Black"), "is_hidden"]
    assert pd.isna(rows.loc[("enrolled_share", "FL", "Black"), "numerator"])
