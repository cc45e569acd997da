"""The single inbox: every question a person must answer about a school year, one case per question.

Asks only; it matches nothing, applies no answer, and never shows a restricted column.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import pandas as pd

from pipelines.linked.checks import stands_on_closed
from pipelines.linked.duplicate_cases import duplicate_cases
from pipelines.linked.history_cases import history_cases
from pipelines.linked.ladder import climb, distinct_identities, order_schools
from pipelines.linked.notes import list_candidates
from pipelines.shared.case_order import most_informative_first, openness_of
from pipelines.shared.cases import FACTS, as_asked, identify, ids_of
from pipelines.shared.findings import conform
from schemas.columns import SCHOOL_DETAILS

COURSE_COLUMNS = (
    "record_id",
    "source",
    "file",
    "row",
    "state",
    "course_code",
    "course_name",
    "counts_as_cs",
    "counts_basis",
)
"""Columns of course_offerings that the queue reads."""
OPEN = ("id_conflict", "ambiguous", "not_found")
MATCH = ["match_candidates", "match_score", "match_margin"]
"""What the ladder says of the schools that a waiting record may mean."""
ABOUT_SCHOOLS = ("duplicate_school", "school_history", "recycled_id")
"""Kinds of cases about schools themselves, whatever source speaks of them."""
IDENTITY = ("source", "state", "nces_school_id_given", "state_school_id_given", "school_name", "city", *SCHOOL_DETAILS)
"""What a record says of its school, as a question shows it. Not the school year, file or row."""


def build_review_queue(
    linked: pd.DataFrame,
    directory: pd.DataFrame,
    course_offerings: pd.DataFrame,
    files: pd.DataFrame,
    school_year: str,
    successors: pd.DataFrame | None = None,
    twins: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Table `review_queue`: one row per open question, the most informative first.

    `linked`: table `linked_records`. `directory`: table `nces_schools`. `course_offerings`: all sources' rows.
    `files`: table `received_files`. `successors`: table `school_successors`, whose doubtful links are asked about.
    `twins`: table `duplicate_schools`, whose pairs are.
    `case_id` depends on the question only, `evidence_hash` on what is shown with it.
    """
    schools = order_schools(directory)
    cases = [
        _cases_of_sources(linked, schools, course_offerings, files, school_year),
        _finished(_about_schools(linked, schools, successors, twins), school_year),
    ]
    return _ordered(cases)


