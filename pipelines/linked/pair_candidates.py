"""Which schools of two lists may be one, by a few cheap keys: ids, number within the state, name, address, first word.

Gathers pairs to look at; what agrees between the two is said by `pair_signs`, what it is worth by `pair_trust`.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from pipelines.linked.names import school_name_key
from pipelines.linked.school_keys import district_keys, ordered_name_keys, place_keys, street_keys
from schemas.thresholds import threshold

MOST_IN_A_BLOCK = 40
"""A key that more schools than this share ("charter school" in a large city) tells nothing."""


class Keys(NamedTuple):
    """Comparable forms of a list's columns, row by row."""

    words: pd.Series
    letters: pd.Series
    name: pd.Series
    street: pd.Series
    city: pd.Series
    district: pd.Series
    school_part: pd.Series
    number: pd.Series


def keys_of(schools: pd.DataFrame) -> Keys:
    """Keys of those rows of a list."""
    state_id = schools["state_school_id"].astype("str")
    part = state_id.str.extract(r"([^-]+)$", expand=False).astype("str")
    words = school_name_key(schools["school_name"])
    return Keys(
        words,
        words.str.replace(" ", "", regex=False),
        ordered_name_keys(schools["school_name"]),
        street_keys(schools["street"]),
        place_keys(schools["city"]),
        district_keys(schools["district_name"]),
        # Short parts ("0010") are given out anew by every district of a state.
        part.where(part.str.len() >= int(threshold("x05_school_part"))),
        _numbers(schools["nces_school_id"]),
    )


def alone_in_list(schools: pd.DataFrame) -> dict[str, pd.Series]:
    """Columns `name_alone` and `number_alone`: no other school of the state in this whole list has the name, by letters and
    digits, or the number."""
    letters = schools["school_name"].str.lower().str.replace("[^a-z0-9]+", "", regex=True)
    names = pd.DataFrame({"state": schools["state"], "name": letters})
    numbers = _numbers(schools["nces_school_id"])
    return {
        "name_alone": ~names.duplicated(keep=False) & letters.notna(),
        "number_alone": ~numbers.duplicated(keep=False) & numbers.notna(),
    }


def _numbers(ids: pd.Series) -> pd.Series:
    """State and last five digits of public schools' ids: NCES numbers the schools of a state through, whatever the district,
    and the number goes with a school to its new district."""
    return ids.str[:2] + ids.str[7:].where(ids.str.len() == 12)


def candidate_pairs(gone: pd.DataFrame, come: pd.DataFrame, was: Keys, now: Keys) -> pd.DataFrame:
    """Positions `gone` and `come` of the pairs that one key at least has in common, each once."""
    same = (gone["state_school_id"], come["state_school_id"])
    blocks = [
        [same],
        [(was.number.where(gone["number_alone"]), now.number.where(come["number_alone"]))],
        [(was.school_part, now.school_part), (gone["state"], come["state"])],
        [(was.name, now.name), (gone["zip"], come["zip"])],
        [(was.name, now.name), (was.city, now.city), (gone["state"], come["state"])],
        [(was.name, now.name), (was.district, now.district), (gone["state"], come["state"])],
        [
            (was.letters.where(gone["name_alone"]), now.letters.where(come["name_alone"])),
            (gone["state"], come["state"]),
        ],
        [(_first_word(was.words), _first_word(now.words)), (was.city, now.city), (gone["state"], come["state"])],
        [(was.street, now.street), (gone["zip"], come["zip"])],
        [(was.street, now.street), (was.city, now.city), (gone["state"], come["state"])],
    ]
    found = [positions_with(columns) for columns in blocks]
    return pd.concat(found, ignore_index=True).drop_duplicates().sort_values(["gone", "come"]).reset_index(drop=True)


def _first_word(words: pd.Series) -> pd.Series:
    return words.str.extract(r"^(\S{4,})", expand=False)


def positions_with(columns: list[tuple[pd.Series, pd.Series]]) -> pd.DataFrame:
    """Positions of the rows of both sides that agree in all those columns."""
    left = pd.DataFrame({str(n): one.to_numpy(object) for n, (one, _) in enumerate(columns)}).dropna()
    right = pd.DataFrame({str(n): other.to_numpy(object) for n, (_, other) in enumerate(columns)}).dropna()
    on = list(left.columns)
    sizes = right.groupby(on).size()
    crowded = sizes.index[sizes > MOST_IN_A_BLOCK]
    if len(crowded):
        right = right[~right.set_index(on).index.isin(crowded)]
    left, right = (frame.rename_axis(name).reset_index() for frame, name in ((left, "gone"), (right, "come")))
    return left.merge(right, on=on)[["gone", "come"]]
