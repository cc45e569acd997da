"""Receipts: which file came for which source and school year, with its hash. Copies files in; never opens a table.

`<raw>/receipts.csv` has one line per file, in the order of arrival; `file` is the path below raw.
"""

from __future__ import annotations

import csv
import datetime as dt
import fcntl
import hashlib
import io
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath

import pandas as pd

from pipelines.shared.school_year import nearest, parse_school_year
from schemas.columns import column
from schemas.source_model import Source

COLUMNS = ("source", "school_year", "file", "sha256", "bytes", "delivery", "received_on", "received_by", "note")
DELIVERIES = column("delivery").allowed
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class ReceiveError(ValueError):
    """A file cannot be received; the message says why and what to do."""


def read_receipts(raw: Path) -> pd.DataFrame:
    """Every line of `<raw>/receipts.csv`, all text, in order; an empty frame when there is no such file.

    Raises ValueError naming the line when the header or a line is malformed.
    """
    path = raw / "receipts.csv"
    if not path.exists():
        return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
    found = path.stat()
    return _read_receipts(path, found.st_mtime_ns, found.st_size, found.st_ino).copy()


@lru_cache(maxsize=8)
def _read_receipts(path: Path, _changed: int, _size: int, _inode: int) -> pd.DataFrame:
    # Every source of a run asks for the receipts; they are replaced by a rename, which gives the path another inode.
    try:
        records = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read as comma-separated UTF-8 text ({error}); restore it") from error
    if not records or tuple(records[0]) != COLUMNS:
        raise ValueError(f"{path} must start with the header {','.join(COLUMNS)}")
    lines = [(number, record) for number, record in enumerate(records[1:], start=2) if record]
    seen: dict[str, int] = {}
    for number, record in lines:
        problem = _problem(record) or (record[2] in seen and f"{record[2]} stands in line {seen[record[2]]} already")
        if problem:
            raise ValueError(f"{path} line {number}: {problem}; correct the line")
        seen[record[2]] = number
    return pd.DataFrame([record for _, record in lines], columns=list(COLUMNS), dtype="str")


def _problem(record: list[str]) -> str | None:
    if len(record) != len(COLUMNS):
        return f"expected {len(COLUMNS)} fields, found {len(record)}"
    source, year, file, sha256, size, delivery, received_on = record[:7]
    parts = PurePosixPath(file).parts
    tests = {
        f"{year!r} is not a school year like 2018-19": bool(re.fullmatch(r"20\d\d-\d\d", year)),
        f"file must lie in {source}/{year}/, found {file!r}": len(parts) == 3
        and parts[:2] == (source, year)
        and ".." not in parts,
        "sha256 must be 64 hexadecimal digits": bool(re.fullmatch(r"[0-9a-f]{64}", sha256)),
        f"bytes must be a whole number, found {size!r}": bool(re.fullmatch(r"\d{1,15}", size)),
        f"delivery must be one of {', '.join(DELIVERIES)}, found {delivery!r}": delivery in DELIVERIES,
        f"received_on must be a date like 2019-10-01, found {received_on!r}": _is_date(received_on),
    }
    return next((sentence for sentence, holds in tests.items() if not holds), None)


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return bool(_ISO_DATE.fullmatch(text))


def receive_file(
    raw: Path,
    file: Path,
    source: Source,
    school_year: str,
    *,
    delivery: str = "full",
    received_on: str,
    received_by: str = "",
    note: str = "",
) -> Path:
    """Copy a file to `<raw>/<source>/<school_year>/`, hash it and add its receipt; returns where it lies now.

    Never overwrites, and adds the receipt last, so that a run that was stopped in between can simply be repeated.
    Raises ReceiveError when the file is not there, the same name lies there with other bytes, or the same bytes were
    received for this source and year before; ValueError when receipts.csv is malformed.
    """
    year = _checked_year(school_year)
    _check_receipt_words(file, delivery, received_on)
    name = file.name
    relative = f"{source.source}/{year}/{name}"
    raw.mkdir(parents=True, exist_ok=True)
    with _only_writer(raw):
        receipts = read_receipts(raw)
        if relative in set(receipts["file"]):
            raise ReceiveError(
                f"{relative} has been received before and is never overwritten; "
                f"give the new file another name, for example {_next_name(name)}"
            )
        target = raw / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.parent / f".{name}.{uuid.uuid4().hex}"
        try:
            sha256, size = _copy(file, temporary)
            mine = receipts[(receipts["source"] == source.source) & (receipts["school_year"] == year)]
            same = mine.loc[mine["sha256"] == sha256, "file"]
            if not same.empty:
                raise ReceiveError(
                    f"the bytes of {name} were received for {source.source} {year} before, as {same.iloc[0]}; "
                    "there is nothing to do"
                )
            if target.exists() and _sha256(target) != sha256:
                raise ReceiveError(
                    f"another file lies at {relative} without a receipt; move it away, or receive it first"
                )
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        _append(raw, [source.source, year, relative, sha256, str(size), delivery, received_on, received_by, note])
    return target


def receive_in_place(raw: Path, file: str, *, received_on: str, note: str) -> bool:
    """Write the receipt of a file that was put below raw by hand; `file` is its path there. False when it has one.

    It is a supplement, and nobody is said to have sent it. Raises ValueError when receipts.csv is malformed or would be.
    """
    source, year, _ = PurePosixPath(file).parts
    with _only_writer(raw):
        if file in set(read_receipts(raw)["file"]):
            return False
        path = raw / file
        record = [source, year, file, _sha256(path), str(path.stat().st_size), "supplement", received_on, "", note]
        problem = _problem(record)
        if problem:
            raise ValueError(f"{file} cannot be received: {problem}")
        _append(raw, record)
    return True


