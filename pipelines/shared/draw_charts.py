"""Pictures of Vega-Lite charts. What a chart shows and how it looks is said by who asks for it.

They are drawn in a process of its own: the renderer keeps threads, and a process that has them cannot be forked any
more, as the workers of a run are. A run that came after a release in one process stood still for ever.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

CHILD = Path(__file__).with_name("chart_child.py")
SECONDS = 120


def draw_charts(charts: Sequence[Mapping[str, Any]], kind: Literal["svg", "png"], *, scale: float = 1.0) -> list[bytes]:
    """Each chart as SVG text or PNG bytes, in order. `scale`: pixels of a PNG per unit of the chart.

    Raises RuntimeError with the renderer's last line when a chart is not valid, and subprocess.TimeoutExpired.
    """
    if not charts:
        return []
    asked = json.dumps({"kind": kind, "scale": scale, "charts": list(charts)})
    # -I: neither the environment nor the folder it is started in decides what is imported.
    done = subprocess.run(
        [sys.executable, "-I", str(CHILD)], input=asked, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise RuntimeError(f"a chart could not be drawn: {done.stderr.strip().rpartition(chr(10))[2]}")
    return [base64.b64decode(text) for text in json.loads(done.stdout)]
