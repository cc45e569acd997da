"""What people decided about answers: which decisions hold on the evidence of now, and which answers are asked about.

Looks at the answers that the policy gives without any decision; it puts none in its place (`decide.py` does).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.reconciled.inputs import number_schools
from pipelines.shared.cases import FACTS, as_asked, identify
from pipelines.shared.findings import conform
from pipelines.shared.regions import NOT_THEIRS, REVIEWER, Regions, in_words
from pipelines.shared.settle import mark_asked, outcomes_of, settle
from schemas.policy_model import HISTORY
from schemas.thresholds import threshold
from schemas.verdicts import OFFERING, WORDS, Verdict

NCES = "nces_school_id_given"
KINDS = ("verdict_override", "accept_flip")
ASKED = ("conflicting_evidence", "flip", "inaccuracy_report")
BY_PEOPLE = ("override", "staff_entry")
LEDGERS = ("ap", "ib")
SPOKEN = {
    "ap": "the AP ledger",
    "ib": "the IB list",
    "teacher_survey": "teachers",
    "other_survey": "other people of the school",
    "state": "the state's file",
    "provider": "a provider",
}
SOURCE = {"conflicting_evidence": "school_cs_access", "flip": "school_cs_access", "inaccuracy_report": "survey"}


@dataclass(frozen=True)
class SystemAnswers:
    """What the policy answers without decisions.

    schools: the sorted directory. decided: rows of `decide` without overrides. was: verdict of the year before by row
    number of the school. reports: people who say that the published answer is wrong, by row number.
    """

    schools: pd.DataFrame
    decided: pd.DataFrame
    was: pd.Series
    reports: pd.Series

    def codes(self) -> pd.Series:
        """Verdict code of each school, unknown where nothing speaks."""
        used = self.decided.loc[self.decided["is_used"], ["school", "says"]].set_index("school")["says"]
        return used.reindex(self.schools.index).fillna(Verdict.UNKNOWN.value).astype("str")


@dataclass(frozen=True)
class Verdicts:
    """standing: rows of `decisions` that hold, at most one override per school. outcomes: table `decision_outcomes` of
    all decisions on answers. asked: as `Settled.asked`."""

    standing: pd.DataFrame
    outcomes: pd.DataFrame
    asked: pd.DataFrame


def verdicts_that_hold(system: SystemAnswers, decisions: pd.DataFrame, regions: Regions | None = None) -> Verdicts:
    """Which decisions on answers hold on the evidence of now.

    A decision that answers no case counts as an answer to the school's case on the evidence of now, unless it names an
    answer it changes (`value_before`) that is not there any more (C02). One that takes back what the AP or IB ledger
    proves holds when two persons decide so (C06). A partner decides on its own schools only, by `regions` (C07).
    """
    made = decisions[decisions["decision_kind"].isin(KINDS)]
    known = pd.Index(system.schools["nces_school_id"].to_numpy(object))
    number = number_schools(made[NCES], known)
    lost = made[number < 0]
    told = [(at, "unmatched", "the directory of the year has no school of that id") for at in lost.index]
    foreign = made[regions.not_theirs(made) & (number >= 0)] if regions else made.head(0)
    told += [(at, NOT_THEIRS, in_words(partner)) for at, partner in foreign[REVIEWER].items()]
    lost = pd.concat([lost, foreign])
    made, number = made.drop(index=lost.index), number.drop(lost.index)
    nobody = settle(pd.DataFrame({"case_id": [], "evidence_hash": []}), made.head(0))
    if made.empty:
        return Verdicts(made, outcomes_of(decisions, told), nobody.asked)
    codes = system.codes()
    stale = _value_has_changed(made, number.map(codes))
    told += [(at, "refused", "the answer it was to change is another one now") for at in made.index[stale]]
    made, number = made[~stale], number[~stale]
    cases = possible_cases(system, np.unique(number.to_numpy()))
    direct = made["case_id"].isna()
    own = cases.set_index(["case_kind", NCES])
    kind = made["decision_kind"].map({"verdict_override": "conflicting_evidence", "accept_flip": "flip"})
    place = pd.MultiIndex.from_arrays([kind[direct], made.loc[direct, NCES]])
    given = made.copy()
    given.loc[direct, "case_id"] = own["case_id"].reindex(place).to_numpy()
    given.loc[direct, "evidence_hash"] = own["evidence_hash"].reindex(place).to_numpy()
    given["people"] = np.where(_takes_back(system, number, made["decided_value"]), 2, 1)
    settled = settle(cases[["case_id", "evidence_hash"]], given)
    holds = settled.standing.sort_values(["decided_at", "decision_id"], kind="stable")
    holds = holds[~holds.duplicated([NCES, "decision_kind"], keep="last")]
    outcomes = pd.concat([settled.outcomes, outcomes_of(decisions, told)], ignore_index=True)
    return Verdicts(made.loc[holds.index], outcomes, settled.asked)


def _value_has_changed(made: pd.DataFrame, code: pd.Series) -> pd.Series:
    """C02: the answer seen is neither the system's nor what another decision on the school says."""
    seen = made["value_before"]
    pairs = set(zip(made[NCES], made["decided_value"].fillna(Verdict.UNKNOWN.value), strict=True))
    by_other = pd.Series([pair in pairs for pair in zip(made[NCES], seen, strict=True)], index=made.index, dtype=bool)
    is_direct = made["case_id"].isna() & (made["decision_kind"] == "verdict_override")
    return is_direct & seen.notna() & (seen != code) & ~by_other


