"""`python -m bench.mutation`: changes rules, normalisers and the verdict engine one bit at a time and asks whether a test notices.

Here is what is changed and which tests are asked; the mutants are made and asked about in `mutation_run.py`, and the page of
those that nobody noticed (`bench/mutation.md`) is written in `mutation_page.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from dataclasses import asdict
from datetime import date
from pathlib import Path

from bench.mutation_page import page, share
from bench.mutation_run import Asked, ask, ask_again

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "bench" / "mutation.md"
GROUPS: dict[str, tuple[str, ...]] = {
    "normalisers": (
        *("pipelines/shared/text.py", "pipelines/shared/school_year.py", "pipelines/linked/names.py"),
        *("pipelines/standard/ids.py", "pipelines/standard/cells.py", "pipelines/standard/counts.py"),
        *("pipelines/standard/school_codes.py", "pipelines/standard/course_codes.py"),
        *("pipelines/standard/nces_values.py", "pipelines/standard/nces_grades.py"),
        *("pipelines/received/text_cells.py", "pipelines/received/hide_addresses.py"),
    ),
    "rules": (
        *("pipelines/standard/course_file_checks.py", "pipelines/standard/nces_row_checks.py"),
        *("pipelines/standard/nces_directory_checks.py", "pipelines/standard/survey_checks.py"),
        *("pipelines/linked/record_checks.py", "pipelines/reconciled/answer_checks.py"),
        *("pipelines/received/cell_rules.py", "pipelines/received/check_content.py"),
    ),
    "verdicts": (
        *("pipelines/reconciled/decide.py", "pipelines/reconciled/survey_evidence.py"),
        *("pipelines/reconciled/state_evidence.py", "pipelines/reconciled/provider_evidence.py"),
        *("pipelines/reconciled/signals.py", "schemas/policy_model.py"),
    ),
}
TESTS = {
    "normalisers": (
        *(f"tests/unit/test_{name}.py" for name in ("shared_text", "shared_school_year", "linked_names")),
        *(f"tests/unit/test_standard_{name}.py" for name in ("ids", "cells", "counts", "course_codes")),
        *(
            f"tests/unit/test_{name}.py"
            for name in ("standard_nces_values", "received_addresses", "received_text_cells")
        ),
        "tests/unit/test_received_properties.py",
        *(f"tests/stages/test_standard_{name}.py" for name in ("school_codes", "ap_ib", "nces_parts")),
    ),
    "rules": (
        *(f"tests/unit/test_standard_{name}.py" for name in ("course_file_checks", "survey_checks", "nces_checks")),
        *(f"tests/unit/test_received_{name}.py" for name in ("cell_rules", "check_content")),
        *("tests/unit/test_linked_record_checks.py", "tests/unit/test_reconciled_answer_checks.py"),
    ),
    "verdicts": (
        *(f"tests/unit/test_{name}.py" for name in ("reconciled_signals", "reconciled_verdicts", "policy_model")),
    ),
}
"""The quick tests of each group: a mutant is asked about by all that reach its function until one fails."""
WANTED = 0.9
"""At least this share of each group is killed (issue 3)."""


def changed_modules(base: str) -> list[str]:
    """Modules of the groups that differ from the base."""
    listed = subprocess.run(
        ["git", "diff", "--name-only", base, "--", "pipelines", "schemas"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return [name for name in listed.stdout.split() if any(name in modules for modules in GROUPS.values())]


def read_kept(path: Path | None) -> dict[str, Asked]:
    """What earlier runs found of other groups; nothing without a file."""
    if path is None or not path.exists():
        return {}
    return {group: Asked(**values) for group, values in json.loads(path.read_text(encoding="utf-8")).items()}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], help="groups to change whole; none: what differs")
    parser.add_argument("--all", action="store_true", help="every group")
    parser.add_argument("--against", default="main", help="what changed code is compared with")
    parser.add_argument(
        "--sample", type=int, default=0, help="so many mutants of each group, drawn among all; 0: every one"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--again", action="store_true", help="ask about the survivors of --keep only, with the tests of now"
    )
    parser.add_argument(
        "--keep", type=Path, help="JSON of what was found; the page has the groups that stand there, too"
    )
    return parser.parse_args()


def main() -> None:
    """Changed modules by default; named groups or --all whole. Exit code 1 when fewer than nine in ten of a group are killed."""
    options = arguments()
    chosen = list(GROUPS) if options.all else options.groups
    changed = set(changed_modules(options.against)) if not chosen else set()
    plan = {group: [m for m in modules if group in chosen or m in changed] for group, modules in GROUPS.items()}
    plan = {group: modules for group, modules in plan.items() if modules}
    if not plan:
        print(f"No rule, normaliser or part of the verdict engine differs from {options.against}.")
        return
    found: dict[str, Asked] = {}
    for group, modules in plan.items():
        before = read_kept(options.keep).get(group)
        if options.again and before:
            asked = ask_again(before, modules, TESTS[group])
        else:
            asked = ask(modules, TESTS[group], options.sample, options.seed)
        # Read again each time: groups may be asked side by side.
        found = {**found, **read_kept(options.keep), group: asked}
        if options.keep:
            kept = {name: asdict(each) for name, each in found.items()}
            options.keep.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    how = f"{date.today()}, a machine of {os.cpu_count()} cores"
    text = page({group: found[group] for group in GROUPS if group in found}, how)
    if chosen:
        PAGE.write_text(text, encoding="utf-8")
    print(text)
    raise SystemExit(any(share(found[group]) < WANTED for group in plan))


if __name__ == "__main__":
    main()
