"""Everything that speaks of a school in a year, one signal per kind, and the table `evidence` made from it.

Which signal wins is not decided here: that is the policy's order, applied in `decide.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from pipelines.reconciled.inputs import (
    Inputs,
    index_schools,
    number_linked,
    number_schools,
    place_records,
    require_one_year,
    sort_schools,
)
from pipelines.reconciled.pointers import point_at
from pipelines.reconciled.provider_evidence import COLUMNS as PROVIDER_COLUMNS
from pipelines.reconciled.provider_evidence import provider_signals
from pipelines.reconciled.signals import NO_SIGNALS, join_signals, make_signals, plural, words
from pipelines.reconciled.state_evidence import COLUMNS, flag_answers, state_signals
from pipelines.reconciled.survey_evidence import columns_asked, survey_signals
from pipelines.shared.findings import conform
from pipelines.shared.school_year import shift
from schemas.policy_model import HISTORY, Policy
from schemas.verdicts import DIRECT, WORDS, Verdict

SAYS_YES = (Verdict.YES, Verdict.HISTORICAL_YES)
SAYS_NO = (Verdict.NO, Verdict.HISTORICAL_NO)


def collect_evidence(inputs: Inputs, policy: Policy) -> pd.DataFrame:
    """Signals of every school and kind of evidence but decisions, by school (columns: `signals.SIGNAL_TYPES`).

    `school` is the row number in the directory sorted by id; `nces_school_id` stands beside it. The policy decides
    what a survey answer means and when a state's silence means No. Raises ValueError when the tables contradict each
    other (rows of another year, records that were never linked, links to schools outside the directory).
    """
    require_one_year(inputs)
    schools = sort_schools(inputs.nces_schools)
    known = index_schools(schools)
    placed = number_linked(inputs.linked_records, known)
    year = inputs.school_year
    files = flag_answers(inputs.received_files, inputs.answering)
    courses = place_records(inputs.course_offerings, "course_offerings", placed, COLUMNS)
    answers = place_records(inputs.survey_responses, "survey_responses", placed, columns_asked(policy.survey))
    provided = place_records(inputs.provider_offerings, "provider_offerings", placed, PROVIDER_COLUMNS)
    signals = join_signals(
        [
            _ledger_signals("ap", inputs.ap_offerings, "ap_offerings", placed, year),
            _ledger_signals("ib", inputs.ib_offerings, "ib_offerings", placed, year),
            provider_signals(provided, schools, policy, year),
            *survey_signals(answers, schools, policy.survey, year),
            state_signals(courses, schools, files, inputs.source_states, policy.inferred_no, year),
            *history_signals(inputs.history, known, year),
        ]
    )
    signals["nces_school_id"] = schools["nces_school_id"].to_numpy()[signals["school"]]
    return signals.astype({"nces_school_id": "str"})


LEDGERS = {
    "ap": ("The College Board's ledger", "AP computer science course", "AP computer science courses"),
    "ib": ("The IB's list", "IB computer science course", "IB computer science courses"),
}


def _ledger_signals(kind: str, offerings: pd.DataFrame, name: str, placed: pd.Series, school_year: str) -> pd.DataFrame:
    """Signals of a ledger that lists only schools that offer: a row is a yes, no row is nothing (domain.md 4.3)."""
    rows = place_records(offerings, name, placed)
    rows = rows[rows["school"] >= 0]
    if rows.empty:
        return NO_SIGNALS
    out = point_at(rows)
    who, one, many = LEDGERS[kind]
    out["short"] = words(who[0].lower() + who[1:] if kind == "ib" else "the" + who[3:], out.index)
    out["found"] = who + " names " + plural(out["records"], one, many) + " (" + out["places"] + ")"
    out["outcome"] = "offered"
    out["records_yes"] = out["records"]
    out["records_no"] = 0
    return make_signals(kind, school_year, out.rename_axis("school").reset_index())


def collect_decisions(inputs: Inputs, decisions: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Signals of decisions on answers, as `collect_evidence` gives those of everything else."""
    schools = sort_schools(inputs.nces_schools)
    known = index_schools(schools)
    placed = number_linked(inputs.linked_records, known)
    made = place_decisions(decisions, placed, known)
    signals = join_signals(decision_signals(made, policy.staff_entry_sources, inputs.school_year))
    signals["nces_school_id"] = schools["nces_school_id"].to_numpy()[signals["school"]]
    return signals.astype({"nces_school_id": "str"})


