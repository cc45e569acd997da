"""Small invented files of states, made from the layouts of their YAMLs, with what a reader must find in them.

The ids of layouts that put an id together are written by hand in `BUILT` (domain.md 5.3), so that a mistake in a template
shows; everything else follows from the declarations. Invented schools only.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from pipelines.standard.course_catalog import catalog_of_year, load_catalog, load_reference
from schemas.source_model import Layout, Source, load_sources
from schemas.states import STATE_FIPS

BUILT: dict[tuple[str, str], tuple[dict[str, str], str]] = {
    ("ar", "state_v1"): ({"district_code": "6001000", "school_code": "6001701"}, "AR-6001000-6001701"),
    ("ca", "state_v1"): ({"district_code": "167215", "school_code": "3336955"}, "CA-0167215-3336955"),
    ("ct", "state_v1"): ({"district_code": "0640011", "school_code": "0646111"}, "CT-064-61"),
    ("ga", "state_v1"): ({"district_code": "601", "school_code": "103"}, "GA-601-0103"),
    ("id", "state_v1"): ({"district_code": "1", "school_code": "7"}, "ID-001-0007"),
    ("in", "corporation_2018"): ({"district_code": "15", "school_code": "0999"}, "IN-0015-0999"),
    ("ma", "state_v1"): ({"district_code": "00010000", "school_code": "00010599"}, "MA-0001-00010599"),
    ("sc", "state_v1"): ({"district_code": "160", "school_code": "1"}, "SC-0160-001"),
    ("wa", "ospi_course_codes"): ({"district_code": "1109", "school_code": "3075"}, "WA-01109-3075"),
    ("wa", "ospi_internal_ids"): ({"district_code": "1109", "school_code": "3075"}, "WA-01109-3075"),
}
SCHOOL = "Kestrel Valley High"


@dataclass(frozen=True)
class StateFile:
    """A file of one state in one layout, and the truth about it."""

    source: Source
    layout: Layout
    school_year: str
    nces_id: str | None
    state_id: str | None
    offered: dict[str, str] = field(default_factory=dict)
    cells: tuple[dict[str, str], ...] = ()

    def text(self, spelling: int = 0) -> str:
        """The file as CSV; columns with several spellings are written in the one at that place, or in the last."""
        ours = list(self.cells[0])
        heads = {name: self.layout.spellings(name) for name in ours}
        spelled = {name: theirs[min(spelling, len(theirs) - 1)] for name, theirs in heads.items()}
        # Two of our columns may stand for one of theirs (an answer that is the course's code as well).
        places = {theirs: name for name, theirs in spelled.items()}
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(places)
        writer.writerows([row[name] for name in places.values()] for row in self.cells)
        return out.getvalue()


def state_files() -> list[StateFile]:
    """One file per state and layout: a row that offers a course, and one that does not where the layout can say so."""
    sources = [source for source in load_sources().values() if source.produces == "course_offerings"]
    return [_file(source, layout) for source in sources for layout in source.layouts]


def _file(source: Source, layout: Layout) -> StateFile:
    year = layout.until or layout.since or "2019-20"
    cells = {"school_name": SCHOOL} if "school_name" in layout.columns else {}
    nces_id = f"{STATE_FIPS[source.state]}0000100001" if "nces_school_id_given" in layout.columns else None
    state_id = None
    if nces_id:
        cells["nces_school_id_given"] = nces_id
    if (source.source, layout.name) in BUILT:
        parts, state_id = BUILT[source.source, layout.name]
        cells |= parts
    elif "state_school_id_given" in layout.columns:
        assert source.state_school_id
        state_id = source.state_school_id.example
        cells["state_school_id_given"] = state_id
    code, title = _course(source, year)
    offered = {"course_code": code, "course_name": title}
    cells |= {name: offered[name] for name in offered if name in layout.columns}
    cells |= {ours: answers.teaches_when[-1] for ours, answers in layout.offered_when.items()}
    cells |= {ours: str(least) for ours, least in layout.at_least.items()}
    other = {**cells, "school_name": "Osprey Creek High"} if "school_name" in cells else dict(cells)
    silent = [{**other, ours: answers.not_when[0]} for ours, answers in layout.offered_when.items()]
    silent += [{**other, ours: cell} for ours in layout.at_least for cell in ("*", "0")]
    if layout.wide:
        helpers = layout.wide.helpers()
        first = next(iter(helpers))
        silent = [{**other, **dict.fromkeys(helpers, layout.wide.not_when[0])}]
        cells |= {**dict.fromkeys(helpers, layout.wide.not_when[0]), first: layout.wide.teaches_when[0]}
        offered = {"course_code" if layout.wide.named_by == "code" else "course_name": helpers[first]}
    else:
        # An answer that is the course's code as well says which course it is.
        for ours, answers in layout.offered_when.items():
            if layout.columns.get("course_code") == layout.columns[ours]:
                offered["course_code"] = cells["course_code"] = answers.teaches_when[-1]
        offered = {name: value for name, value in offered.items() if name in layout.columns and value}
        if "course_code" not in layout.columns:
            offered.pop("course_code", None)
    every = [*layout.required, *cells]
    rows = [
        {name: row.get(name, "") for name in dict.fromkeys(every) if name in layout.columns} for row in (cells, *silent)
    ]
    return StateFile(source, layout, year, nces_id, state_id, offered, tuple(rows))


def _course(source: Source, year: str) -> tuple[str, str]:
    """Code and title of a course that counts, from the state's own list, else from the first reference that has one."""
    assert source.courses
    lists = [load_catalog(source.state), *(load_reference(name) for name in source.courses.references)]
    counting = [valid[valid["counts"] == "counts"] for valid in (catalog_of_year(one, year) for one in lists)]
    codes = [code for one in counting for code in one["course_code"] if code not in ("", "*")]
    titles = [title for one in counting for title in one["course_title"] if title]
    # A list that is compared by the first characters names a course; a file adds what the school put behind it.
    return (codes or [""])[0].ljust(source.courses.pad if source.courses.compare_length else 0, "0"), (titles or [""])[
        0
    ]
