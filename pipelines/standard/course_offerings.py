"""State course files in our columns: one row per school and course that the state says is offered.

Links no school and gives no verdict; deliveries are in `course_deliveries`, catalogs in `course_catalog`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.shared.findings import empty_findings, join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.shared.text import blank_to_null, match_key
from pipelines.standard import national_lists as lists
from pipelines.standard.course_catalog import judge_courses
from pipelines.standard.course_codes import canonical_codes, title_keys
from pipelines.standard.course_counts import fold_counts, note_where, read_counts
from pipelines.standard.course_deliveries import (
    counting_files,
    course_keys,
    is_offered_in,
    latest_rows,
    receipt_order,
    school_keys,
)
from pipelines.standard.ids import repair_state_ids
from pipelines.standard.split import split_rows
from schemas.columns import COUNTS
from schemas.source_model import CourseRule, Source

NCES, STATE = "nces_school_id_given", "state_school_id_given"
TEACHER = "teacher_name_or_id"
COLUMNS = (NCES, STATE, "school_name", "district_name", "course_code", "course_name", *COUNTS)
NOT_SCHOOLS = ("shared service arrangement", "shared services arrangement", "total", "totals", "n a", "none")
"""Keys of texts that stand in the name column without naming a school (Texas 2019-20; state-file-samples.md)."""

_LOCATORS = ("source", "file", "sheet", "row", "file_year", "delivery", "school_year", "record_id")


def standardise_course_offerings(
    received: Received, source: Source, school_year: str, catalog: pd.DataFrame
) -> Standardised:
    """One row per school and course of the deliveries that count, table `course_offerings`.

    received: rows of the source in our column names, as text. catalog: `course_catalog.load_catalog(source.state)`.
    Rows of replaced deliveries are excluded, and what they offered and no later one does is reported (S25). A row of a
    later delivery takes the place of an earlier one for the same school and course (S29). Repeated rows (S16) and
    sections (S17) are folded into the first in file order. A row without any identity of a school is rejected (S26),
    and one with another state's id too (S03); an unreadable NCES id alone is not a reason to reject.
    Rules D01, D02, D03, D05, D07, D09, S03, S06, S07, S10, S11, S13, S16, S17, S25 to S29; domain.md 5 and 15.
    Raises ValueError when the source declares no courses.
    """
    if source.courses is None:
        raise ValueError(f"{source.source}.yml: a source of course_offerings needs `courses`")
    given, order = _prepare(received, source)
    counting = given["file"].isin(counting_files(received.files))
    read, identity = _read_identity(given, source, school_year)
    read, repaired = _read_courses(read, source.courses, school_year)
    findings = [_of_files(identity, given[counting]), _of_files(repaired, given[counting])]

    rows, rejects = split_rows(given[counting], findings[0], school_year)
    rows = read.loc[rows.index]
    replaced = read[~counting]
    findings.append(_report_withdrawn(replaced, identity, rows, school_year))

    latest = latest_rows(rows, order)
    corrected, rows = rows[~latest], rows[latest].reset_index(names="line")
    offering, first = pd.factorize(rows["file"] + "|" + rows["school_key"] + "|" + rows["course_key"])
    alike = _repeats(given.loc[rows["line"]], received.restricted)
    counts, of_counts = read_counts(rows, source, school_year)
    is_first = ~pd.Series(offering).duplicated().to_numpy()
    sums = fold_counts(counts, np.where(alike, -1, offering), len(first))
    kept = pd.concat([rows[is_first].reset_index(drop=True).drop(columns=list(COUNTS)), pd.DataFrame(sums)], axis=1)
    judged = judge_courses(kept["course_code"], kept["course_name"], source.courses, catalog, school_year)
    rows["folded"] = "into row " + kept["row"].astype("str").take(offering).set_axis(rows.index)
    sizes = pd.array(np.bincount(offering, minlength=len(first)), dtype="Int64")
    kept = kept.assign(state=source.state, source_rows=sizes, **judged[["counts_as_cs", "counts_basis"]])
    kept["shown"] = kept["course_code"].fillna(kept["course_name"])
    course = {"school_year": school_year, "column": "course_code"}
    return lists.hand_on(
        "course_offerings",
        kept,
        received,
        school_year,
        findings=[
            *findings,
            of_counts,
            note_where(corrected, np.ones(len(corrected), dtype=bool), "S29", shown="course_code", **course),
            note_where(rows, alike, "S16", shown="folded", **course),
            note_where(rows, ~is_first & ~alike, "S17", shown="folded", **course),
            note_where(kept, judged["unlisted"], "S06", shown="shown", **course),
            note_where(kept, judged["counts_as_cs"] == "does_not_count", "S10", shown="shown", **course),
        ],
        rejects=[rejects],
        merged=pd.concat([corrected[["file"]], rows.loc[~is_first, ["file"]]]),
        excluded=[replaced],
        restricted=_restricted(received.restricted, rows, kept["record_id"].take(offering), source),
    )


def _prepare(received: Received, source: Source) -> tuple[pd.DataFrame, dict[str, int]]:
    """All rows with tidy cells, in the order of the receipts and of the file; and that order of the files."""
    order = receipt_order(received.files)
    helpers = [name for name in received.rows.columns if name not in {*COLUMNS, *_LOCATORS}]
    rows = lists.prepare_rows(received, source, [*COLUMNS, *helpers])
    deliveries = dict(zip(received.files["file"], received.files["delivery"], strict=True))
    rows["delivery"] = rows["file"].map(deliveries).astype("str")
    place = rows["file"].map(order)
    return rows.loc[place.sort_values(kind="stable").index].reset_index(drop=True), order


def _read_identity(rows: pd.DataFrame, source: Source, school_year: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    # A file has few different ids and codes beside its rows, so each is repaired once.
    place, different = pd.factorize(rows[STATE], use_na_sentinel=False)
    distinct = pd.Series(different, dtype="str")
    repaired, broken = repair_state_ids(distinct, source.state, source.state_school_id, ("", *source.missing))
    states, fired = repaired.take(place).set_axis(rows.index), broken.take(place).set_axis(rows.index)
    name_key = lists.per_value(rows["school_name"], match_key)
    named = name_key.str.contains("[a-z]", na=False) & ~name_key.isin(NOT_SCHOOLS)
    other = named | states.notna()
    state = pd.Series(source.state, index=rows.index, dtype="str")
    ids, id_findings = lists.read_nces_ids(rows, state, source, school_year, can_do_without=other)
    nobody = ids.isna() & ~other & ~fired["S03"]
    notes = [note_where(rows, fired[rule_id], rule_id, school_year, column=STATE, shown=STATE) for rule_id in fired]
    nameless = note_where(rows, nobody, "S26", school_year, column="school_name", shown="school_name")
    return rows.assign(**{NCES: ids, STATE: states}), join_findings([id_findings, *notes, nameless])


def _read_courses(rows: pd.DataFrame, rule: CourseRule, school_year: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    place, different = pd.factorize(rows["course_code"], use_na_sentinel=False)
    distinct, changed = canonical_codes(pd.Series(different, dtype="str"), rule)
    codes, repaired = distinct.take(place).set_axis(rows.index), changed.take(place).set_axis(rows.index)
    found = note_where(rows, repaired, "S07", school_year, column="course_code", shown="course_code")
    read = rows.assign(course_code=codes)
    read["course_key"] = course_keys(read, lists.per_value(rows["course_name"], title_keys))
    read["school_key"] = school_keys(read)
    return read, found


def _of_files(findings: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Only what concerns deliveries that count: rows that were replaced are nobody's work any more."""
    return findings[findings["file"].isin(rows["file"].unique())]


