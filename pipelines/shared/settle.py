"""Which decision holds for a case: the newest of those made on its evidence as it is now. Applies nothing.

What does not hold is not forgotten: it was replaced, it contradicts another, or its evidence has changed since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines.shared.cases import disputed_hash
from pipelines.shared.findings import conform

ANSWER = ("decision_kind", "nces_school_id_given", "other_nces_school_id", "decided_value", "new_value")
"""What two decisions on one case must have in common to be one answer."""
ORDER = ["decided_at", "decision_id"]


@dataclass(frozen=True)
class Settled:
    """What became of the decisions on some cases.

    standing: rows of `decisions` that hold, at most one per case. outcomes: table `decision_outcomes`, a row for each
    decision that was looked at, but for those whose case is not among the cases. asked: cases that were answered
    before and are open again, by case_id: case_state, asked_before, evidence_then, evidence_hash.
    """

    standing: pd.DataFrame
    outcomes: pd.DataFrame
    asked: pd.DataFrame


def settle(cases: pd.DataFrame, decisions: pd.DataFrame) -> Settled:
    """Which decisions hold. cases: case_id, evidence_hash, each case once. decisions: rows of `decisions`, and
    `people`: how many different persons must give that answer before it holds (left out: one).

    Two persons who answer differently on
    the same evidence are a dispute, unless the later one saw the earlier answer: then its evidence_hash is that of the
    dispute, or it names the earlier answer as the one it changes (`value_before`). A person's newer answer replaces the
    older one; undo is a newer one.
    """
    now = dict(zip(cases["case_id"], cases["evidence_hash"], strict=True))
    mine = decisions[decisions["case_id"].isin(list(now))].sort_values(ORDER, kind="stable")
    standing: list[int] = []
    told: list[tuple[int, str, str]] = []
    asked: list[dict[str, Any]] = []
    for case_id, answers in sorted(_by_case(mine).items()):
        found = _judge(_Answers(answers), now[case_id])
        told += found.told
        standing += found.standing
        if found.state:
            asked.append({"case_id": case_id, **found.state})
    return Settled(
        standing=decisions.loc[standing],
        outcomes=outcomes_of(decisions, told),
        asked=pd.DataFrame(asked, columns=["case_id", "case_state", "asked_before", "evidence_then", "evidence_hash"]),
    )


def mark_asked(cases: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """The cases, with those that were answered before as `asked` says: state, evidence then, and the hash of a dispute."""
    told = asked.set_index("case_id")
    at = cases.index[cases["case_id"].isin(told.index)]
    if at.empty:
        return cases
    mine = told.loc[cases.loc[at, "case_id"]].set_axis(at)
    out = cases.copy()
    for name in ("case_state", "asked_before", "evidence_then"):
        out.loc[at, name] = mine[name].astype("str")
    out.loc[at, "evidence_hash"] = mine["evidence_hash"].astype("str").fillna(cases.loc[at, "evidence_hash"])
    return out


def outcomes_of(decisions: pd.DataFrame, told: Iterable[tuple[int, str, str]]) -> pd.DataFrame:
    """Table `decision_outcomes` from (index of the decision, outcome, why in words)."""
    told = list(told)
    rows = decisions.loc[[at for at, _, _ in told]]
    names = [name for name in conform(pd.DataFrame(), "decision_outcomes") if name in rows]
    out = rows[names].assign(decision_outcome=[one for _, one, _ in told], why=[why for _, _, why in told])
    return conform(out, "decision_outcomes")


def newest(decisions: pd.DataFrame, topic: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of decisions that answer no case, the newest on each topic; and the outcomes of those it replaces."""
    ordered = decisions.sort_values(ORDER, kind="stable")
    older = ordered.duplicated(topic, keep="last")
    told = [(at, "superseded", "a newer decision replaces it") for at in ordered.index[older]]
    return ordered[~older], outcomes_of(decisions, told)


@dataclass
class _Answers:
    """The decisions on one case, oldest first, as plain values."""

    rows: list[dict[str, Any]]


