"""Tables on disk: one Parquet file per table and school year, schema enforced, written beside and renamed.

Does not know what the tables mean. Paths go through fsspec, so a bucket serves as well as a folder. No pickle.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pyarrow as arrow
import pyarrow.parquet as parquet

from pipelines.shared.folders import RESTRICTED_MODE, make_closed
from pipelines.shared.frames import to_arrow, to_frame
from pipelines.shared.pandera_bridge import require_valid
from pipelines.shared.quick_check import certainly_valid
from schemas.table_model import Table
from schemas.tables import table as declared_table

WORTH_THREADS = 1_000_000
"""Bytes of a file from which on several threads read it sooner than they are started."""


@dataclass(frozen=True)
class TableStore:
    """A tree of tables below `root` (a folder or an fsspec address): <root>/<stage>/<name>/<school_year>.parquet."""

    root: str

    def path(self, stage: str, name: str, school_year: str, ending: str = "parquet") -> str:
        """Where the table of that stage, name and school year lies, whether or not it exists."""
        return f"{self.root.rstrip('/')}/{stage}/{name}/{school_year}.{ending}"

    def exists(self, stage: str, name: str, school_year: str) -> bool:
        fs, path = fsspec.url_to_fs(self.path(stage, name, school_year))
        return bool(fs.exists(path))

    def years(self, stage: str, name: str) -> list[str]:
        """School years for which the table exists, in order."""
        fs, folder = fsspec.url_to_fs(f"{self.root.rstrip('/')}/{stage}/{name}")
        if not fs.exists(folder):
            return []
        names = (str(p).rsplit("/", 1)[-1] for p in fs.ls(folder, detail=False))
        return sorted(n.removesuffix(".parquet") for n in names if n.endswith(".parquet"))

    def write(self, frame: pd.DataFrame, table: str, school_year: str, *, stage: str = "", name: str = "") -> int:
        """Write a frame as the declared table; returns its number of rows.

        `stage` and `name` say where, when that is not the table's own place (a source's part of a table).
        Raises ValueError when the frame breaks the declaration.
        """
        declared = declared_table(table)
        path = self.path(stage or declared.stage, name or table, school_year)
        if frame.empty and _is_as_declared(frame, declared):
            self._replace(path, _file_without_rows(table))
            return 0
        data = _to_arrow(frame, declared)
        if data is None or not certainly_valid(data, declared):
            # Pandera says what is wrong. What it accepts is valid: the quick check only ever errs the other way.
            require_valid(frame, declared)
            data = arrow.Table.from_pandas(frame, schema=declared.arrow_schema, preserve_index=False)
        self._write(data, path)
        return len(frame)

    def read(
        self, table: str, school_year: str, *, stage: str = "", name: str = "", columns: list[str] | None = None
    ) -> pd.DataFrame:
        """Read a declared table with its declared types. Raises FileNotFoundError when it has not been made."""
        declared = declared_table(table)
        fs, path = fsspec.url_to_fs(self.path(stage or declared.stage, name or table, school_year))
        if columns:
            return to_frame(_from_source(_source(fs, path), columns).select(columns))
        body = fs.cat_file(path)
        if body == _file_without_rows(table):
            return _frame_without_rows(table).copy()
        return to_frame(from_parquet(body).select(declared.column_names))

    def read_many(
        self, table: str, school_year: str, names: Iterable[str], *, stage: str = "", columns: list[str] | None = None
    ) -> pd.DataFrame:
        """Parts of a declared table under each other, in the order of the names; empty when none has rows."""
        declared = declared_table(table)
        parts = []
        for name in names:
            fs, path = fsspec.url_to_fs(self.path(stage or declared.stage, name, school_year))
            parts.append(_from_source(_source(fs, path), columns))
        kept = columns or declared.column_names
        if not parts:
            schema = arrow.schema([declared.arrow_schema.field(column) for column in kept])
            return to_frame(schema.empty_table())
        return to_frame(arrow.concat_tables([part.select(kept) for part in parts]).combine_chunks())

    def write_text(self, frame: pd.DataFrame, stage: str, name: str, school_year: str) -> int:
        """Write a frame of text columns (and the integer `row`) whose columns are those of a source, not of a table."""
        fields = [arrow.field(c, arrow.int64() if c == "row" else arrow.string()) for c in frame.columns]
        data = to_arrow(frame, arrow.schema(fields))
        self._write(data, self.path(stage, name, school_year))
        return len(frame)

    def read_text(self, stage: str, name: str, school_year: str) -> pd.DataFrame:
        """Read what `write_text` wrote: text as `str`, `row` as `Int64`."""
        fs, path = fsspec.url_to_fs(self.path(stage, name, school_year))
        return to_frame(from_parquet(fs.cat_file(path)))

    def write_json(self, value: Any, stage: str, name: str, school_year: str) -> None:
        """Write a small JSON file beside a table, in the same atomic way."""
        body = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode()
        self._replace(self.path(stage, name, school_year, "json"), body)

    def read_json(self, stage: str, name: str, school_year: str) -> Any:
        """Read what `write_json` wrote; None when there is none."""
        fs, path = fsspec.url_to_fs(self.path(stage, name, school_year, "json"))
        if not fs.exists(path):
            return None
        with fs.open(path, "rb") as handle:
            return json.loads(handle.read())

    def content_hash(self, stage: str, name: str, school_year: str) -> str:
        """sha256 of the table's file; the word `absent` when it has not been made."""
        fs, path = fsspec.url_to_fs(self.path(stage, name, school_year))
        if not fs.exists(path):
            return "absent"
        if fs.protocol[0] in ("file", "local"):
            found = os.stat(path)
            return _hash_of_file(path, found.st_mtime_ns, found.st_size, found.st_ino)
        with fs.open(path, "rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()

    def _write(self, data: arrow.Table, path: str) -> None:
        self._replace(path, to_parquet(data))

    def _replace(self, path: str, body: bytes) -> None:
        # Not flushed to the disk: tables can be made anew, and a season writes a thousand of them. Releases are.
        fs, target = fsspec.url_to_fs(path)
        folder, name = target.rsplit("/", 1)
        if not fs.exists(folder):
            if path.startswith(f"{self.root.rstrip('/')}/restricted/") and fs.protocol[0] in ("file", "local"):
                make_closed(Path(folder).parent, RESTRICTED_MODE)
            fs.makedirs(folder, exist_ok=True)
        temporary = f"{folder}/.{name}.{uuid.uuid4().hex}"
        with fs.open(temporary, "wb") as handle:
            handle.write(body)
        fs.mv(temporary, target)


@lru_cache(maxsize=20_000)
def _hash_of_file(path: str, _changed: int, _size: int, _inode: int) -> str:
    # A run asks for the same tables many times; a table is replaced by a rename, which gives the path another inode.
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def to_parquet(data: arrow.Table) -> bytes:
    """The bytes of a draft table's file: the same table, the same bytes."""
    sink = arrow.BufferOutputStream()
    # No pandas metadata: it carries versions, and the same table must be the same bytes on another machine. Without
    # dictionaries and statistics, which nobody asks of a draft table, a season's files are a tenth smaller, written in
    # three quarters of the time and read in five sixths (bench/README.md). Releases are written with both.
    parquet.write_table(
        data.replace_schema_metadata(None),
        sink,
        compression="zstd",
        version="2.6",
        use_dictionary=False,
        write_statistics=False,
    )
    return sink.getvalue().to_pybytes()


def _source(fs: Any, path: str) -> arrow.NativeFile:
    """The file for Arrow, never as a Python file: a thread of Arrow that still held one while the process ends would
    wait for the interpreter's lock and bring the process down ("terminate called without an active exception")."""
    if fs.protocol[0] in ("file", "local"):
        return arrow.memory_map(path)
    return arrow.BufferReader(fs.cat_file(path))


def from_parquet(body: bytes) -> arrow.Table:
    """The table of such a file, all its columns."""
    return _from_source(arrow.BufferReader(body))


def _from_source(source: arrow.NativeFile, columns: list[str] | None = None) -> arrow.Table:
    with source, parquet.ParquetFile(source) as file:
        return file.read(columns=columns, use_threads=source.size() > WORTH_THREADS)


# Half of a season's thousand files hold no row (most sources find and reject nothing): they are the same bytes each time.
@cache
def _file_without_rows(table: str) -> bytes:
    declared = declared_table(table)
    schema = declared.arrow_schema
    return to_parquet(to_arrow(_frame_without_rows(table), schema))


@cache
def _frame_without_rows(table: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in declared_table(table).pandas_types.items()})


def _is_as_declared(frame: pd.DataFrame, declared: Table) -> bool:
    if list(frame.columns) != declared.column_names:
        return False
    return all(str(dtype) == declared.pandas_types[name] for name, dtype in frame.dtypes.items())


def _to_arrow(frame: pd.DataFrame, declared: Table) -> arrow.Table | None:
    """The frame as Arrow when its columns and types are exactly the declared ones, else None."""
    return to_arrow(frame, declared.arrow_schema) if _is_as_declared(frame, declared) else None
