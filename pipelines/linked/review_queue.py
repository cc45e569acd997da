"""The single inbox: every question a person must answer about a school year, one case per question.

Asks only; it matches nothing, applies no answer, and never shows a restricted column.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import pandas as pd

from pipelines.linked.checks import directory_source, shared_state_ids, stands_on_closed
from pipelines.linked.history_cases import history_cases
from pipelines.linked.ladder import climb, distinct_identities, only_school, order_schools
from pipelines.linked.names import place_key
from pipelines.linked.notes import list_candidates
from pipelines.shared.cases import FACTS, as_asked, identify, ids_of
from pipelines.shared.findings import conform
from pipelines.shared.text import match_key

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
ABOUT_SCHOOLS = ("duplicate_school", "school_history")
"""Kinds of cases about schools themselves, whatever source speaks of them."""
IDENTITY = ("source", "state", "nces_school_id_given", "state_school_id_given", "school_name", "city")
"""What a record says of its school, as a question shows it. Not the school year, file or row."""


def build_review_queue(
    linked: pd.DataFrame,
    directory: pd.DataFrame,
    course_offerings: pd.DataFrame,
    files: pd.DataFrame,
    school_year: str,
    successors: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Table `review_queue`: one row per open question, most records first.

    `linked`: table `linked_records`. `directory`: table `nces_schools`. `course_offerings`: all sources' rows.
    `files`: table `received_files`. `successors`: table `school_successors`, whose doubtful links are asked about.
    `case_id` depends on the question only, `evidence_hash` on what is shown with it.
    """
    schools = order_schools(directory)
    cases = [
        _cases_of_sources(linked, schools, course_offerings, files, school_year),
        _finished(_about_schools(linked, schools, successors), school_year),
    ]
    return _most_records_first(cases)


def renew_review_queue(
    before: pd.DataFrame,
    changed: Container[str],
    linked: pd.DataFrame,
    directory: pd.DataFrame,
    course_offerings: pd.DataFrame,
    files: pd.DataFrame,
    school_year: str,
    successors: pd.DataFrame | None = None,
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
        _finished(_about_schools(linked, schools, successors), school_year),
    ]
    return _most_records_first(cases)


def _about_schools(linked: pd.DataFrame, schools: pd.DataFrame, successors: pd.DataFrame | None) -> list[pd.DataFrame]:
    history = [] if successors is None else [history_cases(successors, linked, schools)]
    return [duplicate_schools(linked, schools), *history]


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
    cases = identify(pd.concat([part.reset_index(drop=True) for part in parts], ignore_index=True))
    return conform(as_asked(cases, school_year).drop(columns=FACTS), "review_queue")


