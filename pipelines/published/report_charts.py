"""Charts of the access report as SVG for the page and PNG for the Dagster UI. Chooses no figures.

Written as Vega-Lite and drawn by vl-convert in a process of its own (pipelines/shared/draw_charts.py). Altair would
write the same specification with a second import.
"""

from __future__ import annotations

import base64
import html
import json
import re
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipelines.shared.draw_charts import draw_charts

COLORS = {
    "#010101": "var(--ink)",
    "#020202": "var(--muted)",
    "#030303": "var(--grid)",
    "#040404": "var(--bounds)",
    "#050505": "var(--interval)",
    "#060606": "var(--mark)",
}
"""Stand-ins in the specification, which the page's style fills in for light and dark."""
INK, MUTED, GRID, BOUNDS, INTERVAL, MARK = COLORS
PRINTED = {INK: "#1b1f24", MUTED: "#57606a", GRID: "#e3e7eb", BOUNDS: "#c9d1d9", INTERVAL: "#8fb8de", MARK: "#0b5cad"}
"""The light colors, for pictures that no style sheet reaches."""
WIDTH = 540
PNG = b"\x89PNG\r\n\x1a\n"
PARTS = ("figure", "lower", "upper", "estimate", "estimate_low", "estimate_high")


def range_chart(
    rows: pd.DataFrame, unit: str, *, reference: float | None = None, top: float | None = None
) -> dict[str, Any]:
    """Vega-Lite: a line per row of `label` and PARTS: what the unknown allow, the estimate's interval, and the figure.

    reference: a value to draw a line at. top: end of the axis; the greatest value when not given.
    """
    values = [
        {key: (None if pd.isna(value) else value) for key, value in row.items()}
        for row in rows[["label", *PARTS]].to_dict("records")
    ]
    y = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 250, "ticks": False, "domain": False, "labelPadding": 8},
    }
    scale: dict[str, Any] = {"domainMin": 0, "nice": True}
    if top is not None:
        scale |= {"domainMax": top, "clamp": True}

    def x(field: str) -> dict[str, Any]:
        return {
            "field": field,
            "type": "quantitative",
            "scale": scale,
            "axis": {"title": unit, "tickCount": 5, "orient": "top"},
        }

    layers: list[dict[str, Any]] = [
        _layer({"type": "rule", "strokeWidth": 7, "color": BOUNDS, "strokeCap": "round"}, y, x("lower"), "upper", ("lower", "upper")),
        _layer({"type": "rule", "strokeWidth": 7, "color": INTERVAL, "strokeCap": "butt"}, y, x("estimate_low"), "estimate_high", ("estimate_low", "estimate_high")),
        _layer({"type": "point", "shape": "diamond", "filled": True, "size": 55, "color": INK, "opacity": 1}, y, x("estimate"), None, ("estimate",)),
        _layer({"type": "point", "shape": "circle", "filled": True, "size": 75, "color": MARK, "opacity": 1}, y, x("figure"), None, ("figure",)),
    ]  # fmt: skip
    if reference is not None:
        layers.insert(
            0,
            {
                "mark": {"type": "rule", "color": MUTED, "strokeDash": [4, 3]},
                "encoding": {"x": {"datum": reference, "type": "quantitative", "scale": scale}},
            },
        )
    return _chart({"values": values}, {"layer": layers, "width": WIDTH, "height": {"step": 21}})


