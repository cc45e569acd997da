"""Files as bytes, and their receipts: the same bytes on every machine. Knows no school and no source."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RECEIPT_HEADER = ("source", "school_year", "file", "sha256", "bytes", "delivery", "received_on", "received_by", "note")
SAMPLE = "sample"
KEPT = frozenset({"README.md", ".gitattributes"})
"""Files of raw/ that the generator does not write and leaves alone."""


@dataclass(frozen=True)
class Sent:
    """One file as its source sent it. `delivery`: full, changes or supplement."""

    source: str
    school_year: str
    name: str
    data: bytes
    received_on: str
    delivery: str = "full"
    note: str = ""

    @property
    def path(self) -> str:
        return f"{self.source}/{self.school_year}/{self.name}"


def names(text: str, separator: str | None = None) -> list[str]:
    """A list of names written as one text, so that sixty column names stay readable."""
    return text.split(separator)


def table_text(
    header: Sequence[str], rows: Iterable[Mapping[str, object]], *, delimiter: str = ",", end: str = "\n"
) -> str:
    """Delimited text with a header; a cell that a row does not give is empty. Raises ValueError on a stray column."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(header), restval="", delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def headerless_text(rows: Iterable[Sequence[object]], delimiter: str) -> str:
    """Delimited text without a header, and without any quotes, as EDGE publishes it."""
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in rows)


def write_raw(folder: Path, sent: Sequence[Sent]) -> None:
    """Write every file and `receipts.csv`; what else lay in the folder goes, except KEPT.

    Raises ValueError for a folder that holds files and is no raw/: nothing of anybody else is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    others = [path.name for path in folder.iterdir() if path.name not in KEPT]
    if others and "receipts.csv" not in others:
        raise ValueError(f"{folder} holds files and no receipts.csv, so it is no raw folder; name an empty one")
    if others and not _only_sample(folder / "receipts.csv"):
        raise ValueError(f"{folder} holds files that were really received; name an empty folder")
    for old in sorted(folder.iterdir()):
        if old.name in KEPT:
            continue
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink()
    for file in sent:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
    (folder / "receipts.csv").write_text(receipts_text(sent), encoding="utf-8", newline="")


def _only_sample(receipts: Path) -> bool:
    with receipts.open(encoding="utf-8", newline="") as handle:
        return all(line["received_by"] == SAMPLE for line in csv.DictReader(handle))


def receipts_text(sent: Sequence[Sent]) -> str:
    """The receipts of the files, in the order in which they arrived."""
    return table_text(
        RECEIPT_HEADER,
        (
            {
                "source": file.source,
                "school_year": file.school_year,
                "file": file.path,
                "sha256": hashlib.sha256(file.data).hexdigest(),
                "bytes": len(file.data),
                "delivery": file.delivery,
                "received_on": file.received_on,
                "received_by": SAMPLE,
                "note": file.note,
            }
            for file in sent
        ),
    )
