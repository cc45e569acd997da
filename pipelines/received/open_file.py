"""From a path to the bytes of one table: hash, size, gzip and one-member zip, and what kind of content it is.

Does not look inside tables. Every limit on size is here, with its reason.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import IO, Literal

from pipelines.received.refusal import Refused

MAX_BYTES = 256 * 1024 * 1024
"""Largest table after unpacking; the largest real one (the national EDGE file) has 14 MB."""
MAX_RATIO = 100
"""Unpacked to packed size; real files reach 15. Not asked of small files, where a ratio says nothing."""
SMALL = 16 * 1024 * 1024

Kind = Literal["text", "html", "workbook", "gzip", "zip", "pdf", "binary"]
KIND_NAMES: dict[Kind, str] = {
    "text": "text",
    "html": "an HTML page",
    "workbook": "an Excel workbook",
    "gzip": "a gzip archive",
    "zip": "a zip archive",
    "pdf": "a PDF document",
    "binary": "a binary file",
}
_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta)\b", re.I | re.S
)
_BINARY_STARTS = (
    b"PAR1",
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
    if head.startswith(b"%PDF"):
        return "pdf"
    if head.startswith(_BINARY_STARTS):
        return "binary"
    return "html" if _HTML.match(data[:65536]) else "text"


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        return False
    return "[Content_Types].xml" in names or "content.xml" in names


def _gunzip(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return _read_within(stream, len(data))  # type: ignore[arg-type]
    except EOFError as error:
        raise Refused("F21", "the gzip archive is cut off") from error
    except (OSError, zlib.error) as error:
        raise Refused("F03", "the file begins like a gzip archive and cannot be unpacked") from error


def _unzip(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
            if len(members) != 1:
                raise Refused("F04", f"the zip archive holds {len(members)} files; send one table per file")
            if members[0].flag_bits & 1:
                raise Refused("F03", "the zip archive is protected by a password")
            with archive.open(members[0]) as stream:
                return _read_within(stream, members[0].compress_size)
    except EOFError as error:
        raise Refused("F21", "the zip archive is cut off") from error
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError) as error:
        raise Refused("F21", "the file begins like a zip archive and cannot be unpacked; it seems cut off") from error


def _read_within(stream: IO[bytes], packed: int) -> bytes:
    """Read to the end, or refuse once the budget is spent: sizes written in an archive can lie."""
    parts: list[bytes] = []
    total = 0
    while part := stream.read(1 << 20):
        total += len(part)
        parts.append(part)
        if total > MAX_BYTES or (total > SMALL and total > MAX_RATIO * max(packed, 1)):
            raise Refused(
                "F04",
                f"the archive of {packed:,} bytes holds more than {total:,}; the limits are {MAX_BYTES:,} bytes "
                f"and {MAX_RATIO} times the packed size",
            )
    return b"".join(parts)
