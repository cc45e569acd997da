"""`cleanup link`: matches any table of schools to a directory, without a run, and writes one answer per row.

Reads and writes files and says how it goes; which school a row means is found by pipelines/linked/match_schools.py.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
from python_calamine import CalamineError

from pipelines.linked.ladder import FEDERAL, order_schools
from pipelines.linked.match_other_names import COLUMNS as NAMES
from pipelines.linked.match_other_names import names_in_history
from pipelines.linked.match_schools import match_schools
from pipelines.linked.match_sides import COLUMNS
from pipelines.linked.scored import contradicted
from pipelines.season.steps.history import HISTORY
from pipelines.season.workspace import open_workspace
from pipelines.shared.school_year import parse_school_year
from pipelines.shared.text import blank_to_null, header_key
from schemas.states import STATES

ALSO_CALLED: dict[str, tuple[str, ...]] = {
    "record_id": ("id", "row_id", "rowid", "record"),
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
GIVEN = ("nces_school_id", "state_school_id")
"""Ids that records may give; the directory's own are looked up."""


@dataclass(frozen=True)
class Linked:
    """What was done: one row per record in the order of the file, the directory's size, columns used, names, seconds."""

    answers: pd.DataFrame
    schools: int
    columns: tuple[str, ...]
    seconds: float
    other_names: int = 0

    def count(self, decision: str) -> int:
        """Records with that decision."""
        return int((self.answers["decision"] == decision).sum())


