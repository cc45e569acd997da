"""The text of a drafted source YAML, with a comment for each guess. Decides nothing; `study_file` has found it all out."""

from __future__ import annotations

import json

from pipelines.one_file.guess_columns import ColumnGuess
from pipelines.one_file.study_file import Draft
from schemas.states import STATES

SURE = 0.7
"""Confidence from which a column is required: a file without it is then refused instead of read without it."""
_NEEDED = (
    "school_name",
    "state_school_id_given",
    "nces_school_id_given",
    "district_code",
    "school_code",
    "course_code",
    "course_name",
)


def draft_yaml(draft: Draft) -> str:
    """The YAML; `schemas.source_model.parse_source` takes it as it is."""
    name = STATES[draft.state].name
    lines = [
        f"# DRAFT, guessed from one file by `cleanup new-source`: {_comment(draft.file)}",
        "# Numbers behind columns say how sure the guess is. A person must decide:",
        *(f"#  - {_comment(said)}" for said in draft.decide or ["nothing that was noticed; look it through"]),
        f"source: {draft.name}",
        f"title: {_text(f'{name}, computer science courses')}",
        "produces: course_offerings",
        f"publisher: {_text(draft.known.publisher if draft.known else f'{name} (name the agency)')}",
        f"state: {_text(draft.state)}",
        "state_school_id:",
        f"  pattern: {_text(draft.ids.pattern)}",
        f"  example: {_text(draft.ids.example)}",
        *(["  school_repeats_district: true"] if draft.ids.repeats_district else []),
        *([] if draft.known else ["  unverified: true"]),
        *_courses(draft),
        "layouts:",
        "  - name: drafted" + (f"_{draft.year[:4]}" if draft.year else ""),
        *(f"    {line}" for line in _layout(draft)),
    ]
    return "\n".join(lines) + "\n"


def _courses(draft: Draft) -> list[str]:
    named = draft.column("course_code") or draft.column("course_name") or draft.wide
    if draft.known and draft.known.courses:
        rule = draft.known.courses.model_dump(exclude_defaults=True)
        if not named:
            # A list of schools must not count as courses because the state's other files do.
            rule = {**rule, "mode": "catalog", "blank_course": "review"}
        return (
            ["courses:", *(f"  {key}: {json.dumps(value)}" for key, value in rule.items())] if rule else ["courses: {}"]
        )
    lines = [
        "courses:",
        "  mode: catalog",
        "  # A row without a course counts as nothing until a person says so.",
        "  blank_course: review",
    ]
    codes = draft.column("course_code")
    length = draft.code_length
    if codes and length and all(cell.isdigit() for cell in codes.cells):
        lines += [f"  pad: {length}", f"  pattern: {_text(f'[0-9]{{{length}}}')}"]
    sced = length == 5 and codes is not None
    return [*lines, f"  references: [{'sced, ' if sced else ''}titles]"]


def _layout(draft: Draft) -> list[str]:
    peeked = draft.peeked
    lines = [f"since: {_text(draft.year)}"] if draft.year else []
    lines.append(f"reader: {peeked.reader}")
    if peeked.reader == "csv" and peeked.delimiter != ",":
        lines.append(f"delimiter: {_text(peeked.delimiter)}")
    if peeked.encoding:
        lines.append(f"encodings: [{peeked.encoding}]")
    if draft.sheet and peeked.reader == "workbook":
        lines.append(f"sheet: {_text(draft.sheet)}")
    if draft.header_row > 1:
        lines.append(f"# The header stands in row {draft.header_row}; it is found by its names.")
    if not draft.header_row:
        names = ", ".join(_text(name) for name in draft.names)
        lines += ["header: absent  # no row looks like a header", f"header_names: [{names}]"]
    taken = [guess for guess in draft.columns if guess.target]
    lines += _columns(taken) if taken else ["columns: {}"]
    required = [t for t in _NEEDED if any(g.target == t and g.confidence >= SURE for g in taken)]
    lines.append(f"required: [{', '.join(required)}]")
    if ignored := [guess.name for guess in draft.columns if guess.known_otherwise and guess.name]:
        lines += ["ignore:", *(f"  - {_text(name)}" for name in ignored)]
    return [*lines, *_build(draft), *_wide(draft), *_year(draft)]


def _columns(taken: list[ColumnGuess]) -> list[str]:
    return ["columns:", *(f"  {g.target}: {_text(g.name)}  # {g.confidence:.0%}: {_comment(g.why)}" for g in taken)]


def _build(draft: Draft) -> list[str]:
    if not draft.ids.template:
        return []
    told = f"  # {draft.ids.fits:.0%} of the ids look like {_comment(draft.ids.example)}"
    return ["build:", f"  state_school_id_given: {_text(draft.ids.template)}{told}"]


def _wide(draft: Draft) -> list[str]:
    if not draft.wide:
        return []
    named_by = "code" if all(course.isdigit() for course in draft.wide) else "title"
    columns = [f"    {_text(course)}: {_text(column)}" for course, column in draft.wide.items()]
    return ["wide:", f"  named_by: {named_by}", f"  teaches_when: [{_text(draft.yes)}]", "  columns:", *columns]


def _year(draft: Draft) -> list[str]:
    column = draft.column("school_year")
    values = sorted(set(column.cells)) if column else []
    if len(values) != 1:
        return []
    if draft.year and "-" in values[0]:
        return ["year_column: school_year"]
    return [
        "# A lone year is two school years to different people. When it is known, say it:",
        "# year_column: school_year",
        f"# values: {{school_year: {{{_text(values[0])}: {_text(draft.year or '2018-19')}}}}}",
    ]


def _text(text: str) -> str:
    """A YAML text in double quotes: every JSON text is one."""
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
