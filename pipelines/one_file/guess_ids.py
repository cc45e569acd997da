"""How a state's school ids can be had from a file: from a column of whole ids, two columns, or one without dashes.

Guesses for the draft of a source's YAML; the ids themselves are repaired and judged in the standard stage.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.one_file.guess_columns import ColumnGuess, bare
from schemas.source_model import Source

FITS = 0.8
"""Share of the ids that must have the state's shape for a way of building them to be taken."""
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class IdGuess:
    """Pattern and example of the ids, the template they are built from (blank: a column holds them), and how many fit.

    fits: share of the built ids that have the shape, 1 where none are built.
    """

    pattern: str
    example: str
    repeats_district: bool = False
    template: str = ""
    fits: float = 1.0


def guess_ids(columns: Sequence[ColumnGuess], rows: Rows, state: str, known: Source | None) -> IdGuess:
    """The shape of the state's ids, that of its YAML where there is one, and how the file gives them."""
    by_target = {guess.target: guess for guess in columns if guess.target}
    pattern, example, repeats = _shape(by_target, rows, state, known)
    if "state_school_id_given" in by_target:
        return IdGuess(pattern, example, repeats)
    ways = [way for way in (_two_columns(by_target, state), *_one_column(by_target, state, example)) if way]
    scored = [(_share_fitting(way, by_target, rows, pattern), way) for way in ways]
    good = [(fits, way) for fits, way in scored if fits >= FITS] or scored[:1]
    if not good or (not _two_columns(by_target, state) and good[0][0] < FITS):
        return IdGuess(pattern, example, repeats)
    return IdGuess(pattern, example, repeats, good[0][1], good[0][0])


def full_length(cells: Sequence[str]) -> int:
    """The length that most codes of digits have, at least the longest of those that stand in one cell in twenty."""
    digits = [cell for cell in cells if cell.isascii() and cell.isdigit()]
    lengths = Counter(len(cell) for cell in digits)
    common = [length for length, count in lengths.items() if count * 20 >= len(digits)]
    return max(common, default=0)


def _two_columns(by_target: Mapping[str, ColumnGuess], state: str) -> str:
    if not {"district_code", "school_code"} <= set(by_target):
        return ""
    parts = []
    for part in ("district_code", "school_code"):
        length = full_length(by_target[part].cells)
        parts.append(f"{{{part}:0>{length}}}" if length else f"{{{part}}}")
    return "-".join([state, *parts])


def _one_column(by_target: Mapping[str, ColumnGuess], state: str, example: str) -> list[str]:
    """A column whose codes are as long as both parts together: the first characters are the district's."""
    parts = example.split("-", 2)[1:]
    if len(parts) != 2:
        return []
    district, school = (len(part) for part in parts)
    ways = []
    for target in ("school_code", "district_code"):
        lengths = Counter(len(cell) for cell in by_target[target].cells) if target in by_target else Counter()
        if lengths and lengths.most_common(1)[0][0] == district + school:
            ways.append(f"{state}-{{{target}:1-{district}}}-{{{target}:{district + 1}-{district + school}}}")
    return ways


def _share_fitting(template: str, by_target: Mapping[str, ColumnGuess], rows: Rows, pattern: str) -> float:
    built = [_built(template, by_target, row) for row in rows]
    whole = [one for one in built if one]
    return sum(bool(re.fullmatch(pattern, one)) for one in whole) / len(whole) if whole else 0.0


def _built(template: str, by_target: Mapping[str, ColumnGuess], row: Sequence[str]) -> str:
    """The id of one row, blank where a part is: what `build` of a layout makes of the template."""
    out = template
    for target, spec in re.findall(r"\{(\w+)(?::([^}]*))?\}", template):
        place = by_target[target].place
        cell = bare(row[place]) if len(row) > place else ""
        if not cell:
            return ""
        if spec.startswith("0>"):
            cell = cell.rjust(int(spec[2:]), "0")
        elif spec:
            first, last = (int(number) for number in spec.split("-"))
            cell = cell[first - 1 : last]
        out = out.replace(f"{{{target}:{spec}}}" if spec else f"{{{target}}}", cell, 1)
    return out


def _shape(by_target: Mapping[str, ColumnGuess], rows: Rows, state: str, known: Source | None) -> tuple[str, str, bool]:
    """Pattern and example of the state's ids, and whether the school part repeats the district part."""
    if known and known.state_school_id:
        rule = known.state_school_id
        return rule.pattern, rule.example, rule.school_repeats_district
    whole = by_target.get("state_school_id_given")
    if whole and whole.cells:
        ids = [re.sub(r"\s*-\s*", "-", cell) for cell in whole.cells]
    elif template := _two_columns(by_target, state):
        ids = [one for row in rows if (one := _built(template, by_target, row))]
    else:
        ids = []
    shapes = Counter(_shape_of(one) for one in ids)
    if not shapes:
        return rf"{state}-.+-.+", f"{state}-0-0", False
    shape = min(shapes.items(), key=lambda item: (-item[1], item[0]))[0]
    parts = [one.split("-", 2) for one in ids if one.count("-") >= 2]
    repeats = len(parts) > 2 and all(len(p[2]) > len(p[1]) and p[2].startswith(p[1]) for p in parts)
    return shape, next(one for one in ids if _shape_of(one) == shape), repeats


def _shape_of(one: str) -> str:
    """A pattern for one id: each part by its length, digits only where it has only digits."""
    first, *parts = one.split("-")
    shapes = [rf"\d{{{len(part)}}}" if part.isdigit() else f"[0-9A-Z]{{{len(part)}}}" for part in parts]
    shape = "-".join([first, *shapes])
    return shape if re.fullmatch(shape, one) else rf"{first}-.+-.+"
