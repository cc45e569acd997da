"""Delimited text, exactly as it stands: strict decoding, declared delimiter, every cell text. Knows no column name.

Two ways lead to the same cells: Arrow's reader where the file is provably plain, else Python's csv in strict mode.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.csv as arrow_csv

from pipelines.received.grid import Grid, grid_of, without_blank_rows
from pipelines.received.limits import MAX_COLUMNS, MAX_FIELD, MAX_ROWS
from pipelines.received.refusal import Refused
from pipelines.received.signs import signs_in
from pipelines.received.text_cells import holds_byte

MIN_WIDTH_OF_A_HIDDEN_ROW = 5
"""In narrower files a line of a comment may well have as many commas as a row."""
MIN_WIDTH_OF_TWO_HALVES = 4
HEADER_ROWS = 20
_PEEK = 1 << 20
_BLOCK = 1 << 22
_LF, _CR, _QUOTE = 10, 13, 34
# What two bytes of cp1252 make when they happen to be UTF-8 (\u00c9\u2019 is \u0252) is none of these.
_LETTERS_OF_UTF8 = re.compile("[\u00a0-\u017f\u2010-\u2044\u20ac\u2122]")
_LINE_END = re.compile("\r\n|\r|\n")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def _strict_reader(lines: io.StringIO, delimiter: str) -> Any:
    # The limit belongs to the whole process, and other libraries raise it when they are imported.
    csv.field_size_limit(MAX_FIELD)
    return csv.reader(lines, delimiter=delimiter, strict=True)


def decode(data: bytes, encodings: Sequence[str]) -> tuple[bytes, str]:
    """The text as UTF-8 bytes without a byte order mark, and the encoding it was in.

    A byte order mark decides; without one the source's encodings are tried in order, strictly. UTF-16 needs a mark,
    and cp1252 is never tried on a file that is UTF-8 but for a few damaged bytes. Raises Refused F05.
    """
    allowed = ", ".join(encodings)
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise Refused("F05", f"the file is UTF-32; the source allows {allowed}")
    if data.startswith(_UTF16):
        if "utf-16" not in encodings:
            raise Refused("F05", f"the file is UTF-16; the source allows {allowed}")
        return _utf8_from(data, "utf-16"), "utf-16"
    if data[:_PEEK].count(0) * 5 > len(data[:_PEEK]):
        raise Refused("F05", "the file looks like UTF-16 without a byte order mark, or is no text at all")
    for encoding in encodings:
        if encoding == "utf-16":
            continue
        if encoding == "utf-8-sig" and data.isascii():
            return data, encoding
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig":
                _refuse_damaged_utf8(data, error)
            continue
        if encoding == "utf-8-sig":
            return data.removeprefix(b"\xef\xbb\xbf"), encoding
        return text.encode("utf-8"), encoding
    raise Refused("F05", f"the bytes of the file are not text in any encoding the source allows ({allowed})")


def _utf8_from(data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode("utf-8")
    except UnicodeError as error:
        raise Refused("F05", f"the file begins like {encoding} and cannot be decoded to its end") from error


def _refuse_damaged_utf8(data: bytes, error: UnicodeDecodeError) -> None:
    """Refuse text that is UTF-8 in part: read in another encoding, its letters would come out as JosÃ©."""
    text = data.decode("utf-8", errors="replace")
    if _LETTERS_OF_UTF8.search(text):
        damaged, line = text.count("\ufffd"), data.count(b"\n", 0, error.start) + 1
        raise Refused(
            "F05", f"the file is UTF-8 with {damaged:,} damaged characters, the first in line {line}"
        ) from error


def peek(utf8: bytes, delimiter: str, limit: int = HEADER_ROWS) -> list[list[str]]:
    """The first records, to find the header in; as many as can be read."""
    records: list[list[str]] = []
    reader = _strict_reader(_lines(utf8[:_PEEK]), delimiter)
    try:
        records.extend(itertools.islice(reader, limit))
    except csv.Error:
        return records
    return records


def read_grid(utf8: bytes, delimiter: str, width: int, skip: int) -> Grid:
    """All records after the first `skip`, of which a good one has `width` fields.

    Raises Refused F04 (limits) or F21 (a quote is not closed, or the last row is cut off).
    """
    if width > MAX_COLUMNS:
        raise Refused("F04", f"the file has {width:,} columns, more than the limit of {MAX_COLUMNS:,}")
    return _read_plain(utf8, delimiter, width, skip) or _read_strict(utf8, delimiter, width, skip)


def _lines(utf8: bytes) -> io.StringIO:
    # newline="" leaves line breaks alone, so that csv sees CR, LF and CRLF as they are.
    return io.StringIO(utf8.decode("utf-8", errors="ignore"), newline="")


# ------------------------------------------------------------------------------------------------ plain files, fast


def _read_plain(utf8: bytes, delimiter: str, width: int, skip: int) -> Grid | None:
    """Arrow's reading, or None where it could differ from strict reading by a single cell."""
    # Counting costs more than looking whether there is any.
    if b"\r" in utf8 and utf8.count(b"\r") != utf8.count(b"\r\n"):
        return None
    signs = signs_in(utf8)
    if signs.control:
        return None
    body = utf8[_start_of_data(utf8, delimiter, skip) :].rstrip(b"\r\n")
    # Arrow would drop a second byte order mark and takes a blank line for a row of one field.
    if not body or body.startswith((b"\n", b"\r\n", b"\xef\xbb\xbf")) or not _is_plain(body, delimiter):
        return None
    names = [str(n) for n in range(width)]
    try:
        table = arrow_csv.read_csv(
            arrow.BufferReader(body),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK, use_threads=len(body) > _BLOCK),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=b'"' in body, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, arrow.large_string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
                check_utf8=False,  # it has been decoded
            ),
        )
    except arrow.ArrowInvalid:
        return None  # a row of another width: the strict way says which one
    if table.num_rows > MAX_ROWS:
        raise _too_many_rows()
    if any((compute.max(compute.binary_length(column)).as_py() or 0) > MAX_FIELD for column in table.columns):
        return None
    if b'"' in body:
        _refuse_swallowed(table, delimiter, skip + 1)
    rows = np.arange(skip + 1, skip + 1 + table.num_rows, dtype=np.int64)
    return without_blank_rows(Grid(table, rows, width, signs=signs))


