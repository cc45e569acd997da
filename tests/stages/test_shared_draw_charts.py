"""Charts are drawn outside of our process: nothing of the renderer stays, and a fork afterwards still draws."""

from __future__ import annotations

import multiprocessing
import sys

import pytest

from pipelines.shared.draw_charts import draw_charts

CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"a": "x", "b": 1}]},
    "mark": "bar",
    "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a", "type": "nominal"}},
}


def test_pictures_come_in_order_and_are_the_same_bytes() -> None:
    wide = {**CHART, "width": 500}
    first, second = draw_charts([CHART, wide], "svg")
    assert first.startswith(b"<svg")
    assert len(second) != len(first)
    assert draw_charts([wide], "svg") == [second]
    assert draw_charts([CHART], "png")[0].startswith(b"\x89PNG")
    assert draw_charts([], "png") == []


def test_a_process_that_drew_can_be_forked_and_draw_again() -> None:
    draw_charts([CHART], "svg")
    assert "vl_convert" not in sys.modules
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(draw_charts, ([CHART], "svg")).get(timeout=60) == draw_charts([CHART], "svg")


def test_a_chart_that_is_none_ends_in_a_sentence() -> None:
    with pytest.raises(RuntimeError, match="a chart could not be drawn"):
        draw_charts([{"mark": {"type": 7}}], "svg")
