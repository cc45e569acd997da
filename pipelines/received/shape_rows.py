"""From cells by position to our columns: names, alternative spellings, translated values, built ids, constants.

All of it is declared in the source's layout; nothing is typed, repaired or judged here.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.received.find_header import Header, template_columns
from pipelines.received.grid import Grid
from pipelines.received.signs import Signs
from pipelines.received.text_cells import holds_byte
from schemas.columns import RESTRICTED
from schemas.source_model import Layout, Source

TEXT = arrow.large_string()
"""The type pandas keeps text in, so that nothing is copied on the way there."""
Cells: TypeAlias = arrow.Array | arrow.ChunkedArray
_PANDAS = {TEXT: pd.StringDtype(na_value=float("nan")), arrow.int64(): pd.Int64Dtype()}
_GUARDED = r'^="((?s:.*))"$'
_QUOTED = r"^'(\d)"
_PADDING = re.compile(r".>\d{1,3}")
_PART = re.compile(r"([1-9]\d?)-([1-9]\d?)")


def source_columns(source: Source) -> list[str]:
    """Our columns of all layouts of a source, in the order they are declared first."""
    names: dict[str, None] = {}
    for layout in source.layouts:
        names.update(dict.fromkeys([*layout.columns, *layout.constants, *layout.build]))
    return list(names)


def to_frame(table: arrow.Table) -> pd.DataFrame:
    """Text as `str` and whole numbers as Int64, without copying text."""
    # Half the time of Table.to_pandas, which matters where a run reads fifty small files.
    columns = {name: _PANDAS[column.type].__from_arrow__(column) for name, column in _columns(table)}
    return pd.DataFrame(columns, copy=False)


def _columns(table: arrow.Table) -> Iterable[tuple[str, arrow.ChunkedArray]]:
    return zip(table.column_names, table.columns, strict=True)


def shape_table(grid: Grid, header: Header, source: Source) -> tuple[arrow.Table, dict[str, int]]:
    """One text column per column of the source, with a row per row of the grid; columns the file lacks are null.

    Of alternative spellings the first with a value in the row wins; the source's marks for missing are no values.
    Guards that spreadsheets put around text (="0123", '0123) are taken off, and counted by our column: the second value
    returned (F25). Every other character stays.
    Order: columns and their `values`, constants, `build` (fills only what the file leaves blank) and its `values`.
    """
    layout, size = header.layout, len(grid.rows)
    blank = _blanks(source)
    out: dict[str, Cells] = {}
    guards: dict[str, int] = {}
    for ours, places in header.places.items():
        cells, found = [], 0
        for place in places:
            column, number = _without_guards(grid.cells.column(place), grid.signs)
            cells.append(column)
            found += number
        out[ours] = _translated(_first_with_value(cells, blank), layout, ours)
        if found:
            guards[ours] = found
    for ours, value in layout.constants.items():
        out[ours] = arrow.repeat(arrow.scalar(value, TEXT), size)
    for ours, template in layout.build.items():
        built = _translated(build_text(template, out, size, blank), layout, ours)
        out[ours] = _first_with_value([out[ours], built], blank) if ours in out else built
    empty = arrow.nulls(size, TEXT)
    return arrow.table({name: out.get(name, empty) for name in source_columns(source)}), guards


def _blanks(source: Source) -> arrow.Array:
    return arrow.array(sorted({"", *(mark.strip() for mark in source.missing)}), TEXT)


def _without_guards(cells: Cells, signs: Signs) -> tuple[Cells, int]:
    found = 0
    if (
        signs.equals
        and holds_byte(cells, b"=")
        and (guarded := _count(compute.match_substring_regex(cells, pattern=_GUARDED)))
    ):
        cells = compute.replace_substring_regex(cells, pattern=_GUARDED, replacement=r"\1")
        found += guarded
    if (
        signs.apostrophe
        and holds_byte(cells, b"'")
        and (guarded := _count(compute.match_substring_regex(cells, pattern=_QUOTED)))
    ):
        cells = compute.replace_substring_regex(cells, pattern=_QUOTED, replacement=r"\1")
        found += guarded
    return cells, found


def _count(found: arrow.ChunkedArray) -> int:
    return compute.sum(found).as_py() or 0


def has_value(cells: Cells, blank: arrow.Array) -> Cells:
    """Whether each cell is neither null nor, without outer spaces, one of the marks for missing."""
    return compute.invert(compute.is_in(compute.utf8_trim_whitespace(cells), value_set=blank, skip_nulls=False))


def _first_with_value(cells: Sequence[Cells], blank: arrow.Array) -> Cells:
    first = cells[0]
    for other in cells[1:]:
        keeps = compute.or_(_is_filled(first, blank), compute.invert(_is_filled(other, blank)))
        first = compute.if_else(keeps, first, other)
    return first


def _is_filled(cells: Cells, blank: arrow.Array) -> Cells:
    return compute.and_(compute.is_valid(cells), has_value(cells, blank))


def _translated(cells: Cells, layout: Layout, ours: str) -> Cells:
    words = {theirs.strip(): ours_ for theirs, ours_ in layout.values.get(ours, {}).items()}
    if not words:
        return cells
    place = compute.index_in(compute.utf8_trim_whitespace(cells), value_set=arrow.array(list(words), TEXT))
    return compute.coalesce(compute.take(arrow.array(list(words.values()), TEXT), place), cells)


def check_templates(source: Source) -> None:
    """Raise ValueError for a template that would show a restricted column, or with a format build_text does not know."""
    for layout in source.layouts:
        for ours, template in layout.build.items():
            leaking = RESTRICTED & set(template_columns(template))
            if leaking and ours not in RESTRICTED:
                raise ValueError(
                    f"{source.source}.yml: {ours} is built from {', '.join(sorted(leaking))}, which is restricted"
                )
            for _, _, spec, _ in string.Formatter().parse(template):
                if spec and not (_PADDING.fullmatch(spec) or _PART.fullmatch(spec)):
                    raise ValueError(
                        f"{source.source}.yml: {template!r}: write {{column}}, {{column:0>5}} or {{column:1-3}}, not :{spec}"
                    )


def _formatted(cells: Cells, spec: str) -> Cells:
    """`0>5`: zeros on the left up to five characters. `1-3`: characters one to three."""
    if part := _PART.fullmatch(spec):
        return compute.utf8_slice_codeunits(cells, start=int(part[1]) - 1, stop=int(part[2]))
    return compute.utf8_lpad(cells, width=int(spec[2:]), padding=spec[0])


def build_text(template: str, columns: Mapping[str, Cells], size: int, blank: arrow.Array) -> Cells:
    """Fill a template such as "WA-{district_code:0>5}-{school_code:0>4}" or "CT-{district_code:1-3}"; null without a part."""
    parts: list[Cells | arrow.Scalar] = []
    for literal, name, spec, _ in string.Formatter().parse(template):
        parts.append(arrow.scalar(literal, TEXT))
        if name is None:
            continue
        part = columns.get(name, arrow.nulls(size, TEXT))
        part = compute.if_else(_is_filled(part, blank), compute.utf8_trim_whitespace(part), arrow.scalar(None, TEXT))
        parts.append(_formatted(part, spec) if spec else part)
    built = compute.binary_join_element_wise(*parts, arrow.scalar("", TEXT))
    # A template without columns is a single value.
    return arrow.repeat(built, size) if isinstance(built, arrow.Scalar) else built
