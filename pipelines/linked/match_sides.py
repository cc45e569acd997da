"""What is compared of a school, as numbers: words with their rarity in the state, levels, place, district, grades.

Records and directory are prepared together, so that one word has one number; nothing is compared here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from pipelines.linked.match_cleaning import decorations, own_initials, with_state_written_out, without_doubles, without_tails
from pipelines.linked.match_name_places import with_cities_of_names
from pipelines.linked.match_time import entries
from pipelines.linked.match_words import Words, load_name_words, name_words, respell, split_words
from pipelines.linked.names import DISTRICT_KINDS
from schemas.states import STATES

COLUMNS = (
    *("state", "school_name", "district_name", "city", "county", "street", "zip"),
    *("grade_low", "grade_high", "level_hint", "sector", "latitude", "longitude"),
)
"""Columns that are looked at, as text; a missing one is null. The directory also has `nces_id`, records `record_id`."""

GRADES = (
    {"UG": -9, "PK": -1, "KG": 0, "K": 0, "TK": 0, "P": -1}
    | {str(n): n for n in range(14)}
    | {f"{n:02}": n for n in range(14)}
)
STREET_PLAIN = frozenset(
    [
        "n",
        "s",
        "e",
        "w",
        "north",
        "south",
        "east",
        "west",
        "ne",
        "nw",
        "se",
        "sw",
        "street",
        "st",
        "avenue",
        "ave",
        "av",
        "road",
        "rd",
        "drive",
        "dr",
        "boulevard",
        "blvd",
        "lane",
        "ln",
        "way",
        "court",
        "ct",
        "place",
        "pl",
        "highway",
        "hwy",
        "route",
        "rt",
        "rte",
        "parkway",
        "pkwy",
        "circle",
        "cir",
        "suite",
        "ste",
        "bldg",
        "building",
        "the",
        "state",
        "us",
        "county",
        "co",
        "old",
    ]
)

ZIP = r"^\s*(\d{5}|\d{3,4}(?=\D|$))"
"""Five digits, or fewer where a spreadsheet dropped the zeros in front; what follows is the ZIP+4 part."""
IN_BRACKETS = r"\(([^()]*)\)\s*$"


@dataclass(frozen=True)
class Bags:
    """Sets of words per row, one after the other: those of row r are `word[start[r]:start[r + 1]]`, sorted."""

    start: np.ndarray
    word: np.ndarray
    row: np.ndarray
    size: int

    @cached_property
    def key(self) -> np.ndarray:
        """Row and word as one sorted number."""
        return self.row * self.size + self.word

    def holds(self, rows: np.ndarray, words: np.ndarray) -> np.ndarray:
        """Whether each word stands in the bag of each row."""
        if not len(self.word):
            return np.zeros(len(rows), dtype=bool)
        asked = rows * self.size + words
        at = np.minimum(np.searchsorted(self.key, asked), len(self.key) - 1)
        return self.key[at] == asked

    def spread(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The words of each of `rows`: positions in `rows`, and positions in `word`."""
        times = self.start[rows + 1] - self.start[rows]
        pair = np.repeat(np.arange(len(rows)), times)
        at = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times) + self.start[rows][pair]
        return pair, at

    def counts(self) -> np.ndarray:
        """How many words each row has."""
        return np.diff(self.start)


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

    named = without_doubles(_spread(both["school_name"], name_words))
    city_words = _spread(both["city"], name_words)
    county_words = _spread(both["county"], name_words)
    district_words = _spread(both["district_name"], _plain_words)
    state_words = _spread(both["state"].map({code: known.name for code, known in STATES.items()}), name_words)
    bracket_words = _spread(both["school_name"].str.extract(IN_BRACKETS, expand=False), name_words)
    (named, city_words, county_words, district_words, bracket_words, state_words), vocabulary = _one_vocabulary(
        [named, city_words, county_words, district_words, bracket_words, state_words]
    )
    meaning = _Meanings(vocabulary)
    bracket_core = ~meaning.plain[bracket_words.word] & (meaning.level[bracket_words.word] == 0)

    level, is_level = _levels(named, meaning)
    thing = _bit_or(named.row, meaning.thing[named.word], len(both))
    # "The High School at Moorpark College" is no college.
    teaches = level > 0
    teaches[named.row[meaning.teaches[named.word]]] = True
    thing &= ~np.where(teaches, 1 << load_name_words().kinds.index("is a college"), 0)
    span, in_span, (span_low, span_high) = _spans_in_names(named, vocabulary)
    level |= span
    numeric = meaning.digits[named.word] & ~in_span
    telling = ~is_level & ~meaning.plain[named.word] & ~numeric & ~in_span
    ends = (meaning.level > 0) | (vocabulary == "school")
    known = (meaning.thing[named.word] > 0) | ~telling | place_words(state, split, [city_words, county_words, district_words], named)
    telling &= ~decorations(named, state, split, ends, known)
    telling &= ~own_initials(named, ~meaning.plain[named.word] & ~numeric)
    bare = np.bincount(named.row[telling], minlength=len(both)) == 0
    telling |= bare[named.row] & ~meaning.plain[named.word]
    core_words = Words(named.row[telling], named.word[telling], vocabulary, len(both))
    core = _bags(core_words)
    joined, joined_parts = _joined(core_words)
    district_core = ~meaning.district_plain[district_words.word] & ~meaning.digits[district_words.word]
    district = _bags(_keep(district_words, district_core))
    county_core = _keep(county_words, ~meaning.district_plain[county_words.word])
    of_place = _names_place(both, state, split, [city_words, county_core], district_words, len(vocabulary))
    place, own_place = (
        _together([city_words, county_core, state_words, _keep(district_words, district_core & which)]) for which in (True, of_place)
    )
    hint = _hints(both["level_hint"])
    grade_low, grade_high = _grade(both["grade_low"]), _grade(both["grade_high"])
    said = (grade_low == -9) & (grade_high == -9) & (span_high > -9)
    grade_low, grade_high = np.where(said, span_low, grade_low), np.where(said, span_high, grade_high)
    house, street = _streets(both["street"])
    taught = np.where(grade_high > -9, _taught(grade_low, grade_high), np.where(level > 0, level, hint))
    kinds = load_name_words().kinds
    regular = (thing & sum(1 << kinds.index(kind) for kind in APART)) == 0
    city = _squashed(city_words)
    zip5 = pd.to_numeric(both["zip"].str.extract(ZIP, expand=False)).fillna(-1).to_numpy(np.int64)
    squash = _squashed(core_words)
    return Sides(
        split=split,
        state=state,
        vocabulary=vocabulary,
        core=core,
        joined=joined,
        joined_parts=joined_parts,
        weight=_rarity(core, state, split, schools_in_state, len(vocabulary)),
        number=_bags(_keep(named, numeric)),
        side=_bags(_keep(named, meaning.side[named.word])),
        place=place,
        own_place=own_place,
        town=_bags(city_words),
        bracket=_bags(_keep(bracket_words, bracket_core & ~meaning.digits[bracket_words.word])),
        district=district,
        district_weight=_rarity(district, state, split, schools_in_state, len(vocabulary)),
        district_kind=_bit_or(district_words.row, meaning.district_kind[district_words.word], len(both)),
        level=level,
        level_words=_bag_numbers(_bags(_keep(named, is_level))),
        thing=thing,
        filler=meaning.filler,
        first_letter=np.array([ord(w[0]) for w in vocabulary], dtype=np.int64),
        is_letter=np.array([len(w) == 1 and not w.isdecimal() for w in vocabulary], dtype=bool),
        written=_squashed(_spread(both["school_name"], _plain_words)),
        squash=squash,
        grade_low=grade_low,
        grade_high=grade_high,
        hint=hint,
        city=city,
        county=_squashed(county_core),
        zip5=zip5,
        house=house,
        street=street,
        private=both["sector"].str.lower().map({"public": 0, "private": 1}).fillna(-1).to_numpy(np.int64),
        latitude=pd.to_numeric(both["latitude"], errors="coerce").to_numpy(float),
        longitude=pd.to_numeric(both["longitude"], errors="coerce").to_numpy(float),
        schools_in_state=schools_in_state,
        taught=taught,
        alone_in_town=_alone(taught, regular, split, [state, city]),
        alone_in_district=_alone(taught, regular, split, [state, _bag_numbers(district)]),
        listing=_listing(both, state, split),
        entry=_entries(directory, split, [state, squash, zip5, house, street, level]),
        texts=both,
    )


