"""The shape in which every kind of evidence speaks: one row per school and kind, before any policy orders it.

Collects nothing and decides nothing; `evidence.py` collects, `decide.py` decides.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

SIGNAL_TYPES = {
    "school": "int64",
    "evidence_kind": "str",
    "outcome": "str",
    "records_yes": "Int64",
    "records_no": "Int64",
    "source": "str",
    "evidence_year": "str",
    "pointer": "str",
    "found": "str",
    "short": "str",
}
"""school: row number in the sorted directory. outcome: one of `policy_model.OUTCOMES`, null when the evidence says
nothing and `found` says why. found: what was found, in words. short: how a later rule names this one ("... comes first")."""


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: frame[name].astype(dtype) if name in frame else pd.Series(pd.NA, index=frame.index, dtype=dtype)
            for name, dtype in SIGNAL_TYPES.items()
        }
    )


def make_signals(evidence_kind: str, school_year: str, columns: pd.DataFrame) -> pd.DataFrame:
    """Signals of one kind. `columns` has `school` and any other signal column; what it leaves out becomes null.

    Evidence is of `school_year` unless `columns` says otherwise.
    """
    given = columns.assign(evidence_kind=evidence_kind)
    if "evidence_year" not in given:
        given["evidence_year"] = school_year
    return _typed(given)


NO_SIGNALS = _typed(pd.DataFrame())
"""What a kind of evidence hands back when it speaks of no school."""


def join_signals(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All signals in one frame, ordered by school and then as the parts are; each part holds one kind of evidence.

    Raises ValueError when a kind speaks twice for a school.
    """
    spoken = [part for part in parts if not part.empty]
    twice = [part["evidence_kind"].iloc[0] for part in spoken if not part["school"].is_unique]
    if twice:
        raise ValueError(f"{', '.join(twice)} evidence speaks twice for one school; fold its records into one signal")
    if not spoken:
        return NO_SIGNALS.copy()
    frame = pd.concat(spoken, ignore_index=True)
    return frame.sort_values("school", kind="stable").reset_index(drop=True)


def words(text: np.ndarray | pd.Series, index: pd.Index) -> pd.Series:
    """An array of texts as a text column, so that texts can be added."""
    return pd.Series(text, index=index, dtype="str")


def plural(count: pd.Series, one: str, many: str) -> pd.Series:
    """The count and its noun: "1 course", "2 courses"."""
    return count.astype("str") + " " + words(np.where(count.to_numpy() == 1, one, many), count.index)
