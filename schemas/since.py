"""Since which release each column has been there, from `since.yml`. Knows no table but by name.

The file is kept by `cleanup docs`: a column it does not name yet is entered under `next`, the release it will come with.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from schemas.table_model import Table

PATH = Path(__file__).parent / "since.yml"
HEAD = (
    "# Since which release (year.month) each column of each table has been there. `cleanup docs` enters new columns under\n"
    "# the release named by `next`; set that to the coming release when one has gone out.\n"
)


@cache
def load_since() -> tuple[str, dict[str, dict[str, str]]]:
    """The coming release, and {table: {column: release}}."""
    raw = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    tables = {
        name: {column: str(release) for release, columns in releases.items() for column in columns}
        for name, releases in raw["tables"].items()
    }
    return str(raw["next"]), tables


def since(table: str, column: str) -> str:
    """The first release that had the column, for example `2026.11`; the coming one when the file does not know it."""
    coming, tables = load_since()
    return tables.get(table, {}).get(column, coming)


def since_text(tables: Iterable[Table]) -> str:
    """What `since.yml` should hold for these tables: known columns keep their release, new ones get the coming one."""
    coming, _ = load_since()
    parts = [HEAD, f"next: '{coming}'\n", "tables:\n"]
    for declared in sorted(tables, key=lambda t: t.name):
        releases: dict[str, list[str]] = {}
        for column in declared.columns:
            releases.setdefault(since(declared.name, column.name), []).append(column.name)
        parts.append(f"  {declared.name}:\n")
        for release, names in sorted(releases.items()):
            parts.append(f"    '{release}':\n")
            parts += [f"      - {name}\n" for name in sorted(names)]
    return "".join(parts)