def _by_case(decisions: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    # Turned into plain values once: a frame per case takes a hundred times as long for ten thousand cases.
    plain = decisions.astype(object).where(decisions.notna(), None)
    found: dict[str, list[dict[str, Any]]] = {}
    for at, row in zip(decisions.index, plain.to_dict("records"), strict=True):
        found.setdefault(str(row["case_id"]), []).append({"at": at, **row})
    return found


@dataclass
class _Found:
    standing: list[int]
    told: list[tuple[int, str, str]]
    state: dict[str, Any]


def _says(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ANSWER)


def _has_seen(row: dict[str, Any], earlier: list[dict[str, Any]]) -> bool:
    """A newer decision of the same person, or one that names the earlier answer as what it changes."""
    person = str(row["decided_by"]).casefold()
    same_person = all(str(one["decided_by"]).casefold() == person for one in earlier)
    return same_person or (row["value_before"] or "") == earlier[-1]["decided_value"]


def _judge(answers: _Answers, evidence: str) -> _Found:
    holds: list[dict[str, Any]] = []
    against: list[dict[str, Any]] = []
    stale, replaced = [], []
    for row in answers.rows:
        if against and row["evidence_hash"] == disputed_hash(evidence, [one["decision_id"] for one in holds + against]):
            replaced += holds + against
            holds, against = [row], []
        elif row["evidence_hash"] != evidence:
            stale.append(row)
        elif not holds or _says(row) == _says(holds[0]):
            holds.append(row)
        elif _has_seen(row, holds):
            replaced += holds
            holds = [row]
        else:
            own = [one for one in against if one["decided_by"] == row["decided_by"]]
            replaced += own
            against = [*(one for one in against if one not in own), row]
    told = [(one["at"], "superseded", "a newer decision replaces it") for one in replaced]
    if against:
        return _disputed(holds, against, stale, told, evidence)
    if not holds:
        return _asked_again(stale, told)
    told += [(one["at"], "superseded", "a newer decision replaces it") for one in stale]
    people = max(int(one.get("people", 1)) for one in holds)
    persons = {str(one["decided_by"]).casefold() for one in holds}
    if len(persons) < people:
        why = f"{people} persons must decide alike, and {len(persons)} has"
        told += [(one["at"], "needs_second_person", why) for one in holds]
        state = {"case_state": "needs_second_person", "asked_before": holds[-1]["decision_id"]}
        return _Found([], told, {**state, "evidence_then": _in_words(holds), "evidence_hash": evidence})
    told += [(one["at"], "applied", "it holds") for one in holds]
    return _Found([holds[-1]["at"]], told, {})


def _disputed(
    holds: list[dict[str, Any]],
    against: list[dict[str, Any]],
    stale: list[dict[str, Any]],
    told: list[tuple[int, str, str]],
    evidence: str,
) -> _Found:
    both = holds + against
    told += [(one["at"], "superseded", "newer decisions replace it") for one in stale]
    told += [(one["at"], "disputed", "people answered differently on the same evidence") for one in both]
    ids = [one["decision_id"] for one in both]
    state = {"case_state": "disputed", "asked_before": both[-1]["decision_id"], "evidence_then": _in_words(both)}
    return _Found([], told, {**state, "evidence_hash": disputed_hash(evidence, ids)})


def _asked_again(stale: list[dict[str, Any]], told: list[tuple[int, str, str]]) -> _Found:
    last = stale[-1]
    told += [(one["at"], "superseded", "a newer decision replaces it") for one in stale[:-1]]
    told.append((last["at"], "asked_again", "its evidence has changed since"))
    state = {"case_state": "asked_again", "asked_before": last["decision_id"]}
    seen = f"; then: {last['evidence_seen']}" if last["evidence_seen"] else ""
    return _Found([], told, {**state, "evidence_then": _in_words([last]) + seen, "evidence_hash": None})


def _in_words(rows: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{row['decided_by']} decided on {str(row['decided_at'])[:10]}: {decision_in_words(row)}" for row in rows
    )


def decision_in_words(row: dict[str, Any]) -> str:
    """A decision as a short phrase, for example `same school 130057002235 (130057002236)`."""
    said = [str(row["decision_kind"]).replace("_", " ")]
    said += [str(row[name]) for name in ("nces_school_id_given", "field", "new_value", "decided_value") if row[name]]
    if row["other_nces_school_id"]:
        said.append(f"({row['other_nces_school_id']})")
    return " ".join(said)
