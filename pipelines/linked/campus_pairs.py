"""Schools of two lists that bear one name, but for the level, at one place: how merged and split schools are found.

Schools that were only renumbered are paired before, by `school_pairs`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.linked.pair_candidates import keys_of, positions_with
from pipelines.linked.school_keys import one_campus_name
from pipelines.shared.text import is_among


def campus_pairs(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Pairs of schools of two lists that bear one name, but for the level, at one place: positions `was` and `now`.

    For schools that merged or split: a middle school that is gone, and the high school of its name at its address.
    """
    if not was.empty and not now.empty:
        was, now = _near_each_other(was.reset_index(drop=True), now.reset_index(drop=True))
    if was.empty or now.empty:
        return pd.DataFrame({"was": pd.Series(dtype="int64"), "now": pd.Series(dtype="int64")})
    before, after = keys_of(was), keys_of(now)
    blocks = [
        [(before.street, after.street), (was["zip"], now["zip"])],
        [(before.street, after.street), (before.city, after.city), (was["state"], now["state"])],
    ]
    pairs = pd.concat([positions_with(columns) for columns in blocks], ignore_index=True).drop_duplicates()
    names = zip(
        before.words.to_numpy(object)[pairs["gone"]],
        after.words.to_numpy(object)[pairs["come"]],
        after.district.to_numpy(object)[pairs["come"]],
        strict=True,
    )
    one_name = np.array([one_campus_name(*(_text(name) for name in row)) for row in names], dtype=bool)
    found = pairs[one_name]
    places = {"was": was.index.to_numpy()[found["gone"]], "now": now.index.to_numpy()[found["come"]]}
    return pd.DataFrame(places).sort_values(["was", "now"]).reset_index(drop=True)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _near_each_other(was: pd.DataFrame, now: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that have an address in a ZIP code or city of the other side: only they are put into comparable form."""
    marks = []
    for schools in (was, now):
        number = schools["street"].str.extract(r"(\d+)", expand=False)
        marks.append((schools["state"] + " " + number).where(schools["street"].notna()))
    return tuple(  # type: ignore[return-value]
        schools[is_among(own, other)] for schools, own, other in ((was, marks[0], marks[1]), (now, marks[1], marks[0]))
    )
