"""Names that a school bears in the lists of other years: each is one more row to compare a record with.

Adds rows and brings the answers to them back to the one school; what a name is worth is said by the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.linked.names import school_name_key

OTHER_NAME = -1.0
"""Log-odds that a pair loses when only a name of another year fits: the school has given that name up, or not yet taken it."""


COLUMNS = ["nces_id", "school_name"]
"""Columns of a table of other names."""


@dataclass(frozen=True)
class Listed:
    """A directory with a row more for each other name.

    `school`: position of each row's school among the `schools` of the directory itself, which come first.
    """

    rows: pd.DataFrame
    school: np.ndarray
    schools: int


def with_other_names(directory: pd.DataFrame, other_names: pd.DataFrame | None) -> Listed:
    """Each school again under each name that only another year gives it, behind the schools themselves.

    directory: nces_id, school_name and more, sorted by nces_id, each id once per state it stands under. other_names:
    nces_id and school_name; ids that the directory lacks and names that it has are left out.
    """
    plain = np.arange(len(directory))
    if other_names is None or other_names.empty or directory.empty:
        return Listed(directory, plain, len(directory))
    own = pd.DataFrame({"nces_id": directory["nces_id"], "school": plain})
    named = other_names[COLUMNS].dropna().drop_duplicates().merge(own, on="nces_id")
    if named.empty:
        return Listed(directory, plain, len(directory))
    named["key"] = school_name_key(named["school_name"]).to_numpy()
    now = school_name_key(directory["school_name"]).to_numpy()[named["school"]]
    named = named[(named["key"] != now) & named["key"].notna()].sort_values(["school", "key", "school_name"])
    named = named.drop_duplicates(["school", "key"])
    again = directory.iloc[named["school"]].assign(school_name=named["school_name"].to_numpy())
    rows = pd.concat([directory, again], ignore_index=True)
    return Listed(rows, np.concatenate([plain, named["school"].to_numpy()]), len(directory))


def names_in_history(history: pd.DataFrame) -> pd.DataFrame:
    """Every name that a list of some year gives an NCES id, from table `school_history`: columns nces_id, school_name.

    Ids that were given out anew are left out: their earlier name is that of another school.
    """
    named = history[history["event_kind"].isin(["renamed", "respelled"])]
    parts = [named[["nces_school_id", column]].set_axis(COLUMNS, axis=1) for column in ("what_was", "what_is_now")]
    return pd.concat(parts, ignore_index=True).dropna().drop_duplicates().astype("str")


def best_of_each(score: np.ndarray, record: np.ndarray, school: np.ndarray) -> np.ndarray:
    """Positions of the best pair of each record and school, sorted by both; of equal ones the first."""
    order = np.lexsort((np.arange(len(score)), -score, school, record))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (record[order][1:] != record[order][:-1]) | (school[order][1:] != school[order][:-1])
    return order[first]