def link_file(
    file: Path,
    *,
    directory: Path | None = None,
    directory_year: str = "",
    other_years: Sequence[Path] = (),
    data: str | None = None,
    out: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Linked:
    """Match each row of `file` to a school and write the answers to `out` (CSV), when given.

    The directory is `directory` (a table with an NCES id, state and school name), else table `nces_schools` of
    `directory_year` in the data folder. Names that the same NCES ids bear in other years are compared too: those of
    `other_years` (directory tables), and those that the data folder knows where it was asked for. Raises ValueError when a file or a needed column is missing.
    """
    started = time.monotonic()
    say = progress or (lambda _: None)
    say("reading files")
    records = _with_ids(_named(_read(file), ("state", "school_name"), file), file)
    schools = _directory(directory, directory_year, data)
    names = _other_names(other_years, data if directory is not None else data or "")
    answers = match_schools(records, schools, other_names=names, progress=say)
    answers = answers.set_index("record_id").loc[records["record_id"]].reset_index()
    answers = _given_ids(records, schools, answers, names)
    if out is not None:
        # Only what is accepted or worth a look is an answer; the id of a candidate that is neither would mislead.
        written = answers.assign(nces_id=answers["nces_id"].where(answers["decision"] != "none"))
        _write(written, out)
    used = tuple(c for c in (*COLUMNS, *GIVEN) if c in records and records[c].notna().any())
    return Linked(answers, len(schools), used, time.monotonic() - started, _that_differ(names, schools))


def _with_ids(records: pd.DataFrame, file: Path) -> pd.DataFrame:
    """Records with a record_id each: the file's own, else the number of the row. Raises ValueError where one is missing."""
    if "record_id" not in records:
        return records.assign(record_id=[str(n) for n in range(1, len(records) + 1)])
    blank, twice = records["record_id"].isna(), records["record_id"].duplicated()
    if blank.any():
        raise ValueError(
            f"{file.name}: record_id is blank in row {int(blank.to_numpy().argmax()) + 2}; give each row one, "
            "or leave the column out and rows are numbered"
        )
    if twice.any():
        raise ValueError(
            f"{file.name}: record_id {records.loc[twice, 'record_id'].iloc[0]!r} stands in more than one row; "
            "give each row an id of its own, or leave the column out and rows are numbered"
        )
    return records


def _given_ids(
    records: pd.DataFrame, schools: pd.DataFrame, answers: pd.DataFrame, names: pd.DataFrame
) -> pd.DataFrame:
    """Answers where an id that the file gives and the directory has goes first, unless name and place contradict it."""
    listed = order_schools(schools.rename(columns={"nces_id": "nces_school_id"}))
    by_nces, by_state = _found(records, listed)
    found = np.where(by_nces >= 0, by_nces, by_state)
    if (found < 0).all():
        return answers
    asked = records.reindex(columns=list(dict.fromkeys([*records.columns, "district_name", "city", "zip"])))
    doubtful = contradicted(asked, listed, found, ~((by_nces == by_state) & (by_nces >= 0)), names)
    located = listed["state"].to_numpy()[np.maximum(found, 0)]
    elsewhere = (found >= 0) & ~((located == records["state"]) | records["state"].isin(FEDERAL)).to_numpy()
    doubt = np.isin(np.arange(len(records)), doubtful.index) | elsewhere
    certain = (found >= 0) & ~doubt
    ids = listed["nces_school_id"].to_numpy(object)[np.maximum(found, 0)]
    word = np.where(by_nces >= 0, "NCES id given", "state id given")
    out = answers.copy()
    out.loc[certain, "nces_id"] = ids[certain]
    out.loc[certain, ["score", "decision"]] = [1.0, "auto"]
    out.loc[certain, "match_reason"] = word[certain]
    out.loc[certain, "candidates"] = None
    why = doubtful["why"].reindex(out.index).fillna("it lies in another state")
    said = pd.Series(word, index=out.index) + " is contradicted: " + why + "; " + out["match_reason"]
    out.loc[doubt, "match_reason"] = said[doubt]
    out.loc[doubt, "nces_id"] = out.loc[doubt, "nces_id"].fillna(pd.Series(ids, index=out.index)[doubt])
    out.loc[doubt, "decision"] = "review"
    # No answer that a person must look at stands above one that is automatic.
    out.loc[doubt, "score"] = out.loc[doubt, "score"].clip(upper=0.5)
    return out


def _found(records: pd.DataFrame, listed: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Position of the school that the given NCES id, and the one that the given state id, leads to; -1 without one."""
    nowhere = np.full(len(records), -1)
    by_nces = by_state = nowhere
    if "nces_school_id" in records:
        by_nces = pd.Index(listed["nces_school_id"]).get_indexer(records["nces_school_id"])
    if "state_school_id" in records and "state_school_id" in listed:
        known = listed[["state", "state_school_id"]].dropna().drop_duplicates(keep=False)
        index = pd.MultiIndex.from_frame(known)
        at = index.get_indexer(pd.MultiIndex.from_frame(records[["state", "state_school_id"]]))
        by_state = np.where(at >= 0, known.index.to_numpy()[at], -1) if len(known) else nowhere
    return by_nces, by_state


def _write(answers: pd.DataFrame, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    answers.to_csv(part, index=False, compression="gzip" if out.suffix == ".gz" else None)
    part.replace(out)


def run_link(
    file: Path,
    *,
    directory: Path | None,
    directory_year: str,
    other_years: Sequence[Path],
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
        other_years=other_years,
        data=data,
        out=out,
        progress=lambda step: warn(f"… {step}"),
    )
    n = max(len(done.answers), 1)
    echo(f"{len(done.answers):,} records against {done.schools:,} schools in {done.seconds:.1f} s")
    if done.other_names:
        echo(f"{done.other_names:,} schools are compared under their names of other years too")
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


def _other_names(files: Sequence[Path], data: str | None) -> pd.DataFrame:
    """Names that schools bear in other years: of directory files, and with `data` (blank: the usual folder) its history."""
    parts = [_named(_read(path), tuple(NAMES), path)[NAMES] for path in files]
    if data is not None:
        store = open_workspace(None, data or None).store
        parts += [names_in_history(store.read("school_history", year)) for year in store.years(*HISTORY)[-1:]]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=NAMES, dtype="str")


def _that_differ(names: pd.DataFrame, schools: pd.DataFrame) -> int:
    """How many schools bear another name in another year."""
    both = names.merge(schools[["nces_id", "school_name"]], on="nces_id", suffixes=("", "_now"))
    return int(both.loc[both["school_name"].str.lower() != both["school_name_now"].str.lower(), "nces_id"].nunique())


def _read(path: Path) -> pd.DataFrame:
    """A CSV, TSV (both also .gz), Parquet or Excel file as text; blank cells are null."""
    if not path.is_file():
        raise ValueError(f"there is no file at {path}; check the path")
    name = path.name.lower().removesuffix(".gz")
    try:
        if name.endswith(".parquet"):
            frame = parquet.read_table(path).to_pandas().astype("str")
        elif name.endswith((".xlsx", ".xls", ".xlsb", ".ods")):
            frame = pd.read_excel(path, dtype="str", keep_default_na=False, engine="calamine")
        elif name.endswith((".csv", ".tsv", ".txt")):
            frame = _read_text(path, "\t" if name.endswith(".tsv") else None)
        else:
            raise ValueError("it is no CSV, TSV, Parquet or Excel file; save it as CSV")
    except (ValueError, OSError, EOFError, CalamineError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from None
    return frame.astype("str").apply(blank_to_null)


def _read_text(path: Path, separator: str | None) -> pd.DataFrame:
    """A table of text. Without a separator, the one of , ; tab and | that the header has most of."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        head = file.readline()
    if not head.strip():
        raise ValueError("the file is empty; its first line must name the columns")
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    separator = separator or max(",;\t|", key=lambda sign: head.count(sign.encode()))
    for one in (encoding, "cp1252"):
        try:
            return pd.read_csv(path, dtype="str", keep_default_na=False, sep=separator, encoding=one)
        except UnicodeDecodeError:
            continue
    raise ValueError("its text is neither UTF-8 nor Windows text; save it as UTF-8")


def read_table(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    """A table of schools under our names of columns, as text; `needed` must be there. Raises ValueError in words."""
    return _named(_read(path), needed, path)


def _named(frame: pd.DataFrame, needed: tuple[str, ...], path: Path) -> pd.DataFrame:
    """The columns we know under our names; states as postal codes."""
    by_key = {header_key(str(c)).replace(" ", "_"): c for c in reversed(frame.columns)}
    found = {}
    given = "nces_id" not in needed  # of records the NCES id is something given, not the key
    for column, others in ALSO_CALLED.items():
        if given and column == "nces_id":
            continue
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
    if given:
        found |= {column: frame[by_key[column]] for column in GIVEN if column in by_key}
    elif "state_school_id" in by_key:
        found["state_school_id"] = frame[by_key["state_school_id"]]
    out = pd.DataFrame(found, index=frame.index)
    return out.assign(state=postal_codes(out["state"])) if "state" in out else out


def postal_codes(states: pd.Series) -> pd.Series:
    """Postal codes from codes or names in any case; what is neither stays as it is, in capitals."""
    names = {state.name.upper(): state.postal for state in STATES.values()}
    upper = states.str.strip().str.upper()
    return upper.replace(names).astype("str")
