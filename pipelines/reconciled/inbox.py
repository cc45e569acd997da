"""The inbox of a year: every open case from every stage in one table, the most informative first. Finds no case.

Cases that a decision settles are left out; one that was answered before and is open again says what was seen then.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.shared.case_order import most_informative_first
from pipelines.shared.cases import LISTED_ID
from pipelines.shared.findings import conform, join_findings, row_findings

NCES = "nces_school_id_given"
ABOUT_ANSWERS = ("conflicting_evidence", "flip", "inaccuracy_report")
ABOUT_SOURCES = ("refused_file", "held_file", "coverage_drop")
ABOUT_RECORDS = ("id_conflict", "ambiguous", "not_found", "closed_school")
RULES = {
    "refused": "C02",
    "not_theirs": "C07",
    "disputed": "C04",
    "needs_second_person": "C06",
    "unmatched": "C12",
    "asked_again": "C13",
}
"""What became of a decision -> the rule that says so."""


@dataclass(frozen=True)
class Known:
    """What the inbox looks up. schools: nces_school_id, state, teaches_cs, in_access_report, students_total of
    `school_cs_access`. partners: table `school_partners`. state_partners: state -> its only partner. course_schools:
    case_id, nces_school_id of the schools at which an unknown course was offered. source_schools: source,
    nces_school_id of the schools that a source speaks of."""

    schools: pd.DataFrame
    partners: pd.DataFrame
    state_partners: pd.Series
    course_schools: pd.DataFrame
    source_schools: pd.DataFrame


def build_inbox(cases: pd.DataFrame, outcomes: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Table `review_queue`. cases: rows of it from all stages, open or not; outcomes: `decision_outcomes` so far."""
    open_ = cases[~_is_settled(cases, outcomes)].drop_duplicates("case_id").reset_index(drop=True)
    concerned = _schools_of(open_, known)
    schools = known.schools.set_index("nces_school_id")
    concerned = concerned[concerned["nces_school_id"].isin(schools.index)].drop_duplicates()
    told = schools.loc[concerned["nces_school_id"]].reset_index(drop=True)
    told["case"] = concerned["case"].to_numpy()
    told["partner_id"] = (
        known.partners.set_index("nces_school_id")["partner_id"].reindex(concerned["nces_school_id"]).to_numpy()
    )
    kind = told["case"].map(open_["case_kind"])
    could = told["in_access_report"].fillna(False).astype(bool)
    # A record that finds its school can only add evidence: a school that is a Yes already stays one.
    could &= ~(kind.isin([*ABOUT_RECORDS, "unknown_course"]) & (told["teaches_cs"] == "Y"))
    by = told.assign(could=could).groupby("case")
    out = open_.copy()
    out["schools_affected"] = by.size().reindex(out.index).fillna(0).astype("Int64")
    out["students_affected"] = by["students_total"].sum(min_count=1).reindex(out.index).astype("Int64")
    effect = by["could"].sum().reindex(out.index).fillna(0).astype("Int64")
    # A record speaks of one school, whichever of the schools in question it is; ids in conflict are of two.
    most = out["case_kind"].map({"ambiguous": 1, "not_found": 1, "closed_school": 1, "id_conflict": 2})
    out["published_effect"] = effect.where(most.isna() | (effect <= most.fillna(0)), most.astype("Int64"))
    owners = by["partner_id"].agg(["nunique", "first"]).reindex(out.index)
    own = owners["first"].where(owners["nunique"] == 1)
    of_state = out["state"].map(known.state_partners).where(out["schools_affected"] == 0)
    out["partner_id"] = own.fillna(of_state).where(~out["case_kind"].isin(ABOUT_SOURCES)).astype("str")
    out["effect"] = _in_words(out)
    return conform(most_informative_first(out), "review_queue")


def _is_settled(cases: pd.DataFrame, outcomes: pd.DataFrame) -> pd.Series:
    applied = outcomes[outcomes["decision_outcome"] == "applied"]
    decided = applied.loc[applied["decision_kind"] == "verdict_override", NCES]
    accepted = applied.loc[(applied["decision_kind"] == "accept_flip") & applied["case_id"].isna(), NCES]
    return (
        cases["case_id"].isin(applied["case_id"].dropna())
        | (cases["case_kind"].isin(ABOUT_ANSWERS) & cases[NCES].isin(decided))
        | ((cases["case_kind"] == "flip") & cases[NCES].isin(accepted))
    )


def _schools_of(cases: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The schools each case concerns: case (its place), nces_school_id."""
    listed = cases["candidates"].astype("str").str.findall(LISTED_ID).dropna().explode().dropna()
    own = cases.loc[cases["case_kind"].isin([*ABOUT_ANSWERS, "closed_school", "recycled_id"]), NCES]
    place = pd.Series(cases.index, index=cases["case_id"])
    courses = known.course_schools[known.course_schools["case_id"].isin(place.index)]
    sources = cases.loc[cases["case_kind"].isin(ABOUT_SOURCES), ["source"]].reset_index(names="case")
    parts = [
        pd.DataFrame({"case": listed.index, "nces_school_id": listed.to_numpy()}),
        pd.DataFrame({"case": own.index, "nces_school_id": own.to_numpy()}),
        pd.DataFrame({"case": courses["case_id"].map(place), "nces_school_id": courses["nces_school_id"]}),
        sources.merge(known.source_schools, on="source")[["case", "nces_school_id"]],
    ]
    return pd.concat([part.astype({"nces_school_id": "str"}) for part in parts], ignore_index=True)


def _in_words(cases: pd.DataFrame) -> pd.Series:
    kind, records = cases["case_kind"], _count(cases["records"], "record")
    schools = _count(cases["schools_affected"], "school")
    said = records + " would speak of the school that is chosen"
    said = said.mask(kind == "closed_school", records + " would move to another school")
    said = said.mask(kind == "duplicate_school", schools + " would count as one")
    said = said.mask(kind == "recycled_id", "last year's answer of this NCES id would be this school's, or not")
    said = said.mask(kind == "unknown_course", records + " at " + schools + " would be evidence")
    said = said.mask(kind.isin(ABOUT_ANSWERS), "the answer of this school")
    said = said.mask(kind.isin(ABOUT_SOURCES), "what " + cases["source"] + " says of " + schools + " is used or not")
    published = "; up to " + _count(cases["published_effect"], "published answer") + " could change"
    return said + published.where(cases["published_effect"] > 0, "; no published answer would change")


def _count(numbers: pd.Series, one: str) -> pd.Series:
    return numbers.astype("Int64").astype("str") + " " + (numbers == 1).map({True: one, False: f"{one}s"}).astype("str")


def outcome_findings(outcomes: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """Findings C02, C04, C06, C12 and C13: decisions that do not hold, and why. Values are ids, never reasons."""
    parts = []
    for outcome, rule_id in RULES.items():
        rows = outcomes[outcomes["decision_outcome"] == outcome]
        # A verdict for a school that the directory does not have is told where answers are decided (C09).
        rows = rows[~((outcome == "unmatched") & (rows["decision_kind"] == "verdict_override"))]
        parts.append(
            row_findings(
                rows.assign(sheet=None, source=rows["source"].fillna("decisions")),
                rule_id,
                stage="reconciled",
                school_year=school_year,
                column="decision_id",
                values=rows["decision_id"] + ": " + rows["why"],
            )
        )
    return join_findings(parts)
