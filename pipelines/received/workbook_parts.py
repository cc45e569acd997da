"""The parts of a workbook that is a zip archive, and names of cells. Runs in the child process only; reads no cell."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from pipelines.received import limits
from pipelines.received.refusal import Refused
from pipelines.received.zip_child import check_names

MAX_UNPACKED = 512 * 1024 * 1024


def check_parts(archive: zipfile.ZipFile, size: int) -> None:
    """Refuse archives that unpack to too much, odd names, and XML with entities of its own, which no workbook has."""
    members = archive.infolist()
    check_names(members)
    total = sum(member.file_size for member in members)
    if total > MAX_UNPACKED or (total > limits.SMALL and total > limits.MAX_RATIO * size):
        raise Refused("F04", f"the workbook of {size:,} bytes unpacks to {total:,}")
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as part:
                head = part.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\0!\0" in head:
                raise Refused("F03", "a part of the workbook declares entities of its own, which no spreadsheet writes")


def sheet_paths(archive: zipfile.ZipFile, workbook: str) -> Iterator[tuple[str, str]]:
    """Name and member of each sheet of an XLSX."""
    targets = relations(archive, workbook)
    names = set(archive.namelist())
    for sheet in ElementTree.fromstring(archive.read(workbook)).iter():
        if isinstance(sheet.tag, str) and sheet.tag.rpartition("}")[2] == "sheet":
            ids = [value for key, value in sheet.attrib.items() if key.endswith("}id")]
            path = targets.get(ids[0], "") if ids else ""
            if path in names:
                yield sheet.get("name", ""), path


def relations(archive: zipfile.ZipFile, workbook: str) -> dict[str, str]:
    """Id of each relation of the workbook -> member."""
    folder, _, name = workbook.rpartition("/")
    found = ElementTree.fromstring(archive.read(f"{folder}/_rels/{name}.rels"))
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in found}
    return {key: path.lstrip("/") if path.startswith("/") else f"{folder}/{path}" for key, path in targets.items()}


def column_number(letters: bytes) -> int:
    """A -> 1, Z -> 26, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def cell_name(row: int, column: int) -> str:
    """Row 3, column 28 -> AB3."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"
