"""Schools that a curriculum provider says it works with, one row per school and course.

Does not find the school in the directory; the linked stage does.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as arrow

from pipelines.shared.coded import encode
from pipelines.shared.findings import join_findings
from pipelines.shared.frames import to_frame
from pipelines.shared.records import Received, Standardised
from pipelines.shared.text import fold_spaces, match_key
from pipelines.standard import cells, standard_rows
from pipelines.standard.school_details import A_GRADE, GIVEN, read_details
from pipelines.standard.split import split_rows
from schemas.columns import SCHOOL_DETAILS
from schemas.source_model import Source

COLUMNS = ("school_name", standard_rows.NCES, "city", "zip", "district_name", "state", "country", "provider_course")
KEYS_OF_A_SCHOOL = ("school_name", "city", "district_name", *SCHOOL_DETAILS)
SAME_OFFERING = (standard_rows.NCES, "state", "zip", "course_key", *(f"{name}_key" for name in KEYS_OF_A_SCHOOL))


def standardise_provider_offerings(received: Received, source: Source, school_year: str) -> Standardised:
    """One row per school and course; a cell that lists several courses ("AP CSP, Intro Full") becomes several rows.

    Schools are told apart by id, name, district and place together, for two schools may share an id
    (state-file-samples.md). A cell without a course stays, with a null course: the school is named all the same.
    Rules A05, D01, D02, D03, D05, D09, D17, D32, D33, S16, S26; domain.md 8 and 15 (2, 29, 39).
    """
    rows = standard_rows.prepare_rows(received, source, (*COLUMNS, *GIVEN))
    gone = rows["file"].isin(standard_rows.withdrawn_files(received))
    foreign = cells.is_foreign(rows["country"]) & ~gone
    excluded = [rows[gone], rows[foreign]]
    abroad = standard_rows.note_per_file(rows[foreign], "A05", school_year, column="country")
    rows = rows[~gone & ~foreign]

    states, odd_state = cells.read_states(rows["state"])
    zips, odd_zip = cells.read_zips(rows["zip"], states)
    named = rows["school_name"].notna()
    ids, id_findings = standard_rows.read_nces_ids(rows, states, source, school_year, can_do_without=named)
    details, odd_grades = read_details({name: encode(rows[name]) for name in GIVEN})
    nameless = rows[~named & rows[standard_rows.NCES].isna()]
    findings = [
        standard_rows.note(nameless, "S26", school_year, column="school_name"),
        standard_rows.note(rows[odd_state], "D32", school_year, column="state", values=rows["state"]),
        standard_rows.note(rows[odd_zip], "D17", school_year, column="zip", values=rows["zip"]),
        id_findings,
        *(
            standard_rows.note(rows[odd], "D33", school_year, column=name, values=rows[name], expected=A_GRADE)
            for name, odd in odd_grades.items()
        ),
    ]
    sound, rejects = split_rows(rows, join_findings(findings), school_year)
    told = to_frame(arrow.table({name: column.text() for name, column in details.items()})).set_axis(rows.index)
    read = rows.assign(state=states, zip=zips, provider=source.provider, **{standard_rows.NCES: ids}, **told)
    read = read.loc[sound.index]
    listed = _list_courses(read)
    kept, _ = standard_rows.fold_repeats(listed, SAME_OFFERING)
    merged = read[~read.set_index(["file", "row"]).index.isin(kept.set_index(["file", "row"]).index)]
    return standard_rows.hand_on(
        "provider_offerings",
        kept,
        received,
        school_year,
        findings=[abroad, *findings, standard_rows.note(merged, "S16", school_year)],
        rejects=[rejects],
        merged=merged,
        excluded=excluded,
    )


def _list_courses(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per course that a cell names, each once ("AP, AP" is one), with the keys that tell schools apart.

    The first course keeps the row's record_id; the others add their place in the cell (`teals:file:row:2`).
    """
    courses = rows["provider_course"].str.split(",")
    listed = rows.assign(provider_course=courses).explode("provider_course", ignore_index=True)
    course = fold_spaces(listed["provider_course"])
    listed["provider_course"] = course.where(course != "")
    # A cell such as "AP," names one course; only a cell that names none keeps its row without a course.
    names_any = listed.groupby("record_id")["provider_course"].transform("count") > 0
    listed = listed[listed["provider_course"].notna() | ~names_any]
    listed["course_key"] = match_key(listed["provider_course"])
    listed = listed[~listed.duplicated(["record_id", "course_key"])]
    for name in KEYS_OF_A_SCHOOL:
        listed[f"{name}_key"] = cells.per_value(listed[name], match_key)
    place = listed.groupby("record_id").cumcount() + 1
    listed["record_id"] = listed["record_id"].where(place == 1, listed["record_id"] + ":" + place.astype("str"))
    return listed
