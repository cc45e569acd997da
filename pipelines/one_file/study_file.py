"""What a file of a state without a layout seems to be: header, dialect, columns, ids, codes and year, and what a person
must decide about each. Writes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.one_file.check_report import plain
from pipelines.one_file.guess_columns import ColumnGuess, guess_columns, learned_names, share_listed
from pipelines.one_file.guess_ids import FITS, IdGuess, full_length, guess_ids
from pipelines.one_file.guess_source import guess_years
from pipelines.one_file.peek_file import Peeked, PeekedTable, peek_file
from pipelines.one_file.suggest_fix import squeezed
from pipelines.standard.course_catalog import load_catalog
from schemas.source_model import Source, load_sources

HEADER_ROWS = 20
UNSURE = 0.85
"""Confidence below which a column is asked about."""
FEW_LISTED = 0.3
"""Share of course codes in the catalog below which they may be codes of another kind."""
MAX_NAMED = 15
_YES = ("y", "yes", "x", "true")
_NO = ("n", "no", "false", "0", "")


@dataclass(frozen=True)
class Draft:
    """What was found out about a file; `decide` is what a person must look at, most important first.

    header_row counts from 1, 0 where there is none. code_length: full length of a course code. wide: course -> column name.
    year: the school year, blank when it cannot be told.
    listed_codes: share of the values taken for course codes that the state's catalog has.
    """

    name: str
    state: str
    file: str
    peeked: Peeked
    sheet: str
    header_row: int
    names: list[str]
    columns: list[ColumnGuess]
    ids: IdGuess
    code_length: int
    wide: dict[str, str]
    yes: str
    year: str
    known: Source | None
    catalog: bool
    listed_codes: float
    decide: list[str] = field(default_factory=list)

    def column(self, target: str) -> ColumnGuess | None:
        """The column that is taken for that one of ours."""
        return next((guess for guess in self.columns if guess.target == target), None)


def study_file(state: str, path: Path, name: str) -> Draft:
    """Everything that can be guessed about a file. Raises Refused when it cannot be read."""
    sources = load_sources()
    peeked = peek_file(path)
    catalog = load_catalog(state)
    codes = frozenset(catalog["course_code"]) - {"", "*"}
    titles = frozenset(map(squeezed, catalog["course_title"])) - {""}
    table, at = _find_table(peeked, sources)
    names, rows = _split(table.records, at)
    known = sources.get(state.lower())
    columns = guess_columns(names, rows, state, sources, codes)
    found_codes = next((guess.cells for guess in columns if guess.target == "course_code"), [])
    wide, yes = _wide_columns(columns, titles, codes)
    years = guess_years(path, peeked)
    clear = len(years) == 1 or (len(years) > 1 and years[0].score > years[1].score)
    draft = Draft(
        name=name,
        state=state,
        file=path.name,
        peeked=peeked,
        sheet=table.name if len(peeked.tables) > 1 else "",
        header_row=at + 1,
        names=names,
        columns=columns,
        ids=guess_ids(columns, rows, state, known),
        code_length=full_length(found_codes),
        wide=wide,
        yes=yes,
        year=years[0].name if years and clear else "",
        known=known,
        catalog=bool(codes),
        listed_codes=share_listed(found_codes, codes) if found_codes else 0.0,
    )
    draft.decide.extend(_decisions(draft, [reading.name for reading in years]))
    return draft


def _find_table(peeked: Peeked, sources: Mapping[str, Source]) -> tuple[PeekedTable, int]:
    """The table and the place of its header (-1: it has none): the row with most names that any source knows."""
    known, unwanted = learned_names(sources)
    best: tuple[float, PeekedTable, int] = (0.0, peeked.tables[0] if peeked.tables else PeekedTable("", []), -1)
    for table in peeked.tables:
        width = Counter(len(record) for record in table.records if any(record)).most_common(1)
        for at, record in enumerate(table.records[:HEADER_ROWS]):
            filled = [cell for cell in record if cell.strip()]
            if len(filled) < 2 or not width or len(record) < 0.8 * width[0][0]:
                continue
            named = sum(squeezed(cell) in known or squeezed(cell) in unwanted for cell in filled)
            worded = sum(bool(re.search(r"[A-Za-z]", cell)) for cell in filled)
            alike = len({cell.strip().casefold() for cell in filled}) / len(filled)
            score = (2 * named + worded / len(filled)) * alike * (1 + 0.001 * min(len(table.records), 999))
            numbers = sum(bool(re.fullmatch(r"[\d.,%$ -]+", cell.strip())) for cell in filled)
            if (named or not numbers) and score > best[0]:
                best = (score, table, at)
    return best[1], best[2]


def _split(records: list[list[str]], at: int) -> tuple[list[str], list[list[str]]]:
    if at >= 0:
        names = [name.strip() for name in records[at]]
        while names and not names[-1]:
            names.pop()
        return names, records[at + 1 :]
    width = Counter(len(record) for record in records if any(record)).most_common(1)
    return [f"column {n}" for n in range(1, (width[0][0] if width else 0) + 1)], records


def _wide_columns(
    columns: list[ColumnGuess], catalog_titles: frozenset[str], codes: frozenset[str]
) -> tuple[dict[str, str], str]:
    """Columns that are courses, with Y or nothing in their cells; and the word for yes. Empty when there are not two."""
    found: dict[str, str] = {}
    words: Counter[str] = Counter()
    for guess in columns:
        values = {cell.casefold() for cell in guess.cells}
        is_course = (
            guess.name in codes or squeezed(guess.name) in catalog_titles or re.fullmatch(r"\d{4,8}", guess.name)
        )
        if guess.target or not is_course or not values or not values <= {*_YES, *_NO, "1"} or len(values) > 3:
            continue
        found[guess.name] = guess.name
        words.update(cell for cell in guess.cells if cell.casefold() in {*_YES, "1"})
    return (found, words.most_common(1)[0][0]) if len(found) >= 2 and words else ({}, "")


def _decisions(draft: Draft, years: Sequence[str]) -> list[str]:
    """What nobody but a person can say, each with where in the YAML it goes."""
    said = []
    if draft.known:
        said.append(
            f"schemas/sources/{draft.known.source}.yml exists: put the layout of this draft among its layouts, with "
            "`since:`, instead of a second file."
        )
    course = draft.column("course_code") or draft.column("course_name")
    if not course and not draft.wide:
        said.append(
            "No column of courses was found. If each row is a school that teaches computer science, write "
            "`mode: every_row` under courses; if not, this is no file of courses, and the draft is of no use."
        )
    nces = draft.column("nces_school_id_given")
    if nces and any(re.search(r"E\+?\d", cell) for cell in nces.cells):
        said.append(f"{nces.name}: a spreadsheet has turned ids into numbers; they cannot be had back. Ask for text.")
    by_parts = draft.ids.template
    if not nces and not draft.column("state_school_id_given") and not by_parts:
        lone = draft.column("school_code") or draft.column("district_code")
        where = f" {lone.name} may hold a part of it, or all of it without dashes." if lone else ""
        said.append(
            f"Neither an NCES id nor a whole state id was found.{where} Say under build how {draft.state}-district-school "
            "is put together, else schools can only be found by name."
        )
    elif draft.ids.fits < FITS:
        said.append(
            f"Only {draft.ids.fits:.0%} of the ids put together as {draft.ids.template} look like {draft.ids.example}. "
            "Say under build how they are put together."
        )
    elif by_parts and not draft.known and not draft.column("state_school_id_given"):
        said.append(
            f"state_school_id: is {draft.ids.example} how the NCES directory writes the id of the first school?"
        )
    if not draft.column("school_name"):
        said.append("No column with names of schools was found.")
    if not draft.year:
        between = f"{years[0]} or {years[1]}" if len(years) > 1 else "nothing in the file tells"
        said.append(f"Which school year is it ({between})? Say it with --year; `since:` of the layout is left out.")
    if course and not draft.catalog:
        said.append(f"schemas/courses/{draft.state.lower()}.csv does not exist: list which courses count, and why.")
    listed = draft.listed_codes
    codes = draft.column("course_code")
    if codes and draft.catalog and listed < FEW_LISTED:
        said.append(
            f"{codes.name}: {listed:.0%} of the values are in schemas/courses/{draft.state.lower()}.csv. "
            "Are they codes of another kind (CIP, numbers of a database)? Then translate them under values."
        )
    unsure = [g for g in draft.columns if g.target and g.confidence < UNSURE]
    said += [f"{g.name}: is it {g.target}? ({g.confidence:.0%}: {g.why})" for g in unsure]
    strange = [g.name for g in draft.columns if not g.target and not g.known_otherwise and g.name not in draft.wide]
    if strange:
        more = f" and {len(strange) - MAX_NAMED} more" if len(strange) > MAX_NAMED else ""
        named = ", ".join(strange[:MAX_NAMED]) + more
        said.append(
            f"Not recognized: {named}. Put each under columns or ignore; until then `cleanup check` names them."
        )
    return [plain(sentence, 400) for sentence in said]
