"""`report/` of a release: the access report of each school year on one page that works offline and prints. Computes no figure.

`report.html` is the last year, `report-2017-18.html` an earlier one. Every figure leads to its schools: a click lists them, a second opens the school on the page of the release.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.published.page_columns import numbers, to_json
from pipelines.published.report_charts import draw_svgs, range_chart, years_chart
from pipelines.published.report_links import address, sources_address
from pipelines.published.report_schools import IN_REPORT, group_codes, group_name, latest_years
from schemas.metrics import GROUP_KIND_WORDS, GROUP_KINDS, METRICS, RACE_WORDS, STUDENT_GROUPS
from schemas.states import STATES
from schemas.verdicts import CODES, WORDS

SOURCE = Path(__file__).parents[2] / "report"
FILE = "report.html"
CHARTED = ("locale", "size", "title_i", "frl_quartile", "charter")
PARITY_GROUPS = ("race", "gender", "lunch", "special_education", "english_learner", "section_504")


def write_report(folder: Path, tables: Mapping[str, pd.DataFrame], version: str, released_on: date) -> None:
    """Write a page for each school year below `folder`. tables: the public tables of the release, all years. The same
    tables give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for year, name in report_files(tables).items():
        (folder / name).write_text(report_html(tables, version, released_on, year), encoding="utf-8", newline="\n")


