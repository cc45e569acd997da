"""Table `courses_that_count`: courses that states offered and whether each counts as computer science. Judges nothing.

The judgement was made in the standard stage from the state's catalog; here it is listed, and disagreement shown.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import conform

KEY = ["state", "course_code", "course_name"]
JUDGEMENT = ["counts_as_cs", "counts_basis"]
DISAGREE = "rows of this course were judged differently: "


def list_courses(offerings: pd.DataFrame, linked: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """Table `courses_that_count` of one school year, one row per state, course code and title.

    `offerings`: course_offerings of all states; `linked`: linked_records (record_id, nces_school_id).
    schools_teaching counts distinct schools that a record was matched to. A missing code or title is the empty text.
    A course whose rows were judged differently is listed as `review`, with both judgements as its basis.
    """
    schools = linked[["record_id", "nces_school_id"]]
    rows = offerings[["record_id", *KEY, *JUDGEMENT]].merge(schools, on="record_id", how="left", validate="m:1")
    rows[["course_code", "course_name"]] = rows[["course_code", "course_name"]].fillna("")
    table = _judgements(rows)
    taught = rows.groupby(KEY, sort=True)["nces_school_id"].nunique().rename("schools_teaching").reset_index()
    table = table.merge(taught, on=KEY, how="left", validate="1:1").assign(school_year=school_year)
    return conform(table, "courses_that_count").sort_values(KEY, kind="stable").reset_index(drop=True)


def _judgements(rows: pd.DataFrame) -> pd.DataFrame:
    """One judgement per course: counts_as_cs and counts_basis, which is every basis given, in alphabetical order."""
    distinct = rows[[*KEY, *JUDGEMENT]].drop_duplicates()
    distinct = distinct.sort_values([*KEY, *JUDGEMENT], kind="stable")
    first = distinct.drop_duplicates(KEY).set_index(KEY)
    several = distinct[distinct.duplicated(KEY, keep=False)]
    if not several.empty:
        told = (
            (several["counts_as_cs"] + ": " + several["counts_basis"]).groupby([several[k] for k in KEY]).agg("; ".join)
        )
        bases = several.groupby(KEY)["counts_basis"].agg("; ".join)
        disputed = several.groupby(KEY)["counts_as_cs"].nunique() > 1
        first.loc[bases.index, "counts_basis"] = bases.mask(disputed, DISAGREE + told)
        first.loc[disputed.index[disputed], "counts_as_cs"] = "review"
    return first.reset_index()
