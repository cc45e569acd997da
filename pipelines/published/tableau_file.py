"""Tableau extracts (.hyper): the tables of a release in one file, proven equal to their Parquet files. Publishes nothing.

Needs the extra `tableau` (pantab); without it, or with CS_ACCESS_TABLEAU=off, a release says that it holds none. Hyper writes times of its own into
every file, so two equal files differ in bytes and are compared by content.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pyarrow as arrow

EXTRACT = "tableau/cs_access.hyper"
NAMES = {"school_cs_access": "schools"}
"""Our table -> its name in the extract, where that differs."""
SWITCH = "CS_ACCESS_TABLEAU"
"""`off`: no extract; `public`: that of the release and none for partners; otherwise both. Each takes about a second."""
ABSENT = f"no extract: built without the extra 'tableau' (pip install 'cs-access[tableau]'), or with {SWITCH}=off"


def load_pantab() -> ModuleType | None:
    """The library, or None where extracts are not wanted or the extra is not installed. Loading it takes 0.2 s."""
    if os.environ.get(SWITCH) == "off":
        return None
    try:
        import pantab
    except ImportError:
        return None
    return pantab


def write_extract(path: Path, tables: Mapping[str, arrow.Table]) -> bool:
    """Write the tables into one .hyper file; False when there is no library to do it. Empty tables keep their columns."""
    pantab = load_pantab()
    if pantab is None:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as logs:
        # Hyper drops hyperd.log into the working directory unless it is told another place.
        named = {NAMES.get(name, name): table for name, table in tables.items()}
        pantab.frames_to_hyper(named, path, process_params={"log_dir": logs})
    return True


def read_extract(path: Path) -> dict[str, arrow.Table]:
    """{our table name: table} of an extract. Raises ModuleNotFoundError without the extra."""
    pantab = load_pantab()
    if pantab is None:
        raise ModuleNotFoundError(ABSENT)
    ours = {theirs: name for name, theirs in NAMES.items()}
    with tempfile.TemporaryDirectory() as logs:
        found = pantab.frames_from_hyper(path, return_type="pyarrow", process_params={"log_dir": logs})
    return {ours.get(name, name): table for (_schema, name), table in found.items()}


def hash_extract(parquet_hashes: Mapping[str, str]) -> str:
    """What an extract's content is: its tables and the hashes of the Parquet files they are equal to."""
    digest = hashlib.sha256()
    for name, sha256 in sorted(parquet_hashes.items()):
        digest.update(f"{NAMES.get(name, name)}\0{sha256}\n".encode())
    return digest.hexdigest()


def compare_tables(found: Mapping[str, arrow.Table], expected: Mapping[str, arrow.Table]) -> list[str]:
    """What differs between an extract's tables and those it was made from: tables, types, rows. Empty when nothing does.

    Rows are compared as a set, because Hyper promises no order.
    """
    if set(found) != set(expected):
        return [f"the extract holds the tables {', '.join(sorted(found))}, not {', '.join(sorted(expected))}"]
    faults = []
    for name, table in expected.items():
        mine = found[name]
        types = {field.name: _plain(field.type) for field in mine.schema}
        if types != {field.name: _plain(field.type) for field in table.schema}:
            faults.append(f"the extract's {name} has other columns or types than its Parquet file")
        elif mine.num_rows != table.num_rows:
            faults.append(f"the extract's {name} has {mine.num_rows} rows, its Parquet file {table.num_rows}")
        elif not _ordered(mine, table).equals(_ordered(table, table)):
            faults.append(f"the extract's {name} has other cells than its Parquet file")
    return faults


def _ordered(mine: arrow.Table, table: arrow.Table) -> arrow.Table:
    cast = mine.select(table.column_names).cast(table.schema)
    if mine.num_rows == 0:
        return cast.combine_chunks()
    return cast.sort_by([(name, "ascending") for name in table.column_names]).combine_chunks()


def _plain(kind: arrow.DataType) -> str:
    return str(kind).removeprefix("large_")
