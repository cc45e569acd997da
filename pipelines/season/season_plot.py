"""The progress of a season as a picture: answered and open cases of each partner. Counts nothing."""

from __future__ import annotations

import pandas as pd

from pipelines.shared.draw_charts import draw_charts

COLORS = {"applied": "#1b6e53", "answered, not applied": "#d9a441", "open": "#9aa5b1"}


def progress_png(progress: pd.DataFrame, title: str) -> bytes:
    """A bar per partner. progress: what `seasons.progress_of` returns."""
    waiting = (progress["answered"] - progress["applied"]).clip(lower=0)
    open_ = (progress["cases"] - progress["applied"] - waiting).clip(lower=0)
    counts = {"applied": progress["applied"], "answered, not applied": waiting, "open": open_}
    values = [
        {"partner": str(partner), "state": state, "cases": int(number), "order": place}
        for place, (state, numbers) in enumerate(counts.items())
        for partner, number in zip(progress["partner_id"], numbers, strict=True)
    ]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": title,
        "width": 460,
        "data": {"values": values},
        "mark": "bar",
        "encoding": {
            "y": {"field": "partner", "type": "nominal", "title": "partner"},
            "x": {"field": "cases", "type": "quantitative", "title": "cases", "axis": {"tickMinStep": 1}},
            "color": {
                "field": "state",
                "type": "nominal",
                "title": None,
                "legend": {"orient": "bottom"},
                "scale": {"domain": list(COLORS), "range": list(COLORS.values())},
            },
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    return draw_charts([spec], "png", scale=1.5)[0]
