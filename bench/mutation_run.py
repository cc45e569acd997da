"""Mutants of a copy of the tree, made by mutmut, and what the tests say of each. Chooses no module and writes no page.

Every verdict is the exit code of a process that ran the tests with the changed code, see `mutation_plugin.py`.
"""

from __future__ import annotations

import difflib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

from bench.mutation_plugin import PLAN

ROOT = Path(__file__).parents[1]
STATUSES = {0: "survived", 1: "killed", 5: "no test", -24: "timeout"}
"""By exit code of the tests. All else (a crash, a process that hangs) proves nothing, and is no kill."""
KILLED = frozenset({"killed", "timeout"})
CACHE = re.compile(r"^ *@(functools\.)?(lru_)?cache(\(.*\))?\n", re.MULTILINE)
DECORATED = re.compile(
    r"^ *@(?!classmethod|staticmethod|dataclass)(?:.*\n *@)*.*\n *(?:async )?def (\w+)", re.MULTILINE
)


@dataclass
class Asked:
    """What the tests said of one group. `mutants`: name -> (status, difference, which is empty for a killed one).

    first: how many were killed when they were first asked about, before the tests that the survivors led to.
    """

    mutants: dict[str, tuple[str, str]]
    made: int
    seed: int = 0
    first: int = 0
    tests: int = 0
    decorated: list[str] = field(default_factory=list)
    seconds: float = 0.0


def ask(modules: list[str], tests: tuple[str, ...], sample: int, seed: int, only: Collection[str] = ()) -> Asked:
    """Make the mutants of the modules and ask the tests about a random sample of them (0: about all), or those named."""
    before = _seconds()
    with tempfile.TemporaryDirectory(prefix="cs-access-mutants-") as place:
        folder = Path(place)
        copy_tree(folder)
        made: dict[str, tuple[str, str]] = {}
        decorated: list[str] = []
        for module in modules:
            found, left = mutate(folder, module)
            made |= found
            decorated += left
        names = [name for name in made if not only or name in only]
        asked = sorted(random.Random(seed).sample(names, sample), key=names.index) if 0 < sample < len(names) else names
        status, many = run_tests(folder, asked, tests, any(name.startswith("schemas/") for name in modules))
    return Asked(
        mutants={name: (status[name], "" if status[name] in KILLED else _difference(*made[name])) for name in asked},
        first=sum(status[name] in KILLED for name in asked),
        made=len(made),
        seed=seed,
        tests=many,
        decorated=decorated,
        seconds=_seconds() - before,
    )


def ask_again(before: Asked, modules: list[str], tests: tuple[str, ...]) -> Asked:
    """Ask about those that were not killed, with the tests of now. Raises SystemExit when one of them is no longer made."""
    left = [name for name, (status, _) in before.mutants.items() if status not in KILLED]
    if not left:
        return before
    now = ask(modules, tests, 0, before.seed, left)
    if now.made != before.made or len(now.mutants) != len(left):
        raise SystemExit("the modules have changed since: ask about a new sample")
    return replace(
        before, mutants={**before.mutants, **now.mutants}, tests=now.tests, seconds=before.seconds + now.seconds
    )


def copy_tree(to: Path) -> None:
    """The tracked files as they are now."""
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)


def mutate(folder: Path, module: str) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Put all mutants of a module into its copy; returns old and new function by name of the mutant, and what is left alone.

    Caches are taken off first, because mutmut leaves decorated functions alone; the names of those that remain are returned.
    """
    text = without_caches((folder / module).read_text(encoding="utf-8"))
    dotted = module.removesuffix(".py").replace("/", ".")
    changed = mutate_file_contents(module, text)
    (folder / module).write_text(changed.code, encoding="utf-8")
    lines = changed.code.splitlines()

    def source(name: str) -> str:
        span = changed.line_span_by_function_name[name]
        return "\n".join(lines[span.start - 1 : span.end])

    made = {
        f"{dotted}.{name}": (source(f"{name.partition('__mutmut_')[0]}__mutmut_orig"), source(name))
        for name in changed.mutant_names
    }
    return made, [f"{dotted}.{name}" for name in DECORATED.findall(text)]


def without_caches(text: str) -> str:
    """A module's text with `cache` and `lru_cache` taken off its functions."""
    return CACHE.sub("", text)


def run_tests(folder: Path, mutants: list[str], tests: tuple[str, ...], schemas: bool) -> tuple[dict[str, str], int]:
    """Status of each mutant by name, and how many tests there are. Raises SystemExit with pytest's words when the tests fail without a change."""
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"mutants": mutants, "schemas": schemas}), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {PLAN: str(plan)}
    options = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-p", "bench.mutation_plugin", "-o", "addopts="]
    with (folder / "pytest.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests], cwd=folder, env=environment, stdout=log, check=False
        )
    told = json.loads(plan.read_text(encoding="utf-8"))
    if "found" not in told:
        raise SystemExit(
            f"pytest ended with {done.returncode}\n{(folder / 'pytest.log').read_text(encoding='utf-8')[-3000:]}"
        )
    return {name: STATUSES.get(code, f"broken ({code})") for name, (code, _) in told["found"].items()}, told["tests"]


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _difference(old: str, new: str) -> str:
    """Lines that differ, with - and + in front; the functions' names, which mutmut changes, do not count."""
    plain = [re.sub(r"\bx[_\u01c1][\w\u01c1]*__mutmut_\w+", "f", text).splitlines() for text in (old, new)]
    return "\n".join(line for line in difflib.ndiff(*plain) if line[:2] in ("- ", "+ "))