def place_decisions(decisions: pd.DataFrame, placed: pd.Series, known: pd.Index) -> pd.DataFrame:
    """Decisions with `school`: as linked, else the school whose NCES id stands in the decision, else -1."""
    where = placed.index.get_indexer(decisions["record_id"].to_numpy(object))
    given = number_schools(decisions["nces_school_id_given"], known).to_numpy()
    linked = placed.to_numpy()[where] if len(placed) else np.full(len(decisions), -1)
    return decisions.assign(school=np.where(where >= 0, linked, given))


def decision_signals(
    decisions: pd.DataFrame, staff_entry_sources: Collection[str], school_year: str
) -> list[pd.DataFrame]:
    """Overrides and staff entries: the newest decision of a school wins, at equal times the greater decision_id."""
    verdicts = decisions[(decisions["decision_kind"] == "verdict_override") & (decisions["school"] >= 0)]
    staff = verdicts["source"].isin(list(staff_entry_sources))
    return [
        _newest_decisions(verdicts[chosen], kind, school_year)
        for kind, chosen in (("override", ~staff), ("staff_entry", staff))
    ]


def _newest_decisions(decisions: pd.DataFrame, kind: str, school_year: str) -> pd.DataFrame:
    if decisions.empty:
        return NO_SIGNALS
    when = pd.to_datetime(decisions["decided_at"], format="ISO8601", utc=True, errors="coerce")
    order = decisions.assign(when=when).sort_values(
        ["school", "when", "decided_at", "decision_id"], kind="stable", na_position="first"
    )
    newest = order.drop_duplicates("school", keep="last").set_index("school")
    out = point_at(newest.reset_index())
    made = decisions.groupby("school").size()
    value = newest["decided_value"]
    day = newest["decided_at"].str.slice(0, 10)
    out["outcome"] = value.fillna("no_answer")
    out["records_yes"] = value.isin(SAYS_YES).astype("int64")
    out["records_no"] = value.isin(SAYS_NO).astype("int64")
    says = (value + " (" + value.map(WORDS).astype("str") + ")").fillna("that there is no answer")
    older = words(
        np.where(made > 1, "The newest of " + made.astype("str") + " decisions, of ", "A decision of "), made.index
    )
    out["found"] = (
        older + day + words(np.where(made > 1, ",", ""), made.index) + " says " + says + " (" + out["places"] + ")"
    )
    out["short"] = "a decision of " + day
    return make_signals(kind, school_year, out.reset_index(names="school"))


def history_signals(
    history: Mapping[int, pd.DataFrame | None], known: pd.Index, school_year: str
) -> list[pd.DataFrame]:
    """Answers of the years before. Only Y, N and M of that year may be carried: history never chains (domain.md 4.3)."""
    parts = []
    for kind, back in HISTORY.items():
        earlier = history.get(back)
        if earlier is None:
            continue
        year = shift(school_year, -back)
        told = earlier.reindex(columns=["nces_school_id", "teaches_cs", "earlier_nces_school_id"])
        told = told[told["teaches_cs"].notna() & (told["teaches_cs"] != Verdict.UNKNOWN)]
        out = pd.DataFrame({"school": number_schools(told["nces_school_id"], known), "code": told["teaches_cs"]})
        under = (", then under NCES id " + told["earlier_nces_school_id"].astype("str")).fillna("")
        out = out[out["school"] >= 0]
        direct = out["code"].isin(DIRECT)
        out["outcome"] = out["code"].where(direct)
        answer = f"The answer of {year} was " + out["code"] + " (" + out["code"].map(WORDS).astype("str") + ")"
        answer += under[out.index]
        why_not = np.where(
            out["code"] == Verdict.EXCLUDED,
            "; not carried: whether a school is left out is decided anew each year",
            "; not carried: it came from an earlier year itself",
        )
        out["found"] = answer + words(np.where(direct, "", why_not), out.index)
        out["short"] = f"the answer of {year}"
        out["evidence_year"] = year
        parts.append(make_signals(kind, school_year, out))
    return parts


def build_evidence(decided: pd.DataFrame, schools: pd.DataFrame, policy: Policy, school_year: str) -> pd.DataFrame:
    """The table `evidence`, ordered by school and position, from the signals a policy has decided on."""
    ids = schools["nces_school_id"].to_numpy()[decided["school"]]
    rows = decided.drop(columns=["school", "outcome", "found", "short"]).assign(
        nces_school_id=ids, school_year=school_year, policy=policy.policy
    )
    return conform(rows, "evidence")