def _report_withdrawn(
    replaced: pd.DataFrame, findings: pd.DataFrame, rows: pd.DataFrame, school_year: str
) -> pd.DataFrame:
    """S25 once per school and course that the replaced deliveries offered and none that counts does: the last row."""
    if replaced.empty:
        return empty_findings()
    fatal = findings[findings["severity"] == "reject"]
    broken = pd.MultiIndex.from_frame(fatal[["file", "row"]])
    sound = replaced[~pd.MultiIndex.from_frame(replaced[["file", "row"]]).isin(broken)]
    gone = sound[~is_offered_in(sound, rows)].drop_duplicates(["school_key", "course_key"], keep="last")
    offered = gone["course_code"].fillna(gone["course_name"])
    return lists.note(gone, "S25", school_year, column="course_code", values=offered)


def _repeats(given: pd.DataFrame, restricted: pd.DataFrame) -> np.ndarray:
    """Flag per row: an earlier row of the file has the same cells.

    Rows that differ only in the teacher are two sections, so restricted cells are compared too; they are not kept.
    """
    cells = given.drop(columns=["record_id", "row"])
    if not restricted.empty:
        teacher = given[["file", "row"]].merge(restricted, on=["file", "row"], how="left")
        cells = pd.concat([cells.reset_index(drop=True), teacher.drop(columns=["file", "row"])], axis=1)
    return cells.duplicated().to_numpy()


def _restricted(restricted: pd.DataFrame, rows: pd.DataFrame, record_id: pd.Series, source: Source) -> pd.DataFrame:
    """The teachers of each offering, one row each, for the restricted tier only: record_id, teacher_name_or_id."""
    if TEACHER not in restricted or restricted.empty:
        return pd.DataFrame({"record_id": pd.Series(dtype="str"), TEACHER: pd.Series(dtype="str")})
    named = restricted[["file", "row", TEACHER]].assign(
        **{TEACHER: lists.per_value(restricted[TEACHER], lambda text: blank_to_null(text, ("", *source.missing)))}
    )
    places = rows[["file", "row"]].assign(record_id=record_id.to_numpy())
    found = places.merge(named.dropna(subset=TEACHER), on=["file", "row"])[["record_id", TEACHER]]
    return found.drop_duplicates().sort_values(["record_id", TEACHER]).reset_index(drop=True)
