"""Removes personal details: those older than `schemas/retention.yml` says, and those of people who ask for it (ADR 22).

In raw/, in the restricted tier and in partner folders. What is made from raw/ is made anew by the next run.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import fsspec
import pandas as pd

from pipelines.published.partner_files import CONTACTS
from pipelines.received.receipts import read_receipts, redact_received
from pipelines.received.redact_file import OpenFile, open_rows
from pipelines.received.refusal import Refused
from pipelines.shared.retention import is_purged, person_hash, purged_address
from pipelines.shared.steps import Workspace
from pipelines.standard.cells import read_times
from schemas.retention import load_retention
from schemas.source_model import Source

EMAIL = "submitter_email_address"
SALT = ".purge_salt"
RECORD = "purges.csv"
RECORD_COLUMNS = ("purged_on", "kind", "person_hash", "files", "rows")


@dataclass
class Purged:
    """What a purge did, in numbers; `left` are sentences about files that a person must see to."""

    rows_asked: int = 0
    rows_old: int = 0
    files: list[str] = field(default_factory=list)
    years: set[str] = field(default_factory=set)
    contacts: int = 0
    left: list[str] = field(default_factory=list)


def purge(workspace: Workspace, asked: Iterable[str], today: dt.date, *, dry_run: bool = False) -> Purged:
    """Empty what is too old and what people asked to be deleted, now or in an earlier purge; returns the numbers.

    asked: addresses of people who want everything of theirs deleted. They are kept as keyed hashes only, so that a later
    export which still holds them is emptied too. With `dry_run` nothing is written. The record `raw/purges.csv` says
    that it was done, and never whose address it was.
    """
    raw = workspace.raw
    salt = _salt(raw, dry_run=dry_run)
    new = sorted({person_hash(address, salt) for address in asked if address.strip()} - _recorded(raw))
    people = _recorded(raw) | set(new)
    done, gone = Purged(), set[str]()
    receipts = read_receipts(raw)
    for source in workspace.sources.values():
        if source.produces != "survey_responses":
            continue
        for receipt in receipts[receipts["source"] == source.source].to_dict("records"):
            gone |= _purge_file(raw, source, receipt, people, salt, today, done, dry_run=dry_run)
    if not dry_run:
        _clear_tables(workspace, done)
        _append_record(raw, today, new, done)
    done.contacts = _clear_contacts(workspace, gone, people, salt, dry_run=dry_run)
    return done


def _purge_file(
    raw: Path,
    source: Source,
    receipt: dict[str, str],
    people: set[str],
    salt: bytes,
    today: dt.date,
    done: Purged,
    *,
    dry_run: bool,
) -> set[str]:
    """One file: empties it, counts, and returns the addresses that are in it no more."""
    path = raw / receipt["file"]
    if not path.is_file():
        return set()
    try:
        opened = open_rows(path.read_bytes(), source, receipt["school_year"])
    except Refused as refusal:
        done.left.append(f"{receipt['file']}: {refusal.sentence}")
        return set()
    cells = opened.cells.reindex(columns=[*opened.cells.columns.union(["submitted_at", EMAIL])], fill_value="").astype(
        "str"
    )
    address = cells[EMAIL].str.lower()
    theirs = address.ne("") & _is_of(address, people, salt)
    old = _too_old(cells, address, receipt["received_on"], today)
    emptied, left_over = _empty_old(opened, cells, old, theirs, salt)
    opened.empty_rows(cells.index[theirs])
    if not (theirs.any() or emptied):
        return set()
    done.rows_asked += int(theirs.sum())
    done.rows_old += emptied
    done.files.append(receipt["file"])
    done.years.add(receipt["school_year"])
    if not dry_run:
        redact_received(raw, receipt["file"], opened.to_bytes(), f"personal details removed {today.isoformat()}")
    return set(address[theirs]) | left_over


def _is_of(address: pd.Series, people: set[str], salt: bytes) -> pd.Series:
    """Whose rows were asked to be deleted, by the hash of the address or by its stand-in of an earlier purge."""
    stand_ins = {f"{person[:24]}" for person in people}
    purged = is_purged(address)
    known = {a: person_hash(a, salt) in people for a in address[~purged].unique()}
    return purged & address.str.split("@").str[0].isin(stand_ins) | address.map(known).fillna(False).astype(bool)


def _too_old(cells: pd.DataFrame, address: pd.Series, received_on: str, today: dt.date) -> dict[str, pd.Series]:
    """Rule -> rows past it. The newest answer of a person in the file counts, so that all of hers go at once."""
    day = read_times(cells["submitted_at"]).str.slice(0, 10).fillna(received_on)
    newest = day.groupby(address.where(address != "", cells.index.astype("str"))).transform("max")
    return {name: newest < rule.kept_from(today).isoformat() for name, rule in load_retention().items()}


def _empty_old(
    opened: OpenFile, cells: pd.DataFrame, old: dict[str, pd.Series], theirs: pd.Series, salt: bytes
) -> tuple[int, set[str]]:
    """Empty what is too old; an address becomes its stand-in, so that a person's answers still fold. Rows and addresses."""
    changed = pd.Series(False, index=cells.index)
    gone: set[str] = set()
    for name, rule in load_retention().items():
        for column in (c for c in rule.columns if c in opened.cells):
            rows = old[name] & ~theirs & cells[column].ne("")
            if column == EMAIL:
                rows &= ~is_purged(cells[column])
                gone |= set(cells.loc[rows, column].str.lower())
                opened.write_cells(cells.loc[rows, column].map(lambda a: purged_address(a, salt)), column)
            else:
                opened.empty_cells(column, cells.index[rows])
            changed |= rows
    return int(changed.sum()), gone


