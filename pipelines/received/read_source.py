"""One source, one school year: every file of its receipts, read or refused, as one bundle. Decides nothing else.

Content never raises: what is odd about a file ends in its refusal, with one sentence, and the other files go on.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as arrow

from pipelines.received.notice import Notice
from pipelines.received.read_one import LOCATORS, Asked, Outcome, finding_of, read_one
from pipelines.received.receipts import chosen_years, files_without_receipt, receipts_of
from pipelines.received.shape_rows import TEXT, check_templates, source_columns, to_frame
from pipelines.shared.findings import conform, join_findings
from pipelines.shared.records import Received
from schemas.columns import RESTRICTED
from schemas.source_model import Source
from schemas.tables import table
from schemas.thresholds import threshold


def read_source(raw: Path, source: Source, school_year: str, receipts: pd.DataFrame) -> Received:
    """Read the files that came from one source for one school year; see `Received` for the shapes.

    A source with `nearest_year` borrows the files of the nearest year that has receipts (file_year says which).
    A full delivery replaces all files before it, the same bytes count once: such files are superseded, and their rows
    are still handed on, so that withdrawn rows can be listed. Raises ValueError only for a defect of the YAML.
    """
    check_templates(source)
    years = chosen_years(source, school_year, receipts)
    asked = Asked(source, school_year, years[-1])
    read = []
    for year in years:
        mine = receipts_of(source, year, receipts)
        lines = zip(*(mine[name].tolist() for name in mine), strict=True)
        read += [read_one(raw, dict(zip(mine, line, strict=True)), replace(asked, file_year=year)) for line in lines]
    outcomes = _superseded(read, asked)
    rows, restricted = _joined([outcome.rows for outcome in outcomes if outcome.rows is not None], source)
    rejects = [outcome.rejects for outcome in outcomes if outcome.rejects is not None]
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    findings += [
        finding_of(asked, file, Notice("F18", "every file below raw/ has a receipt"))
        for file in files_without_receipt(raw, source, asked.file_year, receipts)
    ]
    findings += _row_count_findings(outcomes, asked)
    return Received(
        rows=rows,
        files=_files(outcomes),
        restricted=restricted,
        findings=join_findings(findings),
        rejects=pd.concat(rejects, ignore_index=True) if rejects else conform(pd.DataFrame(), "rejects"),
    )


def _superseded(outcomes: list[Outcome], asked: Asked) -> list[Outcome]:
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


def _with_status(outcome: Outcome, reason: str | None, repeated: bool, asked: Asked) -> Outcome:
    if reason is None:
        return outcome
    again = [finding_of(asked, str(outcome.line["file"]), Notice("F01", reason))] if repeated else []
    line = {**outcome.line, "file_status": "superseded", "reason": reason}
    return replace(outcome, line=line, findings=[*outcome.findings, *again])


def _row_count_findings(outcomes: list[Outcome], asked: Asked) -> list[pd.DataFrame]:
    """A full delivery with far fewer or more rows than the full delivery before it (F12)."""
    if asked.source.files_add_up:
        return []
    full = [o.line for o in outcomes if o.rows is not None and o.line["delivery"] == "full"]
    found = []
    for before, after in itertools.pairwise(full):
        was, now = int(str(before["rows_in"])), int(str(after["rows_in"]))
        if not threshold("f12_least") * was <= now <= threshold("f12_most") * was:
            expected = f"about {was:,} rows, as {before['file']} has; found {now:,}"
            found.append(finding_of(asked, str(after["file"]), Notice("F12", expected, rows=now)))
    return found


def _joined(parts: list[arrow.Table], source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All rows, and their restricted columns apart, in the same order."""
    names = source_columns(source)
    if parts:
        rows = arrow.concat_tables(parts)
    else:
        columns = (*LOCATORS, *names)
        rows = arrow.table({n: arrow.array([], arrow.int64() if n == "row" else TEXT) for n in columns})
    restricted = sorted(RESTRICTED & set(names))
    return to_frame(rows.drop_columns(restricted)), to_frame(rows.select(["file", "row", *restricted]))


def _files(outcomes: list[Outcome]) -> pd.DataFrame:
    """Table `received_files`."""
    types = {"str": TEXT, "Int64": arrow.int64()}
    columns = table("received_files").pandas_types
    return to_frame(
        arrow.table(
            {name: arrow.array([o.line.get(name) for o in outcomes], types[kind]) for name, kind in columns.items()}
        )
    )
