"""One source, one school year: every file of its receipts, read or refused, as one bundle. Decides nothing else.

Content never raises: what is odd about a file ends in its refusal, with one sentence, and the other files go on.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from pipelines.received.check_content import check_state, check_year
from pipelines.received.grid import CONTROL
from pipelines.received.hide_addresses import ADDRESS, hide_addresses
from pipelines.received.open_file import read_bytes
from pipelines.received.read_file import FileTable, read_table
from pipelines.received.receipts import chosen_year, files_without_receipt, receipts_of
from pipelines.received.refusal import Refused
from pipelines.received.shape_rows import check_templates, shape_rows, source_columns
from pipelines.shared.findings import conform, file_finding, join_findings, row_findings
from pipelines.shared.records import Received
from schemas.columns import RESTRICTED
from schemas.rules import rule
from schemas.source_model import Source

STAGE = "received"
LOCATORS = ("source", "file", "sheet", "row", "file_year", "delivery")


@dataclass(frozen=True)
class _Asked:
    """What is asked of every file: the source, the year wanted, and the year whose files are read."""

    source: Source
    school_year: str
    file_year: str


@dataclass(frozen=True)
class _Outcome:
    """One file: its line of `received_files`, its rows with restricted columns, and what was found."""

    line: dict[str, object]
    rows: pd.DataFrame | None = None
    findings: list[pd.DataFrame] = field(default_factory=list)
    rejects: pd.DataFrame | None = None


def read_source(raw: Path, source: Source, school_year: str, receipts: pd.DataFrame) -> Received:
    """Read the files that came from one source for one school year; see `Received` for the shapes.

    A source with `nearest_year` borrows the files of the nearest year that has receipts (file_year says which).
    A full delivery replaces all files before it, the same bytes count once: such files are superseded, and their rows
    are still handed on, so that withdrawn rows can be listed. Raises ValueError only for a defect of the YAML.
    """
    check_templates(source)
    asked = _Asked(source, school_year, chosen_year(source, school_year, receipts))
    lines = receipts_of(source, asked.file_year, receipts).to_dict("records")
    outcomes = _superseded([_read_one(raw, line, asked) for line in lines], asked)
    rows, restricted = _joined([outcome.rows for outcome in outcomes if outcome.rows is not None], source)
    rejects = [outcome.rejects for outcome in outcomes if outcome.rejects is not None]
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    findings += [
        _finding(asked, "F18", file, "every file below raw/ has a receipt", fix=f"cleanup receive {file}")
        for file in files_without_receipt(raw, source, asked.file_year, receipts)
    ]
    return Received(
        rows=rows,
        files=conform(pd.DataFrame([outcome.line for outcome in outcomes]), "received_files"),
        restricted=restricted,
        findings=join_findings(findings),
        rejects=pd.concat([conform(pd.DataFrame(), "rejects"), *rejects], ignore_index=True),
    )


def _read_one(raw: Path, receipt: dict[str, str], asked: _Asked) -> _Outcome:
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
    }
    path = raw / receipt["file"]
    if not path.is_file():
        sentence = f"{receipt['file']} has a receipt but is not below raw/; put it back, or receive it again"
        finding = _finding(asked, "F18", receipt["file"], sentence)
        return _Outcome({**line, "file_status": "missing", "reason": sentence}, findings=[finding])
    try:
        return _accepted(path, line, receipt, asked)
    except Refused as refusal:
        return _refused(line, refusal, asked)
    except Exception as error:
        # A reader gave up in a way nobody foresaw. Its own words may quote cells, so only its kind is told.
        return _refused(line, Refused("F03", f"the file could not be read ({type(error).__name__})"), asked)


def _refused(line: dict[str, object], refusal: Refused, asked: _Asked) -> _Outcome:
    finding = _finding(asked, refusal.rule_id, str(line["file"]), refusal.sentence, column=refusal.column)
    return _Outcome({**line, "file_status": "refused", "reason": refusal.sentence}, findings=[finding])


def _accepted(path: Path, line: dict[str, object], receipt: dict[str, str], asked: _Asked) -> _Outcome:
    layouts = asked.source.layouts_of(asked.file_year)
    if not layouts:
        raise Refused("F20", f"no layout of {asked.source.source}.yml covers {asked.file_year}")
    table = read_table(read_bytes(path, receipt["sha256"], int(receipt["bytes"])), layouts)
    header = table.header
    shaped = shape_rows(table.grid, header, asked.source)
    check_state(shaped, asked.source)
    check_year(shaped, header.layout.year_column, asked.file_year)
    line = {
        **line,
        "file_status": "accepted",
        "layout": header.layout.name,
        "encoding": table.encoding,
        "rows_in": table.grid.rows_in,
        "reason": f"the header stands in row {header.skip}" if header.skip > 1 else None,
        "columns_found": json.dumps(header.found, ensure_ascii=False),
        "columns_unknown": "|".join(name.strip() for name in header.unknown) or None,
    }
    located = pd.DataFrame(
        {
            "source": asked.source.source,
            "file": receipt["file"],
            "sheet": table.sheet,
            "row": table.grid.rows,
            "file_year": asked.file_year,
            "delivery": receipt["delivery"],
        }
    ).astype({name: "Int64" if name == "row" else "str" for name in LOCATORS})
    rows = pd.concat([located, shaped], axis=1)
    kept, control_findings, control_rejects = _without_control_characters(rows, table, asked)
    kept, address_findings = hide_addresses(kept, header.found, stage=STAGE, school_year=asked.school_year)
    uneven_findings, uneven_rejects = _uneven_rows(table, receipt["file"], asked)
    findings = [
        *(_finding(asked, "F17", receipt["file"], None, column=name.strip()) for name in header.unknown),
        *_note_findings(table, receipt["file"], asked),
        *control_findings,
        *address_findings,
        *uneven_findings,
    ]
    rejects = pd.concat([control_rejects, uneven_rejects], ignore_index=True).sort_values("row", kind="stable")
    return _Outcome(line, kept, findings, rejects.reset_index(drop=True))


def _note_findings(table: FileTable, file: str, asked: _Asked) -> list[pd.DataFrame]:
    """One finding per note below the table; its text is shown where it stands under a column that may be shown."""
    by_place = {place: ours for ours, places in table.header.places.items() for place in places}
    findings = []
    for row, fields in table.grid.notes:
        place = next(at for at, cell in enumerate(fields) if cell.strip())
        shown = place in by_place and by_place[place] not in RESTRICTED
        value = re.sub(ADDRESS, "(address)", fields[place].strip()) if shown else None
        findings.append(_finding(asked, "F11", file, None, value=value, row=row, sheet=table.sheet))
    return findings


def _without_control_characters(
    rows: pd.DataFrame, table: FileTable, asked: _Asked
) -> tuple[pd.DataFrame, list[pd.DataFrame], pd.DataFrame]:
    none = conform(pd.DataFrame(), "rejects")
    if not table.grid.has_control:
        return rows, [], none
    found = pd.Series(False, index=rows.index)
    findings = []
    for ours, spelled in table.header.found.items():
        here = rows[ours].str.contains(CONTROL, regex=True, na=False)
        # The value is not shown: a terminal or a page could act on control characters.
        findings.append(
            row_findings(rows[here], "F06", stage=STAGE, school_year=asked.school_year, column=ours, spelled=spelled)
        )
        found |= here
    if not found.any():
        return rows, [], none
    cells = [ours for ours in table.header.found if ours not in RESTRICTED]
    records = [
        json.dumps({k: v for k, v in record.items() if isinstance(v, str)}, ensure_ascii=True)
        for record in rows.loc[found, cells].to_dict("records")
    ]
    return rows[~found], findings, _rejects(rows[found], "F06", records, asked)


def _uneven_rows(table: FileTable, file: str, asked: _Asked) -> tuple[list[pd.DataFrame], pd.DataFrame]:
    """Findings and rejects (F10). No cell is kept: it cannot be told which column a shifted cell belongs to."""
    uneven = table.grid.uneven
    if not uneven:
        return [], conform(pd.DataFrame(), "rejects")
    rows = pd.DataFrame({"row": [row for row, _ in uneven], "found": [len(fields) for _, fields in uneven]})
    rows = rows.assign(source=asked.source.source, file=file, sheet=table.sheet)
    findings = [
        row_findings(
            group,
            "F10",
            stage=STAGE,
            school_year=asked.school_year,
            expected=f"{table.grid.width} fields, as the header has; found {found}",
        )
        for found, group in rows.groupby("found", sort=True)
    ]
    return findings, _rejects(rows, "F10", ["{}"] * len(rows), asked)


def _rejects(rows: pd.DataFrame, rule_id: str, records: list[str], asked: _Asked) -> pd.DataFrame:
    out = rows[["source", "file", "sheet", "row"]].assign(
        school_year=asked.school_year,
        rule_ids=rule_id,
        reason=rule(rule_id).sentence,
        fix=rule(rule_id).fix,
        record=records,
    )
    return conform(out, "rejects")


def _finding(
    asked: _Asked,
    rule_id: str,
    file: str,
    expected: str | None,
    *,
    value: str | None = None,
    column: str | None = None,
    fix: str | None = None,
    row: int | None = None,
    sheet: str | None = None,
) -> pd.DataFrame:
    return file_finding(
        rule_id,
        stage=STAGE,
        school_year=asked.school_year,
        source=asked.source.source,
        file=file,
        expected=expected,
        value=value,
        column=column,
        fix=fix,
        row=row,
        sheet=sheet,
    )


def _superseded(outcomes: list[_Outcome], asked: _Asked) -> list[_Outcome]:
    """Mark accepted files that a later full delivery replaces, and repeated bytes (F01)."""
    first: dict[object, object] = {}
    last_full = ""
    reasons: dict[int, str] = {}
    findings: Counter[int] = Counter()
    for at, outcome in enumerate(outcomes):
        if outcome.line["file_status"] != "accepted":
            continue
        sha256, file = outcome.line["sha256"], outcome.line["file"]
        if sha256 in first:
            reasons[at] = f"the same bytes as {first[sha256]}"
            findings[at] = 1
        first.setdefault(sha256, file)
    for at in reversed(range(len(outcomes))):
        line = outcomes[at].line
        if line["file_status"] != "accepted" or at in reasons:
            continue
        if last_full:
            reasons[at] = f"replaced by the full delivery {last_full}"
        elif line["delivery"] == "full" and not asked.source.files_add_up:
            last_full = str(line["file"])
    return [_with_status(o, reasons.get(at), bool(findings[at]), asked) for at, o in enumerate(outcomes)]


def _with_status(outcome: _Outcome, reason: str | None, repeated: bool, asked: _Asked) -> _Outcome:
    if reason is None:
        return outcome
    again = [_finding(asked, "F01", str(outcome.line["file"]), reason)] if repeated else []
    line = {**outcome.line, "file_status": "superseded", "reason": reason}
    return replace(outcome, line=line, findings=[*outcome.findings, *again])


def _joined(parts: list[pd.DataFrame], source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All rows, and their restricted columns apart, in the same order."""
    names = source_columns(source)
    columns = [*LOCATORS, *names]
    if parts:
        rows = pd.concat(parts, ignore_index=True)
    else:
        rows = pd.DataFrame({name: pd.Series(dtype="Int64" if name == "row" else "str") for name in columns})
    restricted = sorted(RESTRICTED & set(names))
    return rows.drop(columns=restricted), rows[["file", "row", *restricted]].copy()
