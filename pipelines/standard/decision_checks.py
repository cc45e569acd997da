"""What is wrong with a decision by itself, or beside the others of its worksheet. Compares with no table.

Whether what a person saw is still so is asked where the decision is applied (C02, C06, C12, C13).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from pipelines.standard import cells, standard_rows
from schemas.case_kinds import CASES, FIELDS, NEEDS_CASE, NEEDS_OTHER, NEEDS_SCHOOL
from schemas.columns import column
from schemas.states import FIPS_STATE
from schemas.verdicts import CODES, Verdict

WHO_WHEN_WHY = ("decided_by", "decided_at", "reason")
Note = Callable[..., pd.DataFrame]
RELEASE = re.compile(r"20\d\d\.\d{1,2}\.\d+")


def check_decisions(
    rows: pd.DataFrame, read: pd.DataFrame, faults: pd.Series, is_answer: pd.Series, school_year: str
) -> list[pd.DataFrame]:
    """Findings C01 to C05, C07 to C09, C11 and C14. rows: cells as sent. read: the same rows typed. faults: see C08."""
    kinds, ids = read["decision_kind"], read[standard_rows.NCES]
    known = column("decision_kind").allowed
    years = cells.read_years(rows["school_year"])
    wants_school = kinds.isin(NEEDS_SCHOOL) & ids.isna()
    wants_school |= kinds.isin(NEEDS_OTHER) & read["other_nces_school_id"].isna()
    bare = is_answer & rows[["case_id", "case_kind", "evidence_hash"]].isna().any(axis=1)
    caseless = kinds.isin(NEEDS_CASE) & read["case_id"].isna()
    nameless = kinds.isin(["course_counts", "course_does_not_count"]) & read["case_id"].isna()
    nameless &= read["about_source"].isna() | (read["course_code"].isna() & read["course_name"].isna())
    verdict = rows["decided_value"].notna() & read["decided_value"].isna()
    sourceless = kinds.isin(["source_hold", "source_release"]) & read["about_source"].isna()

    def note(rule_id: str, where: pd.Series, name: str, expected: str | None = None) -> pd.DataFrame:
        return standard_rows.note(rows[where], rule_id, school_year, column=name, values=rows[name], expected=expected)

    return [
        *(note("C03", read[name].isna(), name) for name in WHO_WHEN_WHY),
        *(note("C08", faults == fault, "answer", fault) for fault in sorted(faults.dropna().unique())),
        note("C08", ~is_answer & ~kinds.isin(known), "decision_kind", "one of " + ", ".join(known)),
        note("C08", ~is_answer & verdict, "decided_value", f"one of {', '.join(CODES)}, or blank for no answer"),
        note("C09", wants_school & faults.isna(), standard_rows.NCES),
        note("C05", rows["school_year"].notna() & (years != rows["file_year"]), "school_year"),
        note("C11", bare | caseless, "case_id"),
        note("C11", nameless | sourceless, "about_source", "a course or a source is named"),
        *_fields(rows, read, note),
        *_worksheet(rows, read, note),
        *_partners(rows, note),
    ]


def _fields(rows: pd.DataFrame, read: pd.DataFrame, note: Note) -> list[pd.DataFrame]:
    """C14: fields that cannot be set, and values that a field cannot have."""
    asked = read["decision_kind"] == "school_field"
    unknown = asked & ~rows["field"].isin(FIELDS)
    parts = [note("C14", unknown, "field", f"one of {', '.join(FIELDS)}")]
    for name in FIELDS:
        values = rows.loc[asked & (rows["field"] == name), "new_value"]
        wrong = values[values.notna() & ~_may_be(values, name)]
        parts.append(note("C14", rows.index.isin(wrong.index), "new_value", f"a value that {name} may have"))
    return parts


def _may_be(values: pd.Series, name: str) -> pd.Series:
    declared = column(name)
    fits = pd.Series(True, index=values.index)
    if declared.allowed:
        fits &= values.isin(declared.allowed)
    if declared.pattern:
        fits &= values.str.fullmatch(declared.pattern, na=False)
    if declared.type in ("integer", "decimal"):
        numbers = pd.to_numeric(values, errors="coerce")
        fits &= numbers.notna()
        fits &= (numbers >= declared.minimum) if declared.minimum is not None else True
        fits &= (numbers <= declared.maximum) if declared.maximum is not None else True
    return fits


def _worksheet(rows: pd.DataFrame, read: pd.DataFrame, note: Note) -> list[pd.DataFrame]:
    """C01, C02, C04 and C07 by state: whether the rows of a file fit each other and what its reviewer saw."""
    release, ids, kinds = rows["base_release"], read[standard_rows.NCES], read["decision_kind"]
    first = release.groupby(rows["file"]).transform("first")
    unfit = first.notna() & ((release != first) | ~release.str.fullmatch(RELEASE.pattern, na=False))
    is_verdict = kinds == "verdict_override"
    was = cells.per_value(rows["value_before"], read_verdicts)
    stale = is_verdict & rows["value_before"].notna() & (was.isna() | (was == read["decided_value"]))
    about = read["case_id"].fillna(ids)
    decided, new = read["decided_value"].fillna(""), read["new_value"].fillna("")
    said = decided + "\x1f" + ids.fillna("") + "\x1f" + new + kinds
    told = pd.DataFrame(
        {"file": rows["file"], "kind": kinds.where(read["case_id"].isna(), "an answer"), "about": about}
    )
    told["field"], told["answer"] = read["field"].fillna(""), said
    several = told[about.notna()].groupby(["file", "kind", "about", "field"])["answer"].transform("nunique") > 1
    place = ids.str[:2].map(FIPS_STATE).where(ids.str.len() == 12).fillna(rows["state"]).fillna("")
    regions = rows["reviewer_region"].fillna("").str.upper().str.findall(r"[A-Z]{2}")
    outside = [
        bool(region) and state != "" and state not in region for region, state in zip(regions, place, strict=True)
    ]
    return [
        note("C01", unfit, "base_release"),
        note("C02", stale, "value_before"),
        note("C04", several.reindex(rows.index, fill_value=False), "decided_value"),
        note("C07", pd.Series(outside, index=rows.index, dtype=bool), "reviewer_region"),
    ]


def _partners(rows: pd.DataFrame, note: Note) -> list[pd.DataFrame]:
    """C07: a partner answers cases of its own schools, and none that only the stewards answer."""
    sheet = rows["reviewer_partner"]
    if sheet.isna().all():
        return []
    file = partner_of_file(rows)
    theirs = file.notna()
    of_stewards = rows["case_kind"].map({kind: case.who_can_answer == "steward" for kind, case in CASES.items()})
    of_stewards = theirs & of_stewards.eq(True)
    others = theirs & ~of_stewards & (rows["partner_id"].fillna("") != file)
    told = (
        (of_stewards, "the stewards, and not partner {}, answer this"),
        (others, "partner {} answers the cases of its own schools only"),
    )
    return [
        note("C07", where & (file == name), "reviewer_partner", sentence.format(name))
        for where, sentence in told
        for name in sorted(file[where].unique())
    ]


def partner_of_file(rows: pd.DataFrame) -> pd.Series:
    """The partner of each row's file. A row copied from another worksheet brings its own along: a file is of the partner
    that most of its rows name. rows: file, reviewer_partner."""
    names = rows["reviewer_partner"].groupby(rows["file"]).agg(lambda names: next(iter(names.mode()), None))
    return rows["file"].map(names).astype("str")


def read_verdicts(text: pd.Series) -> pd.Series:
    """Verdict codes from codes or words, in any letter case; null for anything else."""
    spoken = {**{v.value: v.value for v in Verdict}, **{v.name: v.value for v in Verdict}}
    return text.str.upper().str.replace(r"[\s-]+", "_", regex=True).map(spoken).astype("str")
