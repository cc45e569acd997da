"""A first look at a file of unknown layout: what it is, its delimiter and the first records of each of its tables.

Uses the readers of the received stage and judges nothing; what fits which source is found elsewhere.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipelines.received.find_header import DELIMITERS
from pipelines.received.open_file import MAX_BYTES, unpack
from pipelines.received.read_csv import decode, peek
from pipelines.received.read_html import read_html_tables
from pipelines.received.read_parquet import read_parquet
from pipelines.received.read_workbook import read_sheets
from pipelines.received.refusal import Refused

ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")
READERS = {"text": "csv", "html": "html_table", "workbook": "workbook", "parquet": "parquet"}
RECORDS = 400
"""Records looked at: enough to tell an id from a name, few enough for an instant."""


@dataclass(frozen=True)
class PeekedTable:
    """The first records of one table. `name` is the sheet, blank where there is none; records start at row 1."""

    name: str
    records: list[list[str]]


@dataclass(frozen=True)
class Peeked:
    """What a file is. `reader` is the word of a layout; encoding and delimiter are blank where there is none."""

    reader: str
    encoding: str
    delimiter: str
    tables: tuple[PeekedTable, ...]


def peek_file(path: Path) -> Peeked:
    """Look at the first RECORDS records of each table. Raises Refused as the reader of a received file would."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Refused("F04", f"the file has {size:,} bytes, more than the limit of {MAX_BYTES:,}")
    data = path.read_bytes()
    if not data or data.isspace():
        raise Refused("F19", "the file is empty")
    data, kind = unpack(data)
    if kind not in READERS:
        raise Refused("F03", f"the file is of a kind that no source can be read from ({kind})")
    if kind == "workbook":
        sheets = read_sheets(data)
        return Peeked("workbook", "", "", tuple(_padded(name, rows[:RECORDS]) for name, rows in sheets.items()))
    if kind == "parquet":
        return Peeked("parquet", "", "", (_padded("", read_parquet(data).records[:RECORDS]),))
    utf8, encoding = decode(data, ENCODINGS)
    if kind == "html":
        found = enumerate(read_html_tables(utf8), start=1)
        return Peeked("html_table", encoding, "", tuple(_padded(f"table {n}", rows[:RECORDS]) for n, rows in found))
    delimiter = likely_delimiter(utf8)
    return Peeked("csv", encoding, delimiter, (PeekedTable("", peek(utf8, delimiter, RECORDS)),))


def likely_delimiter(utf8: bytes) -> str:
    """The delimiter that cuts most of the first records into the same number of fields, more than one; else a comma."""
    best, chosen = (0.0, 0), ","
    for delimiter in DELIMITERS:
        widths = Counter(len(record) for record in peek(utf8, delimiter, 60) if any(record))
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        if width > 1 and (score := (round(count / widths.total(), 2), width)) > best:
            best, chosen = score, delimiter
    return chosen


def _padded(name: str, rows: list[tuple[int, list[str]]]) -> PeekedTable:
    """Records by position: blank ones where a reader left rows out, so that the n-th is row n."""
    records: list[list[str]] = []
    for number, fields in rows:
        records.extend([] for _ in range(number - 1 - len(records)))
        records.append(fields)
    return PeekedTable(name, records)
