"""`geojson/` of a release: schools of the newest school year as points, for the nation and per state (RFC 7946).

A school without coordinates is left out and counted; nothing is ever put at 0,0.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as arrow
import pyarrow.compute as compute

PROPERTIES = (
    "school_year",
    "school_name",
    "city",
    "state",
    "sector",
    "teaches_cs",
    "evidence_year",
    "in_access_report",
)
_FEATURES = f"""
SELECT lower(state) AS place, latitude IS NULL OR longitude IS NULL OR (latitude = 0 AND longitude = 0) AS nowhere,
    '{{"type":"Feature","id":' || to_json(nces_school_id) || ',"geometry":{{"type":"Point","coordinates":['
    || round(longitude, 6) || ',' || round(latitude, 6) || ']}},"properties":'
    || to_json({{ {", ".join(f"{name}: {name}" for name in ("nces_school_id", *PROPERTIES))} }}) || '}}' AS feature
FROM schools WHERE school_year = ? ORDER BY nces_school_id
"""


def write_geojson(folder: Path, schools: arrow.Table) -> dict[str, int]:
    """Write `geojson/us.geojson` and one file per state, postal code in lower case; returns {file: schools left out}.

    `schools`: the public table school_cs_access. Every file says how many schools it lacks because nobody knows where
    they are, in the member `schools_without_coordinates`.
    """
    newest = max(compute.unique(schools["school_year"]).to_pylist())
    with duckdb.connect() as connection:
        connection.register("schools", schools)
        rows = connection.sql(_FEATURES, params=[newest]).to_arrow_table()
    (folder / "geojson").mkdir()
    left_out = {}
    for place in ["us", *sorted(compute.unique(rows["place"]).to_pylist())]:
        mine = rows if place == "us" else rows.filter(compute.equal(rows["place"], place))
        features = mine.filter(compute.invert(mine["nowhere"]))["feature"].to_pylist()
        missing = mine.num_rows - len(features)
        head = f'{{"type":"FeatureCollection","school_year":"{newest}","schools_without_coordinates":{missing},"features":[\n'
        body = head + ",\n".join(features) + "\n]}\n"
        (folder / "geojson" / f"{place}.geojson").write_text(body, encoding="utf-8", newline="\n")
        left_out[f"geojson/{place}.geojson"] = missing
    return left_out
