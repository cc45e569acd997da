"""What people see of a verdict is what `schemas/verdict_looks.py` says: word, color and shape, in light and dark."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from schemas.verdict_looks import LOOKS
from schemas.verdicts import CODES, WORDS
from tests.page.conftest import NEWEST, Tab


def color(text: str) -> tuple[int, int, int]:
    return tuple(int(text[n : n + 2], 16) for n in (1, 3, 5))  # type: ignore[return-value]


def luminance(text: str) -> float:
    parts = [(c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color(text)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_verdict_has_a_look_of_its_own() -> None:
    assert set(LOOKS) == set(CODES)
    for part in ("light", "dark", "shape", "path"):
        assert len({getattr(look, part) for look in LOOKS.values()}) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_colors_stand_out_from_paper_and_map(code: str) -> None:
    for ground in ("#ffffff", "#e6ebef"):
        assert contrast(LOOKS[code].light, ground) >= 3
    for ground in ("#12171d", "#232c36"):
        assert contrast(LOOKS[code].dark, ground) >= 3


@dataclass
class Picture:
    width: int
    height: int
    rgba: list[int]

    def at(self, x: int, y: int) -> tuple[int, ...]:
        start = 4 * (y * self.width + x)
        return tuple(self.rgba[start : start + 3])


DECODE = """async text => {
  const image = new Image();
  image.src = "data:image/png;base64," + text;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  return [image.width, image.height, Array.from(pen.getImageData(0, 0, image.width, image.height).data)];
}"""


def pixels(page: Any, box: dict[str, float]) -> Picture:
    """What the screen shows there; the browser itself unpacks the picture."""
    return Picture(*page.evaluate(DECODE, base64.b64encode(page.screenshot(clip=box)).decode()))


# Where a 16-unit box is filled and where it is not, for each shape: points in units of the box.
FILLED = {
    "disc": [(8, 8), (3, 8)],
    "square": [(8, 8), (3, 3)],
    "triangle": [(8, 9), (8, 13)],
    "ring": [(3, 8), (13, 8)],
    "hollow square": [(3, 3), (8, 3.5)],
    "hollow triangle": [(8, 4), (8, 13.2)],
    "cross": [(8, 8), (3, 3)],
    "hollow diamond": [(8, 2.6), (2.6, 8)],
}
EMPTY = {
    "disc": [(1.5, 1.5)],
    "square": [(0.7, 8)],
    "triangle": [(2, 3)],
    "ring": [(8, 8), (1.5, 1.5)],
    "hollow square": [(8, 8)],
    "hollow triangle": [(8, 10), (2, 3)],
    "cross": [(8, 2), (2, 8)],
    "hollow diamond": [(8, 8), (2, 2)],
}


def holds(picture: Picture, at: tuple[float, float], wanted: tuple[int, int, int]) -> bool:
    x, y = (
        min(int(part / 16 * side), side - 1) for part, side in zip(at, (picture.width, picture.height), strict=True)
    )
    return all(abs(a - b) <= 3 for a, b in zip(picture.at(x, y), wanted, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_word_color_and_shape_of_a_school_of_every_verdict(scheme: str, tab: Tab, schools: pd.DataFrame) -> None:
    page = tab.page
    page.emulate_media(color_scheme=scheme)
    try:
        for code in CODES:
            placed = schools[(schools["teaches_cs"] == code) & schools["latitude"].notna()]
            if placed.empty:
                assert code == "E", f"the sample season has no school with {code} in {NEWEST}"
                continue
            tab.open(f"#/school/{placed.index[0]}")
            look = LOOKS[code]
            wanted = color(getattr(look, scheme))
            assert tab.text(".verdict .word").lower() == WORDS[code]
            sign = page.locator(".verdict svg")
            assert sign.locator("path").get_attribute("d") == look.path
            canvas = page.locator(".map canvas")
            canvas.scroll_into_view_if_needed()
            spots = {"the sign beside the answer": sign.bounding_box()}
            around = canvas.bounding_box()
            middle = (around["x"] + around["width"] / 2, around["y"] + around["height"] / 2)
            mark = 32 * 16 / 18 * 34 / 32
            spots["the mark on the map"] = {
                "x": middle[0] - mark / 2,
                "y": middle[1] - mark / 2,
                "width": mark,
                "height": mark,
            }
            for where, box in spots.items():
                picture = pixels(page, box)
                for at in FILLED[look.shape]:
                    assert holds(picture, at, wanted), f"{code} {scheme}: {where} is not filled at {at}"
                for at in EMPTY[look.shape]:
                    assert not holds(picture, at, wanted), f"{code} {scheme}: {where} is filled at {at}"
    finally:
        page.emulate_media(color_scheme="light")
