"""What each rule says when it fires, as text: `tests/golden/what_rules_say.txt`, which people read and tests compare.

`python -m tests.rules.said` writes it anew. Holds no case and no test.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.rules.cases import all_cases
from tests.rules.runners import Fired

SAID = Path(__file__).parents[1] / "golden" / "what_rules_say.txt"
SHOWN = ("severity", "stage", "source", "file", "sheet", "row", "column", "value", "expected", "finding_rows")
AT_MOST = 4
"""Findings shown of one rule; of more their number."""


def said(fired: Fired, rule_id: str) -> list[str]:
    """A line for each finding of the rule: where, what was expected and what was found; null is left out."""
    findings = getattr(fired, "findings", None)
    if findings is None:
        return []
    rows = findings[findings["rule_id"] == rule_id].reindex(columns=list(SHOWN)).to_dict("records")
    lines = [" | ".join(f"{name} {value}" for name, value in row.items() if pd.notna(value)) for row in rows]
    lines = [line for line in lines if line]
    return [*lines[:AT_MOST], *([f"{len(lines)} findings"] if len(lines) > AT_MOST else [])]


def read_said() -> dict[str, list[str]]:
    """The lines of each rule that the file holds."""
    found: dict[str, list[str]] = {}
    for line in SAID.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            found[list(found)[-1]].append(line.strip())
        elif line:
            found[line] = []
    return found


def main() -> None:
    """Fire every rule and write down what it says."""
    out: list[str] = []
    for rule_id, case in sorted(all_cases().items()):
        out += [rule_id, *(f"  {line}" for line in said(case.fires(), rule_id))]
    SAID.write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
