"""Where a school lies on the page's map: the lower 48 in Albers' projection, the other places in insets. Draws nothing.

Coordinates are projected here, once, so that the page needs no map library: it only moves and scales points.
Formulas: Snyder, Map Projections: A Working Manual (USGS 1395), 14-3 to 14-6, sphere. The cones of the lower 48, Alaska and
Hawaii are the usual ones (those of d3.geoAlbersUsa); the territories stand in boxes of their own below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.state_shapes import load_outlines
from schemas.states import STATES

Numbers = npt.NDArray[np.float64]
WIDTH, HEIGHT = 975, 700
NOWHERE = 65_535
"""Stands for a school that has no place on the map: without coordinates, or outside its state's part of the map."""
STEPS = 65_500
"""Coordinates are stored as whole numbers from 0 to STEPS: about 70 meters apart."""
_SCALE, _X, _Y = 1300.0, 487.5, 300.0


@dataclass(frozen=True)
class Cone:
    """An Albers equal-area conic: central meridian, latitude of the center, two standard parallels (degrees)."""

    meridian: float
    center: tuple[float, float]
    parallels: tuple[float, float]

    def project(self, longitude: Numbers, latitude: Numbers) -> tuple[Numbers, Numbers]:
        """x to the east and y to the north of the center, in radii of the sphere."""
        first, second = (np.sin(np.radians(p)) for p in self.parallels)
        n = (first + second) / 2
        c = 1 + first * (2 * n - first)

        def plane(east: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
            rho = np.sqrt(np.maximum(c - 2 * n * np.sin(np.radians(lat)), 0)) / n
            theta = n * np.radians(east)
            return rho * np.sin(theta), -rho * np.cos(theta)

        # East of the meridian across the date line: the Aleutians lie on both sides of it.
        x, y = plane((longitude - self.meridian + 180) % 360 - 180, latitude)
        x0, y0 = plane(np.array(self.center[0]), np.array(self.center[1]))
        return x - x0, y - y0


@dataclass(frozen=True)
class Part:
    """A part of the map: its cone, how many map units a radius of the sphere is, where the center stands, what it shows."""

    cone: Cone
    scale: float
    at: tuple[float, float]
    longitudes: tuple[float, float]
    latitudes: tuple[float, float]
    box: tuple[float, float, float, float] | None = None

    def place(self, longitude: Numbers, latitude: Numbers) -> tuple[Numbers, Numbers]:
        """Map units from the upper left corner; NaN outside the part."""
        x, y = self.cone.project(longitude, latitude)
        east = (longitude - self.longitudes[0]) % 360
        inside = (east <= (self.longitudes[1] - self.longitudes[0]) % 360) & (latitude >= self.latitudes[0])
        inside &= latitude <= self.latitudes[1]
        return np.where(inside, self.at[0] + self.scale * x, np.nan), np.where(
            inside, self.at[1] - self.scale * y, np.nan
        )


LOWER_48 = Part(Cone(-96, (-0.6, 38.7), (29.5, 45.5)), _SCALE, (_X, _Y), (-125.5, -66.5), (24.0, 49.8))


def _island(west: float, east: float, south: float, north: float, box: tuple[float, float, float, float]) -> Part:
    """A box that shows the whole span, as large as fits; islands are small, so the cone through their middle is plain."""
    middle = ((west + east) / 2, (south + north) / 2)
    cone = Cone(middle[0], (0.0, middle[1]), (middle[1] - 0.5, middle[1] + 0.5))
    wide = np.radians(east - west) * np.cos(np.radians(middle[1]))
    scale = min((box[2] - box[0] - 12) / wide, (box[3] - box[1] - 30) / np.radians(north - south))
    at = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + 9)
    return Part(cone, float(scale), at, (west, east), (south, north), box)


PARTS: dict[str, Part] = {
    "AK": Part(
        Cone(-154, (-2, 58.5), (55, 65)),
        _SCALE * 0.29,
        (132.0, 553.0),
        (172, -129),
        (51, 72),
    ),
    "HI": Part(
        Cone(-157, (-3, 19.9), (8, 18)),
        _SCALE,
        (246.0, 570.0),
        (-161, -154),
        (18.5, 22.5),
    ),
    "AS": _island(-170.95, -169.35, -14.45, -14.1, (20, 616, 200, 692)),
    "GU": _island(144.55, 145.02, 13.2, 13.7, (210, 616, 320, 692)),
    "MP": _island(145.0, 145.95, 14.05, 15.35, (330, 616, 500, 692)),
    "PR": _island(-67.35, -65.2, 17.85, 18.55, (510, 616, 730, 692)),
    "VI": _island(-65.12, -64.52, 17.64, 18.45, (740, 616, 890, 692)),
}
"""Parts of their own by postal code; every other place lies in the lower 48 or nowhere."""


def place_schools(state: npt.NDArray[Any], longitude: Numbers, latitude: Numbers) -> npt.NDArray[np.uint16]:
    """Whole-number coordinates of schools, shape (n, 2); NOWHERE where a school has no place on the map."""
    x, y = LOWER_48.place(longitude, latitude)
    for postal, part in PARTS.items():
        own = state == postal
        if own.any():
            x[own], y[own] = part.place(longitude[own], latitude[own])
    there = ~(np.isnan(x) | np.isnan(y)) & (x >= 0) & (x <= WIDTH) & (y >= 0) & (y <= HEIGHT)
    out = np.full((len(x), 2), NOWHERE, dtype=np.uint16)
    out[there, 0] = np.rint(x[there] / WIDTH * STEPS)
    out[there, 1] = np.rint(y[there] / HEIGHT * STEPS)
    return out


def draw_outlines() -> dict[str, Any]:
    """What the page draws: size, steps, per state its name and rings (map units, one decimal), and the boxes."""
    shapes = {}
    for postal, rings in load_outlines().items():
        part = PARTS.get(postal, LOWER_48)
        placed = []
        for ring in rings:
            points = np.array(ring)
            x, y = part.place(points[:, 0], points[:, 1])
            if not np.isnan(x).any():
                placed.append([round(float(v), 1) for pair in zip(x, y, strict=True) for v in pair])
        shapes[postal] = placed
    boxes = {postal: part.box for postal, part in PARTS.items() if part.box}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "steps": STEPS,
        "nowhere": NOWHERE,
        "shapes": {postal: shapes[postal] for postal in STATES if postal in shapes},
        "boxes": boxes,
    }
