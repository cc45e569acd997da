"""The records of XLS (BIFF in an OLE file) and XLSB: errors, merged and hidden cells, formats with leading zeros.

Runs in the child process only, and reads no cell values: python-calamine does. Layouts of records are those of
Microsoft's open specifications MS-CFB, MS-XLS and MS-XLSB.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator

from pipelines.received.refusal import Refused
from pipelines.received.workbook_parts import cell_name, relations

Found = tuple[tuple[str, str] | None, list[tuple[int, int, int, int]], int, int, dict[tuple[int, int], int]]
_ERROR = "an error; save the sheet with plain values"
_FORMAT = re.compile(r"0{2,30}")
_END = 0xFFFFFFFA
_BIFF8 = 0x0600


# ------------------------------------------------------------------------------------------------ XLS


def facts_of_xls(data: bytes) -> dict[str, Found]:
    """The fields of `workbook_facts.Facts` for each sheet. Raises Refused F03 (password) or F21 (cut off)."""
    try:
        streams = ole_streams(data)
        if "EncryptedPackage" in streams:
            raise Refused("F03", "the workbook is protected by a password")
        book = streams.get("Workbook", streams.get("Book"))
        if book is None:
            raise Refused("F03", "the file is a document of Microsoft Office that is no workbook")
        return dict(_sheets_of_xls(book))
    except (struct.error, IndexError, UnicodeDecodeError):
        raise Refused("F21", "the workbook is damaged or cut off") from None


def ole_streams(data: bytes) -> dict[str, bytes]:
    """Streams of an OLE file by name; of those that hold a workbook or an encrypted one only."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        raise Refused("F03", "the file begins like an old Excel workbook and is none")
    directory, cutoff, mini_start = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
    table = _allocation(data, size)
    entries = _chain(data, directory, table, size)
    records = [entries[at : at + 128] for at in range(0, len(entries) - 127, 128)]
    root = next((r for r in records if r[66] == 5), b"")
    mini_table = struct.unpack(f"<{(m := len(raw := _chain(data, mini_start, table, size)) // 4)}I", raw[: m * 4])
    small = _chain(data, struct.unpack_from("<I", root, 116)[0], table, size) if root else b""
    found: dict[str, bytes] = {}
    for record in records:
        length = struct.unpack_from("<H", record, 64)[0]
        name = record[: max(min(length, 64) - 2, 0)].decode("utf-16-le")
        if record[66] != 2 or name not in ("Workbook", "Book", "EncryptedPackage"):
            continue
        start, bytes_ = struct.unpack_from("<II", record, 116)
        whole = _chain(small, start, mini_table, 64, offset=0) if bytes_ < cutoff else _chain(data, start, table, size)
        found[name] = whole[:bytes_]
    return found


def _allocation(data: bytes, size: int) -> tuple[int, ...]:
    sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < _END]
    following = struct.unpack_from("<I", data, 68)[0]
    seen: set[int] = set()
    while following < _END and following not in seen:
        seen.add(following)
        more = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        sectors += [s for s in more[:-1] if s < _END]
        following = more[-1]
    raw = b"".join(data[(s + 1) * size : (s + 2) * size] for s in sectors[: len(data) // size + 1])
    return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])


def _chain(data: bytes, start: int, table: tuple[int, ...], size: int, offset: int = 1) -> bytes:
    parts: list[bytes] = []
    at = start
    # A chain that leads back into itself would have no end.
    while at < min(_END, len(table)) and len(parts) <= len(table):
        parts.append(data[(at + offset) * size : (at + offset + 1) * size])
        at = table[at]
    return b"".join(parts)


