"""The shape of a source's YAML in `sources/` and of a shared layout in `layouts/`. Unknown keys are refused.

Holds no source and reads no data; it only says what a YAML may contain and finds the layout of a school year.
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

HERE = Path(__file__).parent
# libyaml reads the sources in a tenth of the time; a Python built without it has only the slow loader.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SchoolYear = Annotated[str, Field(pattern=r"^20\d\d-\d\d$")]

Produces = Literal[
    "nces_schools",
    "course_offerings",
    "survey_responses",
    "ap_school_codes",
    "ap_offerings",
    "ib_school_codes",
    "ib_offerings",
    "provider_offerings",
    "decisions",
    "partner_regions",
    "partner_requests",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Answers(_Strict):
    """What the cells of a column of answers mean, compared without regard to letter case and outer spaces.

    A cell in neither list is no answer that the state is known to give: the course goes to a person.
    """

    teaches_when: tuple[str, ...]
    not_when: tuple[str, ...] = ("", "unspecified", "N", "No", "0")

    @model_validator(mode="after")
    def _one_meaning(self) -> Answers:
        both = {cell.strip().casefold() for cell in self.teaches_when} & {c.strip().casefold() for c in self.not_when}
        if both:
            raise ValueError(f"teaches_when and not_when both hold {', '.join(sorted(map(repr, both)))}")
        return self


class Wide(Answers):
    """A file with one column per course. `columns`: course code or title -> the file's name of its column, or several.

    Every column is required: without it the state's schools would seem not to teach the course.
    """

    columns: dict[str, str | tuple[str, ...]]
    named_by: Literal["code", "title"] = "code"

    def helpers(self) -> dict[str, str]:
        """Our name of the column of each course -> the course."""
        return {f"teaches {course}": course for course in self.columns}


class Layout(_Strict):
    """How the files of a source look from one school year on. Columns are found by name, never by position.

    `columns`: our name -> the file's name, or several: the first one that has a value in the row wins. Names are
    compared without regard to letter case, outer spaces and runs of spaces.
    `build`: our column -> a template over our columns, for example "WA-{district_code:0>5}-{school_code:0>4}";
    `{district_code:1-3}` takes the characters one to three.
    `values`: our column -> {their value: our value}. A value that is not listed is kept as it is.
    `ignore`: columns that are known and not wanted; `*` at the end matches any ending.
    `header_rows: 2`: a header of two lines, whose cells are joined by a space; where the upper cell is blank, the one
    to its left may speak for it as well, as a merged cell does.
    `positions`: for `reader: fixed_width`, the file's columns with their first and last character, counted from 1.
    `sheets: all`: every sheet that has the header is read, one below the other; otherwise only one sheet may have it.
    `wide`: the courses of a file with one column per course.
    `offered_when`: our column -> which of its cells say that the row's course is offered.
    `at_least`: our column -> least number for a course to be offered; a hidden number does not reach it.
    """

    name: str
    since: SchoolYear | None = None
    until: SchoolYear | None = None
    reader: Literal["csv", "fixed_width", "html_table", "parquet", "workbook"] = "csv"
    delimiter: str = ","
    encodings: tuple[Literal["utf-8-sig", "utf-16", "cp1252"], ...] = ("utf-8-sig", "cp1252")
    header: Literal["present", "absent"] = "present"
    header_names: tuple[str, ...] = ()
    header_rows: Literal[1, 2] = 1
    positions: dict[str, tuple[int, int]] = {}
    sheet: str = ""
    sheets: Literal["one", "all"] = "one"
    columns: dict[str, str | tuple[str, ...]]
    required: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    build: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    constants: dict[str, str] = {}
    year_column: str = ""
    wide: Wide | None = None
    offered_when: dict[str, Answers] = {}
    at_least: dict[str, int] = {}
    unverified: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _take_columns_of_courses(cls, raw: dict[str, Any]) -> dict[str, Any]:
        """The columns of a wide file are read like any other; the standard stage makes offerings of them."""
        if not isinstance(raw, dict) or not raw.get("wide"):
            return raw
        wide = Wide.model_validate(raw["wide"])
        helpers = {ours: wide.columns[course] for ours, course in wide.helpers().items()}
        return {
            **raw,
            "columns": {**raw.get("columns", {}), **helpers},
            "required": [*raw.get("required", ()), *(name for name in helpers if name not in raw.get("required", ()))],
        }

    @model_validator(mode="after")
    def _names_agree(self) -> Layout:
        if (self.header == "absent") != bool(self.header_names):
            raise ValueError("header_names belongs to `header: absent`, and only to it")
        if (self.reader == "fixed_width") != bool(self.positions):
            raise ValueError("positions belong to `reader: fixed_width`, and only to it")
        spans = sorted(self.positions.values())
        if any(first < 1 or last < first for first, last in spans) or any(
            span[1] >= following[0] for span, following in itertools.pairwise(spans)
        ):
            raise ValueError("positions are pairs of first and last character, counted from 1, that do not overlap")
        if self.sheets == "all" and (self.sheet or self.reader != "workbook"):
            raise ValueError("`sheets: all` belongs to a workbook without `sheet`")
        known = {*self.columns, *self.build, *self.constants}
        for what, names in (
            ("required", self.required),
            ("values", tuple(self.values)),
            ("offered_when", tuple(self.offered_when)),
            ("at_least", tuple(self.at_least)),
        ):
            unknown = sorted(set(names) - known)
            if unknown:
                raise ValueError(
                    f"{what} names {', '.join(unknown)}, which `columns`, `build` and `constants` do not have"
                )
        return self

    def spellings(self, column: str) -> tuple[str, ...]:
        """The file's names for our column, in the order they are tried."""
        theirs = self.columns[column]
        return (theirs,) if isinstance(theirs, str) else theirs


