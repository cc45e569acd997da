"""Requests of partners as rows of a list: typed and checked, with nothing granted. Their state is found later."""

from __future__ import annotations

from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.standard import cells, standard_rows
from pipelines.standard.split import split_rows
from schemas.columns import column
from schemas.source_model import Source
from schemas.tables.partner_requests import SENT

ABOUT_A_SCHOOL = ("remove", "update", "merge", "split", "answer_is_wrong")


def standardise_partner_requests(received: Received, source: Source, school_year: str) -> Standardised:
    """Table `partner_requests` without states. A row without an id gets its record_id. Rules G07, G08 and S16."""
    rows = standard_rows.prepare_rows(received, source, SENT)
    kinds = rows["request_kind"].str.lower().str.replace(r"[\s-]+", "_", regex=True)
    times = cells.read_times(rows["requested_at"])
    states, odd_state = cells.read_states(rows["state"])
    zips, _ = cells.read_zips(rows["zip"], states)
    ids, id_findings = standard_rows.read_nces_ids(rows, states, source, school_year, can_do_without=True)
    bare = rows["partner_id"].isna() | times.isna() | rows["reason"].isna()
    nameless = (kinds.isin(ABOUT_A_SCHOOL) & ids.isna()) | ((kinds == "add") & rows["school_name"].isna())
    unknown = ~kinds.isin(column("request_kind").allowed)
    findings = [
        id_findings,
        standard_rows.note(rows[bare], "G07", school_year, column="reason"),
        standard_rows.note(rows[unknown], "G08", school_year, column="request_kind", values=rows["request_kind"]),
        standard_rows.note(rows[nameless & ~unknown], "G08", school_year, column=standard_rows.NCES),
        standard_rows.note(rows[odd_state], "D32", school_year, column="state", values=rows["state"]),
    ]
    sound, rejects = split_rows(rows, join_findings(findings), school_year)
    classes = rows["partner_class"].str.lower()
    classes = classes.where(classes.isin(column("partner_class").allowed), "other")
    typed = {"request_kind": kinds, "requested_at": times, "state": states, "zip": zips, standard_rows.NCES: ids}
    read = rows.assign(**typed, partner_class=classes).loc[sound.index]
    read["request_id"] = read["request_id"].fillna(read["record_id"])
    kept, repeats = standard_rows.fold_repeats(read, ("request_id",))
    return standard_rows.hand_on(
        "partner_requests",
        kept.drop(columns="source_rows"),
        received,
        school_year,
        findings=[*findings, standard_rows.note(repeats, "S16", school_year)],
        rejects=[rejects],
        merged=repeats,
        excluded=[],
    )
