"""Bounds of rules stand in one file, each with its date and reason; no module that checks a rule has one of its own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from schemas.rules import RULES
from schemas.thresholds import load_thresholds

PROJECT = Path(__file__).parents[2]
STAGES = ("standard", "linked", "reconciled", "published")
RECEIVED = ("cell_rules", "check_content", "read_source")
"""Modules of the received stage that judge what a file says; the others know formats, and limits on what may be read."""
NAMES_A_RULE = re.compile(rf'"(?:{"|".join(RULES)})"')
PIPELINES = PROJECT / "pipelines"
MODULES = [
    path
    for path in [
        *(PIPELINES / "received" / f"{name}.py" for name in RECEIVED),
        *(path for stage in STAGES for path in sorted((PIPELINES / stage).glob("*.py"))),
    ]
    if NAMES_A_RULE.search(path.read_text(encoding="utf-8"))
]
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
PLAIN = {0, 1, -1}
"""More than none, or more than one, is no bound that anybody would tune."""


def numbers_compared(source: str) -> list[str]:
    """Every number other than 0 and 1 that something is more or less than, as it stands in the code."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not any(isinstance(op, ORDER) for op in node.ops):
            continue
        # The length of a text is a matter of its form, not a bound.
        if any(_is_length(side) for side in (node.left, *node.comparators)):
            continue
        places = {
            id(part) for index in ast.walk(node) if isinstance(index, ast.Subscript) for part in ast.walk(index.slice)
        }
        for part in ast.walk(node):
            if id(part) in places:
                continue
            value = constants.get(part.id, part) if isinstance(part, ast.Name) else part
            if isinstance(value, ast.Constant) and type(value.value) in (int, float) and value.value not in PLAIN:
                found.append(ast.unparse(node))
    return found


def _is_length(side: ast.expr) -> bool:
    if not isinstance(side, ast.Call):
        return False
    return isinstance(side.func, ast.Name) and side.func.id == "len"


def test_every_bound_belongs_to_a_rule() -> None:
    for name, bound in load_thresholds().items():
        assert bound.rule in RULES, name
        assert name.startswith(bound.rule.lower() + "_")
        assert len(bound.reason) > 20
        assert bound.unit


def test_every_bound_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in PIPELINES.rglob("*.py"))
    assert [name for name in load_thresholds() if f'threshold("{name}")' not in code] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_module_that_checks_has_no_bound_of_its_own(path: Path) -> None:
    assert numbers_compared(path.read_text(encoding="utf-8")) == []


def test_a_bound_in_the_code_is_found() -> None:
    assert numbers_compared("MOST = 0.3\nodd = share > MOST\n") == ["share > MOST"]
    assert numbers_compared("odd = (share > 0.3) & (size >= 30)\n") == ["share > 0.3", "size >= 30"]
    assert numbers_compared("odd = share > 0\nlong = len(text) > 12\n") == []
