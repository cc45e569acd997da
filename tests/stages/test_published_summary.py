"""Tests of the three small published tables: state_summary, courses_that_count, sources."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.published.courses_that_count import list_courses
from pipelines.published.sources_table import list_sources
from pipelines.published.state_summary import percent, summarise_states
from pipelines.shared.findings import conform
from pipelines.shared.pandera_bridge import require_valid
from schemas.source_model import Layout, Source
from schemas.tables import table
from schemas.verdicts import CODES
from tests.unit.published_builder import links, offerings, schools

REFERENCE = Path(__file__).parents[3] / "shared/data/reference/state_of_cs_access_by_state.csv"


def place(summary: pd.DataFrame, name: str) -> pd.Series:
    return summary.set_index("place").loc[name]


@pytest.mark.parametrize(
    ("answers", "column", "expected"),
    [
        ("Y HY N HN M HM U E", "schools_offering", 2),
        ("Y HY N HN M HM U E", "schools_not_offering", 2),
        ("Y HY N HN M HM U E", "schools_maybe", 2),
        ("Y HY N HN M HM U E", "schools_unknown", 1),
        ("Y HY N HN M HM U E", "schools_excluded", 1),
        ("Y HY N HN M HM U E", "schools_total", 7),
        ("Y HY N HN M HM U E", "percent_offering", 33.3333),
        ("Y HY N HN M HM U E", "percent_known", 85.7143),
        ("Y U", "percent_offering", 100.0),
        ("N", "percent_offering", 0.0),
        ("E E", "schools_total", 0),
    ],
)
def test_counts_and_percentages_of_a_state(answers: str, column: str, expected: float) -> None:
    summary = summarise_states({"2018-19": schools("2018-19", answers)}, "2018-19")
    require_valid(summary, table("state_summary"))
    assert place(summary, "FL")[column] == expected


@pytest.mark.parametrize(
    ("answers", "column"), [("U U", "percent_offering"), ("E", "percent_offering"), ("E", "percent_known")]
)
def test_an_empty_group_has_no_percentage(answers: str, column: str) -> None:
    summary = summarise_states({"2018-19": schools("2018-19", answers)}, "2018-19")
    assert summary[column].isna().all()


def test_the_nation_pools_the_latest_year_with_an_answer_of_each_state() -> None:
    years = {
        "2016-17": pd.concat([schools("2016-17", "Y Y Y"), schools("2016-17", "N", "GA")]),
        "2017-18": pd.concat(
            [schools("2017-18", "N N N"), schools("2017-18", "Y N", "GA"), schools("2017-18", "U", "WA")]
        ),
        "2018-19": pd.concat(
            [schools("2018-19", "Y U"), schools("2018-19", "U U U", "GA"), schools("2018-19", "U U", "WA")]
        ),
        "2019-20": schools("2019-20", "N N N N N N"),
    }
    nation = place(summarise_states(years, "2018-19"), "US")
    # FL of 2018-19 (Y U), GA of 2017-18 (Y N), WA never had an answer: its two latest schools are unknown.
    assert nation["schools_total"] == 6
    assert (nation["schools_offering"], nation["schools_not_offering"], nation["schools_unknown"]) == (2, 1, 3)
    assert nation["percent_offering"] == 66.6667
    assert pd.isna(nation["data_year"])
    assert place(summarise_states(years, "2016-17"), "US")["data_year"] == "2016-17"


def test_territories_private_and_elementary_schools() -> None:
    frame = pd.concat([schools("2018-19", "Y N Y"), schools("2018-19", "Y", "PR")], ignore_index=True)
    frame.loc[1, ["in_access_report", "excluded_reason"]] = [False, "no high school grades"]
    frame.loc[2, ["in_access_report", "excluded_reason", "sector"]] = [False, "private school", "private"]
    summary = summarise_states({"2018-19": frame}, "2018-19")
    assert list(summary["place"]) == ["FL", "US"]
    florida = place(summary, "FL")
    assert (florida["schools_total"], florida["schools_excluded"]) == (1, 1)


def test_a_missing_year_is_named() -> None:
    with pytest.raises(
        ValueError, match="state_summary of 2018-19 needs school_cs_access of that year; there is 2017-18"
    ):
        summarise_states({"2017-18": schools("2017-18")}, "2018-19")


def test_without_schools_the_nation_is_null_not_zero_percent() -> None:
    summary = summarise_states({"2018-19": schools("2018-19").head(0)}, "2018-19")
    assert list(summary["place"]) == ["US"]
    assert summary["schools_total"].tolist() == [0]
    assert summary["percent_offering"].isna().all()
    require_valid(summary, table("state_summary"))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=30), st.randoms())
def test_every_school_of_the_report_is_counted_once_in_any_order(codes: list[str], random: object) -> None:
    frame = schools("2018-19", " ".join(codes))
    order = list(range(len(codes)))
    random.shuffle(order)  # type: ignore[attr-defined]
    summary = summarise_states({"2018-19": frame}, "2018-19")
    row = place(summary, "FL")
    parts = ["schools_offering", "schools_not_offering", "schools_maybe", "schools_unknown"]
    assert row[parts].sum() == row["schools_total"] == len(codes) - codes.count("E")
    pd.testing.assert_frame_equal(summary, summarise_states({"2018-19": frame.iloc[order]}, "2018-19"))


@pytest.mark.real
@pytest.mark.skipif(not REFERENCE.exists(), reason="../shared/data/reference is not there")
def test_the_reference_table_of_2022_is_reproduced() -> None:
    reference = pd.read_csv(REFERENCE).set_index("state")
    totals, offering = (reference[c].astype("Int64") for c in ("schools_total_2022", "schools_offering_2022"))
    states = reference.index != "US"
    assert (totals[states].sum(), offering[states].sum()) == (26160, 13883)
    assert (totals["US"], offering["US"]) == (26160, 13883)
    pooled = percent(pd.Series([13883], dtype="Int64"), pd.Series([26160], dtype="Int64"))
    assert round(pooled[0]) == 53


# courses_that_count


def test_courses_are_listed_with_their_schools() -> None:
    courses = offerings(
        [
            ("a", "FL", "0200300", "Intro to CS", "counts", "catalog"),
            ("b", "FL", "0200300", "Intro to CS", "counts", "catalog"),
            ("c", "FL", "0200300", "Intro to CS", "counts", "catalog"),
            ("d", "FL", None, None, "counts", "blank row"),
            ("e", "GA", "0200300", "Intro to CS", "does_not_count", "not in the catalog"),
        ]
    )
    listed = list_courses(courses, links({"a": "1", "b": "1", "c": "2", "d": None}), "2018-19")
    require_valid(listed, table("courses_that_count"))
    found = listed.set_index(["state", "course_code"])["schools_teaching"].to_dict()
    assert found == {("FL", ""): 0, ("FL", "0200300"): 2, ("GA", "0200300"): 0}
    shuffled = list_courses(courses.sample(frac=1, random_state=3), links({"c": "2", "b": "1", "a": "1"}), "2018-19")
    pd.testing.assert_frame_equal(listed, shuffled)


@pytest.mark.parametrize(
    ("judgements", "counts", "basis"),
    [
        ([("counts", "code"), ("counts", "code")], "counts", "code"),
        ([("counts", "title"), ("counts", "code")], "counts", "code; title"),
        (
            [("does_not_count", "listed as applications"), ("counts", "code")],
            "review",
            "rows of this course were judged differently: counts: code; does_not_count: listed as applications",
        ),
    ],
)
def test_a_course_judged_twice(judgements: list[tuple[str, str]], counts: str, basis: str) -> None:
    rows = [(str(n), "FL", "1", "CS", how, why) for n, (how, why) in enumerate(judgements)]
    others = [("x", "FL", "2", "Art", "does_not_count", "not in the catalog")]
    listed = list_courses(offerings(rows + others), links({}), "2018-19")
    assert listed[["counts_as_cs", "counts_basis"]].values.tolist() == [
        [counts, basis],
        ["does_not_count", "not in the catalog"],
    ]


def test_no_offerings_give_an_empty_table() -> None:
    require_valid(list_courses(offerings([]), links({}), "2018-19"), table("courses_that_count"))


# sources


def source(name: str, **more: object) -> Source:
    return Source.model_validate(
        {
            "source": name, "title": name, "produces": "survey_responses", "publisher": "-",
            "layouts": (Layout(name="a", columns={"state": "State"}),), **more,
        }
    )  # fmt: skip


def files(*rows: tuple[str, str, str | None, str | None]) -> pd.DataFrame:
    """received_files out of (source, file_status, reason, file_year)."""
    frame = pd.DataFrame(list(rows), columns=["source", "file_status", "reason", "file_year"])
    frame = frame.assign(school_year="2018-19", received_on="2019-10-01")
    frame["file"] = [f"{n}.csv" for n in range(len(frame))]
    return conform(frame, "received_files")


NO_ACCOUNTS = conform(pd.DataFrame(), "row_accounts")


@pytest.mark.parametrize(
    ("received", "status", "reason"),
    [
        ([("fl", "accepted", None, "2018-19")], "reported", "1 file read"),
        (
            [("fl", "accepted", None, "2017-18")],
            "reported",
            "no file for 2018-19; 1 file of 2017-18 used",
        ),
        (
            [("fl", "accepted", None, "2018-19"), ("fl", "refused", "F05: not text", "2018-19")],
            "reported",
            "1 file read; 1 file refused: F05: not text",
        ),
        (
            [("fl", "superseded", None, "2018-19"), ("fl", "accepted", None, "2018-19")],
            "reported",
            "1 file read; 1 file replaced by a later full delivery",
        ),
        (
            [("fl", "refused", "b", None), ("fl", "refused", "a", None)],
            "refused",
            "2 files refused: a; b",
        ),
        ([("fl", "missing", None, None)], "not reported", "1 file named in the receipts but missing"),
        ([], "not reported", "no file was received for 2018-19"),
    ],
)
def test_what_the_release_says_of_a_source(received: list, status: str, reason: str) -> None:
    listed = list_sources(files(*received), NO_ACCOUNTS, {"fl": source("fl")}, "2018-19")
    require_valid(listed, table("sources"))
    assert listed[["report_status", "reason"]].values.tolist() == [[status, reason]]


@pytest.mark.parametrize(("year", "status"), [("2018-19", "held"), ("2017-18", "refused")])
def test_a_hold_comes_first_and_only_in_its_year(year: str, status: str) -> None:
    held = {"fl": source("fl", holds={"2018-19": "waits for the state's answer"})}
    listed = list_sources(files(("fl", "refused", "x", None)), NO_ACCOUNTS, held, year)
    assert listed["report_status"].tolist() == [status]
    assert (listed["reason"] == "waits for the state's answer").tolist() == [status == "held"]


def test_rows_are_added_per_source_and_null_where_nothing_was_read() -> None:
    accounts = pd.DataFrame({"source": ["fl", "fl"], "file": ["0.csv", "1.csv"], "rows_in": [3, 4]})
    accounts = accounts.assign(rows_kept=[3, 2], rows_rejected=[0, 2], rows_merged=0, rows_excluded=0)
    received = files(
        ("fl", "accepted", None, "2018-19"), ("fl", "accepted", None, "2018-19"), ("tx", "refused", "x", None)
    )
    listed = list_sources(received, conform(accounts, "row_accounts"), {"wa": source("wa")}, "2018-19").set_index(
        "source"
    )
    assert list(listed.index) == ["fl", "tx", "wa"]
    assert listed.loc["fl", ["rows_in", "rows_kept", "rows_rejected", "rows_merged"]].tolist() == [7, 5, 2, 0]
    assert listed.loc[["tx", "wa"], "rows_in"].isna().all()
    assert listed.loc["fl", "received_on"] == "2019-10-01"
