"""A town that a list writes behind the school's name ("Elm Street School (Marlow)") becomes the record's city.

Moves words from one column to another; what a town is, is said by the directory of the record's state alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.linked.match_words import name_words, written

TAIL = r"^(?P<name>.*\S)(?:\s*[(\[](?P<bracket>[^()\[\]]+)[)\]]|\s*,\s*(?P<comma>[^,()]+)|\s+(?:in|at)\s+(?P<within>[^,()]+))\s*$"
"""A name and what follows it: in brackets, behind the last comma, or behind `in` or `at`."""


def with_cities_of_names(records: pd.DataFrame, directory: pd.DataFrame) -> pd.DataFrame:
    """Records without a city whose name ends in a town of the directory: that town as `city`, the rest as `school_name`.

    A record with that city loses it behind its name, too: "at" else would say that the school lies within another, and the
    High of High Point a level. A name that a school of the state bears as a whole stays as it is. Both frames have state, school_name and city as text.
    """
    names = records["school_name"]
    asked = names.str.contains(r"[)\],]| at ", case=False, na=False)
    asked |= records["city"].isna() & names.str.contains(" in ", case=False, regex=False, na=False)
    if not asked.any():
        return records
    tail = records.loc[asked, "school_name"].str.extract(TAIL, flags=2)
    town = tail["bracket"].fillna(tail["comma"]).fillna(tail["within"])
    town = town[town.notna()]
    listed = directory[directory["state"].isin(records["state"].loc[town.index].unique())]
    is_town = _known(records["state"].loc[town.index], town, listed["state"], listed["city"], _spelled)
    whole = records["school_name"].loc[town.index]
    is_name = _known(records["state"].loc[town.index], whole, listed["state"], listed["school_name"], _letters)
    own = records["city"].loc[town.index]
    elsewhere = own.notna().to_numpy() & (np.array(_spelled(own), object) != np.array(_spelled(town), object))
    town = town[is_town & ~is_name & ~elsewhere]
    out = records.copy()
    out.loc[town.index, "city"] = town
    out.loc[town.index, "school_name"] = tail["name"].loc[town.index]
    return out


def _known(
    states: pd.Series,
    texts: pd.Series,
    listed_states: pd.Series,
    listed: pd.Series,
    key: Callable[[pd.Series], list[str | None]],
) -> pd.Series:
    """Whether each text has the key of one of the listed texts of its state."""
    known = set(zip(listed_states, key(listed), strict=True))
    found = [pair in known for pair in zip(states, key(texts), strict=True)]
    return pd.Series(found, index=texts.index, dtype=bool)


def _letters(texts: pd.Series) -> list[str | None]:
    """Letters and digits only; whole names are so many that more of a key would cost a second."""
    values = pa.array(texts.to_numpy(object), pa.large_string(), from_pandas=True)
    return pc.replace_substring_regex(pc.utf8_lower(values), r"[^\p{L}\p{N}]+", "").to_pylist()


def _spelled(texts: pd.Series) -> list[str | None]:
    """In one spelling: Saint and St. are one town."""
    distinct = pd.Series(texts.dropna().unique(), dtype="str")
    spelled = dict(zip(distinct, written(name_words(distinct)), strict=True))
    return [spelled.get(text) for text in texts]
