"""`excel/` of a release: CSV files that survive a double-click in Excel, and one workbook. Analysts take `csv/` or Parquet.

Excel turns 12-digit ids into 1.2E+11, drops leading zeros and reads 2010-11 as a month; here it cannot.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.csv as csv

from pipelines.published.formula_safety import escape_formulas
from schemas.table_model import Table
from schemas.verdicts import WORDS

ROWS = 1_048_575
"""Rows that a sheet holds below its header."""
BY_YEAR = ("school_cs_access", "evidence")
"""Tables too long for one sheet, so each school year is a file of its own."""
NOT_IN_WORKBOOK = (*BY_YEAR, "access_report", "partner_report", "review_table", "partner_courses", "survey_answers")
"""Tables that a workbook would make slow to open; each has its own CSV file."""
READ_AS_SOMETHING_ELSE = (
    r"^(?:[0-9][0-9.,/:eE+-]*|(?i:true|false)"
    r"|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ ./-]?[0-9]{1,4})$"
)
"""Text that Excel would turn into a number, a date or a truth value when it opens a CSV file."""
WORKBOOK = "cs_access.xlsx"
SCHOOL_COLUMNS = (
    "nces_school_id", "school_name", "district_name", "city", "state", "zip", "grade_low", "grade_high",
    "students_total", "teaches_cs", "evidence_year", "decided_by_rule",
)  # fmt: skip
HEADER = {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "top"}


def write_excel(
    folder: Path, data: Mapping[str, arrow.Table], tables: Mapping[str, Table], version: str, released_on: date
) -> None:
    """Write `excel/` below the release folder: `<table>.csv` (or one per school year) and `cs_access.xlsx`.

    `data`: the release's public tables in their fixed order. The same tables give the same bytes.
    """
    target = folder / "excel"
    target.mkdir()
    for name, table in data.items():
        for suffix, part in _sheets(name, table):
            write_excel_csv(part, target / f"{name}{suffix}.csv")
    write_workbook(target / WORKBOOK, data, tables, version, released_on)


def write_excel_csv(table: arrow.Table, path: Path) -> None:
    """UTF-8 with a byte order mark; a text that Excel would change stands as ="text", one it would run gets an apostrophe."""
    for position, field in enumerate(table.schema):
        if arrow.types.is_string(field.type) or arrow.types.is_large_string(field.type):
            table = table.set_column(position, field, _for_excel(table.column(position)))
    with arrow.OSFile(str(path), "wb") as sink:
        sink.write(b"\xef\xbb\xbf")
        csv.write_csv(table, sink)


def _for_excel(cells: arrow.ChunkedArray) -> arrow.ChunkedArray:
    changes = compute.match_substring_regex(cells, READ_AS_SOMETHING_ELSE)
    head, tail, nothing = (arrow.scalar(text, cells.type) for text in ('="', '"', ""))
    kept = compute.binary_join_element_wise(head, cells, tail, nothing)
    return compute.if_else(changes, kept, escape_formulas(cells))


def _sheets(name: str, table: arrow.Table) -> Iterator[tuple[str, arrow.Table]]:
    if name not in BY_YEAR:
        yield from _cut(table, "")
        return
    for year in sorted(compute.unique(table["school_year"]).to_pylist()):
        yield from _cut(table.filter(compute.equal(table["school_year"], year)), f"_{year}")


def _cut(table: arrow.Table, suffix: str) -> Iterator[tuple[str, arrow.Table]]:
    if table.num_rows <= ROWS:
        yield suffix, table
        return
    for number, start in enumerate(range(0, table.num_rows, ROWS), start=1):
        yield f"{suffix}_{number}", table.slice(start, ROWS)


def write_workbook(
    path: Path, data: Mapping[str, arrow.Table], tables: Mapping[str, Table], version: str, released_on: date
) -> None:
    """One workbook to read and filter: about, the report's schools of the newest year, and the short tables.

    Every text is a text cell, so nothing runs as a formula and ids keep their zeros.
    """
    import xlsxwriter

    newest = max(compute.unique(data["school_cs_access"]["school_year"]).to_pylist(), default="")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        # The day of the release and no clock: the same inputs must give the same bytes.
        created = dt.datetime(released_on.year, released_on.month, released_on.day)
        book.set_properties({"title": f"cs-access {version}", "created": created})
        formats = {"header": book.add_format(HEADER), "wrap": book.add_format({"text_wrap": True, "valign": "top"})}
        _write_about(book, formats, version, released_on, newest)
        _write_sheet(book, formats, f"Schools {newest}", report_schools(data["school_cs_access"], newest))
        for name, table in data.items():
            if name not in NOT_IN_WORKBOOK and table.num_rows <= ROWS:
                _write_sheet(book, formats, name, table)
        _write_sheet(book, formats, "Columns", _meanings(tables))


def report_schools(schools: arrow.Table, school_year: str) -> arrow.Table:
    """Schools of the access report in that school year: the columns a reader filters by, and the answer in words."""
    wanted = compute.and_(compute.equal(schools["school_year"], school_year), schools["in_access_report"])
    rows = schools.filter(wanted).select([c for c in SCHOOL_COLUMNS if c in schools.column_names])
    words = arrow.array([WORDS[code] for code in rows["teaches_cs"].to_pylist()], arrow.string())
    return rows.add_column(rows.column_names.index("teaches_cs") + 1, "answer_in_words", words)


def _write_about(book, formats, version: str, released_on: date, newest: str) -> None:  # type: ignore[no-untyped-def]
    lines = [
        f"cs-access {version}, released {released_on.isoformat()}",
        f"The sheet 'Schools {newest}' lists the schools of the access report in the newest school year; all years and "
        "all schools are in the CSV, Parquet and DuckDB files of the same release.",
        "U means unknown: nobody told us. It never means no. An empty cell is not known, and never zero.",
        "Every column is explained in the last sheet and in dictionary.html. Ask for a correction with the school's NCES id.",
        "Licence: Creative Commons Attribution 4.0 (CC BY 4.0).",
    ]
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, formats["wrap"])


def _meanings(tables: Mapping[str, Table]) -> arrow.Table:
    rows = [(t.name, c.name, c.meaning, c.unit or None) for t in tables.values() for c in t.columns]
    return arrow.table(
        dict(zip(("table", "column", "meaning", "unit"), map(list, zip(*rows, strict=True)), strict=True))
    )


def _write_sheet(book, formats, title: str, table: arrow.Table) -> None:  # type: ignore[no-untyped-def]
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    for position, name in enumerate(table.column_names):
        cells = table.column(position).to_pylist()
        sheet.write_string(0, position, name, formats["header"])
        longest = max((len(str(cell)) for cell in cells[:200] if cell is not None), default=0)
        sheet.set_column(position, position, min(max(longest, len(name)) + 2, 60))
        text = arrow.types.is_string(table.schema.field(position).type)
        write = sheet.write_string if text else sheet.write
        for row, cell in enumerate(cells, start=1):
            if cell is not None:
                write(row, position, cell)
    if table.num_rows:
        sheet.autofilter(0, 0, table.num_rows, table.num_columns - 1)
