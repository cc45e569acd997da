"""Whether a course is computer science: by the state's list of that school year, then by the lists that states share.

Looks courses up and compares a title with its code; it decides nothing that no list says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipelines.shared.coded import Coded, constant
from pipelines.shared.text import key_of
from pipelines.standard.course_catalog import ANY_CODE, CATALOGS, load_reference
from pipelines.standard.course_codes import compared_code
from schemas.source_model import CourseRule

EVERY_ROW = "the state sends only schools that teach computer science"
NO_COURSE = "the state names the school without a course"
NOT_LISTED = "the course is not in the state's catalog of that year"
CONTRADICTED = {
    "counts": "the code counts as computer science, but the title speaks of something else",
    "does_not_count": "the code is not computer science, but the title says that the course is",
}
_SAYS = {"counts": "other", "does_not_count": "computer_science"}
Verdict = tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """Per offering: counts_as_cs, counts_basis, and flags for a course in no list (S06) and for a title that
    contradicts its code (S08)."""

    verdict: Coded
    basis: Coded
    unlisted: np.ndarray
    contradicted: np.ndarray


def judge_courses(codes: Coded, titles: Coded, rule: CourseRule, catalog: pd.DataFrame, school_year: str) -> Judged:
    """Say of each offering whether it is computer science.

    codes are canonical, titles as written, both null where missing. A code is looked up by the code, in the state's own
    list and then in the references of its rule; a title only where there is no code (Rhode Island, South Dakota),
    because a title is shorter evidence. A title that contradicts its code makes the course a question (S08), unless the
    catalog judges the title under every code (`*`). A code or title that is not listed is `review`. A row with neither
    is what the state's rule says (`blank_course`).
    """
    size = len(codes)
    if rule.mode == "every_row":
        none = np.zeros(size, dtype=bool)
        return Judged(constant("counts", size), constant(EVERY_ROW, size), none, none)
    by_code, by_title, by_local = _lookups(catalog, rule, school_year)
    keys = titles.map(key_of)
    of_code = [by_code.get(compared_code(code, rule)) for code in codes.values]
    of_title = [by_title.get(key) for key in keys.values]
    local = np.array([*(key in by_local for key in keys.values), False])[keys.codes]
    contradicted = _contradicted(codes, keys, of_code) & ~local
    # One list of verdicts: the codes, the titles, the local titles, the row without a course, and the contradictions.
    listed = [*of_code, *of_title, *(by_local.get(key) for key in keys.values)]
    blank, titled = len(listed), len(of_code) + keys.codes
    place = np.where(codes.known, codes.codes, np.where(keys.known, titled, blank))
    place = np.where(local, titled + len(of_title), place)
    counting = np.array([*(found is not None and found[0] == "counts" for found in of_code), False])[codes.codes]
    place = np.where(contradicted, np.where(counting, blank + 1, blank + 2), place)
    judged: list[Verdict] = [found or ("review", NOT_LISTED) for found in listed]
    judged += [(rule.blank_course, NO_COURSE), *(("review", sentence) for sentence in CONTRADICTED.values())]
    unlisted = np.array([*(found is None for found in listed), False, False, False])
    every = Coded(place, [str(number) for number in range(len(judged))])
    return Judged(
        every.map(lambda n: judged[int(n)][0]), every.map(lambda n: judged[int(n)][1]), unlisted[place], contradicted
    )


class _Lookups(NamedTuple):
    """Verdicts by code, by title without a code, and by local title under every code."""

    by_code: dict[str, Verdict]
    by_title: dict[str, Verdict]
    by_local: dict[str, Verdict]


def _lookups(catalog: pd.DataFrame, rule: CourseRule, school_year: str) -> _Lookups:
    """The verdicts of that year: the state's own list first, then the references in their order."""
    own = _verdicts(catalog, school_year)
    by_code, by_title = own.by_code, own.by_title
    for name in rule.references:
        shared = _reference_verdicts(name, school_year)
        by_code, by_title = shared.by_code | by_code, shared.by_title | by_title
    return _Lookups(by_code, by_title, own.by_local)


@lru_cache(maxsize=64)
def _reference_verdicts(name: str, school_year: str) -> _Lookups:
    return _verdicts(load_reference(name), school_year)


def _verdicts(catalog: pd.DataFrame, school_year: str) -> _Lookups:
    # Plain Python: a catalog has few lines, and each operation of pandas on it would cost more than all of them.
    found = _Lookups({}, {}, {})
    names = ("since", "until", "course_code", "course_title", "counts", "basis")
    for since, until, code, title, counts, basis in zip(*(catalog[name].tolist() for name in names), strict=True):
        if since > school_year or (until and until < school_year):
            continue
        key, verdict = key_of(title), (counts, basis)
        if code == ANY_CODE:
            found.by_local[key or ""] = verdict
        elif code:
            found.by_code[code] = verdict
        # A title may stand under two codes; loading made sure that both lines then say the same.
        if key:
            found.by_title[key] = verdict
    return found


def _contradicted(codes: Coded, keys: Coded, of_code: Sequence[Verdict | None]) -> np.ndarray:
    """Flag per offering: its code is listed, and its title says the opposite (`schemas/courses/title_words.csv`)."""
    against = np.array([*(_SAYS.get(found[0], "") if found else "" for found in of_code), ""])[codes.codes]
    asked = (against != "") & keys.known
    if not asked.any():
        return asked
    says = np.array([*(title_says(key) for key in keys.values), ""])[keys.codes]
    return asked & (says == against)


@lru_cache(maxsize=100_000)
def title_says(key: str) -> str:
    """What a title, as a key, says by its words alone: computer_science, other, or nothing ("") when it says both."""
    found = [says for says, pattern in _title_words() if pattern.search(key)]
    return found[0] if len(found) == 1 else ""


@cache
def _title_words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = pd.read_csv(CATALOGS / "title_words.csv", dtype="str", keep_default_na=False, encoding="utf-8")
    return tuple(
        (str(says), re.compile("|".join(f"(?:{pattern})" for pattern in group)))
        for says, group in words.groupby("says", sort=True)["pattern"]
    )
