"""`python -m bench.mutation`: changes rules, normalisers and the verdict engine one bit at a time and asks whether a test notices.

mutmut does the changing, in a copy of the tree; here is what is changed, which tests are asked, and the page of those that
nobody noticed (`bench/mutation.md`), each with the reason that a person gave in `bench/mutation_reasons.yml`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PAGE, REASONS = ROOT / "bench" / "mutation.md", ROOT / "bench" / "mutation_reasons.yml"
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
    "normalisers": ("tests/unit", "tests/stages/test_standard_ap_ib.py", "tests/stages/test_standard_nces_parts.py"),
    "rules": ("tests/unit", "tests/rules/test_rules.py", "tests/stages/test_linked_checks.py"),
    "verdicts": (
        *("tests/unit/test_reconciled_verdicts.py", "tests/unit/test_policy_model.py"),
        *(f"tests/stages/test_reconciled_{name}.py" for name in ("providers", "evidence", "policies")),
    ),
}
"""The quick tests of each group: a mutant is asked about by all that reach its function until one fails."""
SETTINGS = """
[tool.mutmut]
source_paths = ["pipelines", "schemas"]
only_mutate = {modules}
also_copy = ["bench", "raw", "docs", "workspace.yaml"]
pytest_add_cli_args = ["-p", "no:xdist", "-p", "bench.mutation_plugin", "-o", "addopts="]
pytest_add_cli_args_test_selection = {tests}
use_setproctitle = false
track_dependencies = false
"""
KILLED = frozenset({"killed", "timeout", "segfault", "caught by type check"})


def changed_modules(base: str) -> list[str]:
    """Modules of the groups that differ from the base."""
    listed = subprocess.run(
        ["git", "diff", "--name-only", base, "--", "pipelines", "schemas"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return [name for name in listed.stdout.split() if any(name in modules for modules in GROUPS.values())]


def copy_tree(to: Path) -> None:
    """The tracked files as they are now."""
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)


def mutmut(folder: Path, *arguments: str) -> str:
    """Run mutmut in the copy; what it prints is kept beside it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    (folder / f"mutmut-{arguments[0]}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    return done.stdout


def run_group(modules: list[str], tests: tuple[str, ...], sample: int, seed: int) -> dict[str, tuple[str, str]]:
    """Status and difference of every mutant asked about, by its name. `sample`: at most so many of each module, 0 for all."""
    with tempfile.TemporaryDirectory(prefix="cs-access-mutants-") as place:
        folder = Path(place)
        copy_tree(folder)
        with (folder / "pyproject.toml").open("a", encoding="utf-8") as project:
            project.write(SETTINGS.format(modules=json.dumps(modules), tests=json.dumps(list(tests))))
        mutmut(folder, "run", "--max-children", "1", "only.make.them")
        made: dict[str, list[str]] = {}
        for meta in sorted((folder / "mutants").rglob("*.meta")):
            module = str(meta.relative_to(folder / "mutants")).removesuffix(".meta")
            made[module] = list(json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"])
        asked = [name for module in modules for name in _some(made.get(module, []), sample, f"{seed} {module}")]
        if not asked:
            raise SystemExit((folder / "mutmut-run.log").read_text(encoding="utf-8")[-3000:])
        mutmut(folder, "run", "--max-children", "1", *asked)
        lines = mutmut(folder, "results", "--all", "true").splitlines()
        statuses = dict(line.strip().split(": ", 1) for line in lines if ": " in line)
        found = {name: statuses.get(name, "not checked") for name in asked}
        left = [name for name, status in found.items() if status not in KILLED]
        return {name: (status, _difference(folder, name) if name in left else "") for name, status in found.items()}


def _some(names: list[str], sample: int, seed: str) -> list[str]:
    if not sample or len(names) <= sample:
        return names
    return sorted(random.Random(seed).sample(names, sample), key=names.index)


def _difference(folder: Path, name: str) -> str:
    lines = mutmut(folder, "show", name).splitlines()
    return "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def reason_of(name: str, difference: str, reasons: list[dict[str, str]]) -> str:
    """The reason given for the function and a text of the change; empty when nobody gave one."""
    for entry in reasons:
        if entry["function"] in name and entry.get("change", "") in difference:
            return entry["reason"]
    return ""


def page(found: dict[str, dict[str, tuple[str, str]]], how: str) -> str:
    """The page: killed of each module, then every survivor with its reason."""
    reasons = yaml.safe_load(REASONS.read_text(encoding="utf-8")) or []
    counts = {
        group: (len(mutants), sum(status in KILLED for status, _ in mutants.values()))
        for group, mutants in found.items()
    }
    total, killed = (sum(pair[place] for pair in counts.values()) for place in (0, 1))
    out = [
        "# Mutation testing\n",
        f"Written by `make mutate` ({how}). {killed:,} of {total:,} mutants were killed: {killed / max(total, 1):.0%}.\n",
        "| group | module | asked | killed | share |",
        "| --- | --- | --- | --- | --- |",
    ]
    for group, mutants in found.items():
        asked, dead = Counter[str](), Counter[str]()
        for name, (status, _) in mutants.items():
            module = name.rsplit(".", 1)[0]
            asked[module] += 1
            dead[module] += status in KILLED
        out += [f"| {group} | {m} | {n} | {dead[m]} | {dead[m] / n:.0%} |" for m, n in sorted(asked.items())]
    out += [
        "\n## Survivors\n",
        "A mutant that no test can tell from the code is named with the reason; one without is open.\n",
    ]
    for mutants in found.values():
        for name, (status, difference) in mutants.items():
            if status not in KILLED:
                why = reason_of(name, difference, reasons) or f"open ({status})"
                out += [f"- `{name}`: {why}", "  ```diff", *(f"  {line}" for line in difference.splitlines()), "  ```"]
    return "\n".join(out) + "\n"


def main() -> None:
    """Changed modules by default; named groups or --all whole. Exit code 1 when fewer than nine in ten are killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], help="groups to change whole; none: what differs")
    parser.add_argument("--all", action="store_true", help="every group")
    parser.add_argument("--against", default="main", help="what changed code is compared with")
    parser.add_argument("--sample", type=int, default=0, help="at most so many mutants of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write statuses and differences as JSON there, too")
    options = parser.parse_args()
    chosen = list(GROUPS) if options.all else options.groups
    changed = set(changed_modules(options.against)) if not chosen else set()
    plan = {group: [m for m in modules if group in chosen or m in changed] for group, modules in GROUPS.items()}
    plan = {group: modules for group, modules in plan.items() if modules}
    if not plan:
        print(f"No rule, normaliser or part of the verdict engine differs from {options.against}.")
        return
    found = {group: run_group(modules, TESTS[group], options.sample, options.seed) for group, modules in plan.items()}
    if options.keep:
        options.keep.write_text(json.dumps(found, indent=1), encoding="utf-8")
    sampled = f"at most {options.sample} of each module, seed {options.seed}" if options.sample else "every mutant"
    what = f"{', '.join(plan)}: {sampled}"
    text = page(found, what)
    if chosen:
        PAGE.write_text(text, encoding="utf-8")
    print(text)
    statuses = [status for mutants in found.values() for status, _ in mutants.values()]
    raise SystemExit(sum(status in KILLED for status in statuses) < 0.9 * len(statuses))


if __name__ == "__main__":
    main()
