"""Columns of the regional partners and of what they ask for.

What a person decided on a request is in `decisions.py`.
"""

from __future__ import annotations

from schemas.table_model import Column

PARTNERS: tuple[Column, ...] = (
    Column("partner_id", "text", "id of the regional partner", tier="partner"),
    Column(
        "reviewer_partner",
        "text",
        "regional partner whose answers the file holds; null: the stewards', or a person's whom only decided_by names",
        tier="partner",
    ),
    Column("partner_name", "text", "name of the regional partner", tier="partner"),
    Column(
        "partner_account", "text", "account with which the partner signs in, for row-level security", tier="partner"
    ),
    Column(
        "partner_class",
        "text",
        "class of the partner; the windows of a season differ by class",
        allowed=("scholarship", "other"),
        tier="partner",
    ),
    Column(
        "mapped_by",
        "text",
        "what led the school to its partner: its ZIP code, else its state; null without a partner",
        allowed=("zip", "state"),
        tier="partner",
    ),
    Column("request_id", "text", "id of a partner's request; in a decision, the request that it answers"),
    Column(
        "request_kind",
        "text",
        "what a partner asks for",
        allowed=("add", "remove", "update", "merge", "split", "answer_is_wrong"),
    ),
    Column(
        "request_state",
        "text",
        "open; early: sent before a window of the partner's class opens, for which it waits; late: sent after the last day of "
        "the partner's class; answered: a decision names it; applied; declined",
        allowed=("open", "early", "answered", "applied", "late", "declined"),
    ),
    Column("requested_by", "text", "who asks", tier="partner"),
    Column("requested_at", "text", "when it was asked", unit="ISO date and time", tier="partner"),
)
