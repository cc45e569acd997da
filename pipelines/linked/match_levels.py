"""The comparisons of a record with a school and the levels of each, by name: the words of schemas/linkage/school_match.yml.

Names only; levels are found by match_compare and match_names, and weighed by match_model.
"""

from __future__ import annotations

import numpy as np

from pipelines.linked.match_words import load_name_words


def crossed(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the levels of several comparisons together, the last one changing fastest."""
    names = list(groups[0])
    for group in groups[1:]:
        names = [f"{name}; {level}" for name in names for level in group]
    return tuple(names)


NAME = (
    *("identical", "same letters", "same words", "same but for words that may be left out", "same but for spelling"),
    *(
        "one within the other, 80 %",
        "one within the other, 60 %",
        "one within the other, 40 %",
        "one within the other, less",
    ),
    *("alike, 85 %", "alike, 70 %", "alike, 50 %", "alike, 30 %", "alike, less", "nothing in common"),
)
COMMON = ("no common word", "under 3 bits", "3 to 5 bits", "5 to 7 bits", "7 to 9 bits", "9 to 12 bits", "over 12 bits")
MISSING = ("nothing", "under 3 bits", "3 to 5 bits", "5 to 7 bits", "7 to 9 bits", "over 9 bits")
BEYOND = ("none", "all found", "all but what may be left out", "some found", "not found")
"""The words of a name that do not name its place, and whether the other name has them."""
LEVEL = ("same", "same level in another word", "overlap", "record silent", "school silent", "both silent", "contradict")
GRADE = ("same span", "within", "within a much wider span", "mostly", "partly", "unknown", "apart")
SETS = ("none", "same", "record only", "school only", "differ")
DISTRICT = (
    *("same", "one within the other", "half", "county of the school", "name of the school"),
    *("school its own district", "unknown", "differ", "school its own district, in that of the record"),
)
TOWN = ("zip and city", "zip", "city, near zip", "city", "near zip", "county", "in the name", "unknown", "elsewhere")
STREET = ("same address", "same street", "unknown", "other street")
PLACE = tuple(f"{town}; {street}" for town in TOWN for street in STREET)
SECTOR = ("fits", "faith word, public school")
YES = ("no", "yes")
SCHOOL_SECTOR = ("public", "private", "sector unknown")
CLAIM = (
    *("nobody else", "others, much weaker", "others, weaker", "others, hardly weaker", "others, as strong"),
    *("others, hardly stronger", "others, stronger", "others, much stronger"),
)
"""What other records of the file say: the best of them whose first choice this school is, against this record."""

NAME_GROUPS = ("same", "nearly", "mostly", "partly", "weakly")
NAME_GROUP = np.array([0, 0, 1, 1, 1, 1, 2, 3, 3, 1, 2, 3, 4, 4, 4])
TOWN_GROUPS = ("here", "near", "far", "unknown")
TOWN_GROUP = np.array([0, 0, 0, 0, 1, 1, 1, 3, 2])
DISTRICT_GROUPS = ("same", "alike", "unknown", "differ", "its own")
DISTRICT_GROUP = np.array([0, 1, 1, 1, 3, 4, 2, 3, 4])
COMMON_GROUPS = ("common", "middling", "rare")
COMMON_GROUP = np.array([0, 0, 0, 0, 1, 1, 2])
KIND_GROUPS = ("same", "record only", "school only", "differ", "turns the record", "turns the school")
TURNING = ("early", "adult", "online", "program", "is a college", "inside another")
"""Kinds that make another school of a name, or none, even at the same address."""
EVIDENCE = crossed(("district", "no district"), ("address", "town", "no place"))
"""What there is to compare besides the names."""

DOUBT = (
    *(
        "each name has words that the other lacks",
        "only words of the place in common",
        "one name has words that tell more",
    ),
    *("inside another, or another campus", "side word in the record only", "side word in the school only"),
    *("level in the record only, other grades", "levels overlap, other grades"),
    *("a kind in the record only", "a kind in the school only"),
    *("level in the record only", "level in the school only", "none"),
)
"""What may make the school a neighbor of the one that is meant; of several the first."""

BESIDE = ("as good as any", "alone the best", "another fits better")
"""How a candidate stands beside those candidates of the record whose names fit as well."""
NAME_RANK = np.array([0, 1, 1, 2, 2, 3, 4, 5, 6, 3, 4, 5, 6, 7, 8])
RANKS = {
    "district": np.array([0, 1, 2, 1, 2, 3, 3, 4, 1]),
    "town": np.array([0, 1, 1, 2, 3, 3, 4, 5, 6]),
    "street": np.array([0, 1, 2, 3]),
    "level words": np.array([0, 1, 2, 2, 2, 1, 4]),
    "grades": np.array([0, 1, 2, 3, 4, 2, 5]),
    "numbers": np.array([0, 0, 1, 1, 2]),
    "side words": np.array([0, 0, 1, 1, 2]),
}
"""How good each level is, 0 being the best, where candidates of one record are held against each other."""
ONLY = ("not known", "the only one", "one of several")
"""Whether the school alone teaches the level that the record says, in its town or district, programs left aside."""
LISTING = ("complete", "without grades", "without address", "without both")
"""What the entry of a school lacks that the directory gives for most schools of the state: it may be new, or closed."""
OFTEN = ("as often", "less often", "rarely", "not known")
"""How often the file's other records surely name schools of such entries, against their share of the directory."""
ENTRY = ("only one", "the older id of twins", "a later id of twins")
"""Entries of one name at one address: the school keeps the id that it was given first."""
FIRST_LISTED = ("not known", "in time", "after the schools of the file")
"""Whether the survey gave the school its id only after those that the file's other records surely name."""

KINDS = load_name_words().kinds

LEVELS: dict[str, tuple[str, ...]] = {
    "name": NAME,
    "common words": COMMON,
    "word of record missing": MISSING,
    "word of school missing": MISSING,
    "words of both missing": crossed(MISSING, MISSING),
    "beyond the place": crossed(BEYOND, BEYOND),
    "level words": LEVEL,
    "grades": GRADE,
    "numbers": SETS,
    "side words": SETS,
    "district": DISTRICT,
    "place": PLACE,
    "sector": SECTOR,
    **{f"{kind} in record only": YES for kind in KINDS},
    **{f"{kind} in school only": YES for kind in KINDS},
    "name and level words": crossed(NAME_GROUPS, LEVEL),
    "name and evidence": crossed(NAME, EVIDENCE),
    "name and numbers": crossed(NAME_GROUPS, SETS),
    "name and place": crossed(NAME_GROUPS, TOWN_GROUPS, STREET),
    "name and district": crossed(NAME_GROUPS, DISTRICT_GROUPS),
    "town and district": crossed(TOWN, DISTRICT_GROUPS),
    "level words and grades": crossed(LEVEL, GRADE),
    "kind and address": crossed(KIND_GROUPS, ("same address", "another address")),
    "beyond the place and level words": crossed(BEYOND, BEYOND, LEVEL),
    "beyond the place and town": crossed(BEYOND, BEYOND, TOWN_GROUPS),
    "beyond the place and sector": crossed(BEYOND, BEYOND, SCHOOL_SECTOR),
    "name and side words": crossed(NAME_GROUPS, SETS),
    "kind and level words": crossed(KIND_GROUPS, LEVEL),
    "event and level and street": crossed(YES, ("level said", "no level said"), STREET),
    "rarity and town": crossed(COMMON_GROUPS, NAME_GROUPS, TOWN_GROUPS),
    "entry": ENTRY,
    "second of a name": YES,
    "in another town": YES,
    "level in its town": ONLY,
    "level in its district": ONLY,
    "level words and level in its town": crossed(LEVEL, ONLY),
    "beyond the place and level in its town": crossed(BEYOND, BEYOND, ONLY),
    **{f"{key} beside others": BESIDE for key in ("name", *RANKS)},
}
"""Every comparison with its levels, in the order of their codes. Those that join two others are corrections to their sum."""