class StateSchoolId(_Strict):
    """The shape of a state's own school id, with the cheap check where the school part repeats the district part.

    The parts are those on both sides of the first dash after the state's code, unless the pattern names groups
    `district` and `school` (Oklahoma's district part holds a dash).
    """

    pattern: str
    example: str
    school_repeats_district: bool = False
    unverified: bool = False

    @model_validator(mode="after")
    def _example_fits(self) -> StateSchoolId:
        if not re.fullmatch(self.pattern, self.example):
            raise ValueError(f"the example {self.example!r} does not fit the pattern {self.pattern!r}")
        return self


class CourseRule(_Strict):
    """Which rows of a state's file are evidence, and how its course codes are put into canonical form.

    `mode`: `catalog` compares code or title with `schemas/courses/<state>.csv`; `every_row` takes each row as
    evidence, because the state sends only schools that teach it.
    `pad`: text length to which a code of digits is padded with zeros on the left (a repair, S07).
    `decimals`: digits after the point to which a code such as Georgia's 11.019 is cut or padded (a repair, S07).
    `compare_length`: the catalog lists only the first that many characters of a code (Illinois: 10152 of 10152A000).
    `pattern`: what the state's course codes look like; a catalog holds no other.
    `blank_course`: what a row without code and title is: `counts`, or `review`.
    `references`: shared lists in `schemas/courses/` that are asked, in this order, for what the state's own list does
    not have: `sced` (codes of the national system) and `titles` (titles of courses that mean the same everywhere).
    """

    mode: Literal["catalog", "every_row"] = "catalog"
    pad: int = 0
    decimals: int = 0
    compare_length: int = 0
    blank_course: Literal["counts", "review"] = "counts"
    references: tuple[Literal["sced", "titles"], ...] = ()
    pattern: str = ""


class Source(_Strict):
    """One source: who sends it, what it produces, and how its files look by school year."""

    source: str
    title: str
    produces: Produces
    publisher: str
    homepage: str = ""
    licence: str = ""
    notes: str = ""
    state: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    nearest_year: bool = Field(
        default=False, description="a year without files borrows those of the nearest earlier, else later, year"
    )
    priority: int = Field(default=0, description="directory sources: a lower number is trusted first")
    earlier_years: bool = Field(
        default=False, description="a year reads the files of the years before it as well (decisions go on to hold)"
    )
    files_add_up: bool = Field(
        default=False, description="a later full delivery does not replace the files before it (ledgers, decisions)"
    )
    received_on_sight: bool = Field(
        default=False, description="a run receives what lies in the folder of the source and year without a receipt"
    )
    state_school_id: StateSchoolId | None = None
    courses: CourseRule | None = None
    provider: str = ""
    missing: tuple[str, ...] = ("", "unspecified", "Unspecified", "Unspecifed", "?")
    unverified: tuple[str, ...] = Field(default=(), description="facts nobody could prove, one sentence each")
    holds: dict[SchoolYear, str] = {}
    layouts: tuple[Layout, ...]

    @field_validator("source")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", value):
            raise ValueError("lower-case letters, digits and underscores only")
        return value

    @model_validator(mode="after")
    def _kind_fits(self) -> Source:
        if self.produces == "course_offerings" and not (self.state and self.courses and self.state_school_id):
            raise ValueError("a source of course_offerings needs state, courses and state_school_id")
        if self.produces == "provider_offerings" and not self.provider:
            raise ValueError("a source of provider_offerings needs provider")
        return self

    def layouts_of(self, school_year: str) -> tuple[Layout, ...]:
        """Layouts valid in that school year, in the order they are tried. Empty when none covers it."""
        return tuple(
            layout
            for layout in self.layouts
            if (layout.since or "") <= school_year and (layout.until is None or school_year <= layout.until)
        )


def parse_source(text: str, path: Path) -> Source:
    """Read one source YAML. A layout given as `use: NAME` is taken from `schemas/layouts/NAME.yml`, other keys override.

    Raises ValueError naming the file and what is wrong with it.
    """
    try:
        raw = yaml.load(text, Loader=_LOADER)
        raw["layouts"] = [_resolve(layout) for layout in raw.get("layouts", [])]
        source = Source.model_validate(raw)
    except (ValueError, AttributeError, yaml.YAMLError, OSError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if source.source != path.stem:
        raise ValueError(f"{path.name}: `source: {source.source}` must be the file's name, {path.stem}")
    return source


def _resolve(layout: dict[str, object]) -> dict[str, object]:
    used = layout.pop("use", None)
    if used is None:
        return layout
    shared = yaml.load((HERE / "layouts" / f"{used}.yml").read_text(encoding="utf-8"), Loader=_LOADER)
    return {**shared, **layout}


@cache
def load_sources() -> dict[str, Source]:
    """Every source of `schemas/sources/`, by name, in alphabetical order. Raises ValueError on the first faulty YAML."""
    paths = sorted((HERE / "sources").glob("*.yml"))
    return {path.stem: parse_source(path.read_text(encoding="utf-8"), path) for path in paths}
