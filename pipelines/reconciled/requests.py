"""Requests of partners and what became of each: open, early, late, answered, applied or declined. Grants none itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipelines.shared.findings import conform


def follow_requests(
    requests: pd.DataFrame,
    outcomes: pd.DataFrame,
    links: pd.DataFrame,
    windows: Mapping[str, Sequence[tuple[str, str]]],
) -> pd.DataFrame:
    """Table `request_queue`, the late ones last, else by day.

    requests: table `partner_requests`. outcomes: `decision_outcomes`. links: decision_id, request_id of
    the decisions that name a request. windows: class of partner -> first and last day of each window, ISO dates. A
    request outside all of them is late after the last one, and early before it: it waits for the next to open.
    """
    told = links.merge(outcomes[["decision_id", "decision_kind", "decision_outcome"]], on="decision_id")
    declined = set(told.loc[told["decision_kind"] == "request_declined", "request_id"])
    applied = set(told.loc[told["decision_outcome"] == "applied", "request_id"]) - declined
    answered = set(told["request_id"])
    day = requests["requested_at"].str[:10]
    state = pd.Series("open", index=requests.index, dtype="str")
    for name, spans in windows.items():
        mine = requests["partner_class"] == name
        outside = mine & ~pd.concat([day.between(first, last) for first, last in spans], axis=1).any(axis=1)
        late = day > max(last for _, last in spans)
        state = state.mask(outside, "early").mask(outside & late, "late")
    for name, ids in (("answered", answered), ("applied", applied), ("declined", declined)):
        state = state.mask(requests["request_id"].isin(ids), name)
    out = requests.assign(request_state=state)
    order = out["request_state"].map({"late": 1}).fillna(0)
    ranked = out.assign(order=order).sort_values(["order", "requested_at", "request_id"], kind="stable")
    return conform(ranked.drop(columns="order"), "request_queue")
