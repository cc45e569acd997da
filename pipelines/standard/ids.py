"""Repairs of the ids that sources send, each by a named rule, for every part of the standard stage.

Decides nothing about rows (the caller does, from the rules that fired) and proves no id (the linked stage does).
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pipelines.shared.text import blank_to_null, fold_spaces
from schemas.source_model import StateSchoolId
from schemas.states import FIPS_STATE

MISSING = ("", "unspecified", "Unspecifed", "?")
"""Marks for a missing id where the source's YAML names none of its own."""

NCES_RULES = ("D01", "D02", "D03", "D09")
STATE_RULES = ("S03", "S27", "S28", "D07")

_PUBLIC_ID = re.compile(r"\d{12}", re.ASCII)
_PRIVATE_ID = re.compile(r"[0-9A-Z]{2}\d{6}", re.ASCII)
_ROUNDED_ID = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+|\d+[.,]\d*|\d{6,7}0{5}|\d*0{6}", re.ASCII)
_ANY_STATE_ID = r"[A-Z]{2}-.+-.+"
_DASHES = re.compile(r"\s*-\s*")
_PREFIX = re.compile(r"([A-Za-z]{2})-")
_PARTS = re.compile(r"[A-Za-z]{2}-([^-]+)-(.+)")


def repair_nces_id(text: str, state: str | None) -> tuple[str | None, str]:
    """The id in a tidy cell, null when beyond repair; and the rule that fired, empty when none did.

    state: postal code of the record; without it no zero is put back on 11 digits. Rules: D02 and D09 zeros put back,
    D03 a rounded or numeric id (never repaired), D01 anything else.
    Source: validation-and-reliability.md A1, domain.md 15 (1, 2, 4).
    """
    if _PRIVATE_ID.fullmatch(text):
        return text, ""
    if _ROUNDED_ID.fullmatch(text):
        return None, "D03"
    if _PUBLIC_ID.fullmatch(text):
        return text, ""
    if not (text.isascii() and text.isdigit()):
        return None, "D01"
    if len(text) == 11 and state and FIPS_STATE.get(("0" + text)[:2]) == state:
        return "0" + text, "D02"
    # Six or seven digits may as well be the id of a district (LEAID) of the record's state: then nothing is put back.
    if len(text) in (6, 7) and (not state or FIPS_STATE.get(text.zfill(7)[:2]) != state):
        return text.zfill(8), "D09"
    return None, "D01"


def repair_nces_ids(
    given: pd.Series, state: pd.Series | str | None = None, missing: tuple[str, ...] = MISSING
) -> tuple[pd.Series, pd.DataFrame]:
    """`repair_nces_id` for a column of ids as sent, with the state of each record or of all.

    Returns (ids, fired): ids is text, null where missing or beyond repair; fired is a flag per rule and row. A missing
    id fires none. Total, idempotent, one cell at a time.
    """
    text, states = blank_to_null(given, missing), _states(given, state)
    found = [
        (None, "") if cell is None else repair_nces_id(cell, owner)
        for cell, owner in zip(_plain(text), _plain(states), strict=True)
    ]
    ids = pd.Series([one for one, _ in found], index=given.index, dtype="str")
    rules = np.array([rule for _, rule in found], dtype=object)
    return ids, pd.DataFrame({rule: rules == rule for rule in NCES_RULES}, index=given.index)


def disagrees(nces_id: str | None, state: str | None) -> bool:
    """Whether a repaired 12-digit NCES id carries the FIPS code of another state than the record's (rule D05).

    Ids of the Bureau of Indian Education and of the Department of Defense (58-63) fit any state: their schools are
    reported by the states too. Unknown ids and states, and private ids, disagree with nothing.
    """
    if not nces_id or not state or not _PUBLIC_ID.fullmatch(nces_id):
        return False
    return FIPS_STATE.get(nces_id[:2]) not in (state, "BI", "DD")


def state_disagrees(ids: pd.Series, state: pd.Series | str) -> pd.Series:
    """`disagrees` for a column of ids, with the state of each record or of all."""
    pairs = zip(_plain(ids), _plain(_states(ids, state)), strict=True)
    return pd.Series([disagrees(one, owner) for one, owner in pairs], index=ids.index, dtype=bool)


def repair_state_id(
    text: str, state: str | None, rule: StateSchoolId | None = None
) -> tuple[str | None, frozenset[str]]:
    """A state's own school id in a tidy cell, without spaces around its dashes; null if another state's. And the rules.

    rule: the state's shape, if known. Rules: S27 spaces removed, S03 another state's code in front, D07 not the state's
    shape, S28 the school part does not begin with the district part though the state builds ids so. Spaces inside a part
    stay: Iowa's ids hold them. Source: domain.md 5.4 and 15 (7).
    """
    tight = _DASHES.sub("-", text)
    fired = {"S27"} if tight != text else set()
    prefix = _PREFIX.match(tight)
    if prefix and state and prefix[1].upper() != state:
        return None, frozenset(fired | {"S03"})
    shape = re.fullmatch(rule.pattern if rule else _ANY_STATE_ID, tight)
    if not shape:
        fired.add("D07")
    if rule and rule.school_repeats_district:
        named = shape is not None and "district" in shape.groupdict()
        parts = shape.group("district", "school") if shape and named else _split(tight)
        if parts and not parts[1].startswith(parts[0]):
            fired.add("S28")
    return tight, frozenset(fired)


def _split(state_id: str) -> tuple[str, str] | None:
    parts = _PARTS.fullmatch(state_id)
    return (parts[1], parts[2]) if parts else None


def repair_state_ids(
    given: pd.Series,
    state: pd.Series | str | None,
    rule: StateSchoolId | None = None,
) -> tuple[pd.Series, pd.DataFrame]:
    """`repair_state_id` for a column of ids as sent, with the state of each record or of all.

    Returns (ids, fired): ids is text, null where missing or of another state; fired is a flag per rule and row.
    Total, idempotent, one cell at a time.
    """
    text, states = blank_to_null(given, MISSING), _states(given, state)
    found = [
        (None, frozenset()) if cell is None else repair_state_id(cell, owner, rule)
        for cell, owner in zip(_plain(text), _plain(states), strict=True)
    ]
    ids = pd.Series([one for one, _ in found], index=given.index, dtype="str")
    return ids, pd.DataFrame({name: [name in rules for _, rules in found] for name in STATE_RULES}, index=given.index)


def _states(like: pd.Series, state: pd.Series | str | None) -> pd.Series:
    if isinstance(state, pd.Series):
        return fold_spaces(state).str.upper().reindex(like.index)
    return pd.Series(state, index=like.index, dtype="str")


def _plain(text: pd.Series) -> list[str | None]:
    return text.astype("object").where(text.notna(), None).tolist()
