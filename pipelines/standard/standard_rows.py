"""Rows on their way through the standard stage: prepared, their NCES ids read, noted, folded and handed on.

Holds what several standardisers share, and no rule that only one source has; state course files, which are many and
large, have their own (`course_rows.py`, `row_notes.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from pipelines.shared.findings import conform, empty_findings, file_finding, join_findings, row_findings
from pipelines.shared.records import Received, Standardised
from pipelines.shared.text import fold_spaces
from pipelines.standard.cells import pad_codes, per_value
from pipelines.standard.ids import repair_nces_ids, state_disagrees
from pipelines.standard.split import account_rows
from schemas.source_model import Source
from schemas.states import FIPS_STATE
from schemas.tables import table

STAGE = "standard"
NCES = "nces_school_id_given"

_NO_FINDINGS = empty_findings()


def prepare_rows(received: Received, source: Source, columns: Sequence[str]) -> pd.DataFrame:
    """The source's rows in the order of file and row: record_id, locators and those columns as tidy text.

    Spaces are folded and the source's marks for a missing value made null; a column that no file has is null.
    """
    rows = in_order(received.rows.reindex(columns=["file", "sheet", "row", *columns]))
    marks = ("", *source.missing)
    tidy = {name: per_value(rows[name], lambda text: _tidy(text, marks)) for name in columns}
    where = source.source + ":" + rows["file"].astype("str") + ":" + rows["row"].astype("str")
    front = {"record_id": where, "source": source.source, "file": rows["file"], "sheet": rows["sheet"].astype("str")}
    return pd.DataFrame({**front, "row": rows["row"].astype("Int64"), **tidy})


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows by file and row, numbered from 0. A source with one file has them in this order already."""
    if rows.empty:
        return rows.reset_index(drop=True)
    if not (rows["file"] == rows["file"].iloc[0]).all() or not rows["row"].is_monotonic_increasing:
        rows = rows.sort_values(["file", "row"], kind="stable")
    return rows.reset_index(drop=True)


def _tidy(text: pd.Series, marks: tuple[str, ...]) -> pd.Series:
    # Most cells are printable ASCII with single spaces inside; folding those again would cost a third of a survey.
    odd = text.str.contains(r"[^ -~]|^ | $|  ", regex=True, na=False)
    if odd.any():
        text = text.mask(odd, fold_spaces(text[odd]).reindex(text.index))
    return text.mask(text.isin([mark.strip() for mark in marks]))


def restricted_of(received: Received, columns: Sequence[str]) -> pd.DataFrame:
    """Those restricted columns as text, with the index of `prepare_rows`. Raises ValueError when rows are missing."""
    order = ["file", "row"]
    rows = received.rows[order].sort_values(order, kind="stable").reset_index(drop=True)
    found = received.restricted.reindex(columns=[*order, *columns]).sort_values(order, kind="stable", ignore_index=True)
    if not columns or received.restricted.empty:
        return pd.DataFrame(index=rows.index, columns=list(columns), dtype="str")
    if not found[order].equals(rows):
        raise ValueError(
            "received.restricted must hold the same files and rows as received.rows; read the source again"
        )
    return found[list(columns)].astype("str")


def withdrawn_files(received: Received, group: Callable[[str], str] | None = None) -> set[str]:
    """Files whose rows are left out: the received stage marked them superseded (schemas/columns: file_status).

    group: for a source whose files are lists of their own (the ledgers of two exams), the list that a file belongs to;
    then a full delivery replaces the earlier files of its own list only, whatever the received stage marked.
    """
    files = received.files
    if group is None:
        return set(files.loc[files["file_status"] == "superseded", "file"])
    read = files[files["file_status"].isin(["accepted", "superseded"])]
    repeated = read["sha256"].duplicated()
    gone = set(read.loc[repeated, "file"])
    earlier: dict[str, set[str]] = {}
    for file, delivery in read.loc[~repeated, ["file", "delivery"]].itertuples(index=False, name=None):
        before = earlier.setdefault(group(file), set())
        if delivery == "full":
            gone |= before
        before.add(file)
    return gone


def read_nces_ids(
    rows: pd.DataFrame, state: pd.Series | None, source: Source, school_year: str, *, can_do_without: pd.Series | bool
) -> tuple[pd.Series, pd.DataFrame]:
    """NCES ids after named repairs, with findings D01, D02, D03, D05 and D09.

    state: postal codes of the rows, None where the list has none. Where it is unknown, eleven digits get their zero
    back when the first two digits are then a state's code: the ids of these lists are keys of NCES, with no other
    reading (domain.md 6 and 8). can_do_without: rows with another identity; there an unreadable id is counted (warn)
    and left out, and the row goes on.
    """
    given = rows[NCES]
    known = pd.Series(pd.NA, index=rows.index, dtype="str") if state is None else state
    ids, fired = _repair_each_once(given, known, ("", *source.missing))
    parts = []
    for rule_id in fired.columns[fired.any()]:
        found = rows[fired[rule_id]]
        part = note(found, rule_id, school_year, column=NCES, values=given)
        if rule_id in ("D01", "D03"):
            spared = pd.Series(can_do_without, index=rows.index).loc[found.index].to_numpy()
            part["severity"] = part["severity"].mask(spared, "warn")
        parts.append(part)
    return ids, join_findings(parts) if parts else _NO_FINDINGS


