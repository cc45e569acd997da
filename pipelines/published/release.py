"""Builds a release: a folder of files in every format, with data package, dictionary and manifest. Switches nothing in.

The folder is built beside and renamed, so a reader sees a whole release or none; publishing it is in `versions.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from pipelines.published.database_file import FILE, hash_database, write_database
from pipelines.published.datapackage import describe_release
from pipelines.published.dictionary import dictionary_frame, dictionary_markdown
from pipelines.published.dictionary_page import dictionary_page
from pipelines.published.excel_files import write_excel
from pipelines.published.formula_safety import escape_formulas
from pipelines.published.geojson_files import write_geojson
from pipelines.published.page import BESIDE, Page, write_page
from pipelines.published.public_tables import join_years, published_tables, to_arrow
from pipelines.published.release_readme import release_readme
from pipelines.published.report_page import write_report
from pipelines.published.tableau_file import ABSENT, EXTRACT, hash_extract, write_extract
from pipelines.published.versions import (
    BUILDING,
    CHANNELS,
    MANIFEST,
    hash_file,
    release_lock,
    releases_folder,
    require_version,
)
from pipelines.shared.frames import to_frame


def build_release(
    data: Path,
    version: str,
    years: Mapping[str, Mapping[str, pd.DataFrame]],
    *,
    released_on: date,
    inputs: Mapping[str, str],
    code_version: str,
    diff_hash: str,
    channel: str = "release",
    parts: Callable[[Path], None] | None = None,
    name: str = "",
) -> Path:
    """Write the release folder <data>/releases/<version>/ and return it. The same arguments give the same bytes.

    `channel` is a key of CHANNELS, says where the folder lies and stands in the manifest, so that a page can tell a
    preview; `name` is the folder's name when it is not the version (a preview). `parts` writes what is made of more
    than the tables (the diff) into the folder before the manifest lists its files.

    `years`: {school year: {table: frame}} for every table of PUBLISHED; columns that are not public are left out.
    `inputs`: {file: sha256} of what the tables were made from. Only the DuckDB file and the Tableau extract may differ
    in bytes; the manifest holds the hash of their content. Left-overs of a killed build are removed first. Raises ValueError when a year lacks
    a table, a table breaks its declaration, or the release exists: a release is never changed.
    """
    require_version(version)
    place = data / CHANNELS[channel]
    place.mkdir(parents=True, exist_ok=True)
    with release_lock(releases_folder(data), "build"):
        for leftover in place.glob(f"{BUILDING}*"):
            shutil.rmtree(leftover)
        target = place / (name or version)
        if target.exists() and channel != "release":
            shutil.rmtree(target)
        if target.exists():
            raise ValueError(
                f"release {version} exists already and is never changed; build {version} under the next number"
            )
        folder = place / f"{BUILDING}{version}-{uuid.uuid4().hex}"
        folder.mkdir()
        try:
            if parts:
                parts(folder)
            _write_files(folder, version, years, released_on, inputs, code_version, diff_hash, channel)
            _make_durable(folder)
            folder.rename(target)
            _sync(place)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return target


def _write_files(
    folder: Path,
    version: str,
    years: Mapping[str, Mapping[str, pd.DataFrame]],
    released_on: date,
    inputs: Mapping[str, str],
    code_version: str,
    diff_hash: str,
    channel: str,
) -> None:
    tables = published_tables()
    data = {name: to_arrow(frame, tables[name]) for name, frame in join_years(years).items()}
    for name, table in data.items():
        write_csv(table, folder / "csv" / f"{name}.csv")
        write_parquet(table, folder / "parquet" / f"{name}.parquet")
    (folder / "dictionary.md").write_text(dictionary_markdown(tables.values()), encoding="utf-8", newline="\n")
    (folder / "dictionary.html").write_text(dictionary_page(tables.values(), version), encoding="utf-8", newline="\n")
    entries = dictionary_frame(tables.values())
    write_csv(arrow.Table.from_pandas(entries, preserve_index=False), folder / "dictionary.csv")
    write_json(folder / "datapackage.json", describe_release(tables, version, released_on, list_files(folder)))
    write_excel(folder, data, tables, version, released_on)
    without_coordinates = write_geojson(folder, data["school_cs_access"])
    has_extract = write_extract(folder / EXTRACT, data)
    readme = release_readme(version, released_on, sorted(years), without_coordinates, has_extract=has_extract)
    (folder / "README.md").write_text(readme, encoding="utf-8", newline="\n")
    frames = {name: to_frame(table) for name, table in data.items()}
    write_report(folder / "report", frames, version, released_on)
    beside = tuple(name for name in BESIDE if (folder / name).exists())
    write_page(folder / "page", frames, Page(version, released_on, channel=channel, beside=beside))
    files = list_files(folder)
    files.pop(EXTRACT, None)
    write_database(folder, tables)
    parquet_hashes = {name: files[f"parquet/{name}.parquet"]["sha256"] for name in tables}
    content = {FILE: hash_database(folder, parquet_hashes)}
    if has_extract:
        content[EXTRACT] = hash_extract(parquet_hashes)
    manifest = {
        "version": version,
        "channel": channel,
        "released_on": released_on.isoformat(),
        "school_years": sorted(years),
        "policies": sorted(compute.unique(data["school_cs_access"]["policy"]).to_pylist()),
        "code_version": code_version,
        "diff_sha256": diff_hash,
        "inputs": dict(inputs),
        "rows": {name: count_rows(table) for name, table in data.items()},
        "files": files,
        "content": content,
        "tableau": EXTRACT if has_extract else ABSENT,
        "schools_without_coordinates": without_coordinates,
    }
    write_json(folder / MANIFEST, manifest)


def write_csv(table: arrow.Table, path: Path) -> None:
    """UTF-8, LF, comma; every text cell quoted and no number quoted; null is nothing, an empty text is two quotes.

    A text that a spreadsheet would run as a formula gets a leading apostrophe. Numbers keep their minus.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for position, field in enumerate(table.schema):
        if arrow.types.is_string(field.type) or arrow.types.is_large_string(field.type):
            table = table.set_column(position, field, escape_formulas(table.column(position)))
    csv.write_csv(table, path)


def write_parquet(table: arrow.Table, path: Path) -> None:
    """Parquet with the store's settings: zstd, no metadata that names versions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(table, path, compression="zstd", version="2.6")


def write_json(path: Path, value: Any) -> None:
    """JSON for people and machines: keys in order, UTF-8, LF, a newline at the end."""
    body = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    path.write_text(body, encoding="utf-8", newline="\n")


def count_rows(table: arrow.Table) -> dict[str, int]:
    """Rows per school year, and `total`."""
    years = table.group_by("school_year").aggregate([([], "count_all")])
    counts = dict(zip(years["school_year"].to_pylist(), years["count_all"].to_pylist(), strict=True))
    return {"total": table.num_rows, **{year: int(counts[year]) for year in sorted(counts)}}


def list_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Every file below the folder: {path with forward slashes: {sha256, bytes}}."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): {"sha256": hash_file(p), "bytes": p.stat().st_size} for p in paths}


def _make_durable(folder: Path) -> None:
    """Everything on disk before the rename: a crash of the machine must not leave a named release with empty files."""
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
