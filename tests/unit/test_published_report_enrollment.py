"""Students in courses: hidden and missing counts stay ranges, school totals are no enrollments, small cells are hidden."""

from __future__ import annotations

import pandas as pd

from tests.unit.report_builder import course, figures, pick, school

FEMALE, BLACK, LUNCH = "female", "Black", "eligible for free or reduced-price lunch"


def schools(count: int = 4, state: str = "FL", **more: object) -> list[dict]:
    return [
        school(
            n,
            "Y",
            state,
            **{"students_total": 500, "students_bl": 100, "frl_eligible": 200, "frl_percent": 40.0, **more},
        )
        for n in range(count)
    ]


def test_seats_shares_and_parity() -> None:
    here = schools()
    table, _ = figures(here, course(here, enrolled=50, female=20, black=5, frl=25))
    assert pick(table, "participation")["figure"] == 10.0
    assert pick(table, "enrolled_share", "FL", FEMALE)["figure"] == 40.0
    assert pick(table, "enrolled_share", "FL", BLACK)["figure"] == 10.0
    assert pick(table, "population_share", "FL", BLACK)["figure"] == 20.0
    assert pick(table, "parity", "FL", BLACK)["figure"] == 0.5
    assert pick(table, "parity", "FL", LUNCH)["figure"] == 1.25
    assert pd.isna(pick(table, "parity", "FL", FEMALE)["figure"])


def test_a_group_that_no_file_counts_is_null_and_not_zero() -> None:
    here = schools()
    table, _ = figures(here, course(here, enrolled=50))
    for group in (FEMALE, BLACK, "section 504 plan", "Asian"):
        assert pick(table, "enrolled_share", "FL", group)[["figure", "numerator", "lower", "upper"]].isna().all()


def test_hidden_counts_stay_ranges() -> None:
    here = schools()
    table, _ = figures(here, [*course(here[:2], enrolled=50), *course(here[2:], enrolled=(1, 9))])
    row = pick(table, "participation", "FL")
    # 10 percent of the two exact schools lies outside what all four can be: no figure, only the range.
    assert pd.isna(row["figure"])
    assert (row["lower"], row["upper"], row["coverage"]) == (5.1, 5.9, 50.0)


def test_a_missing_count_may_be_anything_up_to_the_school() -> None:
    here = schools(2)
    table, _ = figures(here, [*course(here[:1], enrolled=50), *course(here[1:])])
    row = pick(table, "participation", "FL")
    assert (row["lower"], row["figure"], row["upper"]) == (5.0, 10.0, 55.0)


def test_a_school_that_does_not_offer_has_no_seats() -> None:
    here = [*schools(1), school(9, "N", students_total=500)]
    row = pick(figures(here, course(here[:1], enrolled=50))[0], "participation", "FL")
    assert (row["figure"], row["coverage"]) == (5.0, 100.0)


def test_school_totals_repeated_are_no_enrollments() -> None:
    """North Dakota writes the whole school's counts on each of its courses (domain.md 15, 21)."""
    here = schools(3, "ND", students_total=310)
    counts = {"enrolled": 302, "female": 154, "black": 9}
    table, _ = figures(here, [*course(here, "AP Comp Sci A", **counts), *course(here, "Programming", **counts)])
    assert pd.isna(pick(table, "participation", "ND")["figure"])
    assert pick(table, "enrolled_share", "ND", FEMALE)[["figure", "numerator"]].isna().all()


def test_ap_apart() -> None:
    here = schools()
    rows = [
        *course(here, "AP Computer Science A", enrolled=20, female=5),
        *course(here, "Intro", enrolled=30, female=15),
    ]
    table, _ = figures(here, rows)
    assert pick(table, "ap_participation", "FL")["figure"] == 4.0
    assert pick(table, "ap_enrolled_share", "FL", FEMALE)["figure"] == 25.0
    assert pick(table, "enrolled_share", "FL", FEMALE)["figure"] == 40.0


def test_small_cells_are_hidden_and_cannot_be_subtracted() -> None:
    here, there = schools(2), schools(2, "GA")
    rows = [*course(here, enrolled=50, female=4), *course(there, enrolled=60, female=30)]
    public, _ = figures([*here, *there], rows)
    hidden = pick(public, "enrolled_share", "FL", FEMALE)
    assert hidden[["figure", "numerator", "denominator", "lower", "upper"]].isna().all()
    # The national figure less Georgia's is nothing: Florida is not in it.
    nation, georgia = (pick(public, "enrolled_share", place, FEMALE) for place in ("US", "GA"))
    assert (nation["numerator"], nation["denominator"]) == (georgia["numerator"], georgia["denominator"])


def test_the_rest_of_a_course_is_hidden_too() -> None:
    here = schools(2)
    public, _ = figures(here, course(here, enrolled=50, female=47))
    assert pd.isna(pick(public, "enrolled_share", "FL", FEMALE)["numerator"])


def test_ap_is_hidden_where_the_other_courses_would_show() -> None:
    here = schools(2)
    rows = [*course(here, "AP CSP", enrolled=50), *course(here, "Intro", enrolled=3)]
    public, _ = figures(here, rows)
    assert pick(public, "participation", "FL")["numerator"] == 106
    assert pd.isna(pick(public, "ap_participation", "FL")["numerator"])


def test_a_partner_sees_the_states_own_rule() -> None:
    here = schools(2)
    _, partner = figures(here, course(here, enrolled=50, female=4), partners={s["nces_school_id"]: "7" for s in here})
    assert pick(partner, "enrolled_share", "7", FEMALE)["numerator"] == 8
