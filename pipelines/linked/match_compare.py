"""How a record and a school compare: one level code per comparison of match_levels.

Levels only; what a level is worth stands in schemas/linkage/school_match.yml.
"""

from __future__ import annotations

import numpy as np

from pipelines.linked.match_alike import Alike
from pipelines.linked.match_bags import Bags
from pipelines.linked.match_levels import (
    BEYOND,
    COMMON_GROUP,
    DISTRICT,
    DISTRICT_GROUP,
    DISTRICT_GROUPS,
    DOUBT,
    EVIDENCE,
    GRADE,
    KINDS,
    LEVEL,
    MISSING,
    NAME_GROUP,
    NAME_GROUPS,
    ONLY,
    SETS,
    STREET,
    TOWN,
    TOWN_GROUP,
    TOWN_GROUPS,
    TURNING,
)
from pipelines.linked.match_names import compare_names
from pipelines.linked.match_sides import Sides
from pipelines.linked.school_keys import great_circle

SAME_PLACE, NEAR, ELSEWHERE = 0.15, 8.0, 50.0
"""Kilometers up to which two coordinates are one building's, up to which one town's, and from which another town's."""


def compare(sides: Sides, left: np.ndarray, right: np.ndarray, alike: Alike) -> dict[str, np.ndarray]:
    """Level code of each pair (rows `left` and `right` of `sides`) for each comparison of LEVELS, and the `rarest` word."""
    out = compare_names(sides, left, right, alike)
    out["level words"] = _level_words(sides, left, right)
    out["grades"] = _grades(sides, left, right)
    out["numbers"] = _sets(sides.number, left, right)
    out["side words"] = _sets(sides.side, left, right)
    out["district"] = _districts(sides, left, right)
    out["place"] = _places(sides, left, right)
    faith = 1 << KINDS.index("faith")
    out["sector"] = (((sides.thing[left] & faith) > 0) & (sides.private[right] == 0)).astype(np.int8)
    for bit, kind in enumerate(KINDS):
        in_record, in_school = sides.thing[left] >> bit & 1, sides.thing[right] >> bit & 1
        out[f"{kind} in record only"] = (in_record & ~in_school & 1).astype(np.int8)
        out[f"{kind} in school only"] = (in_school & ~in_record & 1).astype(np.int8)
    for place, alone in (("town", sides.alone_in_town), ("district", sides.alone_in_district)):
        out[f"level in its {place}"] = _only(sides.taught[left], sides.taught[right], alone[right])
    # A number behind the school's name only may be a campus of one school, as in South Dakota ("... - 02").
    asks = sides.ordinal[left]
    out["second of a name"] = ((asks > 0) & (asks != sides.ordinal[right])).astype(np.int8)
    out["in another town"] = _in_another_town(out["place"], out["district"])
    out["entry"] = sides.entry[right].astype(np.int8)
    out |= _cross(out, sides.thing[left], sides.thing[right])
    sector = np.where(sides.private[right] < 0, 2, sides.private[right])
    out["beyond the place and sector"] = (out["beyond the place"].astype(np.int64) * 3 + sector).astype(np.int8)
    event = sides.thing[left] >> KINDS.index("event") & 1
    street = out["place"] % len(STREET)
    out["event and level and street"] = ((event * 2 + (sides.level[left] == 0)) * len(STREET) + street).astype(np.int8)
    return out


def _in_another_town(place: np.ndarray, district: np.ndarray) -> np.ndarray:
    """Whether the town is another, with no district to compare and not the very address."""
    elsewhere = place // len(STREET) == TOWN.index("elsewhere")
    address = place % len(STREET) == STREET.index("same address")
    return (elsewhere & ~address & (district == DISTRICT.index("unknown"))).astype(np.int8)


def _only(said: np.ndarray, taught: np.ndarray, alone: np.ndarray) -> np.ndarray:
    """Level of ONLY: whether the school is alone with all levels that the record says and the school teaches."""
    shared = said & taught
    return np.select([shared == 0, (shared & alone) == shared], [0, 1], 2).astype(np.int8)


