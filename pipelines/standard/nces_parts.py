"""Table `nces_parts`: what one directory source says of its schools, typed, with findings and row accounts.

Knows the helper columns that the sources' YAML may name, but no source; joining the sources is `nces_schools`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipelines.shared.findings import file_finding, join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.shared.school_year import shift
from pipelines.standard.ids import repair_nces_ids, repair_state_ids, state_disagrees
from pipelines.standard.nces_grades import describe_grades
from pipelines.standard.nces_long import LOCATORS, fold_rows, is_long
from pipelines.standard.nces_row_checks import CHECKED, Fired, check_rows
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
from pipelines.standard.standard_rows import NCES, STAGE, hand_on, in_order, note
from schemas.columns import RACES
from schemas.directory_values import (
    CEP_WORDS,
    CHARTER_WORDS,
    GRADE_FLAGS,
    LOCALES,
    STATUS_WORDS,
    TITLE_I_WORDS,
    TYPE_WORDS,
    VIRTUAL_WORDS,
)
from schemas.source_model import Source
from schemas.states import FIPS_STATE

UNUSED_COUNTS = ("free_lunch", "reduced_lunch", "students_by_grade")
COUNTS = ("students_total", *(f"students_{race}" for race in RACES), "students_female", *UNUSED_COUNTS, "frl_eligible")
TEXTS = ("school_name", "district_name", "street", "city", "county")
OTHERS = (
    *("nces_school_id_given", "state_school_id_given", "state_district_part", "state_school_part", "leaid"),
    *("state", "location_state", "zip", "latitude", "longitude", "locale_code", "sector", "charter", "school_type"),
    *("status", "title_i", "lunch_provision", "virtual", "grade_low", "grade_high", "grades_year_shift"),
)

A_GRADE = "a grade such as PK, KG, 09, UG or AE"
A_COUNT = "a number of students; this code stands for a missing one and was made null"


_Read = tuple[pd.DataFrame, list[Fired]]


def defines_schools(source: Source) -> bool:
    """Whether a school exists because this source lists it: every layout of the source gives its name.

    EDGE, membership and lunch files only add to schools that a directory, PSS or characteristics file standard_rows.
    """
    return all("school_name" in layout.columns for layout in source.layouts)


def standardise_nces_part(received: Received, source: Source, school_year: str) -> Standardised:
    """One directory source of a school year as table `nces_parts`: one row per school, null where the file is silent.

    Rejected: an id that is none (D01), is rounded (D03), is missing (D31, so are name and state where the source lists
    schools), or stands a second time in its file (D06). Everything else is marked and kept. A full delivery replaces earlier
    files in the states it has rows of (search exports come a state at a time): their rows are excluded. Where two files
    that stand have a school, the file received last counts and the other row is merged. A long file (052, 033) keeps one
    row per school, merges the others it used, and excludes totals that would count students twice.
    """
    rows = received.rows.reset_index(drop=True)
    nothing = rows.iloc[:0]
    merged, excluded, again = nothing, nothing, nothing
    if is_long(rows):
        rows, merged, excluded, again = fold_rows(rows, source.missing)
    rows = _with_all_columns(in_order(rows))
    flags, (counts, counted) = _read_grade_flags(rows), _read_counts(rows, source)
    grades, graded = _read_grades(rows, source, flags)
    read = [reader(rows, source) for reader in (_read_identity, _read_place, _read_kind)]
    frames = [*(frame for frame, _ in read), grades, counts.drop(columns=list(UNUSED_COUNTS))]
    part = pd.concat([rows[["source", "file", "row", "file_year"]], *frames], axis=1)
    fired = [*(one for _, many in read for one in many), *graded, *counted]
    fired += check_rows(rows, part, flags, counts, source)
    fired.append(Fired("D06", NCES, part["nces_school_id"].notna() & part.duplicated(["file", "nces_school_id"])))
    found = [note for one in fired for note in _find(rows, one, school_year)]
    repeated = note(again, "D06", school_year, column=NCES)
    kept, rejects = split_rows(rows, join_findings(found), school_year)
    _, rejected_again = split_rows(again, repeated, school_year)
    part = part if len(kept) == len(part) else part.loc[kept.index]
    withdrawn = _withdrawn(part, received.files)
    replaced, part = part[withdrawn], part if not withdrawn.any() else part[~withdrawn]
    earlier = _stands_in_a_later_file(part, received.files)
    standing = part if not earlier.any() else part[~earlier]
    return hand_on(
        "nces_parts",
        standing.sort_values("nces_school_id", kind="stable"),
        received,
        school_year,
        findings=[*found, repeated],
        rejects=[rejects, rejected_again],
        merged=pd.concat(
            [frame[["file"]] for frame in (merged, part[earlier]) if len(frame)] or [part.iloc[:0][["file"]]]
        ),
        excluded=[frame[["file"]] for frame in (excluded, replaced) if len(frame)],
    )


def _with_all_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every column that some source has, null where this one has not."""
    names = dict.fromkeys([*LOCATORS, *rows.columns, *TEXTS, *OTHERS, *COUNTS, *GRADE_FLAGS, *CHECKED])
    null = pd.Series(pd.NA, index=rows.index, dtype="str")
    return pd.DataFrame({name: rows.get(name, null) for name in names}, index=rows.index)


