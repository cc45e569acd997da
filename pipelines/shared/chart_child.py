"""Draws Vega-Lite charts in a process of its own: JSON in on standard input, JSON out. Started by draw_charts.py only."""

from __future__ import annotations

import base64
import json
import sys

import vl_convert

VEGA_LITE = "5.20"


def main() -> None:
    """Read {kind, scale, charts}; write a list of base64 texts in the order of the charts."""
    asked = json.load(sys.stdin)
    drawn = []
    for chart in asked["charts"]:
        if asked["kind"] == "svg":
            body = vl_convert.vegalite_to_svg(chart, vl_version=VEGA_LITE).encode()
        else:
            body = bytes(vl_convert.vegalite_to_png(chart, vl_version=VEGA_LITE, scale=asked["scale"]))
        drawn.append(base64.b64encode(body).decode())
    json.dump(drawn, sys.stdout)


if __name__ == "__main__":
    main()
