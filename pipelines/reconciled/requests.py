"""Requests of partners and what became of each: open, answered, applied, late or declined. Grants none itself."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.shared.findings import conform


def follow_requests(
    requests: pd.DataFrame, outcomes: pd.DataFrame, links: pd.DataFrame, windows: Mapping[str, tuple[str, str]]
) -> pd.DataFrame:
    """Table `request_queue`, the late ones last, else by day.

    requests: table `partner_requests`. outcomes: `decision_outcomes`. links: decision_id, request_id of
    the decisions that name a request. windows: class of partner -> first and last day, ISO dates.
    """
    told = links.merge(outcomes[["decision_id", "decision_kind", "decision_outcome"]], on="decision_id")
    declined = set(told.loc[told["decision_kind"] == "request_declined", "request_id"])
    applied = set(told.loc[told["decision_outcome"] == "applied", "request_id"]) - declined
    answered = set(told["request_id"])
    last = requests["partner_class"].map({name: span[1] for name, span in windows.items()})
    state = pd.Series("open", index=requests.index, dtype="str")
    state = state.mask(requests["requested_at"].str[:10] > last, "late")
    for name, ids in (("answered", answered), ("applied", applied), ("declined", declined)):
        state = state.mask(requests["request_id"].isin(ids), name)
    out = requests.assign(request_state=state)
    order = out["request_state"].map({"late": 1}).fillna(0)
    ranked = out.assign(order=order).sort_values(["order", "requested_at", "request_id"], kind="stable")
    return conform(ranked.drop(columns="order"), "request_queue")
