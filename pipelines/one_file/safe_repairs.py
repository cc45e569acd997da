"""Repairs that change no meaning, made in a copy of a file: what the run would repair anyway, and untidy text.

Repairs only what is proven; restricted columns and columns that no layout names are copied as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pipelines.one_file.check_file import Checked
from pipelines.received.find_header import Header, find_header, headerless
from pipelines.received.hide_addresses import ADDRESS
from pipelines.received.open_file import unpack
from pipelines.received.read_csv import MAX_FIELD, decode
from pipelines.received.read_workbook import read_sheets
from pipelines.received.refusal import Refused
from pipelines.shared.text import fold_spaces
from pipelines.standard.course_codes import canonical_codes
from schemas.columns import RESTRICTED
from schemas.source_model import Layout, Source

HEADER_ROWS = 20
MARK = "unspecified"
"""The mark for missing that the common layout asks for (domain.md 5.1); others become it where the source knows it."""

FORMULA = re.compile(r"\s*(?:[=@]|[+\-](?![\d.,\s%$()/+\-]*$))")
"""Starts that make a spreadsheet run a cell (rule F13); -5 and +1.5 are numbers, a lone dash is harmless."""
_INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
"""Characters that nobody can see (rule F29)."""

Repair = Callable[[str, Source], str]


def _course_code(text: str, source: Source) -> str:
    if source.courses is None:
        return text
    codes, _ = canonical_codes(pd.Series([text], dtype="str"), source.courses, ("", *source.missing))
    return str(codes.iloc[0]) if codes.notna().iloc[0] else text


REPAIRS: dict[str, Repair] = {
    # The rule fires only where the zero is proven: by the state of the row, or because the code has one length.
    "D02": lambda text, _: text.zfill(12),
    "D09": lambda text, _: text.zfill(8),
    "A01": lambda text, _: text.zfill(6),
    "S07": _course_code,
    "S27": lambda text, _: re.sub(r"\s*-\s*", "-", text),
    "F16": lambda text, _: re.sub(ADDRESS, "", text).strip(),
}


@dataclass(frozen=True)
class Change:
    """One cell that the copy has otherwise. rule: ids of rules joined by a bar, or the words spaces,
    marker (of a missing value) and encoding, which no rule reports."""

    row: int | None
    column: str
    was: str
    now: str
    rule: str


@dataclass(frozen=True)
class Repaired:
    """A file as records by position (the n-th is row n), with the changes made. sheet is blank but for workbooks."""

    records: list[list[str]]
    changes: list[Change]
    layout: Layout
    header: Header
    sheet: str = ""


def repair_file(checked: Checked) -> Repaired:
    """The records of the file with every safe repair made, and the list of changes without restricted values.

    Raises ValueError with a sentence when the file cannot be copied cell by cell.
    """
    if checked.refused:
        raise ValueError(
            f"{checked.path.name} cannot be read, so nothing in it can be repaired: {checked.file['reason']}"
        )
    layout = next(
        one for one in checked.source.layouts_of(checked.school_year) if one.name == str(checked.file["layout"])
    )
    records, sheet, encoding = _read_records(checked, layout)
    try:
        header = (headerless if layout.header == "absent" else find_header)(records[:HEADER_ROWS], layout)
    except Refused as refusal:
        raise ValueError(f"{checked.path.name} cannot be copied cell by cell: {refusal.sentence}") from refusal
    changes = [] if encoding in ("", "utf-8-sig") else [Change(None, "", encoding, "utf-8", "encoding")]
    changes += _repair_names(records, header)
    records, notes = _without_notes(records, checked.findings)
    for ours, places in header.places.items():
        if ours in RESTRICTED:
            continue
        for place in places:
            changes += _repair_column(records, header, checked, ours, place)
    changes.sort(key=lambda change: (change.row or 0, change.column))
    return Repaired(records, [*changes, *notes], layout, header, sheet)


def _read_records(checked: Checked, layout: Layout) -> tuple[list[list[str]], str, str]:
    name = checked.path.name
    data, _ = unpack(checked.path.read_bytes())
    if layout.reader == "workbook":
        if layout.sheets == "all":
            raise ValueError(
                f"{name} holds its rows on several sheets: save each as CSV, then check the CSV with --fix"
            )
        sheets = read_sheets(data)
        sheet = layout.sheet or _fitting_sheet(sheets, layout)
        records: list[list[str]] = []
        for number, fields in sheets[sheet]:
            records.extend([] for _ in range(number - 1 - len(records)))
            records.append(list(fields))
        return records, sheet, ""
    if layout.reader != "csv":
        raise ValueError(f"{name} is {layout.reader.replace('_', ' ')}: save it as CSV, then check the CSV with --fix")
    utf8, encoding = decode(data, layout.encodings)
    csv.field_size_limit(MAX_FIELD)
    lines = io.StringIO(utf8.decode("utf-8"), newline="")
    try:
        return list(csv.reader(lines, delimiter=layout.delimiter, strict=True)), "", encoding
    except csv.Error as error:
        raise ValueError(
            f"{name} has a stray quote that nobody but its author can place; put it right by hand first"
        ) from error


def _fitting_sheet(sheets: dict[str, list[tuple[int, list[str]]]], layout: Layout) -> str:
    for name, rows in sheets.items():
        try:
            find_header([fields for _, fields in rows[:HEADER_ROWS]], layout)
        except Refused:
            continue
        return name
    raise ValueError("no sheet of the workbook fits the layout")


def _repair_names(records: list[list[str]], header: Header) -> list[Change]:
    """Column names without the mark of a footnote that is glued to them (F23)."""
    if header.layout.header_rows != 1:
        return []
    changes = []
    for ours in header.marked:
        place, name = header.places[ours][0], header.layout.spellings(ours)[0]
        changes.append(Change(header.skip, name, header.names[place].strip(), name, "F23"))
        records[header.skip - 1][place] = name
    return changes


def _without_notes(records: list[list[str]], findings: pd.DataFrame) -> tuple[list[list[str]], list[Change]]:
    """The records without the notes below the table (F11); what stands in them is told only where the finding does."""
    notes = findings[findings["rule_id"] == "F11"].dropna(subset="row")
    if notes.empty:
        return records, []
    first = int(notes["row"].min())
    said = notes.fillna({"value": "(a note below the table)"})
    changes = [
        Change(int(row), "", str(value), "", "F11") for row, value in zip(said["row"], said["value"], strict=True)
    ]
    return records[: first - 1], changes


def _repair_column(records: list[list[str]], header: Header, checked: Checked, ours: str, place: int) -> list[Change]:
    """Repair one column in place. A row of another width is left alone: its cells may belong to other columns."""
    source, layout = checked.source, header.layout
    width = len(header.names)
    at = [n for n in range(header.skip, len(records)) if len(records[n]) == width]
    cells = pd.Series([records[n][place] for n in at], index=at, dtype="str")
    unguarded = cells.str.replace(r'^="((?s:.*))"$', r"\1", regex=True).str.replace(r"^'(\d)", r"\1", regex=True)
    seen = unguarded.str.replace(_INVISIBLE, "", regex=True)
    tidy = fold_spaces(seen)
    now = _with_one_mark(tidy, source, layout, ours)
    rules = pd.Series("", index=at, dtype="str")
    for rule, changed in (
        ("F25", unguarded != cells),
        ("F29", seen != unguarded),
        ("spaces", tidy != seen),
        ("marker", now != tidy),
    ):
        rules = rules.mask(changed, rules + f"|{rule}")
    now, rules = _follow_rules(now, rules, header, checked, ours)
    runs = now.str.match(FORMULA) & (layout.reader == "csv")
    now, rules = now.mask(runs, "'" + now), rules.mask(runs, rules + "|F13")
    changed = now != cells
    for n, text in now[changed].items():
        records[int(str(n))][place] = text
    return [
        Change(int(str(n)) + 1, header.names[place].strip(), _shown(was), _shown(text), rule.strip("|"))
        for n, was, text, rule in zip(changed.index[changed], cells[changed], now[changed], rules[changed], strict=True)
    ]


def _shown(text: str) -> str:
    """A cell for the change list: no address of a person stands in it."""
    return re.sub(ADDRESS, "(address)", text)


def _with_one_mark(tidy: pd.Series, source: Source, layout: Layout, ours: str) -> pd.Series:
    """Marks for missing as `unspecified`, where the source knows it; blank stays blank, and so do declared values."""
    if MARK not in source.missing:
        return tidy
    marks = {mark.strip().casefold() for mark in source.missing if mark.strip()}
    is_mark = tidy.str.casefold().isin(list(marks)) & ~tidy.isin(list(layout.values.get(ours, {})))
    return tidy.mask(is_mark, MARK)


def _follow_rules(
    now: pd.Series, rules: pd.Series, header: Header, checked: Checked, ours: str
) -> tuple[pd.Series, pd.Series]:
    """Where a rule of REPAIRS fired on a cell, the value that the run would read instead."""
    found = checked.findings
    names = {ours, header.found[ours]}
    mine = found[found["rule_id"].isin(list(REPAIRS)) & found["column"].isin(list(names)) & found["row"].notna()]
    now, rules = now.copy(), rules.copy()
    for row, rule_id, value in mine[["row", "rule_id", "value"]].itertuples(index=False, name=None):
        n = int(row) - 1
        # The finding shows the cell it speaks of; another spelling of the column may hold another value.
        if n not in now.index or (isinstance(value, str) and value != now[n] and rule_id != "F16"):
            continue
        repaired = REPAIRS[rule_id](now[n], checked.source)
        if repaired != now[n]:
            now[n] = repaired
            rules[n] += f"|{rule_id}"
    return now, rules