def _biff(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Record type and content from an offset up to the end of its substream."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        depth += (kind & 0xFF == 0x09) - (kind == 0x0A)
        if kind == 0x0A and depth <= 0:
            return
        at += 4 + size
    raise Refused("F21", "the workbook is damaged or cut off")


def _sheets_of_xls(book: bytes) -> Iterator[tuple[str, Found]]:
    formats: dict[int, int] = {}
    styles: list[int] = []
    sheets: list[tuple[str, int]] = []
    version = 0
    for kind, body in _biff(book, 0):
        if kind & 0xFF == 0x09 and not version:
            version = struct.unpack_from("<H", body)[0]
        elif kind == 0x2F:
            raise Refused("F03", "the workbook is protected by a password")
        elif kind == 0x85:
            sheets.append((_text(body[6:], 1, version), struct.unpack_from("<I", body)[0]))
        elif kind == 0x41E:
            digits = _text(body[2:], 2, version)
            formats[struct.unpack_from("<H", body)[0]] = len(digits) if _FORMAT.fullmatch(digits) else 0
        elif kind == 0xE0:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    for name, at in sheets:
        yield name, _facts_of_biff(book, at, [formats.get(style, 0) for style in styles])


def _text(raw: bytes, prefix: int, version: int) -> str:
    length = int.from_bytes(raw[:prefix], "little")
    if version < _BIFF8:
        return raw[prefix : prefix + length].decode("cp1252", errors="replace")
    wide = raw[prefix] & 1
    body = raw[prefix + 1 : prefix + 1 + length * (1 + wide)]
    return body.decode("utf-16-le" if wide else "latin-1")


def _facts_of_biff(book: bytes, at: int, digits: list[int]) -> Found:
    spoiled: tuple[str, str] | None = None
    merged: list[tuple[int, int, int, int]] = []
    hidden = 0
    zeros: dict[tuple[int, int], int] = {}
    for kind, body in _biff(book, at):
        if (kind == 0x205 and body[7]) or (kind == 0x06 and body[12:14] == b"\xff\xff" and body[6] == 2):
            row, column = struct.unpack_from("<HH", body)
            spoiled = spoiled or (cell_name(row + 1, column + 1), _ERROR)
        elif kind == 0xE5:
            areas = struct.iter_unpack("<HHHH", body[2 : 2 + 8 * struct.unpack_from("<H", body)[0]])
            merged += [(top + 1, left + 1, bottom + 1, right + 1) for top, bottom, left, right in areas]
        elif kind == 0x208:
            hidden += bool(body[12] & 0x20)
        elif kind == 0x7D:
            hidden += body[8] & 1
        elif any(digits) and kind in (0x203, 0x27E, 0xBD):
            zeros |= _zeros_of(kind, body, digits)
    return spoiled, merged, hidden, 0, zeros


def _zeros_of(kind: int, body: bytes, digits: list[int]) -> dict[tuple[int, int], int]:
    row, column = struct.unpack_from("<HH", body)
    styles = struct.iter_unpack("<HI", body[4:-2]) if kind == 0xBD else [struct.unpack_from("<H", body, 4)]
    return {
        (row + 1, column + 1 + n): digits[style[0]]
        for n, style in enumerate(styles)
        if style[0] < len(digits) and digits[style[0]]
    }


# ------------------------------------------------------------------------------------------------ XLSB


def facts_of_xlsb(archive: zipfile.ZipFile) -> dict[str, Found]:
    """The fields of `workbook_facts.Facts` for each sheet. Raises Refused F21 (cut off)."""
    try:
        targets = relations(archive, "xl/workbook.bin")
        found: dict[str, Found] = {}
        for kind, body in _records(archive.read("xl/workbook.bin")):
            if kind == 156:
                relation, rest = _wide(body[8:])
                name, _ = _wide(rest)
                found[name] = _facts_of_records(archive.read(targets[relation]))
        return found
    except (struct.error, IndexError, UnicodeDecodeError):
        raise Refused("F21", "the workbook is damaged or cut off") from None


def _wide(raw: bytes) -> tuple[str, bytes]:
    end = 4 + 2 * struct.unpack_from("<I", raw)[0]
    return raw[4:end].decode("utf-16-le"), raw[end:]


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(part):
        kind, at = _number(part, at, 2)
        size, at = _number(part, at, 4)
        yield kind, part[at : at + size]
        at += size


def _number(part: bytes, at: int, longest: int) -> tuple[int, int]:
    number = 0
    for place in range(longest):
        byte = part[at]
        at += 1
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return number, at


def _facts_of_records(part: bytes) -> Found:
    spoiled: tuple[str, str] | None = None
    merged: list[tuple[int, int, int, int]] = []
    hidden = row = 0
    for kind, body in _records(part):
        if kind == 0:
            row = struct.unpack_from("<I", body)[0] + 1
            hidden += body[11] >> 4 & 1
        elif kind in (3, 11):
            spoiled = spoiled or (cell_name(row, struct.unpack_from("<I", body)[0] + 1), _ERROR)
        elif kind == 176:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            merged.append((top + 1, left + 1, bottom + 1, right + 1))
        elif kind == 60:
            hidden += body[16] & 1
    return spoiled, merged, hidden, 0, {}
