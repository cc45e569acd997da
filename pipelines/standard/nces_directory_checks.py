"""Whether the directory of a year agrees with itself: schools that stand twice, counts, charters, geocodes, codes.

Looks at the whole directory after its files were joined; what one file's row says is checked in `nces_row_checks`.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import empty_findings, file_finding, join_findings, row_findings
from pipelines.shared.text import match_key
from schemas.columns import column
from schemas.directory_values import NOT_GIVEN, NOT_GIVEN_COUNTS
from schemas.state_facts import CHARTER_LAW_SINCE
from schemas.thresholds import threshold

STAGE = "standard"
GEOCODES = "nces_edge"
TEXTS = ("state_school_id", "district_name", "school_name", "street", "city", "county")
"""Texts in which a mark for a missing value would be published as a value."""
_NOTHING = empty_findings()
_LEAKED = frozenset({*NOT_GIVEN, *NOT_GIVEN_COUNTS, "not given"}) - {"m", "n", "none", ""}
"""Marks that are never names. A school may be called M or None; those are left to each source's own list."""


def check_directory(schools: pd.DataFrame, where: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """Findings D08, D20, D24 to D30 on table `nces_schools`.

    where: source, file, row and sheet of the first row that lists each school, with the index of `schools`.
    """
    charters = schools["sector"] == "charter"
    no_law = schools["state"].map(CHARTER_LAW_SINCE)
    total, virtual = schools["students_total"], schools["is_virtual"].fillna(False).astype(bool)
    state_ids = schools["state_school_id"]
    found = (
        ("D08", "state_school_id", state_ids.notna() & state_ids.duplicated(keep=False), state_ids),
        ("D24", "frl_eligible", schools["frl_eligible"] > total, None),
        ("D25", "students_total", _empty_schools(schools), total),
        ("D26", "students_total", (total > threshold("d26_students")) & ~virtual, total),
        ("D27", "sector", charters & no_law.notna() & ((no_law == "") | (school_year < no_law)), schools["state"]),
        ("D28", "school_name", _same_name_and_address(schools), schools["nces_school_id"]),
        ("D29", "latitude", virtual & schools["latitude"].notna(), None),
    )
    parts = [_find(where, rows, school_year, rule_id, name, values) for rule_id, name, rows, values in found]
    return join_findings([*parts, _leaked_codes(schools, where, school_year), _geocodes(schools, school_year)])


def _find(
    where: pd.DataFrame, rows: pd.Series, school_year: str, rule_id: str, name: str, values: pd.Series | None
) -> pd.DataFrame:
    flags = rows.fillna(False).to_numpy(bool)
    if not flags.any():
        return _NOTHING
    broken = where[flags]
    return row_findings(broken, rule_id, stage=STAGE, school_year=school_year, column=name, values=values)


def _empty_schools(schools: pd.DataFrame) -> pd.Series:
    """D25: operating regular schools without students, in states whose schools mostly have a count."""
    counted = schools["students_total"].notna()
    asked = counted.groupby(schools["state"]).transform("mean") >= threshold("d25_counted_share")
    regular = (schools["school_type"] == "regular") & schools["is_operating"].fillna(False)
    return asked & regular & (schools["students_total"].fillna(0) == 0)


def _leaked_codes(schools: pd.DataFrame, where: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """D30: a mark for a missing value that stands in the directory as if it were a value."""
    parts = []
    for name in TEXTS:
        codes, values = pd.factorize(schools[name])
        marks = pd.Series([*pd.Series(values, dtype="str").str.casefold().isin(_LEAKED), False])
        if marks.any():
            leaked = pd.Series(marks.to_numpy()[codes], index=schools.index)
            parts.append(_find(where, leaked, school_year, "D30", column(name).name, schools[name]))
    return join_findings(parts)


def _geocodes(schools: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """D20: geocodes of the year itself have nearly every public school. Those of another year are not asked."""
    sources = schools.loc[schools["nces_school_id"].str.len() == 12, "directory_sources"]
    joined = sources.str.contains(f"{GEOCODES} {school_year}", regex=False)
    share = joined.mean()
    if not joined.any() or share >= threshold("d20_joined_share"):
        return join_findings([])
    found = file_finding(
        "D20",
        stage=STAGE,
        school_year=school_year,
        source=GEOCODES,
        file="",
        value=f"{share:.1%}",
        rows=int((~joined).sum()),
    )
    too_few = share < threshold("d20_joined_share_least")
    return found if too_few else found.assign(severity="warn")


def _same_name_and_address(schools: pd.DataFrame) -> pd.Series:
    parts = ["school_name", "street", "city"]
    complete = schools.loc[schools[parts].notna().all(axis=1), [*parts, "state"]]
    # Only where city and the beginnings of name and street repeat are they put into comparable form, which is slow.
    starts = {name: complete[name].str[:length].str.casefold() for name, length in (("school_name", 2), ("street", 4))}
    starts["city"] = complete["city"].str.casefold()
    near = complete[pd.DataFrame(starts).duplicated(keep=False)]
    keys = near.assign(**{name: match_key(near[name]) for name in parts})
    same = keys.duplicated(keep=False) & keys[parts].notna().all(axis=1)
    return same.reindex(schools.index, fill_value=False).astype(bool)
