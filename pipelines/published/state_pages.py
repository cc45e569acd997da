"""One Markdown page per state, and an index: what it sends, which layout in which year, which courses count and why.

Made from the declarations in `schemas/`, and from the tables of a data folder where these are given; reads no file of a
state and judges nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from schemas.source_model import CourseRule, Layout, Source, load_sources
from schemas.states import STATES

COURSES = Path(__file__).parents[2] / "schemas" / "courses"
INDEX = "README.md"
VERDICTS = {"counts": "counts", "does_not_count": "does not count", "review": "a person decides"}
REFERENCES = {
    "sced": "the national list of course codes (`schemas/courses/sced.csv`)",
    "titles": "the list of titles that mean the same everywhere (`schemas/courses/titles.csv`)",
}
_COVERAGE = ("school_year", "report_status", "file_year", "received_on", "rows_in", "rows_kept", "rows_rejected")
_ANY_CODE = "*"


def state_pages(
    sources: Mapping[str, Source] | None = None,
    coverage: pd.DataFrame | None = None,
    files: pd.DataFrame | None = None,
) -> dict[str, str]:
    """File name -> text of every page, the index included. The same input gives the same bytes.

    sources: as `load_sources` gives them; those that produce no course offerings are left out. coverage: table
    `sources` of one or more school years. files: table `received_files` of those years. Without the two, the parts on
    what was received are left out, as in the committed pages.
    """
    declared = load_sources() if sources is None else sources
    states = sorted((s for s in declared.values() if s.produces == "course_offerings"), key=_name)
    lists = {s.source: _lines(COURSES / f"{s.source}.csv") for s in states}
    pages = {f"{s.source}.md": _page(s, lists[s.source], coverage, files) for s in states}
    return {INDEX: _index(states, lists, _lines(COURSES / "title_words.csv"), files), **pages}


def _name(source: Source) -> str:
    return STATES[source.state].name


def _lines(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _index(
    states: Sequence[Source],
    lists: Mapping[str, list[dict[str, str]]],
    words: Sequence[Mapping[str, str]],
    files: pd.DataFrame | None,
) -> str:
    heads = ["State", "Layouts", "Own list: counts / does not / a person decides", "Not proved"]
    rows = []
    for source in states:
        verdicts = [line["counts"] for line in lists[source.source]]
        counted = " / ".join(str(verdicts.count(verdict)) for verdict in VERDICTS) if verdicts else "no list of its own"
        cells = [f"[{_name(source)}]({source.source}.md)", ", ".join(_layout_names(source)), counted]
        cells.append(str(len(_not_proved(source, lists[source.source]))))
        rows.append([*cells, *([_last_file(source, files)] if files is not None else [])])
    heads += ["Last file received"] if files is not None else []
    return _document(
        "# The states",
        "Generated from `schemas/`; do not edit (`make docs`). One page per state: what it sends, which layout in which "
        "year, which courses count and why, what is odd about its files, and what nobody could prove.",
        _table(heads, rows),
        "## Titles against codes",
        "A local title that contradicts its code makes the course a question for a person (rule S08). These patterns say "
        "what a title is about, in lower case and without punctuation; a title that fits both kinds, or none, says nothing.",
        _table(
            ["Says", "Pattern", "Why"], [[w["says"].replace("_", " "), f"`{w['pattern']}`", w["basis"]] for w in words]
        ),
    )


def _page(
    source: Source, listed: list[dict[str, str]], coverage: pd.DataFrame | None, files: pd.DataFrame | None
) -> str:
    unproved = _not_proved(source, listed)
    return _document(
        f"# {_name(source)}",
        f"Generated from `schemas/sources/{source.source}.yml` and `schemas/courses/`; do not edit (`make docs`).",
        "## What it sends",
        f"{source.title}, from {source.publisher}." + (f" {source.homepage}" if source.homepage else ""),
        _ids(source),
        "## Layout by year",
        _table(
            ["Layout", "School years", "How a course is found"],
            [[x.name, _span(x.since, x.until), _found(x)] for x in source.layouts],
        ),
        *(_columns(layout) for layout in source.layouts if layout.name != "state_v2"),
        "## Which courses count, and why",
        *_judged(source, listed),
        "## Known quirks",
        source.notes or "None is known.",
        "## Not proved",
        _bullets(unproved) if unproved else "Nothing on this page is a guess.",
        *_received(source, coverage, files),
    )


def _ids(source: Source) -> str:
    shape = source.state_school_id
    if shape is None:
        return "The state has no ids of its own."
    repeats = " The school part begins with the district part; an id in which it does not is put to a person."
    return (
        f"Its own school ids look like `{shape.example}` (pattern `{shape.pattern}`)."
        f"{repeats if shape.school_repeats_district else ''}"
    )


def _layout_names(source: Source) -> list[str]:
    return [layout.name for layout in source.layouts]


def _span(since: str | None, until: str | None) -> str:
    if since and until:
        return since if since == until else f"{since} to {until}"
    if since or until:
        return f"since {since}" if since else f"until {until}"
    return "every year"


def _found(layout: Layout) -> str:
    asked = [f"the column of `{ours}` answers {_quoted(a.teaches_when)}" for ours, a in layout.offered_when.items()]
    asked += [f"`{ours}` is at least {least}; a hidden number is not" for ours, least in layout.at_least.items()]
    if layout.wide:
        how = f"one column per course; taught where the cell is {_quoted(layout.wide.teaches_when)}"
    elif "course_code" in layout.columns:
        how = "by its code, else by its title" if "course_name" in layout.columns else "by its code"
    elif "course_name" in layout.columns:
        how = "by its title"
    else:
        how = "each row names a school that teaches computer science"
    return "; offered when ".join([how, " and ".join(asked)]) if asked else how


def _columns(layout: Layout) -> str:
    built = [f"`{ours}` is put together as `{template}`" for ours, template in layout.build.items()]
    names = ", ".join(f"`{ours}` from {_quoted(layout.spellings(ours))}" for ours in layout.columns)
    return f"Columns of `{layout.name}`: {'; '.join([names, *built])}."


def _judged(source: Source, listed: list[dict[str, str]]) -> list[str]:
    rule = source.courses or CourseRule()
    if rule.mode == "every_row":
        return ["Every row counts: the state sends only schools that teach computer science."]
    parts = [*_codes(rule), *_asked(rule, bool(listed))]
    blank = "counts: the state names the school" if rule.blank_course == "counts" else "is put to a person"
    parts.append(f"A row without code and title {blank}. A course in no list is put to a person and counts as nothing.")
    table = _table(["School years", "Code", "Title", "Counts?", "Why", "Grades"], [_course(line) for line in listed])
    return [" ".join(parts), *([table] if listed else [])]


def _codes(rule: CourseRule) -> Iterable[str]:
    if rule.pad:
        yield f"Codes of digits are filled with zeros to {rule.pad} places."
    if rule.decimals:
        yield f"Codes have {rule.decimals} digits behind the point."
    if rule.compare_length:
        yield f"Only the first {rule.compare_length} characters of a code are compared."


def _asked(rule: CourseRule, has_list: bool) -> Iterable[str]:
    asked = [*(["the state's own list below"] if has_list else []), *(REFERENCES[name] for name in rule.references)]
    if asked:
        yield f"A course is looked up in {', then in '.join(asked)}."


def _course(line: Mapping[str, str]) -> list[str]:
    code = "any" if line["course_code"] == _ANY_CODE else line["course_code"]
    sure = " (not proved)" if line["unverified"] == "yes" else ""
    return [
        _span(line["since"], line["until"]),
        f"`{code}`" if code else "",
        line["course_title"],
        VERDICTS[line["counts"]],
        line["basis"] + sure,
        line["grade_band"],
    ]


def _not_proved(source: Source, listed: list[dict[str, str]]) -> list[str]:
    facts = list(source.unverified)
    if source.state_school_id and source.state_school_id.unverified:
        facts.append(f"That school ids look like `{source.state_school_id.pattern}`.")
    facts += [fact for layout in source.layouts for fact in layout.unverified]
    doubtful = [line["course_code"] or line["course_title"] for line in listed if line["unverified"] == "yes"]
    if doubtful:
        facts.append(f"Courses that no public list confirms: {', '.join(doubtful)}.")
    return facts


def _received(source: Source, coverage: pd.DataFrame | None, files: pd.DataFrame | None) -> list[str]:
    parts: list[str] = []
    if coverage is not None:
        mine = coverage[coverage["source"] == source.source].sort_values("school_year", kind="stable")
        heads = ["School year", "Status", "File of", "Received on", "Rows", "Kept", "Rejected"]
        rows = [[_shown(cell) for cell in line] for line in mine[list(_COVERAGE)].itertuples(index=False, name=None)]
        parts += ["## Coverage by year", _table(heads, rows) if rows else "No school year was run yet."]
    if files is not None:
        parts += ["## Last file received", _last_file(source, files)]
    return parts


def _last_file(source: Source, files: pd.DataFrame | None) -> str:
    mine = files[files["source"] == source.source] if files is not None else pd.DataFrame()
    if mine.empty:
        return "none"
    last = mine.sort_values(["received_on", "file"], kind="stable", na_position="first").iloc[-1]
    return f"{_shown(last['received_on'])}, `{last['file']}`, {last['file_status']}"


def _shown(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)


def _quoted(cells: str | tuple[str, ...]) -> str:
    return " or ".join(f"`{cell}`" for cell in ((cells,) if isinstance(cells, str) else cells))


def _bullets(facts: Iterable[str]) -> str:
    return "\n".join(f"- {fact}" for fact in facts)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _document(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
