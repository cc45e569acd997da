"""The figures of the access report by hand: shares, bounds, empty groups, lunch and Title I, pooling, change."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.metrics import GROUP_KINDS, METRICS
from tests.unit.report_builder import figures, pick, school


def test_offering_and_what_the_unknown_allow() -> None:
    table, _ = figures([school(n, answer) for n, answer in enumerate("YYNMUU")])
    row = pick(table, "offering")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (2, 4, 2)
    assert (row["figure"], row["lower"], row["upper"], row["coverage"]) == (50.0, 33.33, 83.33, 66.67)
    assert pd.isna(row["estimate"])


def test_nothing_known_is_no_zero() -> None:
    table, _ = figures([school(1, "U"), school(2, "Y", "GA")])
    row = pick(table, "offering", "FL")
    assert pd.isna(row["figure"])
    assert (row["lower"], row["upper"], row["coverage"]) == (0, 100, 0)


def test_an_empty_group_is_null() -> None:
    table, _ = figures([school(1, "Y", size_category="small", students_total=90)])
    assert pick(table, "offering", group="small")["figure"] == 100
    assert pd.isna(pick(table, "offering", group="large")["figure"])
    assert pd.isna(pick(table, "offering", place="DE")["figure"])


def test_lunch_groups() -> None:
    cases = [
        (0.0, None, "under 25 percent"),
        (24.99, None, "under 25 percent"),
        (25.0, True, "25 to 49 percent"),
        (49.99, None, "25 to 49 percent"),
        (50.0, None, "50 to 74 percent"),
        (75.0, None, "75 percent and more"),
        (None, True, "no count, all eat free (CEP)"),
        (None, False, "not reported"),
        (None, None, "not reported"),
    ]
    # Each school weighs by a power of two: the sum of a group says which schools are in it.
    schools = [
        school(n, "Y", frl_percent=percent, is_cep=cep, students_total=2**n)
        for n, (percent, cep, _) in enumerate(cases)
    ]
    table, _ = figures(schools)
    for group in {group for *_, group in cases}:
        own = [2**n for n, case in enumerate(cases) if case[2] == group]
        assert pick(table, "access", group=group, kind="frl_quartile")["numerator"] == sum(own)


def test_title_i_without_status_is_a_group_of_its_own() -> None:
    table, _ = figures([school(1, "Y", title_i=True), school(2, "N", title_i=False), school(3, "Y", title_i=None)])
    of_kind = {group: pick(table, "offering", group=group, kind="title_i") for group in ("eligible", "not eligible")}
    assert of_kind["eligible"]["figure"] == 100
    assert of_kind["not eligible"]["figure"] == 0
    assert pick(table, "offering", group="not reported", kind="title_i")["denominator"] == 1


def test_students_with_access_count_students() -> None:
    schools = [
        school(1, "Y", students_total=300, students_bl=30, students_wh=270),
        school(2, "N", students_total=100, students_bl=70, students_wh=30),
        school(3, "U", students_total=100, students_bl=100),
        school(4, "Y"),
    ]
    table, _ = figures(schools)
    row = pick(table, "access", group="all")
    assert (row["figure"], row["numerator"], row["denominator"], row["unknown"]) == (75.0, 300, 400, 100)
    assert (row["lower"], row["upper"], row["coverage"]) == (60.0, 80.0, 80.0)
    assert pick(table, "access", group="Black")["figure"] == 30.0
    assert pick(table, "access", group="Black")["upper"] == 65.0
    assert pick(table, "access", group="White")["figure"] == 90.0
    assert pd.isna(pick(table, "access", group="Asian")["figure"])


def test_the_nation_pools_each_states_latest_year() -> None:
    before = {"2017-18": [school(1, "Y"), school(2, "N"), school(1, "N", "GA")]}
    now = [school(1, "U"), school(2, "U"), school(1, "Y", "GA")]
    table, _ = figures(now, before=before)
    row = pick(table, "offering")
    assert (row["numerator"], row["denominator"]) == (2, 3)
    assert pd.isna(pick(table, "offering", "FL")["figure"])


def test_change_is_of_schools_known_in_both_years() -> None:
    before = {"2017-18": [school(1, "N"), school(2, "N"), school(3, "Y"), school(4, "U")]}
    table, _ = figures([school(1, "Y"), school(2, "N"), school(3, "Y"), school(4, "Y")], before=before)
    row = pick(table, "offering_change")
    assert (row["figure"], row["numerator"], row["denominator"]) == (33.33, 1, 3)


def test_ledgers_give_a_least_figure_and_none_without_a_ledger() -> None:
    table, _ = figures([school(1, "Y", ap_says="Y"), school(2, "N"), school(3, "U")])
    row = pick(table, "offering_ap")
    assert (row["figure"], row["lower"]) == (33.33, 33.33)
    assert pd.isna(row["upper"])
    assert "offering_ap" not in set(figures([school(1, "Y")])[0]["metric"])


def test_partners_are_in_their_own_table() -> None:
    schools = [school(1, "Y"), school(2, "N"), school(3, "N")]
    public, partner = figures(schools, partners={schools[0]["nces_school_id"]: "7", schools[1]["nces_school_id"]: "7"})
    assert set(public["place_kind"]) == {"nation", "state", "district", "county"}
    assert pick(partner, "offering", "7")["figure"] == 50
    assert pick(partner, "offering", "7")["place_name"] == "Partner 7"


def test_a_positive_list_does_not_teach_that_everybody_offers() -> None:
    """WA answers for all; of GA only the AP ledger speaks. GA's estimate must not follow the schools on the ledger."""
    told = [school(n, "Y" if n % 5 < 2 else "N", "WA") for n in range(200)]
    listed = [school(n, "Y", "GA", state_says=None, ap_says="Y") for n in range(20)]
    silent = [school(n, "U", "GA") for n in range(20, 100)]
    row = pick(figures([*told, *listed, *silent])[0], "offering", "GA")
    assert row["figure"] == 100
    assert row["estimate"] < 75
    assert row["lower"] <= row["estimate_low"] < row["estimate"] < row["estimate_high"] <= row["upper"]


