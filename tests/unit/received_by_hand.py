"""Builds what the received stage hands on, by hand, for tests of the national lists. Invented data only."""

from __future__ import annotations

import json

import pandas as pd

from pipelines.received.find_header import Header
from pipelines.received.grid import Grid
from pipelines.received.shape_rows import shape_table, to_frame
from pipelines.shared.findings import conform
from pipelines.shared.records import Received, Standardised
from schemas.columns import RESTRICTED
from schemas.source_model import Source, load_sources


def source_of(name: str) -> Source:
    return load_sources()[name]


def shape_rows(grid: Grid, header: Header, source: Source) -> pd.DataFrame:
    """What a file's rows are in our column names: text columns, without what was noted on the way."""
    return to_frame(shape_table(grid, header, source)[0])


def received_by_hand(
    source: str,
    files: dict[str, list[dict[str, str]]],
    *,
    school_year: str = "2018-19",
    delivery: str = "supplement",
    superseded: tuple[str, ...] = (),
    spelled: dict[str, str] | None = None,
) -> Received:
    """The bundle for files given as name -> rows in our column names; the first data row stands in row 2."""
    cells = [
        {
            "source": source,
            "file": f"{source}/{school_year}/{file}",
            "sheet": None,
            "row": number,
            "file_year": school_year,
            "delivery": delivery,
            **row,
        }
        for file, rows in files.items()
        for number, row in enumerate(rows, start=2)
    ]
    front = ["source", "file", "sheet", "row", "file_year", "delivery"]
    frame = pd.DataFrame(cells).reindex(columns=list(dict.fromkeys([*front, *(name for row in cells for name in row)])))
    frame = frame.astype({name: "Int64" if name == "row" else "str" for name in frame.columns})
    hidden = [name for name in frame.columns if name in RESTRICTED]
    receipts = pd.DataFrame(
        {
            "source": source,
            "school_year": school_year,
            "file_year": school_year,
            "file": [f"{source}/{school_year}/{file}" for file in files],
            "sha256": [f"{number:064d}" for number, _ in enumerate(files)],
            "bytes": 1,
            "delivery": delivery,
            "received_on": "2019-06-01",
            "file_status": ["superseded" if file in superseded else "accepted" for file in files],
            "rows_in": [len(rows) for rows in files.values()],
            "columns_found": json.dumps(spelled or {}),
        }
    )
    return Received(
        rows=frame.drop(columns=hidden),
        restricted=frame[["file", "row", *hidden]],
        files=conform(receipts, "received_files"),
    )


def fired(result: Standardised, row: int) -> list[str]:
    """Ids of the rules that fired on that row of the file, in order."""
    return result.findings.loc[result.findings["row"] == row, "rule_id"].tolist()


def fate(result: Standardised, row: int) -> str:
    """What became of that row: kept, rejected, or neither (merged or left out)."""
    if (result.table["row"] == row).any():
        return "kept"
    return "rejected" if (result.rejects["row"] == row).any() else "neither"
