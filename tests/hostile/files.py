"""Files made to break, fool or exhaust a reader, each with the rules that may refuse it. Reads nothing.

`rules`: the file must be refused by one of them; empty: it must be read exactly (`rows`), or with those rows set aside.
"""

from __future__ import annotations

import gzip
import io
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.hostile import workbooks
from tests.hostile.hazards import BOTH, EXTERNAL, FIRST, GOOD, HEAD, LAUGHS, PLAIN, SECOND, Rows, page

CSV = GOOD.encode()
TEXT, BOOK, PAGE = ("csv",), ("workbook",), ("html",)
ANY = ("csv", "workbook", "html")
MAGIC = {
    "gzip": b"\x1f\x8b\x08\x00",
    "zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "pdf": b"%PDF-1.7\n",
    "html": b"<html>",
    "parquet": b"PAR1",
    "sqlite": b"SQLite format 3\0",
    "png": b"\x89PNG\r\n\x1a\n",
    "bzip2": b"BZh9",
    "xz": b"\xfd7zXZ\0",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "rar": b"Rar!\x1a\x07",
    "elf": b"\x7fELF",
    "jpeg": b"\xff\xd8\xff",
    "utf-8 mark": b"\xef\xbb\xbf",
    "utf-16 mark": b"\xff\xfe",
    "utf-16-be mark": b"\xfe\xff",
    "nothing": b"",
}


@dataclass(frozen=True)
class Hostile:
    """One file: its name, its bytes, the layouts it is read with, and what must come of it."""

    name: str
    file: str
    make: Callable[[], bytes]
    layouts: tuple[str, ...]
    rules: tuple[str, ...] = ()
    rows: Rows | None = None