def test_where_all_is_known_the_estimate_is_the_figure() -> None:
    row = pick(figures([school(n, "Y" if n % 3 else "N") for n in range(60)])[0], "offering")
    assert row["figure"] == row["estimate"] == row["lower"] == row["upper"] == row["estimate_low"]


answers = st.lists(
    st.tuples(
        st.sampled_from(["Y", "N", "M", "U", "HY", "HN"]),
        st.sampled_from(["FL", "GA"]),
        st.sampled_from([None, 0, 40, 700, 2000]),
        st.sampled_from([None, "city", "rural"]),
    ),
    min_size=1,
    max_size=12,
)


@given(answers, st.randoms(use_true_random=False))
@settings(max_examples=3, deadline=None)
def test_bounds_hold_groups_add_up_and_order_does_not_matter(rows: list[tuple], dice) -> None:
    schools = [
        school(n, answer, state, students_total=students, locale_group=locale)
        for n, (answer, state, students, locale) in enumerate(rows)
    ]
    table, _ = figures(schools)
    figure = table.dropna(subset=["figure"])
    assert (figure["lower"].fillna(figure["figure"]) <= figure["figure"] + 0.01).all()
    assert ((figure["upper"] >= figure["figure"] - 0.01) | figure["upper"].isna()).all()
    rates = table[table["metric"].isin(["offering", "access"])]
    counts = ["numerator", "denominator", "unknown"]
    sums = rates[rates["place_id"] != "US"].groupby(["place_kind", "metric", "group_kind"])[counts].sum()
    nation = rates[rates["place_id"] == "US"].groupby(["metric", "group_kind"])[counts].sum()
    for metric in ("offering", "access"):
        whole = nation.loc[metric, "all"]
        assert (sums.loc["state", metric, "all"] == whole).all()
        assert (sums.loc["district", metric, "all"] == whole).all()
        for kind in GROUP_KINDS:
            assert (nation.loc[metric, kind] == whole).all()
    dice.shuffle(schools)
    pd.testing.assert_frame_equal(figures(schools)[0], table)


def test_every_metric_is_defined_once_and_in_words() -> None:
    for metric in METRICS.values():
        assert metric.sentence.endswith(".")
        assert metric.null_rule.startswith("null when")
        assert metric.numerator
        assert metric.denominator
