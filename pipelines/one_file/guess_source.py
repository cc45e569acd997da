"""Which source and school year a file belongs to, from its name, its header and its cells; or between which two it is.

Decides only where the evidence is of one mind. What the file says inside is left to the check itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.one_file.peek_file import Peeked
from pipelines.received.find_header import find_header, headerless
from pipelines.received.refusal import Refused
from pipelines.shared.school_year import parse_school_year, school_year
from pipelines.shared.text import header_key
from pipelines.standard.course_catalog import load_catalog
from pipelines.standard.course_codes import canonical_codes, compared_codes
from schemas.source_model import Layout, Source
from schemas.states import FIPS_STATE, STATES

STATE_IDS, NCES_IDS, FILE_NAME, HEADER, CODES = 6.0, 4.0, 3.0, 4.0, 3.0
"""Weight of each kind of evidence; what stands in the rows outweighs what somebody called the file."""
CLEAR = 1.5
"""By how much the best source must be ahead: less than any evidence of its own would give it."""
ENOUGH = 2.0
"""Below this nothing has been recognised but a width, or a column or two."""
MAJORITY = 0.6
HEADER_ROWS = 20
_STATE_ID = re.compile(r"([A-Z]{2})\s*-\s*\w")
_NCES_ID = re.compile(r"\d{11,12}")
_YEAR_COLUMNS = frozenset({"school_year", "schoolyear", "school year", "survyear", "year", "sy", "exam_year"})
_SPAN = re.compile(r"(?<!\d)(20\d\d)[-_/ –]+(20\d\d|\d\d)(?!\d)")
_GLUED_SPAN = re.compile(r"(?<!\d)(20\d\d)(\d\d)(?!\d)")
_SHORT_SPAN = re.compile(r"(?<!\d)(\d\d)[-_/–]?(\d\d)(?!\d)")
_LONE = re.compile(r"(?<!\d)(20[123]\d)(?!\d)")


@dataclass(frozen=True)
class Reading:
    """One reading of a file (a source, or a school year), how strong it is, and why, in words."""

    name: str
    score: float
    why: str


def guess_sources(path: Path, peeked: Peeked, sources: Mapping[str, Source]) -> list[Reading]:
    """The sources that the file may belong to, the most probable first; empty when nothing speaks for any.

    A source counts when a layout of it fits the header, or when name or ids speak for its state.
    """
    named, ids, nces = states_in_name(path), state_of_ids(peeked), state_of_nces_ids(peeked)
    known_fits: dict[str, tuple[float, str]] = {}
    fits = {name: _header_fit(peeked, source, known_fits) for name, source in sources.items()}
    readings = []
    for name, source in sources.items():
        fit, _, known = fits[name]
        reasons: list[tuple[float, str]] = []
        if fit:
            reasons.append((HEADER * fit, f"{known} of its column names are those of {name}"))
        if source.state and ids:
            reasons.append((STATE_IDS if ids == source.state else -STATE_IDS, f"its state ids start with {ids}-"))
        if source.state and nces:
            reasons.append((NCES_IDS if nces == source.state else -NCES_IDS, f"its NCES ids are those of {nces}"))
        if source.state in named or _names_source(path, source):
            reasons.append((FILE_NAME, f"its name says {STATES[source.state].name if source.state else name}"))
        score = sum(weight for weight, _ in reasons)
        if score > 0:
            readings.append(Reading(name, score, " and ".join(said for weight, said in reasons if weight > 0)))
    # A layout that fits outweighs a name, unless it knows a column or two only.
    readings = [r for r in readings if fits[r.name][0] and r.score >= ENOUGH] or readings
    readings.sort(key=lambda r: (-r.score, r.name))
    if not ids and not nces and len(readings) > 1 and readings[0].score - readings[1].score < CLEAR:
        readings = _by_course_codes(readings, peeked, sources, fits)
    return readings


def fits_any_layout(peeked: Peeked, source: Source) -> bool:
    """Whether the header fits a layout of the source, of whatever school year."""
    return _header_fit(peeked, source, {})[0] > 0


def is_clear(readings: list[Reading]) -> bool:
    """Whether the first reading may be taken without asking."""
    if not readings or readings[0].score < ENOUGH:
        return False
    return len(readings) == 1 or readings[0].score - readings[1].score >= CLEAR


def contradicts(path: Path, peeked: Peeked, sources: Mapping[str, Source]) -> tuple[str, str] | None:
    """Two sources of which the file's name says one and its ids the other; None where they agree or say nothing."""
    inside = state_of_ids(peeked) or state_of_nces_ids(peeked)
    named = states_in_name(path)
    if not inside or not named or inside in named:
        return None
    by_state = {source.state: name for name, source in sources.items() if source.produces == "course_offerings"}
    outside = next((by_state[state] for state in sorted(named) if state in by_state), None)
    return (outside, by_state[inside]) if outside and inside in by_state else None


