"""The data dictionary, as Markdown and as a table, generated from the declarations in `schemas/`. Reads no data.

The same generator serves a release (public columns) and `docs/dictionary/` of the repository (all columns).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from schemas.since import since
from schemas.table_model import Column, Table
from schemas.verdicts import CODES, WORDS

TYPES = {"text": "text", "integer": "whole number", "decimal": "decimal number", "flag": "true or false"}
HEADINGS = ("Column", "Type", "Meaning", "Unit", "Allowed values", "Empty?", "Tier", "Since")


def dictionary_markdown(tables: Iterable[Table]) -> str:
    """One section per table, anchored by the table's name: grain, key, caveats and a row per column. Ends with a newline."""
    listed = list(tables)
    parts = [
        "# Data dictionary",
        "Generated from `schemas/`; do not edit. Empty means not known or not applicable, never 0 and never no. "
        "Ids are text and keep their leading zeros. School years are written 2018-19.",
        "Tables: " + ", ".join(f"[{t.name}](#{t.name})" for t in listed) + ".",
        "## Answers",
        "\n".join(["| Code | Meaning |", "| --- | --- |", *(f"| {code} | {WORDS[code]} |" for code in CODES)]),
        *(_section(declared) for declared in listed),
    ]
    return "\n\n".join(parts) + "\n"


def dictionary_frame(tables: Iterable[Table]) -> pd.DataFrame:
    """One row per table and column, all text: what is known of the column, and the caveats of its table."""
    rows = [
        {
            "table": declared.name,
            "column": c.name,
            "type": TYPES[c.type],
            "meaning": c.meaning,
            "unit": c.unit,
            "allowed": ", ".join(c.allowed),
            "pattern": c.pattern,
            "range": _range(c),
            "required": "yes" if is_required(declared, c.name) else "no",
            "key": "yes" if c.name in declared.key else "no",
            "tier": c.tier,
            "since": since(declared.name, c.name),
            "caveats": " ".join(declared.caveats),
        }
        for declared in tables
        for c in declared.columns
    ]
    return pd.DataFrame(rows, dtype="str")


def is_required(declared: Table, column: str) -> bool:
    """Whether the column may not be empty: it is required or part of the key."""
    return column in declared.required or column in declared.key


def _section(declared: Table) -> str:
    head = "| " + " | ".join(HEADINGS) + " |\n|" + " --- |" * len(HEADINGS)
    rows = "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |" for cells in column_cells(declared))
    facts = [f"- One row is {declared.grain}."]
    if declared.key:
        facts.append(f"- Key: {', '.join(f'`{name}`' for name in declared.key)}.")
    facts += [f"- Caveat: {caveat}" for caveat in declared.caveats]
    return f"## {declared.name}\n\n{declared.title}\n\n" + "\n".join(facts) + f"\n\n{head}\n{rows}"


def column_cells(declared: Table) -> Iterator[tuple[str, ...]]:
    """The cells of each column's row under HEADINGS, in Markdown; a bar is not escaped yet."""
    for column in declared.columns:
        if column.allowed == CODES:
            allowed = "[answers](#answers)"
        else:
            allowed = ", ".join(f"`{value}`" for value in column.allowed) or _range(column) or _pattern(column)
        empty = "never" if is_required(declared, column.name) else "may be"
        first = since(declared.name, column.name)
        yield f"`{column.name}`", TYPES[column.type], column.meaning, column.unit, allowed, empty, column.tier, first


def allowed_values(column: Column) -> str:
    """Allowed values, else the range, else the pattern, in plain text; empty when anything goes."""
    return ", ".join(column.allowed) or _range(column) or (f"text like {column.pattern}" if column.pattern else "")


def _pattern(column: Column) -> str:
    return f"text like `{column.pattern}`" if column.pattern else ""


def _range(column: Column) -> str:
    if column.minimum is None and column.maximum is None:
        return ""
    if column.maximum is None:
        return f"at least {column.minimum:g}"
    return f"{column.minimum:g} to {column.maximum:g}" if column.minimum is not None else f"at most {column.maximum:g}"
