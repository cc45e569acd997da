"""`README.md` of a release folder: which file is for whom, and what is not in it. Knows no figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

GUIDE = "page/use-the-data.html"


def release_readme(
    version: str,
    released_on: date,
    school_years: Sequence[str],
    without_coordinates: Mapping[str, int],
    *,
    has_extract: bool,
) -> str:
    """The text. `without_coordinates`: {GeoJSON file: schools it lacks}; `has_extract`: whether a .hyper file is there."""
    extract = (
        "`tableau/cs_access.hyper`: the same tables as a Tableau extract (school_cs_access is called `schools`)"
        if has_extract
        else "There is no Tableau extract in this release (the manifest says why); use the CSV or Parquet files"
    )
    missing = without_coordinates.get("geojson/us.geojson", 0)
    return "\n".join(
        [
            f"# cs-access {version}",
            "",
            f"Released {released_on.isoformat()}. School years {', '.join(school_years)}. Everything here is public "
            "(CC BY 4.0).",
            "",
            "| You use | Take |",
            "| --- | --- |",
            "| Excel | `excel/cs_access.xlsx`, or `excel/*.csv` (ids stay text) |",
            "| Python, R | `parquet/*.parquet`, or `csv/*.csv` with `datapackage.json` |",
            "| SQL | `cs_access.duckdb`: tables, and views named after questions |",
            "| Tableau | " + extract + " |",
            f"| Maps, GIS | `geojson/us.geojson` or one per state, school year {max(school_years)}; {missing:,} schools "
            "without coordinates are left out |",
            "",
            "Every column is explained in `dictionary.html` (also `.md` and `.csv`). `manifest.json` holds the hash of every",
            "file, the hashes of what it was made from, and the number of rows.",
            "",
            "Three things to know: `U` is unknown, never no. An empty cell is not known, never zero. Numbers of 1 to 9 people",
            "are hidden, and so are others that would give them away. How to read and use the figures, and how to ask for a",
            f"correction, is in `{GUIDE}`. The page itself is `page/index.html`: put this folder on any web server, or, where the",
            "project is installed, `cleanup serve`; opened by double-click a browser lets it read nothing. `report/report.html`",
            "opens by double-click.",
            "",
        ]
    )
