"""`cleanup link`: matches any table of schools to a directory, without a run, and writes one answer per row.

Reads and writes files and says how it goes; which school a row means is found by pipelines/linked/match_schools.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.linked.match_schools import match_schools
from pipelines.linked.match_sides import COLUMNS
from pipelines.season.workspace import open_workspace
from pipelines.shared.school_year import parse_school_year
from pipelines.shared.text import blank_to_null, header_key
from schemas.states import STATES

ALSO_CALLED: dict[str, tuple[str, ...]] = {
    "record_id": ("id", "row_id"),
    "nces_id": ("nces_school_id", "ncessch", "nces school id", "ppin", "school_id_nces"),
    "state": ("state_code", "state_abbr", "st", "stabbr", "lstate", "school_state", "mstate"),
    "school_name": ("school", "name", "sch_name", "schnam", "pinst", "school name"),
    "district_name": ("district", "lea_name", "leanm", "agency", "agency_name", "district name", "lea"),
    "city": ("town", "lcity", "mcity", "school_city", "pcity", "location_city"),
    "county": ("county_name", "conam", "nmcnty", "pcntnm"),
    "street": ("address", "street_address", "lstreet1", "lstreet", "school_address", "paddrs", "address1"),
    "zip": ("zip_code", "zipcode", "zip code", "lzip", "mzip", "pzip", "postal_code", "school_zip"),
    "grade_low": ("low_grade", "gslo", "grade_from", "lowest_grade"),
    "grade_high": ("high_grade", "gshi", "grade_to", "highest_grade"),
    "level_hint": ("level", "school_level"),
    "sector": ("public_private",),
    "latitude": ("lat",),
    "longitude": ("lon", "lng", "long"),
}
"""Other names of a column, as `header_key` writes them with spaces or underscores."""


@dataclass(frozen=True)
class Linked:
    """What was done: one row per record in the order of the file, the directory's size, columns used, and seconds."""

    answers: pd.DataFrame
    schools: int
    columns: tuple[str, ...]
    seconds: float

    def count(self, decision: str) -> int:
        """Records with that decision."""
        return int((self.answers["decision"] == decision).sum())


def link_file(
    file: Path,
    *,
    directory: Path | None = None,
    directory_year: str = "",
    data: str | None = None,
    out: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Linked:
    """Match each row of `file` to a school and write the answers to `out` (CSV), when given.

    The directory is `directory` (a table with an NCES id, state and school name), else table `nces_schools` of
    `directory_year` in the data folder. Raises ValueError when a file or a needed column is missing.
    """
    started = time.monotonic()
    say = progress or (lambda _: None)
    say("reading files")
    records = _named(_read(file), ("state", "school_name"), file)
    if "record_id" not in records:
        records = records.assign(record_id=[str(n) for n in range(1, len(records) + 1)])
    blank = records["record_id"].isna()
    if blank.any():
        raise ValueError(
            f"{file.name}: record_id is blank in row {int(blank.to_numpy().argmax()) + 2}; give each row one"
        )
    schools = _directory(directory, directory_year, data)
    answers = match_schools(records, schools, progress=say)
    answers = answers.set_index("record_id").loc[records["record_id"]].reset_index()
    if out is not None:
        # Only what is accepted or worth a look is an answer; the id of a candidate that is neither would mislead.
        written = answers.assign(nces_id=answers["nces_id"].where(answers["decision"] != "none"))
        written.to_csv(out, index=False)
    used = tuple(c for c in COLUMNS if c in records and records[c].notna().any())
    return Linked(answers, len(schools), used, time.monotonic() - started)


def run_link(
    file: Path,
    *,
    directory: Path | None,
    directory_year: str,
    data: str | None,
    out: Path,
    echo: Callable[[str], None],
    warn: Callable[[str], None],
) -> int:
    """`cleanup link`: match, write, and say counts and time. Returns the exit code."""
    done = link_file(
        file,
        directory=directory,
        directory_year=directory_year,
        data=data,
        out=out,
        progress=lambda step: warn(f"… {step}"),
    )
    n = max(len(done.answers), 1)
    echo(f"{len(done.answers):,} records against {done.schools:,} schools in {done.seconds:.1f} s")
    echo(f"compared by {', '.join(done.columns)}")
    for decision, words in (("auto", "matched"), ("review", "for a person to look at"), ("none", "no school found")):
        echo(f"{done.count(decision):>9,}  {done.count(decision) / n:6.1%}  {words}")
    echo(f"written to {out}")
    return 0


def _directory(path: Path | None, year: str, data: str | None) -> pd.DataFrame:
    if path is not None:
        return _named(_read(path), ("nces_id", "state", "school_name"), path)
    if not year:
        raise ValueError("say which directory: --directory-year 2019-20 (of the data folder) or --directory FILE")
    school_year = parse_school_year(year)
    store = open_workspace(None, data).store
    if not store.exists("standard", "nces_schools", school_year):
        known = ", ".join(store.years("standard", "nces_schools")) or "none"
        raise ValueError(
            f"the data folder has no directory of {school_year} (it has: {known}); "
            f"make it with: cleanup run {school_year}, or name a file with --directory"
        )
    table = store.read("nces_schools", school_year)
    return _named(table.astype("str"), ("nces_id", "state", "school_name"), Path("nces_schools"))


def _read(path: Path) -> pd.DataFrame:
    """A CSV (also .gz, .tsv) or Parquet file as text; blank cells are null."""
    if not path.is_file():
        raise ValueError(f"there is no file at {path}; check the path")
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".parquet"):
        frame = pd.read_parquet(path).astype("str")
    elif name.endswith((".csv", ".tsv", ".txt")):
        sep = "\t" if name.endswith(".tsv") else ","
        try:
            frame = pd.read_csv(path, dtype="str", keep_default_na=False, sep=sep, encoding="utf-8-sig")
        except UnicodeDecodeError:
            frame = pd.read_csv(path, dtype="str", keep_default_na=False, sep=sep, encoding="cp1252")
    else:
        raise ValueError(f"{path.name} is neither CSV, TSV nor Parquet; save it as CSV")
    return frame.apply(blank_to_null)


def _named(frame: pd.DataFrame, needed: tuple[str, ...], path: Path) -> pd.DataFrame:
    """The columns we know under our names; states as postal codes."""
    by_key = {header_key(str(c)).replace(" ", "_"): c for c in reversed(frame.columns)}
    found = {}
    for column, others in ALSO_CALLED.items():
        for name in (column, *(o.replace(" ", "_") for o in others)):
            if name in by_key:
                found[column] = frame[by_key[name]]
                break
    missing = [column for column in needed if column not in found]
    if missing:
        raise ValueError(
            f"{path.name}: no column {missing[0]} (nor {', '.join(ALSO_CALLED[missing[0]][:3])}) among "
            f"{', '.join(map(str, frame.columns[:12]))}; rename the column"
        )
    return pd.DataFrame(found).assign(state=postal_codes(found["state"]))


def postal_codes(states: pd.Series) -> pd.Series:
    """Postal codes from codes or names in any case; what is neither stays as it is, in capitals."""
    names = {state.name.upper(): state.postal for state in STATES.values()}
    upper = states.str.strip().str.upper()
    return upper.replace(names).astype("str")
