"""Where the header stands and which layout of the source it fits. Looks at the first rows only, and quotes no cell.

Columns are found by name, never by position (files of states change their order from year to year).
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache

from pipelines.received.refusal import Refused
from pipelines.shared.text import header_key
from schemas.source_model import Layout

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_MARK = re.compile(r"(?:\s*[(\[]\d{1,2}[)\]]|\s*[*†‡§¹²³⁰⁴-⁹]+|(?<=[^\W\d_])\d)$")
"""A footnote's mark: (1), [1], a dagger, a raised digit, or one digit glued to a letter."""
Split = Callable[[str], Sequence[list[str]]]


@dataclass(frozen=True)
class Header:
    """A layout and the header that fits it.

    names: the file's column names in order. skip: rows before the first data row.
    places: our column -> positions of its spellings in the file, in the order they are tried.
    marked: our column -> the file's name, found only without the mark of a footnote that is glued to it (F23).
    """

    layout: Layout
    names: tuple[str, ...]
    skip: int
    places: dict[str, tuple[int, ...]]
    marked: dict[str, str] = field(default_factory=dict)

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The file's columns that the layout neither takes nor ignores."""
        taken = {place for places in self.places.values() for place in places}
        ignored = [_pattern(name) for name in self.layout.ignore]
        return tuple(
            name
            for place, name in enumerate(self.names)
            if place not in taken and not any(fnmatchcase(header_key(name), pattern) for pattern in ignored)
        )

    @property
    def found(self) -> dict[str, str]:
        """Our column -> the file's spelling; several are joined by a bar."""
        return {ours: "|".join(self.names[p] for p in places) for ours, places in self.places.items()}


@lru_cache(maxsize=10_000)
def _pattern(name: str) -> str:
    plain = header_key(name)
    ending = "*" if plain.endswith("*") else ""
    # Only the star at the end is a wildcard; brackets and question marks occur in real column names.
    return "".join(f"[{c}]" if c in "[?*" else c for c in plain.removesuffix("*")) + ending


def template_columns(template: str) -> tuple[str, ...]:
    """Our columns that a `build` template is made of."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(template) if name)


def missing_columns(layout: Layout, places: dict[str, tuple[int, ...]]) -> list[str]:
    """Our columns that are required and not among `places`; where a required one is built, the missing parts of it."""
    missing: dict[str, None] = {}
    for name in layout.required:
        if places.get(name) or name in layout.constants:
            continue
        if name in layout.build:
            parts = [part for part in template_columns(layout.build[name]) if part in layout.columns]
            missing.update(dict.fromkeys(part for part in parts if not places.get(part)))
        else:
            missing[name] = None
    return list(missing)


def find_header(records: Sequence[list[str]], layout: Layout) -> Header:
    """The header among the first records. Raises Refused F07 (none), F08 (names) or F09 (required column missing)."""
    needed = missing_columns(layout, {})
    best: tuple[float, int, list[str]] = (0.0, 0, [])
    for at, lines in enumerate(_candidates(records, layout)):
        places, marked = _places(lines, layout)
        missing = missing_columns(layout, places)
        share = sum(bool(p) for p in places.values()) / max(len(places), 1)
        if not missing and (needed or share >= 0.5):
            # A row above the header never has all required names, so the first that has them is it.
            _check_names(lines[0])
            found = {ours: p for ours, p in places.items() if p}
            return Header(layout, tuple(lines[0]), at + layout.header_rows, found, marked)
        progress = max(share, 1 - len(missing) / len(needed) if needed else 0.0)
        if progress > best[0]:
            best = (progress, at, missing)
    progress, at, missing = best
    if progress < 0.5 or not missing:
        raise Refused(
            "F07",
            f"none of the first {len(records)} rows holds the required columns "
            f"{', '.join(layout.spellings(name)[0] for name in needed or layout.columns)}",
            progress=progress,
        )
    raise Refused(
        "F09",
        f"the header in row {at + 1} lacks the required columns {_spelled(missing, layout)}",
        column=layout.spellings(missing[0])[0],
        progress=progress,
    )


def _spelled(names: Sequence[str], layout: Layout) -> str:
    return ", ".join(" or ".join(layout.spellings(name)) for name in names)


@lru_cache(maxsize=10_000)
def _keys(spellings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(header_key, spellings))


def _candidates(records: Sequence[list[str]], layout: Layout) -> Iterator[list[list[str]]]:
    """Each row that may be the header: its names, and other names that its columns may go by as well."""
    if layout.header_rows == 1:
        yield from ([record] for record in records)
        return
    for upper, lower in itertools.pairwise(records):
        width = max(len(upper), len(lower))
        above = [cell.strip() for cell in upper] + [""] * (width - len(upper))
        below = [cell.strip() for cell in lower] + [""] * (width - len(lower))
        spread: list[str] = []
        for cell in above:
            spread.append(cell or (spread[-1] if spread else ""))
        yield [[f"{a} {b}".strip() for a, b in zip(line, below, strict=True)] for line in (above, spread)]


def _places(
    lines: Sequence[Sequence[str]], layout: Layout, *, look_behind_marks: bool = True
) -> tuple[dict[str, tuple[int, ...]], dict[str, str]]:
    """Positions of each of our columns, and the columns that were found only without a footnote's mark."""
    by_key: dict[str, int] = {}
    for line in lines:
        for place, name in enumerate(line):
            by_key.setdefault(header_key(name), place)
    places = {
        ours: tuple(dict.fromkeys(by_key[key] for key in _keys(layout.spellings(ours)) if key in by_key))
        for ours in layout.columns
    }
    marked: dict[str, str] = {}
    absent = [ours for ours, found in places.items() if not found]
    # Where each column is a course, CS1 and CS2 differ in more than a footnote.
    if look_behind_marks and absent and any(places.values()) and not layout.wide:
        taken = {place for found in places.values() for place in found}
        plain = _without_marks({p: name for p, name in enumerate(lines[0]) if p not in taken})
        for ours in absent:
            found = next((plain[key] for key in _keys(layout.spellings(ours)) if key in plain), None)
            if found is not None and found not in taken:
                places[ours], marked[ours] = (found,), lines[0][found].strip()
                taken.add(found)
    return places, marked


