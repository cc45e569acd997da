"""Whether a file speaks of the state and the school year it was received for. Refuses whole files, never rows."""

from __future__ import annotations

import re

import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.received.refusal import Refused
from pipelines.shared.school_year import parse_school_year
from schemas.source_model import Source
from schemas.states import FIPS_STATE, STATES

_NAMED = re.compile(r"([A-Za-z]{2})[-_ ](20\d\d)[-_](20\d\d)(?!\d)")


def check_name(file: str, source: Source, file_year: str) -> None:
    """Refuse (F02) a file whose name begins with another state or school year, as GA-2017-2018.csv does."""
    named = _NAMED.match(file)
    if not named or not source.state or named[1].upper() not in STATES:
        return
    if named[1].upper() != source.state:
        raise Refused(
            "F02", f"the file's name says {STATES[named[1].upper()].name}; it was received for {_name(source.state)}"
        )
    try:
        year = parse_school_year(f"{named[2]}-{named[3]}")
    except ValueError:
        return
    if year != file_year:
        raise Refused("F02", f"the file's name says {year}; it was received for {file_year}")


def _name(state: str) -> str:
    return STATES[state].name if state in STATES else state


def check_state(rows: arrow.Table, source: Source) -> None:
    """Refuse (F02) when more rows name another state than name the source's.

    Looked at: the prefix of the state's school ids; where none has one, the first two digits of the NCES ids (an id
    of 11 digits has lost its leading zero).
    """
    if not source.state:
        return
    counts, what = _prefixes(rows), "state ids"
    if not counts:
        counts, what = _fips(rows), "NCES ids"
    if not counts:
        return
    most = sorted(state for state, count in counts.items() if count == max(counts.values()))
    if source.state not in most:
        raise Refused(
            "F02",
            f"{max(counts.values()):,} of {sum(counts.values()):,} {what} belong to {STATES[most[0]].name}; "
            f"the file was received for {_name(source.state)}",
        )


def _prefixes(rows: arrow.Table) -> dict[str, int]:
    if "state_school_id_given" not in rows.column_names:
        return {}
    ids = compute.utf8_ltrim_whitespace(rows["state_school_id_given"])
    dashed = ids.filter(compute.match_substring_regex(ids, r"^[A-Za-z]{2}\s*-"))
    counts = _counts(compute.utf8_upper(compute.utf8_slice_codeunits(dashed, 0, 2)))
    return {state: count for state, count in counts.items() if state in STATES}


def _fips(rows: arrow.Table) -> dict[str, int]:
    if "nces_school_id_given" not in rows.column_names:
        return {}
    ids = compute.utf8_trim_whitespace(rows["nces_school_id_given"])
    ids = ids.filter(compute.match_substring_regex(ids, r"^[0-9]{11,12}$"))
    codes = _counts(compute.utf8_slice_codeunits(compute.utf8_lpad(ids, width=12, padding="0"), 0, 2))
    found: dict[str, int] = {}
    for code, count in codes.items():
        if code in FIPS_STATE:
            found[FIPS_STATE[code]] = found.get(FIPS_STATE[code], 0) + count
    return found


def _counts(cells: arrow.ChunkedArray) -> dict[str, int]:
    return {entry["values"]: entry["counts"] for entry in compute.value_counts(cells.drop_null()).to_pylist()}


def check_year(rows: arrow.Table, year_column: str, file_year: str) -> None:
    """Refuse (S22) when more rows name another school year than the one the file was received for."""
    if not year_column or year_column not in rows.column_names:
        return
    by_year: dict[str, int] = {}
    for text, count in _counts(compute.utf8_trim_whitespace(rows[year_column])).items():
        try:
            year = parse_school_year(text)
        except ValueError:
            continue
        by_year[year] = by_year.get(year, 0) + count
    if not by_year:
        return
    most = max(sorted(by_year), key=lambda year: by_year[year])
    if by_year[most] > by_year.get(file_year, 0):
        raise Refused(
            "S22",
            f"{by_year[most]:,} of {sum(by_year.values()):,} rows speak of {most}; "
            f"the file was received for {file_year}",
        )