def _start_of_data(utf8: bytes, delimiter: str, skip: int) -> int:
    """Offset of the first byte after `skip` records; a record of the header may span lines."""
    reader = _strict_reader(_lines(utf8[:_PEEK]), delimiter)
    for _ in range(skip):
        next(reader)
    at = 0
    for _ in range(reader.line_num):
        at = utf8.find(b"\n", at) + 1
        if not at:
            return len(utf8)
    return at


def _is_plain(body: bytes, delimiter: str) -> bool:
    """Whether every quote opens, closes or doubles as RFC 4180 has it, and no line outside of quotes is empty."""
    if b'"' not in body:
        return b"\n\n" not in body and b"\n\r\n" not in body
    data = np.frombuffer(body, dtype=np.uint8)
    quotes = np.flatnonzero(data == _QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    edge = np.isin(np.arange(256), [ord(delimiter), _LF, _CR])
    before_is_edge = edge[data[np.maximum(opening - 1, 0)]] | (opening == 0)
    after_is_edge = edge[data[np.minimum(closing + 1, len(data) - 1)]] | (closing == len(data) - 1)
    doubled = opening[1:] == closing[:-1] + 1
    before_is_edge[1:] |= doubled
    after_is_edge[:-1] |= doubled
    if not (before_is_edge.all() and after_is_edge.all()):
        return False
    breaks = np.flatnonzero(data == _LF)
    outside = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
    following = data[outside + 1]
    return not ((following == _LF) | (following == _CR)).any()


def _refuse_swallowed(table: arrow.Table, delimiter: str, first_row: int) -> None:
    for place, column in enumerate(table.columns):
        if not holds_byte(column, b"\n"):
            continue
        broken = compute.indices_nonzero(compute.match_substring(column, "\n"))
        for at, cell in zip(broken.to_pylist(), column.take(broken).to_pylist(), strict=True):
            if _hides_rows(cell, place, delimiter, table.num_columns):
                raise _unclosed(first_row + at)


# ------------------------------------------------------------------------------------------------ all others, exact


def _read_strict(utf8: bytes, delimiter: str, width: int, skip: int) -> Grid:
    reader = _strict_reader(_lines(utf8), delimiter)
    records: list[tuple[int, list[str]]] = []
    row, line = 0, 0
    while True:
        row += 1
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            fields = _unreadable(error, width, row, reader.line_num - line)
        if row > skip and fields:
            if reader.line_num - line > 1:
                if len(fields) != width:
                    raise _unclosed(row)
                if any(_hides_rows(cell, place, delimiter, width) for place, cell in enumerate(fields)):
                    raise _unclosed(row)
            records.append((row, fields))
        line = reader.line_num
        if len(records) > MAX_ROWS:
            raise _too_many_rows()
    return grid_of(records, width, cut_off=not utf8.endswith((b"\n", b"\r")), signs=signs_in(utf8))


def _unreadable(error: csv.Error, width: int, row: int, lines: int) -> list[str]:
    """A stray quote spoils its own row only; one that runs over the line end has swallowed rows nobody can count."""
    if "field limit" in str(error):
        raise Refused(
            "F04", f"row {row}: a cell is longer than {MAX_FIELD:,} characters; is a quote not closed?"
        ) from error
    if "unexpected end of data" in str(error) or lines > 1:
        raise Refused("F21", f"a quote opened in row {row} is not closed") from error
    return ['"'] if width > 1 else ['"', ""]


def _hides_rows(cell: str, place: int, delimiter: str, width: int) -> bool:
    """Whether a cell of several lines seems to hold rows of the table: a lost quote hides rows so.

    Either a line in it is a whole row, or its first line ends the row it stands in, its last line begins another, and
    all between are rows.
    """
    if "\n" not in cell and "\r" not in cell:
        return False
    counts = [line.count(delimiter) for line in _LINE_END.split(cell)]
    if width >= MIN_WIDTH_OF_A_HIDDEN_ROW and width - 1 in counts:
        return True
    fits = counts[0] == width - 1 - place and counts[-1] == place
    return width >= MIN_WIDTH_OF_TWO_HALVES and fits and all(count == width - 1 for count in counts[1:-1])


def _unclosed(row: int) -> Refused:
    return Refused("F21", f"a quote of row {row} seems not to be closed: the cell runs over the rows below it")


def _too_many_rows() -> Refused:
    return Refused("F04", f"the file has more rows than the limit of {MAX_ROWS:,}")
