"""From cells by position to our columns: names, alternative spellings, translated values, built ids, constants.

All of it is declared in the source's layout; nothing is typed, repaired or judged here.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.received.find_header import Header, template_columns
from pipelines.received.grid import Grid
from schemas.columns import RESTRICTED
from schemas.source_model import Layout, Source

_PADDING = re.compile(r".>\d{1,3}")


def source_columns(source: Source) -> list[str]:
    """Our columns of all layouts of a source, in the order they are declared first."""
    names: dict[str, None] = {}
    for layout in source.layouts:
        names.update(dict.fromkeys([*layout.columns, *layout.constants, *layout.build]))
    return list(names)


def shape_rows(grid: Grid, header: Header, source: Source) -> pd.DataFrame:
    """One text column per column of the source, with a row per row of the grid; columns the file lacks are null.

    Of alternative spellings the first with a value in the row wins; the source's marks for missing are no values.
    Guards that spreadsheets put around text (="0123", '0123) are taken off; every other character stays.
    Order: columns and their `values`, constants, `build` (fills only what the file leaves blank) and its `values`.
    """
    layout = header.layout
    index = pd.RangeIndex(len(grid.rows))
    blank = _blanks(source)
    out: dict[str, pd.Series] = {}
    for ours, places in header.places.items():
        cells = [_as_series(_without_guards(grid.cells.column(place))) for place in places]
        out[ours] = _translated(_first_with_value(cells, blank), layout, ours)
    for ours, value in layout.constants.items():
        out[ours] = pd.Series(value, index=index, dtype="str")
    empty = pd.Series(pd.NA, index=index, dtype="str")
    for ours, template in layout.build.items():
        built = _translated(build_text(template, out, index, blank), layout, ours)
        out[ours] = _first_with_value([out[ours], built], blank) if ours in out else built
    return pd.DataFrame({name: out.get(name, empty) for name in source_columns(source)}, index=index)


def _blanks(source: Source) -> frozenset[str]:
    return frozenset({"", *(mark.strip() for mark in source.missing)})


def _without_guards(cells: arrow.ChunkedArray) -> arrow.ChunkedArray:
    if compute.any(compute.starts_with(cells, '="')).as_py():
        cells = compute.replace_substring_regex(cells, pattern=r'^="((?s:.*))"$', replacement=r"\1")
    if compute.any(compute.starts_with(cells, "'")).as_py():
        cells = compute.replace_substring_regex(cells, pattern=r"^'(\d)", replacement=r"\1")
    return cells


def _as_series(cells: arrow.ChunkedArray) -> pd.Series:
    return arrow.table({"c": cells}).to_pandas()["c"].astype("str")


def _has_value(cells: pd.Series, blank: frozenset[str]) -> pd.Series:
    return cells.notna() & ~cells.str.strip().isin(blank)


def _first_with_value(cells: Sequence[pd.Series], blank: frozenset[str]) -> pd.Series:
    first = cells[0]
    for other in cells[1:]:
        first = first.where(_has_value(first, blank) | ~_has_value(other, blank), other)
    return first


def _translated(cells: pd.Series, layout: Layout, ours: str) -> pd.Series:
    words = layout.values.get(ours)
    if not words:
        return cells
    return cells.str.strip().map({k.strip(): v for k, v in words.items()}).astype("str").fillna(cells)


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
                if spec and not _PADDING.fullmatch(spec):
                    raise ValueError(
                        f"{source.source}.yml: {template!r}: write {{column}} or {{column:0>5}}, not :{spec}"
                    )


def build_text(template: str, columns: dict[str, pd.Series], index: pd.Index, blank: frozenset[str]) -> pd.Series:
    """Fill a template such as "WA-{district_code:0>5}-{school_code:0>4}"; null where a part has no value."""
    out = pd.Series("", index=index, dtype="str")
    for literal, name, spec, _ in string.Formatter().parse(template):
        out = out + literal
        if name is None:
            continue
        part = columns.get(name, pd.Series(pd.NA, index=index, dtype="str"))
        part = part.where(_has_value(part, blank)).str.strip()
        if spec:
            part = part.str.rjust(int(spec[2:]), spec[0])
        out = out + part
    return out
