"""Changes of files that say the same as before: order, repeats, spelling, encoding, format. Knows no school and no rule."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pyarrow
from pyarrow import parquet

from tests.world.files import Sent

Table = list[list[str]]
NBSP = "\u00a0"


def text_of(file: Sent) -> str:
    """The text of a file of the sample season: UTF-8, else cp1252."""
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file.data.decode("cp1252")


def read_table(file: Sent) -> Table:
    """Header and rows of a comma-separated file of the sample season."""
    return list(csv.reader(io.StringIO(text_of(file), newline="")))


def write_table(file: Sent, table: Table, **dialect: object) -> Sent:
    """The file with other rows, in UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out, **{"lineterminator": "\n", **dialect}).writerows(table)  # type: ignore[arg-type]
    return replace(file, data=out.getvalue().encode())


def of_rows(change: Callable[[Table], Table]) -> Callable[[Sent], list[Sent]]:
    """A change of header and rows as a change of a file."""
    return lambda file: [write_table(file, change(read_table(file)))]


def of_cells(change: Callable[[str], str]) -> Callable[[Sent], list[Sent]]:
    """A change of every cell below the header."""
    return of_rows(lambda table: [table[0], *([change(cell) for cell in row] for row in table[1:])])


def of_names(change: Callable[[str], str]) -> Callable[[Sent], list[Sent]]:
    """A change of every column name."""
    return of_rows(lambda table: [[change(name) for name in table[0]], *table[1:]])


def shuffled(table: Table) -> Table:
    """The rows in another order below the header, and the columns too where every row is as long as the header."""
    rows = table[1:]
    random.Random(7).shuffle(rows)
    mixed = [table[0], *rows]
    return [row[::-1] for row in mixed] if {len(row) for row in mixed} == {len(table[0])} else mixed


def repeated(table: Table) -> Table:
    """Every row twice, and the first a third time at the end."""
    return [table[0], *(row for row in table[1:] for _ in range(2)), *table[1:2]]


def padded(name: str) -> str:
    """A column name in the other case between spaces, and with every space doubled."""
    return "  " + name.swapcase().replace(" ", "  ") + " "


def spaced(cell: str) -> str:
    """Spaces doubled, one of each two unbreakable, and one on each end; an empty cell stays empty."""
    return NBSP + cell.replace(" ", f" {NBSP}") + " " if cell else cell


def split(parts: int) -> Callable[[Sent], list[Sent]]:
    """The file in several deliveries: the first as it was sent, the others as supplements of it."""

    def cut(file: Sent) -> list[Sent]:
        header, *rows = read_table(file)
        size = -(-len(rows) // parts)
        pieces = [rows[n * size : (n + 1) * size] for n in range(parts)]
        stem, _, ending = file.name.rpartition(".")
        named = [file.name, *(f"{stem}.part{n}.{ending}" for n in range(2, parts + 1))]
        return [
            write_table(replace(file, name=name, delivery=file.delivery if n == 0 else "supplement"), [header, *piece])
            for n, (name, piece) in enumerate(zip(named, pieces, strict=True))
            if piece
        ]

    return cut


def encoded(encoding: str, end: str = "\n") -> Callable[[Sent], list[Sent]]:
    """The same text in another encoding, with other line ends. Raises UnicodeEncodeError for what it cannot write."""

    def write(file: Sent) -> list[Sent]:
        text = text_of(file).replace("\r\n", "\n").replace("\n", end)
        return [replace(file, data=text.encode(encoding))]

    return write


def quoted(file: Sent) -> list[Sent]:
    """UTF-8 with a byte order mark, every cell between quotes, and blank lines at the end."""
    written = write_table(file, read_table(file), quoting=csv.QUOTE_ALL)
    return [replace(written, data=b"\xef\xbb\xbf" + written.data + b"\n\n")]


def as_workbook(file: Sent) -> list[Sent]:
    """The table as text cells of an XLSX sheet."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for row in read_table(file):
        sheet.append([cell or None for cell in row])
    body = io.BytesIO()
    book.save(body)
    return [replace(file, name=file.name.rpartition(".")[0] + ".xlsx", data=body.getvalue())]


def as_parquet(file: Sent) -> list[Sent]:
    """The table as text columns of a Parquet file."""
    header, *rows = read_table(file)
    columns = [pyarrow.array(column, pyarrow.string()) for column in zip(*rows, strict=True)]
    body = io.BytesIO()
    parquet.write_table(pyarrow.table(columns, names=header), body)
    return [replace(file, name=file.name.rpartition(".")[0] + ".parquet", data=body.getvalue())]


def change_files(
    files: Sequence[Sent], change: Callable[[Sent], list[Sent]], only: Callable[[Sent], bool] = lambda _: True
) -> list[Sent]:
    """The files with those in question changed."""
    return [new for file in files for new in (change(file) if only(file) else [file])]
