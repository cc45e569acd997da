"""One file judged alone by the very functions of the run: read, standardised, and linked where a directory is at hand.

Writes nothing and knows neither Dagster nor the receipts below raw/; words and colors are in `check_report`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.linked.checks import record_findings
from pipelines.linked.crosswalk import link_ap, link_ib
from pipelines.linked.ladder import link_records
from pipelines.linked.match_other_names import names_in_history
from pipelines.one_file.suggest_school import likely_schools
from pipelines.received.read_source import read_source
from pipelines.received.receipts import COLUMNS
from pipelines.season.steps.history import HISTORY
from pipelines.season.steps.linking import LISTS_OF_SCHOOLS
from pipelines.season.steps.parts import joined
from pipelines.season.steps.sources import STANDARDISERS
from pipelines.season.steps.unchanged import CODE_LISTS
from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.shared.school_year import nearest
from pipelines.shared.store import TableStore
from schemas.source_model import Source

LINK_BY_CODE = {"ap_offerings": link_ap, "ib_offerings": link_ib}


@dataclass(frozen=True)
class Directory:
    """Standardised tables of an earlier run, to prove ids against. school_year is that of the directory used."""

    store: TableStore
    school_year: str


@dataclass(frozen=True)
class Checked:
    """What was found in one file.

    file: its line of table `received_files`. findings: table `findings` of the stages received, standard and linked.
    counts: rows_in, rows_kept, rows_rejected, rows_merged, rows_excluded. directory_year: blank when ids were not
    compared with a directory. table: the source's part of its table, None for a refused file.
    likely: what a finding S01 shows -> the school that it may mean, in a sentence.
    """

    path: Path
    source: Source
    school_year: str
    file: dict[str, Any]
    findings: pd.DataFrame
    counts: dict[str, int]
    directory_year: str = ""
    table: pd.DataFrame | None = None
    likely: dict[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether the file as a whole cannot be read."""
        return str(self.file["file_status"]) in ("refused", "missing")

    @property
    def spelled(self) -> dict[str, str]:
        """Our column -> the file's name of it."""
        found = self.file.get("columns_found")
        return json.loads(found) if isinstance(found, str) else {}


def read_one_file(path: Path, source: Source, school_year: str) -> Received:
    """Read a file as if it had just been received for that source and school year; see `Received` for the shapes.

    A receipt is made up in memory, so that no raw folder is needed. Raises ValueError for a defect of the YAML.
    """
    with path.open("rb") as handle:
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    size = str(path.stat().st_size)
    line = (source.source, school_year, path.name, sha256, size, "full", "2000-01-01", "", "")
    received = read_source(path.parent, source, school_year, pd.DataFrame([line], columns=list(COLUMNS), dtype="str"))
    # Beside a file that lies in raw/ itself there may be a folder of the source, whose other files are not asked about.
    mine = received.findings["file"] == path.name
    received.findings = received.findings[mine].reset_index(drop=True)
    return received


def check_file(path: Path, source: Source, school_year: str, directory: Directory | None = None) -> Checked:
    """Everything the run would find in the file, with the same rule, row, column and value for each finding."""
    received = read_one_file(path, source, school_year)
    line = received.files.iloc[0].to_dict()
    counts = dict.fromkeys(("rows_in", "rows_kept", "rows_rejected", "rows_merged", "rows_excluded"), 0)
    if line["file_status"] != "accepted":
        return Checked(path, source, school_year, line, received.findings, counts)
    result = STANDARDISERS[source.produces](received, source, school_year)
    linked, likely = _link(result, source, directory)
    counts = {name: int(result.accounts[name].sum()) for name in counts}
    findings = join_findings([received.findings, result.findings, *([] if linked is None else [linked])])
    year = directory.school_year if directory and linked is not None else ""
    return Checked(path, source, school_year, line, findings, counts, year, result.table, likely)


def open_directory(data: str, school_year: str) -> Directory | None:
    """The directory of an earlier run below a data folder: that of the school year, else the nearest; None without one."""
    store = TableStore(data)
    year = nearest(school_year, store.years("standard", "nces_schools"))
    return Directory(store, year) if year else None


def _link(
    result: Standardised, source: Source, directory: Directory | None
) -> tuple[pd.DataFrame | None, dict[str, str]]:
    """Findings of the linked stage about this file's rows, None when nothing could be compared; and likely schools."""
    if directory is None or result.table.empty:
        return None, {}
    by_code = LINK_BY_CODE.get(source.produces)
    if by_code is None and source.produces not in LISTS_OF_SCHOOLS:
        return None, {}
    schools = _read_schools(directory)
    names = _other_names(directory)
    more: list[pd.DataFrame] = []
    if by_code is None:
        linked = link_records(result.table, schools, names)
    else:
        codes = _school_codes(directory, CODE_LISTS[source.produces])
        if codes.empty:
            return None, {}
        linked, of_codes = by_code(result.table, codes, schools, names)
        more.append(of_codes)
    produces = {source.source: source.produces}
    found = join_findings([record_findings(linked, schools, produces), *more])
    return found, likely_schools(linked, schools) if by_code is None else {}


def _read_schools(directory: Directory) -> pd.DataFrame:
    try:
        return directory.store.read("nces_schools", directory.school_year)
    except KeyError as error:
        raise ValueError(
            f"the directory of {directory.school_year} below {directory.store.root} lacks a column ({error.args[0]}): "
            f"an earlier version of the project made it. Make it anew: cleanup run {directory.school_year}"
        ) from error


def _other_names(directory: Directory) -> pd.DataFrame | None:
    store, year = directory.store, directory.school_year
    return names_in_history(store.read("school_history", year)) if store.exists(*HISTORY, year) else None


def _school_codes(directory: Directory, kind: str) -> pd.DataFrame:
    """The list of codes is a source of its own, whose name is that of its table."""
    store, year = directory.store, directory.school_year
    parts = [store.read(kind, year, stage="standard", name=kind)] if store.exists("standard", kind, year) else []
    return joined(parts, kind)
