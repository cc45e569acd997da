"""What the sender probably meant: a column name, a course code or an answer close to what was found.

Says nothing where two readings are as close, or where the reading is not one that the source would take.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from pipelines.one_file.check_file import Checked
from pipelines.one_file.peek_file import Peeked
from pipelines.shared.text import header_key
from pipelines.standard.course_catalog import catalog_of, catalog_of_year
from pipelines.standard.course_codes import title_keys
from schemas.columns import column as declared_column
from schemas.source_model import Layout, Source, load_sources
from schemas.states import STATES

CLOSE = 0.8
"""Likeness (difflib) from which a name counts as a slip of the pen: course_no and course_id are 0.75 alike."""
LEAD = 0.04
"""By how much the closest name must be ahead of the next one."""
HEADER_ROWS = 20
_OF_COLUMNS = frozenset({"F07", "F09", "F17"})


def suggest_fixes(
    checked: Checked, groups: pd.DataFrame, peek: Callable[[], object]
) -> dict[tuple[str, str, str], str]:
    """A sentence for each finding that has a probable reading: (rule id, column as spelled, value) -> sentence.

    groups: rule_id, column and value of the findings, blank text where there is none, each combination once. peek: looks
    at the first records of the file; it is called only for what is said of columns.
    """
    ours = {theirs: name for name, theirs in checked.spelled.items()}
    out: dict[tuple[str, str, str], str] = {}
    for rule_id, column, value in groups[["rule_id", "column", "value"]].itertuples(index=False, name=None):
        said = ""
        if rule_id in _OF_COLUMNS:
            looked = peek()
            said = _suggest_column(checked, rule_id, value, looked) if isinstance(looked, Peeked) else ""
        elif rule_id == "S06":
            said = _suggest_course(checked, value)
        elif rule_id == "S01":
            said = checked.likely.get(value, "")
        elif rule_id == "F02":
            said = _suggest_source(checked)
        elif rule_id == "S22":
            said = _suggest_year(checked)
        elif rule_id == "D07" and checked.source.state_school_id:
            said = f"An id of this state looks like {checked.source.state_school_id.example}."
        elif value and column:
            said = _suggest_word(ours.get(column, column), value)
        if said:
            out[rule_id, column, value] = said
    return out


def closest(name: str, candidates: Iterable[str]) -> str:
    """The one candidate that is as good as the same name, blank when none is, or when two are as close."""
    key = squeezed(name)
    scored = sorted(((difflib.SequenceMatcher(None, key, squeezed(c)).ratio(), c) for c in candidates), reverse=True)
    if not key or not scored or scored[0][0] < CLOSE:
        return ""
    if len(scored) > 1 and scored[0][0] - scored[1][0] < LEAD:
        return ""
    return scored[0][1]


def squeezed(name: str) -> str:
    """Letters and digits of a name only, lower case: NCES ID, nces_id and NcesId are one name."""
    return re.sub(r"[\W_]+", "", name).casefold()


def missing_names(names: Sequence[str], layout: Layout) -> list[str]:
    """The names of the layout's columns that a header lacks; of several spellings the first."""
    there = {header_key(name) for name in names}
    return [
        layout.spellings(ours)[0]
        for ours in layout.columns
        if not there & {header_key(name) for name in layout.spellings(ours)}
    ]


def best_header(peeked: Peeked, source: Source, school_year: str) -> tuple[list[str], Layout] | None:
    """The row among the first ones that holds most of the column names of a layout, and that layout."""
    best: tuple[int, list[str], Layout] | None = None
    for layout in source.layouts_of(school_year):
        wanted = {squeezed(name) for ours in layout.columns for name in layout.spellings(ours)}
        for table in peeked.tables:
            for record in table.records[:HEADER_ROWS]:
                score = len({squeezed(cell) for cell in record} & wanted)
                if score and (best is None or score > best[0]):
                    best = (score, record, layout)
    return best and (best[1], best[2])


def _suggest_column(checked: Checked, rule_id: str, unknown: str, peeked: Peeked) -> str:
    found = best_header(peeked, checked.source, checked.school_year)
    if found is None:
        return ""
    names, layout = found
    missing = missing_names(names, layout)
    if rule_id == "F17":
        meant = closest(unknown, missing)
        return f"Did you mean '{meant}' by '{unknown}'? Then rename the column." if meant else ""
    # Header cells are quoted only where they are nearly a column's name: a row without a header may name a person.
    known = {header_key(name) for ours in layout.columns for name in layout.spellings(ours)}
    strange = [name.strip() for name in names if name.strip() and header_key(name) not in known]
    wanted = [layout.spellings(ours)[0] for ours in layout.required if ours in layout.columns]
    pairs = [(theirs, name) for name in wanted if name in missing and (theirs := closest(name, strange))]
    said = [f"Did you mean '{name}' by '{theirs}'?" for theirs, name in pairs]
    return " ".join([*said, "Then rename the column." if len(said) == 1 else "Then rename them."]) if said else ""


def _suggest_source(checked: Checked) -> str:
    """The source of the state that the refusal names first, which is the state of most ids."""
    named = [state for state in STATES.values() if f" {state.name};" in str(checked.file["reason"])]
    sources = [name for name, source in load_sources().items() if named and source.state == named[0].postal]
    return f"If it is the file of {named[0].name}, say --source {sources[0]}." if sources else ""


def _suggest_year(checked: Checked) -> str:
    """The school year that the refusal names first, which is that of most rows."""
    years = re.findall(r"20\d\d-\d\d", str(checked.file["reason"]))
    return f"If it is the file of {years[0]}, say --year {years[0]}." if years else ""


def _suggest_course(checked: Checked, value: str) -> str:
    """The code under which the catalog lists the title of the rows with this code."""
    rule, table = checked.source.courses, checked.table
    if rule is None or table is None or "course_code" not in table:
        return ""
    titles = set(title_keys(table.loc[table["course_code"] == value, "course_name"]).dropna())
    catalog = catalog_of_year(catalog_of(checked.source), checked.school_year)
    listed = catalog.assign(key=title_keys(catalog["course_title"]))
    listed = listed[(listed["course_code"] != "") & listed["key"].isin(list(titles))]
    codes = sorted(set(listed["course_code"]))
    # A code under which many things are taught is a code of its own, even if one of its titles stands elsewhere too.
    if len(codes) != 1 or len(set(listed["key"])) < len(titles):
        return ""
    return f"The catalog lists this title under {codes[0]}: did you mean that code by '{value}'?"


def _suggest_word(ours: str, value: str) -> str:
    try:
        allowed = declared_column(ours).allowed
    except KeyError:
        return ""
    meant = closest(value, allowed) if allowed else ""
    return f"Did you mean '{meant}'?" if meant and meant != value else ""