def places_of(names: Sequence[str], layout: Layout) -> dict[str, tuple[int, ...]]:
    """Positions of each of our columns among the file's names, spelled exactly."""
    return _places([names], layout, look_behind_marks=False)[0]


def _without_marks(names: dict[int, str]) -> dict[str, int]:
    """Key of each name without the mark of a footnote -> its place; names that differ only in their mark are left out."""
    found: dict[str, int] = {}
    doubled: set[str] = set()
    for place, name in names.items():
        key = header_key(name)
        plain = header_key(_MARK.sub("", key))
        if plain and plain != key:
            doubled |= {plain} & set(found)
            found[plain] = place
    return {key: place for key, place in found.items() if key not in doubled}


def _check_names(record: Sequence[str]) -> None:
    keys = [header_key(name) for name in record]
    while keys and not keys[-1]:
        keys.pop()  # nameless columns at the right are judged with their cells
    seen: set[str] = set()
    for place, key in enumerate(keys):
        if not key:
            raise Refused("F08", f"column {place + 1} of the header has no name", progress=1)
        if key in seen:
            raise Refused(
                "F08", f"the column name {record[place].strip()!r} stands twice", column=record[place], progress=1
            )
        seen.add(key)


def headerless(records: Sequence[list[str]], layout: Layout) -> Header:
    """The header that the layout declares for files without one. Raises Refused F10 when no row has its width."""
    names = layout.header_names
    filled = [record for record in records if any(cell.strip() for cell in record)]
    # The same file is sometimes sent with its header; then the header is no data row.
    has_header = bool(records) and [header_key(c) for c in records[0]] == [header_key(n) for n in names]
    if not any(len(record) == len(names) for record in filled):
        widths = sorted({len(record) for record in filled})
        raise Refused("F10", f"no row has the {len(names)} fields of the layout; found {', '.join(map(str, widths))}")
    places = {ours: p for ours, p in places_of(names, layout).items() if p}
    return Header(layout, tuple(names), int(has_header), places)


def fit_header(split: Split, layout: Layout) -> Header:
    """The header of delimited text; `split` gives the first records for a delimiter.

    Raises Refused; F03 when the text fits the layout with another delimiter than the declared one.
    """
    fit = headerless if layout.header == "absent" else find_header
    try:
        return fit(split(layout.delimiter), layout)
    except Refused as refusal:
        for other, name in DELIMITERS.items():
            if other != layout.delimiter and _fits(fit, split(other), layout):
                declared = DELIMITERS.get(layout.delimiter, repr(layout.delimiter))
                raise Refused(
                    "F03", f"the columns are separated by {name}; the source declares {declared}", progress=1
                ) from refusal
        raise


def _fits(fit: Callable[[Sequence[list[str]], Layout], Header], records: Sequence[list[str]], layout: Layout) -> bool:
    try:
        fit(records, layout)
    except Refused:
        return False
    return True
