"""Equations in whole numbers that a reader of published tables can write down, and what they pin. Holds no test."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

WITHIN = 2
"""A hidden count is recovered when all solutions lie within this of one number."""


class Equations:
    """One unknown per count, never negative; an equation per sum and per cell that is shown."""

    def __init__(self) -> None:
        self.place: dict[Hashable, int] = {}
        self.rows: list[dict[int, float]] = []
        self.values: list[float] = []

    def equate(self, terms: dict[Hashable, float], value: float) -> None:
        """The terms, each an unknown with its factor, add up to the value."""
        self.rows.append({self.place.setdefault(key, len(self.place)): factor for key, factor in terms.items()})
        self.values.append(value)

    def range_of(self, terms: dict[Hashable, float]) -> tuple[float, float]:
        """Least and greatest whole number that the terms can add up to (HiGHS); an end may be infinite."""
        goal_at = {self.place[key]: factor for key, factor in terms.items()}
        size = len(self.place)
        entries = [(row, column, factor) for row, terms in enumerate(self.rows) for column, factor in terms.items()]
        at_row, at_column, factors = zip(*entries, strict=True)
        matrix = csr_matrix((factors, (at_row, at_column)), shape=(len(self.rows), size))
        rule = LinearConstraint(matrix, self.values, self.values)
        found = []
        for sign in (1.0, -1.0):
            goal = np.zeros(size)
            for column, factor in goal_at.items():
                goal[column] = sign * factor
            answer = milp(goal, constraints=rule, integrality=np.ones(size), bounds=Bounds(0, np.inf))
            found.append(sign * answer.fun if answer.success else -sign * np.inf)
        return found[0], found[1]

    def pins(self, terms: dict[Hashable, float]) -> tuple[float, float] | None:
        """The range, when it is so narrow that the count is as good as known."""
        low, high = self.range_of(terms)
        return (low, high) if high - low <= 2 * WITHIN else None
