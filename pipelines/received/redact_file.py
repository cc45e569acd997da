"""A received text file with some cells emptied, row for row as it was. Decides nothing about which cells.

Rows keep their numbers, so evidence still points at the right ones; a row that is emptied whole stays as a blank one.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pandas as pd

from pipelines.received.find_header import Header, fit_header
from pipelines.received.read_csv import decode, peek
from pipelines.received.refusal import Refused
from schemas.source_model import Source


@dataclass
class OpenFile:
    """A file's records with the header that was found. `cells`: our columns of the data rows, by record number."""

    records: list[list[str]]
    header: Header
    newline: str
    cells: pd.DataFrame

    def empty_cells(self, column: str, chosen: pd.Index) -> None:
        """Empty one of our columns in these records."""
        self.write_cells(pd.Series("", index=chosen), column)

    def write_cells(self, values: pd.Series, column: str) -> None:
        """Put another text into one of our columns, by record number."""
        for place in self.header.places.get(column, ()):
            for record, value in values.items():
                if place < len(self.records[int(str(record))]):
                    self.records[int(str(record))][place] = str(value)

    def empty_rows(self, chosen: pd.Index) -> None:
        """Empty every cell of these records."""
        for record in chosen:
            self.records[record] = [""] * len(self.records[record])

    def to_bytes(self) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.header.layout.delimiter, lineterminator=self.newline)
        for record in self.records:
            writer.writerow(record)
        return out.getvalue().encode("utf-8")


def open_rows(data: bytes, source: Source, school_year: str) -> OpenFile:
    """The file's records, or Refused in a sentence when it is no delimited text that a layout of the source fits."""
    if data.startswith(b"PK"):
        raise Refused("F03", "it is a workbook or archive, whose cells are not emptied by program; do it by hand")
    refusal = Refused("F20", f"no layout of {source.source}.yml covers {school_year}")
    for layout in source.layouts_of(school_year):
        try:
            utf8, _ = decode(data, layout.encodings)
            header = fit_header(lambda delimiter, utf8=utf8: peek(utf8, delimiter), layout)  # type: ignore[misc]
        except Refused as error:
            refusal = error
            continue
        text = utf8.decode("utf-8")
        try:
            records = list(csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True))
        except csv.Error as error:
            raise Refused("F21", "a quote in it is not closed, so its rows cannot be told apart") from error
        return OpenFile(records, header, "\r\n" if "\r\n" in text else "\n", _cells(records, header))
    raise refusal


def _cells(records: list[list[str]], header: Header) -> pd.DataFrame:
    rows = range(header.skip, len(records))
    columns = {
        ours: [
            next((records[n][p].strip() for p in places if p < len(records[n]) and records[n][p].strip()), "")
            for n in rows
        ]
        for ours, places in header.places.items()
    }
    return pd.DataFrame(columns, index=list(rows), dtype="str")
