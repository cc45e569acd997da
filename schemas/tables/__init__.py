"""One module per table; the file name is the table's name. `load_tables` finds them, so that no list is kept by hand."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from schemas.table_model import Table


@cache
def load_tables() -> dict[str, Table]:
    """Every declared table by name."""
    found = {}
    for module in sorted(iter_modules(__path__), key=lambda m: m.name):
        table = import_module(f"{__name__}.{module.name}").TABLE
        if table.name != module.name:
            raise ValueError(
                f"schemas/tables/{module.name}.py declares a table named {table.name!r}; the names must agree"
            )
        found[table.name] = table
    return found


def table(name: str) -> Table:
    """The declared table of that name. Raises KeyError when there is none."""
    return load_tables()[name]
