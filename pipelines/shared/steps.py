"""A step of the path: what it needs, what it reports, and whether it must run again. Knows no stage and no Dagster.

The list of steps is made in `pipelines/season/steps/`; the command line and the Dagster assets are both made from it.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines.shared.coded import encode
from pipelines.shared.store import TableStore
from schemas.source_model import Source

GRAVITY = ("block", "reject", "quarantine", "warn", "fix")
"""Severities of `schemas/rules.py`, the gravest first."""
MAX_SHOWN = 50
"""Findings shown with a check; the rest is in the file that the check names (a 20,000-row table is 12 MB of event log)."""


@dataclass(frozen=True)
class Workspace:
    """Where a run reads and writes. `only` names the sources to read anew; empty means all."""

    store: TableStore
    raw: Path
    sources: Mapping[str, Source]
    only: frozenset[str] = frozenset()


@dataclass
class CheckOutcome:
    """What a check of a step found. `sentence` is for a person; `findings` has at most MAX_SHOWN rows of plain values."""

    name: str
    passed: bool
    sentence: str
    is_error: bool = False
    blocking: bool = False
    findings: list[dict[str, Any]] = field(default_factory=list)
    details: str = ""


@dataclass
class StepReport:
    """What a step did: rows written, one sentence, numbers worth plotting, and its checks. Holds nothing restricted.

    pictures: charts by name as Vega-Lite, which the Dagster UI shows; only there are they drawn, because a run without
    it has no use for them.
    """

    rows: int
    sentence: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    checks: list[CheckOutcome] = field(default_factory=list)
    reused: bool = False
    pictures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def tally(values: pd.Series, prefix: str = "") -> dict[str, int]:
    """How many rows have each value, in the order of the values: numbers of a report. Null is not counted."""
    return {f"{prefix}{value}": int(count) for value, count in values.value_counts().sort_index().items()}


@dataclass(frozen=True)
class Step:
    """One node of the path, for one school year at a time.

    tables: declared tables it makes, each an asset of its own; empty for a source's step, which makes one part.
    needs: (stage, name) of the steps before it. reads: (stage, name) of every table file whose bytes decide the result.
    writes: (stage, name) of every table file it makes. also: other inputs as text (receipts, earlier years).
    kept_as_is: true when the step keeps its last result whatever has changed (a source that this run does not read).
    checks: names of the checks its report carries, name -> the sentence that should be true.
    """

    stage: str
    name: str
    description: str
    run: Callable[[Workspace, str], StepReport]
    tables: tuple[str, ...] = ()
    part_of: str = ""
    needs: tuple[tuple[str, str], ...] = ()
    reads: tuple[tuple[str, str], ...] = ()
    writes: tuple[tuple[str, str], ...] = ()
    also: Callable[[Workspace, str], str] | None = None
    kept_as_is: Callable[[Workspace, str], bool] | None = None
    checks: Mapping[str, str] = field(default_factory=dict)
    blocking: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ("pandas", "parquet")

    @property
    def makes(self) -> tuple[tuple[str, str], ...]:
        """(stage, name) of every asset of the step."""
        return tuple((self.stage, table) for table in self.tables) or ((self.stage, self.name),)


@cache
def code_version() -> str:
    """Hash of every Python file and declaration of `pipelines/` and `schemas/`: changed code means changed results."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for folder in ("pipelines", "schemas"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".yml", ".csv"}:
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def fingerprint(step: Step, workspace: Workspace, school_year: str) -> str:
    """Hash of everything the step's result depends on: code, tables read, and its other inputs."""
    digest = hashlib.sha256(f"{code_version()} {step.stage}/{step.name} {school_year}".encode())
    for stage, name in step.reads:
        digest.update(f"{stage}/{name} {workspace.store.content_hash(stage, name, school_year)}".encode())
    if step.also:
        digest.update(step.also(workspace, school_year).encode())
    return digest.hexdigest()


def last_report(step: Step, workspace: Workspace, school_year: str, mark: str = "") -> StepReport | None:
    """The last report of a step when nothing it depends on has changed and its tables are there, else None.

    `mark` is its fingerprint, where the caller has it already.
    """
    last = workspace.store.read_json(step.stage, step.name, school_year)
    if not last:
        return None
    if step.kept_as_is and step.kept_as_is(workspace, school_year):
        return _report(last["report"], reused=True)
    if not all(workspace.store.exists(stage, name, school_year) for stage, name in step.writes):
        return None
    same = last["fingerprint"] == (mark or fingerprint(step, workspace, school_year))
    return _report(last["report"], reused=True) if same else None


def run_step(step: Step, workspace: Workspace, school_year: str) -> StepReport:
    """Run a step, or hand back its last report when nothing it depends on has changed."""
    mark = fingerprint(step, workspace, school_year)
    last = last_report(step, workspace, school_year, mark)
    if last:
        return last
    report = step.run(workspace, school_year)
    # The report is written last: a run that was killed before it is simply run again.
    workspace.store.write_json({"fingerprint": mark, "report": asdict(report)}, step.stage, step.name, school_year)
    return report


def collect_garbage_seldom() -> None:
    """Tables make millions of small objects and hardly a cycle: with Python's own threshold a sixth of a run is spent
    looking for garbage (measured at full size: 45 s of processor time against 38)."""
    gc.set_threshold(200_000, 50, 100)


def show_findings(findings: pd.DataFrame) -> list[dict[str, Any]]:
    """The first MAX_SHOWN findings, gravest rules first, as the five columns a person reads in a check."""
    if findings.empty:
        return []
    severity = encode(findings["severity"])
    rank = np.array([*(GRAVITY.index(word) for word in severity.values), len(GRAVITY)])[severity.codes]
    top = np.argsort(rank, kind="stable")[:MAX_SHOWN]
    names = ("file", "source", "row", "column", "rule_id", "expected", "fix", "value")
    cells = [findings[name].array.take(top) for name in names]
    columns = [["" if lacks else cell for cell, lacks in zip(part, part.isna(), strict=True)] for part in cells]
    return [
        {
            "file": file or source,
            "row": str(row),
            "column": column,
            "what is wrong": f"{rule_id}: expected is that {expected}. {fix[:1].upper()}{fix[1:]}.",
            "value": value,
        }
        for file, source, row, column, rule_id, expected, fix, value in zip(*columns, strict=True)
    ]


def _report(saved: dict[str, Any], *, reused: bool) -> StepReport:
    checks = [CheckOutcome(**check) for check in saved["checks"]]
    return StepReport(**{**saved, "checks": checks, "reused": reused})
