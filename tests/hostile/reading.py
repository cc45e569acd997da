"""Reads one file as if it had been received, the way a run does. Makes no file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.received.read_source import read_source
from pipelines.received.receipts import COLUMNS
from pipelines.shared.records import Received
from schemas.source_model import Layout, Source

COLUMNS_READ = {
    "school_name": "School",
    "nces_school_id_given": "NCES ID",
    "course_code": "Course",
    "enrolled": "Enrolled",
}
REQUIRED = ("school_name", "nces_school_id_given", "course_code", "enrolled")
HEADER = ("School", "NCES ID", "Course", "Enrolled")
SOURCE = {
    "source": "fl",
    "title": "Florida",
    "produces": "course_offerings",
    "publisher": "nobody",
    "state": "FL",
    "state_school_id": {"pattern": "FL-.*", "example": "FL-1-1"},
    "courses": {"mode": "every_row"},
}


def layout(name: str = "plain", **keys: object) -> Layout:
    """A layout of the four columns."""
    return Layout.model_validate({"name": name, "columns": COLUMNS_READ, "required": REQUIRED, **keys})


LAYOUTS = {
    "csv": layout(encodings=("utf-8-sig", "utf-16", "cp1252")),
    "workbook": layout("workbook", reader="workbook"),
    "html": layout("html", reader="html_table", encodings=("utf-8-sig", "cp1252")),
    "two_lines": layout(
        "two_lines",
        header_rows=2,
        columns={**COLUMNS_READ, "school_name": "School Name", "enrolled": "Students Enrolled"},
    ),
    "all_sheets": layout("all_sheets", reader="workbook", sheets="all"),
    "fixed": layout(
        "fixed",
        reader="fixed_width",
        positions={"School": (1, 10), "NCES ID": (11, 22), "Course": (23, 28), "Enrolled": (29, 32)},
    ),
}


@dataclass(frozen=True)
class Reading:
    """What became of a file: its sentence when it was refused, else its rows, and the rules that spoke."""

    status: str
    reason: str
    rows: list[list[str]]
    rules: tuple[str, ...]
    received: Received


def read(folder: Path, name: str, data: bytes, layouts: tuple[str, ...]) -> Reading:
    """Receive and read a file with those layouts, tried in order."""
    file = f"fl/2018-19/{name}"
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    line = ["fl", "2018-19", file, digest, str(len(data)), "full", "2018-11-01", "", ""]
    source = Source.model_validate({**SOURCE, "layouts": [LAYOUTS[one] for one in layouts]})
    received = read_source(folder, source, "2018-19", pd.DataFrame([line], columns=list(COLUMNS), dtype="str"))
    (status,) = received.files["file_status"]
    (reason,) = received.files["reason"].fillna("")
    rows = received.rows[list(COLUMNS_READ)].fillna("").to_numpy().tolist()
    rules = tuple(sorted(set(received.findings["rule_id"]) - {"F15", "F17"}))
    if status == "accepted":
        assert len(rows) + len(received.rejects) == received.files["rows_in"][0], "rows in = kept + rejected"
    return Reading(status, reason, rows, rules, received)
