"""What the columns of an unknown state file hold: by the names that all sources use, and by the shape of the cells.

Gives each guess a confidence and guesses nothing about whole files; the draft of a YAML is written elsewhere.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.one_file.suggest_fix import squeezed
from pipelines.standard.school_details import first_grade
from schemas.columns import COUNTS
from schemas.source_model import Source
from schemas.states import STATE_FIPS

OF_THE_SCHOOL = ("city", "zip", "street", "county", "grade_low", "grade_high", "grade_span", "school_level")
"""What helps to find the school. The same words behind `District` or `Mailing` are of something else."""
TARGETS = (
    "nces_school_id_given",
    "state_school_id_given",
    "school_code",
    "district_code",
    "school_name",
    "district_name",
    *OF_THE_SCHOOL,
    "course_code",
    "course_name",
    "teacher_name_or_id",
    *COUNTS,
    "school_year",
)
"""Our columns that a state's course file may fill; `school_year`, `district_code` and `school_code` serve others."""
ENOUGH = 0.5
"""Confidence from which a guess is written down as a column; below it the column is left to a person."""
LIKE = 0.9
"""Likeness (difflib) of two column names; clean_name and lea_name are 0.875 alike."""
ALONE = 0.7
"""Share of the values that must look like an id, or be a known code, where the column's name says nothing."""

