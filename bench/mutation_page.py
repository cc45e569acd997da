"""The page of a mutation run: figures, controls, and every survivor with the reason that a person gave. Runs nothing.

Reasons stand in `bench/mutation_reasons.yml`, each for exactly one changed line, so that none outlives the code it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bench.mutation_run import KILLED, Asked

REASONS = Path(__file__).with_name("mutation_reasons.yml")
STATES = ("killed", "timeout", "survived", "no test")
BETWEEN = "\u01c1"
"""mutmut's mark between class and method."""
NEAR = 24
"""Letters shown on both sides of a change."""


def share(asked: Asked) -> float:
    """Killed, of all asked about: one that no test reaches, or that no test could tell from the code, is not killed."""
    return sum(status in KILLED for status, _ in asked.mutants.values()) / max(len(asked.mutants), 1)


def function_of(mutant: str) -> str:
    """pipelines.shared.text.x_fold_cell__mutmut_3 -> pipelines.shared.text.fold_cell; a method has its class in between."""
    module, _, name = mutant.partition("__mutmut_")[0].rpartition(".")
    return f"{module}.{name.removeprefix('x_').removeprefix('x' + BETWEEN).replace(BETWEEN, '.')}"


def _lines(difference: str, sign: str) -> str:
    return " ".join(line[1:].strip() for line in difference.splitlines() if line.startswith(sign))


def reason_of(mutant: str, difference: str, reasons: Iterable[Mapping[str, str]]) -> str:
    """The reason given for exactly this change of this function; empty when nobody gave one."""
    function, new = function_of(mutant), _lines(difference, "+")
    return next((one["reason"] for one in reasons if one["function"] == function and new == one["change"]), "")


def _alike(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _shown(difference: str) -> str:
    """The change within its line, with a few letters around it."""
    old, new = _lines(difference, "-"), _lines(difference, "+")
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    before, after = old[:start], old[len(old) - end :]
    was, now = old[start : len(old) - end], new[start : len(new) - end]
    return f"{before[-NEAR:]}\u27e6{was} \u2192 {now}\u27e7{after[:NEAR]}".replace("`", "'")


def _figures(found: Mapping[str, Asked]) -> list[str]:
    out = [
        "| group | module | made | asked | seed | killed | timeout | survived | no test | at first | now |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for group, asked in found.items():
        modules: dict[str, Counter[str]] = {}
        for name, (status, _) in asked.mutants.items():
            modules.setdefault(name.rsplit(".", 1)[0], Counter())[status] += 1
        total = sum(modules.values(), Counter[str]())
        first = f"{asked.first / max(len(asked.mutants), 1):.1%}"
        out.append(f"| **{group}** | all | {asked.made:,} | {_row(total, str(asked.seed), first)} |")
        out += [f"| {group} | {module} | | {_row(counts, '', '')} |" for module, counts in sorted(modules.items())]
    return out


def _row(counts: Counter[str], seed: str, first: str) -> str:
    killed = sum(counts[status] for status in KILLED)
    return " | ".join(
        [f"{counts.total():,}", seed, *(f"{counts[s]:,}" for s in STATES), first, f"{killed / counts.total():.1%}"]
    )


def _checked(found: Mapping[str, Asked]) -> list[str]:
    tests = " + ".join(f"{asked.tests:,}" for asked in found.values())
    decorated = sorted({name for asked in found.values() for name in asked.decorated})
    return [
        f"Before that, {tests} tests passed twice without a change, once in the order in which mutants are asked.",
        f"mutmut changes no decorated function: {', '.join(f'`{name}`' for name in decorated) or 'there is none'}"
        " (caches are taken off for the run, so that cached functions are changed like others).",
    ]


def page(found: Mapping[str, Asked], how: str) -> str:
    """The page as Markdown; `how`: what was asked, when and where."""
    reasons = yaml.safe_load(REASONS.read_text(encoding="utf-8")) or []
    minutes = sum(asked.seconds for asked in found.values()) / 60
    out = [
        "# Mutation testing\n",
        f"Written by `make mutate` ({how}; {minutes:.0f} min of processor time).\n",
        "Killed: a test fails. Timeout: the tests run for six times as long as without the change; it counts as killed.",
        "No test: no test that is asked reaches the function; it does not count as killed, and neither does a survivor that no",
        "test could tell from the code. Shares are of all mutants asked about: a random sample of those that can be made, drawn",
        "with the seed. At first: killed by tests written before the sample was drawn. Now: with those that its survivors led to.\n",
        *_figures(found),
        "",
        *_checked(found),
        "\n## Survivors\n",
        "The change stands in \u27e6brackets\u27e7. A survivor without a reason is open: a test is missing.\n",
    ]
    for asked in found.values():
        for name, (status, difference) in asked.mutants.items():
            if status not in KILLED:
                why = reason_of(name, difference, reasons) or f"**open** ({status})"
                out.append(f"- `{function_of(name)}`: `{_shown(difference)}`: {why}")
    return "\n".join(out) + "\n"