def _noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def _gzip_of(block: bytes, times: int) -> bytes:
    """A gzip archive of a block many times over, made without ever holding it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(block) for _ in range(times)) + packer.flush()


def _zip_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return body.getvalue()


def _link() -> bytes:
    member = zipfile.ZipInfo("a.csv")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return _zip_of((member, b"/etc/hostname"))


def _lying_sizes() -> bytes:
    """A zip whose directory says that its member has ten bytes."""
    data = bytearray(_zip_of(("a.csv", CSV + b"," * 40_000_000)))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    return bytes(data)


def _many_members() -> bytes:
    return _zip_of(*((f"{n}.csv", b"x") for n in range(2_000)))


def _part(old: bytes, new: bytes, member: str = "xl/worksheets/sheet1.xml") -> Callable[[], bytes]:
    return lambda: workbooks.changed(workbooks.xlsx(PLAIN), old, new, member)


def _wide_workbook() -> bytes:
    cells = "".join(f'<c r="{_letters(n)}2" t="inlineStr"><is><t>x</t></is></c>' for n in range(5, 16_385))
    return workbooks.changed(workbooks.xlsx(PLAIN[:1]), b"</row>", f'</row><row r="2">{cells}</row>'.encode())


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _macro_workbook() -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbooks.xlsx(PLAIN))) as was:
        parts = {name: was.read(name) for name in was.namelist()}
    kinds = parts["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    )
    return workbooks.zipped({**parts, "[Content_Types].xml": kinds, "xl/vbaProject.bin": b"Sub Auto_Open()\nEnd Sub"})


def _texts() -> Iterator[Hostile]:
    def text(name: str, data: bytes, *rules: str, rows: Rows | None = None) -> Hostile:
        return Hostile(name, "a.csv", lambda: data, TEXT, rules, rows)

    yield text("zero bytes", b"", "F19")
    yield text("only a byte order mark", b"\xef\xbb\xbf", "F07", "F19")
    yield text("only a byte order mark of UTF-16", b"\xff\xfe", "F07", "F19")
    yield text("only blanks", b" \n\t\n \r\n", "F19")
    yield text("only a header", HEAD.encode(), "F19")
    yield text("only NULs", b"\0" * 10_000, "F05")
    yield text("NULs after every character", GOOD.encode("utf-16-le"), "F05")
    yield text("UTF-32", GOOD.encode("utf-32"), "F05")
    yield text("UTF-7", b"School,NCES ID,Course,Enrolled\n+AGE-b,1,2,3\n", rows=[["+AGE-b", "1", "2", "3"]])
    yield text("lone surrogate in UTF-16", ("\ufeff" + GOOD).encode("utf-16-le") + b"\x00\xd8\n\0", "F05")
    yield text("lone surrogate in UTF-8", CSV.replace(b"A High", b"A\xed\xa0\x80" * 3 + b"\xc3\xa9" * 9), "F05", "F22")
    yield text("overlong UTF-8", CSV.replace(b"A High", b"\xc0\xaf\xc0\xaf" + b"\xc3\xa9" * 9), "F05")
    yield text("bytes that no encoding has", CSV.replace(b"A High", b"\x81\x8d\x8f\x90\x9d"), "F05")
    yield text("CR only", CSV.replace(b"\n", b"\r"), rows=BOTH)
    yield text("CR CR LF", CSV.replace(b"\n", b"\r\r\n"), rows=BOTH)
    yield text(
        "mixed line ends",
        HEAD.encode() + ",".join(FIRST).encode() + b"\r" + ",".join(SECOND).encode() + b"\r\n",
        rows=BOTH,
    )
    yield text("vertical tabs and form feeds", CSV.replace(b"A High", b"A\x0bHi\x0cgh"), rows=[SECOND])
    yield text("escape sequences of a terminal", CSV.replace(b"A High", b"\x1b[2J\x1b]0;x\x07"), rows=[SECOND])
    yield text("quote never closed", CSV.replace(b"A High", b'"A High'), "F21")
    yield text("a million quotes", HEAD.encode() + b'"' * 1_000_001, "F04", "F21")
    yield text("quote closed rows later", CSV.replace(b"A High", b'"A High').replace(b"B High", b'B High"'), "F21")
    yield text(
        "100,000 columns", b",".join([HEAD.strip().encode(), *(b"c%d" % n for n in range(100_000))]) + b"\n", "F04"
    )
    yield text(
        "2,000 times the same name",
        HEAD.strip().encode() + b",x" * 2_000 + b"\n" + b"1," * 2_003 + b"1\n",
        "F04",
        "F08",
    )
    yield text("a line of three million commas", CSV + b"," * 3_000_000, rows=BOTH)
    yield text("a line of ten million letters", b"x" * 10_000_000, "F04", "F07")
    yield text("a field of two million letters", CSV.replace(b"A High", b"x" * 2_000_000), "F04")
    yield text("a million empty lines", CSV + b"\n" * 1_000_000, rows=BOTH)
    yield text(
        "formulas", CSV.replace(b"A High", b"=cmd|'/C calc'!A0"), rows=[["=cmd|'/C calc'!A0", *FIRST[1:]], SECOND]
    )
    yield text(
        "right-to-left override in an id", CSV.replace(b"120009000067", "\u202e120009000067\u2066".encode()), rows=BOTH
    )
    yield text("zero-width characters in a name", CSV.replace(b"A High", "A\u200b \ufeffHigh".encode()), rows=BOTH)
    yield text(
        "letters that look like others",
        CSV.replace(b"A High", "\u0410 High".encode()),
        rows=[["\u0410 High", *FIRST[1:]], SECOND],
    )
    yield text("header below twenty lines", b"x\n" * 20 + CSV, "F07")
    yield text("JSON", b'{"School": "A High", "NCES ID": "120009000067"}', "F07")
    yield text("XML spreadsheet of 2003", b'<?xml version="1.0"?><Workbook><Worksheet/></Workbook>', "F07", "F03")
    yield text("a page of login", b"<!DOCTYPE html><html><body>Please log in</body></html>", "F03")
    yield text("a deep comment before a page", b"<!-- x -->" * 5_000 + b"<p>", "F07")
    yield text("random bytes", _noise(100_000), "F05", "F07")


def _archives() -> Iterator[Hostile]:
    def archive(
        name: str, make: Callable[[], bytes], *rules: str, rows: Rows | None = None, file: str = "a.csv.gz"
    ) -> Hostile:
        return Hostile(name, file, make, TEXT, rules, rows)

    def zip_(name: str, make: Callable[[], bytes], *rules: str, rows: Rows | None = None) -> Hostile:
        return archive(f"zip: {name}", make, *rules, rows=rows, file="a.zip")

    yield archive("a field of 200 MB", lambda: _gzip_of(b"x" * 1_000_000, 200), "F04")
    yield archive("gzip bomb of 300 MB", lambda: _gzip_of(b"\0" * 10_000_000, 30), "F04")
    yield archive("gzip in gzip", lambda: gzip.compress(gzip.compress(CSV)), "F04")
    yield archive("zip in gzip", lambda: gzip.compress(_zip_of(("a.csv", CSV))), "F04")
    yield archive("gzip with a wrong checksum", lambda: gzip.compress(CSV)[:-8] + b"12345678", "F03")
    yield archive("gzip with something behind", lambda: gzip.compress(CSV) + b"evil", "F03")
    yield archive("gzip of nothing", lambda: gzip.compress(b""), "F19")
    yield archive("gzip of a page", lambda: gzip.compress(page(PLAIN).encode()), "F03")
    yield zip_("name that leads out", lambda: _zip_of(("../../evil.csv", CSV)), "F03")
    yield zip_("name with backslashes that leads out", lambda: _zip_of(("..\\evil.csv", CSV)), "F03")
    yield zip_("absolute name", lambda: _zip_of(("/etc/evil.csv", CSV)), "F03")
    yield zip_("name with a drive", lambda: _zip_of(("C:/evil.csv", CSV)), "F03")
    yield zip_("the same name twice", lambda: _zip_of(("a.csv", CSV), ("A.CSV", b"x")), "F03")
    yield zip_("symbolic link", _link, "F03")
    yield zip_("two files", lambda: _zip_of(("a.csv", CSV), ("b.csv", CSV)), "F04")
    yield zip_("no file", lambda: _zip_of(), "F04")
    yield zip_("2,000 files", _many_members, "F04")
    yield zip_("1000:1", lambda: _zip_of(("a.csv", CSV + b"," * 40_000_000)), "F04")
    yield zip_("sizes that lie", _lying_sizes, "F04", "F21")
    yield zip_("zip in zip", lambda: _zip_of(("b.zip", _zip_of(("a.csv", CSV)))), "F04")
    yield zip_("password", lambda: _encrypted(_zip_of(("a.csv", CSV))), "F03")
    yield zip_("a folder and one file", lambda: _zip_of(("folder/", b""), ("folder/a.csv", CSV)), rows=BOTH)


def _encrypted(data: bytes) -> bytes:
    """The zip with the flag of a password set in both of its headers."""
    out = bytearray(data)
    out[6] |= 1
    out[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(out)


def _books() -> Iterator[Hostile]:
    def book(
        name: str, make: Callable[[], bytes], *rules: str, rows: Rows | None = None, file: str = "a.xlsx"
    ) -> Hostile:
        return Hostile(f"workbook: {name}", file, make, BOOK, rules, rows)

    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    yield book("one far cell", _part(b"</sheetData>", far), "F04")
    yield book("far cell without row numbers", _part(b'r="A3"', b'r="XFD900000"'), "F04", "F03")
    yield book("billion laughs", _part(b"<worksheet", LAUGHS), "F03")
    yield book(
        "billion laughs in the names",
        _part(b"<workbook", LAUGHS.replace(b"<worksheet", b"<workbook"), "xl/workbook.xml"),
        "F03",
    )
    yield book("external entity", _part(b"<worksheet", EXTERNAL), "F03")
    yield book("string of 40 MB", _part(b"A High", b"A" * 40_000_000), "F04")
    yield book("blanks of 40 MB", _part(b"</sheetData>", b" " * 40_000_000 + b"</sheetData>"), "F04")
    yield book("16,384 columns", _wide_workbook, "F04", "F10", "F08")
    yield book(
        "merged over everything",
        _part(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "F14",
    )
    yield book("a part is missing", lambda: _without(workbooks.xlsx(PLAIN), "xl/worksheets/sheet1.xml"), "F03", "F07")
    yield book("no list of sheets", lambda: _without(workbooks.xlsx(PLAIN), "xl/workbook.xml"), "F03", "F07")
    yield book("XML cut off", _part(b"</sheetData>", b""), "F21")
    yield book("nested a hundred thousand deep", _part(b"</sheetData>", b"<a>" * 100_000 + b"</sheetData>"), rows=BOTH)
    yield book("name that leads out", lambda: workbooks.zipped({"[Content_Types].xml": "x", "../evil.xml": "x"}), "F03")
    yield book(
        "a document, not a workbook",
        lambda: workbooks.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}),
        "F03",
    )
    yield book(
        "password (XLSX)", lambda: workbooks.ole({"EncryptedPackage": _noise(5_000), "EncryptionInfo": b"x"}), "F03"
    )
    yield book("password (XLS)", lambda: workbooks.xls(PLAIN, globals_=workbooks.XLS_PASSWORD), "F03", file="a.xls")
    yield book("OLE garbage", lambda: MAGIC["ole"] + _noise(5_000), "F03", "F21", file="a.xls")
    yield book("OLE of a document", lambda: workbooks.ole({"WordDocument": b"x" * 5_000}), "F03", file="a.xls")
    yield book("XLS whose records lie", lambda: _lying_records(), "F21", "F03", "F04", "F07", "F09", file="a.xls")
    yield book(
        "XLSB garbage",
        lambda: _garbage_in(workbooks.xlsb(PLAIN), "xl/worksheets/sheet1.bin"),
        "F21",
        "F03",
        "F04",
        "F07",
        file="a.xlsb",
    )
    yield book("ODS of a million repeated rows", lambda: workbooks.ods_of(_repeated_rows()), "F03", "F04", file="a.ods")
    yield book("workbook with a macro", _macro_workbook, rows=BOTH, file="a.xlsm")
    yield book("formulas with saved values", _part(b"<t>12</t>", b"<t>12</t>"), rows=BOTH)


def _without(data: bytes, member: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as was:
        return workbooks.zipped({name: was.read(name) for name in was.namelist() if name != member})


def _garbage_in(data: bytes, member: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as was:
        return workbooks.zipped({name: _noise(3_000) if name == member else was.read(name) for name in was.namelist()})


def _lying_records() -> bytes:
    data = workbooks.xls(PLAIN)
    at = data.index(struct.pack("<H", 0x204), 512)
    return data[: at + 2] + b"\xff\xff" + data[at + 4 :]


def _repeated_rows() -> str:
    head = "".join(f"<table:table-row>{''.join(map(workbooks.ods_cell, row))}</table:table-row>" for row in PLAIN)
    many = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell office:value-type="string" '
    return head + many + 'table:number-columns-repeated="1000"><text:p>x</text:p></table:table-cell></table:table-row>'


def _pages() -> Iterator[Hostile]:
    good = page(PLAIN)

    def html(name: str, text: str, *rules: str, rows: Rows | None = None) -> Hostile:
        return Hostile(f"page: {name}", "a.html", text.encode, PAGE, rules, rows)

    yield html(
        "scripts and styles", good.replace("A High", "<script>alert(1)</script><style>x{}</style>A High"), rows=BOTH
    )
    yield html("image that runs code", good.replace("A High", "<img src=x onerror=alert(1)>A High"), rows=BOTH)
    yield html("giant colspan", good.replace("<td>A High", "<td colspan=99999999>A High"), "F14", "F10", "F04")
    yield html("giant rowspan", good.replace("<td>A High", "<td rowspan=99999999>A High"), "F14", "F10")
    yield html(
        "ten thousand giant colspans",
        good.replace("</table>", "<tr>" + "<td colspan=1000>x</td>" * 10_000 + "</tr></table>"),
        "F04",
        "F14",
        "F10",
    )
    yield html("nested a hundred thousand deep", good.replace("A High", "<div>" * 100_000 + "A High"), "F04", "F21")
    yield html(
        "tables nested in tables", "<table><tr><td>" * 300 + good + "</td></tr></table>" * 300, "F04", "F21", rows=BOTH
    )
    yield html(
        "entities of its own",
        '<!DOCTYPE html [<!ENTITY x "y"><!ENTITY z SYSTEM "file:///etc/hostname">]>'
        + good.replace("A High", "&z;A High"),
        "F14",
        rows=[["&z;A High", *FIRST[1:]], SECOND],
    )
    yield html("comment never closed", good.replace("<td>A High", "<!-- <td>A High"), "F21", "F10", "F07")
    yield html("table never closed", good.replace("</table>", ""), "F21")
    yield html("rows behind the end", good + good[good.index("<tr>") :].replace("<html>", ""), "F21", "F04")
    yield html("row hidden", good.replace("<tr><td>B High", '<tr style="display:none"><td>B High'), rows=BOTH)
    yield html(
        "a megabyte of open scripts", good.replace("</html>", "<script" * 140_000 + "</html>"), "F21", "F07", rows=BOTH
    )


def _wrong_endings() -> Iterator[Hostile]:
    """Every content under every other name: it is read for what it is, and the name is told (F28)."""
    contents: dict[str, Callable[[], bytes]] = {
        "csv": lambda: CSV,
        "xlsx": lambda: workbooks.xlsx(PLAIN),
        "xls": lambda: workbooks.xls(PLAIN),
        "xlsb": lambda: workbooks.xlsb(PLAIN),
        "ods": lambda: workbooks.ods(PLAIN),
        "html": lambda: page(PLAIN).encode(),
        "gz": lambda: gzip.compress(CSV),
        "zip": lambda: _zip_of(("a.csv", CSV)),
    }
    for kind, make in contents.items():
        for ending in contents:
            if ending != kind:
                yield Hostile(f"{kind} called .{ending}", f"a.{ending}", make, ANY, (), BOTH)


def _beginnings() -> Iterator[Hostile]:
    """Random bytes behind the first bytes of every format, and the first half of a good file of every format."""
    blocks = ("F03", "F04", "F05", "F07", "F19", "F21")
    for name, start in MAGIC.items():
        yield Hostile(f"{name} and random bytes", "a.csv", lambda start=start: start + _noise(20_000), ANY, blocks)
    whole: dict[str, Callable[[], bytes]] = {
        "a.csv.gz": lambda: gzip.compress(CSV),
        "a.zip": lambda: _zip_of(("a.csv", CSV)),
        "a.xlsx": lambda: workbooks.xlsx(PLAIN),
        "a.xls": lambda: workbooks.xls(PLAIN),
        "a.xlsb": lambda: workbooks.xlsb(PLAIN),
        "a.ods": lambda: workbooks.ods(PLAIN),
        "a.html": lambda: page(PLAIN).encode(),
        "a.csv": lambda: CSV[:-3],
    }
    for file, make in whole.items():
        if file == "a.csv":
            yield Hostile("csv cut off in its last row", file, lambda: CSV[: -len("802201,9\n")], ANY, blocks)
        else:
            yield Hostile(f"{file} cut in half", file, lambda make=make: make()[: len(make()) // 2], ANY, blocks)


HOSTILE: tuple[Hostile, ...] = (*_texts(), *_archives(), *_books(), *_pages(), *_wrong_endings(), *_beginnings())