_MORE_NAMES: Mapping[str, tuple[str, ...]] = {
    # Names that real files of states use and that no committed source has yet.
    "school_code": ("campus", "campus id", "school id", "school number", "school no", "agency code", "site code"),
    "district_code": ("district", "lea code", "lea id", "district id", "district number", "system id"),
    "school_name": ("campname", "campus name", "school", "school title", "building name", "sch name"),
    "district_name": ("distname", "lea name", "system name", "corporation name", "district"),
    "city": ("school city", "location city", "town"),
    "zip": ("zip code", "school zip", "school zip code", "zip code long"),
    "street": ("address", "street address", "school address", "school street address", "address line 1", "street addr"),
    "county": ("county", "county name", "cntyname"),
    "grade_low": ("low grade", "lowest grade", "lowest grad", "grade low", "lowest", "st grade"),
    "grade_high": ("high grade", "highest grade", "highest gra", "grade high", "highest", "end grade"),
    "grade_span": ("grade span", "grade range", "grdspan"),
    "school_level": ("level", "school level", "grade category", "grade categ"),
    "course_code": ("course number", "course no", "class code", "sced code", "state course code", "cip code"),
    "course_name": ("class title", "course description", "local course title"),
    "enrolled": ("students", "count", "enrollment", "student count", "number of students", "total enrollment"),
    "teacher_name_or_id": ("teacher", "instructor", "educator", "teacher name", "teacher id", "staff id"),
    "school_year": ("school year", "year", "academic year", "sy", "survyear"),
}
_NOT_WANTED = """
phone,fax,website,url,web page,zip4,latitude,longitude,x,y,region,status,locale,grades,charter,charter type,calendar,
superintendent,principal,email,state,country,esea,stem,rating,sector,address line 2,phone number
"""
_MARKS = frozenset({"", "unspecified", "n/a", "na", "none", "?", "*", "**", "-", ".", "null"})
_SCHOOL_WORDS = re.compile(
    r"\b(school|sch|schl|high|middle|elem|elementary|academy|acad|institute|college|h\.? ?s|j\.? ?h|m\.? ?s|el|jr|sr"
    r"|magnet|charter|center|ctr|prep)\b",
    re.IGNORECASE,
)
_COURSE_WORDS = re.compile(
    r"\b(comput\w*|comp|program\w*|prog\w*|java|python|coding|robot\w*|web|cyber\w*|software|ap|intro\w*|game\w*"
    r"|algebra|science|technology|design|data|network\w*|information|mathematic\w*|principles)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ColumnGuess:
    """One column of the file: what it seems to be (blank: nothing we need), how sure (0 to 1), and why."""

    name: str
    place: int
    target: str
    confidence: float
    why: str
    cells: list[str] = field(default_factory=list, repr=False, compare=False)
    known_otherwise: bool = False


def learned_names(sources: Mapping[str, Source]) -> tuple[dict[str, Counter[str]], frozenset[str]]:
    """Squeezed column names of all sources with the columns of ours they stand for, and names that are not wanted.

    A name that states use for courses counts more than the same name in a national list.
    """
    known: dict[str, Counter[str]] = defaultdict(Counter)
    unwanted = {squeezed(word) for word in _NOT_WANTED.split(",")}
    for source in sources.values():
        weight = 5 if source.produces == "course_offerings" else 1
        for layout in source.layouts:
            unwanted |= {squeezed(name) for name in layout.ignore if not name.endswith("*")}
            for ours in layout.columns:
                for theirs in layout.spellings(ours):
                    if ours in TARGETS:
                        known[squeezed(theirs)][ours] += weight
                    else:
                        unwanted.add(squeezed(theirs))
    for ours, names in _MORE_NAMES.items():
        for name in names:
            known[squeezed(name)][ours] += 1
    known.pop("", None)
    return dict(known), frozenset(unwanted - set(known) - {""})


def guess_columns(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    state: str,
    sources: Mapping[str, Source],
    codes: frozenset[str],
) -> list[ColumnGuess]:
    """A guess for each column of the file, in its order; each of our columns is given at most once, to the surest.

    names: the header. rows: data rows. codes: course codes of the state's catalog, to know a column of codes by.
    """
    known, unwanted = learned_names(sources)
    # What has a name of its own for something else is not taken for ours by its looks or by a likeness.
    others = {place for place, name in enumerate(names) if _is_otherwise(name, known, unwanted)}
    cells = [_filled(rows, place) for place in range(len(names))]
    scored: list[tuple[float, int, str, str]] = []
    for place, name in enumerate(names):
        for target in TARGETS if place not in others else ():
            confidence, why = _judge(name, cells[place], target, state, known, codes)
            if confidence >= ENOUGH:
                scored.append((round(confidence, 2), -place, target, why))
    chosen: dict[int, tuple[float, str, str]] = {}
    for confidence, negative, target, why in sorted(scored, key=lambda s: (-s[0], -s[1], TARGETS.index(s[2]))):
        if -negative not in chosen and target not in {taken for _, taken, _ in chosen.values()}:
            chosen[-negative] = (confidence, target, why)
    out = []
    for place, name in enumerate(names):
        confidence, target, why = chosen.get(place, (0.0, "", ""))
        out.append(ColumnGuess(name, place, target, confidence, why, cells[place], place in others))
    return out


def _is_otherwise(name: str, known: Mapping[str, Counter[str]], unwanted: frozenset[str]) -> bool:
    """The column's name, or what stands behind `School` or `District` in it, is that of something we do not need."""
    front = re.match(r"(school|district|campus|lea|mailing|physical)[\W_]+", name.strip(), re.IGNORECASE)
    behind = squeezed(name.strip()[front.end() :] if front else name)
    if squeezed(name) in known:
        return False
    not_of_school = front is not None and front[1].casefold() in ("district", "lea", "mailing")
    return behind in unwanted or (
        not_of_school and any(known[behind][ours] for ours in OF_THE_SCHOOL if behind in known)
    )


def _filled(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    cells = (bare(row[place]) for row in rows if len(row) > place)
    return [cell for cell in cells if cell.casefold() not in _MARKS]


def bare(cell: str) -> str:
    """A cell without outer spaces and without the guards that spreadsheets put around text."""
    return re.sub(r"^=\"(.*)\"$|^'(?=\d)", r"\1", cell.strip()).strip()


def _judge(
    name: str, cells: list[str], target: str, state: str, known: Mapping[str, Counter[str]], codes: frozenset[str]
) -> tuple[float, str]:
    """Confidence that a column is our `target`, and why in words."""
    by_name, said = _name_score(name, target, known)
    shape = _SHAPES[target](cells, state, codes) if cells else None
    if shape is None:
        return by_name * 0.8, f"{said}, no values seen" if by_name else ""
    if by_name == 0:
        # Only ids, and codes that the catalog has, are known by their looks alone.
        if target == "course_code":
            shape = share_listed(cells, codes)
        elif target not in ("nces_school_id_given", "state_school_id_given"):
            return 0.0, ""
        return (0.9 * shape if shape >= ALONE else 0.0), f"{shape:.0%} of the values look like one"
    if shape < 0.2:
        return by_name * 0.4, f"{said}, but the values do not look like one"
    return 0.65 * by_name + 0.35 * shape, f"{said}, {shape:.0%} of the values look like one"


def _name_score(name: str, target: str, known: Mapping[str, Counter[str]]) -> tuple[float, str]:
    key = squeezed(name)
    if not key:
        return 0.0, ""
    if exact := known.get(key):
        share = exact[target] / exact.total()
        return (0.5 + 0.5 * share if share else 0.0), "the name is known"
    close = [spelled for spelled in difflib.get_close_matches(key, known, n=3, cutoff=LIKE) if known[spelled][target]]
    if close:
        return 0.8, f"the name is like {close[0]}"
    words = _words(name)
    held = [n for n in _MORE_NAMES.get(target, ()) if " " in n and set(n.split()) <= words]
    return (0.75, f"the name holds the words {held[0]}") if held else (0.0, "")


def _words(name: str) -> set[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return set(re.split(r"[\W_]+", apart.casefold()))


def _share(cells: list[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(cell)) for cell in cells) / len(cells)


def _is_nces(cells: list[str], state: str, _: frozenset[str]) -> float:
    fips = STATE_FIPS[state]
    whole = _share(cells, lambda c: re.fullmatch(r"\d{11,12}", c) and c.zfill(12).startswith(fips))
    # A spreadsheet's 5.3E+11 was an id once; the column is known, its values are lost.
    ruined = _share(cells, lambda c: re.fullmatch(r"\d(\.\d+)?E\+?1[01]", c, re.IGNORECASE))
    return max(whole, 0.8 * ruined)


def _is_state_id(cells: list[str], state: str, _: frozenset[str]) -> float:
    return _share(cells, lambda c: re.match(rf"{state}\s*-\s*\w", c))


def _is_code(cells: list[str], state: str, _: frozenset[str]) -> float:
    if _is_state_id(cells, state, frozenset()) > 0.5 or _is_nces(cells, state, frozenset()) > 0.5:
        return 0.0
    return _share(cells, lambda c: re.fullmatch(r"(?=.*\d)[0-9A-Za-z.]{1,14}", c))


def _is_course_code(cells: list[str], state: str, codes: frozenset[str]) -> float:
    listed = share_listed(cells, codes)
    written = _share(cells, lambda c: re.fullmatch(r"(?=.*\d)[0-9A-Za-z.\-]{3,14}", c))
    return max(listed, 0.8 * written * (_is_code(cells, state, codes) > 0.2))


def share_listed(cells: list[str], codes: frozenset[str]) -> float:
    """The share of the values that the state's catalog lists as codes of courses, lost zeros put back."""
    return (
        _share(cells, lambda c: c in codes or any(c.zfill(n) in codes for n in range(len(c) + 1, 9))) if codes else 0.0
    )


def _is_name(cells: list[str]) -> float:
    return _share(cells, lambda c: len(re.findall(r"[A-Za-z]", c)) >= max(2, len(c) * 0.5))


def _is_school_name(cells: list[str], *_: object) -> float:
    return _is_name(cells) * (1.0 if _share(cells, _SCHOOL_WORDS.search) >= 0.3 else 0.4)


def _is_course_name(cells: list[str], *_: object) -> float:
    return _is_name(cells) * (1.0 if _share(cells, _COURSE_WORDS.search) >= 0.3 else 0.4)


def _is_district_name(cells: list[str], *_: object) -> float:
    return _is_name(cells)


def _is_text(cells: list[str], *_: object) -> float:
    return _share(cells, lambda c: any(sign.isalpha() for sign in c))


def _is_zip(cells: list[str], *_: object) -> float:
    return _share(cells, lambda c: re.fullmatch(r"\d{3,5}([- ]?\d{4})?(\.0)?", c))


def _is_grade(cells: list[str], *_: object) -> float:
    return _share(cells, first_grade)


def _is_count(cells: list[str], *_: object) -> float:
    return _share(
        cells,
        lambda c: re.fullmatch(r"[<>=≤≥n ]*(0|[1-9]\d{0,4}|[1-9]\d?,\d{3})(\.0+)?|\*+|CEP|\d+-\d+", c, re.IGNORECASE),
    )


def _is_year(cells: list[str], *_: object) -> float:
    return _share(cells, lambda c: re.fullmatch(r"(SY ?)?(20)?\d\d([-/_](20)?\d\d)?(\.0)?", c, re.IGNORECASE))


def _is_person(cells: list[str], *_: object) -> float:
    # A column named Teachers may also count them, as that of the NCES search does.
    return 0.9 * _share(cells, lambda c: not re.fullmatch(r"\d{0,5}\.\d+|\d{1,3}", c))


_SHAPES: dict[str, Callable[[list[str], str, frozenset[str]], float]] = {
    "nces_school_id_given": _is_nces,
    "state_school_id_given": _is_state_id,
    "school_code": _is_code,
    "district_code": _is_code,
    "school_name": _is_school_name,
    "district_name": _is_district_name,
    **dict.fromkeys(("city", "street", "county", "school_level"), _is_text),
    "zip": _is_zip,
    **dict.fromkeys(("grade_low", "grade_high", "grade_span"), _is_grade),
    "course_code": _is_course_code,
    "course_name": _is_course_name,
    "teacher_name_or_id": _is_person,
    "school_year": _is_year,
    **dict.fromkeys(COUNTS, _is_count),
}
