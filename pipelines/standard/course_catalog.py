"""The states' lists of courses, `schemas/courses/<state>.csv`, and the lists that states share; and what is wrong with one.

Reads lists and checks them; which course of a file counts is found in `course_verdicts`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pandas as pd

from pipelines.shared.text import key_of
from schemas.columns import column
from schemas.source_model import Source

CATALOGS = Path(__file__).parents[2] / "schemas" / "courses"
COLUMNS = (
    "since",
    "until",
    "course_code",
    "course_title",
    "counts",
    "basis",
    "grade_band",
    "hours",
    "unverified",
)
REFERENCE_COLUMNS = (*COLUMNS, "release", "source")
ANY_CODE = "*"
"""Stands for the code in a catalog's line on a local title: so judged under whatever code it is filed."""

_BANDS = frozenset({"", "k8", "middle", "high", "any"})
_YEAR = re.compile(r"(20\d\d-\d\d)?", re.ASCII)
Line = dict[str, str]


@cache
def load_catalog(state: str, folder: Path = CATALOGS) -> pd.DataFrame:
    """The catalog of a state: one row per course and span of school years, all text, blanks as empty text.

    since, until: first and last school year, open when blank. course_code: in the state's canonical form; blank when
    the state sends titles only; `*` for a local title that is so judged under every code. counts: counts,
    does_not_count or review. basis: why. hours: of programming, when known. unverified: `yes` when no public list
    confirms the row. A state without a catalog has an empty one.
    Kept for the life of the process: do not write into it.
    Raises ValueError naming file, line and fault.
    """
    path = folder / f"{state.casefold()}.csv"
    return _read(path, COLUMNS) if path.exists() else pd.DataFrame(columns=list(COLUMNS), dtype="str")


def catalog_of(source: Source, folder: Path = CATALOGS) -> pd.DataFrame:
    """The catalog of a source's state, in which every code is one of a course, as the source's YAML says they look.

    Raises ValueError naming file, line and fault. A code with the shape of a district's or school's id is named as
    such: the predecessor's list of Texas was full of them (domain.md 15, defect 9).
    """
    catalog = load_catalog(source.state, folder)
    if source.courses and source.courses.pattern:
        of_course = re.compile(source.courses.pattern)
        for line, code in enumerate(catalog["course_code"], start=2):
            if code not in ("", ANY_CODE) and not of_course.fullmatch(code):
                what = "looks like the id of a district or school, not" if _is_id(code, source) else "does not look"
                raise ValueError(
                    f"{source.source}.csv, line {line}: {code!r} {what} like a course code ({source.courses.pattern}); "
                    f"correct the line in schemas/courses/, or the pattern in schemas/sources/{source.source}.yml"
                )
    return catalog


def _is_id(code: str, source: Source) -> bool:
    if source.state_school_id is None:
        return False
    parts = {_shape(part) for part in source.state_school_id.example.split("-")[1:]}
    return "-" in code or _shape(code.zfill(max(map(len, parts)))) in parts


def _shape(code: str) -> str:
    return re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", code))


@cache
def load_reference(name: str, folder: Path = CATALOGS) -> pd.DataFrame:
    """A list that several states share, `sced` or `titles`: as `load_catalog`, with the release and source of each line.

    Raises ValueError naming file, line and fault.
    """
    return _read(folder / f"{name}.csv", REFERENCE_COLUMNS)


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != columns:
            found = ", ".join(reader.fieldnames or ())
            raise ValueError(f"{path.name}: the columns must be {', '.join(columns)}; found {found}")
        lines = list(reader)
    for number, line in enumerate(lines, start=2):
        if None in line or None in line.values():
            raise ValueError(
                f"{path.name}, line {number}: a line has {len(columns)} cells; correct it in {path.parent}"
            )
    fault = next(_faults(lines), None)
    if fault:
        number, sentence = fault
        raise ValueError(f"{path.name}, line {number}: {sentence}; correct the line in schemas/courses/")
    return pd.DataFrame({name: [line[name] for line in lines] for name in columns}, dtype="str")


def _faults(lines: list[Line]) -> Iterator[tuple[int, str]]:
    """Line number and sentence of each fault. Plain Python: a list is short, and pandas dear on short columns."""
    allowed = column("counts_as_cs").allowed
    tests: dict[str, Callable[[Line], bool]] = {
        f"counts must be one of {', '.join(allowed)}": lambda line: line["counts"] in allowed,
        "basis must not be blank": lambda line: bool(line["basis"].strip()),
        "course_code or course_title must be given": lambda line: bool(line["course_code"] + line["course_title"]),
        "since and until are school years like 2018-19, or blank": lambda line: all(
            _YEAR.fullmatch(line[name]) for name in ("since", "until")
        ),
        f"grade_band must be one of {', '.join(sorted(_BANDS))}": lambda line: line["grade_band"] in _BANDS,
        "release and source must be given": lambda line: bool(line.get("release", "-") and line.get("source", "-")),
    }
    seen: dict[tuple[str, str], list[Line]] = {}
    for number, line in enumerate(lines, start=2):
        yield from ((number, sentence) for sentence, holds in tests.items() if not holds(line))
        code, key = line["course_code"], key_of(line["course_title"]) or ""
        coded = code not in ("", ANY_CODE)
        name = ("code", code) if coded else ("title" + code, key)
        if any(_overlap(line, other) for other in seen.get(name, ())):
            yield number, f"a {'code' if coded else 'title without a code'} stands once for its years"
        seen.setdefault(name, []).append(line)
        others = [other for other in seen.get(("every", key), ()) if key and _overlap(line, other)]
        if any(other["counts"] != line["counts"] for other in others):
            yield number, "lines of one title say the same"
        seen.setdefault(("every", key), []).append(line)


def _overlap(one: Line, other: Line) -> bool:
    """Whether both lines hold in some school year."""
    return (one["since"] or "0") <= (other["until"] or "9") and (other["since"] or "0") <= (one["until"] or "9")


def catalog_of_year(catalog: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """The rows of a catalog that are valid in that school year."""
    begun = catalog["since"] <= school_year
    going = (catalog["until"] == "") | (catalog["until"] >= school_year)
    return catalog[begun & going]
