"""Records whose school people decided. Finds no school by itself.

A decision on a record holds on the evidence it was made on: the schools in question then must be those of now.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.linked.checks import stands_on_closed
from pipelines.linked.ladder import order_schools
from pipelines.linked.review_queue import IDENTITY, OPEN, closed_schools, which_school
from pipelines.shared.cases import identify
from pipelines.shared.regions import NOT_THEIRS, REVIEWER, Regions, in_words
from pipelines.shared.settle import outcomes_of, settle

NCES = "nces_school_id_given"
ON_RECORDS = ("record_is_school", "record_is_none", "record_is_not_a_school")
DECIDED = "decided_by_person"
NO_SCHOOL = "decided_no_school"


@dataclass(frozen=True)
class Decided:
    """linked: table `linked_records` with the decisions in it. outcomes: table `decision_outcomes` of those on records."""

    linked: pd.DataFrame
    outcomes: pd.DataFrame


def decide_records(
    linked: pd.DataFrame, directory: pd.DataFrame, decisions: pd.DataFrame, regions: Regions | None = None
) -> Decided:
    """Apply the decisions to what the ladder found.

    directory: `nces_schools` of the year. decisions: rows of `decisions` that may hold. regions: whose schools are
    whose; a partner's decision on another's case is not applied (C07).
    """
    made = decisions[decisions["decision_kind"].isin(ON_RECORDS)]
    return Decided(*_place_records(linked, order_schools(directory), made, regions))


def _place_records(
    linked: pd.DataFrame, schools: pd.DataFrame, decisions: pd.DataFrame, regions: Regions | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    asked = set(decisions["case_id"].dropna())
    if not asked:
        return linked, outcomes_of(decisions, [])
    of_record = _case_ids(linked, schools)
    # Candidates are looked up again for the few questions that somebody answered, not for all that are open.
    mine = linked[of_record.reindex(linked.index).isin(asked)]
    cases = [which_school(mine, schools), closed_schools(mine, schools)]
    cases = identify(pd.concat([part.reset_index(drop=True) for part in cases], ignore_index=True))
    foreign = decisions[regions.not_theirs(decisions, cases)] if regions else decisions.head(0)
    settled = settle(cases[["case_id", "evidence_hash"]], decisions.drop(index=foreign.index))
    holds = settled.standing
    chosen = holds["decision_kind"] == "record_is_school"
    unknown = holds[chosen & ~holds[NCES].isin(schools["nces_school_id"])]
    told = [(at, "unmatched", "the directory of the year has no school of that id") for at in unknown.index]
    told += [(at, NOT_THEIRS, in_words(partner)) for at, partner in foreign[REVIEWER].items()]
    outcomes = settled.outcomes[~settled.outcomes["decision_id"].isin(unknown["decision_id"])]
    holds = holds.drop(index=unknown.index)
    outcomes = pd.concat([outcomes, outcomes_of(decisions, told)], ignore_index=True)
    return _write(linked, of_record, holds), outcomes


def _case_ids(linked: pd.DataFrame, schools: pd.DataFrame) -> pd.Series:
    """The case_id of each record that waits for a person, or whose school was not operating."""
    waits = linked[linked["match_reason"].isin(OPEN)].rename(columns={"match_reason": "case_kind"})
    closed = linked[stands_on_closed(linked, schools)]
    closed = closed[["source"]].assign(case_kind="closed_school", nces_school_id_given=closed["nces_school_id"])
    rows = pd.concat([waits[["case_kind", *IDENTITY]], closed])
    by = ["case_kind", *IDENTITY]
    number = rows.groupby(by, dropna=False, sort=False).ngroup()
    first = number.drop_duplicates().index
    cases = rows.loc[first, by]
    named = identify(cases)["case_id"].set_axis(number.loc[first])
    return number.map(named).astype("str")


def _write(linked: pd.DataFrame, of_record: pd.Series, holds: pd.DataFrame) -> pd.DataFrame:
    by_case = holds.set_index("case_id")
    at = of_record.index[of_record.isin(by_case.index)]
    if at.empty:
        return linked
    made = by_case.loc[of_record.loc[at]].set_axis(at)
    school = made[NCES].where(made["decision_kind"] == "record_is_school").astype("str")
    words = school.map(lambda one: f"it is {one}", na_action="ignore").fillna("it is none of the directory's schools")
    words = words.mask(made["decision_kind"] == "record_is_not_a_school", "it is not a school")
    out = linked.copy()
    certain = pd.Series(1.0, index=at, dtype="Float64").where(school.notna())
    out.loc[at, "nces_school_id"] = school
    out.loc[at, "match_reason"] = pd.Series(DECIDED, index=at, dtype="str").where(school.notna(), NO_SCHOOL)
    out.loc[at, "match_note"] = (
        "decision " + made["decision_id"] + ": " + words + "; before: " + linked.loc[at, "match_note"]
    )
    out.loc[at, "match_candidates"] = linked.loc[at, "match_candidates"].where(school.isna())
    for name in ("match_score", "match_margin"):
        out.loc[at, name] = certain
    return out