def states_in_name(path: Path) -> frozenset[str]:
    """Postal codes that the file's name or its folders' names give: TX_2018.csv, texas courses.csv, raw/tx/2018-19."""
    found = set()
    folders = path.resolve().parts[-3:-1]
    for text in (path.name.split(".")[0], *folders):
        tokens = re.split(r"[\W_]+", text)
        # Lower-case in, me, or, hi, id are words; a code of two small letters counts alone or in front only.
        codes = [t for t in tokens if len(t) == 2 and t.isupper()] + [t.upper() for t in tokens[:1] if len(t) == 2]
        found |= {code for code in codes if code in STATES}
        words = " ".join(tokens).casefold()
        for postal, state in sorted(STATES.items(), key=lambda item: -len(item[1].name)):
            if re.search(rf"\b{re.escape(state.name.casefold())}\b", words):
                found.add(postal)
                words = words.replace(state.name.casefold(), " ")
    return frozenset(found)


def state_of_ids(peeked: Peeked) -> str:
    """The state whose code stands before the dash in most cells of a column; blank when there is no such column."""
    return _most_in_a_column(peeked, lambda cell: m[1] if (m := _STATE_ID.match(cell)) and m[1] in STATES else None)


def state_of_nces_ids(peeked: Peeked) -> str:
    """The state whose FIPS code most NCES ids of a column start with; 11 digits have lost a zero. Blank without one."""
    return _most_in_a_column(
        peeked, lambda cell: FIPS_STATE.get(cell.zfill(12)[:2]) if _NCES_ID.fullmatch(cell) else None
    )


def _most_in_a_column(peeked: Peeked, read: Callable[[str], str | None]) -> str:
    best: tuple[int, str] = (0, "")
    for table in peeked.tables:
        columns: dict[int, Counter[str]] = {}
        filled: Counter[int] = Counter()
        for record in table.records:
            for place, cell in enumerate(record):
                text = cell.strip()
                if not text:
                    continue
                filled[place] += 1
                if state := read(text):
                    columns.setdefault(place, Counter())[state] += 1
        for place, counts in columns.items():
            state, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
            # A column of ids may be half empty; a column of other things has one such cell by chance.
            if count >= MAJORITY * counts.total() and counts.total() >= 0.3 * filled[place]:
                best = max(best, (count, state))
    return best[1]


def _names_source(path: Path, source: Source) -> bool:
    """The file's name has the source's name in it, or the short name of its publisher (OSPI)."""
    words = "_" + re.sub(r"[\W_]+", "_", f"{path.resolve().parts[-3:-1]} {path.name.split('.')[0]}").casefold() + "_"
    publisher = re.findall(r"\(([A-Z]{3,})\)", source.publisher)
    names = [*([source.source] if len(source.source) > 2 else []), *(name.casefold() for name in publisher)]
    return any(f"_{name}_" in words for name in names)


def _header_fit(
    peeked: Peeked, source: Source, known: dict[str, tuple[float, str]]
) -> tuple[float, Layout | None, str]:
    """Of the layout that fits best: the share of the file's columns that it knows, the layout, and `12 of 15`.

    known: fits found so far, because most states share one layout.
    """
    best: tuple[float, Layout | None, str] = (0.0, None, "")
    for layout in source.layouts:
        if layout.reader != peeked.reader:
            continue
        key = repr((layout.columns, layout.required, layout.ignore, layout.header_names, layout.build))
        if key not in known:
            known[key] = max((_share_known(table.records, layout) for table in peeked.tables), default=(0.0, ""))
        share, told = known[key]
        if share > best[0]:
            best = (share, layout, told)
    return best


def _share_known(records: list[list[str]], layout: Layout) -> tuple[float, str]:
    try:
        header = (headerless if layout.header == "absent" else find_header)(records[:HEADER_ROWS], layout)
    except Refused:
        return 0.0, ""
    names = [name for name in header.names if name.strip()]
    known = len(names) - len([name for name in header.unknown if name.strip()])
    # A width alone proves little, so a layout without header stands behind any that is known by name.
    share = known / max(len(names), 1) * (0.4 if layout.header == "absent" else 1.0)
    return share, f"{known} of {len(names)}"


