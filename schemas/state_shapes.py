"""The outlines of the states in degrees, as `state_outlines.txt` holds them. Projects and draws nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

Ring = tuple[tuple[float, float], ...]
FILE = Path(__file__).parent / "state_outlines.txt"


@cache
def load_outlines() -> dict[str, tuple[Ring, ...]]:
    """Postal code -> rings of (longitude, latitude); the largest ring of a state comes first."""
    found: dict[str, tuple[Ring, ...]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        postal, _, text = line.partition("\t")
        pairs = (pair.split(",") for pair in text.split(" "))
        found[postal] = (*found.get(postal, ()), tuple((float(x), float(y)) for x, y in pairs))
    return found
