"""Repairs of the ids that sources send, each by a named rule, for every part of the standard stage.

Decides nothing about rows (the caller does, from the rules that fired) and proves no id (the linked stage does).
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.text import blank_to_null, fold_spaces
from schemas.source_model import StateSchoolId
from schemas.states import FIPS_STATE

MISSING = ("", "unspecified", "Unspecifed", "?")
"""Marks for a missing id where the source's YAML names none of its own."""

NCES_RULES = ("D01", "D02", "D03", "D09")
STATE_RULES = ("S03", "S27", "S28", "D07")

_PUBLIC = r"\d{12}"
_PRIVATE = r"[0-9A-Z]{2}\d{6}"
_NUMBER_LIKE = r"\d+(?:[.,]\d+)?[eE]\+?\d+|\d+[.,]\d*"
_ROUNDED = r"\d{6,7}0{5}|\d*0{6}"
_ANY_STATE_ID = r"[A-Z]{2}-.+-.+"


def repair_nces_ids(
    given: pd.Series, state: pd.Series | str | None = None, missing: tuple[str, ...] = MISSING
) -> tuple[pd.Series, pd.DataFrame]:
    """NCES ids as text of 12 digits (public) or 8 characters (private), and the rules that fired.

    given: ids as text. state: postal code of each record, or of all; without it no zero is put back on 11 digits.
    Returns (ids, fired): ids is text, null where missing or beyond repair; fired is a flag per rule and row:
    D02 and D09 zeros put back, D03 a rounded or numeric id (never repaired), D01 anything else. A missing id fires none.
    Total, idempotent, one cell at a time. Source: validation-and-reliability.md A1, domain.md 15 (1, 2, 4).
    """
    text = blank_to_null(given, missing)
    states = _states(given, state)
    public = text.str.fullmatch(_PUBLIC, na=False)
    private = text.str.fullmatch(_PRIVATE, na=False)
    rounded = text.str.fullmatch(_NUMBER_LIKE, na=False) | text.str.fullmatch(_ROUNDED, na=False)
    rounded &= ~private

    padded = "0" + text
    short = text.str.fullmatch(r"\d{11}", na=False) & ~rounded
    proven = short & _fips_is_of(padded, states)

    # Six or seven digits may as well be the id of a district (LEAID) of the record's state: then nothing is put back.
    few = text.str.fullmatch(r"\d{6,7}", na=False) & ~rounded
    district = _fips_is_of(text.where(text.str.len() == 7, padded), states)
    private_short = few & ~district

    ids = text.where((public | private) & ~rounded)
    ids = ids.mask(proven, padded).mask(private_short, text.str.zfill(8))
    fired = pd.DataFrame(
        {"D01": text.notna() & ids.isna() & ~rounded, "D02": proven, "D03": rounded, "D09": private_short},
        index=given.index,
    ).astype(bool)
    return ids.astype("str"), fired


def state_disagrees(ids: pd.Series, state: pd.Series | str) -> pd.Series:
    """Flag per row: a repaired 12-digit NCES id carries the FIPS code of another state than the record's (rule D05).

    Ids of the Bureau of Indian Education and of the Department of Defense (58-63) fit any state: their schools are
    reported by the states too. Unknown (null) ids and states, and private ids, disagree with nothing.
    """
    states = _states(ids, state)
    public = ids.str.fullmatch(_PUBLIC, na=False)
    owner = ids.str[:2].map(FIPS_STATE)
    return (public & states.notna() & (owner != states) & ~owner.isin(["BI", "DD"])).astype(bool)


def repair_state_ids(
    given: pd.Series,
    state: pd.Series | str | None,
    rule: StateSchoolId | None = None,
    missing: tuple[str, ...] = MISSING,
) -> tuple[pd.Series, pd.DataFrame]:
    """The states' own school ids, spaces around dashes removed, and the rules that fired.

    given: ids as text, `FL-03-0491`. state: postal code of each record, or of all. rule: the state's shape, if known.
    Returns (ids, fired): ids is text, null where missing or of another state; fired is a flag per rule and row:
    S27 spaces removed, S03 another state's code in front (id null), D07 not the state's shape, S28 the school part does
    not begin with the district part though the state builds ids so. Total, idempotent, one cell at a time.
    Source: domain.md 5.4 and 15 (7). Spaces inside a part stay: Iowa's ids hold them.
    """
    text = blank_to_null(given, missing)
    tight = text.str.replace(r"\s*-\s*", "-", regex=True)
    states = _states(given, state)
    prefix = tight.str.extract(r"^([A-Za-z]{2})-", expand=False).str.upper()
    foreign = prefix.notna() & states.notna() & (prefix != states)
    ids = tight.mask(foreign)
    shaped = ids.str.fullmatch(rule.pattern if rule else _ANY_STATE_ID, na=False)
    fired = pd.DataFrame(
        {
            "S03": foreign,
            "S27": text.notna() & (text != tight),
            "S28": _breaks_repetition(ids) if rule and rule.school_repeats_district else False,
            "D07": ids.notna() & ~shaped,
        },
        index=given.index,
    ).astype(bool)
    return ids.astype("str"), fired


def _breaks_repetition(ids: pd.Series) -> pd.Series:
    parts = ids.str.extract(r"^[A-Za-z]{2}-(?P<district>[^-]+)-(?P<school>.+)$")
    known = parts["district"].notna()
    pairs = zip(parts["district"].fillna(""), parts["school"].fillna(""), strict=True)
    repeats = pd.Series([school.startswith(district) for district, school in pairs], index=ids.index, dtype=bool)
    return known & ~repeats


def _fips_is_of(ids: pd.Series, states: pd.Series) -> pd.Series:
    return (ids.str[:2].map(FIPS_STATE) == states) & states.notna()


def _states(like: pd.Series, state: pd.Series | str | None) -> pd.Series:
    if isinstance(state, pd.Series):
        return fold_spaces(state).str.upper().reindex(like.index)
    return pd.Series(state, index=like.index, dtype="str")