def _clear_tables(workspace: Workspace, done: Purged) -> None:
    """Remove the restricted tables made from the files that changed; the next run makes them anew from what is left."""
    fs, root = fsspec.url_to_fs(workspace.store.root)
    for source in {file.split("/")[0] for file in done.files}:
        for name in (source, f"{source}.standard"):
            for path in fs.glob(f"{root}/restricted/{name}/*.parquet"):
                fs.rm(path)


def _clear_contacts(workspace: Workspace, gone: set[str], people: set[str], salt: bytes, *, dry_run: bool) -> int:
    """Take people out of the contacts of every partner folder; returns how many lines went."""
    fs, root = fsspec.url_to_fs(workspace.store.root)
    if "file" not in fs.protocol:
        return 0
    removed = 0
    for path in sorted(Path(root).glob(f"partner/*/*/{CONTACTS}")):
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        address = frame[EMAIL].str.lower()
        out = address.isin(gone) | _is_of(address, people, salt)
        removed += int(out.sum())
        if out.any() and not dry_run:
            text = frame[~out].to_csv(index=False, quoting=csv.QUOTE_ALL, lineterminator="\n")
            temporary = path.with_name(f".{path.name}.new")
            temporary.touch(mode=0o640)
            temporary.write_text(text, encoding="utf-8")
            os.replace(temporary, path)
    return removed


def _salt(raw: Path, *, dry_run: bool) -> bytes:
    """The secret of the hashes, made at the first purge and readable by the owner only."""
    path = raw / SALT
    if path.exists():
        return bytes.fromhex(path.read_text(encoding="ascii"))
    salt = secrets.token_bytes(32)
    if not dry_run:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(salt.hex())
    return salt


def _recorded(raw: Path) -> set[str]:
    path = raw / RECORD
    if not path.exists():
        return set()
    with path.open(encoding="utf-8", newline="") as handle:
        return {line["person_hash"] for line in csv.DictReader(handle) if line["person_hash"]}


def _append_record(raw: Path, today: dt.date, new: list[str], done: Purged) -> None:
    lines = [(today.isoformat(), "request", person, "", "") for person in new]
    if done.files:
        kind = (
            "request and retention"
            if done.rows_asked and done.rows_old
            else "request"
            if done.rows_asked
            else "retention"
        )
        lines.append((today.isoformat(), kind, "", str(len(done.files)), str(done.rows_asked + done.rows_old)))
    if not lines:
        return
    path = raw / RECORD
    before = path.read_text(encoding="utf-8") if path.exists() else ",".join(RECORD_COLUMNS) + "\n"
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(lines)
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(before + text.getvalue(), encoding="utf-8")
    os.replace(temporary, path)
