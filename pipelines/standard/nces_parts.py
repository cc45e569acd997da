"""Table `nces_parts`: what one directory source says of its schools, typed, with findings and row accounts.

Knows the helper columns that the sources' YAML may name, but no source; joining the sources is `nces_schools`.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import empty_findings, file_finding, join_findings, row_findings
from pipelines.shared.records import Received, Standardised
from pipelines.shared.school_year import shift
from pipelines.standard.ids import repair_nces_ids, repair_state_ids, state_disagrees
from pipelines.standard.national_lists import hand_on
from pipelines.standard.nces_grades import describe_grades
from pipelines.standard.nces_long import fold_rows, is_long
from pipelines.standard.nces_values import (
    per_value,
    read_counts,
    read_flags,
    read_grades,
    read_positions,
    read_text,
    read_words,
    read_zips,
)
from pipelines.standard.split import split_rows
from schemas.columns import RACES
from schemas.directory_values import (
    CHARTER_WORDS,
    GRADE_FLAGS,
    LOCALES,
    STATUS_WORDS,
    TITLE_I_WORDS,
    TYPE_WORDS,
)
from schemas.source_model import Source
from schemas.states import FIPS_STATE
from schemas.tables import table

COUNTS = ("students_total", *(f"students_{race}" for race in RACES), "free_lunch", "reduced_lunch", "frl_eligible")
TEXTS = ("school_name", "district_name", "street", "city", "county")
OTHERS = (
    *("nces_school_id_given", "state_school_id_given", "state_district_part", "state_school_part", "leaid"),
    *("state", "location_state", "zip", "latitude", "longitude", "locale_code", "sector", "charter", "school_type"),
    *("status", "title_i", "grade_low", "grade_high", "grades_year_shift"),
)


class _Notes:
    """Collects the findings of one source; holds what every one of them needs."""

    def __init__(self, rows: pd.DataFrame, school_year: str) -> None:
        self.rows, self.school_year = rows, school_year
        self.found: list[pd.DataFrame] = []

    def add(self, rule_id: str, fired: pd.Series, column: str, expected: str | None = None) -> None:
        if not fired.any():
            return
        rows = self.rows[fired]
        where = {"stage": "standard", "school_year": self.school_year, "column": column, "expected": expected}
        self.found.append(row_findings(rows, rule_id, values=rows.get(column), **where))

    def add_per_file(self, rule_id: str, fired: pd.Series, column: str, expected: str) -> None:
        """One finding per file and value: NCES codes for missing counts stand in tens of thousands of cells."""
        where = {"stage": "standard", "school_year": self.school_year, "column": column, "expected": expected}
        for (source, file, value), n in self.rows[fired].groupby(["source", "file", column], sort=True).size().items():
            self.found.append(file_finding(rule_id, source=source, file=file, value=value, rows=int(n), **where))


def defines_schools(source: Source) -> bool:
    """Whether a school exists because this source lists it: every layout of the source gives its name.

    EDGE, membership and lunch files only add to schools that a directory, PSS or characteristics file lists.
    """
    return all("school_name" in layout.columns for layout in source.layouts)


def standardise_nces_part(received: Received, source: Source, school_year: str) -> Standardised:
    """One directory source of a school year as table `nces_parts`: one row per school, null where the file is silent.

    Rejected: an id that is none (D01), is rounded (D03), is missing (D31, so are name and state where the source lists
    schools), or stands a second time in its file (D06). Marked and kept: D04, D05. Where two files of the source have
    the school, the file received last counts and the other row is merged. A long file (052, 033) keeps one row per
    school, merges the others it used, and excludes totals that would count students twice.
    """
    rows = received.rows.reset_index(drop=True)
    nothing = rows.iloc[:0]
    merged, excluded, again = nothing, nothing, nothing
    if is_long(rows):
        rows, merged, excluded, again = fold_rows(rows, source.missing)
    rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, *TEXTS, *OTHERS, *COUNTS, *GRADE_FLAGS])))
    rows = rows.sort_values(["file", "row"], kind="stable").reset_index(drop=True)
    notes = _Notes(rows, school_year)
    part = pd.concat(
        [
            rows[["source", "file", "row", "file_year"]],
            _read_identity(rows, source, notes),
            _read_place(rows, source, notes),
            _read_kind(rows, source, notes),
            _read_grades(rows, source, notes),
            _read_counts(rows, source, notes),
        ],
        axis=1,
    )
    notes.add("D06", _stands_again(part), "nces_school_id_given")
    repeated = _note_repeated(again, school_year)
    kept, rejects = split_rows(rows, join_findings(notes.found), school_year)
    _, rejected_again = split_rows(again, repeated, school_year)
    part = part.loc[kept.index]
    earlier = _stands_in_a_later_file(part, received.files)
    return hand_on(
        "nces_parts",
        part[~earlier].sort_values("nces_school_id", kind="stable"),
        received,
        school_year,
        findings=[*notes.found, repeated],
        rejects=[rejects, rejected_again],
        merged=pd.concat([merged[["file"]], part.loc[earlier, ["file"]]]) if len(received.rows) else part[["file"]],
        excluded=[excluded[["file"]]] if len(excluded) else [],
    )


def _read_identity(rows: pd.DataFrame, source: Source, notes: _Notes) -> pd.DataFrame:
    said = {name: _read_postal(rows[name], source.missing) for name in ("state", "location_state")}
    ids = read_text(rows["nces_school_id_given"], source.missing)
    no_id = ids.isna()
    ids = _repair_ids(ids, said["state"].fillna(said["location_state"]), notes)
    public = ids.str.len() == 12
    # Where the file only says where a school stands, the state that reports it is in the id; BIE schools stand anywhere.
    owner = per_value(ids.str[:2], lambda values: values.map(FIPS_STATE)).where(public).astype("str")
    state = said["state"].fillna(owner).fillna(said["location_state"])
    for name, postal in said.items():
        differs = public & postal.notna() & (postal != owner)
        notes.add("D05", _spread(state_disagrees(ids[differs], postal[differs]), differs), name)
    leaid = read_text(rows["leaid"], source.missing)
    leaid = leaid.mask(leaid.str.fullmatch(r"\d{6}", na=False) & ("0" + leaid == ids.str[:7]), "0" + leaid)
    notes.add("D04", public & leaid.notna() & (leaid != ids.str[:7]), "leaid")
    names = {name: read_text(rows[name], source.missing) for name in TEXTS}
    nameless = names["school_name"].isna() | state.isna() if defines_schools(source) else pd.Series(False, index=rows.index)
    notes.add("D31", no_id | nameless, "nces_school_id_given")
    return pd.DataFrame(
        {
            "nces_school_id": ids,
            "state": state,
            "state_school_id": _read_state_ids(rows, state, source, notes),
            "leaid": leaid.where(leaid.str.fullmatch(r"\d{7}", na=False)),
            **names,
        }
    )


def _repair_ids(ids: pd.Series, state: pd.Series, notes: _Notes) -> pd.Series:
    """Repairs the ids that are not plain ones already, which are nearly all: 12 digits, or 8 characters."""
    plain = ids.str.fullmatch(r"\d{12}|[0-9A-Z]{2}\d{6}", na=False) & ~ids.str.endswith("00000", na=False)
    unclear = ids.notna() & ~plain
    repaired, fired = repair_nces_ids(ids[unclear], state[unclear])
    for rule_id in fired.columns:
        notes.add(rule_id, _spread(fired[rule_id], unclear), "nces_school_id_given")
    return ids.where(~unclear, repaired.reindex(ids.index)).astype("str")


def _spread(some: pd.Series, among: pd.Series) -> pd.Series:
    return some.reindex(among.index, fill_value=False).astype(bool)


def _read_postal(text: pd.Series, missing: tuple[str, ...]) -> pd.Series:
    upper = per_value(text, lambda values: read_text(values, missing).str.upper())
    return upper.where(per_value(upper, lambda values: values.str.fullmatch(r"[A-Z]{2}", na=False))).astype("str")


def _read_state_ids(rows: pd.DataFrame, state: pd.Series, source: Source, notes: _Notes) -> pd.Series:
    given = read_text(rows["state_school_id_given"], source.missing).fillna(_join_state_ids(rows, state, source.missing))
    plain = given.str.fullmatch(r"[A-Z]{2}-.+-.+", na=False) & ~given.str.contains(r"- | -", regex=True, na=False)
    unclear = given.notna() & ~(plain & (given.str[:2] == state))
    repaired, fired = repair_state_ids(given[unclear], state[unclear])
    notes.add("S27", _spread(fired["S27"], unclear), "state_school_id_given")
    notes.add("D07", _spread(fired["D07"] | fired["S03"], unclear), "state_school_id_given")
    return given.where(~unclear, repaired.mask(fired["D07"]).reindex(given.index)).astype("str")


def _join_state_ids(rows: pd.DataFrame, state: pd.Series, missing: tuple[str, ...]) -> pd.Series:
    """State, district and school part joined by dashes. Some releases give a school part that begins with the district.

    Whether it does is decided for a file as a whole: single ids of Oklahoma and Illinois repeat the district by nature.
    """
    district, school = (read_text(rows[name], missing) for name in ("state_district_part", "state_school_part"))
    both = district.notna() & school.notna()
    if not both.any():
        return pd.Series(pd.NA, index=rows.index, dtype="str")
    repeats = [s.startswith(f"{d}-") for d, s in zip(district.fillna(""), school.fillna(""), strict=True)]
    whole = (pd.Series(repeats, index=rows.index) | ~both).groupby(rows["file"]).transform("all")
    return (state + "-" + (district + "-" + school).mask(whole, school)).where(both)


def _read_place(rows: pd.DataFrame, source: Source, notes: _Notes) -> pd.DataFrame:
    zips, no_zip = read_zips(rows["zip"], source.missing)
    notes.add("D17", no_zip, "zip")
    latitude, longitude, nowhere = read_positions(rows["latitude"], rows["longitude"])
    notes.add("D19", nowhere, "latitude")
    locale, no_locale = read_words(rows["locale_code"], {code: code for code in LOCALES}, source.missing)
    notes.add("D21", no_locale, "locale_code")
    return pd.DataFrame({"zip": zips, "latitude": latitude, "longitude": longitude, "locale_code": locale})


def _read_kind(rows: pd.DataFrame, source: Source, notes: _Notes) -> pd.DataFrame:
    status, no_status = read_words(rows["status"], STATUS_WORDS, source.missing)
    notes.add("D10", no_status, "status")
    school_type, no_type = read_words(rows["school_type"], TYPE_WORDS, source.missing)
    notes.add("D11", no_type, "school_type")
    sector = read_words(rows["charter"], CHARTER_WORDS)[0]
    title_i = read_flags(rows["title_i"], TITLE_I_WORDS)
    sector = rows["sector"].astype("str").fillna(sector)
    return pd.DataFrame({"sector": sector, "school_type": school_type, "status": status, "title_i": title_i})


def _read_grades(rows: pd.DataFrame, source: Source, notes: _Notes) -> pd.DataFrame:
    low, no_low = read_grades(rows["grade_low"], source.missing)
    high, no_high = read_grades(rows["grade_high"], source.missing)
    for column, odd in (("grade_low", no_low), ("grade_high", no_high)):
        notes.add("D13", odd, column, "a grade such as PK, KG, 09, UG or AE")
    grades = describe_grades(low, high, _read_grade_flags(rows))
    notes.add("D13", grades["upside_down"], "grade_low")
    any_known = grades.drop(columns="upside_down").notna().any(axis=1)
    years = rows["file_year"].astype("str") + "|" + rows["grades_year_shift"].astype("str").fillna("0")
    grades["grades_year"] = per_value(years, _shifted).where(any_known).astype("str")
    return grades.drop(columns="upside_down")


def _read_grade_flags(rows: pd.DataFrame) -> pd.DataFrame:
    flags = pd.DataFrame(index=rows.index)
    for column, grade in GRADE_FLAGS.items():
        if not rows[column].notna().any():
            continue
        flag = read_flags(rows[column])
        flags[grade] = flags[grade] | flag if grade in flags else flag
    return flags


def _shifted(years: pd.Series) -> pd.Series:
    parts = [year.split("|") if isinstance(year, str) else None for year in years]
    return pd.Series([shift(year[0], int(year[1])) if year else None for year in parts], dtype="str")


def _read_counts(rows: pd.DataFrame, source: Source, notes: _Notes) -> pd.DataFrame:
    counts = {}
    for column in COUNTS:
        if rows[column].isna().all():
            counts[column] = pd.Series(pd.NA, index=rows.index, dtype="Int64")
            continue
        counts[column], code, odd = read_counts(rows[column], source.missing)
        notes.add("D30", odd, column)
        notes.add_per_file("D30", code, column, "a count; this code stands for a missing one, which is null")
    out = pd.DataFrame(counts)
    out["frl_eligible"] = out["frl_eligible"].fillna(out["free_lunch"] + out["reduced_lunch"])
    return out.drop(columns=["free_lunch", "reduced_lunch"])


def _stands_again(part: pd.DataFrame) -> pd.Series:
    return part["nces_school_id"].notna() & part.duplicated(["file", "nces_school_id"])


def _note_repeated(rows: pd.DataFrame, school_year: str) -> pd.DataFrame:
    if rows.empty:
        return empty_findings()
    return row_findings(rows, "D06", stage="standard", school_year=school_year, column="nces_school_id_given")


def _stands_in_a_later_file(part: pd.DataFrame, files: pd.DataFrame) -> pd.Series:
    """Rows of schools that another file of the source, received later, has too: the order of the receipts decides."""
    again = part[part.duplicated("nces_school_id", keep=False)]
    places = again["file"].map({file: place for place, file in enumerate(files["file"])})
    last = again.assign(place=places).sort_values(["place", "row"], kind="stable").duplicated("nces_school_id", keep="last")
    return _spread(last, pd.Series(False, index=part.index))