def _cross(out: dict[str, np.ndarray], left: np.ndarray, right: np.ndarray) -> dict[str, np.ndarray]:
    """Levels of two comparisons together, where their worth is not the sum of both."""
    name = NAME_GROUP[out["name"]]
    town, street = out["place"] // len(STREET), out["place"] % len(STREET)
    near, district = TOWN_GROUP[town], DISTRICT_GROUP[out["district"]]
    rare = COMMON_GROUP[out["common words"]]
    turning = sum(1 << KINDS.index(kind) for kind in TURNING)
    conditions = [
        left == right,
        (left & ~right & turning) > 0,
        (right & ~left & turning) > 0,
        (left & right) == right,
        (left & right) == left,
    ]
    kind = np.select(conditions, [0, 4, 5, 1, 2], 3)
    level, grades = out["level words"].astype(np.int64), out["grades"]
    crossed = {
        "name and level words": name * len(LEVEL) + level,
        "name and evidence": out["name"].astype(np.int64) * len(EVIDENCE) + evidence(out),
        "name and numbers": name * len(SETS) + out["numbers"],
        "name and place": (name * len(TOWN_GROUPS) + near) * len(STREET) + street,
        "name and district": name * len(DISTRICT_GROUPS) + district,
        "town and district": town * len(DISTRICT_GROUPS) + district,
        "level words and grades": level * len(GRADE) + grades,
        "kind and address": kind * 2 + (street > 0),
        "words of both missing": out["word of record missing"].astype(np.int64) * len(MISSING)
        + out["word of school missing"],
        "level words and level in its town": level * len(ONLY) + out["level in its town"],
        "rarity and town": (rare * len(NAME_GROUPS) + name) * len(TOWN_GROUPS) + near,
    }
    beyond = out["beyond the place"].astype(np.int64)
    crossed |= {
        "beyond the place and level words": beyond * len(LEVEL) + level,
        "beyond the place and level in its town": beyond * len(ONLY) + out["level in its town"],
        "beyond the place and town": beyond * len(TOWN_GROUPS) + near,
        "name and side words": name * len(SETS) + out["side words"],
        "kind and level words": kind * len(LEVEL) + level,
    }
    return {comparison: codes.astype(np.int16) for comparison, codes in crossed.items()}


def evidence(codes: dict[str, np.ndarray]) -> np.ndarray:
    """Level of EVIDENCE of each pair."""
    town, street = codes["place"] // len(STREET), codes["place"] % len(STREET)
    where = np.select([street != STREET.index("unknown"), town != TOWN.index("unknown")], [0, 1], 2)
    return 3 * (codes["district"] == DISTRICT.index("unknown")) + where


def doubts(codes: dict[str, np.ndarray]) -> np.ndarray:
    """Level of DOUBT of each pair."""
    level, same_grades = codes["level words"], codes["grades"] == GRADE.index("same span")
    within = same_grades | (codes["grades"] == GRADE.index("within"))
    kinds = [kind for kind in KINDS if kind != "event"]
    in_record, in_school = (
        np.any([codes[f"{kind} in {side} only"] > 0 for kind in kinds], axis=0) for side in ("record", "school")
    )
    lacks = BEYOND.index("all but what may be left out")
    mine, theirs = codes["beyond the place"] // len(BEYOND), codes["beyond the place"] % len(BEYOND)
    record_says = level == LEVEL.index("school silent")
    conditions = [
        (mine >= lacks) & (theirs >= lacks),
        ((mine == 0) & (theirs >= lacks)) | ((mine >= lacks) & (theirs == 0)),
        (mine > lacks) | (theirs > lacks),
        (codes["inside another in record only"] > 0) | (codes["campus in record only"] > 0),
        codes["side words"] == SETS.index("record only"),
        codes["side words"] == SETS.index("school only"),
        record_says & ~within,
        (level == LEVEL.index("overlap")) & ~same_grades,
        in_record,
        in_school,
        record_says,
        level == LEVEL.index("record silent"),
    ]
    return np.select(conditions, range(len(conditions)), DOUBT.index("none"))


