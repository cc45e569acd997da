"""Releases on disk: their numbers, the pointers, checking, publishing and rolling back. Builds none, and asks for no approval.

Layout below the data folder: releases/<version>/ and releases/current.json, which is replaced by rename (ADR 9);
previews/<name>/ and releases/preview.json, the channel for looking. A version that was never current is a candidate.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from pipelines.published.database_file import FILE, hash_database
from pipelines.published.provenance import DROPPED
from pipelines.published.switches import record_switch, without_names
from pipelines.published.tableau_file import EXTRACT, compare_tables, hash_extract, load_pantab, read_extract
from pipelines.shared.locks import held

MANIFEST = "manifest.json"
POINTER = "current.json"
PREVIEW_POINTER = "preview.json"
CHANNELS = {"release": "releases", "preview": "previews", "dry-run": "dry-run"}
"""What a folder is built for -> where below the data folder it lies. Only a release is ever pointed at by current.json."""
LOCK_SECONDS = 10.0
BUILDING = ".building-"
"""Begins the name of a folder that is being built."""
VERSION = re.compile(r"^(20\d\d)\.([1-9]|1[0-2])\.([1-9]\d*)$")


def releases_folder(data: Path) -> Path:
    """<data>/releases, made when it is not there."""
    folder = data / "releases"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def require_version(version: str) -> str:
    """The version, or ValueError when it does not read year.month.number."""
    if not VERSION.match(version):
        raise ValueError(f"{version!r} is not a release; releases are numbered like 2026.11.1 (year.month.number)")
    return version


def next_version(releases: Path, today: date) -> str:
    """The next free number of the month: 2026.11.1, then 2026.11.2. Looks at folders, published or not, and at dropped
    candidates: a number never stands for two things."""
    prefix = (today.year, today.month)
    gone = [marker.parent.name for marker in (releases.parent / "provenance").glob(f"*/{DROPPED}")]
    known = [*_versions(releases), *(name for name in gone if VERSION.match(name))]
    taken = [_order(version)[2] for version in known if _order(version)[:2] == prefix]
    return f"{today.year}.{today.month}.{max(taken, default=0) + 1}"


def list_releases(data: Path) -> list[dict[str, Any]]:
    """Every release, oldest first: version, released_on, school_years, published (has ever been current), is_current,
    switched (its entries of the pointer, oldest first)."""
    pointer = current_release(data) or {}
    published = _publication_order(pointer)
    switches = _switches(pointer)
    rows = []
    for version in _versions(data / "releases"):
        manifest = json.loads((data / "releases" / version / MANIFEST).read_text(encoding="utf-8"))
        rows.append(
            {
                "version": version,
                "released_on": manifest["released_on"],
                "school_years": manifest["school_years"],
                "published": version in published,
                "is_current": version == pointer.get("version"),
                "switched": [entry for entry in switches if entry["version"] == version],
            }
        )
    return rows


def current_release(data: Path) -> dict[str, Any] | None:
    """The pointer: version, manifest_sha256, switched_at, action, history. None before the first.

    Raises ValueError when current.json cannot be read.
    """
    path = data / "releases" / POINTER
    if not path.exists():
        return None
    try:
        pointer: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        require_version(pointer["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not a pointer to a release; publish a release again to replace it") from error
    return pointer


def publish(data: Path, version: str, *, approved_by: str, note: str, now: datetime | None = None) -> dict[str, Any]:
    """Make a release the current one and return the pointer; who approved it is kept outside it (`switches.py`).

    Raises ValueError when nobody approved it, the release is not there, or it is not what its manifest says.
    A process killed half-way leaves the old pointer or the new one, never half of one.
    """
    if not approved_by.strip():
        raise ValueError(
            "a release is published by somebody: say who approves it, for example --approved-by 'Ana Diaz'"
        )
    with release_lock(releases_folder(data), "publish", approved_by):
        return _switch(data, version, "publish", approved_by, note, now)


def rollback(
    data: Path, version: str = "", *, approved_by: str = "", note: str = "", now: datetime | None = None
) -> dict[str, Any]:
    """Point back to a release that was published earlier, by default the one published before the current one.

    Nothing is deleted. Raises ValueError when there is none, or it is not what it was when it was published.
    """
    with release_lock(releases_folder(data), "rollback", approved_by):
        pointer = current_release(data)
        if pointer is None:
            raise ValueError("nothing has been published yet, so there is nothing to roll back to")
        published = _publication_order(pointer)
        if not version:
            before = list(published)[: list(published).index(pointer["version"])]
            if not before:
                raise ValueError(f"{pointer['version']} is the first release published; there is none before it")
            version = before[-1]
        if version not in published:
            raise ValueError(f"{version} was never published; earlier releases are {', '.join(published)}")
        return _switch(data, version, "rollback", approved_by, note, now, expected=published[version])


def newest_candidate(data: Path) -> str:
    """The highest version, when it was never the current release; empty when there is no candidate."""
    versions = _versions(data / "releases")
    published = _publication_order(current_release(data) or {})
    return versions[-1] if versions and versions[-1] not in published else ""


def newest_published(data: Path) -> str:
    """The release that was first published last, whether or not it is the current one; empty before the first."""
    return next(reversed(_publication_order(current_release(data) or {})), "")


def was_published(data: Path, version: str) -> bool:
    """Whether the version has ever been the current release."""
    return version in _publication_order(current_release(data) or {})


def superseded_candidates(data: Path) -> list[str]:
    """Candidates that were never published and are older than the newest candidate or release: nobody can publish them
    any more, because the tables or the release they were compared with are others by now."""
    versions = _versions(data / "releases")
    published = _publication_order(current_release(data) or {})
    return [version for version in versions[:-1] if version not in published]


def remove_candidate(data: Path, version: str) -> None:
    """Take the folder of a release that was never published away, and what was made of it for partners.

    Raises ValueError when it was published or is not there. Killed half-way, the next build or switch finishes it.
    """
    releases = releases_folder(data)
    with release_lock(releases, "removal of a candidate"):
        if version in _publication_order(current_release(data) or {}):
            raise ValueError(f"{version} was published and is never deleted; only a candidate can be dropped")
        folder = releases / require_version(version)
        if not folder.is_dir():
            raise ValueError(f"there is no candidate {version} in {releases}")
        away = releases / f"{BUILDING}{version}-dropped-{uuid.uuid4().hex}"
        shutil.rmtree(data / "partner" / version, ignore_errors=True)
        folder.rename(away)
        shutil.rmtree(away)


def point_preview(data: Path, folder: Path, version: str, now: datetime | None = None) -> dict[str, Any]:
    """Point releases/preview.json to a folder of previews/, and remove the older previews; nobody approves a preview."""
    entry = {
        "channel": "preview",
        "version": version,
        "folder": f"../{folder.parent.name}/{folder.name}",
        "manifest_sha256": hash_file(folder / MANIFEST),
        "switched_at": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
    }
    replace_file(releases_folder(data) / PREVIEW_POINTER, json.dumps(entry, indent=2) + "\n")
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other)
    return entry


def verify_release(folder: Path, manifest_sha256: str = "") -> list[str]:
    """What is wrong with a release folder, one sentence each; empty when every byte is what the manifest says.

    Hashes all files, compares the DuckDB tables with the Parquet files and counts rows. With `manifest_sha256` (from
    the pointer) the manifest itself is checked too.
    """
    path = folder / MANIFEST
    if not path.exists():
        return [f"{folder} has no {MANIFEST}; it is not a whole release"]
    if manifest_sha256 and hash_file(path) != manifest_sha256:
        return [f"{path} is not the manifest that was published"]
    manifest = json.loads(path.read_text(encoding="utf-8"))
    expected = {*manifest["files"], *manifest["content"], MANIFEST}
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    faults = [f"{name} is missing from {folder}" for name in sorted(expected - found)]
    faults += [f"{name} does not belong to {folder}" for name in sorted(found - expected)]
    faults += [
        f"{name} has other bytes than when {folder.name} was built"
        for name, file in manifest["files"].items()
        if name in found and hash_file(folder / name) != file["sha256"]
    ]
    return faults or _compare_contents(folder, manifest)


def hash_file(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@contextmanager
def release_lock(releases: Path, what: str = "publication", who: str = "") -> Iterator[None]:
    """One build, publish or rollback at a time; raises LockedError, which says who is at work.

    Left-overs of one that was killed are removed: half-built folders and pointers that were never switched in.
    """
    with held(releases / "switch", who=who, what=what, waits=LOCK_SECONDS):
        for leftover in (*releases.glob(f"{BUILDING}*"), *releases.glob(f".{POINTER}.*")):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        yield


def _compare_contents(folder: Path, manifest: dict[str, Any]) -> list[str]:
    faults = []
    for name, rows in manifest["rows"].items():
        count = parquet.read_metadata(folder / "parquet" / f"{name}.parquet").num_rows
        if count != rows["total"]:
            faults.append(f"{name} has {count} rows where the manifest says {rows['total']}")
    hashes = {name: manifest["files"][f"parquet/{name}.parquet"]["sha256"] for name in manifest["rows"]}
    try:
        content = hash_database(folder, hashes)
    except Exception as error:  # whatever DuckDB finds in a broken file: the answer is a sentence
        return [*faults, f"{FILE} of {folder.name} cannot be compared: {error}"]
    if content != manifest["content"][FILE]:
        faults.append(f"{FILE} has other views than when {folder.name} was built")
    return faults + _compare_extract(folder, manifest, hashes)


def _compare_extract(folder: Path, manifest: dict[str, Any], hashes: dict[str, str]) -> list[str]:
    """The extract against the Parquet files, where there is one and the library that reads it."""
    if EXTRACT not in manifest["content"] or load_pantab() is None:
        return []
    if manifest["content"][EXTRACT] != hash_extract(hashes):
        return [f"{EXTRACT} was not made from the Parquet files of {folder.name}"]
    tables = {name: parquet.read_table(folder / "parquet" / f"{name}.parquet") for name in hashes}
    try:
        return compare_tables(read_extract(folder / EXTRACT), tables)
    except Exception as error:  # whatever Hyper finds in a broken file: the answer is a sentence
        return [f"{EXTRACT} of {folder.name} cannot be compared: {type(error).__name__}"]


def _switch(
    data: Path, version: str, action: str, approved_by: str, note: str, now: datetime | None, expected: str = ""
) -> dict[str, Any]:
    folder = data / "releases" / require_version(version)
    if not folder.is_dir():
        there = ", ".join(_versions(data / "releases")) or "none"
        raise ValueError(f"there is no release {version} in {data / 'releases'}; there is {there}")
    faults = verify_release(folder, expected)
    if faults:
        raise ValueError(
            f"release {version} is not what was built: {'; '.join(faults)}. Build it anew under the next number."
        )
    pointer = current_release(data)
    entry = {
        "version": version,
        "manifest_sha256": hash_file(folder / MANIFEST),
        "switched_at": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
        "action": action,
    }
    history = without_names(data, _switches(pointer or {}))
    record_switch(data, entry, approved_by, note)
    replace_file(
        data / "releases" / POINTER, json.dumps({**entry, "history": history}, indent=2, ensure_ascii=False) + "\n"
    )
    return {**entry, "history": history}


def replace_file(path: Path, text: str) -> None:
    """Write beside and rename: a reader sees the old text or the new one."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _publication_order(pointer: dict[str, Any]) -> dict[str, str]:
    """Versions in the order they were first published, with the hash of their manifest."""
    order: dict[str, str] = {}
    for switch in _switches(pointer):
        if switch["action"] == "publish":
            order.setdefault(switch["version"], switch["manifest_sha256"])
    return order


def _switches(pointer: dict[str, Any]) -> list[dict[str, Any]]:
    """Every switch there was, oldest first; the pointer itself is the last."""
    own = {name: value for name, value in pointer.items() if name != "history"}
    return [*pointer.get("history", []), own] if pointer else []


def _versions(releases: Path) -> list[str]:
    if not releases.is_dir():
        return []
    return sorted((p.name for p in releases.iterdir() if p.is_dir() and VERSION.match(p.name)), key=_order)


def _order(version: str) -> tuple[int, int, int]:
    year, month, number = version.split(".")
    return int(year), int(month), int(number)
