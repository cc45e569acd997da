"""How each verdict looks: color in light and dark, and shape. Words and codes are in `verdicts.py`; nothing else may choose.

The page's JavaScript, its style sheet and its tests all read this one declaration. Every verdict has a shape of its
own, so that no meaning rests on color; an answer of an earlier year is the hollow shape of the answer it goes back to.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.verdicts import Verdict


@dataclass(frozen=True)
class Look:
    """A color on light and on dark ground (3:1 against either at least), and a shape as an SVG path, filled even-odd, in a square of 16."""

    light: str
    dark: str
    shape: str
    path: str


_DISC = "M8 1.5A6.5 6.5 0 1 1 8 14.5A6.5 6.5 0 1 1 8 1.5Z"
_SQUARE = "M2 2H14V14H2Z"
_TRIANGLE = "M8 1L15.5 14.5H.5Z"

LOOKS: dict[str, Look] = {
    Verdict.YES: Look("#00734f", "#43d19e", "disc", _DISC),
    Verdict.NO: Look("#6a3fb0", "#bfa3f5", "square", _SQUARE),
    Verdict.MAYBE: Look("#a45a00", "#f2a93b", "triangle", _TRIANGLE),
    Verdict.HISTORICAL_YES: Look("#2f8f6d", "#8fdcbd", "ring", f"{_DISC}M8 5A3 3 0 1 1 8 11A3 3 0 1 1 8 5Z"),
    Verdict.HISTORICAL_NO: Look("#8a6cc4", "#d5c5f7", "hollow square", f"{_SQUARE}M5.2 5.2H10.8V10.8H5.2Z"),
    Verdict.HISTORICAL_MAYBE: Look("#b5761c", "#f6c987", "hollow triangle", f"{_TRIANGLE}M8 6.5L5 12H11Z"),
    Verdict.EXCLUDED: Look(
        "#78818b", "#8f9aa6", "cross", "M3 1L8 6L13 1L15 3L10 8L15 13L13 15L8 10L3 15L1 13L6 8L1 3Z"
    ),
    Verdict.UNKNOWN: Look(
        "#5d6875", "#aeb8c4", "hollow diamond", "M8 .5L15.5 8L8 15.5L.5 8ZM8 4.8L4.8 8L8 11.2L11.2 8Z"
    ),
}


def looks_css() -> str:
    """The style sheet of the verdicts: a custom property and a class per code, light and dark."""
    light = "".join(f"--v-{code}:{look.light};" for code, look in LOOKS.items())
    dark = "".join(f"--v-{code}:{look.dark};" for code, look in LOOKS.items())
    classes = "\n".join(f".v-{code} {{ color: var(--v-{code}); }}" for code in LOOKS)
    return (
        f":root {{ {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        f"{classes}\n.v path {{ fill: currentColor; fill-rule: evenodd; }}\n"
    )
