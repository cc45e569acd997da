"""What people decided about schools of the directory: fields, closings. The files NCES sent stay as they are.

Compares with what the directory says now before it sets anything (C02); which schools are one is the linked stage's.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.settle import newest, outcomes_of
from schemas.columns import column
from schemas.directory_values import OPERATING

NCES = "nces_school_id_given"
CLOSES = {"school_closed": NCES}
"""Kind of decision -> which of its schools is closed by it. One that was merged is closed where it is followed."""


def apply_to_directory(schools: pd.DataFrame, decisions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table `nces_schools` with the decisions in it; and their outcomes, table `decision_outcomes`.

    schools: `nces_schools` of the year. decisions: rows of `decisions` that hold in it. A field is set when the
    directory still has the value that the person saw (`value_before`, where given). A school that was set carries
    `decisions` in `directory_sources`.
    """
    made = decisions[decisions["decision_kind"].isin(["school_field", *CLOSES])]
    if made.empty:
        return schools, outcomes_of(decisions, [])
    standing, replaced = newest(made, ["decision_kind", NCES, "other_nces_school_id", "field"])
    out, told = schools.copy(), []
    place = pd.Series(out.index, index=out["nces_school_id"])
    for at, row in standing.iterrows():
        told.append((int(at), *_apply(out, place, row)))
    return out, pd.concat([outcomes_of(decisions, told), replaced], ignore_index=True)


def _apply(schools: pd.DataFrame, place: pd.Series, row: pd.Series) -> tuple[str, str]:
    """Apply one decision to the directory, in place; what became of it, and why."""
    # A handful of decisions a year: one at a time, so that each sees what the one before has set.
    kind = str(row["decision_kind"])
    school = row[CLOSES.get(kind, NCES)]
    if school not in place.index:
        return "unmatched", f"the directory of the year has no school {school}"
    at = place[school]
    field = "status" if kind in CLOSES else str(row["field"])
    now = schools.at[at, field]
    value = "closed" if kind in CLOSES else row["new_value"]
    if _same(now, value):
        return "applied", "the directory says so by itself"
    if pd.notna(row["value_before"]) and not _same(now, row["value_before"]):
        return "refused", f"{field} was {row['value_before']!r} for the person, and is {_shown(now)!r} now"
    schools.at[at, field] = _typed(field, value)
    if field == "status":
        schools.at[at, "is_operating"] = value in OPERATING if pd.notna(value) else pd.NA
    sources = str(schools.at[at, "directory_sources"])
    mark = f"decisions {row['file_year']}"
    if mark not in sources.split("|"):
        schools.at[at, "directory_sources"] = f"{sources}|{mark}"
    return "applied", f"{field} was {_shown(now)!r}, and is {_shown(value)!r} by decision"


def _same(now: object, value: object) -> bool:
    if pd.isna(now) or pd.isna(value):  # type: ignore[call-overload]
        return bool(pd.isna(now) and pd.isna(value))  # type: ignore[call-overload]
    return str(now) == str(value)


def _shown(value: object) -> str:
    return "not known" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _typed(field: str, value: object) -> object:
    if pd.isna(value):  # type: ignore[call-overload]
        return pd.NA
    kind = column(field).type
    return int(str(value)) if kind == "integer" else float(str(value)) if kind == "decimal" else str(value)
