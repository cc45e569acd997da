"""Per rule the smallest input that fires it, and one that stays silent. Holds no test; invented data only.

A case is a call of a runner on a row with one thing wrong; the silent call is the same row with that thing right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd

from tests.rules.runners import Fired


class Case(NamedTuple):
    """`fires` breaks the rule, `silent` does not."""

    fires: Callable[[], Fired]
    silent: Callable[[], Fired]


class Together:
    """Rows that are judged in one file, each with one thing wrong, after a sound first row; saves a call for each.

    run: findings of the rows. own: what tells the n-th row from the others, so that they do not fire rules together.
    """

    def __init__(
        self,
        sound: Mapping[str, str],
        run: Callable[..., pd.DataFrame],
        own: Callable[[int], Mapping[str, str]],
    ) -> None:
        self.sound, self.run, self.own = sound, run, own
        self.rows: list[dict[str, str]] = [{**sound, **own(0)}]

    def row(self, **change: str) -> Case:
        """The case of a row with that change; silent is the first row."""
        number = len(self.rows)
        self.rows.append({**self.sound, **self.own(number), **change})
        return Case(lambda: self.rules_of(number), lambda: self.rules_of(0))

    def rules_of(self, number: int) -> Fired:
        """Rules that fired on the n-th row; the first stands in row 2 of the file."""
        found = _judged(self)
        return Fired.of(found[found["row"] == number + 2])


@cache
def _judged(rows: Together) -> pd.DataFrame:
    return rows.run(*rows.rows)


def all_cases() -> dict[str, Case]:
    """Every case by the id of its rule. Raises ValueError when a rule has two."""
    from tests.rules import cases_directory, cases_files, cases_lists, cases_partners, cases_release, cases_states

    found: dict[str, Case] = {}
    for module in (cases_files, cases_directory, cases_states, cases_lists, cases_partners, cases_release):
        twice = set(found) & set(module.CASES)
        if twice:
            raise ValueError(f"two cases for {', '.join(sorted(twice))}")
        found |= module.CASES
    return found