def years_chart(rows: pd.DataFrame) -> dict[str, Any]:
    """Vega-Lite: the figure by school year with what the unknown allow. rows: school_year and PARTS, in order."""
    values = [
        {key: (None if pd.isna(value) else value) for key, value in row.items()}
        for row in rows[["school_year", *PARTS]].to_dict("records")
    ]
    x = {"field": "school_year", "type": "ordinal", "axis": {"title": None, "labelAngle": 0}}
    scale = {"domain": [0, 100]}

    def y(field: str) -> dict[str, Any]:
        return {
            "field": field,
            "type": "quantitative",
            "scale": scale,
            "axis": {"title": "percent of schools", "tickCount": 5},
        }

    layers = [
        {"mark": {"type": "rule", "strokeWidth": 12, "color": BOUNDS, "strokeCap": "round"}, "encoding": {"x": x, "y": y("lower"), "y2": {"field": "upper"}}},
        {"mark": {"type": "rule", "strokeWidth": 12, "color": INTERVAL}, "encoding": {"x": x, "y": y("estimate_low"), "y2": {"field": "estimate_high"}}},
        {"mark": {"type": "line", "color": MARK, "strokeWidth": 2}, "encoding": {"x": x, "y": y("figure")}},
        {"mark": {"type": "point", "filled": True, "color": MARK, "size": 75, "opacity": 1}, "encoding": {"x": x, "y": y("figure")}},
        {"mark": {"type": "text", "align": "left", "dx": 12, "dy": -10, "fontSize": 12, "color": INK}, "encoding": {"x": x, "y": y("figure"), "text": {"field": "figure", "format": ".0f"}}},
    ]  # fmt: skip
    return _chart({"values": values}, {"layer": layers, "width": WIDTH, "height": 220})


def draw_svgs(charts: Mapping[str, tuple[dict[str, Any], str]], description: str) -> dict[str, str]:
    """{name: SVG element} of {name: (chart, title)}."""
    drawn = draw_charts([chart for chart, _ in charts.values()], "svg")
    both = zip(charts.items(), drawn, strict=True)
    return {name: _as_element(body.decode(), name, title, description) for (name, (_, title)), body in both}


def _as_element(drawn: str, name: str, title: str, description: str) -> str:
    """Colors of the page's style, a title and a description for who does not see it."""
    for stand_in, color in COLORS.items():
        drawn = drawn.replace(f'"{stand_in}"', f'"{color}"')
    # Vega describes every mark; read out one by one they say less than the table that stands behind the chart.
    drawn = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", drawn)
    opening, rest = drawn.split(">", 1)
    width, height = (re.search(rf' {side}="([\d.]+)"', opening)[1] for side in ("width", "height"))  # type: ignore[index]
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-title {name}-desc"'
    words = (
        f'<title id="{name}-title">{html.escape(title)}</title><desc id="{name}-desc">{html.escape(description)}</desc>'
    )
    return f'{opening} style="max-width:{float(width):.0f}px">{words}{rest}'


def draw_picture(spec: Mapping[str, Any]) -> str:
    """The chart as a PNG data address, for Markdown: small print on white, below 50 kB for 51 rows."""
    small = json.loads(json.dumps(spec))
    small |= {"width": 300}
    if isinstance(small["height"], dict):
        small["height"] = {"step": 12}
    small["config"]["axis"] |= {"labelFontSize": 9, "titleFontSize": 9}
    small["config"]["background"] = "#ffffff"
    text = json.dumps(small)
    for stand_in, color in PRINTED.items():
        text = text.replace(stand_in, color)
    body = _pack(draw_charts([json.loads(text)], "png")[0])
    return f"data:image/png;base64,{base64.b64encode(body).decode()}"


def _pack(png: bytes) -> bytes:
    """The same picture with its pixels packed as tightly as they go; vl-convert packs fast, to four times the size."""
    at, chunks, pixels = len(PNG), [], b""
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        if kind == b"IDAT":
            pixels += body
        else:
            chunks.append((kind, body))
        at += size + 12
    packed = (b"IDAT", zlib.compress(zlib.decompress(pixels), 9))
    parts = [*chunks[:-1], packed, chunks[-1]]
    return PNG + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def _layer(
    mark: dict[str, Any], y: dict[str, Any], x: dict[str, Any], end: str | None, needed: tuple[str, ...]
) -> dict[str, Any]:
    encoding = {"y": y, "x": x} | ({"x2": {"field": end}} if end else {})
    known = " && ".join(f"isValid(datum.{name})" for name in needed)
    return {"transform": [{"filter": known}], "mark": mark, "encoding": encoding}


def _chart(data: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    axis = {
        "labelColor": INK,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelFontSize": 12,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    }
    config = {"background": None, "font": "sans-serif", "axis": axis, "view": {"stroke": None}}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "data": data, "config": config, **body}
