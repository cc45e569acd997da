"""`python -m bench.readers`: what five readers make of the measured hazards, written to bench/readers.md.

Each is called as its first page shows it, without options, because that is what fools people; ours reads what its
layout declares. The hazards and their right answers are those of tests/hostile/hazards.py.
"""

from __future__ import annotations

import importlib
import importlib.util
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.csv as arrow_csv

from tests.hostile.hazards import CSV, PLAIN, WORKBOOK, Hazard
from tests.hostile.reading import HEADER, read

HERE = Path(__file__).parent
Table = list[list[str]]


def with_pandas(path: Path) -> Table:
    """pandas, by the ending of the name."""
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ending: lambda p: pd.read_excel(p, engine="calamine") for ending in (".xls", ".xlsb", ".ods")
    }
    readers[".xlsx"] = lambda p: pd.read_excel(p, engine="openpyxl")
    return _texts(readers.get(path.suffix, pd.read_csv)(path))


DANGEROUS = ("billion laughs", "one far cell", "string of 40 MB in a small workbook")
"""Given to a child process of ours only: opened in this one, they may take all of its memory."""


def with_pyarrow(path: Path) -> Table:
    """pyarrow's CSV reader."""
    found = arrow_csv.read_csv(path)
    return [list(found.column_names), *map(list, zip(*(map(_text, c.to_pylist()) for c in found.columns), strict=True))]


def with_duckdb(path: Path) -> Table:
    """DuckDB's CSV reader, with its sniffer."""
    found = duckdb.connect().execute("select * from read_csv(?)", [str(path)])
    names = [column[0] for column in found.description or []]
    return [names, *([_text(cell) for cell in row] for row in found.fetchall())]


def with_polars(path: Path) -> Table:
    """Polars' CSV reader; polars is no dependency of ours."""
    found = importlib.import_module("polars").read_csv(path)
    return [list(found.columns), *([_text(cell) for cell in row] for row in found.rows())]


def _texts(frame: pd.DataFrame) -> Table:
    index = [] if isinstance(frame.index, pd.RangeIndex) else [frame.index.to_list()]
    columns = [*index, *(frame[column].to_list() for column in frame.columns)] if frame.columns.is_unique else []
    return [list(map(str, frame.columns)), *([_text(cell) for cell in row] for row in zip(*columns, strict=True))]


def _text(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell)


def outcome_of(reader: Callable[[Path], Table], hazard: Hazard, path: Path) -> str:
    """`exact`, `error`, or what is silently wrong."""
    try:
        table = reader(path)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a reader may also end in a panic of its own
        return "error"
    if table[1:] == hazard.rows and table[0][: len(HEADER)] == list(HEADER) and not hazard.rules:
        return "exact"
    if hazard.harmless and table == PLAIN:
        return "exact"
    if table[1:] == hazard.rows and hazard.outcome == "repair":
        return "exact, says nothing"
    return f"**silent: {_wrong(table, hazard)}**"


def _wrong(table: Table, hazard: Hazard) -> str:
    rows = table[1:]
    if hazard.outcome == "refused":
        return f"{len(rows)} rows of what should be refused"
    if len(table[0]) != len(HEADER):
        return f"{len(table[0])} columns"
    if len(rows) != len(hazard.rows):
        return f"{len(rows)} of {len(hazard.rows)} rows"
    wrong = sum(a != b for got, right in zip(rows, hazard.rows, strict=True) for a, b in zip(got, right, strict=False))
    return f"{wrong} cells differ" if wrong else "other column names"


def ours(hazard: Hazard, folder: Path) -> str:
    """What our reader says, through the door that every received file takes."""
    reading = read(folder, hazard.file, hazard.make(), (hazard.layout,))
    rules = ", ".join(reading.rules)
    if reading.status == "refused":
        return f"refused, {rules}"
    if reading.rows != hazard.rows:
        return "**silent**"
    return f"named, {rules}" if rules else "exact"


def table_of(
    hazards: tuple[Hazard, ...], readers: dict[str, Callable[[Path], Table]]
) -> tuple[list[str], dict[str, int]]:
    """Lines of a Markdown table, and the silent outcomes of each reader."""
    lines = [f"| Hazard | ours | {' | '.join(readers)} |", "|---|" + "---|" * (len(readers) + 1)]
    silent = dict.fromkeys(["ours", *readers], 0)
    for hazard in hazards:
        with tempfile.TemporaryDirectory(prefix="cs-access-bench-") as place:
            path = Path(place) / hazard.file
            path.write_bytes(hazard.make())
            answers = {"ours": ours(hazard, Path(place) / "raw")}
            answers |= {
                name: "not tried" if hazard.name in DANGEROUS else outcome_of(reader, hazard, path)
                for name, reader in readers.items()
            }
        for name, answer in answers.items():
            silent[name] += "silent" in answer
        lines.append(f"| {hazard.name} | {' | '.join(answers.values())} |")
    return lines, silent


def main() -> None:
    """Write bench/readers.md."""
    csv: dict[str, Callable[[Path], Table]] = {"pandas": with_pandas, "pyarrow": with_pyarrow, "duckdb": with_duckdb}
    has_polars = importlib.util.find_spec("polars") is not None
    if has_polars:
        csv["polars"] = with_polars
    texts = tuple(hazard for hazard in CSV if hazard.file.endswith(".csv"))
    first, silent = table_of(texts, csv)
    books, silent_books = table_of(WORKBOOK, {"pandas": with_pandas})
    versions = ", ".join(f"{name} {version(name)}" for name in csv)
    said = ", ".join(f"{name} {number}" for name, number in silent.items())
    said_books = ", ".join(f"{name} {number}" for name, number in silent_books.items())
    note = "" if has_polars else " polars is not installed here and has no column; install it to have one."
    text = [
        "# What readers make of odd files",
        "",
        f"Written by `python -m bench.readers`; {versions}, each called without options.{note}",
        "`exact`: every cell is what the file holds, as text. `named`: repaired or set aside, with a finding of that rule.",
        "`refused`, `error`: no table, and the reader says so. `silent`: another table, without a word.",
        "The rows and their right answers are in `tests/hostile/hazards.py`; a test holds the column *ours*.",
        "",
        f"## Text: {len(texts)} hazards; silent outcomes: {said}",
        "",
        *first,
        "",
        f"## Workbooks and archives: {len(WORKBOOK)} hazards; silent outcomes: {said_books}",
        "",
        "pyarrow and duckdb read no workbooks. Files that could take gigabytes of memory were given to ours only.",
        "",
        *books,
        "",
    ]
    (HERE / "readers.md").write_text("\n".join(text), encoding="utf-8")
    print(f"silent outcomes, text: {said}; workbooks and archives: {said_books}")


if __name__ == "__main__":
    main()