def _find(rows: pd.DataFrame, fired: Fired, school_year: str) -> Iterator[pd.DataFrame]:
    if not fired.rows.any():
        return
    broken = rows[fired.rows]
    if not fired.per_file:
        yield note(
            broken,
            fired.rule_id,
            school_year,
            column=fired.column,
            values=rows.get(fired.column),
            expected=fired.expected,
        )
        return
    for (source, file, value), count in broken.groupby(["source", "file", fired.column], sort=True).size().items():
        yield file_finding(
            fired.rule_id,
            stage=STAGE,
            school_year=school_year,
            source=source,
            file=file,
            value=value,
            rows=int(count),
            column=fired.column,
            expected=fired.expected,
        )


def _read_identity(rows: pd.DataFrame, source: Source) -> _Read:
    said = {name: _read_postal(rows[name], source.missing) for name in ("state", "location_state")}
    ids = read_text(rows["nces_school_id_given"], source.missing)
    no_id = ids.isna()
    ids, fired = _repair_ids(ids, said["state"].fillna(said["location_state"]))
    public = ids.str.len() == 12
    # Where the file only says where a school stands, the state that reports it is in the id; BIE schools stand anywhere.
    owner = per_value(ids.str[:2], lambda values: values.map(FIPS_STATE)).where(public).astype("str")
    state = said["state"].fillna(owner).fillna(said["location_state"])
    differs = public & said["state"].notna() & (said["state"] != owner)
    fired.append(Fired("D05", "state", _spread(state_disagrees(ids[differs], state[differs]), differs)))
    leaid = read_text(rows["leaid"], source.missing)
    leaid = leaid.mask(leaid.str.fullmatch(r"\d{6}", na=False) & ("0" + leaid == ids.str[:7]), "0" + leaid)
    fired.append(Fired("D04", "leaid", public & leaid.notna() & (leaid != ids.str[:7])))
    names = {name: read_text(rows[name], source.missing) for name in TEXTS}
    nameless = (names["school_name"].isna() | state.isna()) & defines_schools(source)
    fired.append(Fired("D31", NCES, no_id | nameless))
    state_ids, more = _read_state_ids(rows, state, source)
    frame = pd.DataFrame(
        {
            "nces_school_id": ids,
            "state": state,
            "location_state": said["location_state"],
            "state_school_id": state_ids,
            "leaid": leaid.where(leaid.str.fullmatch(r"\d{7}", na=False)),
            **names,
        }
    )
    return frame, [*fired, *more]


def _repair_ids(ids: pd.Series, state: pd.Series) -> tuple[pd.Series, list[Fired]]:
    """Repairs the ids that are not plain ones already, which are nearly all: 12 digits, or 8 characters."""
    plain = ids.str.fullmatch(r"\d{12}|[0-9A-Z]{2}\d{6}", na=False) & ~ids.str.endswith("00000", na=False)
    unclear = ids.notna() & ~plain
    repaired, fired = repair_nces_ids(ids[unclear], state[unclear])
    ids = ids.where(~unclear, repaired.reindex(ids.index)).astype("str")
    return ids, [Fired(rule_id, NCES, _spread(fired[rule_id], unclear)) for rule_id in fired.columns]


def _spread(some: pd.Series, among: pd.Series) -> pd.Series:
    return some.reindex(among.index, fill_value=False).astype(bool)


def _read_postal(text: pd.Series, missing: tuple[str, ...]) -> pd.Series:
    upper = per_value(text, lambda values: read_text(values, missing).str.upper())
    return upper.where(per_value(upper, lambda values: values.str.fullmatch(r"[A-Z]{2}", na=False))).astype("str")


