"""Whether a file speaks of the state and the school year it was received for. Refuses whole files, never rows."""

from __future__ import annotations

import pandas as pd

from pipelines.received.refusal import Refused
from pipelines.shared.school_year import parse_school_year
from schemas.source_model import Source
from schemas.states import FIPS_STATE, STATES


def check_state(rows: pd.DataFrame, source: Source) -> None:
    """Refuse (F02) when more rows name another state than name the source's.

    Looked at: the prefix of the state's school ids; where none has one, the first two digits of the NCES ids (an id
    of 11 digits has lost its leading zero).
    """
    if not source.state:
        return
    named, what = _prefixes(rows), "state ids"
    if named.empty:
        named, what = _fips(rows), "NCES ids"
    if named.empty:
        return
    counts = named.value_counts()
    most = sorted(counts[counts == counts.max()].index)
    if source.state not in most:
        raise Refused(
            "F02",
            f"{counts.max():,} of {len(named):,} {what} belong to {STATES[most[0]].name}; "
            f"the file was received for {STATES[source.state].name if source.state in STATES else source.state}",
            column=None,
        )


def _prefixes(rows: pd.DataFrame) -> pd.Series:
    if "state_school_id_given" not in rows:
        return pd.Series(dtype="str")
    found = rows["state_school_id_given"].str.extract(r"^\s*([A-Za-z]{2})\s*-", expand=False).str.upper()
    return found[found.isin(list(STATES))]


def _fips(rows: pd.DataFrame) -> pd.Series:
    if "nces_school_id_given" not in rows:
        return pd.Series(dtype="str")
    ids = rows["nces_school_id_given"].str.strip()
    ids = ids[ids.str.fullmatch(r"\d{11,12}").fillna(False).astype("bool")].str.zfill(12)
    return ids.str[:2].map(FIPS_STATE).dropna()


def check_year(rows: pd.DataFrame, year_column: str, file_year: str) -> None:
    """Refuse (S22) when more rows name another school year than the one the file was received for."""
    if not year_column or year_column not in rows:
        return
    counts = rows[year_column].dropna().str.strip().value_counts()
    by_year: dict[str, int] = {}
    for text, count in counts.items():
        try:
            year = parse_school_year(str(text))
        except ValueError:
            continue
        by_year[year] = by_year.get(year, 0) + int(count)
    if not by_year:
        return
    most = max(sorted(by_year), key=lambda year: by_year[year])
    if by_year[most] > by_year.get(file_year, 0):
        raise Refused(
            "S22",
            f"{by_year[most]:,} of {sum(by_year.values()):,} rows speak of {most}; "
            f"the file was received for {file_year}",
        )
