"""What the product imports is what `pyproject.toml` says it needs: what only `dev` installs is not there on a server."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from tests.contracts.test_layers import FILES, PROJECT, imported

CALLED = {
    "great-expectations": "great_expectations",
    "pyyaml": "yaml",
    "python-calamine": "python_calamine",
    "vl-convert-python": "vl_convert",
    "dagster-webserver": "dagster_webserver",
    "psycopg2-binary": "psycopg2",
}
"""Names of packages that differ from what is imported."""
BROUGHT_ALONG = {"numpy": "pandas", "markupsafe": "jinja2", "sqlalchemy": "dagster"}
"""Packages that come with a declared one and are part of its interface."""


def named(requirement: str) -> str:
    name = re.split(r"[\[<>=~! ;]", requirement)[0]
    return CALLED.get(name, name.replace("-", "_"))


def test_the_product_imports_only_what_it_declares() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = {named(one) for one in (*project["dependencies"], *extras["tableau"], *extras["server"])}
    used = {name.split(".")[0]: path for path in FILES for name in imported(path)}
    ours = {"pipelines", "schemas", *sys.stdlib_module_names}
    strange = {name: str(Path(path).name) for name, path in used.items() if name not in ours | declared}
    assert {name: path for name, path in strange.items() if BROUGHT_ALONG.get(name) not in declared} == {}