def report_files(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """School year -> name of its page; the last year is `report.html`."""
    years = sorted(str(year) for year in tables["access_report"]["school_year"].unique())
    return {year: FILE if year == years[-1] else f"report-{year}.html" for year in years}


def report_html(tables: Mapping[str, pd.DataFrame], version: str, released_on: date, school_year: str = "") -> str:
    """The page as text, for a school year of the release (the last, when none is said) and the years before it."""
    files = report_files(tables)
    year = school_year or max(files)
    report, schools = tables["access_report"], tables["school_cs_access"]
    report = report[report["school_year"] <= year]
    now = report[report["school_year"] == year]
    nation = now[now["place_kind"] == "nation"]
    states = now[(now["place_kind"] == "state") & (now["group_kind"] == "all")].sort_values("place_name", kind="stable")
    trend = report[(report["place_kind"] == "nation") & (report["group_kind"] == "all")]
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(SOURCE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"percent": percent, "span": span, "number": number, "address": address}
    return environment.get_template("report.html.j2").render(
        version=version,
        released_on=released_on.isoformat(),
        year=year,
        files=files,
        metrics=METRICS,
        kind_words=GROUP_KIND_WORDS,
        style=Markup((SOURCE / "report.css").read_text(encoding="utf-8")),
        script=Markup((SOURCE / "report.js").read_text(encoding="utf-8")),
        heads={metric: _one(nation, metric) for metric in ("offering", "access", "participation", "offering_change")},
        trend=_rows(trend[trend["metric"] == "offering"].sort_values("school_year")),
        states=_rows(states[(states["metric"] == "offering") & (states["denominator"] + states["unknown"] > 0)]),
        groups=[(kind, GROUP_KIND_WORDS[kind], _rows(_group(nation, kind, "offering"))) for kind in GROUP_KIND_WORDS],
        race=_rows(nation[(nation["metric"] == "access") & (nation["group_kind"] == "race")]),
        parity=_parity(nation),
        by_state=_by_state(now),
        participation=_rows(
            states[(states["metric"] == "participation") & states["lower"].notna()]
        ),
        charts=_charts(nation, states, trend),
        schools=Markup(schools_json(schools, year, files)),
        sources_address=sources_address,
        sources=_reported(tables["sources"], year),
    )  # fmt: skip


def schools_json(schools: pd.DataFrame, school_year: str, files: Mapping[str, str]) -> str:
    """The schools of the report as columns, for the lists behind the figures; safe inside a script element.

    files: the pages of all years, since a figure of another year has its list on the page of that year.
    """
    inside = schools[schools["in_access_report"].fillna(False).astype(bool) & schools["state"].isin(IN_REPORT)]
    years = {str(year): rows for year, rows in inside.groupby("school_year")}
    latest = latest_years(years, school_year)
    kept = inside[(inside["school_year"] == school_year) | (inside["state"].map(latest) == inside["school_year"])]
    kept = kept.sort_values(["state", "school_name", "nces_school_id", "school_year"], kind="stable")
    codes = group_codes(kept)
    columns: dict[str, Any] = {
        "id": kept["nces_school_id"].tolist(),
        "name": kept["school_name"].tolist(),
        "city": kept["city"].fillna("").tolist(),
        "state": kept["state"].tolist(),
        "answer": kept["teaches_cs"].tolist(),
        "pooled": (kept["state"].map(latest) == kept["school_year"]).astype(int).tolist(),
        "now": (kept["school_year"] == school_year).astype(int).tolist(),
        "year": kept["school_year"].tolist(),
    }
    groups = {kind: [group_name(kind, c) for c in range(len(GROUP_KINDS[kind]) + 1)] for kind in GROUP_KIND_WORDS}
    counted = ("total", *RACE_WORDS)
    data = {
        "school_year": school_year,
        "files": dict(files),
        "columns": columns,
        "students": {who: numbers(kept[f"students_{who}"].astype("Int64")) for who in counted},
        "races": RACE_WORDS,
        "kinds": GROUP_KIND_WORDS,
        "states": {state: STATES[state].name for state in sorted(IN_REPORT)},
        "codes": {kind: codes[kind].tolist() for kind in GROUP_KIND_WORDS},
        "groups": groups,
        "words": {code: WORDS[code] for code in CODES},
    }
    return to_json(data).decode()


def percent(value: Any, digits: int = 0) -> str:
    """`53 %`; `no data` for null, never 0."""
    return "no data" if _null(value) else f"{value:.{digits}f} %"


def span(low: Any, high: Any, digits: int = 0) -> str:
    """`41 to 60 %`, rounded outwards; one number where both are the same; empty when both are null."""
    if _null(low) or _null(high):
        return ""
    factor = 10**digits
    floor, ceiling = int(low * factor // 1) / factor, -int(-high * factor // 1) / factor
    return f"{low:.{digits}f} %" if low == high else f"{floor:.{digits}f} to {ceiling:.{digits}f} %"


def number(value: Any) -> str:
    """`1,234`; nothing for null."""
    return "" if _null(value) else f"{int(value):,}"


def _null(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{key: None if pd.isna(cell) else cell for key, cell in row.items()} for row in frame.to_dict("records")]


def _one(rows: pd.DataFrame, metric: str) -> dict[str, Any] | None:
    found = _rows(rows[(rows["metric"] == metric) & (rows["group_kind"] == "all")])
    return found[0] if found else None


def _group(rows: pd.DataFrame, kind: str, metric: str) -> pd.DataFrame:
    found = rows[(rows["group_kind"] == kind) & (rows["metric"] == metric)]
    order = {group_name(kind, code): code for code in range(len(GROUP_KINDS[kind]) + 1)}
    return found.sort_values("group", key=lambda names: names.map(order), kind="stable")


def _parity(nation: pd.DataFrame) -> list[dict[str, Any]]:
    """A row per group of students: shares and parity, of all courses and of AP."""
    of = {(r["metric"], r["group"]): r for r in _rows(nation)}
    names = ("enrolled_share", "population_share", "parity", "ap_enrolled_share", "ap_parity")
    return [
        {"group": group, **{name: of.get((name, group)) for name in names}}
        for kind in PARITY_GROUPS
        for group in STUDENT_GROUPS[kind]
    ]


def _by_state(now: pd.DataFrame) -> list[dict[str, Any]]:
    """Per state with a school: its figures by group and by race."""
    rows = now[(now["place_kind"] == "state") & (now["denominator"].fillna(0) + now["unknown"].fillna(0) > 0)]
    out = []
    for state, found in rows.groupby("place_id", sort=True):
        access = {(r["group_kind"], r["group"]): r for r in _rows(found[found["metric"] == "access"])}
        groups = [(kind, row) for kind in GROUP_KIND_WORDS for row in _rows(_group(found, kind, "offering"))]
        race = [access[("race", word)] for word in RACE_WORDS.values() if ("race", word) in access]
        out.append({"id": state, "name": STATES[str(state)].name, "groups": groups, "race": race})
    return sorted(out, key=lambda entry: entry["name"])


def _reported(sources: pd.DataFrame, year: str) -> dict[str, int]:
    counts = sources[sources["school_year"] == year]["report_status"].value_counts()
    return {str(status): int(counts[status]) for status in sorted(counts.index)}


def charts_of(report: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """The two pictures that the Dagster UI shows, as Vega-Lite, of one year's table."""
    nation = report[report["place_kind"] == "nation"]
    states = report[(report["place_kind"] == "state") & (report["group_kind"] == "all")]
    return {"states": _states_chart(states), "groups": _groups_chart(nation)}


def _states_chart(states: pd.DataFrame) -> dict[str, Any]:
    rows = states[(states["metric"] == "offering") & states["lower"].notna()]
    rows = rows.assign(label=rows["place_name"]).sort_values(["place_name"], kind="stable")
    return range_chart(rows, "percent of schools", top=100)


def _groups_chart(nation: pd.DataFrame) -> dict[str, Any]:
    parts = [
        _group(nation, kind, "offering").assign(label=lambda f, k=kind: GROUP_KIND_WORDS[k] + ": " + f["group"])
        for kind in CHARTED
    ]
    rows = pd.concat(parts)
    return range_chart(rows[rows["lower"].notna()], "percent of schools", top=100)


def _charts(nation: pd.DataFrame, states: pd.DataFrame, trend: pd.DataFrame) -> dict[str, Any]:
    race = nation[(nation["metric"] == "access") & (nation["group_kind"] == "race") & nation["lower"].notna()]
    parity = nation[(nation["metric"] == "parity") & nation["figure"].notna()]
    specs = {
        "years": (years_chart(trend[trend["metric"] == "offering"].sort_values("school_year")), "Schools that offer computer science by school year"),
        "states": (_states_chart(states), "Schools that offer computer science by state"),
        "groups": (_groups_chart(nation), "Schools that offer computer science by group of schools"),
        "race": (range_chart(race.assign(label=race["group"]), "percent of students", top=100), "Students with access by race and ethnicity"),
    }  # fmt: skip
    if len(parity):
        spec = range_chart(parity.assign(label=parity["group"]), "parity", reference=1.0, top=2.5)
        specs["parity"] = (spec, "Parity of those enrolled by group of students")
    from markupsafe import Markup

    described = "Blue dot: the figure of the schools with an answer. Grey bar: what the unknown schools allow. Blue bar and black diamond: the estimate with its 90 percent interval. The table below has every number."
    return {name: Markup(drawn) for name, drawn in draw_svgs(specs, described).items()}
