"""Searches a folder for words as a reader would find them: also inside Parquet, DuckDB, Hyper, SQLite and workbooks. Holds no test."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

from pipelines.published.tableau_file import load_pantab


@cache
def texts(path: Path) -> tuple[str, ...]:
    """What a reader can see in a file."""
    return tuple(_texts(path))


def _texts(path: Path) -> Iterator[str]:
    yield path.read_bytes().decode("utf-8", errors="ignore")
    if path.suffix == ".parquet":
        yield pd.read_parquet(path).to_csv()
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
                yield connection.execute(f'SELECT * FROM "{name}"').df().to_csv()
    elif path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            yield from (parts.read(name).decode("utf-8", errors="ignore") for name in parts.namelist())
    elif path.suffix == ".hyper" and (pantab := load_pantab()):
        for frame in pantab.frames_from_hyper(path, return_type="pyarrow").values():
            yield frame.to_pandas().to_csv()


def found_in(root: Path, words: list[str], *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """(file, word) for every word in a file below the root, the folders of `without` aside. Equal files are read once."""
    lowered = [word.casefold() for word in words]
    hits, seen = [], set()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        name = path.relative_to(root)
        mark = (path.suffix, hashlib.sha256(path.read_bytes()).digest())
        if name.parts[0] in without or mark in seen:
            continue
        seen.add(mark)
        for text in texts(path):
            folded = text.casefold()
            hits += [(name.as_posix(), word) for word in lowered if word in folded]
    return hits
