"""Reads invented directory files through their YAML layouts, in memory, for tests of the directory. Invented data only."""

from __future__ import annotations

import json

import pandas as pd

from pipelines.received.read_file import read_table
from pipelines.shared.findings import conform
from pipelines.shared.records import Received, Standardised
from pipelines.standard.nces_schools import standardise_nces_part
from schemas.source_model import Source, load_sources
from tests.unit.received_by_hand import shape_rows

YEAR = "2018-19"


def nces_sources() -> dict[str, Source]:
    return {name: source for name, source in load_sources().items() if source.produces == "nces_schools"}


def table_text(rows: list[dict[str, str]], delimiter: str = ",", *, header: bool = True) -> bytes:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return ("\n".join(delimiter.join(line) for line in lines[0 if header else 1 :]) + "\n").encode()


def received(
    source: str, *files: bytes, file_year: str = YEAR, school_year: str = YEAR, delivery: str = "supplement"
) -> Received:
    """What the received stage makes of files with these bytes, in this order."""
    declared, frames, lines = load_sources()[source], [], []
    for number, data in enumerate(files, start=1):
        read = read_table(data, declared.layouts_of(file_year))
        name = f"{source}/{file_year}/{number}.csv"
        rows = shape_rows(read.grid, read.header, declared)
        front = {"source": source, "file": name, "sheet": None, "row": read.grid.rows}
        rows = rows.assign(**front, file_year=file_year, delivery=delivery)
        frames.append(rows.astype({"sheet": "str", "row": "Int64"}))
        line: dict[str, object] = {"source": source, "school_year": school_year, "file_year": file_year, "file": name}
        line |= {
            "file_status": "accepted",
            "delivery": delivery,
            "rows_in": len(rows),
            "layout": read.header.layout.name,
        }
        lines.append(line | {"columns_found": json.dumps(read.header.found)})
    return Received(pd.concat(frames, ignore_index=True), conform(pd.DataFrame(lines), "received_files"))


def part(source: str, *files: bytes | list[dict[str, str]], file_year: str = YEAR, **other: str) -> Standardised:
    """The part that the source gives of the directory of `YEAR`; files are bytes, or rows under the file's names."""
    data = [file if isinstance(file, bytes) else table_text(file) for file in files]
    return standardise_nces_part(received(source, *data, file_year=file_year, **other), load_sources()[source], YEAR)


def only(result: Standardised) -> dict[str, object]:
    """The one school of a part, null as None."""
    [record] = result.table.astype("object").where(result.table.notna(), None).to_dict("records")
    return record


def rules(result: Standardised) -> list[str]:
    return sorted(result.findings["rule_id"])
