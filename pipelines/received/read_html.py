"""Tables of an HTML page, such as the ".xls" files that the NCES school search sends. Knows no column name.

Fetches nothing and resolves no entity but HTML's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml.etree import ParserError

from pipelines.received.refusal import Refused

MAX_HTML = 64 * 1024 * 1024
_SPACES = re.compile(r"[ \t\r\n\f]+")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROWS = "./tr|./thead/tr|./tbody/tr|./tfoot/tr"


def read_html_tables(utf8: bytes) -> list[list[tuple[int, list[str]]]]:
    """The tables of a page, each as (row, fields); rows are counted through the page, as a spreadsheet lays it out.

    A cell over several columns is followed by blank ones. Raises Refused F04 (too large), F05 (NUL), F21 (cut off, or
    rows that the parser would drop, such as those behind the end of the page).
    """
    if len(utf8) > MAX_HTML:
        raise Refused("F04", f"the page has {len(utf8):,} bytes, more than the limit of {MAX_HTML:,}")
    if b"\0" in utf8:
        raise Refused("F05", "the page holds NUL characters, behind which a reader loses the rest")
    plain = _COMMENT.sub(b"", utf8)
    for tag in (b"table", b"html"):
        if _count(rb"<%s\b" % tag, plain) > _count(rb"</%s\b" % tag, plain):
            raise Refused("F21", f"<{tag.decode()}> of the page is not closed; the page seems to be cut off")
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        page = lxml.html.document_fromstring(utf8, parser=parser)
    except ParserError as error:
        raise Refused("F03", "the page holds no HTML that can be read") from error
    for line_break in page.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    found, written = sum(1 for _ in page.iter("tr")), _count(rb"<tr\b", plain)
    if found < written:
        raise Refused("F21", f"the page is not well formed: {found:,} of its {written:,} rows can be read")
    numbers = {row: number for number, row in enumerate(page.iter("tr"), start=1)}
    return [
        [(numbers[row], list(_cells(row))) for row in table.xpath(_ROWS) if len(row)] for table in page.iter("table")
    ]


def _count(pattern: bytes, page: bytes) -> int:
    return len(re.findall(pattern, page, re.IGNORECASE))


def _cells(row: lxml.html.HtmlElement) -> Iterator[str]:
    for cell in row:
        if cell.tag in ("td", "th"):
            yield _SPACES.sub(" ", cell.text_content()).strip()
            span = cell.get("colspan", "1")
            yield from [""] * (min(int(span), 1000) - 1 if span.isascii() and span.isdigit() else 0)
