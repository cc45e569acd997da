"""What the state's course file says of a school, and when its silence means No (domain.md 4.2). Orders nothing.

No is inferred only from a complete file: the predecessor turned all of Hawaii to No with a supplement of two rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from pipelines.reconciled.pointers import point_at
from pipelines.reconciled.signals import NO_SIGNALS, make_signals, plural, words
from schemas.policy_model import OUTCOMES, STATES, InferredNo
from schemas.thresholds import threshold

COLUMNS = ("state", "counts_as_cs", "nces_school_id_given", "state_school_id_given")
"""Columns of course_offerings that this module reads, beside source, file and row."""


def state_signals(
    courses: pd.DataFrame,
    schools: pd.DataFrame,
    files: pd.DataFrame,
    source_states: Mapping[str, str],
    policy: InferredNo,
    school_year: str,
) -> pd.DataFrame:
    """Signals of the state's course files.

    courses: course_offerings with `school` (-1: not linked). files: received_files with `answers`, a flag: a row of the
    file may say no, and such a row is no row of course_offerings (S12, S30). A row whose course or school waits
    for a person is neither yes nor no, and it keeps the school from being inferred No.
    """
    rows = _rows_of_schools(courses, schools)
    may = could_be_listed(schools, policy)
    named = np.isin(np.arange(len(schools)), courses["school"].to_numpy())
    absent = absent_share(schools["state"], may, named)
    silence = read_silence(files, courses, source_states, policy, school_year, absent)
    asked = may & schools["state"].isin(silence.index)
    spoken = np.union1d(rows["school"].unique(), np.flatnonzero(asked)).astype("int64")
    if not len(spoken):
        return NO_SIGNALS
    facts = _count_rows(rows, spoken)
    state = schools["state"].take(spoken)
    facts["state_name"] = _state_names(facts["row_state"].fillna(state))
    facts["answers"] = state.map(silence["answers"]).eq(True)
    facts["why"] = state.map(silence["why"]).astype("str").fillna(f"no accepted file of {school_year} is on record")
    reason = _reason(facts, may.take(spoken))
    facts["outcome"] = reason.where(reason.isin(OUTCOMES["state"]))
    facts["found"] = _found(facts, reason, school_year)
    facts["source"] = facts["source"].fillna(state.map(silence["source"]).astype("str"))
    facts["short"] = facts["state_name"] + "'s course file"
    facts["records_yes"] = facts["counts"]
    return make_signals("state", school_year, facts.rename_axis("school").reset_index())


def flag_answers(files: pd.DataFrame, answering: Collection[tuple[str, str]]) -> pd.DataFrame:
    """received_files with `answers`: the layout of the file is one in which a row may say no."""
    places = zip(files["source"], files["layout"], strict=True)
    return files.assign(answers=pd.Series([place in answering for place in places], index=files.index, dtype=bool))


def _reason(facts: pd.DataFrame, may: pd.Series) -> pd.Series:
    """Why the state says what it says of each school: an outcome, or one of four reasons for which it says nothing."""
    listed = facts["records_no"] > 0
    absence_is_no = may & (facts["why"] == "")
    table = [
        (facts["counts"] > 0, "counts"),
        (facts["waiting"] > 0, "waits"),
        (listed & absence_is_no, "none_counts"),
        (absence_is_no, "not_listed"),
        (listed & may, "listed_incomplete"),
        (listed, "listed_not_asked"),
    ]
    found = np.select([condition for condition, _ in table], [name for _, name in table], "incomplete")
    return words(found, facts.index)


def could_be_listed(schools: pd.DataFrame, policy: InferredNo) -> pd.Series:
    """Schools whose absence from a complete file can mean something: state id, operating, high school grades known."""
    may = schools["state_school_id"].notna() & schools["is_operating"].fillna(True).astype(bool)
    if policy.require_high_school:
        may &= schools["offers_high"].fillna(False).astype(bool)
    return may


def absent_share(state: pd.Series, may: pd.Series, named: np.ndarray) -> pd.Series:
    """State -> share of the schools that could be listed which no row names (rule S24); only states of some size.

    A file that names hardly any school is not complete, whatever its receipt says: Hawaii's two rows would have made
    all others No (domain.md 15, 12).
    """
    by = pd.DataFrame({"may": may, "listed": may & named}).groupby(state).sum()
    large = by[by["may"] >= threshold("s24_high_schools")]
    return 1 - large["listed"] / large["may"]


def _rows_of_schools(courses: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Course rows of schools of the directory with `bucket`: counts, records_no (does not count) or waiting."""
    linked = courses[courses["school"] >= 0]
    buckets = {"counts": "counts", "does_not_count": "records_no", "review": "waiting"}
    linked = linked.assign(bucket=linked["counts_as_cs"].map(buckets))
    return pd.concat([linked, _unlinked_rows_that_name(courses, schools)], ignore_index=True)


