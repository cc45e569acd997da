"""`python -m bench.state_outlines states-10m.json`: reduces Census state shapes to `schemas/state_outlines.txt`.

The shapes are the public-domain cartographic boundary files of the US Census Bureau (2017 edition), as the npm package
`us-atlas` 3.0.1 (ISC) hands them on in its file `states-10m.json`: `npm pack us-atlas@3.0.1`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from schemas.states import FIPS_STATE

OUT = Path(__file__).parents[1] / "schemas" / "state_outlines.txt"
TOLERANCE = 0.016
"""Degrees that a simplified border may lie beside the original: about 1.7 km, a third of a pixel of the national map."""
SMALLEST = {"AK": 0.08}
"""Square degrees below which an island of a state is left out, when not LARGE_ENOUGH."""
LARGE_ENOUGH = 0.006
"""The same for the others (some 60 square kilometers); the territories keep every island."""
SMALL_PLACES = frozenset({"AS", "GU", "MP", "VI", "PR", "HI", "DC"})
HEADER = """\
# Outlines of the states, DC and five territories: one ring a line, postal code, then longitude and latitude in degrees.
# Source: US Census Bureau, cartographic boundary files, 2017 edition (public domain), by way of npm us-atlas 3.0.1 (ISC).
# Made by bench/state_outlines.py: borders simplified (Douglas-Peucker, {tolerance} degrees), small islands left out.
"""
Points = npt.NDArray[np.float64]


def simplify(points: Points, tolerance: float) -> Points:
    """Douglas-Peucker: the fewest of the points such that none lies further than the tolerance from the line."""
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        inner = points[first + 1 : last]
        distance = _distance(inner, points[first], points[last])
        farthest = int(distance.argmax())
        if distance[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return points[keep]


def _distance(points: Points, start: Points, end: Points) -> Points:
    line = end - start
    length = float(line @ line)
    along = np.clip((points - start) @ line / length, 0, 1) if length else np.zeros(len(points))
    return np.hypot(*(points - start - along[:, None] * line).T)


def rings(topology: dict, tolerance: float) -> list[tuple[str, Points]]:
    """(postal code, ring) of every state; arcs are simplified before they are joined, so that neighbors share borders."""
    scale, move = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    raw = [np.cumsum(np.array(arc), axis=0) * scale + move for arc in topology["arcs"]]
    coarse = [simplify(arc, tolerance) for arc in raw]
    fine = [simplify(arc, tolerance / 4) for arc in raw]
    wide = [simplify(arc, tolerance * 3) for arc in raw]
    found = []
    for shape in topology["objects"]["states"]["geometries"]:
        postal = FIPS_STATE[shape["id"]]
        arcs = fine if postal in SMALL_PLACES else wide if postal == "AK" else coarse
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        joined = [_join(ring, arcs) for polygon in polygons for ring in polygon]
        areas = [_area(ring) for ring in joined]
        smallest = 0.0 if postal in SMALL_PLACES else SMALLEST.get(postal, LARGE_ENOUGH)
        found += [(postal, r) for r, a in zip(joined, areas, strict=True) if a >= min(smallest, max(areas))]
    return sorted(found, key=lambda entry: (entry[0], -_area(entry[1])))


def _join(ring: list[int], arcs: list[Points]) -> Points:
    parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in ring]
    return np.concatenate([part[:-1] for part in parts])


def _pair(x: float, y: float, places: int) -> str:
    return f"{round(x, places):g},{round(y, places):g}"


def _area(ring: Points) -> float:
    x, y = ring.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def main() -> None:
    """Write the file and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", type=Path, help="states-10m.json of the npm package us-atlas")
    topology = json.loads(parser.parse_args().states.read_text(encoding="utf-8"))
    lines = [
        postal + "\t" + " ".join(_pair(x, y, 3 if postal in SMALL_PLACES else 2) for x, y in ring)
        for postal, ring in rings(topology, TOLERANCE)
        if len(ring) > 2
    ]
    OUT.write_text(HEADER.format(tolerance=TOLERANCE) + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} rings, {OUT.stat().st_size:,} bytes in {OUT}")


if __name__ == "__main__":
    main()
