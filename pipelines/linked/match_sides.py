"""What is compared of a school, as numbers: words with their rarity in the state, levels, place, district, grades.

Records and directory are prepared together, so that one word has one number; nothing is compared here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipelines.linked.match_bags import (
    Bags,
    bag_numbers,
    bags_of,
    bits_by_row,
    joined_neighbors,
    keep,
    one_vocabulary,
    rarity,
    spread,
    squashed,
    together,
)
from pipelines.linked.match_cleaning import (
    decorations,
    own_initials,
    with_state_written_out,
    without_doubles,
    without_tails,
)
from pipelines.linked.match_entries import entries, listing
from pipelines.linked.match_grades import (
    APART,
    alone_with_level,
    grade_numbers,
    hints,
    levels_of_names,
    ordinals,
    spans_in_names,
    taught_levels,
)
from pipelines.linked.match_name_places import with_cities_of_names
from pipelines.linked.match_places import ZIP, names_of_places, place_words, streets
from pipelines.linked.match_words import Meanings, Words, load_name_words, name_words, respell, split_words
from schemas.states import STATES

COLUMNS = (
    *("state", "school_name", "district_name", "city", "county", "street", "zip"),
    *("grade_low", "grade_high", "level_hint", "sector", "latitude", "longitude"),
)
"""Columns that are looked at, as text; a missing one is null. The directory also has `nces_id`, records `record_id`."""


IN_BRACKETS = r"\(([^()]*)\)\s*$"


@dataclass
class Sides:
    """Records (rows 0..split-1) and schools (from split on), as arrays over all rows unless said otherwise."""

    split: int
    state: np.ndarray
    vocabulary: np.ndarray
    core: Bags
    joined: Bags  # neighbors in the core written together, where that is a word that somebody uses
    joined_parts: np.ndarray  # the two words of each word of `joined`
    weight: np.ndarray  # of each word in core.word: rarity in the row's state, as a whole number
    number: Bags
    side: Bags
    ordinal: np.ndarray  # 2 to 4 where a name ends so ("Academy II"), else 0
    place: Bags
    own_place: Bags  # the same without names of chains of schools, which tell more than the place
    town: Bags
    bracket: Bags  # words in brackets at the end of a name: often its town or district
    district: Bags
    district_weight: np.ndarray
    district_kind: np.ndarray  # bits of names.DISTRICT_KINDS
    level: np.ndarray
    level_words: np.ndarray  # the level words themselves, as a number: equal numbers are equal words
    thing: np.ndarray
    filler: np.ndarray  # of each word of the vocabulary: may be left out of a name
    first_letter: np.ndarray  # of each word of the vocabulary
    is_letter: np.ndarray  # of each word of the vocabulary: a single letter, an initial
    written: np.ndarray  # the whole name with short forms written out; equal numbers are equal names
    squash: np.ndarray  # core words written together, in order: equal numbers are equal letters
    grade_low: np.ndarray
    grade_high: np.ndarray
    hint: np.ndarray
    city: np.ndarray
    county: np.ndarray
    zip5: np.ndarray
    house: np.ndarray
    street: np.ndarray
    private: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    schools_in_state: np.ndarray
    taught: np.ndarray  # level bits of the grades, else of the name or the hint
    alone_in_town: np.ndarray  # of each school: level bits that no other regular school of its town has
    alone_in_district: np.ndarray
    listing: np.ndarray  # level of LISTING of each school, 0 of records
    entry: np.ndarray  # level of ENTRY of each school, 0 of records
    texts: pd.DataFrame = field(repr=False)


def prepare(records: pd.DataFrame, directory: pd.DataFrame) -> Sides:
    """Both tables as one set of arrays. Row order of each is kept; rarity is counted over the directory's state only."""
    listed = directory.reindex(columns=COLUMNS).astype("str")
    asked = records.reindex(columns=COLUMNS).astype("str")
    asked["school_name"] = without_tails(asked["school_name"], asked["district_name"])
    asked = with_cities_of_names(asked, listed)
    both = pd.concat([asked, listed], ignore_index=True)
    both["school_name"] = with_state_written_out(both["school_name"], both["state"])
    split = len(records)
    state = pd.factorize(both["state"].fillna("?"), sort=True)[0]
    schools_in_state = np.bincount(state[split:], minlength=state.max() + 1 if len(state) else 0)

    named = without_doubles(spread(both["school_name"], name_words))
    city_words = spread(both["city"], name_words)
    county_words = spread(both["county"], name_words)
    district_words = spread(both["district_name"], _plain_words)
    state_words = spread(both["state"].map({code: known.name for code, known in STATES.items()}), name_words)
    bracket_words = spread(both["school_name"].str.extract(IN_BRACKETS, expand=False), name_words)
    (named, city_words, county_words, district_words, bracket_words, state_words), vocabulary = one_vocabulary(
        [named, city_words, county_words, district_words, bracket_words, state_words]
    )
    meaning = Meanings(vocabulary)
    bracket_core = ~meaning.plain[bracket_words.word] & (meaning.level[bracket_words.word] == 0)

    level, is_level = levels_of_names(named, meaning)
    thing = bits_by_row(named.row, meaning.thing[named.word], len(both))
    # "The High School at Moorpark College" is no college.
    teaches = level > 0
    teaches[named.row[meaning.teaches[named.word]]] = True
    thing &= ~np.where(teaches, 1 << load_name_words().kinds.index("is a college"), 0)
    span, in_span, (span_low, span_high) = spans_in_names(named, vocabulary)
    level |= span
    numeric = meaning.digits[named.word] & ~in_span
    plain = meaning.plain[named.word]
    telling = ~is_level & ~plain & ~numeric & ~in_span
    of_place = place_words(state, split, [city_words, county_words, district_words], named)
    known = (meaning.thing[named.word] > 0) | ~telling | of_place
    telling &= ~decorations(named, state, split, (meaning.level > 0) | (vocabulary == "school"), known)
    telling &= ~own_initials(named, ~plain & ~numeric)
    bare = np.bincount(named.row[telling], minlength=len(both)) == 0
    telling |= bare[named.row] & ~plain
    core_words = Words(named.row[telling], named.word[telling], vocabulary, len(both))
    core = bags_of(core_words)
    joined, joined_parts = joined_neighbors(core_words)
    district_core = ~meaning.district_plain[district_words.word] & ~meaning.digits[district_words.word]
    district = bags_of(keep(district_words, district_core))
    county_core = keep(county_words, ~meaning.district_plain[county_words.word])
    of_area = names_of_places(both, state, split, [city_words, county_core], district_words, len(vocabulary))
    place, own_place = (
        together([city_words, county_core, state_words, keep(district_words, district_core & which)])
        for which in (True, of_area)
    )
    hint = hints(both["level_hint"])
    grade_low, grade_high = grade_numbers(both["grade_low"]), grade_numbers(both["grade_high"])
    said = (grade_low == -9) & (grade_high == -9) & (span_high > -9)
    grade_low, grade_high = np.where(said, span_low, grade_low), np.where(said, span_high, grade_high)
    house, street = streets(both["street"])
    taught = np.where(grade_high > -9, taught_levels(grade_low, grade_high), np.where(level > 0, level, hint))
    kinds = load_name_words().kinds
    regular = (thing & sum(1 << kinds.index(kind) for kind in APART)) == 0
    city = squashed(city_words)
    zip5 = pd.to_numeric(both["zip"].str.extract(ZIP, expand=False)).fillna(-1).to_numpy(np.int64)
    squash = squashed(core_words)
    return Sides(
        split=split,
        state=state,
        vocabulary=vocabulary,
        core=core,
        joined=joined,
        joined_parts=joined_parts,
        weight=rarity(core, state, split, schools_in_state, len(vocabulary)),
        number=bags_of(keep(named, numeric)),
        ordinal=ordinals(named),
        side=bags_of(keep(named, meaning.side[named.word])),
        place=place,
        own_place=own_place,
        town=bags_of(city_words),
        bracket=bags_of(keep(bracket_words, bracket_core & ~meaning.digits[bracket_words.word])),
        district=district,
        district_weight=rarity(district, state, split, schools_in_state, len(vocabulary)),
        district_kind=bits_by_row(district_words.row, meaning.district_kind[district_words.word], len(both)),
        level=level,
        level_words=bag_numbers(bags_of(keep(named, is_level))),
        thing=thing,
        filler=meaning.filler,
        first_letter=np.array([ord(w[0]) for w in vocabulary], dtype=np.int64),
        is_letter=np.array([len(w) == 1 and not w.isdecimal() for w in vocabulary], dtype=bool),
        written=squashed(spread(both["school_name"], _plain_words)),
        squash=squash,
        grade_low=grade_low,
        grade_high=grade_high,
        hint=hint,
        city=city,
        county=squashed(county_core),
        zip5=zip5,
        house=house,
        street=street,
        private=both["sector"].str.lower().map({"public": 0, "private": 1}).fillna(-1).to_numpy(np.int64),
        latitude=pd.to_numeric(both["latitude"], errors="coerce").to_numpy(float),
        longitude=pd.to_numeric(both["longitude"], errors="coerce").to_numpy(float),
        schools_in_state=schools_in_state,
        taught=taught,
        alone_in_town=alone_with_level(taught, regular, split, [state, city]),
        alone_in_district=alone_with_level(taught, regular, split, [state, _numbers_of_bags(district)]),
        listing=listing(both, state, split),
        entry=_entries(directory, split, [state, squash, zip5, house, street, level]),
        texts=both,
    )


def _numbers_of_bags(bags: Bags) -> np.ndarray:
    return np.where(bags.counts() > 0, bag_numbers(bags), -1)


def _entries(directory: pd.DataFrame, split: int, same: list[np.ndarray]) -> np.ndarray:
    out = np.zeros(len(same[0]), dtype=np.int64)
    if "nces_id" in directory:
        out[split:] = entries(directory["nces_id"].astype("str"), [values[split:] for values in same])
    return out


def _plain_words(texts: pd.Series) -> Words:
    return respell(split_words(texts))