def _level_words(sides: Sides, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    left, right = sides.level[one], sides.level[other]
    conditions = [
        (left == 0) & (right == 0),
        left == 0,
        right == 0,
        (left == right) & (sides.level_words[one] == sides.level_words[other]),
        left == right,
        (left & right) > 0,
    ]
    return np.select(conditions, [5, 3, 4, 0, 1, 2], 6).astype(np.int8)


def _span(sides: Sides, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and last grade of each row, from grades, else from level words or the hint; and whether it is known."""
    low, high = sides.grade_low[rows], sides.grade_high[rows]
    bits = np.where(sides.level[rows] > 0, sides.level[rows], sides.hint[rows])
    from_low = np.select([bits & 1 > 0, bits & 2 > 0, bits & 4 > 0, bits & 8 > 0], [-1, 0, 6, 9], -9)
    from_high = np.select([bits & 8 > 0, bits & 4 > 0, bits & 2 > 0, bits & 1 > 0], [12, 8, 5, 0], -9)
    given = (low > -9) & (high > -9)
    low, high = np.where(given, low, from_low), np.where(given, high, from_high)
    return low, high, (low > -9) & (high > -9)


def _grades(sides: Sides, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    low, high, known = _span(sides, left)
    other_low, other_high, other_known = _span(sides, right)
    shared = np.minimum(high, other_high) - np.maximum(low, other_low) + 1
    shorter = np.minimum(high - low, other_high - other_low) + 1
    longer = np.maximum(high - low, other_high - other_low) + 1
    conditions = [
        ~(known & other_known),
        shared == longer,
        (shared >= shorter) & (longer - shorter <= 5),
        shared >= shorter,
        shared * 2 >= shorter,
        shared > 0,
    ]
    return np.select(conditions, [5, 0, 1, 2, 3, 4], 6).astype(np.int8)


def _sets(bags: Bags, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    n_left, n_right = bags.counts()[left], bags.counts()[right]
    pair, at = bags.spread(left)
    shared = np.bincount(pair[bags.holds(right[pair], bags.word[at])], minlength=len(left))
    conditions = [
        (n_left == 0) & (n_right == 0),
        (shared == n_left) & (shared == n_right),
        (shared == n_right) & (n_left > shared),
        (shared == n_left) & (n_right > shared),
    ]
    return np.select(conditions, [0, 1, 2, 3], 4).astype(np.int8)


def _shared_weight(
    bags: Bags, weights: np.ndarray | None, others: Bags, one: np.ndarray, other: np.ndarray
) -> np.ndarray:
    """Share of the weight of the bag of `one` whose words stand in the bag of `other` (of `others`).

    0 for an empty bag; without weights each word counts 1.
    """
    pair, at = bags.spread(one)
    found = others.holds(other[pair], bags.word[at])
    weight = np.ones(len(at)) if weights is None else weights[at]
    total = np.bincount(pair, weights=weight, minlength=len(one))
    return np.bincount(pair, weights=weight * found, minlength=len(one)) / np.maximum(total, 1)


def _districts(sides: Sides, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    bags, weights = sides.district, sides.district_weight
    known_left, known_right = bags.counts()[left] > 0, bags.counts()[right] > 0
    held = _shared_weight(bags, weights, bags, left, right)
    held_back = _shared_weight(bags, weights, bags, right, left)
    in_place = _shared_weight(bags, weights, sides.place, left, right)
    in_name = _shared_weight(bags, weights, sides.core, left, right)
    kind_left, kind_right = sides.district_kind[left], sides.district_kind[right]
    # A city's district beside its county's has the same core words and is another one.
    comparable = known_right & ~((kind_left > 0) & (kind_right > 0) & ((kind_left & kind_right) == 0))
    its_own = known_right & (_shared_weight(bags, weights, sides.core, right, right) >= 0.99)
    conditions = [
        ~known_left,
        (held >= 0.99) & (held_back >= 0.99) & comparable,
        ((held >= 0.99) | (held_back >= 0.99)) & comparable,
        ((held >= 0.5) | (held_back >= 0.5)) & comparable,
        its_own & (in_place >= 0.99),
        in_place >= 0.99,
        in_name >= 0.99,
        ~known_right,
        its_own,
    ]
    return np.select(conditions, [6, 0, 1, 2, 8, 3, 4, 6, 5], 7).astype(np.int8)


def _places(sides: Sides, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    zip_left, zip_right = sides.zip5[left], sides.zip5[right]
    both_zip = (zip_left >= 0) & (zip_right >= 0)
    same_zip = both_zip & (zip_left == zip_right)
    near_zip = both_zip & (zip_left // 100 == zip_right // 100)
    both_city = (sides.city[left] >= 0) & (sides.city[right] >= 0)
    same_city = both_city & (sides.city[left] == sides.city[right])
    both_county = (sides.county[left] >= 0) & (sides.county[right] >= 0)
    same_county = both_county & (sides.county[left] == sides.county[right])
    known = both_zip | both_city | both_county
    named = ~known & (_shared_weight(sides.town, None, sides.core, right, left) >= 0.99)
    named &= _shared_weight(sides.town, None, sides.core, right, right) < 0.99
    named |= ~known & (_shared_weight(sides.bracket, None, sides.place, left, right) >= 0.99)
    town = np.select(
        [same_zip & same_city, same_zip, same_city & near_zip, same_city, near_zip, same_county, named, ~known],
        range(8),
        8,
    )
    both_street = (sides.street[left] >= 0) & (sides.street[right] >= 0)
    same_street = both_street & (sides.street[left] == sides.street[right])
    both_house = (sides.house[left] >= 0) & (sides.house[right] >= 0)
    same_house = both_house & (sides.house[left] == sides.house[right])
    # A street whose number one side leaves out neither confirms an address nor speaks against it.
    unknown = ~both_street | ~both_house
    street = np.select([same_street & same_house, unknown, same_street], [0, 2, 1], 3)
    kilometers = great_circle(
        sides.latitude[left], sides.longitude[left], sides.latitude[right], sides.longitude[right]
    )
    town, street = _by_distance(town, street, kilometers)
    return (town * len(STREET) + street).astype(np.int8)


def _by_distance(town: np.ndarray, street: np.ndarray, kilometers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Town and street levels, where coordinates say what the columns leave open. Unknown distances change nothing."""
    open_town = np.isin(town, [TOWN.index("county"), TOWN.index("in the name"), TOWN.index("unknown")])
    near, far = open_town & (kilometers <= NEAR), open_town & (kilometers > ELSEWHERE)
    town = np.select([near, far], [TOWN.index("near zip"), TOWN.index("elsewhere")], town)
    here = (street == STREET.index("unknown")) & (kilometers <= SAME_PLACE)
    return town, np.where(here, STREET.index("same address"), street)