def _takes_back(system: SystemAnswers, number: pd.Series, value: pd.Series) -> np.ndarray:
    """The decision says other than yes of a school that a ledger names; leaving a school out of the report is no such."""
    told = system.decided
    proven = told.loc[told["evidence_kind"].isin(LEDGERS) & (told["says"] == Verdict.YES), "school"].unique()
    against = value.notna() & ~value.isin([*OFFERING, Verdict.EXCLUDED])
    return (number.isin(proven) & against).to_numpy(bool)


def possible_cases(
    system: SystemAnswers, schools: Sequence[int] | np.ndarray, kinds: Sequence[str] = ASKED
) -> pd.DataFrame:
    """A case of each kind for each of those schools (row numbers), asked or not, with case_id and evidence_hash."""
    told = system.decided[system.decided["school"].isin(schools) & system.decided["says"].notna()]
    told = told[~told["evidence_kind"].isin([*BY_PEOPLE, *HISTORY])]
    told = told.drop_duplicates(["school", "evidence_kind", "says"])
    facts = (told["evidence_kind"] + " " + told["says"]).groupby(told["school"]).agg("; ".join)
    who = told["evidence_kind"].map(SPOKEN).fillna(told["evidence_kind"])
    words = (who + ": " + told["says"].map(WORDS)).groupby(told["school"]).agg("; ".join)
    base = system.schools.loc[schools, ["nces_school_id", "state", "school_name", "city"]].rename(
        columns={"nces_school_id": NCES}
    )
    base["facts"] = facts.reindex(base.index).fillna("")
    base["evidence"] = words.reindex(base.index).fillna("nothing of this year speaks of the school")
    was = system.was.reindex(base.index)
    reports = system.reports.reindex(base.index).fillna(0).astype("int64")
    before = "; the year before: " + was.map(WORDS).fillna("no answer").astype("str")
    parts = []
    for kind in kinds:
        cases = base.assign(case_kind=kind, source=SOURCE[kind], school=base.index)
        if kind == "flip":
            cases["facts"] += "; was " + was.fillna("nothing").astype("str")
            cases["evidence"] += before
        if kind == "inaccuracy_report":
            cases["facts"] += "; reports " + reports.astype("str")
            cases["evidence"] += "; " + reports.astype("str") + " reported that the answer is wrong"
        parts.append(cases)
    return identify(pd.concat(parts, ignore_index=True).astype({FACTS: "str"}))


def answers_asked_about(
    system: SystemAnswers, in_report: pd.Series, asked_before: pd.DataFrame, waiting: Sequence[str], school_year: str
) -> pd.DataFrame:
    """Cases of answers, table `review_queue`: sources that disagree, answers that turned, answers called wrong.

    in_report: flag per school. asked_before: `Verdicts.asked`. waiting: NCES ids of schools with a decision on the answer that does not hold; they are
    asked about whatever the evidence. Of answers that turned, each Yes that became a No is asked about; a No that
    became a Yes only in states where more did than is likely (X06).
    """
    codes = system.codes()
    asked = {
        "conflicting_evidence": (codes == Verdict.MAYBE) | system.schools["nces_school_id"].isin(list(waiting)),
        "flip": _turned(codes, system.was.reindex(codes.index), in_report, system.schools["state"]),
        "inaccuracy_report": (system.reports.reindex(codes.index).fillna(0) > 0).astype(bool),
    }
    parts = [possible_cases(system, np.flatnonzero(flags.to_numpy(bool)), [kind]) for kind, flags in asked.items()]
    cases = pd.concat(parts, ignore_index=True)
    now = cases["school"].map(codes).map(WORDS).astype("str")
    name = '"' + cases["school_name"] + '" in ' + (cases["city"] + ", ").fillna("") + cases["state"]
    was = cases["school"].map(system.was).map(WORDS).fillna("no answer").astype("str")
    cases["question"] = (
        pd.Series("Please say what is right of ", index=cases.index, dtype="str") + name + ", where sources disagree"
    )
    turned = "Please check whether the answer of " + name + ' turned from "' + was + '" to "' + now + '"'
    wrong = "People say that the answer of " + name + ', "' + now + '", is wrong; please say what is right'
    cases["question"] = cases["question"].mask(cases["case_kind"] == "flip", turned)
    cases["question"] = cases["question"].mask(cases["case_kind"] == "inaccuracy_report", wrong)
    confirm = (
        "Please confirm, as a second person, what was decided on "
        + name
        + ": a ledger of AP or IB courses says otherwise"
    )
    cases["system_answer"] = 'the answer is "' + now + '"'
    cases["records"] = 1
    asked_now = mark_asked(as_asked(cases, school_year), asked_before)
    second = asked_now["case_state"] == "needs_second_person"
    asked_now["question"] = asked_now["question"].mask(second, confirm)
    return conform(asked_now.drop(columns=["school", FACTS]), "review_queue")


def _turned(codes: pd.Series, was: pd.Series, in_report: pd.Series, state: pd.Series) -> pd.Series:
    both = in_report.to_numpy(bool) & codes.isin(["Y", "N"]).to_numpy(bool) & was.isin(["Y", "N"]).to_numpy(bool)
    lost = pd.Series(both & (codes == "N").to_numpy() & (was == "Y").to_numpy(), index=codes.index)
    gained = pd.Series(both & (codes == "Y").to_numpy() & (was == "N").to_numpy(), index=codes.index)
    by = pd.DataFrame({"both": both, "gained": gained}).groupby(state).sum()
    many = by.index[(by["both"] >= threshold("x06_schools")) & (by["gained"] > threshold("x06_no_to_yes") * by["both"])]
    return lost | (gained & state.isin(many))
