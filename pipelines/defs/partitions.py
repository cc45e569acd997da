"""The one partition axis: the school year. States are nodes, not partitions (docs/decisions/0002)."""

import dagster as dg

from pipelines.shared.school_year import parse_range
from schemas.season_model import load_season

_SEASON = load_season()
SCHOOL_YEARS = dg.StaticPartitionsDefinition(parse_range(f"{_SEASON.first_year}..{_SEASON.last_year}"))
