"""Who gave each decision, as a partner, and whose schools are whose by the year's own tables. Judges no decision."""

from __future__ import annotations

import pandas as pd

from pipelines.reconciled.school_partners import map_schools, state_owners
from pipelines.season.steps.parts import decisions_of, read_parts
from pipelines.shared.regions import REVIEWER, Regions
from pipelines.shared.steps import Workspace

NAMES = ("partner_id", "partner_account", "partner_name")


def reviewed_decisions(workspace: Workspace, school_year: str) -> pd.DataFrame:
    """`decisions_of` with the reviewer of each: the partner its file is of, else the one that decided_by names."""
    made = decisions_of(workspace, school_year)
    if made.empty:
        return made
    return name_reviewers(made, read_parts(workspace, "partner_regions", school_year, columns=list(NAMES)))


def name_reviewers(decisions: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """The decisions with reviewer_partner filled where decided_by is a partner's id, account or name.

    A file that says nothing of a partner, handed in by a person whom no list knows, is the stewards'.
    """
    told = pd.concat([regions[["partner_id"]].assign(name=regions[name]) for name in NAMES]).dropna()
    told = told.assign(name=told["name"].map(_plain)).drop_duplicates()
    several = told["name"].duplicated(keep=False)
    known = told[~several].set_index("name")["partner_id"]
    by_name = decisions["decided_by"].map(_plain, na_action="ignore").map(known).astype("str")
    return decisions.assign(**{REVIEWER: decisions[REVIEWER].fillna(by_name)})


def regions_of(workspace: Workspace, school_year: str, decisions: pd.DataFrame) -> Regions | None:
    """Whose schools are whose in the year; None when no decision is a partner's, and nobody needs to know."""
    if decisions.empty or decisions[REVIEWER].isna().all():
        return None
    directory = workspace.store.read("nces_schools", school_year, columns=["nces_school_id", "state", "zip"])
    areas = read_parts(workspace, "partner_regions", school_year)
    mapped = map_schools(directory, areas, school_year)
    return Regions(mapped.set_index("nces_school_id")["partner_id"], state_owners(areas))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
