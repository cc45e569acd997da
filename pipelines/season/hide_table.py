"""Makes a table of counts fit to publish: reads a CSV file, hides small numbers of people, writes another. Judges no number.

For people who publish tables of their own from what they see as partners; how numbers are hidden is `small_cells.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipelines.published.small_cells import HIDDEN, Split, suppress

INSIDE_KEY = "\x1f"


def hide_table(
    path: Path,
    out: Path,
    key: Sequence[str],
    total: str,
    splits: Sequence[str],
    parent: str = "",
    before: Path | None = None,
) -> tuple[int, int]:
    """Write the table with small counts hidden; returns how many rows hide something, and how many there are.

    key: columns that name a row. total: column of all people. splits: `name=column,column` for parts that leave a rest,
    `name=column,column,=` for parts that add up to the total. parent: column with the first key column of the row that is
    the sum of this row and its siblings (the other key columns are the same); blank where there is none. before: the
    table as it was published last. Raises ValueError in a sentence for what cannot be read.
    """
    told = [_split(text, total) for text in splits]
    frame = _read(path, key, told, total)
    frame.index = pd.Index(_label(frame, key, frame[key[0]]))
    parents = pd.Series(dtype="object")
    if parent:
        above = _label(frame, key, frame[parent].fillna(""))
        parents = pd.Series(above, index=frame.index, dtype="object").where((frame[parent].fillna("") != "").to_numpy())
    last = None
    if before is not None:
        last = _read(before, key, told, total)
        last.index = pd.Index(_label(last, key, last[key[0]]))
    shown = suppress(frame, told, parents, last)
    shown.to_csv(out, index=False, lineterminator="\n")
    return int(shown[HIDDEN].notna().sum()), len(shown)


def _split(text: str, total: str) -> Split:
    name, found, columns = text.partition("=")
    parts = [column.strip() for column in columns.split(",")]
    whole = parts[-1] == "="
    parts = parts[:-1] if whole else parts
    if not found or not name or not all(parts) or not parts:
        raise ValueError(f"a split is written name=column,column, for example gender=female; found {text!r}")
    return Split(name, total, tuple(parts), whole)


def _read(path: Path, key: Sequence[str], splits: Sequence[Split], total: str) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"there is no file at {path}; check the path")
    frame = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    counts = [total, *(part for split in splits for part in split.parts)]
    missing = [name for name in (*key, *counts) if name not in frame]
    if missing:
        raise ValueError(f"{path.name} has no column {', '.join(missing)}; it has {', '.join(frame.columns)}")
    for name in counts:
        number = pd.to_numeric(frame[name], errors="coerce")
        odd = frame[name].notna() & (number.isna() | (number < 0) | (number % 1 != 0))
        if odd.any():
            row = int(odd.to_numpy().argmax()) + 2
            raise ValueError(f"{path.name} row {row}: {name} must be a whole number, or empty where it is not known")
        frame[name] = number.astype("Int64")
    return frame


def _label(frame: pd.DataFrame, key: Sequence[str], first: pd.Series) -> list[str]:
    rest = [frame[name].fillna("") for name in key[1:]]
    return list(first.fillna("").str.cat(rest, sep=INSIDE_KEY) if rest else first.fillna(""))