def renew_review_queue(
    before: pd.DataFrame,
    changed: Container[str],
    linked: pd.DataFrame,
    directory: pd.DataFrame,
    course_offerings: pd.DataFrame,
    files: pd.DataFrame,
    school_year: str,
    successors: pd.DataFrame | None = None,
    twins: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What `build_review_queue` gives, when only the records and files of the `changed` sources differ from `before`.

    `before`: the queue made with the same directory. `linked` and `files` are complete, `course_offerings` holds at
    least the rows of the changed sources. Cases about the schools themselves count records of all sources: they are made
    anew.
    """
    schools = order_schools(directory)
    kept = before[~before["source"].isin(changed) & ~before["case_kind"].isin(ABOUT_SCHOOLS)]
    renewed = (frame[frame["source"].isin(changed)] for frame in (linked, course_offerings, files))
    fresh, offered, received = renewed
    cases = [
        kept,
        _cases_of_sources(fresh, schools, offered, received, school_year),
        _finished(_about_schools(linked, schools, successors, twins), school_year),
    ]
    return _ordered(cases)


def _about_schools(
    linked: pd.DataFrame, schools: pd.DataFrame, successors: pd.DataFrame | None, twins: pd.DataFrame | None
) -> list[pd.DataFrame]:
    history = [] if successors is None else [history_cases(successors, linked, schools)]
    doubles = [] if twins is None else [duplicate_cases(twins, linked, schools)]
    return [*doubles, *history]


def _cases_of_sources(
    linked: pd.DataFrame, schools: pd.DataFrame, offerings: pd.DataFrame, files: pd.DataFrame, school_year: str
) -> pd.DataFrame:
    parts = [
        which_school(linked, schools),
        closed_schools(linked, schools),
        _unknown_courses(offerings),
        refused_files(files),
    ]
    return _finished(parts, school_year)


def _finished(parts: Sequence[pd.DataFrame], school_year: str) -> pd.DataFrame:
    if all(part.empty for part in parts):
        return conform(pd.DataFrame(), "review_queue")
    cases = identify(pd.concat([part.reset_index(drop=True) for part in parts], ignore_index=True))
    asked = as_asked(cases, school_year).drop(columns=[FACTS, *SCHOOL_DETAILS], errors="ignore")
    return conform(asked, "review_queue")


def _ordered(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return most_informative_first(pd.concat([part for part in parts if not part.empty] or parts, ignore_index=True))


def which_school(linked: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Cases of records without a school; equal questions are one. linked: `linked_records`. schools: `order_schools`."""
    waiting = linked[linked["match_reason"].isin(OPEN)].sort_values("record_id", kind="stable")
    waiting = waiting.rename(columns={"match_reason": "case_kind"}).reset_index(drop=True)
    by = ["case_kind", *IDENTITY]
    case_of = waiting.groupby(by, dropna=False, sort=False).ngroup()
    first = case_of.drop_duplicates().index
    cases = waiting.loc[first, [*by, "file", "row", "match_note", *MATCH]].reset_index(drop=True)
    cases["records"] = case_of.value_counts(sort=False).sort_index().to_numpy()

    # Who has candidates was scored when it was linked: only the others' are looked up.
    bare = waiting["match_candidates"].isna().to_numpy()
    codes, identities = distinct_identities(waiting[bare])
    belongs = pd.DataFrame({"case": case_of.to_numpy()[bare], "identity": codes}).drop_duplicates()
    in_question = belongs.merge(climb(identities, schools).candidates, on="identity").sort_values(["case", "school"])
    pairs = in_question[["case", "school"]].drop_duplicates()
    pairs["why"] = _why_in_question(cases, pairs, schools)
    listed = list_candidates(pairs.rename(columns={"case": "identity"}), schools)
    cases["candidates"] = cases["match_candidates"].fillna(listed.reindex(cases.index))
    cases["openness"] = openness_of(cases["candidates"], cases["match_score"], cases["match_margin"])
    cases["question"] = _ask_for_school(cases)
    cases["system_answer"] = "no school is chosen, and the records wait"
    cases["evidence"] = cases["match_note"]
    cases[FACTS] = cases["case_kind"] + " " + ids_of(cases["candidates"]).fillna("")
    return cases.drop(columns=["match_note", *MATCH])


def _why_in_question(cases: pd.DataFrame, pairs: pd.DataFrame, schools: pd.DataFrame) -> pd.Series:
    """Which of its ids leads from a case to a school, or its name. pairs: case and school, by their positions."""
    asked, found = cases.iloc[pairs["case"]], schools.iloc[pairs["school"]]
    by_nces, by_state = (
        (asked[f"{name}_given"].to_numpy(object) == found[name].to_numpy(object))
        for name in ("nces_school_id", "state_school_id")
    )
    why = pd.Series("has the name given", index=pairs.index, dtype="str")
    why = why.mask((asked["case_kind"] == "id_conflict").to_numpy(), "the id given leads here")
    why = why.mask(by_state, "has the state id given").mask(by_nces, "has the NCES id given")
    return why.mask(by_nces & by_state, "has both ids given")


def _ask_for_school(cases: pd.DataFrame) -> pd.Series:
    ids = cases["nces_school_id_given"].fillna(cases["state_school_id_given"]).fillna("no id")
    name = ('"' + cases["school_name"] + '"').fillna("the school with id " + ids)
    town = cases["city"].fillna(cases["county"])
    place = (town + ", ").fillna("") + cases["state"].fillna("a state not given")
    level = ("grades " + cases["grade_low"] + " to " + cases["grade_high"]).fillna(cases["school_level"])
    told = (cases["street"] + "; " + level).fillna(cases["street"]).fillna(level)
    which = "Please say which school is meant by " + name + " in " + place + (" (" + told + ")").fillna("")
    why = pd.Series("none was found by its ids, nor by its name and place", index=cases.index, dtype="str")
    why = why.mask(cases["case_kind"] == "ambiguous", "several schools fit")
    why = why.mask(cases["case_kind"] == "id_conflict", "its ids contradict each other, or its name and place")
    return which + ": " + why


def closed_schools(linked: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Cases of records that were matched to a school that was not operating, one per source and school."""
    closed = linked[stands_on_closed(linked, schools)].sort_values("record_id", kind="stable")
    by = closed.groupby(["source", "nces_school_id"], sort=True)
    cases = by.agg(file=("file", "first"), row=("row", "first"), records=("row", "size")).reset_index()
    at = pd.Index(schools["nces_school_id"]).get_indexer(cases["nces_school_id"])
    place = schools[["state", "school_name", "city", "status"]].iloc[at].reset_index(drop=True)
    cases = cases.join(place).rename(columns={"nces_school_id": "nces_school_id_given"})
    cases["case_kind"] = "closed_school"
    cases["candidates"] = (
        cases["nces_school_id_given"] + " " + cases["school_name"] + " (the records were matched to it)"
    )
    cases["question"] = (
        'Please check whether another school than "'
        + cases["school_name"]
        + '" is meant, which the directory lists as '
        + cases["status"].fillna("not operating")
    )
    cases["system_answer"] = "the records stay with this school"
    cases["evidence"] = "the directory lists the school as " + cases["status"].fillna("not operating")
    cases[FACTS] = cases["status"]
    return cases.drop(columns="status")


def _unknown_courses(offerings: pd.DataFrame) -> pd.DataFrame:
    """Cases of courses that no list judges; why it is asked (`counts_basis`) is the evidence."""
    unsure = offerings[offerings["counts_as_cs"] == "review"].sort_values("record_id", kind="stable")
    by = unsure.groupby(["source", "state", "course_code", "course_name"], dropna=False, sort=True)
    cases = by.agg(
        file=("file", "first"), row=("row", "first"), records=("row", "size"), evidence=("counts_basis", "first")
    ).reset_index()
    code = ("code " + cases["course_code"]).fillna("no code")
    name = ('"' + cases["course_name"] + '"').fillna("without a title")
    cases["case_kind"] = "unknown_course"
    cases["subject"] = code + " " + name
    cases["question"] = (
        "Please say whether the course " + name + " (" + code + ") of " + cases["state"] + " counts as computer science"
    )
    cases["system_answer"] = "the course is no evidence until someone answers"
    cases[FACTS] = cases["evidence"]
    return cases


def refused_files(files: pd.DataFrame) -> pd.DataFrame:
    """Cases of files that could not be read, one per file. files: `received_files`."""
    refused = files[files["file_status"] == "refused"]
    cases = refused[["source", "file"]].copy()
    cases["case_kind"] = "refused_file"
    cases["subject"] = refused["file"]
    cases["records"] = refused["rows_in"].fillna(1).clip(lower=1)
    reason = refused["reason"].fillna("no reason was recorded").str.rstrip(".")
    cases["question"] = "Please ask the sender for this file again: " + refused["file"]
    cases["system_answer"] = "the file is not read, and its source counts as refused"
    cases["evidence"] = reason
    cases[FACTS] = refused["sha256"]
    return cases
