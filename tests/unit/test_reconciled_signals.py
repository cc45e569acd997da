"""What each kind of evidence says of a school, in its own words, before any policy orders it; and the order itself."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipelines.reconciled.decide import decide
from pipelines.reconciled.provider_evidence import provider_signals
from pipelines.reconciled.signals import SIGNAL_TYPES, join_signals, make_signals, plural
from pipelines.reconciled.state_evidence import absent_share, could_be_listed, flag_answers, read_silence, state_signals
from pipelines.reconciled.survey_evidence import columns_asked, judge_answers, survey_signals
from schemas.policy_model import InferredNo, Policy, SurveyBand, load_policy

YEAR = "2018-19"
SHOWN = ("outcome", "records_yes", "records_no", "source", "pointer", "short", "found")


def by_school(signals: pd.DataFrame, *names: str) -> dict[int, tuple[Any, ...]]:
    assert signals.dtypes.astype(str).to_dict() == SIGNAL_TYPES
    shown = signals[list(names or SHOWN)].astype(object)
    rows = shown.where(shown.notna(), None).itertuples(index=False, name=None)
    return dict(zip(signals["school"].tolist(), rows, strict=True))


def directory(*states: tuple[str, dict[str, Any]]) -> pd.DataFrame:
    rows = [
        {
            "nces_school_id": f"0000000000{n:02d}",
            "state": state,
            "state_school_id": f"{state}-{n}",
            "is_operating": True,
            "offers_high": True,
            **change,
        }
        for n, (state, change) in enumerate(states)
    ]
    return pd.DataFrame(rows).astype({"state_school_id": "str", "is_operating": "boolean", "offers_high": "boolean"})


SOURCES = {"fl": "FL", "ga": "GA", "tx": "TX", "wa": "WA", "al": "AL", "hi": "HI", "oh": "OH"}
PLACES: list[tuple[str, dict[str, Any]]] = [
    *[("FL", {})] * 4,
    ("FL", {"is_operating": False}),
    ("FL", {"is_operating": False}),
    ("FL", {}),
    *[("GA", {})] * 2,
    ("TX", {}),
    ("WA", {}),
    *[("AL", {})] * 2,
    ("FL", {"offers_high": None}),
    ("OH", {"is_operating": None}),
    ("FL", {"state_school_id": None}),
    *[("HI", {})] * 21,
]


def courses(*rows: tuple[int, str, int, str]) -> pd.DataFrame:
    """Course rows as school, source, row, judgement."""
    return pd.DataFrame(
        [
            {
                "school": school,
                "source": source,
                "file": f"{source}/a.csv",
                "row": row,
                "record_id": f"{source}:{row}",
                "state": SOURCES[source],
                "counts_as_cs": counts,
                "nces_school_id_given": None,
                "state_school_id_given": "FL-6" if school < 0 else None,
            }
            for school, source, row, counts in rows
        ]
    ).astype({"row": "Int64", "nces_school_id_given": "str", "state_school_id_given": "str"})


def files(*rows: tuple[str, str, str], **more: Any) -> pd.DataFrame:
    """Received files as source, delivery, status; of the year itself."""
    frame = pd.DataFrame(rows, columns=["source", "delivery", "file_status"])
    return frame.assign(**{"school_year": YEAR, "file_year": YEAR, "answers": False, **more})


LISTED = courses(
    (0, "fl", 3, "counts"), (0, "fl", 2, "counts"), (0, "fl", 9, "does_not_count"), (0, "fl", 8, "review"),
    (1, "fl", 4, "review"), (1, "fl", 10, "does_not_count"), (2, "fl", 5, "does_not_count"),
    (4, "fl", 6, "does_not_count"), (-1, "fl", 7, "review"), (-1, "fl", 11, "review"), (8, "ga", 2, "does_not_count"), (9, "tx", 2, "counts"),
    (12, "al", 2, "counts"), (14, "oh", 2, "does_not_count"), (16, "hi", 2, "counts"), (-1, "wa", 2, "does_not_count"),
)  # fmt: skip
RECEIVED = files(
    ("fl", "full", "accepted"), ("ga", "supplement", "accepted"), ("ga", "changes", "accepted"), ("ga", "full", "refused"),
    ("tx", "full", "accepted"), ("wa", "full", "accepted"), ("al", "full", "accepted"), ("hi", "full", "accepted"),
).assign(answers=lambda frame: frame["source"] == "al")  # fmt: skip
GEORGIA = "Georgia sent only changes and supplement for 2018-19, not a complete file"
NO = "; no answer is taken from that: "


def lists(state: str, many: str, file: str) -> str:
    return f"{state}'s course file lists {many} of this school, none of which counts as computer science ({file})"


SAID: dict[int, tuple[Any, ...]] = {
    0: ("counts", 2, 1, "fl", "fl/a.csv#2 | fl/a.csv#3", "Florida's course file",
        "Florida's course file lists 2 computer science courses (fl/a.csv rows 2, 3)"),
    1: (None, 0, 1, "fl", "fl/a.csv#4", "Florida's course file",
        "Florida's course file has 1 row of this school that must be reviewed first (fl/a.csv row 4)"),
    2: ("none_counts", 0, 1, "fl", "fl/a.csv#5", "Florida's course file", lists("Florida", "1 course", "fl/a.csv row 5")),
    3: ("not_listed", 0, 0, "fl", None, "Florida's course file",
        "Florida's course file for 2018-19 is complete and does not list this school"),
    4: (None, 0, 1, "fl", "fl/a.csv#6", "Florida's course file", lists("Florida", "1 course", "fl/a.csv row 6")
        + NO + "No is inferred only for operating high schools that have a state id"),
    6: (None, 0, 0, "fl", "fl/a.csv#7 | fl/a.csv#11", "Florida's course file",
        "Florida's course file has 2 rows of this school that must be reviewed first (fl/a.csv rows 7, 11)"),
    7: (None, 0, 0, "ga", None, "Georgia's course file", f"Georgia's course file does not list this school{NO}{GEORGIA}"),
    8: (None, 0, 1, "ga", "ga/a.csv#2", "Georgia's course file", lists("Georgia", "1 course", "ga/a.csv row 2") + NO + GEORGIA),
    9: ("counts", 1, 0, "tx", "tx/a.csv#2", "Texas's course file",
        "Texas's course file lists 1 computer science course (tx/a.csv row 2)"),
    10: (None, 0, 0, "wa", None, "Washington's course file",
         f"Washington's course file does not list this school{NO}no row of the file from Washington led to a school"),
    11: ("not_listed", 0, 0, "al", None, "Alabama's course file",
         "Alabama's course file for 2018-19 is complete and offers no course at this school: it says no, or does not list it"),
    12: ("counts", 1, 0, "al", "al/a.csv#2", "Alabama's course file",
         "Alabama's course file lists 1 computer science course (al/a.csv row 2)"),
    14: (None, 0, 1, "oh", "oh/a.csv#2", "Ohio's course file",
         lists("Ohio", "1 course", "oh/a.csv row 2") + NO + "no accepted file of 2018-19 is on record"),
    16: ("counts", 1, 0, "hi", "hi/a.csv#2", "Hawaii's course file",
         "Hawaii's course file lists 1 computer science course (hi/a.csv row 2)"),
    17: (None, 0, 0, "hi", None, "Hawaii's course file",
         f"Hawaii's course file does not list this school{NO}the file from Hawaii does not name 95 percent of its high schools"),
}  # fmt: skip


@pytest.fixture(scope="module")
def of_states() -> pd.DataFrame:
    policy = InferredNo(exclude=(("TX", YEAR), ("FL", "2017-18")))
    return state_signals(LISTED, directory(*PLACES), RECEIVED, SOURCES, policy, YEAR)


@pytest.mark.parametrize("school", [*SAID, 5, 13, 15])
def test_a_states_file_says_of_a_school(of_states: pd.DataFrame, school: int) -> None:
    assert by_school(of_states).get(school) == SAID.get(school)


def test_a_states_file_speaks_of_its_year_and_once_of_a_school(of_states: pd.DataFrame) -> None:
    assert set(of_states["evidence_year"]) == {YEAR}
    assert set(of_states["evidence_kind"]) == {"state"}
    assert of_states["school"].tolist() == sorted([*SAID, *range(18, 37)])


def test_no_file_and_no_row_say_nothing() -> None:
    said = state_signals(LISTED.iloc[:0], directory(*PLACES), files(), SOURCES, InferredNo(), YEAR)
    assert said.empty
    assert by_school(said) == {}


@pytest.mark.parametrize(
    ("change", "policy", "may"),
    [
        ({}, {}, True),
        ({"state_school_id": None}, {}, False),
        ({"is_operating": False}, {}, False),
        ({"is_operating": None}, {}, True),
        ({"offers_high": False}, {}, False),
        ({"offers_high": None}, {}, False),
        ({"offers_high": False}, {"require_high_school": False}, True),
    ],
)
def test_whose_absence_can_mean_something(change: dict[str, Any], policy: dict[str, Any], may: bool) -> None:
    assert could_be_listed(directory(("FL", change)), InferredNo(**policy)).tolist() == [may]


def test_the_share_that_no_row_names_is_asked_of_states_of_some_size() -> None:
    state = pd.Series(["FL"] * 20 + ["GA"] * 19 + ["TX"] * 25)
    may = pd.Series([True] * 39 + [True] * 20 + [False] * 5)
    named = (state.index % 4 == 0) & (state != "GA")
    assert absent_share(state, may, named.to_numpy()).to_dict() == {"FL": 0.75, "TX": 0.75}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, ""),
        ({"file_year": None}, ""),
        ({"file_year": "2017-18"}, None),
        ({"file_status": "refused"}, None),
        ({"delivery": "changes"}, "Florida sent only changes for 2018-19, not a complete file"),
        ({"delivery": None}, "Florida sent a file for 2018-19 whose receipt does not say whether it is complete"),
    ],
)
def test_when_silence_means_no(given: dict[str, Any], why: str | None) -> None:
    absent = pd.Series({"FL": 0.9, "GA": 0.99})
    said = read_silence(files(("fl", "full", "accepted"), **given), LISTED, SOURCES, InferredNo(), YEAR, absent)
    assert said["why"].to_dict() == ({} if why is None else {"FL": why})
    assert list(said) == ["why", "source", "answers"]


def test_a_reason_why_a_state_as_a_whole_is_not_asked_goes_before_others() -> None:
    absent = pd.Series({"FL": 0.956})
    received = files(("fl", "full", "accepted"), ("fl2", "supplement", "accepted"), ("un", "full", "accepted"))
    received["answers"] = received["source"] == "fl2"
    two = {**SOURCES, "fl2": "FL"}

    def why(policy: InferredNo, listed: pd.DataFrame = LISTED) -> list[Any]:
        said = read_silence(received, listed, two, policy, YEAR, absent)
        assert said[["source", "answers"]].to_numpy().tolist() == [["fl", True]]
        return said["why"].tolist()

    excluded = InferredNo(exclude=(("FL", YEAR),), delivery=("changes",))
    assert why(excluded) == ["the policy takes the files of 2018-19 from Florida as incomplete"]
    changes = InferredNo(delivery=("changes",))
    assert why(changes) == ["Florida sent only full and supplement for 2018-19, not a complete file"]
    received.loc[1, "delivery"] = None
    assert why(changes) == ["Florida sent only full and a delivery of unknown kind for 2018-19, not a complete file"], (
        "a receipt without a delivery is said, not left out"
    )
    assert why(InferredNo(), LISTED.iloc[:0]) == ["no row of the file from Florida led to a school"]
    missing = ["the file from Florida does not name 96 percent of its high schools"]
    assert why(InferredNo()) == missing
    assert why(InferredNo(), LISTED.iloc[:1]) == missing, "the first school of the directory is a school, too"


def test_a_place_that_is_no_state_goes_by_its_code() -> None:
    said = read_silence(
        files(("pr", "changes", "accepted")), LISTED, {"pr": "PR"}, InferredNo(), YEAR, pd.Series(dtype=float)
    )
    assert said["why"].to_dict() == {"PR": "PR sent only changes for 2018-19, not a complete file"}


def test_files_whose_layout_has_a_place_for_no_are_flagged() -> None:
    frame = pd.DataFrame({"source": ["fl", "fl", "ga"], "layout": ["list", "form", "list"]}, index=[7, 3, 5])
    assert flag_answers(frame, {("fl", "list"), ("ga", "form")})["answers"].to_dict() == {7: True, 3: False, 5: False}
    assert flag_answers(frame.iloc[:0], set())["answers"].dtype == bool


BANDS = (
    SurveyBand(band="high", offers_high=True, offers_k8=False, answered_by=("how_many_20_hours",),
               yes_when_some_or_all=("how_many_20_hours",), topics=("topic_text", "topic_blocks"), banner_needs_no_topic=True),
    SurveyBand(band="k8", offers_high=False, answered_by=("how_many_10_hours", "how_many_20_hours"),
               yes_when_some_or_all=("how_many_10_hours",), topics=("topic_text",)),
    SurveyBand(band="all", answered_by=("how_many_10_hours",), yes_when_some_or_all=("how_many_10_hours",)),
)  # fmt: skip
GRADES = pd.DataFrame(
    {"offers_high": [True, False, True, None], "offers_k8": [False, True, True, None]}, dtype="boolean"
)  # places: high, K-8, both, unknown


def answers(*rows: dict[str, Any]) -> pd.DataFrame:
    names = ["how_many_10_hours", "how_many_20_hours", "topic_text", "topic_blocks", "is_teacher_banner", "role_group"]
    fixed = {"source": "survey", "file": "s.csv", "role_group": "teacher_or_admin"}
    frame = pd.DataFrame([{"row": n, **fixed, **row} for n, row in enumerate(rows, start=2)])
    frame = frame.reindex(columns=["school", "source", "file", "row", *names])
    flags = dict.fromkeys(("topic_text", "topic_blocks", "is_teacher_banner"), "boolean")
    return frame.astype({"row": "Int64", **flags}).set_index(pd.Index([10 * n + 7 for n in range(len(rows))]))


@pytest.mark.parametrize(
    ("school", "answer", "says"),
    [
        (0, {"how_many_20_hours": "SOME", "topic_text": True}, True),
        (0, {"how_many_20_hours": "ALL", "topic_blocks": True}, True),
        (0, {"how_many_20_hours": "SOME"}, False),
        (0, {"how_many_20_hours": "SOME", "is_teacher_banner": True}, True),
        (0, {"how_many_20_hours": "NONE", "topic_text": True}, False),
        (0, {"how_many_20_hours": "I DON'T KNOW", "topic_text": True}, None),
        (0, {"how_many_10_hours": "ALL", "topic_text": True}, None),
        (1, {"how_many_10_hours": "SOME", "topic_text": True}, True),
        (1, {"how_many_10_hours": "SOME", "is_teacher_banner": True}, False),
        (1, {"how_many_20_hours": "ALL", "topic_text": True}, False),
        (1, {"how_many_10_hours": "SOME", "topic_blocks": True}, False),
        (2, {"how_many_10_hours": "SOME"}, True),
        (2, {"how_many_20_hours": "SOME", "topic_text": True}, None),
        (3, {"how_many_10_hours": "NONE"}, False),
        (3, {"how_many_10_hours": "SOME"}, False),
    ],
)
def test_an_answer_is_judged_by_the_band_of_its_school(school: int, answer: dict[str, Any], says: bool | None) -> None:
    given = answers({"school": 0}, {"school": school, **answer}, {"school": 1})
    judged = judge_answers(given, GRADES, BANDS)
    assert (str(judged.dtype), judged.index.tolist()) == ("boolean", given.index.tolist())
    assert [None if pd.isna(one) else bool(one) for one in judged] == [None, says, None]


def test_columns_that_the_bands_read() -> None:
    named = ["how_many_10_hours", "how_many_20_hours", "topic_blocks", "topic_text"]
    assert columns_asked(BANDS) == ["role_group", "is_teacher_banner", *named]
    assert columns_asked(BANDS[2:]) == ["role_group", "is_teacher_banner", "how_many_10_hours"]


def test_the_two_groups_of_respondents_speak_each_for_themselves() -> None:
    yes, no = ({"how_many_10_hours": one, "school": 2} for one in ("ALL", "NONE"))
    other = {"role_group": "not_teacher_or_admin"}
    given = answers(
        yes, no, yes, {**no, **other}, {**yes, "school": 0}, {**no, "school": 3}, {**no, "school": 3}, {**yes, "school": -1},
        {**yes, **other, "school": 3, "how_many_10_hours": "NONE"},
        {"school": 0, "how_many_20_hours": "ALL", "topic_text": True}, {"school": 1, "how_many_10_hours": "ALL", "topic_text": True},
        {"school": 1, "how_many_10_hours": "ALL", "topic_text": True},
    )  # fmt: skip
    teachers, others = survey_signals(given, GRADES, BANDS, YEAR)
    who = "from teachers or administrators"
    assert by_school(teachers) == {
        0: ("consistent_yes", 1, 0, "survey", "s.csv#11", f"the survey {who}",
            f"1 survey answer {who} says yes (s.csv row 11)"),
        1: ("consistent_yes", 2, 0, "survey", "s.csv#12 | s.csv#13", f"the survey {who}",
            f"2 survey answers {who} say yes (s.csv rows 12, 13)"),
        2: ("mixed", 2, 1, "survey", "s.csv#2 | s.csv#3 | s.csv#4", f"the survey {who}",
            f"3 survey answers {who} disagree: 2 yes, 1 no (s.csv rows 2, 3, 4)"),
        3: ("consistent_no", 0, 2, "survey", "s.csv#7 | s.csv#8", f"the survey {who}",
            f"2 survey answers {who} say no (s.csv rows 7, 8)"),
    }  # fmt: skip
    who = "from people other than teachers and administrators"
    assert by_school(others, "outcome", "short", "found") == {
        2: ("consistent_no", f"the survey {who}", f"1 survey answer {who} says no (s.csv row 5)"),
        3: ("consistent_no", f"the survey {who}", f"1 survey answer {who} says no (s.csv row 10)"),
    }
    assert set(teachers["evidence_kind"]) | set(others["evidence_kind"]) == {"teacher_survey", "other_survey"}
    assert set(teachers["evidence_year"]) == {YEAR}
    nobody = survey_signals(given.iloc[:0], GRADES, BANDS, YEAR)
    assert [len(part) for part in nobody] == [0, 0]


TERMS = [
    {"provider": "Plain", "says": "offered", "basis": "b"},
    {"provider": "High", "says": "offered", "grades": "high", "basis": "b"},
    {"provider": "Small", "says": "takes_part", "grades": "k8", "basis": "b"},
    {"provider": "Words", "says": "offered", "courses": ["Computer Science", "CSP"], "basis": "b"},
    {"provider": "Named", "says": "offered", "blank_course": "no_answer", "basis": "b"},
    {"provider": "Late", "says": "offered", "since": "2019-20", "until": "2020-21", "basis": "b"},
    {"provider": "Past", "says": "offered", "until": "2017-18", "courses": ["CSP"], "basis": "b"},
    {"provider": "Now", "says": "offered", "since": YEAR, "until": YEAR, "basis": "b"},
]


def policy(**change: Any) -> Policy:
    return Policy.model_validate({**load_policy("census-2018").model_dump(), "policy": "ours", **change})


@pytest.mark.parametrize(
    ("provider", "course", "school", "outcome", "why"),
    [
        ("Plain", None, 0, "offered", None),
        ("High", None, 0, "offered", None),
        ("High", None, 1, None, "High speaks only for schools with grades 9 to 12"),
        ("High", None, 3, "offered", None),
        ("Small", None, 1, "takes_part", None),
        ("Small", None, 0, None, "Small speaks only for schools with grades between kindergarten and 8"),
        ("Words", "AP Computer-Science A", 0, "offered", None),
        ("Words", "csp", 0, "offered", None),
        ("Words", "CSPX", 0, None, "the course is not one of computer science of Words"),
        ("Words", None, 0, "offered", None),
        ("Words", " - ", 0, "offered", None),
        ("Named", None, 0, None, "the list of Named names no course"),
        ("Named", "Drama", 0, "offered", None),
        ("Late", None, 0, None, "lists of Late are asked from 2019-20 to 2020-21"),
        ("Past", "Drama", 0, None, "lists of Past are asked to 2017-18"),
        ("Now", None, 0, "offered", None),
        ("Nobody", None, 0, None, "ours does not name Nobody"),
    ],
)
def test_a_providers_list_under_the_terms_of_the_policy(
    provider: str, course: str | None, school: int, outcome: str | None, why: str | None
) -> None:
    rows = pd.DataFrame({"school": [school, -1], "provider": provider, "provider_course": [course, "CSP"]})
    rows = rows.assign(source="teals", file="p.csv", row=[2, 3]).astype({"provider_course": "str", "row": "Int64"})
    said = by_school(provider_signals(rows, GRADES, policy(providers=TERMS), YEAR))
    words = f"{provider}: 1 course listed (p.csv row 2)" + (f"; no answer is taken from that: {why}" if why else "")
    records = int(outcome == "offered")
    assert said == {school: (outcome, records, 0, "teals", "p.csv#2", provider, words)}
    free = by_school(provider_signals(rows, GRADES, policy(providers=[]), YEAR), "outcome", "found")
    assert free == {school: ("offered", f"{provider}: 1 course listed (p.csv row 2)")}, "without terms every row offers"


def test_of_a_schools_rows_those_decide_that_say_most() -> None:
    names = [
        ("Small", 1),
        ("Plain", 1),
        ("Nobody", 1),
        ("Words", 1),
        ("Small", 2),
        ("Nobody", 2),
        ("Nobody", 3),
        (None, 0),
    ]
    rows = pd.DataFrame(names, columns=["provider", "school"]).astype({"provider": "str"})
    rows = rows.assign(provider_course="CSP", source="teals", file="p.csv", row=range(2, 10)).astype({"row": "Int64"})
    signals = provider_signals(rows, GRADES, policy(providers=TERMS), YEAR)
    assert signals[["evidence_kind", "evidence_year"]].drop_duplicates().to_numpy().tolist() == [["provider", YEAR]]
    said = by_school(signals)
    none = "; no answer is taken from that: ours does not name Nobody"
    assert said == {
        0: (None, 0, 0, "teals", "p.csv#9", "A provider", "A provider: 1 course listed (p.csv row 9)"),
        1: ("offered", 2, 0, "teals", "p.csv#3 | p.csv#5", "Plain and Words", "Plain and Words: 2 courses listed (p.csv rows 3, 5)"),
        2: ("takes_part", 0, 0, "teals", "p.csv#6", "Small", "Small: 1 course listed (p.csv row 6)"),
        3: (None, 0, 0, "teals", "p.csv#8", "Nobody", "Nobody: 1 course listed (p.csv row 8)" + none),
    }  # fmt: skip
    assert provider_signals(rows.assign(school=-1), GRADES, policy(providers=TERMS), YEAR).empty


def test_signals_are_of_the_year_unless_they_say_otherwise() -> None:
    given = pd.DataFrame({"school": [4], "outcome": ["offered"]})
    assert by_school(make_signals("ap", YEAR, given), "evidence_kind", "evidence_year") == {4: ("ap", YEAR)}
    older = make_signals("ap", YEAR, given.assign(evidence_year="2017-18"))
    assert by_school(older, "evidence_year", "found") == {4: ("2017-18", None)}
    assert plural(pd.Series([1, 2, 0], index=[7, 3, 5]), "row", "rows").to_dict() == {
        7: "1 row",
        3: "2 rows",
        5: "0 rows",
    }


def test_joined_signals_stand_by_school_and_then_in_the_order_given() -> None:
    parts = [make_signals(kind, YEAR, pd.DataFrame({"school": ns})) for kind, ns in (("ib", [2, 1]), ("ap", [1]))]
    joined = join_signals([*parts, make_signals("state", YEAR, pd.DataFrame({"school": []}))])
    assert joined[["school", "evidence_kind"]].to_numpy().tolist() == [[1, "ib"], [1, "ap"], [2, "ib"]]
    assert joined.index.tolist() == [0, 1, 2]
    many = [make_signals(kind, YEAR, pd.DataFrame({"school": range(300, 0, -1)})) for kind in ("state", "ib", "ap")]
    assert join_signals(many)["evidence_kind"].tolist() == ["state", "ib", "ap"] * 300
    assert join_signals([]).dtypes.astype(str).to_dict() == SIGNAL_TYPES
    twice = make_signals("ap", YEAR, pd.DataFrame({"school": [1, 1]}))
    with pytest.raises(ValueError, match=r"^ap, ap evidence speaks twice for one school; fold its records into one"):
        join_signals([twice, parts[0], twice])


RULES = [
    {"label": "conflict", "evidence_kind": "teacher_survey", "gives": {"consistent_no": "M"},
     "meets": [{"evidence_kind": "ap", "outcomes": ["offered"]}, {"evidence_kind": "ib", "outcomes": ["offered"]}]},
    {"label": "lists", "evidence_kind": "ap", "gives": {"offered": "Y"}},
    {"label": "survey", "evidence_kind": "teacher_survey", "gives": {"consistent_yes": "Y", "consistent_no": "N"}},
    {"label": "state", "evidence_kind": "state", "gives": {"counts": "Y", "none_counts": "N"}},
]  # fmt: skip


def test_the_first_rule_that_says_something_is_used_and_every_other_is_told_why_not() -> None:
    said = [
        (1, "ap", "offered"), (1, "ib", "offered"), (1, "teacher_survey", "consistent_no"), (1, "state", "not_listed"),
        (2, "teacher_survey", "consistent_no"), (2, "state", "counts"), (2, "ap", None),
        (3, "ib", "offered"), (3, "teacher_survey", "consistent_no"), (4, "state", None),
    ]  # fmt: skip
    frame = pd.DataFrame(said, columns=["school", "evidence_kind", "outcome"])
    frame["short"], frame["found"] = "The " + frame["evidence_kind"], frame["evidence_kind"] + " found"
    signals = join_signals(
        [make_signals(kind, YEAR, part.drop(columns="evidence_kind")) for kind, part in frame.groupby("evidence_kind")]
    )
    decided = decide(signals, policy(rules=RULES))
    shown = decided[["school", "position", "label", "says", "is_used", "why"]].astype(object)
    asked = "ours does not ask this kind of evidence"
    none = "ours takes no answer from this"
    assert shown.where(shown.notna(), None).to_numpy().tolist() == [
        [1, 1, "conflict", "M", True, "teacher_survey found; The ap says otherwise"],
        [1, 2, "lists", "Y", False, "ap found; not used: The teacher_survey comes first"],
        [1, 3, "survey", "N", False, "teacher_survey found; not used: The teacher_survey comes first"],
        [1, 4, "state", None, False, f"state found; not used: {none}"],
        [1, 5, "ib", None, False, f"ib found; not used: {asked}"],
        [2, 2, "lists", None, False, "ap found"],
        [2, 3, "survey", "N", True, "teacher_survey found"],
        [2, 4, "state", "Y", False, "state found; not used: The teacher_survey comes first"],
        [3, 1, "conflict", "M", True, "teacher_survey found; The ib says otherwise"],
        [3, 3, "survey", "N", False, "teacher_survey found; not used: The teacher_survey comes first"],
        [3, 5, "ib", None, False, f"ib found; not used: {asked}"],
        [4, 4, "state", None, False, "state found"],
    ]
    assert decided["is_used"].dtype == bool
    assert not {"note", "signal"} & set(decided)
    assert decided["found"].tolist()[0] == "teacher_survey found"