def _most_records_first(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    cases = pd.concat([part for part in parts if not part.empty] or parts, ignore_index=True)
    order = ["records", "case_kind", "case_id"]
    return cases.sort_values(order, ascending=[False, True, True], kind="stable").reset_index(drop=True)


def which_school(linked: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Cases of records without a school; equal questions are one. linked: `linked_records`. schools: `order_schools`."""
    waiting = linked[linked["match_reason"].isin(OPEN)].sort_values("record_id", kind="stable")
    waiting = waiting.rename(columns={"match_reason": "case_kind"}).reset_index(drop=True)
    by = ["case_kind", *IDENTITY]
    case_of = waiting.groupby(by, dropna=False, sort=False).ngroup()
    first = case_of.drop_duplicates().index
    cases = waiting.loc[first, [*by, "file", "row", "match_note", "match_candidates"]].reset_index(drop=True)
    cases["records"] = case_of.value_counts(sort=False).sort_index().to_numpy()

    # Who has candidates was scored when it was linked: only the others' are looked up.
    bare = waiting["match_candidates"].isna().to_numpy()
    codes, identities = distinct_identities(waiting[bare])
    belongs = pd.DataFrame({"case": case_of.to_numpy()[bare], "identity": codes}).drop_duplicates()
    in_question = belongs.merge(climb(identities, schools).candidates, on="identity").sort_values(["case", "school"])
    pairs = in_question[["case", "school"]].drop_duplicates()
    listed = list_candidates(pairs.rename(columns={"case": "identity"}), schools)
    cases["candidates"] = cases["match_candidates"].fillna(listed.reindex(cases.index))
    cases["question"] = _ask_for_school(cases)
    cases["system_answer"] = "no school is chosen, and the records wait"
    cases["evidence"] = cases["match_note"]
    cases[FACTS] = cases["case_kind"] + " " + ids_of(cases["candidates"]).fillna("")
    return cases.drop(columns=["match_note", "match_candidates"])


def _ask_for_school(cases: pd.DataFrame) -> pd.Series:
    ids = cases["nces_school_id_given"].fillna(cases["state_school_id_given"]).fillna("no id")
    name = ('"' + cases["school_name"] + '"').fillna("the school with id " + ids)
    place = (cases["city"] + ", ").fillna("") + cases["state"].fillna("a state not given")
    which = "Please say which school is meant by " + name + " in " + place
    why = pd.Series("none was found by its ids, nor by its name and place", index=cases.index, dtype="str")
    why = why.mask(cases["case_kind"] == "ambiguous", "several schools fit")
    why = why.mask(cases["case_kind"] == "id_conflict", cases["match_note"])
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
    cases["candidates"] = cases["nces_school_id_given"] + " " + cases["school_name"]
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


def duplicate_schools(linked: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Cases of schools that share a state id, or name and address, and may be one."""
    groups = pd.concat([_one_state_id(linked, schools), _one_address(linked, schools)], ignore_index=True)
    groups["members"] = groups.groupby("group")["nces_school_id"].transform("|".join)
    # Schools that share both state id and address are asked about once, by their state id.
    first = groups.drop_duplicates("members")["group"]
    groups = groups[groups["group"].isin(first)]
    at = pd.Index(schools["nces_school_id"]).get_indexer(groups["nces_school_id"])
    listed = list_candidates(pd.DataFrame({"identity": groups["group"].to_numpy(), "school": at}), schools)
    by = groups.groupby("group", sort=False)
    cases = by[["state", "state_school_id", "school_name", "city", "members", "shares"]].first()
    cases["candidates"] = listed.reindex(cases.index)
    cases["source"] = directory_source(by["directory_sources"].first())
    matched = linked["nces_school_id"].value_counts()
    cases["records"] = groups["nces_school_id"].map(matched).fillna(0).groupby(groups["group"]).sum()
    by_id = linked.loc[linked["nces_school_id"].isna(), "state_school_id_given"].value_counts()
    cases["records"] += cases["state_school_id"].map(by_id).fillna(0)
    # The question stands even when no record waits for it yet; the table counts at least one.
    cases["records"] = cases["records"].clip(lower=1).astype("Int64")
    cases["case_kind"] = "duplicate_school"
    cases["question"] = (
        "Please say whether these are one school, and which NCES id survives: they share " + cases["shares"]
    )
    cases["system_answer"] = "each NCES id stays a school of its own"
    cases["evidence"] = "they share " + cases["shares"]
    cases[FACTS] = cases["shares"]
    return cases.rename(columns={"state_school_id": "state_school_id_given", "members": "subject"}).drop(
        columns="shares"
    )


def _one_state_id(linked: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Members of state ids that stand at several NCES ids, of which not exactly one is operating (X01)."""
    shared = shared_state_ids(schools, linked["state"])
    codes, _ = pd.factorize(shared["state_school_id"])
    at = pd.Index(schools["nces_school_id"]).get_indexer(shared["nces_school_id"])
    hits = pd.DataFrame({"identity": codes, "school": at})
    settled = only_school(hits, schools, len(shared), prefer_operating=True) >= 0
    unsettled = shared[~settled[codes]].copy()
    unsettled["group"] = "id " + unsettled["state_school_id"]
    unsettled["shares"] = "the state id " + unsettled["state_school_id"]
    return unsettled


def _one_address(linked: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Schools that may be operating and have one name, street and ZIP code (D28), as groups."""
    states = linked["state"].dropna().unique()
    near = schools[schools["state"].isin(states) & schools["is_operating"].fillna(True)]
    near = near[near["street"].notna() & near["zip"].notna()]
    # Streets of one key have the same digits: told apart by them, few names are left whose keys must be made.
    near = near.assign(digits=_digits(near["street"]))
    near = near[near.duplicated(["state", "zip", "digits"], keep=False)].drop(columns="digits")
    near = near.assign(name_key=place_key(near["school_name"]))
    near = near[near["name_key"].notna() & near.duplicated(["state", "zip", "name_key"], keep=False)]
    near = near.assign(street_key=match_key(near["street"]))
    near = near[near["street_key"].notna() & near.duplicated(["state", "zip", "name_key", "street_key"], keep=False)]
    near["group"] = "at " + near["state"] + near["zip"] + " " + near["name_key"] + " at " + near["street_key"]
    near["shares"] = "name and address, " + near["street"]
    # The state id is not what these share, and would name only one of them.
    near["state_school_id"] = pd.Series(None, index=near.index, dtype="str")
    return near.drop(columns=["name_key", "street_key"])


def _digits(streets: pd.Series) -> pd.Series:
    """The digits of each street's `match_key`, one after the other."""
    plain = streets.str.isascii()
    return streets.where(plain, match_key(streets[~plain]).reindex(streets.index)).str.replace("[^0-9]", "", regex=True)


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
    cases["question"] = "Please ask the sender for this file again, " + refused["file"] + ": " + reason
    cases["system_answer"] = "the file is not read, and its source counts as refused"
    cases["evidence"] = reason
    cases[FACTS] = refused["sha256"]
    return cases
