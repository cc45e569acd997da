"""The page of all validation rules, as Markdown, from `schemas/` and from where the code names a rule. Checks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from schemas.rules import RULES
from schemas.thresholds import load_thresholds

PIPELINES = Path(__file__).parents[1]
STAGES = ("received", "standard", "linked", "reconciled", "published")
GROUPS = {
    "F": "Files, whatever they hold",
    "D": "The school directory",
    "S": "State course files",
    "R": "Survey answers",
    "A": "AP, IB and other lists",
    "C": "Decisions of people",
    "X": "Across files and years",
    "P": "What is published",
}
SEVERITIES = {
    "block": "the file, or the run, is refused",
    "reject": "the row is set aside",
    "quarantine": "kept, and waits for a person",
    "fix": "repaired, and said so",
    "warn": "counted and shown",
}
HEADINGS = ("Rule", "Severity", "What should be true", "How to put it right", "Value shown", "Checked in")


def rules_markdown() -> str:
    """One section per group with a row per rule, and the bounds that rules use. Ends with a newline."""
    places = places_of(RULES)
    severities = "\n".join(["| Severity | What happens |", "| --- | --- |", *_rows(SEVERITIES.items())])
    parts = [
        "# Validation rules",
        "Generated from `schemas/rules.py` and `schemas/thresholds.yml`; do not edit. An id never changes its meaning "
        "within a version. A finding of a rule whose value is restricted shows none.",
        f"There are {len(RULES)} rules. Each has a smallest input that fires it and one that stays silent in `tests/rules/`.",
        severities,
    ]
    for letter, title in GROUPS.items():
        rows = [
            (
                rule.id + (f" v{rule.version}" if rule.version > 1 else ""),
                rule.severity,
                rule.sentence,
                rule.fix,
                rule.shows,
                ", ".join(f"`{place}`" for place in places[rule.id]),
            )
            for rule in sorted(RULES.values(), key=lambda rule: rule.id)
            if rule.id.startswith(letter)
        ]
        parts += [f"## {letter}: {title}", _table(HEADINGS, rows)]
    bounds = [
        (name, bound.rule, f"{bound.value:g} {bound.unit}", bound.date.isoformat(), bound.reason)
        for name, bound in load_thresholds().items()
    ]
    parts += ["## Bounds", _table(("Name", "Rule", "Bound", "Since", "Reason"), bounds)]
    return "\n\n".join(parts) + "\n"


def places_of(rule_ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Rule -> modules of the stages that name it, as stage/module, in order of the path."""
    code = {
        f"{stage}/{path.stem}": path.read_text(encoding="utf-8")
        for stage in STAGES
        for path in sorted((PIPELINES / stage).glob("*.py"))
    }
    named = {place: set(re.findall(r"[\"']([A-Z]\d\d)(?:[\"':])", text)) for place, text in code.items()}
    return {one: tuple(place for place, ids in named.items() if one in ids) for one in rule_ids}


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "| " + " | ".join(headings) + " |\n|" + " --- |" * len(headings)
    return "\n".join([head, *_rows(rows)])


def _rows(rows: Iterable[tuple[str, ...]]) -> list[str]:
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
