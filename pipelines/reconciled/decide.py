"""The engine: applies the ordered rules of a policy to signals, for all schools at once. Collects no evidence.

Every order of rules is data; there is no rule in this module.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.reconciled.signals import words
from schemas.policy_model import Policy, PolicyRule


def decide(signals: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Signals with `position`, `label`, `says`, `is_used` and `why`, ordered by school and position.

    A signal stands once for every rule that takes its outcome. A signal that no rule takes stands with the last rule
    of its kind, `says` null; when the policy does not ask that kind at all, it stands behind all rules under the
    kind's own name. At most one row per school is used: the first that says something.
    """
    taken = [_take(signals, rule, position) for position, rule in enumerate(policy.rules, start=1)]
    spoken = np.concatenate([part["signal"].to_numpy() for part in taken])
    rest = np.setdiff1d(np.arange(len(signals)), spoken)
    rows = pd.concat([*taken, _silent(signals, rest, policy)], ignore_index=True)
    rows["school"] = signals["school"].to_numpy()[rows["signal"]]
    rows = rows.sort_values(["school", "position", "label"], kind="stable").reset_index(drop=True)
    speaking = rows["says"].notna()
    rows["is_used"] = speaking & ~rows["school"].where(speaking).duplicated()
    told = signals.drop(columns="school").take(rows["signal"].to_numpy()).reset_index(drop=True)
    rows["why"] = _why(rows, told)
    return pd.concat([rows.drop(columns=["note", "signal"]), told], axis=1)


def _take(signals: pd.DataFrame, rule: PolicyRule, position: int) -> pd.DataFrame:
    """Rows of the signals (`signal`: their row numbers) that the rule takes."""
    chosen = np.flatnonzero(signals["evidence_kind"] == rule.evidence_kind)
    gives = {outcome: str(verdict) for outcome, verdict in rule.gives.items()}
    says = signals["outcome"].take(chosen).map(gives).astype("str")
    speaks = says.notna()
    school = signals["school"].take(chosen)
    note = words("", says.index)
    if rule.meets:
        other = _first_met(signals, rule)
        speaks &= school.isin(other.index)
        note = "; " + school.map(other).astype("str") + " says otherwise"
    rows = pd.DataFrame({"signal": chosen, "says": says, "note": note})
    return rows[speaks.to_numpy()].assign(position=position, label=rule.label)


def _first_met(signals: pd.DataFrame, rule: PolicyRule) -> pd.Series:
    """School -> the words for the first condition of the rule that holds there."""
    light = signals[["school", "evidence_kind", "outcome", "short"]]
    parts = [light[(light["evidence_kind"] == c.evidence_kind) & light["outcome"].isin(c.outcomes)] for c in rule.meets]
    return pd.concat(parts).drop_duplicates("school").set_index("school")["short"]


def _silent(signals: pd.DataFrame, rest: np.ndarray, policy: Policy) -> pd.DataFrame:
    last = {rule.evidence_kind: (n, rule.label) for n, rule in enumerate(policy.rules, start=1)}
    kind = signals["evidence_kind"].take(rest)
    position = kind.map({k: n for k, (n, _) in last.items()}).fillna(len(policy.rules) + 1).astype("int64")
    label = kind.map({k: name for k, (_, name) in last.items()}).astype("str").fillna(kind)
    note = words("", kind.index)
    note = note.mask(signals["outcome"].take(rest).notna(), f"; not used: {policy.policy} takes no answer from this")
    note = note.mask(~kind.isin(last), f"; not used: {policy.policy} does not ask this kind of evidence")
    says = words(None, kind.index)
    return pd.DataFrame({"signal": rest, "says": says, "note": note, "position": position, "label": label})


def _why(rows: pd.DataFrame, told: pd.DataFrame) -> pd.Series:
    first = told["short"][rows["is_used"]].set_axis(rows["school"][rows["is_used"]])
    beaten = rows["says"].notna() & ~rows["is_used"]
    comes_first = "; not used: " + rows["school"][beaten].map(first).astype("str") + " comes first"
    return told["found"] + rows["note"] + comes_first.reindex(rows.index).fillna("")
