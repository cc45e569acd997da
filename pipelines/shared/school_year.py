"""School years: text such as 2018-19 everywhere, converted once at the door. Does not know which years have data."""

from __future__ import annotations

import re

_SHORT = re.compile(r"^(20\d\d)-(\d\d)$")
_LONG = re.compile(r"^(20\d\d)[-_/](20\d\d)$")
_START = re.compile(r"^(20\d\d)$")


def parse_school_year(text: str) -> str:
    """Turn 2018-19, 2018-2019, 2018_2019 or the starting year 2018 into 2018-19.

    Raises ValueError with a sentence for anything else, also for years that do not follow each other.
    """
    value = str(text).strip()
    if match := _SHORT.match(value):
        start, end = int(match[1]), int(match[1][:2] + match[2])
        # 1999-00 style century turns do not occur: our years start in 2000.
    elif match := _LONG.match(value):
        start, end = int(match[1]), int(match[2])
    elif match := _START.match(value):
        start = int(match[1])
        end = start + 1
    else:
        raise ValueError(f"{text!r} is not a school year; write it like 2018-19")
    if end != start + 1:
        raise ValueError(f"{text!r} is not a school year: {end} does not follow {start}")
    return school_year(start)


def school_year(start: int) -> str:
    """The school year that starts in that calendar year: 2018 -> 2018-19."""
    return f"{start}-{(start + 1) % 100:02d}"


def start_of(year: str) -> int:
    """The calendar year a school year starts in: 2018-19 -> 2018."""
    return int(year[:4])


def shift(year: str, by: int) -> str:
    """The school year that many years later: shift("2018-19", -1) -> 2017-18."""
    return school_year(start_of(year) + by)


def parse_range(text: str) -> list[str]:
    """Turn 2016-17..2018-19, or a single year, into the list of school years. Raises ValueError with a sentence."""
    first, dots, last = str(text).partition("..")
    start = parse_school_year(first)
    end = parse_school_year(last) if dots else start
    if end < start:
        raise ValueError(f"{text!r} ends before it starts; write it like 2016-17..2018-19")
    return [school_year(n) for n in range(start_of(start), start_of(end) + 1)]


def nearest(year: str, available: list[str] | set[str]) -> str | None:
    """That year if it is there, else the nearest earlier, else the nearest later one. None when nothing is there."""
    if year in available:
        return year
    earlier = [y for y in available if y < year]
    if earlier:
        return max(earlier)
    return min(available, default=None)
