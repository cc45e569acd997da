"""What a new release would change for schools: answers, names, places, schools that come and go. Builds no release.

Also reads a release back. Why each changed is told in `causes.py`; the hash of a diff is what an approval is bound to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as arrow
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from pipelines.published.public_tables import published_tables
from pipelines.published.versions import list_releases

KEY = ["nces_school_id", "school_year"]
COLUMNS = [*KEY, "state", "school_name", "change", "was", "now"]
TOLD = ("cause", "detail")
"""What `causes.py` adds for everybody."""
ADDRESS = ["street", "city", "state", "zip"]
POSITION = ["latitude", "longitude"]


def read_release(folder: Path) -> dict[str, pd.DataFrame]:
    """{table: frame} of a release, from its Parquet files, with declared types. Raises FileNotFoundError without schools.

    A table that is younger than the release is left out. A column that the release has and today's declaration does not keeps the type it was stored with.
    """
    frames = {}
    for name, declared in published_tables().items():
        file = folder / "parquet" / f"{name}.parquet"
        if name != "school_cs_access" and not file.exists():
            continue
        data = parquet.read_table(file)
        types = declared.pandas_types
        frames[name] = data.to_pandas().astype({c: types[c] for c in data.column_names if c in types})
    return frames


def read_reports(data: Path) -> pd.DataFrame:
    """Table `access_report` of every release that was ever published, one below the other; empty when there is none."""
    parts = []
    for row in list_releases(data):
        file = data / "releases" / row["version"] / "parquet" / "access_report.parquet"
        if row["published"] and file.exists():
            parts.append(parquet.read_table(file).to_pandas())
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def diff_releases(old: Mapping[str, pd.DataFrame] | None, new: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Schools whose answer, name or place differs, one row per school, school year and change, in a fixed order.

    `old` and `new` are {table: frame} of whole releases; `old` is None before the first. Columns: nces_school_id,
    school_year, state, school_name (the new ones, else the old), change, was, now. A school year that only one release
    has is `new year` or `year gone` for all its schools; in years that both have, a school comes (`new school`) or
    goes (`gone`). `was` and `now` hold the answer, except for names and places; place is address and position. For a
    new year `was` is the last answer that the school had before it, null where it had none.
    """
    after = _schools(new["school_cs_access"])
    before = _schools(old["school_cs_access"]) if old else after.iloc[:0]
    both = before.merge(after, on=KEY, how="outer", suffixes=("_was", "_now"), indicator="side", validate="1:1")
    came, went = both["side"] == "right_only", both["side"] == "left_only"
    years_before, years_after = set(before["school_year"]), set(after["school_year"])
    stayed = both[~came & ~went]
    fresh = both[came & ~both["school_year"].isin(years_before)]
    parts = [
        _changed(both[came & both["school_year"].isin(years_before)], "new school", "teaches_cs"),
        _changed(_with_last_answer(fresh, before), "new year", "teaches_cs"),
        _changed(both[went & both["school_year"].isin(years_after)], "gone", "teaches_cs"),
        _changed(both[went & ~both["school_year"].isin(years_after)], "year gone", "teaches_cs"),
        _changed(stayed[_differ(stayed, ["teaches_cs"])], "answer", "teaches_cs"),
        _changed(stayed[_differ(stayed, ["school_name"])], "name", "school_name"),
        _moved(stayed[_differ(stayed, [*ADDRESS, *POSITION])]),
    ]
    found = pd.concat(parts, ignore_index=True).astype("str")
    return found.sort_values([*KEY, "change"], kind="stable").reset_index(drop=True)


def diff_hash(diff: pd.DataFrame) -> str:
    """sha256 of the diff as CSV, causes included; the same changes give the same hash, in whatever order they are listed."""
    columns = [name for name in (*COLUMNS, *TOLD) if name in diff]
    ordered = diff[columns].sort_values([*KEY, "change"], kind="stable")
    schema = arrow.schema([arrow.field(name, arrow.string()) for name in columns])
    sink = arrow.BufferOutputStream()
    csv.write_csv(arrow.Table.from_pandas(ordered, schema=schema, preserve_index=False), sink)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def changed_schools(diff: pd.DataFrame) -> int:
    """How many schools differ in a school year that both releases have."""
    return int(diff.loc[~diff["change"].isin(["new year", "year gone"]), "nces_school_id"].nunique())


def _with_last_answer(fresh: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    last = before.sort_values("school_year", kind="stable").drop_duplicates("nces_school_id", keep="last")
    last = last.set_index("nces_school_id")[["teaches_cs", "school_year"]].add_suffix("_last")
    known = fresh.join(last, on="nces_school_id")
    earlier = (known["school_year_last"] < known["school_year"]).fillna(False).astype(bool)
    return known.assign(teaches_cs_was=known["teaches_cs_last"].where(earlier))


def _schools(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[*KEY, "school_name", *ADDRESS, *POSITION, "teaches_cs"]]


def _differ(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Whether any of the columns differs; null equals null."""
    differs = pd.Series(False, index=rows.index)
    for column in columns:
        was, now = rows[f"{column}_was"], rows[f"{column}_now"]
        same = (was == now).fillna(False).astype(bool) | (was.isna() & now.isna())
        differs |= ~same
    return differs


def _changed(rows: pd.DataFrame, change: str, column: str) -> pd.DataFrame:
    out = rows[KEY].copy()
    for name in ("state", "school_name"):
        out[name] = rows[f"{name}_now"].fillna(rows[f"{name}_was"])
    out["change"] = change
    out["was"], out["now"] = rows[f"{column}_was"], rows[f"{column}_now"]
    return out[COLUMNS]


def _moved(rows: pd.DataFrame) -> pd.DataFrame:
    placed = {f"place_{side}": _place(rows, side) for side in ("was", "now")}
    return _changed(rows.assign(**placed), "place", "place")


def _place(rows: pd.DataFrame, side: str) -> pd.Series:
    """Address and position as one text, for example `12 Oak St, Tampa, FL, 33601 (27.9, -82.4)`; unknown parts are ?."""
    parts = {c: rows[f"{c}_{side}"].astype("str").fillna("?") for c in (*ADDRESS, *POSITION)}
    address = parts[ADDRESS[0]].str.cat([parts[c] for c in ADDRESS[1:]], sep=", ")
    return address + " (" + parts["latitude"] + ", " + parts["longitude"] + ")"