def _by_course_codes(
    readings: list[Reading], peeked: Peeked, sources: Mapping[str, Source], fits: Mapping[str, tuple]
) -> list[Reading]:
    """The readings again, those first whose catalog has the file's course codes."""
    out = []
    for reading in readings:
        layout, share = fits[reading.name][1], 0.0
        if layout and reading.score >= readings[0].score - CLEAR:
            share = _share_of_known_codes(peeked, sources[reading.name], layout)
        why = f"{reading.why} and {share:.0%} of its course codes are in the catalog of {reading.name}"
        out.append(Reading(reading.name, reading.score + CODES * share, why) if share else reading)
    return sorted(out, key=lambda r: (-r.score, r.name))


def _share_of_known_codes(peeked: Peeked, source: Source, layout: Layout) -> float:
    if source.courses is None or "course_code" not in layout.columns:
        return 0.0
    wanted = {header_key(name) for name in layout.spellings("course_code")}
    catalog = set(load_catalog(source.state)["course_code"]) - {""}
    for table in peeked.tables:
        for at, record in enumerate(table.records[:HEADER_ROWS]):
            places = [place for place, name in enumerate(record) if header_key(name) in wanted]
            if places:
                cells = [r[places[0]] for r in table.records[at + 1 :] if len(r) > places[0]]
                codes, _ = canonical_codes(pd.Series(cells, dtype="str"), source.courses, ("", *source.missing))
                codes = compared_codes(codes, source.courses).dropna()
                return float(codes.isin(list(catalog)).mean()) if len(codes) else 0.0
    return 0.0


def guess_years(path: Path, peeked: Peeked) -> list[Reading]:
    """The school years the file may be of, the most probable first; two of one score when it cannot be told.

    A lone year is two school years to different people: 2018 starts one and ends another.
    """
    inside, lone_inside = _years_inside(peeked)
    folders = path.resolve().parts[-3:-1]
    name = path.name.split(".")[0]
    found: list[Reading] = [Reading(year, 3.0, "a column of it says so") for year in inside]
    found += [Reading(year, 2.0, f"its name says {year}") for year in _spans(name)]
    if not found:
        found += [Reading(year, 1.5, f"its folder says {year}") for folder in folders for year in _spans(folder)]
    if not found:
        lone = [(int(text), "its name") for text in _LONE.findall(name)] or [(y, "a column of it") for y in lone_inside]
        for start, where in lone[:1]:
            found += [Reading(school_year(y), 1.0, f"{where} says {start}") for y in (start - 1, start)]
    best: dict[str, Reading] = {}
    for reading in found:
        if reading.name not in best or best[reading.name].score < reading.score:
            best[reading.name] = reading
    return sorted(best.values(), key=lambda r: (-r.score, r.name))


def _spans(text: str) -> list[str]:
    """School years written with both of their years: 2018-2019, 201819, 18-19, SY1819; 2021 alone is not one."""
    years = []
    for first, second in [*_SPAN.findall(text), *_GLUED_SPAN.findall(text)]:
        start = int(first)
        if int(second[-2:]) == (start + 1) % 100:
            years.append(school_year(start))
    if not years:
        for first, second in _SHORT_SPAN.findall(text):
            if first + second != "2021" and 10 <= int(first) < 40 and int(second) == int(first) + 1:
                years.append(school_year(2000 + int(first)))
    return list(dict.fromkeys(years))


def _years_inside(peeked: Peeked) -> tuple[list[str], list[int]]:
    """The school year that a column of years agrees on, and the lone calendar year; both empty when it has several."""
    for table in peeked.tables:
        for at, record in enumerate(table.records[:HEADER_ROWS]):
            places = [p for p, name in enumerate(record) if header_key(name) in _YEAR_COLUMNS]
            for place in places:
                cells = {r[place].strip() for r in table.records[at + 1 :] if len(r) > place and r[place].strip()}
                if len(cells) != 1:
                    continue
                text = cells.pop()
                if re.fullmatch(r"20\d\d(\.0)?", text):
                    return [], [int(text[:4])]
                years = _parsed([text])
                if years:
                    return years, []
    return [], []


def _parsed(texts: Iterable[str]) -> list[str]:
    out = []
    for text in texts:
        try:
            out.append(parse_school_year(text))
        except ValueError:
            continue
    return out
