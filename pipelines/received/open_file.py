"""From a path to the bytes of one table: hash, size, gzip and one-member zip, and what kind of content it is.

Does not look inside tables. The limits on size are in limits.py.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from pathlib import Path
from typing import Literal

from pipelines.received.limits import MAX_BYTES
from pipelines.received.refusal import Refused
from pipelines.received.run_child import run_child
from pipelines.received.zip_child import Budget

_GZIP = 31
Kind = Literal["text", "html", "workbook", "parquet", "gzip", "zip", "pdf", "binary"]
KIND_NAMES: dict[Kind, str] = {
    "text": "text",
    "html": "an HTML page",
    "workbook": "an Excel workbook",
    "parquet": "a Parquet file",
    "gzip": "a gzip archive",
    "zip": "a zip archive",
    "pdf": "a PDF document",
    "binary": "a binary file",
}
_HTML = re.compile(
    # Atomic groups: a page of many comments must not make the search go back over them.
    rb"\A(?:\xef\xbb\xbf)?\s*(?><\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+"
    rb"<(?:!doctype\s+html|html|head|body|table|tr|meta|script|style|title|div|center|font)\b",
    re.I | re.S,
)
_WORKBOOK_MEMBERS = (
    b"[Content_Types].xml",
    b"_rels/",
    b"docProps/",
    b"xl/",
    b"customXml/",
    b"mimetype",
    b"META-INF/",
    b"content.xml",
    b"styles.xml",
    b"meta.xml",
    b"settings.xml",
    b"Configurations2/",
    b"Thumbnails/",
)
_BINARY_STARTS = (
    b"SQLite format 3",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x7fELF",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
)


def read_bytes(path: Path, sha256: str, size: int) -> bytes:
    """The bytes of a received file. Raises Refused F04 (too large), F18 (not those of the receipt) or F19 (empty)."""
    found = path.stat().st_size
    if found > MAX_BYTES:
        raise Refused("F04", f"the file has {found:,} bytes, more than the limit of {MAX_BYTES:,}")
    data = path.read_bytes()
    if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
        raise Refused(
            "F18",
            f"the file has changed since it was received: its receipt says {size:,} bytes and another hash or size "
            f"than the {len(data):,} bytes on disk",
        )
    if not data or data.isspace():
        raise Refused("F19", "the file is empty")
    return data


def unpack(data: bytes) -> tuple[bytes, Kind]:
    """Open gzip and a zip with one member; returns the bytes inside and their kind. Archives in archives are refused.

    Raises Refused F03 (not what its first bytes say), F04 (limits) or F21 (cut off).
    """
    kind = content_kind(data)
    if kind == "gzip":
        data = _gunzip(data)
    elif kind == "zip":
        data = _unzip(data)
    else:
        return data, kind
    if not data or data.isspace():
        raise Refused("F19", "the archive holds an empty file")
    inner = content_kind(data)
    if inner in ("gzip", "zip"):
        raise Refused("F04", "the archive holds another archive; send the table itself")
    return data, inner


def content_kind(data: bytes) -> Kind:
    """What the first bytes say. Text is what nothing else claims; the reader decodes it strictly."""
    head = data[:4096]
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "workbook" if _is_workbook(data) else "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"%PDF"):
        return "pdf"
    if head.startswith(_BINARY_STARTS):
        return "binary"
    return "html" if _HTML.match(data[:65536]) else "text"


def _is_workbook(data: bytes) -> bool:
    # The first member tells; the list of members is opened in a child process only.
    length = int.from_bytes(data[26:28], "little")
    return data[30 : 30 + length].startswith(_WORKBOOK_MEMBERS)


def _gunzip(data: bytes) -> bytes:
    budget = Budget(len(data))
    try:
        while data:
            stream = zlib.decompressobj(_GZIP)
            while not stream.eof:
                part = stream.decompress(data, 1 << 20)
                if not part and not stream.unconsumed_tail and not stream.eof:
                    raise Refused("F21", "the gzip archive is cut off")
                budget.add(part)
                data = stream.unconsumed_tail
            data = stream.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise Refused("F03", "the file begins like a gzip archive and cannot be unpacked") from error
    return b"".join(budget.parts)


def _unzip(data: bytes) -> bytes:
    # In a process of its own: the structure of a zip archive is rich in ways to lie, that of gzip has none.
    return run_child("zip_child", data, "the zip archive")