def _read_state_ids(rows: pd.DataFrame, state: pd.Series, source: Source) -> tuple[pd.Series, list[Fired]]:
    given = read_text(rows["state_school_id_given"], source.missing)
    if given.isna().all():
        given = _join_state_ids(rows, state, source.missing)
    plain = given.str.fullmatch(r"[A-Z]{2}-.+-.+", na=False) & ~given.str.contains(r"- | -", regex=True, na=False)
    unclear = given.notna() & ~(plain & (given.str[:2] == state))
    repaired, fired = repair_state_ids(given[unclear], state[unclear])
    ids = given.where(~unclear, repaired.mask(fired["D07"]).reindex(given.index)).astype("str")
    # An id of another state is no reason to lose the school, as it is in a state's own file (S03).
    rules = {"S27": fired["S27"], "D07": fired["D07"] | fired["S03"]}
    return ids, [Fired(rule_id, "state_school_id_given", _spread(rows, unclear)) for rule_id, rows in rules.items()]


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


def _read_place(rows: pd.DataFrame, source: Source) -> _Read:
    zips, no_zip = read_zips(rows["zip"], source.missing)
    latitude, longitude, nowhere = read_positions(rows["latitude"], rows["longitude"])
    locale, no_locale = read_words(rows["locale_code"], {code: code for code in LOCALES}, source.missing)
    frame = pd.DataFrame({"zip": zips, "latitude": latitude, "longitude": longitude, "locale_code": locale})
    return frame, [
        Fired("D17", "zip", no_zip),
        Fired("D19", "latitude", nowhere),
        Fired("D21", "locale_code", no_locale),
    ]


def _read_kind(rows: pd.DataFrame, source: Source) -> _Read:
    status, no_status = read_words(rows["status"], STATUS_WORDS, source.missing)
    school_type, no_type = read_words(rows["school_type"], TYPE_WORDS, source.missing)
    sector = rows["sector"].astype("str").fillna(read_words(rows["charter"], CHARTER_WORDS)[0])
    title_i = read_flags(rows["title_i"], TITLE_I_WORDS)
    virtual = read_flags(rows["virtual"], VIRTUAL_WORDS)
    frame = pd.DataFrame({"sector": sector, "school_type": school_type, "status": status, "title_i": title_i})
    frame["is_virtual"] = virtual
    frame["is_cep"] = read_flags(rows["lunch_provision"], CEP_WORDS)
    return frame, [Fired("D10", "status", no_status), Fired("D11", "school_type", no_type)]


def _read_grades(rows: pd.DataFrame, source: Source, flags: pd.DataFrame) -> _Read:
    low, no_low = read_grades(rows["grade_low"], source.missing)
    high, no_high = read_grades(rows["grade_high"], source.missing)
    grades = describe_grades(low, high, flags)
    fired = [
        Fired("D33", "grade_low", no_low, A_GRADE),
        Fired("D33", "grade_high", no_high, A_GRADE),
        Fired("D13", "grade_low", grades.pop("upside_down")),
    ]
    years = rows["file_year"].astype("str") + "|" + rows["grades_year_shift"].astype("str").fillna("0")
    grades["grades_year"] = per_value(years, _shifted).where(grades.notna().any(axis=1)).astype("str")
    return grades, fired


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


def _read_counts(rows: pd.DataFrame, source: Source) -> _Read:
    counts, fired = pd.DataFrame(pd.NA, index=rows.index, columns=list(COUNTS), dtype="Int64"), []
    for column in [name for name in COUNTS if rows[name].notna().any()]:
        counts[column], code, odd = read_counts(rows[column], source.missing)
        fired += [Fired("D34", column, odd), Fired("D22", column, code, A_COUNT, per_file=True)]
    counts["frl_eligible"] = counts["frl_eligible"].fillna(counts["free_lunch"] + counts["reduced_lunch"])
    return counts, fired


def _withdrawn(part: pd.DataFrame, files: pd.DataFrame) -> pd.Series:
    """Rows of a state of which a file received later, as a full delivery, has rows too."""
    if files["file"].nunique() <= 1:
        return pd.Series(False, index=part.index)
    place = _receipt_of(part, files)
    full = part["file"].isin(files.loc[files["delivery"] == "full", "file"])
    state = part["state"].fillna("")
    last = place[full].groupby(state[full]).max()
    return (place < state.map(last)).astype(bool)


def _stands_in_a_later_file(part: pd.DataFrame, files: pd.DataFrame) -> pd.Series:
    again = part[part.duplicated("nces_school_id", keep=False)]
    last = again.assign(place=_receipt_of(again, files)).sort_values(["place", "row"], kind="stable")
    return _spread(last.duplicated("nces_school_id", keep="last"), pd.Series(False, index=part.index))


def _receipt_of(part: pd.DataFrame, files: pd.DataFrame) -> pd.Series:
    return part["file"].map({file: place for place, file in enumerate(files["file"])}).astype("float64")