APART = ("early", "adult", "online", "program", "alternative", "special", "career")
"""Kinds that stand beside the school of a town and do not take its place."""


def _taught(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Level bits of a span of grades; preschool alone has none."""
    return 2 * ((low <= 4) & (high >= 1)) + 4 * ((low <= 7) & (high >= 7)) + 8 * ((low <= 11) & (high >= 10))


def _alone(taught: np.ndarray, regular: np.ndarray, split: int, places: list[np.ndarray]) -> np.ndarray:
    """Of each school, the level bits that no other regular school of the same places has; 0 without a place."""
    out = np.zeros(len(taught), dtype=np.int64)
    frame = pd.DataFrame(dict(enumerate(values[split:] for values in places)))
    place = np.where(frame.iloc[:, -1] >= 0, frame.groupby(list(frame.columns)).ngroup(), -1)
    size = place.max(initial=0) + 2
    for bit in (2, 4, 8):
        has = (taught[split:] & bit > 0) & (place >= 0)
        others = np.bincount(place[has & regular[split:]], minlength=size)[place] - (has & regular[split:])
        out[split:] |= bit * (has & (others == 0))
    return out


def _listing(both: pd.DataFrame, state: np.ndarray, split: int) -> np.ndarray:
    """What each school lacks that at least half of the directory's schools in its state have, as levels of LISTING."""
    out = np.zeros(len(both), dtype=np.int64)
    listed = state[split:]
    every = np.maximum(np.bincount(listed, minlength=1), 1)
    for bit, column in ((1, "grade_low"), (2, "street")):
        has = both[column].iloc[split:].notna().to_numpy()
        usual = np.bincount(listed, weights=has, minlength=len(every)) * 2 >= every
        out[split:] += bit * (~has & usual[listed])
    return out


GEOGRAPHIC = (
    r"\b(?:isd|cisd|usd|csd|sd|district|dist|independent|county|co|parish|city|unified|area|borough|township|union|joint"
    r"|consolidated|regional|municipal)\b"
)
"""Words that say that a district is that of an area, so that the rest of its name names a place."""


def _names_place(
    both: pd.DataFrame, state: np.ndarray, split: int, towns: list[Words], district: Words, size: int
) -> np.ndarray:
    """Of each word of `district`: whether it names a place. The name of a chain of charter schools does not."""
    known = np.unique(
        np.concatenate([state[w.row[w.row >= split]] * size + w.word[w.row >= split] for w in towns])
    )
    texts = both["district_name"]
    area = texts.map(_say_area(texts)).fillna(False).to_numpy(bool)
    return area[district.row] | np.isin(state[district.row] * size + district.word, known)


def _say_area(texts: pd.Series) -> dict[str, bool]:
    distinct = pd.Series(texts.dropna().unique(), dtype="str")
    return dict(zip(distinct, distinct.str.contains(GEOGRAPHIC, case=False, regex=True), strict=True))


def _entries(directory: pd.DataFrame, split: int, same: list[np.ndarray]) -> np.ndarray:
    out = np.zeros(len(same[0]), dtype=np.int64)
    if "nces_id" in directory:
        out[split:] = entries(directory["nces_id"].astype("str"), [values[split:] for values in same])
    return out


class _Meanings:
    """For each word of the vocabulary what name_words.yml says of it."""

    def __init__(self, vocabulary: np.ndarray) -> None:
        known = load_name_words()
        self.level = np.array([known.levels.get(w, 0) for w in vocabulary], dtype=np.int64)
        self.thing = np.array([known.things.get(w, 0) for w in vocabulary], dtype=np.int64)
        self.plain = np.array([w in known.plain for w in vocabulary], dtype=bool)
        self.filler = np.array([w in known.fillers or len(w) == 1 for w in vocabulary], dtype=bool)
        self.teaches = np.array([w in ("school", "academy", "preparatory") for w in vocabulary], dtype=bool)
        self.side = np.array([w in known.sides for w in vocabulary], dtype=bool)
        self.district_plain = np.array([w in known.district_plain for w in vocabulary], dtype=bool)
        self.district_kind = np.array([DISTRICT_KINDS.get(w, 0) for w in vocabulary], dtype=np.int64)
        self.digits = np.array([w.isdecimal() for w in vocabulary], dtype=bool)


def _spread(texts: pd.Series, make: Callable[[pd.Series], Words]) -> Words:
    """Words of a column, made once per distinct text."""
    codes, values = pd.factorize(texts)
    words = make(pd.Series(values, dtype="str"))
    start = np.searchsorted(words.row, np.arange(len(values) + 1))
    lengths = np.where(codes >= 0, np.diff(start)[codes] if len(values) else 0, 0)
    row = np.repeat(np.arange(len(codes)), lengths)
    first = np.repeat(np.where(codes >= 0, start[codes], 0), lengths)
    within = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return Words(row, words.word[first + within], words.vocabulary, len(codes))


def _plain_words(texts: pd.Series) -> Words:
    return respell(split_words(texts))


def _one_vocabulary(parts: list[Words]) -> tuple[list[Words], np.ndarray]:
    codes, vocabulary = pd.factorize(np.concatenate([p.vocabulary for p in parts]))
    out, at = [], 0
    for part in parts:
        local = codes[at : at + len(part.vocabulary)]
        at += len(part.vocabulary)
        out.append((part.row, local[part.word].astype(np.int64), part.rows))
    one = np.asarray(vocabulary, dtype=object)
    return [Words(row, word, one, rows) for row, word, rows in out], one


def _keep(words: Words, where: np.ndarray) -> Words:
    return Words(words.row[where], words.word[where], words.vocabulary, words.rows)


def place_words(state: np.ndarray, split: int, places: list[Words], named: Words) -> np.ndarray:
    """Of each word of the names, whether it stands in the name of a town, county or district of the directory's state."""
    size = max(len(named.vocabulary), 1)
    listed = [state[w.row[w.row >= split]] * size + w.word[w.row >= split] for w in places]
    return np.isin(state[named.row] * size + named.word, np.concatenate(listed))


def _together(parts: list[Words]) -> Bags:
    row, word = (np.concatenate([getattr(part, key) for part in parts]) for key in ("row", "word"))
    return _bags(Words(row, word, parts[0].vocabulary, parts[0].rows))


def _bags(words: Words) -> Bags:
    size = max(len(words.vocabulary), 1)
    keys = np.unique(words.row * size + words.word)
    row, word = keys // size, keys % size
    return Bags(np.searchsorted(row, np.arange(words.rows + 1)), word, row, size)


def _joined(words: Words) -> tuple[Bags, np.ndarray]:
    """Neighbors written together where the vocabulary has that word ("la vista" for "lavista"), and their two parts."""
    known = {text: n for n, text in enumerate(words.vocabulary)}
    neighbors = words.row[:-1] == words.row[1:] if len(words.row) else np.zeros(0, dtype=bool)
    at = np.flatnonzero(neighbors)
    size = max(len(words.vocabulary), 1)
    keys, number = np.unique(words.word[at] * size + words.word[at + 1], return_inverse=True)
    texts = words.vocabulary[keys // size] + words.vocabulary[keys % size]
    whole = np.array([known.get(text, -1) for text in texts], dtype=np.int64)[number]
    used = whole >= 0
    row, word = words.row[at][used], whole[used]
    rows, first = np.unique(row * size + word, return_index=True)
    parts = np.stack([words.word[at][used][first], words.word[at + 1][used][first]], axis=1)
    row, word = rows // size, rows % size
    return Bags(np.searchsorted(row, np.arange(words.rows + 1)), word, row, size), parts


def _bit_or(row: np.ndarray, bits: np.ndarray, rows: int) -> np.ndarray:
    out = np.zeros(rows, dtype=np.int64)
    np.bitwise_or.at(out, row, bits)
    return out


def _levels(named: Words, meaning: _Meanings) -> tuple[np.ndarray, np.ndarray]:
    """Level bits of each row, and which words said them. `High Point` and `Middle River` begin with no level."""
    row, word = named.row, named.word
    bits = meaning.level[word]
    first = np.ones(len(row), dtype=bool)
    first[1:] = row[1:] != row[:-1]
    last = np.ones(len(row), dtype=bool)
    last[:-1] = row[1:] != row[:-1]
    next_plain = np.zeros(len(row), dtype=bool)
    next_plain[:-1] = meaning.plain[word[1:]] | (meaning.level[word[1:]] > 0)
    is_level = (bits > 0) & ~(first & ~last & ~next_plain)
    return _bit_or(row[is_level], bits[is_level], named.rows), is_level


def _spans_in_names(
    named: Words, vocabulary: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Level bits that spans such as `K-8` or `7 12` say, which words are part of one, and its first and last grade (-9)."""
    row, word = named.row, named.word
    value = np.array([_grade_number(w) for w in vocabulary], dtype=np.int64)[word]
    starts = np.zeros(len(row), dtype=bool)
    starts[:-1] = (row[:-1] == row[1:]) & (value[:-1] > -9) & (value[1:] > value[:-1]) & (value[1:] <= 12)
    starts[:-1] &= (value[1:] > 0) & (value[1:] >= 2)
    at = np.flatnonzero(starts)
    low, high = value[at], value[at + 1]
    bits = 2 * (low <= 4) + 4 * ((low <= 7) & (high >= 7)) + 8 * (high >= 10)
    in_span = starts.copy()
    in_span[1:] |= starts[:-1]
    first, last = np.full(named.rows, -9, dtype=np.int64), np.full(named.rows, -9, dtype=np.int64)
    first[row[at]], last[row[at]] = low, high
    return _bit_or(row[at], bits.astype(np.int64), named.rows), in_span, (first, last)


def _grade_number(word: str) -> int:
    if word in ("k", "pk", "tk"):
        return 0
    return int(word) if word.isdecimal() and len(word) <= 2 else -9


def _bag_numbers(bags: Bags) -> np.ndarray:
    """One number for each different bag."""
    out = np.zeros(len(bags.start) - 1, dtype=np.int64)
    np.add.at(out, bags.row, (bags.word + 1) * (bags.word + 7_919))
    return out


def _rarity(bags: Bags, state: np.ndarray, split: int, in_state: np.ndarray, size: int) -> np.ndarray:
    """Eighths of a bit: how rare a word is among the schools of the row's state. Whole numbers, so that sums are exact."""
    key = state[bags.row] * size + bags.word
    listed = np.sort(key[bags.row >= split])
    count = np.searchsorted(listed, key, "right") - np.searchsorted(listed, key, "left")
    bits = np.log2((in_state[state[bags.row]] + 2) / (count + 1))
    return np.clip(np.rint(8 * bits), 4, 80).astype(np.int64)


def _squashed(words: Words) -> np.ndarray:
    """A number for each row's words written together; -1 for a row without words."""
    out = np.full(words.rows, -1, dtype=np.int64)
    if len(words.word) == 0:
        return out
    texts = words.vocabulary[words.word]
    start = np.flatnonzero(np.concatenate([[True], words.row[1:] != words.row[:-1]]))
    pieces = texts.tolist()
    ends = [*start[1:].tolist(), len(pieces)]
    joined = ["".join(pieces[a:b]) for a, b in zip(start.tolist(), ends, strict=True)]
    out[words.row[start]] = pd.factorize(np.array(joined, dtype=object))[0]
    return out


def _hints(texts: pd.Series) -> np.ndarray:
    """Level bits that a column such as `High School` or `middle` says."""
    said = texts.str.lower().fillna("")
    bits = {2: "elementary|primary", 4: "middle|junior", 8: r"high|\bsecondary"}
    out = np.zeros(len(texts), dtype=np.int64)
    for bit, words in bits.items():
        out |= bit * said.str.contains(words, regex=True).to_numpy(np.int64)
    # "Junior High" says the middle grades only.
    return np.where(said.str.contains("junior high").to_numpy(), out & ~8, out)


def _grade(texts: pd.Series) -> np.ndarray:
    return texts.str.upper().str.strip().map(GRADES).fillna(-9).to_numpy(np.int64)


def _streets(texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """House number and the first telling word of the street, as numbers; -1 where there is none or it is a post box."""
    words = _spread(texts, split_words)
    vocabulary = words.vocabulary
    rows = words.rows
    house, street = np.full(rows, -1, dtype=np.int64), np.full(rows, -1, dtype=np.int64)
    digits = np.array([w.isdecimal() and len(w) < 7 for w in vocabulary], dtype=bool)
    first = np.ones(len(words.row), dtype=bool)
    first[1:] = words.row[1:] != words.row[:-1]
    value = np.array([int(w) if d else -1 for w, d in zip(vocabulary, digits, strict=True)], dtype=np.int64)
    numbered = first & digits[words.word]
    house[words.row[numbered]] = value[words.word[numbered]]
    plain = np.array([w in STREET_PLAIN for w in vocabulary], dtype=bool)
    telling = ~first & ~plain[words.word] | first & ~digits[words.word] & ~plain[words.word]
    row, word = words.row[telling], words.word[telling]
    lead = np.ones(len(row), dtype=bool)
    lead[1:] = row[1:] != row[:-1]
    street[row[lead]] = word[lead]
    box = np.array([w in ("po", "box") for w in vocabulary], dtype=bool)
    boxed = words.row[box[words.word] & (house[words.row] < 0)]
    street[boxed] = -1
    return house, street
