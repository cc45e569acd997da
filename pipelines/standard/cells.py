"""Cells of surveys, ledgers and lists as people and spreadsheets write them: states, countries, codes, ZIPs, times, years.

Looks at one cell at a time, or at a cell and its state; knows no rows, no files and no findings.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from pipelines.shared.school_year import parse_school_year
from pipelines.shared.text import match_key
from schemas.states import STATES

_STATE_NAMES = {
    **{postal.casefold(): postal for postal in STATES},
    **{
        key: postal for postal, key in zip(STATES, match_key(pd.Series([s.name for s in STATES.values()])), strict=True)
    },
    "us virgin islands": "VI",
    "virgin islands": "VI",
    "washington dc": "DC",
    "washington d c": "DC",
    "d c": "DC",
}
_TERRITORIES = {key for key, postal in _STATE_NAMES.items() if postal in {"AS", "GU", "MP", "PR", "VI"}}
_UNITED_STATES = {"us", "usa", "u s", "u s a", "united states", "united states of america", *_TERRITORIES}
_ONE_ZERO = {"CT", "MA", "ME", "NH", "NJ", "RI", "VT", "PR", "VI"}
_TWO_ZEROS = {"PR", "VI"}


def per_value(text: pd.Series, function: Callable[[pd.Series], pd.Series], dtype: str = "str") -> pd.Series:
    """Apply a function of one cell at a time to the different values only: a column of choices has a handful.

    Null stays null. Raises ValueError when the function does not give one value for each.
    """
    codes, values = pd.factorize(text)
    if not len(values):
        return pd.Series(pd.NA, index=text.index, dtype=dtype)
    out = function(pd.Series(values, dtype="str"))
    if len(out) != len(values):
        raise ValueError("the function must give one value for each value it is given")
    return out.reset_index(drop=True).reindex(codes).set_axis(text.index).astype(dtype)


def read_states(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Postal codes from codes or names of states, in any letter case; and a flag for what is neither (then null)."""
    codes = per_value(text, lambda values: match_key(values).map(_STATE_NAMES).astype("str"))
    return codes, text.notna() & codes.isna()


def is_foreign(country: pd.Series) -> pd.Series:
    """Flag: a country is named and is not the United States or one of its territories. Blank is not foreign."""
    key = per_value(country, match_key)
    return key.notna() & ~key.isin(_UNITED_STATES)


def pad_codes(text: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """School codes of six digits; flags for codes whose lost zeros were put back, and for unusable ones (null).

    Blank, only zeros, letters and more than six digits are unusable (domain.md 8).
    """
    usable = text.str.fullmatch(r"\d{1,6}", na=False) & ~text.str.fullmatch(r"0+", na=False)
    padded = usable & (text.str.len() < 6)
    return text.str.zfill(6).where(usable), padded, ~usable


def read_zips(text: pd.Series, state: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Five-digit ZIP codes, and a flag for those that were repaired or cannot be read (then null).

    ZIP+4 is cut, which is no repair. Lost zeros are put back only where the state's codes start with them.
    """
    # Eight or seven digits without a dash are ZIP+4 codes whose first zeros are gone.
    digits = text.str.replace(r"\.0+$", "", regex=True).str.extract(r"^(\d{3,5})(?:[- ]?\d{4})?$", expand=False)
    length = digits.str.len()
    padded = ((length == 4) & state.isin(_ONE_ZERO)) | ((length == 3) & state.isin(_TWO_ZEROS))
    zips = digits.str.zfill(5).where(padded | (length == 5))
    return zips.astype("str"), text.notna() & (padded | zips.isna() | text.str.endswith(".0", na=False))


def read_times(text: pd.Series) -> pd.Series:
    """ISO date and time without a zone (UTC where the text names one); null for what is not a date.

    Read: 2018-09-12, 2018-09-12 14:03:22 UTC, 2018-09-12T14:03:22Z, and the American 9/12/2018 2:03 PM.
    """
    iso = text.str.removesuffix(" UTC").where(text.str.match(r"\d{4}-\d\d-\d\d", na=False))
    slashed = text.str.contains("/", regex=False, na=False)
    if slashed.any():
        iso = iso.mask(slashed, _american_times(text[slashed]).reindex(text.index))
    times = pd.to_datetime(iso, format="ISO8601", utc=True, errors="coerce")
    seconds = times.dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    return pd.Series(np.datetime_as_string(seconds), index=text.index, dtype="str").where(times.notna())


def _american_times(text: pd.Series) -> pd.Series:
    parts = text.str.extract(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?:,? (\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])[Mm])?)?$")
    hour = parts[3].fillna("0").astype("int64")
    half = parts[6].str.upper()
    hour = (hour % 12).where(half.notna(), hour) + 12 * half.eq("P")
    date = parts[2] + "-" + parts[0].str.zfill(2) + "-" + parts[1].str.zfill(2)
    return date + "T" + hour.astype("str").str.zfill(2) + ":" + parts[4].fillna("00") + ":" + parts[5].fillna("00")


def read_years(text: pd.Series) -> pd.Series:
    """School years as 2018-19 from any notation that `parse_school_year` knows; null for anything else."""
    return per_value(text, lambda values: values.map(_school_year).astype("str"))


def _school_year(text: str) -> str | None:
    try:
        return parse_school_year(text)
    except ValueError:
        return None


def start_year(times: pd.Series) -> pd.Series:
    """The year in which the school year of an ISO time starts (Int64); school years are taken to start on 1 July."""
    year, month = times.str[:4].astype("Int64"), times.str[5:7].astype("Int64")
    return year - (month < 7).astype("Int64")