def _count_rows(rows: pd.DataFrame, schools: np.ndarray) -> pd.DataFrame:
    """Per school: rows that count, rows that do not, rows that wait, and where they stand. 0 for schools without rows."""
    facts = pd.DataFrame(index=pd.Index(schools, name="school"))
    for bucket in ("counts", "records_no", "waiting"):
        size = rows[rows["bucket"] == bucket].groupby("school").size()
        facts[bucket] = size.reindex(facts.index).fillna(0).astype("int64")
    # The rows named are those that decide: what counts, else what waits, else what does not count.
    rank = rows["bucket"].map({"counts": 0, "waiting": 1, "records_no": 2}).astype("int64")
    deciding = rows[rank == rank.groupby(rows["school"]).transform("min")]
    facts = facts.join(point_at(deciding)[["pointer", "places", "source"]])
    states = deciding[["school", "state"]].drop_duplicates().sort_values(["school", "state"])
    facts["row_state"] = states.drop_duplicates("school").set_index("school")["state"]
    return facts


def _unlinked_rows_that_name(courses: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Rows that carry a school's own id but were linked to none (ids that conflict, an id that two schools share).

    They are no evidence; yet a school that the file does name is not missing from it. One row per record and school.
    """
    unlinked = courses[(courses["school"] < 0) & (courses["counts_as_cs"] != "does_not_count")].drop(columns="school")
    if unlinked.empty:
        return unlinked.assign(school=0, bucket="waiting")
    parts = []
    for given, own in (("nces_school_id_given", "nces_school_id"), ("state_school_id_given", "state_school_id")):
        named = schools[own].dropna()
        ids = pd.DataFrame({given: named.astype("str"), "school": named.index})
        parts.append(unlinked.dropna(subset=[given]).merge(ids, on=given))
    return pd.concat(parts, ignore_index=True).drop_duplicates(["record_id", "school"]).assign(bucket="waiting")


UNKNOWN_KIND = "a delivery of unknown kind"


def read_silence(
    files: pd.DataFrame,
    courses: pd.DataFrame,
    source_states: Mapping[str, str],
    policy: InferredNo,
    school_year: str,
    absent: pd.Series,
) -> pd.DataFrame:
    """Whether a state's silence on a school means No: by state, `why`, `source` and `answers`.

    absent: state -> what `absent_share` says. `why` is empty when it means No, else the reason why it means nothing. A state without an accepted file of the year
    is not listed: it said nothing at all.
    """
    own_year = files["file_year"].isna() | (files["file_year"] == files["school_year"])
    accepted = files[(files["file_status"] == "accepted") & own_year]
    accepted = accepted.assign(state=accepted["source"].map(dict(source_states)))
    complete = set(accepted.loc[accepted["delivery"].isin(policy.delivery), "state"].dropna())
    linked = set(courses.loc[courses["school"] >= 0, "source"].map(dict(source_states)).dropna())
    excluded = {state for state, year in policy.exclude if year == school_year}
    table = accepted.dropna(subset=["state"]).groupby("state")["source"].min().to_frame()
    table["answers"] = accepted.groupby("state")["answers"].any()
    table["kinds"] = accepted.groupby("state")["delivery"].agg(_kinds_of_delivery)
    place = table.index.to_series()
    name = _state_names(place)
    tests = [
        (place.isin(excluded), f"the policy takes the files of {school_year} from " + name + " as incomplete"),
        (
            table["kinds"] == UNKNOWN_KIND,
            name + f" sent a file for {school_year} whose receipt does not say whether it is complete",
        ),
        (~place.isin(complete), name + " sent only " + table["kinds"] + f" for {school_year}, not a complete file"),
        (~place.isin(linked), "no row of the file from " + name + " led to a school"),
    ]
    few = place.map(absent).fillna(0)
    missing = (few * 100).round(0).astype("int64").astype("str") + " percent of its high schools"
    tests.append((few > threshold("s24_absent_share"), "the file from " + name + " does not name " + missing))
    table["why"] = ""
    for applies, reason in reversed(tests):
        table["why"] = table["why"].mask(applies, reason)
    return table[["why", "source", "answers"]]


def _kinds_of_delivery(kinds: pd.Series) -> str:
    unknown = [UNKNOWN_KIND] if kinds.isna().any() else []
    return " and ".join([*sorted(set(kinds.dropna())), *unknown])


def _state_names(states: pd.Series) -> pd.Series:
    return states.map(STATES).astype("str").fillna(states)


def _found(facts: pd.DataFrame, reason: pd.Series, school_year: str) -> pd.Series:
    """The finding in words, one sentence per reason."""
    file = facts["state_name"] + "'s course file"
    places = " (" + facts["places"].fillna("") + ")"
    courses = plural(facts["counts"], "computer science course", "computer science courses")
    rows = plural(facts["waiting"], "row of this school", "rows of this school")
    none = file + " lists " + plural(facts["records_no"], "course", "courses")
    none = none + " of this school, none of which counts as computer science" + places
    missing = file + f" for {school_year} is complete and does not list this school"
    said_no = (
        file + f" for {school_year} is complete and offers no course at this school: it says no, or does not list it"
    )
    missing = missing.where(~facts["answers"], said_no)
    unlisted = file + " does not list this school"
    no_no = "; no answer is taken from that: "
    sentences = {
        "counts": file + " lists " + courses + places,
        "waits": file + " has " + rows + " that must be reviewed first" + places,
        "none_counts": none,
        "not_listed": missing,
        "listed_incomplete": none + no_no + facts["why"],
        "listed_not_asked": none + no_no + "No is inferred only for operating high schools that have a state id",
        "incomplete": unlisted + no_no + facts["why"],
    }
    found = words("", facts.index)
    for key, sentence in sentences.items():
        found = found.where(reason != key, sentence)
    return found
