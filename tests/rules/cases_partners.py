"""Cases of the rules G: regional partners and their areas."""

from __future__ import annotations

from tests.rules.cases import Case
from tests.rules.runners import national

AREA = {
    "partner_id": "7",
    "partner_name": "Kestrel Center",
    "partner_account": "kestrel",
    "partner_class": "other",
    "state": "FL",
    "zip": "",
}
ELSEWHERE = {**AREA, "state": "", "zip": "33701"}


def area(**change: str) -> Case:
    return Case(lambda: national("partners", {**AREA, **change}), lambda: national("partners", AREA, ELSEWHERE))


REQUEST = {
    "request_id": "q1",
    "request_kind": "update",
    "partner_id": "7",
    "partner_class": "other",
    "nces_school_id_given": "120009000067",
    "requested_at": "2019-08-02",
    "reason": "it moved",
}


def asked(**change: str) -> Case:
    return Case(lambda: national("requests", {**REQUEST, **change}), lambda: national("requests", REQUEST))


CASES: dict[str, Case] = {
    "G01": area(partner_name=""),
    "G02": area(zip="33701"),
    "G03": area(state="Quebec"),
    "G04": Case(
        lambda: national("partners", AREA, {**AREA, "partner_id": "8"}),
        lambda: national("partners", AREA, {**ELSEWHERE, "partner_id": "8"}),
    ),
    "G05": Case(
        lambda: national("partners", AREA, {**ELSEWHERE, "partner_account": "kestrel2"}),
        lambda: national("partners", AREA, ELSEWHERE),
    ),
    "G07": asked(reason=""),
    "G08": asked(request_kind="paint it"),
    "G06": area(partner_class="legacy"),
}
