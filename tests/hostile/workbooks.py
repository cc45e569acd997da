"""Writes small workbooks in every format the readers know, by hand where no library does. Reads nothing.

Layouts of XLS and XLSB records are those of Microsoft's open specifications MS-CFB, MS-XLS and MS-XLSB.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

ERROR = object()
"""A cell that holds #N/A."""
Rows = Sequence[Sequence[Any]]


def zipped(members: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive with those members."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return body.getvalue()


def changed(data: bytes, old: bytes, new: bytes, member: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The archive with one part changed, as a hostile sender would."""
    with zipfile.ZipFile(io.BytesIO(data)) as was:
        parts = {name: was.read(name) for name in was.namelist()}
    assert old in parts[member], f"{old!r} is not in {member}"
    return zipped({**parts, member: parts[member].replace(old, new, 1)})


def xlsx(*sheets: Rows, hidden: tuple[int, ...] = ()) -> bytes:
    """One sheet S1, S2, ... for each list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(["#N/A" if cell is ERROR else cell for cell in row])
        if number in hidden:
            sheet.sheet_state = "hidden"
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook of openpyxl."""
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


# ------------------------------------------------------------------------------------------------ ODS

_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.2">'
    '<office:body><office:spreadsheet><table:table table:name="S1">{rows}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods(rows: Rows) -> bytes:
    """One sheet S1."""
    return ods_of("".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows))


def ods_of(rows: str) -> bytes:
    """One sheet S1 of rows that are XML already."""
    return zipped({"mimetype": ODS_TYPE, "META-INF/manifest.xml": _MANIFEST, "content.xml": _ODS.format(rows=rows)})


def ods_cell(cell: Any) -> str:
    """A cell as XML."""
    if cell is ERROR:
        return (
            '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
            'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
        )
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(cell).lower()}"/>'
    kind, value = ("float", f' office:value="{cell}"') if isinstance(cell, int | float) else ("string", "")
    shown = escape(str(cell))
    return f'<table:table-cell office:value-type="{kind}"{value}><text:p>{shown}</text:p></table:table-cell>'


# ------------------------------------------------------------------------------------------------ XLS


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _biff_text(text: str, prefix: str) -> bytes:
    return struct.pack(prefix + "B", len(text), 1) + text.encode("utf-16-le")


def xls(rows: Rows, *, extra: bytes = b"", globals_: bytes = b"", style: int = 0) -> bytes:
    """One sheet S1 as BIFF8 in an OLE file. `extra`: records of the sheet, `globals_`: of the workbook."""
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    name = _biff_text("S1", "<B")
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + extra
    width = max((len(row) for row in rows), default=0)
    sheet += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", number, column, style)
            if cell is ERROR:
                sheet += _record(0x205, place + bytes([0x2A, 1]))
            elif isinstance(cell, bool):
                sheet += _record(0x205, place + bytes([cell, 0]))
            elif isinstance(cell, int | float):
                sheet += _record(0x203, place + struct.pack("<d", cell))
            elif cell is not None:
                sheet += _record(0x204, place + _biff_text(str(cell), "<H"))
    sheet += _record(0x0A)
    offset = len(start) + len(globals_) + 4 + 6 + len(name) + 4
    bound = _record(0x85, struct.pack("<IBB", offset, 0, 0) + name)
    return ole({"Workbook": start + globals_ + bound + _record(0x0A) + sheet})


XLS_HIDDEN_ROW = _record(0x208, struct.pack("<HHHHHHI", 1, 0, 4, 255, 0, 0, 0x20))
XLS_MERGED = _record(0xE5, struct.pack("<HHHHH", 1, 1, 2, 0, 0))
XLS_PASSWORD = _record(0x2F, struct.pack("<HHH", 0, 0x1234, 0x5678))


def xls_zeros(digits: int) -> bytes:
    """Workbook records: two cell styles, of which the second (style=1) shows leading zeros."""
    shown = _record(0x41E, struct.pack("<H", 164) + _biff_text("0" * digits, "<H"))
    return shown + b"".join(
        _record(0xE0, struct.pack("<HHHHHHHHI", 0, style, 0, 0, 0, 0, 0, 0, 0)) for style in (0, 164)
    )


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE file (version 3) with streams of at least 4,096 bytes: shorter ones are filled up with zeros."""
    padded = {name: body.ljust(max(4096, -(-len(body) // 512) * 512), b"\0") for name, body in streams.items()}
    table: list[int] = []
    starts: dict[str, int] = {}
    for name, body in padded.items():
        starts[name] = len(table)
        table += [*range(len(table) + 1, len(table) + len(body) // 512), 0xFFFFFFFE]
    directory = len(table)
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for number, (name, body) in enumerate(padded.items(), start=1):
        entries.append(_entry(name, 2, starts[name], len(body), right=number + 1 if number < len(padded) else -1))
    raw = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    table += [*range(directory + 1, directory + len(raw) // 512), 0xFFFFFFFE]
    fats = -(-(len(table) + 1) // 127)
    first_fat = len(table)
    table += [0xFFFFFFFD] * fats
    table += [0xFFFFFFFF] * (fats * 128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack(
        "<HHHHH6xIIIIIIIIII",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        fats,
        directory,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
        first_fat,
    )
    head += b"".join(struct.pack("<I", first_fat + n if n < fats else 0xFFFFFFFF) for n in range(1, 109))
    return head + b"".join(padded.values()) + raw + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, start: int, size: int, *, right: int = -1, child: int = -1) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<iii", -1, right, child)
    return (
        wide.ljust(64, b"\0")
        + struct.pack("<HBB", len(wide), kind, 1)
        + links
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


# ------------------------------------------------------------------------------------------------ XLSB


def _part(kind: int, body: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return number + size + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(rows: Rows, *, extra: bytes = b"", hidden_row: int = 0) -> bytes:
    """One sheet S1. `extra`: records behind the rows. `hidden_row`: its number, counted from 1."""
    book = (
        _part(131)
        + _part(143)
        + _part(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("S1"))
        + _part(144)
        + _part(132)
    )
    width = max((len(row) for row in rows), default=1)
    sheet = _part(129) + _part(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(width - 1, 0))) + _part(145)
    for number, row in enumerate(rows):
        flags = 0x10 if number + 1 == hidden_row else 0
        sheet += _part(0, struct.pack("<IIHBBBI", number, 0, 300, 0, flags, 0, 0))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            if cell is ERROR:
                sheet += _part(3, place + b"\x2a")
            elif isinstance(cell, bool):
                sheet += _part(4, place + bytes([cell]))
            elif isinstance(cell, int | float):
                sheet += _part(5, place + struct.pack("<d", cell))
            elif cell is not None:
                sheet += _part(6, place + _wide(str(cell)))
    sheet += _part(146) + extra + _part(130)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{package}/content-types">'
            '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
            "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="rId1" Type="{relation}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


XLSB_MERGED = _part(177, struct.pack("<I", 1)) + _part(176, struct.pack("<IIII", 1, 2, 0, 0)) + _part(178)
