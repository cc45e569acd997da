"""Findings on many rows at once: notes are taken as places in the rows, and become a table of findings at the end.

Judges nothing: which row breaks which rule is found by the module that reads the rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as arrow

from pipelines.shared.coded import Coded
from pipelines.shared.findings import ORDER, empty_findings, is_hidden
from pipelines.shared.frames import sort_rows, to_frame
from pipelines.standard.split import SETS_ASIDE
from schemas.rules import rule
from schemas.tables import table

STAGE = "standard"
FOLDED_INTO = "into row "
"""How the value of a finding begins that names another row of the file (S16, S17) instead of a cell."""


@dataclass(frozen=True)
class Places:
    """Where rows came from: one entry per row."""

    source: str
    file: Coded
    sheet: Coded
    row: np.ndarray

    def take(self, at: np.ndarray) -> Places:
        """The rows at those places."""
        return Places(self.source, self.file.take(at), self.sheet.take(at), self.row[at])


@dataclass(frozen=True)
class _Note:
    rule_id: str
    at: np.ndarray
    column: str
    values: Coded | None
    expected: str
    severity: str


@dataclass
class Notes:
    """The notes on the rows of `places`. `spelled`: (file, our column) -> the column as the file spells it."""

    places: Places
    school_year: str
    spelled: Mapping[tuple[str, str], str] = field(default_factory=dict)
    _notes: list[_Note] = field(default_factory=list)

    def add(
        self,
        rule_id: str,
        where: np.ndarray,
        *,
        column: str,
        values: Coded | None = None,
        expected: str = "",
        severity: str = "",
    ) -> None:
        """Note every row where the flag is set. `values`: per row the cell to show; never shown if restricted."""
        at = np.flatnonzero(where)
        if len(at):
            declared = rule(rule_id)
            shown = None if values is None or is_hidden(rule_id, column) else values.take(at)
            self._notes.append(
                _Note(rule_id, at, column, shown, expected or declared.sentence, severity or declared.severity)
            )

    def where(self, rule_id: str) -> np.ndarray:
        """Flag per row: the rule was noted."""
        return self._flag([note for note in self._notes if note.rule_id == rule_id])

    def rejecting(self) -> np.ndarray:
        """Flag per row: a note sets it aside."""
        return self._flag([note for note in self._notes if note.severity in SETS_ASIDE])

    def rules_of(self, where: np.ndarray) -> list[str]:
        """For each flagged row, in order, the ids of the rules that set it aside: `D01|S26`."""
        rules: dict[int, set[str]] = {at: set() for at in np.flatnonzero(where).tolist()}
        for note in self._notes:
            for at in note.at[where[note.at]].tolist() if note.severity in SETS_ASIDE else ():
                rules[at].add(note.rule_id)
        return ["|".join(sorted(found)) for found in rules.values()]

    def _flag(self, notes: list[_Note]) -> np.ndarray:
        flags = np.zeros(len(self.places.row), dtype=bool)
        for note in notes:
            flags[note.at] = True
        return flags

    def findings(self, where: np.ndarray | None = None) -> pd.DataFrame:
        """Table `findings` of all notes, or of those on the flagged rows, in the fixed order."""
        parts = [part for note in self._notes if (part := self._part(note, where)) is not None]
        if not parts:
            return empty_findings()
        return to_frame(sort_rows(arrow.concat_tables(parts), list(ORDER)))

    def _part(self, note: _Note, where: np.ndarray | None) -> arrow.Table | None:
        kept = np.ones(len(note.at), dtype=bool) if where is None else where[note.at]
        at = note.at[kept]
        if not len(at):
            return None
        found = self.places.take(at)
        size = len(at)
        columns = {
            "school_year": self.school_year,
            "stage": STAGE,
            "source": found.source,
            "file": found.file.text(),
            "sheet": found.sheet.text(),
            "row": arrow.array(found.row, arrow.int64()),
            "column": found.file.map(lambda file: self.spelled.get((file, note.column), note.column)).text(),
            "rule_id": note.rule_id,
            "severity": note.severity,
            "value": None if note.values is None else note.values.take(np.flatnonzero(kept)).text(),
            "expected": note.expected,
            "fix": rule(note.rule_id).fix,
            "finding_rows": 1,
        }
        schema = table("findings").arrow_schema
        return arrow.table([_column(columns[f.name], f.type, size) for f in schema], schema=schema)


def _column(value: object, kind: arrow.DataType, size: int) -> arrow.Array:
    return value if isinstance(value, arrow.Array) else arrow.repeat(arrow.scalar(value, kind), size)


def spellings(files: pd.DataFrame) -> dict[tuple[str, str], str]:
    """How each file (table `received_files`) spells our columns: (file, our column) -> the column's name there."""
    spelled = {}
    for file, found in zip(files["file"], files["columns_found"], strict=True):
        for ours, theirs in json.loads(found).items() if pd.notna(found) else ():
            spelled[file, ours] = theirs if isinstance(theirs, str) else " / ".join(theirs)
    return spelled
