"""State course files in our columns: one row per school and course that the state says is offered.

Links no school and gives no verdict; deliveries are in `course_deliveries`, catalogs in `course_catalog`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as arrow

from pipelines.shared.coded import Coded, constant, encode, nothing, number_rows
from pipelines.shared.findings import conform, empty_findings, file_finding, join_findings
from pipelines.shared.frames import to_frame
from pipelines.shared.records import Received, Standardised
from pipelines.shared.text import key_of
from pipelines.standard.course_answers import leave_to_person
from pipelines.standard.course_codes import canonical_code
from pipelines.standard.course_counts import fold_counts, read_course_counts
from pipelines.standard.course_deliveries import Keys, counting_files, is_offered_in, latest_rows
from pipelines.standard.course_file_checks import TEACHER, note_moved_columns, teachers_moved, totals_of_schools
from pipelines.standard.course_rows import (
    CELLS,
    LOCATORS,
    NCES,
    STATE,
    Given,
    first_of_row,
    read_given,
    record_ids,
    rows_per_file,
    tidy_column,
)
from pipelines.standard.course_verdicts import judge_courses
from pipelines.standard.ids import NCES_RULES, STATE_RULES, disagrees, repair_nces_id, repair_state_id
from pipelines.standard.row_notes import FOLDED_INTO, STAGE, Notes, spellings
from pipelines.standard.school_details import PLACE, read_place
from pipelines.standard.split import count_rows, make_rejects
from schemas.source_model import CourseRule, Source
from schemas.tables import table

NOT_SCHOOLS = frozenset({"shared service arrangement", "shared services arrangement", "total", "totals", "n a", "none"})
"""Keys of texts that stand in the name column without naming a school (Texas 2019-20; state-file-samples.md)."""


@dataclass(frozen=True)
class _Read:
    """What the cells mean: ids after repair, canonical codes, the school's place and grades, and keys of school and course
    inside the source."""

    nces: Coded
    state_id: Coded
    course_code: Coded
    place: dict[str, Coded]
    keys: Keys


def standardise_course_offerings(
    received: Received, source: Source, school_year: str, catalog: pd.DataFrame
) -> Standardised:
    """One row per school and course of the deliveries that count, table `course_offerings`.

    received: rows of the source in our column names, as text. catalog: `course_catalog.catalog_of(source)`.
    Rows of replaced deliveries are excluded, and what they offered and no later one does is reported (S25). A row of a
    later delivery takes the place of an earlier one for the same school and course (S29). Repeated rows (S16) and
    sections (S17) whose titles are judged alike are folded into the first in file order. A row without any identity of a school is rejected (S26),
    and one with another state's id too (S03); an unreadable NCES id alone is not a reason to reject. A row that says
    that nothing is offered is excluded (S12, S30), and an answer that is neither yes nor no goes to a person (S31).
    Rules D01 to D03, D05, D07, D09, D17, D33, S03, S06 to S14, S16, S17, S21, S25 to S32; domain.md 5 and 15.
    Raises ValueError when the source declares no courses.
    """
    if source.courses is None:
        raise ValueError(f"{source.source}.yml: a source of course_offerings needs `courses`")
    if received.rows.empty:
        return _nothing_sent(received, school_year)
    given = read_given(received, source)
    notes = Notes(given.places, school_year, spellings(received.files))
    read = _read_rows(given, source, notes)
    note_moved_columns(given.cells["course_code"], read.state_id, given.places.file, notes)
    broken = notes.rejecting()
    counting = given.places.file.flag(frozenset(counting_files(received.files)).__contains__)
    offered = given.answered.offered
    live = counting & ~broken & offered
    given.answered.note(notes, counting & ~broken)
    taken_back = _withdrawn(given, read, notes, replaced=~counting & ~broken & offered, kept=live)
    latest = live & latest_rows(read.keys, given.places.file.codes, live)
    corrected = live & ~latest
    notes.add("S29", corrected, column="course_code", values=read.course_code)

    at = np.flatnonzero(latest)
    titles = given.cells["course_name"].take(at)
    judged = judge_courses(read.course_code.take(at), titles, source.courses, catalog, school_year)
    verdict, basis = leave_to_person(judged.verdict, judged.basis, given.answered.unsure[at])
    # Sections of one code whose titles are judged differently are two offerings: else the row that happens to stand
    # first would decide for the others.
    keys = (given.places.file.codes[at], read.keys.school[at], read.keys.course[at], verdict.codes, basis.codes)
    offering = number_rows(keys)
    is_new = ~pd.Series(offering).duplicated().to_numpy()
    first = at[is_new]
    verdict, basis = verdict.take(is_new), basis.take(is_new)
    alike = _repeats(given, received, at, offering)
    counts = read_course_counts(given.cells, source.missing, notes, latest)
    _note_folded(given, notes, at, offering, first, alike)

    shown = read.course_code.or_else(given.cells["course_name"])
    notes.add("S06", _spread(judged.unlisted[is_new], first, len(given)), column="course_code", values=shown)
    title = given.cells["course_name"]
    notes.add("S08", _spread(judged.contradicted[is_new], first, len(given)), column="course_name", values=title)
    no_science = verdict.flag("does_not_count".__eq__)
    notes.add("S10", _spread(no_science, first, len(given)), column="course_code", values=shown)

    record_id = record_ids(given, first)
    columns = {
        "record_id": record_id,
        "school_year": constant(school_year, len(first)).text(),
        "state": constant(source.state, len(first)).text(),
        NCES: read.nces.take(first).text(),
        STATE: read.state_id.take(first).text(),
        **{name: column.take(first).text() for name, column in read.place.items()},
        "course_code": read.course_code.take(first).text(),
        "counts_as_cs": verdict.text(),
        "counts_basis": basis.text(),
        "source_rows": arrow.array(np.bincount(offering, minlength=len(first))),
        **fold_counts(counts, at[~alike], offering[~alike], len(first)),
    }
    set_aside = counting & broken & first_of_row(given)
    is_first = _spread(np.ones(len(first), dtype=bool), first, len(given))
    silent = counting & ~broken & ~offered
    kept, rejected, merged, excluded = rows_per_file(
        given, is_first, counting & broken, corrected | (latest & ~is_first), ~counting | silent
    )
    return Standardised(
        table=_as_table(columns, given, first),
        findings=_joined(
            notes.findings(counting),
            taken_back,
            _silent_rows(given, silent & ~given.answered.short, school_year),
            teachers_moved(received.restricted, source.source, given.marks, school_year),
            totals_of_schools(
                {name: count.take(first) for name, count in counts.items()},
                read.keys.school[first],
                given.places.file.take(first),
                source.source,
                school_year,
            ),
        ),
        rejects=_rejects(given, received, set_aside, notes.rules_of(set_aside), school_year),
        accounts=count_rows(
            received,
            school_year,
            rows_kept=kept,
            rows_rejected=rejected,
            rows_merged=merged,
            rows_excluded=excluded,
        ),
        restricted=_teachers(received.restricted, given, at, record_id.take(arrow.array(offering))),
    )


def _nothing_sent(received: Received, school_year: str) -> Standardised:
    """What most states of most years are: no rows, in the same shape, without the cost of reading them."""
    return Standardised(
        table=conform(pd.DataFrame(), "course_offerings"),
        findings=empty_findings(),
        rejects=conform(pd.DataFrame(), "rejects"),
        # A file that was read and has no rows in the bundle still has its account.
        accounts=conform(pd.DataFrame(), "row_accounts")
        if received.files.empty
        else count_rows(received, school_year, rows_kept={}, rows_rejected={}, rows_merged={}, rows_excluded={}),
        restricted=pd.DataFrame({"record_id": pd.Series(dtype="str"), TEACHER: pd.Series(dtype="str")}),
    )


def _joined(findings: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    more = [part for part in others if not part.empty]
    return join_findings([findings, *more]) if more else findings


def _silent_rows(given: Given, silent: np.ndarray, school_year: str) -> pd.DataFrame:
    """S30 once per file: how many rows say that no course is offered."""
    if not silent.any():
        return empty_findings()
    return join_findings(
        file_finding("S30", stage=STAGE, school_year=school_year, source=given.places.source, file=file, rows=count)
        for file, count in rows_per_file(given, silent)[0].items()
        if count
    )


def _read_rows(given: Given, source: Source, notes: Notes) -> _Read:
    cells, rule = given.cells, source.courses or CourseRule()
    state_id = _read_state_ids(cells[STATE], source, notes)
    name_key = cells["school_name"].map(key_of)
    named = name_key.flag(lambda key: re.search("[a-z]", key) is not None and key not in NOT_SCHOOLS)
    has_other = named | state_id.known
    nces = _read_nces_ids(cells[NCES], source, notes, has_other)
    notes.add("S26", ~nces.known & ~has_other & ~notes.where("S03"), column="school_name", values=cells["school_name"])

    code = cells["course_code"].map(lambda given_code: canonical_code(given_code, rule))
    repaired = cells["course_code"].flag(lambda given_code: canonical_code(given_code, rule) != given_code)
    notes.add("S07", repaired, column="course_code", values=cells["course_code"])
    # A course is called by its code, else by its title; a school by both ids, else by its name and what is said of its
    # district and place. Two rows that share only one of two ids stay apart: which id is right is for the linked stage to find out.
    course = number_rows([code.codes, cells["course_name"].map(key_of).only(~code.known).codes])
    bare = ~nces.known & ~state_id.known
    told = [name_key, *(cells[name].map(key_of) for name in ("district_name", *PLACE) if cells[name].values)]
    school = number_rows([nces.codes, state_id.codes, *(column.only(bare).codes for column in told)])
    place = read_place(cells, source.state, notes)
    return _Read(nces, state_id, code, place, Keys(nces.codes, state_id.codes, school, course))


def _read_state_ids(given: Coded, source: Source, notes: Notes) -> Coded:
    read = {value: repair_state_id(value, source.state, source.state_school_id) for value in given.values}
    for rule_id in STATE_RULES:
        broken = {value for value, (_, rules) in read.items() if rule_id in rules}
        notes.add(rule_id, given.flag(broken.__contains__), column=STATE, values=given)
    return given.map({value: repaired for value, (repaired, _) in read.items()}.get)


def _read_nces_ids(given: Coded, source: Source, notes: Notes, has_other: np.ndarray) -> Coded:
    """Ids after named repairs. An unreadable id is only counted where the row has another identity, and the row goes on."""
    read = {value: repair_nces_id(value, source.state) for value in given.values}
    for rule_id in NCES_RULES:
        fired = given.flag({value for value, (_, rule) in read.items() if rule == rule_id}.__contains__)
        severity = "warn" if rule_id in ("D01", "D03") else ""
        notes.add(rule_id, fired & has_other, column=NCES, values=given, severity=severity)
        notes.add(rule_id, fired & ~has_other, column=NCES, values=given)
    elsewhere = {value for value, (repaired, _) in read.items() if disagrees(repaired, source.state)}
    notes.add("D05", given.flag(elsewhere.__contains__), column=NCES, values=given)
    return given.map({value: repaired for value, (repaired, _) in read.items()}.get)


def _withdrawn(given: Given, read: _Read, notes: Notes, *, replaced: np.ndarray, kept: np.ndarray) -> pd.DataFrame:
    """S25 once per school and course that the replaced deliveries offered and none that counts does: the last row."""
    found = Notes(given.places, notes.school_year, notes.spelled)
    at = np.flatnonzero(replaced)
    gone = at[~is_offered_in(read.keys.take(at), read.keys.take(np.flatnonzero(kept)))]
    pairs = pd.Series(number_rows([read.keys.school[gone], read.keys.course[gone]]))
    last = gone[~pairs.duplicated(keep="last").to_numpy()]
    offered = read.course_code.or_else(given.cells["course_name"])
    found.add("S25", _spread(np.ones(len(last), dtype=bool), last, len(given)), column="course_code", values=offered)
    return found.findings()


def _repeats(given: Given, received: Received, at: np.ndarray, offering: np.ndarray) -> np.ndarray:
    """Flag per row of `at`: an earlier row of the file has the same cells.

    Rows that differ only in the teacher are two sections, so restricted cells are compared too; they are not kept.
    """
    alike = np.zeros(len(at), dtype=bool)
    several = np.flatnonzero(np.bincount(offering, minlength=1)[offering] > 1)
    if not len(several):
        return alike
    lines = given.line[at[several]]
    others = [name for name in received.rows if name not in {*CELLS, *LOCATORS}]
    every = [offering[several], *(column.codes[at[several]] for column in given.cells.values() if column.values)]
    every += [tidy_column(received.rows, name, lines, given.marks).codes for name in others]
    if not received.restricted.empty:
        names = received.restricted.columns.difference(["file", "row"])
        every += [encode(received.restricted[name]).codes[given.hidden[at[several]]] for name in names]
    alike[several] = pd.Series(number_rows(every)).duplicated().to_numpy()
    return alike


def _note_folded(
    given: Given, notes: Notes, at: np.ndarray, offering: np.ndarray, first: np.ndarray, alike: np.ndarray
) -> None:
    into = Coded(np.full(len(given), -1, dtype=np.int64), [f"{FOLDED_INTO}{row}" for row in given.places.row[first]])
    into.codes[at] = offering
    later = _spread(np.ones(len(at), dtype=bool), at, len(given))
    later[first] = False
    repeated = _spread(alike, at, len(given))
    notes.add("S16", repeated, column="course_code", values=into)
    notes.add("S17", later & ~repeated, column="course_code", values=into)


def _spread(flags: np.ndarray, at: np.ndarray, size: int) -> np.ndarray:
    """Flags of the rows at those places, as flags of all rows."""
    out = np.zeros(size, dtype=bool)
    out[at] = flags
    return out


def _as_table(columns: dict[str, arrow.Array], given: Given, first: np.ndarray) -> pd.DataFrame:
    places, cells = given.places.take(first), given.cells
    known = columns | {
        "source": constant(places.source, len(first)).text(),
        "file": places.file.text(),
        "sheet": places.sheet.text(),
        "row": arrow.array(places.row),
        "delivery": given.delivery.take(first).text(),
        "school_name": cells["school_name"].take(first).text(),
        "district_name": cells["district_name"].take(first).text(),
        "course_name": cells["course_name"].take(first).text(),
    }
    declared = table("course_offerings")
    return to_frame(arrow.table([known[name] for name in declared.column_names], schema=declared.arrow_schema))


def _rejects(
    given: Given, received: Received, where: np.ndarray, rule_ids: list[str], school_year: str
) -> pd.DataFrame:
    if not where.any():
        return conform(pd.DataFrame(), "rejects")
    at = np.flatnonzero(where)
    others = [name for name in received.rows if name not in {*CELLS, *LOCATORS}]
    places = given.places.take(at)
    front = {"file": places.file, "sheet": places.sheet, **{name: given.cells[name].take(at) for name in CELLS}}
    every = front | {name: tidy_column(received.rows, name, given.line[at], given.marks) for name in others}
    rows = to_frame(arrow.table({name: column.text() for name, column in every.items()}))
    rows = rows.assign(source=places.source, row=places.row)
    return make_rejects(rows, pd.Series(rule_ids, index=rows.index), school_year)


def _teachers(restricted: pd.DataFrame, given: Given, at: np.ndarray, record_id: arrow.Array) -> pd.DataFrame:
    """The teachers of each offering, one row each, for the restricted tier only: record_id, teacher_name_or_id."""
    named = nothing(len(at)) if restricted.empty else tidy_column(restricted, TEACHER, given.hidden[at], given.marks)
    found = to_frame(arrow.table({"record_id": record_id, TEACHER: named.text()}).filter(arrow.array(named.known)))
    return found.drop_duplicates().sort_values(["record_id", TEACHER]).reset_index(drop=True) if len(found) else found
