"""One received file: read or refused, with its rows in our columns and everything that was found. Never raises for content.

Knows no other file; what several files of a source mean together is decided in read_source.py.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as arrow

from pipelines.received.cell_rules import Checked, check_cells
from pipelines.received.check_content import check_name, check_state, check_year
from pipelines.received.file_names import odd_ending
from pipelines.received.hide_addresses import ADDRESS
from pipelines.received.notice import Notice
from pipelines.received.open_file import read_bytes
from pipelines.received.read_file import FileTable, read_table
from pipelines.received.refusal import Refused
from pipelines.received.shape_rows import TEXT, shape_table
from pipelines.shared.findings import conform, file_finding, row_findings
from schemas.columns import RESTRICTED
from schemas.rules import rule
from schemas.source_model import Source

STAGE = "received"
LOCATORS = ("source", "file", "sheet", "row", "file_year", "delivery")


@dataclass(frozen=True)
class Asked:
    """What is asked of every file: the source, the year wanted, and the year whose files are read."""

    source: Source
    school_year: str
    file_year: str


@dataclass(frozen=True)
class Outcome:
    """One file: its line of `received_files`, its rows with restricted columns, and what was found."""

    line: dict[str, object]
    rows: arrow.Table | None = None
    findings: list[pd.DataFrame] = field(default_factory=list)
    rejects: pd.DataFrame | None = None


def read_one(raw: Path, receipt: dict[str, str], asked: Asked) -> Outcome:
    """Read one file. Never raises for what is in it."""
    line: dict[str, object] = {
        "source": asked.source.source,
        "school_year": asked.school_year,
        "file_year": asked.file_year,
        "file": receipt["file"],
        "sha256": receipt["sha256"],
        "bytes": int(receipt["bytes"]),
        "delivery": receipt["delivery"],
        "received_on": receipt["received_on"],
        "received_by": receipt["received_by"] or None,
    }
    path = raw / receipt["file"]
    if not path.is_file():
        sentence = f"{receipt['file']} has a receipt but is not below raw/; put it back, or receive it again"
        finding = finding_of(asked, receipt["file"], Notice("F18", sentence))
        return Outcome({**line, "file_status": "missing", "reason": sentence}, findings=[finding])
    try:
        return _accepted(path, line, receipt, asked)
    except Refused as refusal:
        return _refused(line, refusal, asked)
    except Exception as error:
        # A reader gave up in a way nobody foresaw. Its own words may quote cells, so only its kind is told.
        return _refused(line, Refused("F03", f"the file could not be read ({type(error).__name__})"), asked)


def _refused(line: dict[str, object], refusal: Refused, asked: Asked) -> Outcome:
    notice = Notice(refusal.rule_id, refusal.sentence, column=refusal.column)
    finding = finding_of(asked, str(line["file"]), notice)
    return Outcome({**line, "file_status": "refused", "reason": refusal.sentence}, findings=[finding])


def _accepted(path: Path, line: dict[str, object], receipt: dict[str, str], asked: Asked) -> Outcome:
    layouts = asked.source.layouts_of(asked.file_year)
    if not layouts:
        raise Refused("F20", f"no layout of {asked.source.source}.yml covers {asked.file_year}")
    check_name(path.name, asked.source, asked.file_year)
    data = read_bytes(path, receipt["sha256"], int(receipt["bytes"]))
    table = read_table(data, layouts)
    header, grid = table.header, table.grid
    shaped, guards = shape_table(grid, header, asked.source)
    check_state(shaped, asked.source)
    check_year(shaped, header.layout.year_column, asked.file_year)
    found = header.found
    checked = check_cells(shaped, found, grid.rows, grid.signs, header.layout)
    unknown = [name.strip() for name in header.unknown]
    line = {
        **line,
        "file_status": "accepted",
        "layout": header.layout.name,
        "encoding": table.encoding,
        "rows_in": grid.rows_in,
        "reason": _how(table),
        "columns_found": json.dumps(found, ensure_ascii=False),
        "columns_unknown": "|".join(unknown) or None,
    }
    sheets = table.sheet_of(grid.rows)
    kept = _located(shaped, checked, table, sheets, receipt, asked)
    aside_findings, rejects = _aside(checked, table, sheets, receipt["file"], asked)
    notices = [
        *(Notice("F17", column=name) for name in unknown),
        *(Notice("F23", column=name) for name in header.marked.values()),
        *(Notice("F25", column=found[ours], rows=number) for ours, number in guards.items()),
        *_ending_notice(path.name, data, table),
        *table.notices,
        *checked.notices,
        *_note_notices(table),
    ]
    findings = [finding_of(asked, receipt["file"], notice) for notice in notices]
    return Outcome(line, kept, [*findings, *aside_findings], rejects)


def _how(table: FileTable) -> str | None:
    said = []
    if table.header.skip > table.header.layout.header_rows:
        said.append(f"the header stands in row {table.header.skip}")
    said += [f"rows of sheet {name!r} are numbered from {start:,}" for start, name in table.starts[1:]]
    return "; ".join(said) or None


def _ending_notice(name: str, data: bytes, table: FileTable) -> list[Notice]:
    expected = odd_ending(name, data, table.kind)
    return [Notice("F28", expected)] if expected else []


def _located(
    shaped: arrow.Table,
    checked: Checked,
    table: FileTable,
    sheets: list[str | None],
    receipt: dict[str, str],
    asked: Asked,
) -> arrow.Table:
    """The rows that go on, with where each came from."""
    size = len(table.grid.rows)

    def same(value: str | None) -> arrow.Array:
        return arrow.repeat(arrow.scalar(value, TEXT), size)

    columns = {
        "source": same(asked.source.source),
        "file": same(receipt["file"]),
        "sheet": arrow.array(sheets, TEXT) if table.starts else same(table.sheet),
        "row": arrow.array(table.grid.rows),
        "file_year": same(asked.file_year),
        "delivery": same(receipt["delivery"]),
        **{name: checked.cells.get(name, shaped[name]) for name in shaped.column_names},
    }
    rows = arrow.table(columns)
    if checked.aside:
        keep = np.ones(size, dtype=bool)
        keep[np.concatenate([places for _, places, _ in checked.aside])] = False
        rows = rows.filter(arrow.array(keep))
    return rows


def _note_notices(table: FileTable) -> list[Notice]:
    """One per note below the table; its text is shown where it stands under a column that may be shown."""
    by_place = {place: ours for ours, places in table.header.places.items() for place in places}
    notices = []
    for row, fields in table.grid.notes:
        place = next(at for at, cell in enumerate(fields) if cell.strip())
        shown = place in by_place and by_place[place] not in RESTRICTED
        value = re.sub(ADDRESS, "(address)", fields[place].strip()) if shown else None
        notices.append(Notice("F11", value=value, row=row, sheet=table.sheet))
    return notices


# ------------------------------------------------------------------------------------------------ rows set aside


def _aside(
    checked: Checked, table: FileTable, sheets: list[str | None], file: str, asked: Asked
) -> tuple[list[pd.DataFrame], pd.DataFrame | None]:
    """Findings of single cells and rows, and the rows that do not go on, each once (F06, F10, F24, F26)."""
    grid, found = table.grid, table.header.found
    places = {"source": asked.source.source, "file": file}
    findings: list[pd.DataFrame] = []

    def cells_of(rule_id: str, at: np.ndarray, ours: str) -> pd.DataFrame:
        rows = pd.DataFrame({**places, "sheet": [sheets[n] for n in at], "row": grid.rows[at]})
        # The value is not shown: a terminal or a page could act on control characters, and an address is someone's.
        return row_findings(rows, rule_id, stage=STAGE, school_year=asked.school_year, column=ours, spelled=found[ours])

    findings += [cells_of("F16", at, ours) for ours, at in checked.addresses.items()]
    findings += [cells_of("F22", at, ours) for ours, at in checked.lost.items()]
    findings += [cells_of(rule_id, at, ours) for rule_id, at, ours in checked.aside]
    rejected: dict[int, tuple[list[str], str]] = {}
    for rule_id, at, _ in checked.aside:
        for n in at.tolist():
            rules = rejected.setdefault(int(grid.rows[n]), ([], _record(checked, n)))[0]
            rules += [rule_id] if rule_id not in rules else []
    for rule_id, records in (("F10", grid.uneven), ("F24", grid.repeated)):
        if records:
            # No cell is kept: it cannot be told which column a shifted cell belongs to, and a total is no record.
            rejected |= {row: ([rule_id], "{}") for row, _ in records}
            findings += _line_findings(rule_id, records, table, places, asked)
    if not rejected:
        return findings, None
    rows = np.array(sorted(rejected), dtype=np.int64)
    rejects = pd.DataFrame(
        {
            **places,
            "sheet": table.sheet_of(rows),
            "row": rows,
            "school_year": asked.school_year,
            "rule_ids": ["|".join(rejected[row][0]) for row in rows.tolist()],
            "reason": ["; ".join(rule(one).sentence for one in rejected[row][0]) for row in rows.tolist()],
            "fix": ["; ".join(rule(one).fix for one in rejected[row][0]) for row in rows.tolist()],
            "record": [rejected[row][1] for row in rows.tolist()],
        }
    )
    return findings, conform(rejects, "rejects")


def _record(checked: Checked, at: int) -> str:
    cells = {ours: cells[at].as_py() for ours, cells in checked.cells.items() if ours not in RESTRICTED}
    return json.dumps({ours: cell for ours, cell in cells.items() if cell is not None}, ensure_ascii=True)


def _line_findings(
    rule_id: str, records: tuple[tuple[int, list[str]], ...], table: FileTable, places: dict[str, str], asked: Asked
) -> list[pd.DataFrame]:
    rows = pd.DataFrame({"row": [row for row, _ in records], "found": [len(fields) for _, fields in records]})
    rows = rows.assign(**places, sheet=table.sheet_of(rows["row"].to_numpy()))
    return [
        row_findings(
            group,
            rule_id,
            stage=STAGE,
            school_year=asked.school_year,
            expected=f"{table.grid.width} fields, as the header has; found {found}" if rule_id == "F10" else None,
        )
        for found, group in rows.groupby("found", sort=True)
    ]


def finding_of(asked: Asked, file: str, notice: Notice) -> pd.DataFrame:
    """What was noticed about a file, as one row of table `findings`."""
    return file_finding(
        notice.rule_id,
        stage=STAGE,
        school_year=asked.school_year,
        source=asked.source.source,
        file=file,
        expected=notice.expected,
        value=notice.value,
        column=notice.column,
        rows=notice.rows,
        row=notice.row,
        sheet=notice.sheet,
    )
