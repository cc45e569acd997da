"""The rows of a state's course files as sent: in order, with tidy cells, once for each offering in question; and their
number per file. Reads no id, no code and no count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.shared.coded import Coded, encode, nothing
from pipelines.shared.records import Received
from pipelines.shared.text import fold_cell
from pipelines.standard.course_answers import Answered, read_answers
from pipelines.standard.course_deliveries import receipt_order
from pipelines.standard.row_notes import Places
from pipelines.standard.school_details import PLACE
from schemas.columns import COUNTS
from schemas.source_model import Source

NCES, STATE = "nces_school_id_given", "state_school_id_given"
CELLS = (NCES, STATE, "school_name", "district_name", *PLACE, "course_code", "course_name", *COUNTS)
LOCATORS = frozenset({"source", "file", "sheet", "row", "file_year", "delivery", "school_year", "record_id"})


@dataclass(frozen=True)
class Given:
    """The rows as sent, in the order of receipts and of the file; `cells` are tidy text; `line` and `hidden`
    are their places in the rows and in the restricted cells of the bundle. A row that offers several courses, in a
    file with one column per course, stands once for each."""

    places: Places
    cells: dict[str, Coded]
    line: np.ndarray
    hidden: np.ndarray
    marks: frozenset[str]
    delivery: Coded
    answered: Answered

    def __len__(self) -> int:
        return len(self.line)


def read_given(received: Received, source: Source) -> Given:
    rows, marks = received.rows, _marks(source)
    file, row, line = _in_order(rows, received.files)
    hidden = line
    if not received.restricted.empty:
        same_file, same_row, hidden = _in_order(received.restricted, received.files)
        if file.text() != same_file.text() or row.tolist() != same_row.tolist():
            raise ValueError(
                "received.restricted must hold the same files and rows as received.rows; read the source again"
            )
    answered = read_answers(received, source, line, file)
    if len(answered.at) != len(line):
        file, row, line, hidden = file.take(answered.at), row[answered.at], line[answered.at], hidden[answered.at]
    places = Places(source.source, file, encode(rows["sheet"]).take(line), row)
    kinds = dict(zip(received.files["file"], received.files["delivery"], strict=True))
    cells = {name: tidy_column(rows, name, line, marks) for name in CELLS}
    for name, course in (("course_code", answered.code), ("course_name", answered.title)):
        cells[name] = course.or_else(cells[name]) if course.values else cells[name]
    return Given(places, cells, line, hidden, marks, file.map(kinds.get), answered)


def first_of_row(given: Given) -> np.ndarray:
    """Flag: the first entry of its row of the file."""
    return np.diff(given.line, prepend=-1) != 0


def _in_order(rows: pd.DataFrame, files: pd.DataFrame) -> tuple[Coded, np.ndarray, np.ndarray]:
    """File and row of each row in the order of the receipts and of the file, and the place where it stood."""
    order = receipt_order(files)
    file, row = encode(rows["file"]), rows["row"].to_numpy("int64")
    place = np.array([*(order[name] for name in file.values), 0], dtype=np.int64)
    line = np.lexsort((row, place[file.codes]))
    return file.take(line), row[line], line


def _marks(source: Source) -> frozenset[str]:
    return frozenset({"", *(mark.strip() for mark in source.missing)})


def tidy_column(rows: pd.DataFrame, name: str, line: np.ndarray, marks: frozenset[str]) -> Coded:
    """A column with folded spaces and null for every mark of a missing value; all null where no file has it."""
    if name not in rows:
        return nothing(len(line))

    def tidy(cell: str) -> str | None:
        folded = fold_cell(cell)
        return None if folded in marks else folded

    return encode(rows[name]).take(line).map(tidy)


def record_ids(given: Given, first: np.ndarray) -> arrow.Array:
    """Source, file and row; the second and later offerings of one row have their place behind it (`id:file:7:2`)."""
    places = given.places.take(first)
    row = arrow.array(places.row).cast(arrow.string())
    ids = compute.binary_join_element_wise(arrow.scalar(places.source), places.file.text(), row, ":")
    if len(given.answered.at) == len(np.unique(given.answered.at)):
        return ids
    place = pd.Series(given.line[first]).groupby(given.line[first]).cumcount().to_numpy() + 1
    later = compute.binary_join_element_wise(ids, arrow.array(place).cast(arrow.string()), ":")
    return compute.if_else(arrow.array(place > 1), later, ids)


def rows_per_file(given: Given, *parts: np.ndarray) -> list[dict[str, int]]:
    """Rows of each file in each part. A row that stands several times counts once, in the first part that has it."""
    file = given.places.file
    file_of = np.zeros(int(given.line.max(initial=-1)) + 1, dtype=np.int64)
    file_of[given.line] = file.codes
    free = np.ones(len(file_of), dtype=bool)
    counts = []
    for where in parts:
        mine = np.zeros(len(file_of), dtype=bool)
        mine[given.line[where]] = True
        counted = np.bincount(file_of[mine & free], minlength=len(file.values))
        free &= ~mine
        counts.append(dict(zip(file.values, counted.tolist(), strict=True)))
    return counts
