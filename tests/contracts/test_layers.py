"""Imports point strictly downward, from the first commit; only `pipelines/defs` knows Dagster."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
STAGES = ("received", "standard", "linked", "reconciled", "published")
# Each room with the rooms it may import besides itself. A stage never imports another stage.
MAY_IMPORT = {
    "schemas": set(),
    "shared": {"schemas"},
    **{stage: {"shared", "schemas"} for stage in STAGES},
    "review": {*STAGES, "shared", "schemas"},
    "season": {"review", *STAGES, "shared", "schemas"},
    "one_file": {"season", *STAGES, "shared", "schemas"},
    "defs": {"season", "review", *STAGES, "shared", "schemas"},
    "commands": {"defs", "season", "review", *STAGES, "shared", "schemas"},
    "cli": {"commands", "one_file", "defs", "season", "review", *STAGES, "shared", "schemas"},
    "definitions": {"defs"},
}
# The rooms inside `season`, with what of `season` they may import: nothing that is started by a person.
WITHIN_SEASON = {"steps": {"steps"}, "releases": {"releases", "steps", "run", "run_lock", "workspace"}}
FILES = sorted([*(PROJECT / "pipelines").rglob("*.py"), *(PROJECT / "schemas").rglob("*.py")])


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] == "schemas" or len(parts) == 1 else parts[1]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def breaches(path: Path) -> list[str]:
    module = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
    room = room_of(module)
    found = []
    for name in sorted(imported(path)):
        if name.split(".")[0] in ("pipelines", "schemas"):
            other = room_of(name)
            if other not in {room, "pipelines"} and other not in MAY_IMPORT.get(room, set()):
                found.append(f"{module} imports {name}")
        if name.split(".")[0].startswith("dagster") and room not in ("defs", "definitions"):
            found.append(f"{module} imports {name}")
        if name.split(".")[0] in ("pickle", "dill", "joblib", "cloudpickle"):
            found.append(f"{module} imports {name}: no pickle anywhere")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PROJECT)))
def test_imports_point_downward(path: Path) -> None:
    assert breaches(path) == []


@pytest.mark.parametrize("room", WITHIN_SEASON)
def test_rooms_of_the_season_do_not_lean_on_their_callers(room: str) -> None:
    files = sorted((PROJECT / "pipelines" / "season" / room).glob("*.py"))
    names = {name for file in files for name in imported(file) if name.startswith("pipelines.season.")}
    assert files
    assert {name.split(".")[2] for name in names} <= WITHIN_SEASON[room]


def test_every_import_names_a_module_that_is_there() -> None:
    """Types are not checked outside pipelines/ and schemas/, and a benchmark is run by nobody for weeks."""
    ours = ("pipelines", "schemas", "bench", "tests")
    files = [file for folder in ours for file in (PROJECT / folder).rglob("*.py")]
    lost = {
        f"{file.relative_to(PROJECT)} imports {name}"
        for file in files
        for name in imported(file)
        if name.split(".")[0] in ours and not _is_there(PROJECT.joinpath(*name.split(".")))
    }
    assert lost == set()


def _is_there(path: Path) -> bool:
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def test_a_breach_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.PROJECT", tmp_path)
    bad = tmp_path / "pipelines" / "linked" / "odd.py"
    bad.parent.mkdir(parents=True)
    bad.write_text("import pickle\nimport dagster\nfrom pipelines.standard import split\n")
    assert len(breaches(bad)) == 3


def test_no_room_for_leftovers() -> None:
    assert [p for p in FILES if p.stem in {"utils", "helpers", "misc", "common"}] == []
