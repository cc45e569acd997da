"""Partner folders of a release, from the tables in the store: whose school is whose, what they see, whom they may contact.

The parts are in `pipelines/published/`. Contacts are read from the restricted tier here and go nowhere else.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from pipelines.published.partner_contacts import agreed_people, list_contacts
from pipelines.published.partner_files import REPORT, STATE_TABLES, build_partner_folders, number_answers
from pipelines.season.steps.parts import part_names, read_parts
from pipelines.shared.steps import Workspace
from pipelines.standard.cells import read_times
from pipelines.standard.survey_responses import read_flags

EMAIL = "submitter_email_address"
_ANSWERED = ["nces_school_id", "school_year", "submitter_name", EMAIL, "submitted_at"]


def build_partners(workspace: Workspace, data: Path, version: str, years: list[str], released_on: date) -> list[Path]:
    """Build the folders of every partner for a release; returns them. Contacts of older ones go after the switch.

    A year for which nobody said whose school is whose has no rows. Without any partner nothing is written.
    """
    years = [year for year in years if workspace.store.exists("reconciled", "school_partners", year)]
    schools, names = _schools_of_partners(workspace, years)
    if schools.empty:
        return []
    frames = {name: _every(workspace, name, years) for name in ("school_cs_access", "evidence", "review_table")}
    frames |= {name: _every(workspace, name, years) for name in (*STATE_TABLES, REPORT)}
    frames["partner_courses"] = pd.concat([_linked(workspace, "course_offerings", y) for y in years], ignore_index=True)
    answers = pd.concat([_linked(workspace, "survey_responses", y) for y in years], ignore_index=True)
    frames["survey_answers"] = number_answers(answers)
    contacts = _contacts(workspace, answers, schools, years)
    return build_partner_folders(data, version, frames, schools, contacts, names, released_on=released_on)


def _schools_of_partners(workspace: Workspace, years: list[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    parts: list[pd.DataFrame] = []
    names: dict[str, str] = {}
    for year in years:
        regions = read_parts(workspace, "partner_regions", year).drop_duplicates("partner_id")
        mapped = workspace.store.read("school_partners", year)
        mapped = mapped[mapped["partner_id"].notna()]
        parts.append(mapped.merge(regions[["partner_id", "partner_account"]], on="partner_id", how="left"))
        names |= dict(zip(regions["partner_id"], regions["partner_name"], strict=True))
    return (pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"partner_id": []})), names


def _every(workspace: Workspace, name: str, years: list[str]) -> pd.DataFrame:
    return pd.concat([workspace.store.read(name, year) for year in years], ignore_index=True)


def _linked(workspace: Workspace, kind: str, year: str) -> pd.DataFrame:
    """Records of a kind that were matched to a school, with its id."""
    links = workspace.store.read("linked_records", year, columns=["record_id", "nces_school_id"])
    rows = read_parts(workspace, kind, year).merge(links, on="record_id", how="inner", validate="1:1")
    return rows[rows["nces_school_id"].notna()]


def _contacts(
    workspace: Workspace, answers: pd.DataFrame, schools: pd.DataFrame, years: list[str]
) -> dict[str, pd.DataFrame]:
    """{partner: table contacts}. A person is told to the partner that has the school in the newest year."""
    private = pd.concat([_restricted_answers(workspace, year) for year in years], ignore_index=True)
    agreed = agreed_people(pd.concat([_said(workspace, year) for year in years], ignore_index=True))
    told = answers.merge(private, on="record_id", how="left", validate="1:1")[_ANSWERED]
    now = schools[schools["school_year"] == max(years)]
    return {
        str(partner): list_contacts(told, agreed, set(mine["nces_school_id"]))
        for partner, mine in now.groupby("partner_id")
    }


def _restricted_answers(workspace: Workspace, year: str) -> pd.DataFrame:
    parts = [
        workspace.store.read_text("restricted", f"{name}.standard", year)
        for name in part_names(workspace.sources, "survey_responses")
        # A purge removes them until the next run; nobody is told to anybody meanwhile.
        if workspace.store.exists("restricted", f"{name}.standard", year)
    ]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return frame.reindex(columns=["record_id", "submitter_name", EMAIL]).astype("str")


def _said(workspace: Workspace, year: str) -> pd.DataFrame:
    """Every answer received, whatever became of it: address, time, and whether it shares the contact details."""
    parts = []
    for name in part_names(workspace.sources, "survey_responses"):
        if not workspace.store.exists("restricted", name, year):
            continue
        rows = workspace.store.read_text("received", name, year)
        private = workspace.store.read_text("restricted", name, year).reindex(columns=[EMAIL])
        cells = rows.reindex(columns=["submitted_at", "share_with_regional_partners"]).astype("str")
        shares, _ = read_flags(cells["share_with_regional_partners"])
        address = private[EMAIL].astype("str").str.strip().str.lower()
        parts.append(pd.DataFrame({"address": address, "at": read_times(cells["submitted_at"]), "shares": shares}))
    nobody = pd.DataFrame({"address": [], "at": [], "shares": []}).astype(
        {"address": "str", "at": "str", "shares": "boolean"}
    )
    return pd.concat([nobody, *parts], ignore_index=True)
