"""Tables of an HTML page, such as the ".xls" files that the NCES school search sends. Knows no column name.

Fetches nothing and resolves no entity but HTML's own.
"""

from __future__ import annotations

import re

import lxml.html
from lxml.etree import ParserError

from pipelines.received.grid import RawTable, Records
from pipelines.received.limits import MAX_CELLS, MAX_COLUMNS
from pipelines.received.refusal import Refused

MAX_HTML = 64 * 1024 * 1024
_SPACES = re.compile(r"[ \t\r\n\f]+")
# What is not closed runs to the end of the page, so that the search never starts over.
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_SCRIPT = re.compile(rb"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_WIDEST = 1000
_DIGITS = 10
_ROWS = "./tr|./thead/tr|./tbody/tr|./tfoot/tr"


def read_html(utf8: bytes) -> list[RawTable]:
    """The tables of a page, each as (row, fields); rows are counted through the page, as a spreadsheet lays it out.

    A cell over several columns or rows leaves the others blank, as a merged cell of a spreadsheet does. Scripts and
    styles are no text. Raises Refused F04 (too large, nested too deep), F05 (NUL), F21 (cut off, or rows that the
    parser would drop, such as those behind the end of the page).
    """
    if len(utf8) > MAX_HTML:
        raise Refused("F04", f"the page has {len(utf8):,} bytes, more than the limit of {MAX_HTML:,}")
    if b"\0" in utf8:
        raise Refused("F05", "the page holds NUL characters, behind which a reader loses the rest")
    plain = _SCRIPT.sub(b"", _COMMENT.sub(b"", utf8))
    for tag in (b"table", b"html"):
        if _count(rb"<%s\b" % tag, plain) > _count(rb"</%s\b" % tag, plain):
            raise Refused("F21", f"<{tag.decode()}> of the page is not closed; the page seems to be cut off")
    page = _parsed(utf8)
    found, written = sum(1 for _ in page.iter("tr")), _count(rb"<tr\b", plain)
    if found < written:
        raise Refused("F21", f"the page is not well formed: {found:,} of its {written:,} rows can be read")
    numbers = {row: number for number, row in enumerate(page.iter("tr"), start=1)}
    return [_table(f"number {n}", table, numbers) for n, table in enumerate(page.iter("table"), start=1)]


def read_html_tables(utf8: bytes) -> list[Records]:
    """The records of each table of a page. Raises Refused as `read_html` does."""
    return [table.records for table in read_html(utf8)]


def _parsed(utf8: bytes) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        page = lxml.html.document_fromstring(utf8, parser=parser)
    except ParserError as error:
        raise Refused("F03", "the page holds no HTML that can be read") from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise Refused("F04", "the page is nested deeper than any table is")
    for element in list(page.iter("script", "style", "template", "noscript")):
        element.drop_tree()
    for line_break in page.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return page


def _count(pattern: bytes, page: bytes) -> int:
    return len(re.findall(pattern, page, re.IGNORECASE))


def _table(name: str, table: lxml.html.HtmlElement, numbers: dict[lxml.html.HtmlElement, int]) -> RawTable:
    records: Records = []
    merged: list[tuple[int, int, int, int]] = []
    covered: dict[int, int] = {}  # column -> rows that a cell above still reaches down
    hidden = cells = 0
    for row in table.xpath(_ROWS):
        fields: list[str] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            _skip_covered(fields, covered)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            at = len(fields) + 1
            if across > 1 or down > 1:
                merged.append((numbers[row], at, numbers[row] + down - 1, at + across - 1))
            covered |= {at + n: down for n in range(across) if down > 1}
            fields += [_SPACES.sub(" ", cell.text_content()).strip(), *[""] * (across - 1)]
        _skip_covered(fields, covered)
        covered = {column: left - 1 for column, left in covered.items() if left > 1}
        cells += len(fields)
        if cells > MAX_CELLS:
            raise Refused("F04", f"a table of the page has more than {MAX_CELLS:,} cells")
        hidden += bool(_HIDDEN.search(row.get("style", ""))) or row.get("hidden") is not None
        if fields:
            records.append((numbers[row], fields))
    return RawTable(name, records, merged=tuple(merged), hidden=hidden)


def _skip_covered(fields: list[str], covered: dict[int, int]) -> None:
    """Put a blank where a cell of a row above reaches down."""
    while covered.get(len(fields) + 1, 0) > 0 and len(fields) < MAX_COLUMNS:
        fields.append("")


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    text = cell.get(name, "1").strip()
    return max(min(int(text), _WIDEST), 1) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 1
