"""Writes the open cases of a school year for people: the review page, and worksheets by partner or state.

Chooses what is read and where it is written; how a worksheet and the page look is in pipelines/review/.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from pipelines.review.case_list import CaseList, list_cases
from pipelines.review.review_page import review_page
from pipelines.review.worksheet import write_worksheet
from pipelines.season.steps.parts import read_parts
from pipelines.shared.steps import Workspace


def open_cases(workspace: Workspace, school_year: str, *, state: str = "", partner: str = "") -> CaseList:
    """The open cases of a year that has been run. Raises ValueError when it has not, or nobody has such cases."""
    store = workspace.store
    if not store.exists("reconciled", "review_queue", school_year):
        ran = ", ".join(store.years("reconciled", "review_queue")) or "none"
        raise ValueError(f"{school_year} has not been run; years with cases: {ran}. Run: cleanup run {school_year}")
    queue, directory = store.read("review_queue", school_year), store.read("nces_schools", school_year)
    return list_cases(queue, directory, school_year, state=state, partner=partner)


def write_review_page(
    workspace: Workspace, school_year: str, out: Path | None = None, *, state: str = "", partner: str = ""
) -> tuple[Path, int]:
    """Write the review page of a year, of a partner or state or of everybody; returns where, and how many cases it has.

    By default it goes into the data folder. A partner's page holds the cases that the partner answers, and its answers
    say whose they are.
    """
    listed = open_cases(workspace, school_year, state=state, partner=partner)
    whose = f"_{partner or state.upper()}" if partner or state else ""
    path = out or review_folder(workspace) / f"review_{school_year}{whose}.html"
    _replace(path, review_page(listed, partner_names(workspace, school_year)).encode())
    return path, len(listed.cases)


def export_worksheet(
    workspace: Workspace, school_year: str, *, state: str = "", partner: str = "", out: Path | None = None
) -> tuple[Path, int]:
    """Write the worksheet of a partner or state, or of everybody; returns where, and how many cases it has."""
    listed = open_cases(workspace, school_year, state=state, partner=partner)
    whose = partner or state.upper() or "all"
    path = out or review_folder(workspace) / f"worksheet_{school_year}_{whose}_{listed.run_id}.xlsx"
    about = f"Cases of {'partner ' + partner if partner else state.upper() or 'everybody'}."
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside and renamed: a person never opens half a workbook.
    beside = path.with_name(f".{path.stem}-{uuid.uuid4().hex}.xlsx")
    count = write_worksheet(listed, beside, about=about)
    beside.replace(path)
    return path, count


def hand_out(workspace: Workspace, school_year: str, whose: list[str], folder: Path) -> list[Path]:
    """Write what people answer in: a worksheet and a page for each partner (or `stewards`), and both with all cases."""
    made = []
    for one in ["", *whose]:
        name = one or "all"
        made.append(export_worksheet(workspace, school_year, partner=one, out=folder / f"worksheet_{name}.xlsx")[0])
        made.append(write_review_page(workspace, school_year, folder / f"review_{name}.html", partner=one)[0])
    return made


def review_folder(workspace: Workspace) -> Path:
    """Where review files go: <data>/review/."""
    return Path(workspace.store.root) / "review"


def partner_names(workspace: Workspace, school_year: str) -> dict[str, str]:
    """{partner_id: name} of the year's regional partners."""
    regions = read_parts(workspace, "partner_regions", school_year, columns=["partner_id", "partner_name"])
    known = regions.dropna().drop_duplicates("partner_id").sort_values("partner_id")
    return dict(zip(known["partner_id"], known["partner_name"], strict=True))


def _replace(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    beside.write_bytes(body)
    beside.replace(path)
