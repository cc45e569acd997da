"""The code location that Dagster loads; everything is made in `pipelines/defs/`."""

from __future__ import annotations

import dagster as dg

from pipelines.defs.build import build_definitions

defs: dg.Definitions = build_definitions()