def redact_received(raw: Path, file: str, body: bytes, why: str) -> None:
    """Put a redacted copy in the place of a received file; its receipt says so and keeps the hash of what was received.

    The receipt is written first, so that a run stopped in between finds a file that is not its receipt's and refuses it,
    and repeating the redaction puts it right. Raises ValueError for a file without a receipt.
    """
    with _only_writer(raw):
        receipts = read_receipts(raw)
        line = receipts.index[receipts["file"] == file]
        if line.empty:
            raise ValueError(f"{file} has no receipt; receive it before it is redacted")
        at = line[0]
        received = f"redacted copy, {why}; as received: sha256 {receipts.loc[at, 'sha256']}"
        note = str(receipts.loc[at, "note"])
        receipts.loc[at, "note"] = note if "as received: sha256" in note else f"{note}; {received}".removeprefix("; ")
        receipts.loc[at, ["sha256", "bytes"]] = [hashlib.sha256(body).hexdigest(), str(len(body))]
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([COLUMNS, *receipts.itertuples(index=False)])
        _replace(raw / "receipts.csv", text.getvalue().encode())
        _replace(raw / file, body)


def _replace(path: Path, body: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with temporary.open("wb") as handle:
        handle.write(body)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)


def _checked_year(school_year: str) -> str:
    try:
        return parse_school_year(school_year)
    except ValueError as error:
        raise ReceiveError(str(error)) from error


def _check_receipt_words(file: Path, delivery: str, received_on: str) -> None:
    if delivery not in DELIVERIES:
        raise ReceiveError(f"a delivery is one of {', '.join(DELIVERIES)}; found {delivery!r}")
    if not _is_date(received_on):
        raise ReceiveError(f"the day of receipt must be a date like 2019-10-01; found {received_on!r}")
    if not file.is_file():
        raise ReceiveError(f"there is no file at {file}; check the path")
    if file.name.startswith(".") or not file.name.isprintable() or "\\" in file.name:
        raise ReceiveError(f"{file.name!r} is not a plain file name; rename the file and receive it again")


def _next_name(name: str) -> str:
    stem, dot, ending = name.partition(".csv")
    return f"{stem}.2{dot}{ending}" if dot else f"{Path(name).stem}.2{Path(name).suffix}"


def _copy(file: Path, temporary: Path) -> tuple[str, int]:
    """Copy and hash what was written, so that a file that changes meanwhile cannot get another file's hash."""
    with file.open("rb") as origin, temporary.open("wb") as copy:
        shutil.copyfileobj(origin, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())
    return _sha256(temporary), temporary.stat().st_size


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@contextmanager
def _only_writer(raw: Path) -> Iterator[None]:
    """Two people who receive files at once must not lose each other's line."""
    folder = os.open(raw, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        os.fsync(folder)
    finally:
        os.close(folder)


def _append(raw: Path, record: list[str]) -> None:
    path = raw / "receipts.csv"
    before = path.read_bytes() if path.exists() else (",".join(COLUMNS) + "\n").encode()
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow(record)
    gap = b"" if before.endswith(b"\n") else b"\n"
    _replace(path, before + gap + line.getvalue().encode())


def chosen_year(source: Source, school_year: str, receipts: pd.DataFrame) -> str:
    """The school year whose files are read for `school_year`: the nearest one with receipts, where the source allows it."""
    if not source.nearest_year:
        return school_year
    both = zip(receipts["source"].tolist(), receipts["school_year"].tolist(), strict=True)
    years = {year for name, year in both if name == source.source}
    return nearest(school_year, years) or school_year


def chosen_years(source: Source, school_year: str, receipts: pd.DataFrame) -> list[str]:
    """The school years whose files are read for `school_year`: one, or it and all before it (`earlier_years`)."""
    if not source.earlier_years:
        return [chosen_year(source, school_year, receipts)]
    both = zip(receipts["source"].tolist(), receipts["school_year"].tolist(), strict=True)
    return sorted({year for name, year in both if name == source.source and year <= school_year} | {school_year})


def receipts_of(source: Source, school_year: str, receipts: pd.DataFrame) -> pd.DataFrame:
    """The receipts of exactly that source and school year, in the order of arrival."""
    # Comparing lists takes a tenth of the time that pandas takes to compare columns of a few dozen rows.
    both = zip(receipts["source"].tolist(), receipts["school_year"].tolist(), strict=True)
    mine = [at for at, place in enumerate(both) if place == (source.source, school_year)]
    return receipts.iloc[mine].reset_index(drop=True)


def files_without_receipt(raw: Path, source: Source, school_year: str, receipts: pd.DataFrame) -> list[str]:
    """Paths below raw of files that lie in the folder of that source and year without a receipt; hidden ones do not count."""
    folder = raw / source.source / school_year
    if not folder.is_dir():
        return []
    known = set(receipts["file"])
    found = (f"{source.source}/{school_year}/{p.name}" for p in folder.iterdir() if not p.name.startswith("."))
    return sorted(name for name in found if name not in known)


def source_fingerprint(raw: Path, source: Source, school_year: str, receipts: pd.DataFrame) -> str:
    """Text that changes whenever `read_source` would read something else: receipts, bytes on disk, files without receipt."""
    years = chosen_years(source, school_year, receipts)
    columns = [receipts[name].tolist() for name in COLUMNS[:7]]
    lines = [f"{source.source} {' '.join(years)}"]
    for record in zip(*columns, strict=True):
        if record[0] == source.source and record[1] in years:
            path = raw / record[2]
            found = f"{path.stat().st_size} {_sha256(path)}" if path.is_file() else "absent"
            lines.append("\t".join([*record, found]))
    lines += files_without_receipt(raw, source, years[-1], receipts)
    return "\n".join(lines)