def read_codes(rows: pd.DataFrame, column: str, school_year: str) -> tuple[pd.Series, list[pd.DataFrame]]:
    """School codes of six digits, with findings A01 (zeros put back) and A02 (unusable, then null)."""
    codes, padded, unusable = pad_codes(rows[column])
    told = (("A01", padded), ("A02", unusable))
    return codes, [note(rows[at], rule_id, school_year, column=column, values=rows[column]) for rule_id, at in told]


def _repair_each_once(given: pd.Series, state: pd.Series, missing: tuple[str, ...]) -> tuple[pd.Series, pd.DataFrame]:
    """`repair_nces_ids` on each different pair of id and state: a school's id stands in many answers."""
    codes, _ = pd.factorize(given + "|" + state.fillna(""))
    place = pd.Series(codes, index=given.index)
    firsts = place[place >= 0].drop_duplicates().index
    some, some_state = given[firsts], state[firsts]
    implied = ("0" + some).str[:2].map(FIPS_STATE).where(some.str.fullmatch(r"\d{11}", na=False))
    ids, fired = repair_nces_ids(some, some_state.where(some_state.notna(), implied), missing)
    fired["D05"] = state_disagrees(ids, some_state)
    # Codes are numbered in the order of first appearance, so the n-th repaired id belongs to code n.
    ids = ids.reset_index(drop=True).reindex(codes).set_axis(given.index)
    fired = fired.reset_index(drop=True).reindex(codes, fill_value=False).set_axis(given.index)
    return ids, fired


def note(
    rows: pd.DataFrame,
    rule_id: str,
    school_year: str,
    *,
    column: str | None = None,
    values: pd.Series | None = None,
    expected: str | None = None,
) -> pd.DataFrame:
    """One finding of the standard stage per row. `column` is our name; `hand_on` turns it into the file's."""
    if rows.empty:
        return _NO_FINDINGS
    return row_findings(
        rows, rule_id, stage=STAGE, school_year=school_year, column=column, values=values, expected=expected
    )


def note_per_file(rows: pd.DataFrame, rule_id: str, school_year: str, *, column: str) -> pd.DataFrame:
    """One finding per file, which says how many of these rows it stands for."""
    if rows.empty:
        return _NO_FINDINGS
    counts = rows.groupby(["source", "file"], sort=True).size()
    return join_findings(
        file_finding(
            rule_id, stage=STAGE, school_year=school_year, source=source, file=file, column=column, rows=int(count)
        )
        for (source, file), count in counts.items()
    )


def fold_repeats(rows: pd.DataFrame, key: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first row of each key with `source_rows`, the number of rows folded into it; and the others.

    `rows` stands in the order of file and row, as `prepare_rows` gives it.
    """
    size = rows.groupby(list(key), dropna=False, sort=False)["row"].transform("size")
    repeated = rows.duplicated(list(key))
    kept = rows[~repeated].assign(source_rows=size[~repeated].astype("Int64"))
    return kept, rows[repeated]


def hand_on(
    table_name: str,
    rows: pd.DataFrame,
    received: Received,
    school_year: str,
    *,
    findings: Iterable[pd.DataFrame],
    rejects: Iterable[pd.DataFrame],
    merged: pd.DataFrame,
    excluded: Sequence[pd.DataFrame],
    restricted: pd.DataFrame | None = None,
) -> Standardised:
    """The finished part of a table, in its declared columns and types, with its findings, rejects and row accounts.

    `rows` may stand several times for one source row (a cell that lists several courses); it is counted once.
    The store checks it against the declaration when it is written.
    """
    declared = table(table_name)
    out = rows.assign(school_year=school_year)
    out = conform(out[[name for name in declared.column_names if name in out]], table_name)
    set_aside = conform(pd.concat([conform(pd.DataFrame(), "rejects"), *rejects]), "rejects")
    accounts = account_rows(
        received,
        school_year,
        kept=rows[["file", "row"]].drop_duplicates(),
        rejects=pd.concat([received.rejects, set_aside]),
        merged=merged,
        excluded=excluded,
    )
    return Standardised(
        table=out,
        findings=_spell_columns(join_findings(findings), received.files),
        rejects=set_aside.sort_values(["source", "file", "row"], kind="stable").reset_index(drop=True),
        accounts=accounts,
        restricted=pd.DataFrame() if restricted is None else restricted,
    )


def _spell_columns(findings: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    """Findings with each column as its file spells it; our own name where the file has none."""
    spelled = {}
    for file, found in zip(files["file"], files["columns_found"], strict=True):
        for ours, theirs in json.loads(found).items() if pd.notna(found) else ():
            spelled[file, ours] = theirs if isinstance(theirs, str) else " / ".join(theirs)
    places = findings[["file", "column"]].drop_duplicates()
    named = [spelled.get(place, place[1]) for place in places.itertuples(index=False, name=None)]
    found = findings.merge(places.assign(named=pd.Series(named, index=places.index, dtype="str")), how="left")
    return findings.assign(column=found["named"].set_axis(findings.index))
