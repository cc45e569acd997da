"""`datapackage.json` of a release: what Data Package v2 (datapackage.org) says of its CSV files. Reads no data.

Field types, constraints and keys come from the declarations in `schemas/`; nothing is described twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipelines.published.dictionary import is_required
from schemas.table_model import Column, Table

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
TYPES = {"text": "string", "integer": "integer", "decimal": "number", "flag": "boolean"}
FORMULA_NOTE = (
    "A text cell that would start with = + - @, a tab or a carriage return is written with a leading apostrophe, "
    "so that no spreadsheet runs it; the Parquet files hold the text as it is."
)


def describe_release(
    tables: Mapping[str, Table], version: str, released_on: date, files: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The content of `datapackage.json`. `files`: path below the release -> {sha256, bytes}; paths are csv/<table>.csv."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "cs-access",
        "title": "Which US schools teach computer science, and how do we know?",
        "description": f"Answers per school and school year with the evidence behind each. {FORMULA_NOTE}",
        "version": version,
        # A date and no time of day: the same inputs must give the same bytes.
        "created": f"{released_on.isoformat()}T00:00:00Z",
        "licenses": [LICENCE],
        "resources": [_resource(declared, files[f"csv/{name}.csv"]) for name, declared in tables.items()],
    }


def _resource(declared: Table, file: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": declared.name,
        "type": "table",
        "title": declared.title,
        "description": " ".join([f"One row is {declared.grain}.", *declared.caveats]),
        "path": f"csv/{declared.name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file["bytes"],
        "hash": f"sha256:{file['sha256']}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(declared, column) for column in declared.columns],
            "missingValues": [""],
            "primaryKey": list(declared.key),
        },
    }


def _field(declared: Table, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[column.type],
        "description": f"{column.meaning} ({column.unit})" if column.unit else column.meaning,
    }
    constraints: dict[str, Any] = {}
    if is_required(declared, column.name):
        constraints["required"] = True
        if column.name in declared.key and column.type == "text":
            # The empty text is a value of a key (a course that its state sent without a code), not a missing one.
            field["missingValues"] = []
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    if column.pattern:
        constraints["pattern"] = column.pattern
    for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is not None:
            constraints[name] = int(bound) if column.type == "integer" else bound
    if column.type == "flag":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    return {**field, "constraints": constraints} if constraints else field
